//! The filing form. On the server it is an ordinary form, complete without JavaScript; in the browser it adds and
//! removes lines, echoes amounts, adds up and saves by itself.

use domain::{
    amount::{AmountError, parse_amount},
    form::{DomesticInput, ExportInput, FormInput, PeopleInput, Section},
    money::Currency,
    region::Region,
};
use leptos::{either::Either, ev, prelude::*};
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
    /// Whether the form shows what could not be taken: then only the person saves, on purpose.
    pub kept: bool,
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

macro_rules! words {
    ($($word:ident),* $(,)?) => {
        /// A string of the form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is the text that its name says")]
        pub enum Word { $($word),* }

        impl Word {
            /// Every word, in the order in which [`Text`] holds them.
            pub const ALL: &'static [Self] = &[$(Self::$word),*];
        }
    };
}

words! {
    Domestic, DomesticHint, Exports, ExportsHint, People, PeopleHint, Control, ControlHint, Region, Activity, AmountUzs, Country, Category, Currency, Amount, Date, DateHint, Contract, Optional, Employees, Specialists, Women, Under30, Disability, Foreign, Payroll, AddDomestic, AddExport, AddPeople, Remove, Totals, TotalDomestic, TotalExports, TotalExportsUzs, TotalServices, TotalPeople, Difference, Unread, Approximate, Recalculate, Save, Check, Saved, Saving, NotSaved, Ended, Conflict, Choose, Ambiguous, Or,
}

/// The strings of the form in the language of the page: a plain list, for a struct of so many fields would be a
/// tenth of the WebAssembly.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Vec<String>);

impl Text {
    /// The strings by what `translate` says of each word.
    pub fn of(translate: impl Fn(Word) -> String) -> Self {
        Self(Word::ALL.iter().map(|word| translate(*word)).collect())
    }

    fn get(&self, word: Word) -> String {
        self.0.get(word as usize).cloned().unwrap_or_default()
    }
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
struct Form {
    setup: StoredValue<Setup>,
    form: RwSignal<FormInput>,
}

impl Form {
    fn text(self, word: Word) -> String {
        self.setup.with_value(|setup| setup.text.get(word))
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
        self.field(path, label, class, None, |name, id, described| {
            view! { <select name=name id=id aria-describedby=described aria-invalid=invalid inner_html=options></select> }.into_any()
        })
    }

