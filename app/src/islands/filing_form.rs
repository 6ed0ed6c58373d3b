//! The filing form. On the server it is an ordinary form, complete without JavaScript; in the browser it adds and
//! removes lines, echoes amounts, adds up and saves by itself.

use domain::{
    amount::{AmountError, parse_amount},
    form::{DomesticInput, ExportInput, FormInput, PeopleInput, Section},
    money::Currency,
    region::Region,
};
use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};

use crate::{format, lang::Lang};

/// Values to choose from: code and name.
pub type Choices = Vec<(String, String)>;

/// Everything the form needs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the list or text that its name says")]
pub struct Setup {
    pub lang: Lang,
    pub resident: String,
    pub quarter: String,
    pub registered: String,
    pub revision: i32,
    pub form: FormInput,
    pub means: Vec<(Currency, i64)>,
    /// Field path and message.
    pub problems: Vec<(String, String)>,
    pub regions: Choices,
    pub activities: Choices,
    pub countries: Choices,
    pub categories: Choices,
    pub currencies: Choices,
    pub text: Text,
}

macro_rules! texts {
    ($($name:ident),* $(,)?) => {
        /// The strings of the form in the language of the page.
        #[derive(Debug, Clone, Default, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each is the text that its name says")]
        pub struct Text { $(pub $name: String),* }
    };
}

texts! {
    domestic, domestic_hint, exports, exports_hint, people, people_hint, control, control_hint, region, activity, amount_uzs, country, category, currency,
    amount, date, date_hint, contract, optional, employees, specialists, women, under_30, disability, foreign, payroll, add_domestic, add_export, add_people,
    remove, totals, total_domestic, total_exports, total_exports_uzs, total_services, total_people, difference, unread, approximate, recalculate, save, check,
    saved, saving, not_saved, conflict, choose, ambiguous, or,
}

/// Class of the wrapper of a field.
fn field_class(problem: bool) -> &'static str {
    if problem { "field field-wrong" } else { "field" }
}

/// `exports.2.amount` as the name of a form field: `form[exports][2][amount]`.
fn field_name(path: &str) -> String {
    path.split('.').fold("form".to_owned(), |name, part| name + "[" + part + "]")
}

/// The reverse of [`field_name`].
fn field_path(name: &str) -> Option<String> {
    Some(name.strip_prefix("form[")?.strip_suffix(']')?.replace("][", "."))
}

/// The state shared by the parts of the form.
#[derive(Clone, Copy)]
struct Form {
    setup: StoredValue<Setup>,
    form: RwSignal<FormInput>,
}

impl Form {
    fn text(self, pick: impl Fn(&Text) -> &String) -> String {
        self.setup.with_value(|setup| pick(&setup.text).clone())
    }

    fn problem(self, path: &str) -> Option<String> {
        self.setup.with_value(|setup| setup.problems.iter().find(|(field, _)| field == path).map(|(_, message)| message.clone()))
    }

    /// A labelled field with its problem; `control` gets the name, the id and the ids that describe it.
    fn field(
        self,
        path: &str,
        label: String,
        class: &str,
        echo: Option<AnyView>,
        control: impl FnOnce(String, String, Option<String>) -> AnyView,
    ) -> AnyView {
        let id = path.replace('.', "-");
        let problem = self.problem(path);
        let (problem_id, echo_id) = (format!("{id}-problem"), format!("{id}-echo"));
        let mut described = Vec::new();
        if problem.is_some() {
            described.push(problem_id.clone());
        }
        if echo.is_some() {
            described.push(echo_id.clone());
        }
        let described = (!described.is_empty()).then(|| described.join(" "));
        let class = format!("{} {class}", field_class(problem.is_some()));
        view! {
            <div class=class>
                <label for=id.clone()>{label}</label>
                {problem.map(|message| view! { <p class="field-problem" id=problem_id>{message}</p> })}
                {control(field_name(path), id, described)}
                {echo.map(|echo| view! { <p class="echo" id=echo_id>{echo}</p> })}
            </div>
        }
        .into_any()
    }

