//! Every order of events: nothing typed is lost.

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
