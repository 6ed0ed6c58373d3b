//! The filing form. On the server it is an ordinary form, complete without JavaScript; in the browser it adds and
//! removes lines, echoes amounts, adds up and saves by itself.

use domain::{
    amount::parse_amount,
    form::{Field, FieldPath, FieldSpec, FormInput, Kind, Need, Section, TypedLine},
    money::Currency,
    region::Region,
};
use leptos::{either::Either, ev, prelude::*};

use super::{
    autosave::Autosave,
    setup::{Choices, Setup, Word},
};
use crate::{
    api::{Carried, SaveFiling, action},
    format,
};

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

/// The state shared by the parts of the form.
#[derive(Clone, Copy)]
pub struct Form {
    pub setup: StoredValue<Setup>,
    pub form: RwSignal<FormInput>,
    /// What is wrong, and where.
    problems: RwSignal<Vec<(FieldPath, String)>>,
    /// Fields whose problems are shown: those that the page came with, and those that were left.
    shown: RwSignal<Vec<FieldPath>>,
    /// Fields that were left since the server last said what is wrong: what it said then may be mended.
    left: RwSignal<Vec<FieldPath>>,
    /// Changes when lines come or go.
    shape: RwSignal<u32>,
}

impl Form {
    fn new(setup: Setup) -> Self {
        let shown = setup.problems.iter().map(|(at, _)| *at).collect();
        Self {
            form: RwSignal::new(setup.form.clone()),
            problems: RwSignal::new(setup.problems.clone()),
            shown: RwSignal::new(shown),
            left: RwSignal::new(Vec::new()),
            shape: RwSignal::new(0),
            setup: StoredValue::new(setup),
        }
    }

    pub fn text(self, word: Word) -> String {
        self.setup.with_value(|setup| setup.text.get(word))
    }

    /// The problem of a field, if it is shown already.
    fn problem(self, at: FieldPath) -> Option<String> {
        let shown = self.shown.with(|shown| shown.contains(&at));
        let message = || self.problems.with(|all| all.iter().find(|(field, _)| *field == at).map(|(_, message)| message.clone()));
        shown.then(message)?
    }

    /// Takes over what the server found wrong with what is typed, and shows it at the fields that were left.
    #[cfg(feature = "hydrate")]
    pub fn problems_found(self, problems: Vec<(FieldPath, String)>) {
        self.problems.set(problems);
        self.show_left();
    }

    /// Shows what is known of the fields that were left.
    #[cfg(feature = "hydrate")]
    pub fn show_left(self) {
        let left = self.left.try_update(std::mem::take).unwrap_or_default();
        self.shown.update(|shown| shown.extend(left));
    }

    /// Makes every line anew.
    pub fn reshaped(self) {
        self.shape.update(|n| *n += 1);
    }

