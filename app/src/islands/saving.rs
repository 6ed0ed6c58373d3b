//! How a draft gets to the server while it is being written: what is known of both sides, and what follows from an event.
//! Nothing here touches a browser, so that every order of events can be tried.

#![cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]

use domain::form::FormInput;

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

    /// What may have arrived without our knowing.
    pub fn unanswered(&self) -> Option<&FormInput> {
        self.unanswered.as_ref().map(|(_, form)| form)
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
        Sending,
        /// What is under way arrives, and the answer with it.
        Arriving,
        AnswerLost,
        RequestLost,
        /// The page is hidden for good as far as it knows; what it sends arrives.
        LeavingAndBack,
        Other,
    }

    fn anything(with_others: bool) -> impl Strategy<Value = Vec<Happens>> {
        let mut all =
            vec![Happens::Typing, Happens::Sending, Happens::Arriving, Happens::AnswerLost, Happens::RequestLost, Happens::LeavingAndBack];
        if with_others {
            all.push(Happens::Other);
        }
        proptest::collection::vec(proptest::sample::select(all), 0..60)
    }

    /// Plays a story; returns both sides, what was typed last and whether anybody else saved.
    fn play(story: &[Happens]) -> (Saving, Server, FormInput, bool) {
        let (mut page, mut server) = (Saving::new(1, false), Server::new());
        let (mut text, mut current, mut others) = (0, form(0), false);
        let mut under_way: Option<Request> = None;
        for happens in story {
            match happens {
                Happens::Typing => {
                    text += 1;
                    current = form(text);
                    page.type_something();
                }
                Happens::Sending => {
                    if let Some(request) = page.send(&current) {
                        assert!(under_way.replace(request).is_none(), "one at a time");
                    }
                }
                Happens::Arriving => {
                    if let Some(request) = under_way.take() {
                        page.take(server.save(&request));
                    }
                }
                Happens::AnswerLost => {
                    if let Some(request) = under_way.take() {
                        server.save(&request);
                        page.take(Answer::Unknown(SaveState::Retrying));
                    }
                }
                Happens::RequestLost => {
                    if under_way.take().is_some() {
                        page.take(Answer::Unknown(SaveState::Offline));
                    }
                }
                Happens::LeavingAndBack => {
                    if let Some(request) = page.send_blindly(&current) {
                        server.save(&request);
                    }
                    page.stay();
                }
                Happens::Other => {
                    others = true;
                    server.revision += 1;
                    server.by_other = true;
                    server.form = form(1_000_000 + server.revision.unsigned_abs());
                }
            }
        }
        if let Some(request) = under_way.take() {
            page.take(server.save(&request));
        }
        (page, server, current, others)
    }

    /// The line is good and nobody types.
    fn calm(page: &mut Saving, server: &mut Server, current: &FormInput) {
        while let Some(request) = page.send(current) {
            page.take(server.save(&request));
        }
    }

    proptest! {
        #[test]
        fn alone_nobody_hears_of_another_window_and_the_server_gets_the_last_word(story in anything(false)) {
            let (mut page, mut server, current, _) = play(&story);
            calm(&mut page, &mut server, &current);
            prop_assert_eq!(&server.form, &current);
            prop_assert!(!page.is_stopped() && !page.is_unsettled() && !page.must_ask(true));
            prop_assert_eq!(page.revision(), server.revision);
        }

        #[test]
        fn what_somebody_else_saved_is_never_overwritten_unsaid(story in anything(true)) {
            let (mut page, mut server, current, others) = play(&story);
            calm(&mut page, &mut server, &current);
            // either the page knows, or the server had everything before somebody else saved
            prop_assert!(page.is_stopped() || !page.is_dirty() && (server.by_other || server.form == current));
            prop_assert!(others || !page.is_stopped());
            prop_assert!(!page.is_stopped() || page.must_ask(true), "what is only here is asked about");
        }
    }

    #[test]
    fn an_answer_that_never_came_is_not_taken_for_another_window() {
        let (mut page, mut server) = (Saving::new(1, false), Server::new());
        page.type_something();
        let request = page.send_blindly(&form(5)).unwrap();
        server.save(&request);
        page.type_something();
        calm(&mut page, &mut server, &form(56));
        assert_eq!((server.form, page.state()), (form(56), &SaveState::Saved(String::new())));
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
