//! A field for a reason, with its problem at the field and what was typed kept; and the marks that every form with text carries.

use leptos::prelude::*;

use crate::{api::Carried, context::Page, refusal::text_of};

/// The problem of `?problem=…` if it is one of a reason.
fn problem(page: &Page) -> Option<String> {
    let code = page.param("problem").filter(|code| code.starts_with("reason"))?;
    text_of(page.lang, &code)
}

/// A text area with its label, its hint and what is wrong with it.
pub struct Area<'a> {
    /// Identifier in the page.
    pub id: &'a str,
    /// Name of the field.
    pub name: &'a str,
    /// Label.
    pub label: &'a str,
    /// What helps to fill it in.
    pub hint: Option<String>,
    /// What is wrong.
    pub problem: Option<String>,
    /// What was typed.
    pub typed: Option<String>,
}

impl Area<'_> {
    /// The field.
    pub fn view(self) -> AnyView {
        let Self { id, name, label, hint, problem, typed } = self;
        let class = if problem.is_some() { "field field-wrong" } else { "field" };
        let invalid = problem.is_some().then_some("true");
        let (hint_id, problem_id) = (format!("{id}-hint"), format!("{id}-problem"));
        let described: Vec<&str> =
            [hint.as_ref().map(|_| hint_id.as_str()), problem.as_ref().map(|_| problem_id.as_str())].into_iter().flatten().collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        view! {
            <div class=class>
                <label for=id.to_owned()>{label.to_owned()}</label>
                {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
                {problem.map(|message| view! { <p class="field-problem" id=problem_id>{message}</p> })}
                <textarea id=id.to_owned() name=name.to_owned() rows="3" aria-describedby=described aria-invalid=invalid>{typed}</textarea>
            </div>
        }
        .into_any()
    }
}

/// The one reason of a form, with the problem of `?problem=…`.
pub fn reason_field(page: &Page, label: &str, hint: Option<String>, typed: Option<String>) -> AnyView {
    let problem = problem(page).map(|message| format!("{label}: {message}"));
    Area { id: "reason", name: "reason", label, hint, problem, typed }.view()
}

/// What was typed for what cannot be done any more, under what is said of it.
pub fn kept_notice(said: String, typed: Option<String>) -> Option<AnyView> {
    let notice = |typed: String| {
        view! { <div class="notice notice-warn"><p>{said}</p><blockquote class="reason">{typed}</blockquote></div> }.into_any()
    };
    typed.map(notice)
}

/// The token with which a text is kept, where one is needed.
pub fn keep_mark(token: String) -> AnyView {
    view! { <input type="hidden" name="carried[keep]" value=token/> }.into_any()
}

/// The last field of a form: without it only a part of the form arrived.
pub fn end_mark() -> AnyView {
    view! { <input type="hidden" name="carried[end]" value=Carried::END/> }.into_any()
}
