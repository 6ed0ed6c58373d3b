//! On the server nothing is typed, and nothing has the focus.

use domain::form::FieldPath;
use leptos::ev;

pub fn typed(_event: &ev::Event) -> Option<(FieldPath, String)> {
    None
}

pub fn set_text(_id: &str, _text: &str) {}

pub fn focus(_id: String) {}

pub fn is_for_press(_event: &ev::FocusEvent) -> bool {
    false
}
