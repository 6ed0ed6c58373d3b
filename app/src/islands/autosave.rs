//! Saving a draft while it is being written, so that nothing typed is lost: shortly after the last change, at once when
//! a field is left, and again and again while the server cannot be reached. Until the server has it, a copy stays in the
//! browser. What follows from what is decided in [`super::saving`]; here it is done.

use domain::form::FieldPath;
#[cfg(feature = "hydrate")]
use domain::form::FormInput;
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
use super::{
    browser::{self, Exit},
    saving::{Answer, Copy, Request, Resume},
};
use super::{
    form_state::Form,
    saving::{SaveState, Saving},
    setup::Word,
};
#[cfg(feature = "hydrate")]
use crate::api::{SaveFiling, SignOut};

/// Saves the draft shortly after the last change.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
pub struct Autosave {
    form: Form,
    saving: RwSignal<Saving>,
    /// What this page calls its copy.
    name: StoredValue<String>,
    /// The field that was left by pressing a button.
    pressed: StoredValue<Option<FieldPath>>,
    /// Whether the last copy could be kept in the browser.
    copied: RwSignal<bool>,
    /// Whether the form goes on from such a copy.
    restored: RwSignal<bool>,
    /// The name of a copy that is not in the form: the person chooses.
    found: RwSignal<Option<String>>,
    /// Whether a form is being sent by this program, after it waited.
    passing: StoredValue<bool>,
    /// Whether the person signs out, and nothing is to stay behind in the browser.
    signing_out: StoredValue<bool>,
}

impl Autosave {
    pub fn new(form: Form, revision: i32, kept: bool) -> Self {
        Self {
            form,
            saving: RwSignal::new(Saving::new(revision, kept)),
            name: StoredValue::new(String::new()),
            pressed: StoredValue::new(None),
            copied: RwSignal::new(true),
            restored: RwSignal::new(false),
            found: RwSignal::new(None),
            passing: StoredValue::new(false),
            signing_out: StoredValue::new(false),
        }
    }

    /// To be sent with the next save.
    pub fn revision(self) -> i32 {
        self.saving.with(Saving::revision)
    }

    pub fn message(self) -> String {
        self.saving.with(|saving| self.words(saving.state()))
    }

    /// What is read aloud: the outcome of a save, not every key.
    pub fn announcement(self) -> String {
        self.saving.with(|saving| match saving.state() {
            SaveState::Untouched | SaveState::Waiting => String::new(),
            state => self.words(state),
        })
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

    /// What the browser holds beside what the page shows.
    pub fn notice(self) -> Option<AnyView> {
        let said = |word| view! { <div class="notice notice-warn" role="status"><p>{self.form.text(word)}</p></div> };
        if self.found.with(Option::is_some) {
            let choices = view! {
                <div class="notice notice-warn" role="status" id="found">
                    <p>{self.form.text(Word::Found)}</p>
                    <div class="actions">
                        <button type="button" class="button" on:click=move |_| self.choose(true)>{self.form.text(Word::UseFound)}</button>
                        <button type="button" class="button button-quiet" on:click=move |_| self.choose(false)>{self.form.text(Word::DropFound)}</button>
                    </div>
                </div>
            };
            return Some(choices.into_any());
        }
        self.restored.get().then(|| said(Word::Restored).into_any())
    }
}

/// On the server nothing is typed.
#[cfg(not(feature = "hydrate"))]
#[expect(clippy::unused_self, reason = "the browser's half uses it")]
impl Autosave {
    pub fn changed(self) {}

    pub fn flush(self) {}

    pub fn begin(self) {}

    pub fn left(self, _at: FieldPath, _for_press: bool) {}

    fn choose(self, _takes: bool) {}
}

#[cfg(feature = "hydrate")]
impl Autosave {
    /// Something was typed, chosen, added or removed.
    pub fn changed(self) {
        self.signing_out.set_value(false);
        self.saving.update(Saving::type_something);
        self.copy();
        self.after(1_200);
    }

    /// Saves at once what is not saved yet.
    pub fn flush(self) {
        let request = self.form.typed.with_untracked(|form| self.saving.try_update(|saving| saving.send(form)).flatten());
        if let Some(request) = request {
            leptos::task::spawn_local(self.send(request, false));
        }
    }

    /// A field was left: what is wrong with it is shown as soon as it is known. Where saving is over it is only checked. A
    /// message that appears above a button being pressed would push it away: it waits until the press is over.
    pub fn left(self, at: FieldPath, for_press: bool) {
        self.flush();
        if for_press {
            return self.pressed.set_value(Some(at));
        }
        self.form.left(at);
        if self.saving.with_untracked(Saving::is_stopped) {
            let request = Request { revision: self.revision(), form: self.form.typed.get_untracked() };
            leptos::task::spawn_local(self.send(request, true));
        } else if !self.saving.with_untracked(Saving::is_unsettled) {
            self.form.show_left();
        }
    }