    fn input(self, path: &str, label: String, class: &'static str, value: String, mode: &'static str, echo: Option<AnyView>) -> AnyView {
        let invalid = self.problem(path).map(|_| "true");
        self.field(path, label, class, echo, |name, id, described| {
            view! {
                <input type="text" name=name id=id value=value inputmode=mode autocomplete="off" aria-describedby=described aria-invalid=invalid/>
            }
            .into_any()
        })
    }

    fn select(self, path: &str, label: String, class: &'static str, value: &str, choices: impl Fn(&Setup) -> &Choices) -> AnyView {
        let invalid = self.problem(path).map(|_| "true");
        let empty = self.text(|text| &text.choose);
        let options = self.setup.with_value(|setup| {
            let known = choices(setup).iter().any(|(code, _)| code == value);
            // a value that is not in the list is kept, so that the problem can be seen
            let unknown =
                (!known && !value.is_empty()).then(|| view! { <option value=value.to_owned() selected=true>{value.to_owned()}</option> });
            let listed = choices(setup)
                .iter()
                .map(|(code, name)| view! { <option value=code.clone() selected=code == value>{name.clone()}</option> }.into_any());
            let listed: Vec<AnyView> = listed.collect();
            view! { <option value="">{empty}</option> {unknown} {listed} }.into_any()
        });
        self.field(path, label, class, None, |name, id, described| {
            view! { <select name=name id=id aria-describedby=described aria-invalid=invalid>{options}</select> }.into_any()
        })
    }

    /// The amount in figures and in words of scale, or the question what was meant.
    fn echo(self, read: impl Fn(&FormInput) -> Option<(String, u32, String)> + Send + Sync + 'static) -> AnyView {
        let lang = self.setup.with_value(|setup| setup.lang);
        let question = self.text(|text| &text.ambiguous);
        let or = self.text(|text| &text.or);
        let echo = move || {
            let Some((text, decimals, unit)) = self.form.with(&read) else { return String::new() };
            match parse_amount(&text, decimals) {
                Ok(minor) => format::echo(lang, minor, decimals, &unit),
                Err(AmountError::Ambiguous { whole, fraction }) => format!("{question} {whole} {or} {fraction}?"),
                Err(_) => String::new(),
            }
        };
        view! { {echo} }.into_any()
    }

    fn soums(self, path: String, label: String, class: &'static str, value: String) -> AnyView {
        let lang = self.setup.with_value(|setup| setup.lang);
        let at = path.clone();
        let echo = self.echo(move |form| {
            let text = form.clone().field_mut(&at)?.clone();
            Some((text, 2, format::soum(lang).to_owned()))
        });
        self.input(&path, label, class, value, "decimal", Some(echo))
    }
}

/// A line of a section with its remove button.
fn line(form: Form, section: Section, index: usize, fields: AnyView, remove: impl Fn(ev::MouseEvent) + 'static) -> AnyView {
    let label = form.text(|text| &text.remove);
    let spoken = format!("{label} {}", index + 1);
    view! {
        <li class="line">
            <span class="line-number" aria-hidden="true">{index + 1}</span>
            <div class=format!("line-fields line-{}", section.name())>{fields}</div>
            <button type="submit" name="step" value=format!("remove:{}:{index}", section.name()) class="button button-quiet" aria-label=spoken on:click=remove>
                {label}
            </button>
        </li>
    }
    .into_any()
}

fn domestic_fields(form: Form, n: usize, line: &DomesticInput) -> AnyView {
    let path = |field: &str| format!("domestic.{n}.{field}");
    view! {
        {form.select(&path("region"), form.text(|t| &t.region), "wide", &line.region, |s| &s.regions)}
        {form.select(&path("activity"), form.text(|t| &t.activity), "wide", &line.activity, |s| &s.activities)}
        {form.soums(path("amount"), form.text(|t| &t.amount_uzs), "money", line.amount.clone())}
    }
    .into_any()
}