    /// The amount in figures and in words of scale, or the question what was meant, unless the field's problem asks it
    /// already. `unit` tells decimals and name of the unit.
    fn echo(self, path: &str, unit: impl Fn(&FormInput) -> Option<(u32, &'static str)> + Send + Sync + 'static) -> AnyView {
        let lang = self.setup.with_value(|setup| setup.lang);
        let asked = self.problem(path).is_some();
        let (path, question, or) = (path.to_owned(), self.text(Word::Ambiguous), self.text(Word::Or));
        let echo = move || {
            self.form.with(|form| {
                let (text, (decimals, unit)) = form.field(&path).zip(unit(form))?;
                match parse_amount(text, decimals) {
                    Ok(minor) => Some(format::echo(lang, minor, decimals, unit)),
                    Err(AmountError::Ambiguous { whole, fraction }) if !asked => {
                        let (whole, fraction) = format::two_readings(lang, &whole, &fraction);
                        Some(format!("{question} {whole} {or} {fraction}?"))
                    }
                    Err(_) => None,
                }
            })
        };
        view! { {echo} }.into_any()
    }

    fn soums(self, path: &str, label: String, class: &'static str, value: String) -> AnyView {
        let lang = self.setup.with_value(|setup| setup.lang);
        let echo = self.echo(path, move |_| Some((2, format::soum(lang))));
        self.input(path, label, class, value, "decimal", Some(echo))
    }
}

/// A line of a section with its remove button.
fn line(form: Form, section: Section, index: usize, fields: AnyView, remove: impl Fn(ev::MouseEvent) + 'static) -> AnyView {
    let label = form.text(Word::Remove);
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
        {form.select(&path("region"), form.text(Word::Region), "wide", &line.region, |s| &s.regions)}
        {form.select(&path("activity"), form.text(Word::Activity), "wide", &line.activity, |s| &s.activities)}
        {form.soums(&path("amount"), form.text(Word::AmountUzs), "money", line.amount.clone())}
    }
    .into_any()
}

fn export_fields(form: Form, n: usize, line: &ExportInput) -> AnyView {
    let path = |field: &str| format!("exports.{n}.{field}");
    let echo = form.echo(&path("amount"), move |form| {
        let currency: Currency = form.exports.get(n)?.currency.parse().ok()?;
        Some((currency.decimals(), currency.code()))
    });
    let date_hint = form.text(Word::DateHint).into_any();
    let optional = |label: String| format!("{label} ({})", form.text(Word::Optional));
    view! {
        {form.select(&path("country"), form.text(Word::Country), "wide", &line.country, |s| &s.countries)}
        {form.select(&path("category"), form.text(Word::Category), "wide", &line.category, |s| &s.categories)}
        {form.select(&path("currency"), form.text(Word::Currency), "short", &line.currency, |s| &s.currencies)}
        {form.input(&path("amount"), form.text(Word::Amount), "money", line.amount.clone(), "decimal", Some(echo))}
        {form.select(&path("region"), form.text(Word::Region), "wide", &line.region, |s| &s.regions)}
        {form.input(&path("date"), optional(form.text(Word::Date)), "short", line.date.clone(), "numeric", Some(date_hint))}
        {form.input(&path("contract"), optional(form.text(Word::Contract)), "wide", line.contract.clone(), "text", None)}
    }
    .into_any()
}

fn people_fields(form: Form, n: usize, line: &PeopleInput) -> AnyView {
    let path = |field: &str| format!("people.{n}.{field}");
    let count = |field: &str, label: String, value: &str| form.input(&path(field), label, "count", value.to_owned(), "numeric", None);
    view! {
        {form.select(&path("region"), form.text(Word::Region), "wide", &line.region, |s| &s.regions)}
        {count("employees", form.text(Word::Employees), &line.employees)}
        {count("specialists", form.text(Word::Specialists), &line.specialists)}
        {count("women", form.text(Word::Women), &line.women)}
        {count("under_30", form.text(Word::Under30), &line.under_30)}
        {count("disability", form.text(Word::Disability), &line.disability)}
        {count("foreign", form.text(Word::Foreign), &line.foreign)}
        {form.soums(&path("payroll"), form.text(Word::Payroll), "money", line.payroll.clone())}
    }
    .into_any()
}

/// The filing form.
#[island]
pub fn FilingForm(setup: Setup) -> impl IntoView {
    let lang = setup.lang;
    let first = setup.form.clone();
    let revision = RwSignal::new(setup.revision);
    let (resident, quarter, registered) = (setup.resident.clone(), setup.quarter.clone(), setup.registered.clone());
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
            <input type="hidden" name="registered" value=registered/>
            <input type="hidden" name="revision" value=move || revision.get().to_string()/>
            // the first button is what Enter presses
            <button type="submit" name="step" value="recalculate" class="visually-hidden" tabindex="-1" aria-hidden="true">{form.text(Word::Recalculate)}</button>
            {section(Section::Domestic, form.text(Word::Domestic), form.text(Word::DomesticHint), form.text(Word::AddDomestic))}
            {section(Section::Exports, form.text(Word::Exports), form.text(Word::ExportsHint), form.text(Word::AddExport))}
            {section(Section::People, form.text(Word::People), form.text(Word::PeopleHint), form.text(Word::AddPeople))}
            <fieldset class="section" id="control">
                <legend>{form.text(Word::Control)}</legend>
                <p class="hint">{form.text(Word::ControlHint)}</p>
                {form.soums("control_total", form.text(Word::AmountUzs), "money", form.form.with_untracked(|f| f.control_total.clone()))}
            </fieldset>
            <Totals form/>
            <div class="actions">
                <button type="submit" name="step" value="check" class="button button-primary">{form.text(Word::Check)}</button>
                <button type="submit" name="step" value="save" class="button">{form.text(Word::Save)}</button>
                <button type="submit" name="step" value="recalculate" class="button">{form.text(Word::Recalculate)}</button>
                <p class="save-status" role="status" id="save-status">{move || status.message()}</p>
            </div>
        </form>
    }
}

