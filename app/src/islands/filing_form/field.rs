//! The fields of the form: each labelled, with its problem, and with what it echoes.

use domain::{
    amount::parse_amount,
    form::{Field, FieldPath, FieldSpec, FormInput, Kind, Need, Section, TypedLine},
    money::Currency,
};
use leptos::{ev, prelude::*};

use super::{
    super::{
        autosave::Autosave,
        browser::set_text,
        setup::{Choices, Setup, Word},
    },
    Form,
};
use crate::format;

/// Class of the wrapper of a field.
fn field_class(problem: bool) -> &'static str {
    if problem { "field field-wrong" } else { "field" }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// An option of a select as HTML.
fn option(code: &str, name: &str, selected: bool) -> String {
    let selected = if selected { " selected" } else { "" };
    ["<option value=\"", &escaped(code), "\"", selected, ">", &escaped(name), "</option>"].concat()
}

impl Form {
    /// A labelled field with its problem; `control` gets the name, the id, the ids that describe it and whether it is wrong.
    fn field(
        self,
        at: FieldPath,
        label: String,
        class: &'static str,
        echo: Option<AnyView>,
        control: impl FnOnce(String, String, Signal<Option<String>>, Signal<Option<&'static str>>) -> AnyView,
    ) -> AnyView {
        let id = at.id();
        let problem = Memo::new(move |_| self.problem(at));
        let (problem_id, echo_id) = (format!("{id}-problem"), format!("{id}-echo"));
        let ids = (problem_id.clone(), echo.as_ref().map(|_| echo_id.clone()));
        let described = Signal::derive(move || {
            let wrong = problem.with(Option::is_some).then(|| ids.0.clone());
            match (wrong, ids.1.clone()) {
                (Some(wrong), Some(echo)) => Some([wrong, echo].join(" ")),
                (wrong, echo) => wrong.or(echo),
            }
        });
        let invalid = Signal::derive(move || problem.with(Option::is_some).then_some("true"));
        let class = move || [field_class(problem.with(Option::is_some)), " ", class].concat();
        let message = move || problem.get().map(|message| view! { <p class="field-problem" id=problem_id.clone()>{message}</p> });
        view! {
            <div class=class>
                <label for=id.clone()>{label}</label>
                {message}
                {control(at.name(), id, described, invalid)}
                {echo.map(|echo| view! { <p class="echo" id=echo_id>{echo}</p> })}
            </div>
        }
        .into_any()
    }

    /// Whether the field gets the focus when the page comes.
    fn has_focus(self, at: FieldPath) -> bool {
        self.setup.with_value(|setup| setup.focus == Some(at))
    }

    fn input(self, at: FieldPath, label: String, class: &'static str, value: String, mode: &'static str, echo: Option<AnyView>) -> AnyView {
        let focus = self.has_focus(at);
        self.field(at, label, class, echo, |name, id, described, invalid| {
            view! {
                <input type="text" name=name id=id value=value inputmode=mode autocomplete="off" autofocus=focus aria-describedby=described aria-invalid=invalid/>
            }
            .into_any()
        })
    }

    fn select(self, at: FieldPath, label: String, class: &'static str, value: &str, choices: impl Fn(&Setup) -> &Choices) -> AnyView {
        let focus = self.has_focus(at);
        // as one text: a thousand options as views would be slow to make interactive
        let options = self.setup.with_value(|setup| {
            let choices = choices(setup);
            let mut html = option("", &self.text(Word::Choose), value.is_empty());
            if !value.is_empty() && !choices.iter().any(|(code, _)| code == value) {
                // a value that is not in the list is kept, so that the problem can be seen
                html += &option(value, value, true);
            }
            choices.iter().fold(html, |html, (code, name)| html + &option(code, name, code == value))
        });
        self.field(at, label, class, None, |name, id, described, invalid| {
            view! { <select name=name id=id autofocus=focus aria-describedby=described aria-invalid=invalid inner_html=options></select> }
                .into_any()
        })
    }

    /// The amount in figures and in words of scale. `unit` tells the currency and its name.
    fn echo(self, at: FieldPath, unit: impl Fn(&FormInput) -> Option<(Currency, &'static str)> + Send + Sync + 'static) -> AnyView {
        let lang = self.setup.with_value(|setup| setup.lang);
        let echo = move || {
            self.typed.with(|form| {
                let (text, (currency, unit)) = form.field(at).zip(unit(form))?;
                parse_amount(text, currency).ok().map(|minor| format::echo(lang, minor, currency.decimals(), unit))
            })
        };
        view! { {echo} }.into_any()
    }

    pub(super) fn soums(self, at: FieldPath, label: String, class: &'static str, value: String) -> AnyView {
        let lang = self.setup.with_value(|setup| setup.lang);
        let echo = self.echo(at, move |_| Some((Currency::UZS, format::soum(lang))));
        self.input(at, label, class, value, "decimal", Some(echo))
    }

    /// A day, typed in any way; where the browser has a calendar, it can be chosen from it too.
    fn day(self, at: FieldPath, label: String, value: String, saving: Autosave) -> AnyView {
        let hint = self.text(Word::DateHint).into_any();
        let text_id = at.id();
        let ready = RwSignal::new(false);
        Effect::new(move |_| ready.set(true));
        let (least, most) = self.setup.with_value(|setup| setup.days.clone());
        let picked = move |event: ev::Event| {
            let Some(day) = written(&event_target_value(&event)) else { return };
            set_text(&text_id, &day);
            self.typed.update(|form| {
                if let Some(field) = form.field_mut(at) {
                    *field = day;
                }
            });
            saving.changed();
            saving.flush();
        };
        view! {
            <div class="short with-calendar">
                {self.input(at, label, "", value, "text", Some(hint))}
                <input type="date" class="calendar" hidden=move || !ready.get() tabindex="-1" aria-label=self.text(Word::PickDate) min=least max=most on:change=picked/>
            </div>
        }
        .into_any()
    }
}

/// A day of a calendar, `2023-09-15`, as people write it: `15.09.2023`.
fn written(day: &str) -> Option<String> {
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    Some([day, ".", month, ".", year].concat())
}

/// A field of line `n`, by what it takes.
pub(super) fn field(form: Form, saving: Autosave, section: Section, n: usize, spec: FieldSpec, line: &TypedLine) -> AnyView {
    let (at, text) = (FieldPath::of(section, n, spec.field), line.get(spec.field));
    let mut label = form.setup.with_value(|setup| setup.label(section, spec.field));
    if spec.need == Need::Optional {
        label = format!("{label} ({})", form.text(Word::Optional));
    }
    match spec.kind {
        Kind::Region => form.select(at, label, "wide", text, |s| &s.regions),
        Kind::Activity => form.select(at, label, "wide", text, |s| &s.activities),
        Kind::Country => form.select(at, label, "wide", text, |s| &s.countries),
        Kind::Category => form.select(at, label, "wide", text, |s| &s.categories),
        Kind::Currency => form.select(at, label, "short", text, |s| &s.currencies),
        Kind::Soums => form.soums(at, label, "money", text.to_owned()),
        Kind::Money => {
            let echo = form.echo(at, move |form| {
                let currency: Currency = form.lines(section).get(n)?.get(Field::Currency).parse().ok()?;
                Some((currency, currency.code()))
            });
            form.input(at, label, "money", text.to_owned(), "decimal", Some(echo))
        }
        Kind::Count => form.input(at, label, "count", text.to_owned(), "numeric", None),
        Kind::Day => form.day(at, label, text.to_owned(), saving),
        Kind::Text => form.input(at, label, "wide", text.to_owned(), "text", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_cannot_become_html() {
        assert_eq!(option("\"><script>", "a & b", true), "<option value=\"&quot;>&lt;script>\" selected>a &amp; b</option>");
    }

    #[test]
    fn a_day_of_the_calendar_is_written_as_people_write_it() {
        assert_eq!(written("2023-09-15").as_deref(), Some("15.09.2023"));
        assert_eq!(written(""), None);
    }
}
