//! A field for a reason, with its problem at the field and what was typed kept; and the marks that every form with text carries.

use leptos::prelude::*;

use crate::{api::Carried, context::Page, labels::page_problem};

/// The problem of `?problem=…` if it is one of a reason.
fn problem(page: &Page) -> Option<String> {
    let code = page.param("problem").filter(|code| code.starts_with("reason"))?;
    page_problem(page.lang, &code)
}

/// A text area with its label.
pub fn reason_field(page: &Page, name: &'static str, label: &str, hint: Option<String>, typed: Option<String>) -> AnyView {
    let problem = problem(page);
    let class = if problem.is_some() { "field field-wrong" } else { "field" };
    let invalid = problem.is_some().then_some("true");
    let described: Vec<&str> =
        [hint.as_ref().map(|_| "reason-hint"), problem.as_ref().map(|_| "reason-problem")].into_iter().flatten().collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let text = problem.map(|message| view! { <p class="field-problem" id="reason-problem">{format!("{label}: {message}")}</p> });
    view! {
        <div class=class>
            <label for="reason">{label.to_owned()}</label>
            {hint.map(|hint| view! { <p class="hint" id="reason-hint">{hint}</p> })}
            {text}
            <textarea id="reason" name=name rows="3" aria-describedby=described aria-invalid=invalid>{typed}</textarea>
        </div>
    }
    .into_any()
}

/// The token with which a text is kept, where one is needed.
pub fn keep_mark(token: String) -> AnyView {
    view! { <input type="hidden" name="carried[keep]" value=token/> }.into_any()
}

/// The last field of a form: without it only a part of the form arrived.
pub fn end_mark() -> AnyView {
    view! { <input type="hidden" name="carried[end]" value=Carried::END/> }.into_any()
}