fn section_view(form: Form, shape: RwSignal<u32>, status: Autosave, section: Section, title: String, hint: String, add: String) -> AnyView {
    let reshape = move |event: ev::MouseEvent, change: &dyn Fn(&mut FormInput)| {
        event.prevent_default();
        form.form.update(|form| change(form));
        shape.update(|n| *n += 1);
        status.soon();
    };
    let registered = form.setup.with_value(|setup| setup.registered.parse().unwrap_or(Region::TashkentCity));
    let lines = move || {
        let remove = move |index: usize| {
            move |event: ev::MouseEvent| {
                form.setup.update_value(|setup| without_line(&mut setup.problems, section, index));
                reshape(event, &move |form: &mut FormInput| form.remove_line(section, index));
            }
        };
        let line = move |index, fields| line(form, section, index, fields, remove(index));
        let lines = form.form.with_untracked(|typed| -> Vec<AnyView> {
            match section {
                Section::Domestic => typed.domestic.iter().enumerate().map(|(n, l)| line(n, domestic_fields(form, n, l))).collect(),
                Section::Exports => typed.exports.iter().enumerate().map(|(n, l)| line(n, export_fields(form, n, l))).collect(),
                Section::People => typed.people.iter().enumerate().map(|(n, l)| line(n, people_fields(form, n, l))).collect(),
            }
        });
        // the other side each time, so that every line is made anew: a field that was typed in keeps its text for ever
        if shape.get().is_multiple_of(2) { Either::Left(lines) } else { Either::Right(lines) }
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

/// The problems of the lines that are left, at their new places, after a line was removed.
fn without_line(problems: &mut Vec<(String, String)>, section: Section, removed: usize) {
    problems.retain_mut(|(field, _)| {
        let mut parts = field.split('.');
        let (of, line, name) = (parts.next(), parts.next().and_then(|line| line.parse::<usize>().ok()), parts.next());
        let (Some(line), Some(name), true) = (line, name, of == Some(section.name())) else { return true };
        if line > removed {
            *field = format!("{}.{}.{name}", section.name(), line - 1);
        }
        line != removed
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
    let difference = move || sums.get().difference().map(soums).unwrap_or_default();
    let services = move || sums.get().services().map(soums).unwrap_or_default();
    let unread_text = form.text(Word::Unread);
    let unread = move || if sums.get().unread > 0 { format!("{unread_text}: {}", sums.get().unread) } else { String::new() };
    let approximate_text = form.text(Word::Approximate);
    let approximate = move || if sums.get().approximate { approximate_text.clone() } else { String::new() };
    view! {
        <section class="totals" id="totals" aria-live="polite">
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
    Ended,
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
    /// Whether a save is under way.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser saves"))]
    saving: RwSignal<bool>,
}

impl Autosave {
    fn new(form: Form, revision: RwSignal<i32>) -> Self {
        let first = if form.setup.with_value(|setup| setup.kept) { SaveState::Failed } else { SaveState::Untouched };
        Self { form, revision, state: RwSignal::new(first), changes: RwSignal::new(0), saving: RwSignal::new(false) }
    }

    fn message(self) -> String {
        match self.state.get() {
            SaveState::Untouched => String::new(),
            SaveState::Waiting => self.form.text(Word::Saving),
            SaveState::Saved(time) => format!("{} {time}", self.form.text(Word::Saved)),
            SaveState::Conflict => self.form.text(Word::Conflict),
            SaveState::Ended => self.form.text(Word::Ended),
            SaveState::Failed => self.form.text(Word::NotSaved),
        }
    }

    #[cfg(feature = "hydrate")]
    fn soon(self) {
        use std::time::Duration;
        if self.state.get_untracked() == SaveState::Conflict || self.form.setup.with_value(|setup| setup.kept) {
            return; // the person decides, by saving
        }
        self.changes.update(|n| *n += 1);
        let change = self.changes.get_untracked();
        self.state.set(SaveState::Waiting);
        set_timeout(
            move || {
                // one at a time: a save under way looks for later changes when it is done
                if self.changes.get_untracked() == change && !self.saving.get_untracked() {
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
        let change = self.changes.get_untracked();
        self.saving.set(true);
        let answer = autosave(resident, quarter, self.revision.get_untracked(), self.form.form.get_untracked()).await;
        self.saving.set(false);
        match answer {
            Ok(saved) => {
                self.revision.set(saved.revision);
                if self.changes.get_untracked() == change {
                    self.state.set(SaveState::Saved(saved.time));
                } else {
                    self.soon();
                }
            }
            Err(ApiError::Conflict) => self.state.set(SaveState::Conflict),
            Err(ApiError::Unauthorized) => self.state.set(SaveState::Ended),
            Err(_) => self.state.set(SaveState::Failed),
        }
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
    fn problems_follow_their_lines() {
        let at = |field: &str| (field.to_owned(), String::new());
        let mut problems = ["exports.0.amount", "exports.1.country", "exports.2.date", "people.1.region", "control_total"].map(at).to_vec();
        without_line(&mut problems, Section::Exports, 1);
        assert_eq!(problems, ["exports.0.amount", "exports.1.date", "people.1.region", "control_total"].map(at));
    }

    #[test]
    fn names_of_fields_read_back() {
        assert_eq!(field_name("exports.2.amount"), "form[exports][2][amount]");
        assert_eq!(field_path("form[exports][2][amount]").as_deref(), Some("exports.2.amount"));
        assert_eq!(field_path("form[control_total]").as_deref(), Some("control_total"));
        assert_eq!(field_path("revision"), None);
    }
}