    /// Saves after a pause, unless something else was typed in it.
    fn after(self, milliseconds: u32) {
        let change = self.saving.with_untracked(Saving::change);
        let save = move || {
            if self.saving.with_untracked(|saving| saving.change() == change) {
                self.flush();
            }
        };
        set_timeout(save, std::time::Duration::from_millis(milliseconds.into()));
    }

    async fn send(self, request: Request, only_check: bool) {
        self.copy();
        let answer = self.answer(request, only_check).await;
        if only_check {
            return;
        }
        let again = self.saving.try_update(|saving| saving.take(answer)).flatten();
        if self.saving.with_untracked(|saving| matches!(saving.state(), SaveState::Saved(_))) {
            browser::forget(&self.key());
            browser::show("give-up");
        } else {
            self.copy();
        }
        if let Some(pause) = again {
            self.after(pause);
        }
    }

    /// Sends, and waits a limited time for the answer.
    async fn answer(self, request: Request, only_check: bool) -> Answer {
        use crate::{
            api::{Carried, autosave},
            error::ApiError,
        };
        let (lang, resident, quarter) = self.form.setup.with_value(|setup| (setup.lang, setup.resident.clone(), setup.quarter.clone()));
        let call = autosave(lang, resident, quarter, request.revision, request.form, Carried::END.to_owned(), only_check);
        match browser::within(20_000, call).await {
            Some(Ok(saved)) => {
                self.form.problems_found(saved.problems);
                Answer::Saved { revision: saved.revision, time: saved.time }
            }
            Some(Err(ApiError::Unreachable)) => Answer::Unknown(SaveState::Offline),
            None | Some(Err(ApiError::Busy | ApiError::Internal | ApiError::Unreadable)) => Answer::Unknown(SaveState::Retrying),
            Some(Err(ApiError::Conflict)) => Answer::Refused(SaveState::Conflict),
            Some(Err(ApiError::Unauthorized)) => Answer::Refused(SaveState::Ended),
            Some(Err(ApiError::Forbidden | ApiError::NotFound | ApiError::Invalid)) => Answer::Refused(SaveState::Failed),
        }
    }

    /// What copies of this draft are called. Each page has its own, so that no window takes away another's.
    fn prefix(self) -> String {
        self.form.setup.with_value(|setup| format!("itpark-draft:{}:{}:{}:", setup.person, setup.resident, setup.quarter))
    }

    fn key(self) -> String {
        self.prefix() + &self.name.get_value()
    }

    /// Keeps what is typed in the browser.
    fn copy(self) {
        if self.signing_out.get_value() {
            return;
        }
        let copy = self.form.typed.with_untracked(|form| self.saving.with_untracked(|saving| saving.copy(form)));
        self.copied.set(browser::keep(&self.key(), &copy));
    }

    /// Goes on from what was typed in this window without the server getting it, and with what was typed before the scripts had
    /// loaded; then listens for whatever takes the person away.
    pub fn begin(self) {
        let before = browser::name_before().map(|name| self.prefix() + &name);
        self.name.set_value(browser::new_name());
        self.name.with_value(|name| browser::leave_name(name));
        let on_page = self.form.typed.get_untracked();
        let mut typed = browser::typed_fields();
        typed.retain(|(at, value)| on_page.field(*at).is_some_and(|shown| shown != value));
        let copy = before.as_ref().and_then(|key| browser::kept(key));
        let resumed = copy.and_then(|copy| self.saving.try_update(|saving| saving.resume(copy, &on_page)));
        if let Some(Resume::GoOn(form)) = &resumed {
            self.restored.set(true);
            self.take_over(laid_over(form.clone(), &typed));
        } else if !typed.is_empty() {
            self.form.typed.set(laid_over(on_page, &typed));
            self.changed();
        }
        // what was left before anybody listened is told like what is left now
        for (at, _) in typed.iter().filter(|(at, _)| !browser::has_focus(&at.id())) {
            self.form.left(*at);
        }
        // what this page goes on from stands under its own name now; what is set aside is offered
        if let Some(key) = before.filter(|_| resumed.is_some_and(|resumed| resumed != Resume::Aside)) {
            browser::forget(&key);
        }
        self.flush();
        self.find();
        self.listen();
    }

    fn take_over(self, form: FormInput) {
        browser::set_text(&FieldPath::Books.id(), &form.control_total);
        self.form.typed.set(form);
        self.form.reshaped();
        self.changed();
    }

    /// Looks for a copy that differs from what the page shows.
    fn find(self) {
        let own = self.key();
        let on_page = self.form.typed.get_untracked();
        for key in browser::keys(&self.prefix()).into_iter().filter(|key| *key != own) {
            match browser::kept(&key) {
                Some(copy) if copy.form != on_page => return self.found.set(Some(key)),
                // a page that shows what could not be saved is no proof that the server has it
                Some(_) if self.saving.with_untracked(Saving::is_stopped) => {}
                _ => browser::forget(&key),
            }
        }
        self.found.set(None);
    }

