//! The browser around the form: its controls, its storage, its way out. All that touches it stands here.

use std::task::Poll;

use domain::form::{FieldPath, FormInput};
use leptos::{prelude::*, server_fn::ServerFn};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Element, Event, FocusEvent, HtmlAnchorElement, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, MouseEvent,
    SubmitEvent,
};

use super::saving::Copy;
use crate::lang::Lang;

/// The arguments of [`crate::api::autosave`].
#[derive(Serialize)]
pub struct Beacon {
    pub lang: Lang,
    pub resident: String,
    pub quarter: String,
    pub revision: i32,
    pub form: FormInput,
    pub end: &'static str,
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok()?
}

/// Keeps a copy; `false` where the browser has no room or no storage.
pub fn keep(key: &str, copy: &Copy) -> bool {
    let text = serde_json::to_string(copy).ok();
    storage().zip(text).is_some_and(|(storage, text)| storage.set_item(key, &text).is_ok())
}

/// The kept copy.
pub fn kept(key: &str) -> Option<Copy> {
    serde_json::from_str(&storage()?.get_item(key).ok()??).ok()
}

/// The names of all copies that begin so.
pub fn keys(prefix: &str) -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let all = (0..storage.length().unwrap_or_default()).filter_map(|n| storage.key(n).ok()?);
    all.filter(|key| key.starts_with(prefix)).collect()
}

/// A name that nothing has yet.
pub fn new_name() -> String {
    format!("{:x}", js_sys::Math::random().to_bits())
}

const NAME: &str = "itpark-window";

/// The name that the page before had in this window. A window opened from it has the same, and no other way to know.
pub fn name_before() -> Option<String> {
    window().session_storage().ok()??.get_item(NAME).ok()?
}

/// Lets the next page in this window know the name of this one.
pub fn leave_name(name: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        // without a storage nothing is kept under the name either
        let _ = storage.set_item(NAME, name);
    }
}

/// Removes the copy.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        // without a storage there is no copy either
        let _ = storage.remove_item(key);
    }
}

/// Sends JSON on the way out.
pub fn beacon(path: &str, request: &Beacon) {
    let Ok(text) = serde_json::to_string(request) else { return };
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/json");
    let parts = js_sys::Array::of1(&JsValue::from_str(&text));
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) {
        // what the browser does not take is in the copy
        let _ = window().navigator().send_beacon_with_opt_blob(path, Some(&blob));
    }
}

pub fn is_hidden() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Hidden
}

pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// The field and the text of an event of a control.
pub fn typed(event: &Event) -> Option<(FieldPath, String)> {
    of_control(event.target()?.as_ref())
}

/// The field of a control and its text.
fn of_control(target: &JsValue) -> Option<(FieldPath, String)> {
    let (name, value) = match target.dyn_ref::<HtmlInputElement>() {
        Some(input) => (input.name(), input.value()),
        None => target.dyn_ref::<HtmlSelectElement>().map(|select| (select.name(), select.value()))?,
    };
    Some((FieldPath::of_name(&name)?, value))
}

/// What every control of the form says.
pub fn typed_fields() -> Vec<(FieldPath, String)> {
    let Ok(controls) = document().query_selector_all("[name^='form[']") else { return Vec::new() };
    (0..controls.length()).filter_map(|n| of_control(controls.item(n)?.as_ref())).collect()
}

/// Whether a control has the focus.
pub fn has_focus(id: &str) -> bool {
    document().active_element().is_some_and(|element| element.id() == id)
}

/// Puts a text into a control.
pub fn set_text(id: &str, text: &str) {
    if let Some(input) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
        input.set_value(text);
    }
}

/// Moves the focus once the page has its new shape.
pub fn focus(id: String) {
    request_animation_frame(move || {
        let element = document().get_element_by_id(&id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
        // an element that is gone takes no focus
        let _ = element.map(|element| element.focus());
    });
}

/// Whether the focus goes to a button or a link that is being pressed, not by way of the keyboard.
pub fn is_for_press(event: &FocusEvent) -> bool {
    let to = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
    to.is_some_and(|element| element.matches(":is(button, a, summary):active").unwrap_or(false))
}

/// The address to which a click leads in this window.
pub fn followed(event: &MouseEvent) -> Option<String> {
    if event.default_prevented() || event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
        return None;
    }
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let stays = link.get_attribute("href").is_some_and(|href| href.starts_with('#'));
    (!stays && link.target().is_empty() && !link.has_attribute("download")).then(|| link.href())
}

/// A way out that the person chose.
pub enum Exit {
    /// A link to this address.
    Link(String),
    /// A form, with the button that sends it.
    Form(HtmlFormElement, Option<HtmlElement>),
}

impl Exit {
    /// The form that is about to be sent.
    pub fn of(event: &SubmitEvent) -> Option<Self> {
        if event.default_prevented() {
            return None;
        }
        Some(Self::Form(event.target()?.dyn_into().ok()?, event.submitter()))
    }

    /// Whether it is a form for this function of the server.
    pub fn leads_to<F: ServerFn>(&self) -> bool {
        matches!(self, Self::Form(form, _) if form.action().ends_with(F::PATH))
    }

    /// Lets a form about the draft say which revision it means.
    pub fn mark(&self, revision: i32) {
        if let Self::Form(form, _) = self
            && let Ok(Some(input)) = form.query_selector("input[name=revision]")
        {
            // only a name that is none is refused
            let _ = input.set_attribute("value", &revision.to_string());
        }
    }

    /// Takes it.
    pub fn take(self) {
        // links and forms of the page lead somewhere
        let _ = match self {
            Self::Link(address) => window().location().set_href(&address),
            Self::Form(form, Some(button)) => form.request_submit_with_submitter(Some(&button)),
            Self::Form(form, None) => form.request_submit(),
        };
    }
}

/// Shows what the page came with hidden, because there was nothing to do with it.
pub fn show(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        // it may be shown already
        let _ = element.remove_attribute("hidden");
    }
}

/// Makes an element seen.
pub fn bring_into_view(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view_with_bool(false);
    }
}

/// The result, unless it takes longer; then it is given up.
pub async fn within<T>(milliseconds: i32, work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut limit) = (std::pin::pin!(work), std::pin::pin!(pause(milliseconds)));
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// Waits.
pub async fn pause(milliseconds: i32) {
    let wait = js_sys::Promise::new(&mut |resolve, _| {
        let done = Closure::once_into_js(move || {
            let _ = resolve.call0(&JsValue::NULL);
        });
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(done.unchecked_ref(), milliseconds);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(wait).await;
}
