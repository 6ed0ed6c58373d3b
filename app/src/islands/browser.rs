//! The browser around the form: its controls, its storage, its way out. All that touches it stands here.

use domain::form::FormInput;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Element, FocusEvent, HtmlAnchorElement, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, MouseEvent, SubmitEvent,
};

use super::filing_form::field_path;
use crate::lang::Lang;

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

/// The arguments of [`crate::api::autosave`].
#[derive(Serialize)]
pub struct Request {
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

/// Removes the copy.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        // without a storage there is no copy either
        let _ = storage.remove_item(key);
    }
}

/// Sends JSON on the way out.
pub fn beacon(path: &str, request: &Request) {
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

/// Field path and text of a control.
pub fn typed(target: &JsValue) -> Option<(String, String)> {
    let (name, value) = match target.dyn_ref::<HtmlInputElement>() {
        Some(input) => (input.name(), input.value()),
        None => target.dyn_ref::<HtmlSelectElement>().map(|select| (select.name(), select.value()))?,
    };
    Some((field_path(&name)?, value))
}

/// What every control of the form says.
pub fn typed_fields() -> Vec<(String, String)> {
    let Ok(controls) = document().query_selector_all("[name^='form[']") else { return Vec::new() };
    (0..controls.length()).filter_map(|n| typed(controls.item(n)?.as_ref())).collect()
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

/// Whether the focus goes to a button or a link.
pub fn is_for_button(event: &FocusEvent) -> bool {
    let to = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
    to.is_some_and(|element| element.matches("button, a, summary").unwrap_or(false))
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

pub fn go_to(address: &str) {
    // an address of a link of the page
    let _ = window().location().set_href(address);
}

/// A form that is being sent, with the button that sends it.
pub struct Sent {
    form: HtmlFormElement,
    button: Option<Element>,
}

impl Sent {
    pub fn of(event: &SubmitEvent) -> Option<Self> {
        if event.default_prevented() {
            return None;
        }
        let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
        Some(Self { form, button: event.submitter().map(Into::into) })
    }

    pub fn gives_up_draft(&self) -> bool {
        self.form.action().ends_with("/cancel_draft")
    }

    /// Sends the form after all; the button's value goes with it.
    pub fn submit(self) {
        let attribute = |name| self.button.as_ref().and_then(|button| button.get_attribute(name));
        if let (Some(name), Ok(input)) = (attribute("name"), document().create_element("input"))
            && let Ok(input) = input.dyn_into::<HtmlInputElement>()
        {
            input.set_type("hidden");
            input.set_name(&name);
            input.set_value(&attribute("value").unwrap_or_default());
            // before the other fields: the end mark stays the last
            let _ = self.form.prepend_with_node_1(&input);
        }
        let _ = self.form.submit();
    }
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
