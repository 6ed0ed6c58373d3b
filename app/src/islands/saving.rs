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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(text: u32) -> FormInput {
        FormInput { control_total: text.to_string(), ..FormInput::default() }
    }

    /// The server's half of saving: what is there already is taken, what is based on something else is refused.
    struct Server {
        revision: i32,
        form: FormInput,
        by_other: bool,
    }

    impl Server {
        fn new() -> Self {
            Self { revision: 1, form: form(0), by_other: false }
        }

        fn save(&mut self, request: &Request) -> Answer {
            if request.form != self.form {
                if request.revision != self.revision {
                    return Answer::Refused(SaveState::Conflict);
                }
                assert!(!self.by_other, "overwritten unsaid");
                self.revision += 1;
                self.form = request.form.clone();
            }
            Answer::Saved { revision: self.revision, time: String::new() }
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Happens {
        Typing,
        /// Typing what was there before.
        TypingBack,
        Sending,
        /// What is under way arrives, and the answer with it.
        Arriving,
        AnswerLost,
        RequestLost,
        /// The page is hidden for good as far as it knows; what it sends arrives.
        LeavingAndBack,
        /// The page comes anew; what was under way, and what the old page sends last, arrives some time.
        Reload,
        LateArrival,
        Other,
    }

    fn anything(with_others: bool) -> impl Strategy<Value = Vec<Happens>> {
        use Happens::*;
        let mut all = vec![Typing, TypingBack, Sending, Arriving, AnswerLost, RequestLost, LeavingAndBack, Reload, LateArrival];
        if with_others {
            all.push(Other);
        }
        proptest::collection::vec(proptest::sample::select(all), 0..60)
    }

    /// Both sides, what is under way between them, and what was typed last.
    struct Story {
        page: Saving,
        server: Server,
        text: u32,
        current: FormInput,
        under_way: Option<Request>,
        /// Sent by pages that are gone.
        late: Vec<Request>,
        others: bool,
    }

    impl Story {
        fn play(story: &[Happens]) -> Self {
            let (page, server, current) = (Saving::new(1, false), Server::new(), form(0));
            let mut both = Self { page, server, text: 0, current, under_way: None, late: Vec::new(), others: false };
            for happens in story {
                both.happens(*happens);
            }
            both.arrive();
            while !both.late.is_empty() {
                both.happens(Happens::LateArrival);
            }
            both
        }

        fn arrive(&mut self) {
            if let Some(request) = self.under_way.take() {
                self.page.take(self.server.save(&request));
            }
        }

        fn happens(&mut self, happens: Happens) {
            match happens {
                Happens::Typing => {
                    self.text += 1;
                    self.current = form(self.text);
                    self.page.type_something();
                }
                Happens::TypingBack => {
                    self.current = form(self.text.saturating_sub(1));
                    self.page.type_something();
                }
                Happens::Sending => {
                    if let Some(request) = self.page.send(&self.current) {
                        assert!(self.under_way.replace(request).is_none(), "one at a time");
                    }
                }
                Happens::Arriving => self.arrive(),
                Happens::AnswerLost => {
                    if let Some(request) = self.under_way.take() {
                        self.server.save(&request);
                        self.page.take(Answer::Unknown(SaveState::Retrying));
                    }
                }
                Happens::RequestLost => {
                    if self.under_way.take().is_some() {
                        self.page.take(Answer::Unknown(SaveState::Offline));
                    }
                }
                Happens::LeavingAndBack => {
                    if let Some(request) = self.page.send_blindly(&self.current) {
                        self.server.save(&request);
                    }
                    self.page.stay();
                }
                Happens::Reload => self.reload(),
                Happens::LateArrival => {
                    if !self.late.is_empty() {
                        self.server.save(&self.late.remove(0));
                    }
                }
                Happens::Other => {
                    self.others = true;
                    self.server.revision += 1;
                    self.server.by_other = true;
                    self.server.form = form(1_000_000 + self.server.revision.unsigned_abs());
                }
            }
        }

        fn reload(&mut self) {
            self.late.extend(self.under_way.take());
            self.late.extend(self.page.send_blindly(&self.current));
            let copy = self.page.is_dirty().then(|| self.page.copy(&self.current));
            self.page = Saving::new(self.server.revision, false);
            self.current = self.server.form.clone();
            // what somebody else saved is seen from now on
            self.server.by_other = false;
            if let Some(Resume::GoOn(form)) = copy.map(|copy| self.page.resume(copy, &self.current)) {
                self.current = form;
                self.page.type_something();
            }
        }

        /// The line is good and nobody types.
        fn calm(&mut self) {
            while let Some(request) = self.page.send(&self.current) {
                self.page.take(self.server.save(&request));
            }
        }
    }

    proptest! {
        #[test]
        fn alone_nobody_hears_of_another_window_and_the_server_gets_the_last_word(story in anything(false)) {
            let mut both = Story::play(&story);
            both.calm();
            prop_assert_eq!(&both.server.form, &both.current);
            prop_assert!(!both.page.is_stopped() && !both.page.is_unsettled() && !both.page.must_ask(true));
            prop_assert_eq!(both.page.revision(), both.server.revision);
        }

        #[test]
        fn what_somebody_else_saved_is_never_overwritten_unsaid(story in anything(true)) {
            let mut both = Story::play(&story);
            both.calm();
            let Story { page, server, current, others, .. } = both;
            // either the page knows, or the server had everything before somebody else saved
            prop_assert!(page.is_stopped() || !page.is_dirty() && (server.by_other || server.form == current));
            prop_assert!(others || !page.is_stopped());
            prop_assert!(!page.is_stopped() || page.must_ask(true), "what is only here is asked about");
        }
    }

    #[test]
    fn an_answer_that_never_came_is_not_taken_for_another_window() {
        use Happens::*;
        let mut both = Story::play(&[Typing, Sending, AnswerLost, Typing, Reload]);
        both.calm();
        assert_eq!((both.server.form, both.page.state()), (form(2), &SaveState::Saved(String::new())));
    }

    #[test]
    fn a_copy_that_somebody_else_has_overtaken_is_set_aside() {
        let mut page = Saving::new(7, false);
        let copy = Copy { revision: 6, sent: None, form: form(5) };
        assert_eq!(page.resume(copy.clone(), &form(4)), Resume::Aside);
        assert_eq!(page.resume(copy.clone(), &form(5)), Resume::Done);
        assert_eq!(page.resume(Copy { revision: 7, ..copy.clone() }, &form(4)), Resume::GoOn(form(5)));
        // what could not be taken is shown by the page on purpose
        assert_eq!(Saving::new(7, true).resume(Copy { revision: 7, ..copy }, &form(5)), Resume::Aside);
    }

    #[test]
    fn a_way_out_is_taken_once_and_asked_about_only_if_something_stays_behind() {
        let mut page = Saving::new(1, false);
        assert!(page.begin_to_leave() && !page.begin_to_leave(), "the second click of a double click waits for the first");
        page.stay();
        assert!(page.begin_to_leave());
        assert!(!page.must_ask(true));
        page.type_something();
        assert!(!page.must_ask(true) && page.must_ask(false), "a copy in the browser is enough while a save is on its way");
        page.send(&form(1));
        page.take(Answer::Unknown(SaveState::Retrying));
        assert!(page.must_ask(true));
        page.leave();
        assert!(!page.must_ask(true));
    }

    #[test]
    fn it_is_tried_again_ever_later() {
        let mut page = Saving::new(1, false);
        page.type_something();
        let pauses: Vec<_> = (0..8)
            .map(|_| {
                page.send(&form(1));
                page.take(Answer::Unknown(SaveState::Offline)).unwrap()
            })
            .collect();
        assert_eq!(pauses, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 64_000]);
    }
}