    /// A field with something in it was left: its problem is shown once it is known.
    #[cfg(feature = "hydrate")]
    pub fn left(self, at: FieldPath) {
        let filled = self.form.with_untracked(|form| form.field(at).is_some_and(|text| !text.trim().is_empty()));
        let known = self.shown.with_untracked(|shown| shown.contains(&at)) || self.left.with_untracked(|left| left.contains(&at));
        if filled && !known {
            self.left.update(|left| left.push(at));
        }
    }

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
            self.form.with(|form| {
                let (text, (currency, unit)) = form.field(at).zip(unit(form))?;
                parse_amount(text, currency).ok().map(|minor| format::echo(lang, minor, currency.decimals(), unit))
            })
        };
        view! { {echo} }.into_any()
    }

    fn soums(self, at: FieldPath, label: String, class: &'static str, value: String) -> AnyView {
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
            self.form.update(|form| {
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

/// Puts a text into a control of the page.
#[cfg(feature = "hydrate")]
fn set_text(id: &str, text: &str) {
    super::browser::set_text(id, text);
}

#[cfg(not(feature = "hydrate"))]
fn set_text(_id: &str, _text: &str) {}

/// Whether a field is left for a button or a link that is being pressed.
#[cfg(feature = "hydrate")]
fn is_for_press(event: &ev::FocusEvent) -> bool {
    super::browser::is_for_press(event)
}

#[cfg(not(feature = "hydrate"))]
fn is_for_press(_event: &ev::FocusEvent) -> bool {
    false
}

/// Moves the focus.
#[cfg(feature = "hydrate")]
fn focus(id: String) {
    super::browser::focus(id);
}

#[cfg(not(feature = "hydrate"))]
fn focus(_id: String) {}

/// A line of a section with its remove button.
fn line(form: Form, section: Section, index: usize, fields: AnyView, remove: impl Fn(ev::MouseEvent) + 'static) -> AnyView {
    let label = form.text(Word::Remove);
    let spoken = format!("{label} {}", index + 1);
    view! {
        <li class="line">
            <span class="line-number" aria-hidden="true">{index + 1}</span>
            <div class=format!("line-fields line-{}", section.code())>{fields}</div>
            <button type="submit" name="step" value=format!("remove:{}:{index}", section.code()) class="button button-quiet" aria-label=spoken on:click=remove>
                {label}
            </button>
        </li>
    }
    .into_any()
}

/// A field of line `n`, by what it takes.
fn field(form: Form, saving: Autosave, section: Section, n: usize, spec: FieldSpec, line: &TypedLine) -> AnyView {
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

/// The filing form.
#[island]
pub fn FilingForm(setup: Setup) -> impl IntoView {
    let lang = setup.lang;
    let (resident, quarter, keep) = (setup.resident.clone(), setup.quarter.clone(), setup.keep.clone());
    let (revision, kept) = (setup.revision, setup.kept);
    let form = Form::new(setup);
    let saving = Autosave::new(form, revision, kept);
    // once the form is interactive
    Effect::new(move |_| saving.begin());
    let changed = move |event: ev::Event| {
        if let Some((at, value)) = typed(&event) {
            let differs = form.form.with_untracked(|form| form.field(at).is_some_and(|text| text != value));
            if differs {
                form.form.update(|form| {
                    if let Some(field) = form.field_mut(at) {
                        *field = value;
                    }
                });
                saving.changed();
            }
        }
    };
    let left = move |event: ev::FocusEvent| {
        if let Some((at, _)) = typed(&event) {
            saving.left(at, is_for_press(&event));
        }
    };
    let section = move |section: Section, title: String, hint: String, add: String| section_view(form, saving, section, title, hint, add);
    view! {
        {move || saving.notice()}
        <form method="post" action={action::<SaveFiling>()} class="filing-form" autocomplete="off" on:input=changed on:change=changed on:focusout=left novalidate>
            <input type="hidden" name="lang" value=lang.code()/>
            <input type="hidden" name="resident" value=resident/>
            <input type="hidden" name="quarter" value=quarter/>
            <input type="hidden" name="revision" value=move || saving.revision().to_string()/>
            <input type="hidden" name="carried[keep]" value=keep/>
            // the first button is what Enter presses
            <button type="submit" name="step" value="recalculate" class="visually-hidden" tabindex="-1" aria-hidden="true">{form.text(Word::Recalculate)}</button>
            {section(Section::Domestic, form.text(Word::Domestic), form.text(Word::DomesticHint), form.text(Word::AddDomestic))}
            {section(Section::Exports, form.text(Word::Exports), form.text(Word::ExportsHint), form.text(Word::AddExport))}
            {section(Section::People, form.text(Word::People), form.text(Word::PeopleHint), form.text(Word::AddPeople))}
            <fieldset class="section" id="control">
                <legend>{form.text(Word::Control)}</legend>
                <p class="hint">{form.text(Word::ControlHint)}</p>
                {form.soums(FieldPath::Books, form.text(Word::AmountUzs), "money", form.form.with_untracked(|f| f.control_total.clone()))}
            </fieldset>
            <Totals form/>
            <div class="actions">
                <button type="submit" name="step" value="check" class="button button-primary">{form.text(Word::Check)}</button>
                <button type="submit" name="step" value="save" class="button">{form.text(Word::Save)}</button>
                <button type="submit" name="step" value="recalculate" class="button">{form.text(Word::Recalculate)}</button>
                <p class="save-status" id="save-status" aria-hidden="true">{move || saving.message()}</p>
                <p class="visually-hidden" role="status">{move || saving.announcement()}</p>
            </div>
            <input type="hidden" name="carried[end]" value=Carried::END/>
        </form>
    }
}

fn section_view(form: Form, saving: Autosave, section: Section, title: String, hint: String, add: String) -> AnyView {
    let reshape = move |event: ev::MouseEvent, change: &dyn Fn(&mut FormInput)| {
        event.prevent_default();
        form.form.update(|form| change(form));
        form.reshaped();
        saving.changed();
    };
    let registered = form.setup.with_value(|setup| setup.registered.parse().unwrap_or(Region::TashkentCity));
    let add_id = format!("add-{}", section.code());
    let remove_to = add_id.clone();
    let lines = move || {
        let remove = |index: usize| {
            let add_id = remove_to.clone();
            move |event: ev::MouseEvent| {
                form.problems.update(|problems| without_line(problems, |(at, _)| at, section, index));
                for fields in [form.shown, form.left] {
                    fields.update(|fields| without_line(fields, |at| at, section, index));
                }
                reshape(event, &move |form: &mut FormInput| form.remove_line(section, index));
                focus(add_id.clone());
            }
        };
        let lines = form.form.with_untracked(|typed| -> Vec<AnyView> {
            let fields =
                |n, typed| -> Vec<AnyView> { section.fields().iter().map(|spec| field(form, saving, section, n, *spec, typed)).collect() };
            typed
                .lines(section)
                .iter()
                .enumerate()
                .map(|(n, typed)| line(form, section, n, fields(n, typed).into_any(), remove(n)))
                .collect()
        });
        // the other side each time, so that every line is made anew: a field that was typed in keeps its text for ever
        if form.shape.get().is_multiple_of(2) { Either::Left(lines) } else { Either::Right(lines) }
    };
    let add_line = move |event: ev::MouseEvent| {
        let index = form.form.with_untracked(|form| form.lines(section).len());
        reshape(event, &move |form: &mut FormInput| form.add_line(section, registered));
        if let Some(first) = section.fields().first() {
            focus(FieldPath::of(section, index, first.field).id());
        }
    };
    let problem = move || form.problem(FieldPath::Section(section)).map(|message| view! { <p class="field-problem">{message}</p> });
    view! {
        <fieldset class="section" id=section.code()>
            <legend>{title}</legend>
            <p class="hint">{hint}</p>
            {problem}
            <ol class="lines">{lines}</ol>
            <button type="submit" name="step" id=add_id value=format!("add:{}:{registered}", section.code()) class="button" on:click=add_line>
                {add}
            </button>
        </fieldset>
    }
    .into_any()
}

/// What belongs to the lines that are left, at their new places, after a line was removed. `at` is the place of an item.
fn without_line<T>(items: &mut Vec<T>, at: impl Fn(&mut T) -> &mut FieldPath, section: Section, removed: usize) {
    items.retain_mut(|item| {
        let at = at(item);
        at.without_line(section, removed).map(|moved| *at = moved).is_some()
    });
}

/// The sums of what can be read so far.
#[component]
fn Totals(form: Form) -> impl IntoView {
    let lang = form.setup.with_value(|setup| setup.lang);
    let sums = Memo::new(move |_| form.form.with(|typed| form.setup.with_value(|setup| typed.estimate(&setup.means))));
    let soums = move |tiyin: i64| format!("{}\u{a0}{}", format::decimal(lang, tiyin, 2), format::soum(lang));
    let row = |label: String, value: Signal<String>, id: &'static str| {
        view! { <div class="total"><dt>{label}</dt><dd id=id>{move || value.get()}</dd></div> }.into_any()
    };
    let (less, more) = (form.text(Word::Less), form.text(Word::More));
    let difference = move || match sums.get().difference() {
        Some(0) => soums(0),
        // of the books less the lines
        Some(by) => format!("{} {}", soums(by.abs()), if by > 0 { &less } else { &more }),
        None => String::new(),
    };
    let services = move || sums.get().services().map(soums).unwrap_or_default();
    let unread_text = form.text(Word::Unread);
    let unread = move || if sums.get().unread > 0 { format!("{unread_text}: {}", sums.get().unread) } else { String::new() };
    let approximate_text = form.text(Word::Approximate);
    let approximate = move || if sums.get().approximate { approximate_text.clone() } else { String::new() };
    view! {
        <section class="totals" id="totals">
            <h2>{form.text(Word::Totals)}</h2>
            <dl>
                {row(form.text(Word::TotalDomestic), Signal::derive(move || soums(sums.get().domestic_tiyin)), "total-domestic")}
                {row(form.text(Word::TotalExports), Signal::derive(move || format!("{}\u{a0}USD", format::decimal(lang, sums.get().exports_cents, 2))), "total-exports-usd")}
                {row(form.text(Word::TotalExportsUzs), Signal::derive(move || soums(sums.get().exports_tiyin)), "total-exports-uzs")}
                {row(form.text(Word::TotalServices), Signal::derive(services), "total-services")}
                {row(form.text(Word::TotalPeople), Signal::derive(move || format::number(sums.get().employees)), "total-people")}
                {row(form.text(Word::Difference), Signal::derive(difference), "total-difference")}
            </dl>
            <p class="hint">{unread}</p>
            <p class="hint">{approximate}</p>
        </section>
    }
}

/// The field and the text of an event of a control.
#[cfg(feature = "hydrate")]
fn typed(event: &ev::Event) -> Option<(FieldPath, String)> {
    super::browser::typed(event.target()?.as_ref())
}

/// On the server nothing is typed.
#[cfg(not(feature = "hydrate"))]
fn typed(_event: &ev::Event) -> Option<(FieldPath, String)> {
    None
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

    #[test]
    fn problems_follow_their_lines() {
        let at = |field: &str| (field.parse::<FieldPath>().unwrap(), String::new());
        let mut problems = ["exports.0.amount", "exports.1.country", "exports.2.date", "people.1.region", "control_total"].map(at).to_vec();
        without_line(&mut problems, |(at, _)| at, Section::Exports, 1);
        assert_eq!(problems, ["exports.0.amount", "exports.1.date", "people.1.region", "control_total"].map(at));
    }
}