fn export_fields(form: Form, n: usize, line: &ExportInput) -> AnyView {
    let path = |field: &str| format!("exports.{n}.{field}");
    let echo = form.echo(move |form| {
        let line = form.exports.get(n)?;
        let currency: Currency = line.currency.parse().ok()?;
        Some((line.amount.clone(), currency.decimals(), currency.code().to_owned()))
    });
    let optional = |label: String| format!("{label} ({})", form.text(|t| &t.optional));
    view! {
        {form.select(&path("country"), form.text(|t| &t.country), "wide", &line.country, |s| &s.countries)}
        {form.select(&path("category"), form.text(|t| &t.category), "wide", &line.category, |s| &s.categories)}
        {form.select(&path("currency"), form.text(|t| &t.currency), "short", &line.currency, |s| &s.currencies)}
        {form.input(&path("amount"), form.text(|t| &t.amount), "money", line.amount.clone(), "decimal", Some(echo))}
        {form.select(&path("region"), form.text(|t| &t.region), "wide", &line.region, |s| &s.regions)}
        {form.input(&path("date"), optional(form.text(|t| &t.date)), "short", line.date.clone(), "numeric", None)}
        {form.input(&path("contract"), optional(form.text(|t| &t.contract)), "wide", line.contract.clone(), "text", None)}
    }
    .into_any()
}

fn people_fields(form: Form, n: usize, line: &PeopleInput) -> AnyView {
    let path = |field: &str| format!("people.{n}.{field}");
    let count = |field: &str, label: String, value: &str| form.input(&path(field), label, "count", value.to_owned(), "numeric", None);
    view! {
        {form.select(&path("region"), form.text(|t| &t.region), "wide", &line.region, |s| &s.regions)}
        {count("employees", form.text(|t| &t.employees), &line.employees)}
        {count("specialists", form.text(|t| &t.specialists), &line.specialists)}
        {count("women", form.text(|t| &t.women), &line.women)}
        {count("under_30", form.text(|t| &t.under_30), &line.under_30)}
        {count("disability", form.text(|t| &t.disability), &line.disability)}
        {count("foreign", form.text(|t| &t.foreign), &line.foreign)}
        {form.soums(path("payroll"), form.text(|t| &t.payroll), "money", line.payroll.clone())}
    }
    .into_any()
}

/// The filing form.
#[island]
pub fn FilingForm(setup: Setup) -> impl IntoView {
    let lang = setup.lang;
    let first = setup.form.clone();
    let revision = RwSignal::new(setup.revision);
    let (resident, quarter) = (setup.resident.clone(), setup.quarter.clone());
    let form = Form { form: RwSignal::new(first), setup: StoredValue::new(setup) };
    let shape = RwSignal::new(0_u32);
    let status = Autosave::new(form, revision);
    let changed = move |event: ev::Event| {
        if let Some((path, value)) = typed(&event) {
            form.form.update(|form| {
                if let Some(field) = form.field_mut(&path) {
                    *field = value;
                }
            });
            status.soon();
        }
    };
    let section =
        move |section: Section, title: String, hint: String, add: String| section_view(form, shape, status, section, title, hint, add);
    view! {
        <form method="post" action="/api/save_filing" class="filing-form" on:input=changed on:change=changed novalidate>
            <input type="hidden" name="lang" value=lang.code()/>
            <input type="hidden" name="resident" value=resident/>
            <input type="hidden" name="quarter" value=quarter/>
            <input type="hidden" name="revision" value=move || revision.get().to_string()/>
            // the first button is what Enter presses
            <button type="submit" name="step" value="recalculate" class="visually-hidden" tabindex="-1" aria-hidden="true">{form.text(|t| &t.recalculate)}</button>
            {section(Section::Domestic, form.text(|t| &t.domestic), form.text(|t| &t.domestic_hint), form.text(|t| &t.add_domestic))}
            {section(Section::Exports, form.text(|t| &t.exports), form.text(|t| &t.exports_hint), form.text(|t| &t.add_export))}
            {section(Section::People, form.text(|t| &t.people), form.text(|t| &t.people_hint), form.text(|t| &t.add_people))}
            <fieldset class="section" id="control">
                <legend>{form.text(|t| &t.control)}</legend>
                <p class="hint">{form.text(|t| &t.control_hint)}</p>
                {form.soums("control_total".to_owned(), form.text(|t| &t.amount_uzs), "money", form.form.with_untracked(|f| f.control_total.clone()))}
            </fieldset>
            <Totals form/>
            <div class="actions">
                <button type="submit" name="step" value="check" class="button button-primary">{form.text(|t| &t.check)}</button>
                <button type="submit" name="step" value="save" class="button">{form.text(|t| &t.save)}</button>
                <button type="submit" name="step" value="recalculate" class="button">{form.text(|t| &t.recalculate)}</button>
                <p class="save-status" role="status" id="save-status">{move || status.message()}</p>
            </div>
        </form>
    }
}