    /// Takes the copy into the form, or gives it up; then there may be another.
    fn choose(self, takes: bool) {
        let Some(key) = self.found.get_untracked() else { return };
        if let Some(Copy { form, .. }) = browser::kept(&key).filter(|_| takes) {
            self.take_over(form);
            self.flush();
        }
        browser::forget(&key);
        self.find();
    }

    fn listen(self) {
        use leptos::ev;
        let handles = [
            window_event_listener(ev::pagehide, move |_| self.send_blindly()),
            window_event_listener(ev::pageshow, move |_| {
                self.name.with_value(|name| browser::leave_name(name));
                self.saving.update(Saving::stay);
            }),
            window_event_listener(ev::visibilitychange, move |_| {
                if browser::is_hidden() {
                    self.flush();
                }
            }),
            window_event_listener(ev::online, move |_| self.flush()),
            window_event_listener(ev::pointerup, move |_| {
                if let Some(at) = self.pressed.try_update_value(std::mem::take).flatten() {
                    set_timeout(move || self.left(at, false), std::time::Duration::from_millis(100));
                }
            }),
            window_event_listener(ev::beforeunload, move |event| {
                if self.saving.with_untracked(|saving| saving.must_ask(self.copied.get_untracked())) {
                    event.prevent_default();
                }
            }),
            window_event_listener(ev::click, move |event| {
                if let Some(address) = browser::followed(&event).filter(|_| self.saving.with_untracked(Saving::is_unsettled)) {
                    event.prevent_default();
                    self.leave(Exit::Link(address));
                }
            }),
            window_event_listener(ev::submit, move |event| {
                if let Some(exit) = Exit::of(&event).filter(|_| !self.passing.get_value()) {
                    self.submit(exit, &event);
                }
            }),
        ];
        on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
    }

    /// Sends what is not saved yet on the way out; what the browser does not take stays in its copy.
    fn send_blindly(self) {
        let request = self.form.typed.with_untracked(|form| self.saving.try_update(|saving| saving.send_blindly(form)).flatten());
        if let Some(Request { revision, form }) = request {
            self.copy();
            let request = self.form.setup.with_value(|setup| browser::Beacon {
                lang: setup.lang,
                resident: setup.resident.clone(),
                quarter: setup.quarter.clone(),
                revision,
                form,
                end: crate::api::Carried::END,
            });
            browser::beacon(crate::api::action::<crate::api::Autosave>(), &request);
        }
    }

    /// A form is sent by the browser, unless something is to be saved before. From within the event no other can be sent.
    fn submit(self, exit: Exit, event: &web_sys::SubmitEvent) {
        if self.saving.with_untracked(|saving| saving.is_unsettled() || saving.is_leaving()) {
            event.prevent_default();
            return self.leave(exit);
        }
        self.prepare(&exit);
        if exit.leads_to::<SaveFiling>() {
            self.saving.update(Saving::leave);
        }
    }

    fn prepare(self, exit: &Exit) {
        exit.mark(self.saving.with_untracked(Saving::revision));
        self.signing_out.set_value(exit.leads_to::<SignOut>());
    }

    /// Leaves once what was typed is saved. Without a line the page stays, for the browser's error page would take its place;
    /// if the server does not take it, the form itself carries it, and before any other way out the browser asks.
    fn leave(self, exit: Exit) {
        if self.saving.try_update(Saving::begin_to_leave) != Some(true) {
            return;
        }
        leptos::task::spawn_local(async move {
            let settled = self.settled().await;
            let offline = || !browser::is_online() || self.saving.with_untracked(|saving| *saving.state() == SaveState::Offline);
            if !settled && offline() {
                self.saving.update(Saving::stay);
                return browser::bring_into_view("save-status");
            }
            self.saving.update(|saving| if settled || exit.leads_to::<SaveFiling>() { saving.leave() } else { saving.doubt() });
            self.prepare(&exit);
            self.passing.set_value(true);
            exit.take();
            self.passing.set_value(false);
            // a way out that leads nowhere can be taken again, but not by the second click of a double click
            browser::pause(1_000).await;
            self.saving.update(Saving::stay);
        });
    }

    /// Waits a few seconds until the server has what was typed; `false` if it has not.
    async fn settled(self) -> bool {
        let tries = if browser::is_online() { 100 } else { 0 };
        for _ in 0..tries {
            self.flush();
            let (waits, dirty) = self.saving.with_untracked(|saving| (saving.is_unsettled(), saving.is_dirty()));
            if !waits {
                return !dirty;
            }
            browser::pause(50).await;
            if self.saving.with_untracked(Saving::is_in_trouble) {
                return false;
            }
        }
        false
    }
}

/// A form with other texts in some of its fields.
#[cfg(feature = "hydrate")]
fn laid_over(mut form: FormInput, typed: &[(FieldPath, String)]) -> FormInput {
    for (at, value) in typed {
        if let Some(field) = form.field_mut(*at) {
            value.clone_into(field);
        }
    }
    form
}
