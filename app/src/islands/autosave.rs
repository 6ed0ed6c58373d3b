//! Saving a draft while it is being written, so that nothing typed is lost: shortly after the last change, at once when
//! a field is left, and again and again while the server cannot be reached. Until the server has it, a copy stays in the
//! browser.

use domain::form::FormInput;
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
use super::browser::{self, Copy};
use super::{filing_form::Form, setup::Word};

/// How the draft stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
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

/// Saves the draft shortly after the last change.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
pub struct Autosave {
    form: Form,
    state: RwSignal<SaveState>,
    revision: RwSignal<i32>,
    /// Counts changes: only the timer of the last one saves.
    changes: RwSignal<u32>,
    /// The count up to which the server has them.
    saved: RwSignal<u32>,
    /// What is on its way to the server.
    sending: RwSignal<Option<FormInput>>,
    /// Attempts that failed since one succeeded.
    failures: RwSignal<u32>,
    /// Whether the person leaves on purpose, so that nothing is asked.
    leaving: RwSignal<bool>,
    /// Whether the last copy could be kept in the browser.
    copied: RwSignal<bool>,
}

impl Autosave {
    pub fn new(form: Form, revision: i32, kept: bool) -> Self {
        let first = if kept { SaveState::Failed } else { SaveState::Untouched };
        Self {
            form,
            revision: RwSignal::new(revision),
            state: RwSignal::new(first),
            changes: RwSignal::new(0),
            saved: RwSignal::new(0),
            sending: RwSignal::new(None),
            failures: RwSignal::new(0),
            leaving: RwSignal::new(false),
            copied: RwSignal::new(true),
        }
    }

    /// To be sent with the next save.
    pub fn revision(self) -> i32 {
        self.revision.get()
    }

    pub fn message(self) -> String {
        self.words(&self.state.get())
    }

    /// What is read aloud: the outcome of a save, not every key.
    pub fn announcement(self) -> String {
        match self.state.get() {
            SaveState::Untouched | SaveState::Waiting => String::new(),
            state => self.words(&state),
        }
    }

    fn words(self, state: &SaveState) -> String {
        match state {
            SaveState::Untouched => String::new(),
            SaveState::Waiting => self.form.text(Word::Saving),
            SaveState::Saved(time) => format!("{} {time}", self.form.text(Word::Saved)),
            SaveState::Offline => self.form.text(Word::Offline),
            SaveState::Retrying => self.form.text(Word::Retrying),
            SaveState::Conflict => self.form.text(Word::Conflict),
            SaveState::Ended => self.form.text(Word::Ended),
            SaveState::Failed => self.form.text(Word::NotSaved),
        }
    }
}

/// On the server nothing is typed.
#[cfg(not(feature = "hydrate"))]
#[expect(clippy::unused_self, reason = "the browser's half uses it")]
impl Autosave {
    pub fn changed(self) {}

    pub fn flush(self) {}

    pub fn begin(self) {}
}

#[cfg(feature = "hydrate")]
impl Autosave {
    fn is_dirty(self) -> bool {
        self.changes.get_untracked() != self.saved.get_untracked()
    }

    /// Whether saving by itself is over, and the person decides, by saving.
    fn is_stopped(self) -> bool {
        matches!(self.state.get_untracked(), SaveState::Conflict | SaveState::Ended | SaveState::Failed)
    }

    /// Something was typed, chosen, added or removed.
    pub fn changed(self) {
        self.changes.update(|n| *n += 1);
        self.copy();
        if !self.is_stopped() {
            self.state.set(SaveState::Waiting);
            self.after(1_200);
        }
    }

    /// Saves at once what is not saved yet.
    pub fn flush(self) {
        if self.is_dirty() && !self.is_stopped() {
            self.start();
        }
    }

    /// Saves after a pause, unless something else was typed in it.
    fn after(self, milliseconds: u64) {
        let change = self.changes.get_untracked();
        let save = move || {
            if self.changes.get_untracked() == change && self.is_dirty() && !self.is_stopped() {
                self.start();
            }
        };
        set_timeout(save, std::time::Duration::from_millis(milliseconds));
    }

    /// One at a time: a save under way looks for later changes when it is done.
    fn start(self) {
        if self.sending.with_untracked(Option::is_none) {
            leptos::task::spawn_local(async move {
                self.save().await;
            });
        }
    }

    async fn save(self) {
        use crate::{
            api::{Carried, autosave},
            error::ApiError,
        };
        let (lang, resident, quarter) = self.form.setup.with_value(|setup| (setup.lang, setup.resident.clone(), setup.quarter.clone()));
        let (change, form) = (self.changes.get_untracked(), self.form.form.get_untracked());
        self.sending.set(Some(form.clone()));
        self.copy();
        let answer = autosave(lang, resident, quarter, self.revision.get_untracked(), form, Carried::END.to_owned()).await;
        self.sending.set(None);
        match answer {
            Ok(saved) => {
                self.revision.set(saved.revision);
                self.saved.set(change);
                self.failures.set(0);
                self.form.problems_found(saved.problems);
                if self.is_dirty() {
                    self.copy();
                    self.after(300);
                } else {
                    browser::forget(&self.key());
                    self.state.set(SaveState::Saved(saved.time));
                }
            }
            Err(ApiError::Conflict) => self.state.set(SaveState::Conflict),
            Err(ApiError::Unauthorized) => self.state.set(SaveState::Ended),
            Err(ApiError::Unreachable) => self.again(SaveState::Offline),
            Err(ApiError::Busy | ApiError::Internal | ApiError::Unreadable) => self.again(SaveState::Retrying),
            Err(ApiError::Forbidden | ApiError::NotFound | ApiError::Invalid) => self.state.set(SaveState::Failed),
        }
    }