fn section_view(form: Form, shape: RwSignal<u32>, status: Autosave, section: Section, title: String, hint: String, add: String) -> AnyView {
    let reshape = move |event: ev::MouseEvent, change: &dyn Fn(&mut FormInput)| {
        event.prevent_default();
        form.form.update(|form| change(form));
        // the problems belong to the lines as they were
        form.setup.update_value(|setup| setup.problems.clear());
        shape.update(|n| *n += 1);
        status.soon();
    };
    let registered = form.setup.with_value(|setup| setup.registered.parse().unwrap_or(Region::TashkentCity));
    let lines = move || {
        shape.get();
        let remove =
            move |index: usize| move |event: ev::MouseEvent| reshape(event, &move |form: &mut FormInput| form.remove_line(section, index));
        let line = move |index, fields| line(form, section, index, fields, remove(index));
        form.form.with_untracked(|typed| -> Vec<AnyView> {
            match section {
                Section::Domestic => typed.domestic.iter().enumerate().map(|(n, l)| line(n, domestic_fields(form, n, l))).collect(),
                Section::Exports => typed.exports.iter().enumerate().map(|(n, l)| line(n, export_fields(form, n, l))).collect(),
                Section::People => typed.people.iter().enumerate().map(|(n, l)| line(n, people_fields(form, n, l))).collect(),
            }
        })
    };
    let problem = form.problem(section.name()).map(|message| view! { <p class="field-problem">{message}</p> });
    view! {
        <fieldset class="section" id=section.name()>
            <legend>{title}</legend>
            <p class="hint">{hint}</p>
            {problem}
            <ol class="lines">{lines}</ol>
            <button
                type="submit"
                name="step"
                value=format!("add:{}", section.name())
                class="button"
                on:click=move |event| reshape(event, &move |form: &mut FormInput| form.add_line(section, registered))
            >
                {add}
            </button>
        </fieldset>
    }
    .into_any()
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
    let difference = move || {
        let sums = sums.get();
        sums.control_tiyin.map(|control| soums(control - sums.domestic_tiyin - sums.exports_tiyin)).unwrap_or_default()
    };
    let unread_text = form.text(|t| &t.unread);
    let unread = move || if sums.get().unread > 0 { format!("{unread_text}: {}", sums.get().unread) } else { String::new() };
    let approximate_text = form.text(|t| &t.approximate);
    let approximate = move || if sums.get().approximate { approximate_text.clone() } else { String::new() };
    view! {
        <section class="totals" id="totals" aria-live="polite">
            <h2>{form.text(|t| &t.totals)}</h2>
            <dl>
                {row(form.text(|t| &t.total_domestic), Signal::derive(move || soums(sums.get().domestic_tiyin)), "total-domestic")}
                {row(form.text(|t| &t.total_exports), Signal::derive(move || format!("{}\u{a0}USD", format::decimal(lang, sums.get().exports_cents, 2))), "total-exports-usd")}
                {row(form.text(|t| &t.total_exports_uzs), Signal::derive(move || soums(sums.get().exports_tiyin)), "total-exports-uzs")}
                {row(form.text(|t| &t.total_services), Signal::derive(move || soums(sums.get().domestic_tiyin.saturating_add(sums.get().exports_tiyin))), "total-services")}
                {row(form.text(|t| &t.total_people), Signal::derive(move || format::number(sums.get().employees)), "total-people")}
                {row(form.text(|t| &t.difference), Signal::derive(difference), "total-difference")}
            </dl>
            <p class="hint">{unread}</p>
            <p class="hint">{approximate}</p>
        </section>
    }
}

