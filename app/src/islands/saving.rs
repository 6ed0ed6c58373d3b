//! How a draft gets to the server while it is being written: what is known of both sides, and what follows from an event.
//! Nothing here touches a browser, so that every order of events can be tried.

#![cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]

use domain::form::FormInput;
use serde::{Deserialize, Serialize};

/// What is kept in the browser until the server has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// The revision on top of which it was typed.
    pub revision: i32,
    /// What was on its way to the server then: its arrival is no change by somebody else.
    pub sent: Option<FormInput>,
    /// What was typed.
    pub form: FormInput,
}

/// What becomes of the copy that a window left when its page comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume {
    /// The server has it.
    Done,
    /// The page goes on from it.
    GoOn(FormInput),
    /// It is set aside, and the person chooses.
    Aside,
}

/// How the draft stands, as it is said to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveState {
    Untouched,
    Waiting,
    /// Time of day.
    Saved(String),
    /// The line is down.
    Offline,
    /// The server did not take it; it is tried again.
    Retrying,
    /// Somebody else saved the draft.
    Conflict,
    Ended,
    /// Only the person saves, on purpose.
    Failed,
}

/// What came back of what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The server has it.
    Saved {
        /// To be sent with the next save.
        revision: i32,
        /// Time of day.
        time: String,
    },
    /// Nothing came, or nothing certain: it may have arrived.
    Unknown(SaveState),
    /// It was refused for good: only the person goes on.
    Refused(SaveState),
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The revision on top of which it was typed.
    pub revision: i32,
    /// What was typed.
    pub form: FormInput,
}

/// A draft between the person and the server.
#[derive(Debug, Clone)]
pub struct Saving {
    /// What the server is known to have.
    revision: i32,
    /// Counts changes.
    typed: u32,
    /// The count up to which the server has them.
    saved: u32,
    /// What was sent without a certain answer, with its count. It is sent again, word for word, before anything later: the
    /// server takes what it has already, so that it becomes known whether a change on the server is our own.
    unanswered: Option<(u32, FormInput)>,
    in_flight: bool,
    failures: u32,
    state: SaveState,
    /// Whether the person has chosen a way out that waits for a save.
    leaving: bool,
    /// Whether the way out is taken on purpose, so that nothing is asked.
    gone: bool,
}

impl Saving {
    /// A draft as the page shows it. What could not be taken (`kept`) is saved only by the person.
    pub fn new(revision: i32, kept: bool) -> Self {
        let state = if kept { SaveState::Failed } else { SaveState::Untouched };
        Self { revision, typed: 0, saved: 0, unanswered: None, in_flight: false, failures: 0, state, leaving: false, gone: false }
    }

    pub fn revision(&self) -> i32 {
        self.revision
    }

    pub fn state(&self) -> &SaveState {
        &self.state
    }

    /// Names the present text: a timer set for it does nothing for a later one.
    pub fn change(&self) -> u32 {
        self.typed
    }

    /// What is kept in the browser until the server has it.
    pub fn copy(&self, current: &FormInput) -> Copy {
        let sent = self.unanswered.as_ref().map(|(_, form)| form.clone());
        Copy { revision: self.revision, sent, form: current.clone() }
    }

    /// Takes over what this window typed before its page came again, unless somebody else has saved since. What was on its way
    /// then may still arrive: it is sent again first.
    pub fn resume(&mut self, copy: Copy, on_page: &FormInput) -> Resume {
        let arrived = copy.sent.as_ref().is_none_or(|sent| sent == on_page);
        let ours = copy.revision == self.revision || copy.sent.as_ref() == Some(on_page);
        if self.is_stopped() || !ours {
            // a page that shows what was sent on purpose keeps showing it
            return if copy.form == *on_page && !self.is_stopped() { Resume::Done } else { Resume::Aside };
        }
        if arrived && copy.form == *on_page {
            return Resume::Done;
        }
        self.unanswered = copy.sent.filter(|_| !arrived).map(|sent| (self.typed, sent));
        Resume::GoOn(copy.form)
    }

    /// Whether saving by itself is over, and the person decides, by saving.
    pub fn is_stopped(&self) -> bool {
        matches!(self.state, SaveState::Conflict | SaveState::Ended | SaveState::Failed)
    }

    /// Whether the server is not known to have what was typed.
    pub fn is_dirty(&self) -> bool {
        self.typed != self.saved
    }

    /// Whether there is something that would be saved if there were time.
    pub fn is_unsettled(&self) -> bool {
        !self.is_stopped() && (self.is_dirty() || self.in_flight)
    }

    /// Whether the last attempt failed, and none is under way.
    pub fn is_in_trouble(&self) -> bool {
        !self.in_flight && matches!(self.state, SaveState::Offline | SaveState::Retrying)
    }

    /// Something was typed, chosen, added or removed.
    pub fn type_something(&mut self) {
        self.typed += 1;
        if !self.is_stopped() {
            self.state = SaveState::Waiting;
        }
    }

    /// What is to be sent now, if anything: one at a time.
    pub fn send(&mut self, current: &FormInput) -> Option<Request> {
        if self.in_flight || self.is_stopped() || !self.is_dirty() {
            return None;
        }
        self.in_flight = true;
        Some(self.request(current))
    }

    /// What is sent on the way out, when no answer can come any more.
    pub fn send_blindly(&mut self, current: &FormInput) -> Option<Request> {
        (self.is_dirty() && !self.is_stopped() && !self.gone).then(|| self.request(current))
    }

    fn request(&mut self, current: &FormInput) -> Request {
        let typed = self.typed;
        let (_, form) = self.unanswered.get_or_insert_with(|| (typed, current.clone()));
        Request { revision: self.revision, form: form.clone() }
    }

    /// Takes an answer; returns in how many milliseconds to send again.
    pub fn take(&mut self, answer: Answer) -> Option<u32> {
        self.in_flight = false;
        match answer {
            Answer::Saved { revision, time } => {
                self.revision = revision;
                if let Some((count, _)) = self.unanswered.take() {
                    self.saved = count;
                }
                self.failures = 0;
                self.state = if self.is_dirty() { SaveState::Waiting } else { SaveState::Saved(time) };
                self.is_dirty().then_some(300)
            }
            Answer::Unknown(state) => {
                // each time twice as late, at most after a minute
                let pause = 1_000 << self.failures.min(6);
                self.failures += 1;
                self.state = state;
                Some(pause)
            }
            Answer::Refused(state) => {
                self.unanswered = None;
                self.state = state;
                None
            }
        }
    }

    /// Begins to leave; `false` when the person has chosen a way out already.
    pub fn begin_to_leave(&mut self) -> bool {
        !std::mem::replace(&mut self.leaving, true)
    }

    /// Whether a way out is being taken.
    pub fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// A save takes too long to be sure of.
    pub fn doubt(&mut self) {
        if self.state == SaveState::Waiting {
            self.state = SaveState::Retrying;
        }
    }

    /// Leaves, on purpose.
    pub fn leave(&mut self) {
        self.gone = true;
    }

    /// The page is there, or there again.
    pub fn stay(&mut self) {
        self.leaving = false;
        self.gone = false;
    }

    /// Whether to ask before the page goes: what was typed is neither on the server nor surely on its way. `copied` says
    /// whether it is in the browser.
    pub fn must_ask(&self, copied: bool) -> bool {
        self.is_dirty() && !self.gone && !(copied && self.state == SaveState::Waiting)
    }
}

#[cfg(test)]
mod tests;