    /// Tries again later, each time twice as late, at most after a minute; at once when the line is back.
    fn again(self, state: SaveState) {
        let failures = self.failures.get_untracked().min(6);
        self.failures.set(failures + 1);
        self.state.set(state);
        self.after(1_000 << failures);
    }

    fn key(self) -> String {
        self.form.setup.with_value(|setup| format!("itpark-draft:{}:{}:{}", setup.person, setup.resident, setup.quarter))
    }

    /// Keeps what is typed in the browser.
    fn copy(self) {
        let copy =
            Copy { revision: self.revision.get_untracked(), sent: self.sending.get_untracked(), form: self.form.form.get_untracked() };
        self.copied.set(browser::keep(&self.key(), &copy));
    }

    /// Takes over what was typed before the scripts had loaded, or in this browser without the server getting it; then
    /// listens for whatever takes the person away.
    pub fn begin(self) {
        let typed = browser::typed_fields();
        let differing = self.form.form.try_update(|form| {
            typed.iter().fold(false, |differs, (path, value)| match form.field_mut(path) {
                Some(field) if field != value => {
                    value.clone_into(field);
                    true
                }
                _ => differs,
            })
        });
        if differing == Some(true) {
            self.changed();
            self.flush();
        } else {
            self.restore();
        }
        self.listen();
    }

    fn restore(self) {
        let Some(copy) = browser::kept(&self.key()) else { return };
        if self.form.setup.with_value(|setup| setup.kept) {
            return; // the page shows what was sent on purpose
        }
        let on_page = self.form.form.get_untracked();
        if copy.form == on_page {
            browser::forget(&self.key());
            return;
        }
        // on top of what the page shows: nobody else has saved since, but for our own last save
        let ours = copy.revision == self.revision.get_untracked() || copy.sent.as_ref() == Some(&on_page);
        let revision = if ours { self.revision.get_untracked() } else { copy.revision };
        self.revision.set(revision);
        browser::set_text("control_total", &copy.form.control_total);
        self.form.form.set(copy.form);
        self.form.reshaped();
        self.changed();
        if ours { self.flush() } else { self.state.set(SaveState::Conflict) }
    }

    fn listen(self) {
        use leptos::ev;
        let hidden = move || {
            if self.is_dirty() && !self.leaving.get_untracked() {
                self.copy();
                self.beacon();
            }
        };
        let handles = [
            window_event_listener(ev::pagehide, move |_| hidden()),
            window_event_listener(ev::visibilitychange, move |_| {
                if browser::is_hidden() {
                    hidden();
                }
            }),
            window_event_listener(ev::online, move |_| self.flush()),
            window_event_listener(ev::beforeunload, move |event| {
                let sure = self.copied.get_untracked() && self.state.get_untracked() == SaveState::Waiting;
                if self.is_dirty() && !sure && !self.leaving.get_untracked() {
                    event.prevent_default();
                }
            }),
            window_event_listener(ev::click, move |event| self.follow(&event)),
            window_event_listener(ev::submit, move |event| self.send(&event)),
        ];
        on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    }

    /// Sends what is not saved yet on the way out; what the browser does not take stays in its copy.
    fn beacon(self) {
        if self.is_stopped() || self.sending.with_untracked(Option::is_some) {
            return;
        }
        let request = self.form.setup.with_value(|setup| browser::Request {
            lang: setup.lang,
            resident: setup.resident.clone(),
            quarter: setup.quarter.clone(),
            revision: self.revision.get_untracked(),
            form: self.form.form.get_untracked(),
            end: crate::api::Carried::END,
        });
        browser::beacon("/api/autosave", &request);
    }

    /// A link is followed when what was typed is saved; offline it would lead to an error page.
    fn follow(self, event: &web_sys::MouseEvent) {
        let Some(address) = browser::followed(event).filter(|_| self.is_dirty() && !self.is_stopped()) else { return };
        event.prevent_default();
        leptos::task::spawn_local(async move {
            if self.settled().await {
                self.leaving.set(true);
                browser::go_to(&address);
            }
        });
    }

    /// A form is sent when what was typed is saved; while the server cannot be reached it stays, for the browser's error
    /// page would take the place of what was typed.
    fn send(self, event: &web_sys::SubmitEvent) {
        let Some(sent) = browser::Sent::of(event) else { return };
        if sent.gives_up_draft() {
            self.leaving.set(true);
            browser::forget(&self.key());
            return;
        }
        if self.leaving.get_untracked() {
            return;
        }
        event.prevent_default();
        leptos::task::spawn_local(async move {
            if self.settled().await && browser::is_online() {
                self.leaving.set(true);
                sent.submit();
            } else {
                self.state.set(SaveState::Offline);
                self.after(2_000);
            }
        });
    }

    /// Whether the server answered to what was typed: it has it, or says why not.
    async fn settled(self) -> bool {
        if self.is_dirty() && !self.is_stopped() {
            while self.sending.with_untracked(Option::is_some) {
                browser::pause(50).await;
            }
            if self.is_dirty() && !self.is_stopped() {
                self.save().await;
            }
        }
        !self.is_dirty() || self.is_stopped()
    }
}