/// The field path and the text of an input event.
#[cfg(feature = "hydrate")]
fn typed(event: &ev::Event) -> Option<(String, String)> {
    use wasm_bindgen::JsCast;
    let target = event.target()?;
    let (name, value) = match target.dyn_ref::<web_sys::HtmlInputElement>() {
        Some(input) => (input.name(), input.value()),
        None => target.dyn_ref::<web_sys::HtmlSelectElement>().map(|select| (select.name(), select.value()))?,
    };
    Some((field_path(&name)?, value))
}

/// On the server nothing is typed.
#[cfg(not(feature = "hydrate"))]
fn typed(_event: &ev::Event) -> Option<(String, String)> {
    field_path("")?;
    None
}

/// How the draft stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum SaveState {
    Untouched,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
    Waiting,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
    Saved(String),
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
    Conflict,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
    Failed,
}

/// Saves the draft shortly after the last change.
#[derive(Clone, Copy)]
struct Autosave {
    form: Form,
    state: RwSignal<SaveState>,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
    revision: RwSignal<i32>,
    /// Counts changes: only the timer of the last one saves.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
    changes: RwSignal<u32>,
}

impl Autosave {
    fn new(form: Form, revision: RwSignal<i32>) -> Self {
        Self { form, revision, state: RwSignal::new(SaveState::Untouched), changes: RwSignal::new(0) }
    }

    fn message(self) -> String {
        match self.state.get() {
            SaveState::Untouched => String::new(),
            SaveState::Waiting => self.form.text(|text| &text.saving),
            SaveState::Saved(time) => format!("{} {time}", self.form.text(|text| &text.saved)),
            SaveState::Conflict => self.form.text(|text| &text.conflict),
            SaveState::Failed => self.form.text(|text| &text.not_saved),
        }
    }

    #[cfg(feature = "hydrate")]
    fn soon(self) {
        use std::time::Duration;
        if self.state.get_untracked() == SaveState::Conflict {
            return; // the person decides, by saving
        }
        self.changes.update(|n| *n += 1);
        let change = self.changes.get_untracked();
        self.state.set(SaveState::Waiting);
        set_timeout(
            move || {
                if self.changes.get_untracked() == change {
                    leptos::task::spawn_local(self.save());
                }
            },
            Duration::from_millis(1_200),
        );
    }

    #[cfg(not(feature = "hydrate"))]
    #[expect(clippy::unused_self, reason = "the browser's half uses it")]
    fn soon(self) {}

    #[cfg(feature = "hydrate")]
    async fn save(self) {
        use crate::{api::autosave, error::ApiError};
        let (resident, quarter) = self.form.setup.with_value(|setup| (setup.resident.clone(), setup.quarter.clone()));
        let answer = autosave(resident, quarter, self.revision.get_untracked(), self.form.form.get_untracked()).await;
        match answer {
            Ok(saved) => {
                self.revision.set(saved.revision);
                self.state.set(SaveState::Saved(saved.time));
            }
            Err(ApiError::Conflict) => self.state.set(SaveState::Conflict),
            Err(_) => self.state.set(SaveState::Failed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_read_back() {
        assert_eq!(field_name("exports.2.amount"), "form[exports][2][amount]");
        assert_eq!(field_path("form[exports][2][amount]").as_deref(), Some("exports.2.amount"));
        assert_eq!(field_path("form[control_total]").as_deref(), Some("control_total"));
        assert_eq!(field_path("revision"), None);
    }
}
