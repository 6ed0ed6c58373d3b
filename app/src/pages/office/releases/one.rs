//! A release on the desk: what it says, what it changes and why, what it hides by which rule, the proof, and the decision.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use domain::{
    clock::{tashkent, tashkent_date},
    datasets::{Change, ChangeKind, Column, Dataset, part_code},
    release::{By, Part, ReleaseName, ReleaseState},
};
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::kept::{Subject, token},
    releases::{Cause, Desk, Hidden, Look, Preview, Reason, ReleaseView, Why, desk, figure_named, named, planned, preview},
};

use super::{good, tag};
use crate::{
    address::{Address, OpenPage},
    api::{StepRelease, action},
    components::{
        figure::{cell, key_figure, table, table_with_texts},
        layout::layout,
        reason::{Area, end_mark, keep_mark, kept_notice},
    },
    context::Page,
    format,
    labels::t,
    lang::Lang,
    refusal::text_of,
    site::{FileLine, changed, file_table},
    statistics,
};

/// The page.
pub async fn page(page: Page, name: ReleaseName) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let found = named(&page.store, page.actor(), name).await?;
    let preview = preview(&page.store, page.actor(), found.id).await?;
    let desk = desk(&page.store, page.actor()).await?;
    let title = statistics::release_title(lang, preview.release.name);
    let done = match page.param("done").as_deref() {
        Some("approve") => Some(t!(lang, desk.done_approve)),
        Some("publish") => Some(t!(lang, desk.done_publish)),
        Some("hold") => Some(t!(lang, desk.done_hold)),
        Some("withdraw") => Some(t!(lang, desk.done_withdraw)),
        _ => None,
    };
    let decision = decision(&page, &desk, &preview).await?;
    let back = page.link(Address::ReleaseDesk).to_string();
    let body = view! {
        <p class="links"><a href=back>{t!(lang, open.releases)}</a></p>
        <h1>{title.clone()}" "{tag(lang, &preview.release)}</h1>
        {about(&page, &desk, &preview)}
        {done.map(good)}
        {at_a_glance(lang, &preview)}
        {ways(&page, &preview)}
        {is_judged(&page, &preview)}
        {changes(lang, &preview)?}
        {causes(lang, &preview)}
        {hidden(lang, &preview.hidden)}
        {waiting(lang, &preview.waiting)}
        {proof(&page, &preview)}
        {files(&page, &preview)}
        {decision}
    };
    Ok(layout(&page, &title, body))
}

/// Who prepared and approved it, when it is public, and why it is not as others are.
fn about(page: &Page, desk: &Desk, preview: &Preview) -> AnyView {
    let (lang, release) = (page.lang, &preview.release);
    let person = |person| desk.name(person).to_owned();
    let mut lead = vec![t!(lang, desk.open_lead, person = person(release.prepared_by), at = format::instant(lang, release.prepared_at))];
    lead.extend(release.approved_by.map(|approved| t!(lang, desk.approved_by, person = person(approved))));
    let filed = (format::number(preview.filed.accepted), format::number(preview.filed.owed));
    lead.push(t!(lang, desk.filed, accepted = filed.0, owed = filed.1));
    lead.extend(release.name.corrected().map(|_| t!(lang, open.counts_stand)));
    lead.extend(release.publish_at.map(|at| t!(lang, desk.public_at, at = format::instant(lang, at))));
    let provisional = release.provisional.clone().map(|reason| t!(lang, open.provisional_because, reason = reason));
    let provisional = provisional.map(|text| view! { <div class="notice notice-warn"><p>{text}</p></div> });
    let withdrawn = release.withdrawn_at.map(|at| {
        let reason = release.reason.clone().unwrap_or_default();
        t!(lang, open.withdrawn_on, day = format::day(lang, tashkent_date(at)), reason = reason)
    });
    let withdrawn = withdrawn.map(|text| view! { <div class="notice notice-bad"><p>{text}</p></div> });
    view! { <p class="lead">{lead.join(" ")}</p>{withdrawn}{provisional} }.into_any()
}

/// How many figures are told, hidden and waiting.
fn at_a_glance(lang: Lang, preview: &Preview) -> AnyView {
    let count = |number: usize| i64::try_from(number).map(format::number).unwrap_or_default();
    let by_rule = preview.hidden.iter().filter(|hidden| matches!(hidden.why, Why::Rule(_))).count();
    let told = preview.figures.iter().filter(|figure| figure.value.is_some()).count();
    view! {
        <dl class="key-figures">
            {key_figure(t!(lang, desk.told), count(told), t!(lang, desk.told_note))}
            {key_figure(t!(lang, desk.hidden), count(preview.hidden.len()), t!(lang, desk.hidden_note, count = count(by_rule)))}
            {key_figure(t!(lang, desk.waiting), count(preview.waiting.len()), t!(lang, desk.waiting_note))}
        </dl>
    }
    .into_any()
}

/// The ways to its pages: as the public will see them, or as it does.
fn ways(page: &Page, preview: &Preview) -> AnyView {
    let (lang, name) = (page.lang, preview.release.name);
    let is_open = preview.release.is_open();
    let to = |open: OpenPage| if is_open { Address::Preview(name, open) } else { Address::OpenOf(name, open) };
    let link = |open: OpenPage, text: String| {
        let href = page.link(to(open)).to_string();
        view! { <a href=href>{text}</a> }
    };
    let heading = if is_open { t!(lang, desk.as_public) } else { t!(lang, desk.to_public) };
    view! {
        <section>
            <h2>{heading}</h2>
            <p class="links">
                {link(OpenPage::Home, t!(lang, nav.progress))}
                {link(OpenPage::Regions, t!(lang, home.regions))}
                {link(OpenPage::Exports, t!(lang, pages.exports))}
                {link(OpenPage::People, t!(lang, pages.people))}
                {link(OpenPage::Data, t!(lang, open.data))}
                {link(OpenPage::Release, t!(lang, open.name))}
            </p>
        </section>
    }
    .into_any()
}

/// The way to the decision, for who may take it, and who looked already.
fn is_judged(page: &Page, preview: &Preview) -> AnyView {
    let lang = page.lang;
    let decides = preview.release.is_open() && page.actor().person() != Some(preview.release.prepared_by);
    let decides = decides.then(|| view! { <p><a class="button" href="#decision">{t!(lang, desk.to_decide)}</a></p> });
    let look = |look: &Look| {
        let (times, at) = (i64::try_from(look.times).unwrap_or(i64::MAX), format::instant(lang, look.last));
        view! { <li>{t!(lang, desk.looked, person = look.person.clone(), times = format::number(times), at = at)}</li> }
    };
    let looks: Vec<_> = preview.looks.iter().map(look).collect();
    let looks = (!looks.is_empty()).then(|| {
        view! { <details class="data-table"><summary>{t!(lang, desk.looks)}</summary><ul>{looks}</ul></details> }
    });
    view! { {decides}{looks} }.into_any()
}

/// What it changes of the release before it, dataset by dataset.
fn changes(lang: Lang, preview: &Preview) -> Result<AnyView, ServiceError> {
    let now = statistics::read(preview.release.name, &preview.files)?;
    let Some((name, files)) = &preview.before else { return Ok(().into_any()) };
    let before = statistics::read(*name, files)?;
    let of = |dataset| (dataset, Dataset::changes(dataset, before.iter().find(|other| other.id == dataset.id)));
    let changed: Vec<(&Dataset, Vec<Change<'_>>)> = now.iter().map(of).filter(|(_, changes)| !changes.is_empty()).collect();
    let is_again = changed.iter().flat_map(|(_, changes)| changes).all(|change| change.kind == ChangeKind::Again);
    let again = is_again.then(|| view! { <div class="notice notice-warn"><p>{t!(lang, desk.nothing_changed)}</p></div> });
    let parts: Vec<_> = changed.iter().map(|(dataset, changes)| changed_of(lang, dataset, changes)).collect();
    let heading = t!(lang, desk.changed_since, release = name.to_string());
    Ok(view! { <section><h2>{heading}</h2>{again}<p class="hint">{t!(lang, desk.rows_changed)}</p>{parts}</section> }.into_any())
}

fn changed_of(lang: Lang, dataset: &Dataset, changes: &[Change<'_>]) -> AnyView {
    let of = |kind: ChangeKind| -> Vec<&Change<'_>> { changes.iter().filter(|change| change.kind == kind).collect() };
    let count = |changes: &[&Change<'_>]| i64::try_from(changes.len()).map(format::number).unwrap_or_default();
    let (new, revised, again, lost) = (of(ChangeKind::New), of(ChangeKind::Revised), of(ChangeKind::Again), of(ChangeKind::Lost));
    let listed = |text: String, changes: &[&Change<'_>]| {
        let table = changed(lang, dataset, changes);
        (!changes.is_empty()).then(|| view! { <details class="data-table"><summary>{text}</summary>{table}</details> })
    };
    let hidden = of(ChangeKind::Hidden);
    let told = [
        (!new.is_empty()).then(|| t!(lang, open.new_figures, count = count(&new))),
        (!hidden.is_empty()).then(|| t!(lang, desk.hidden_figures, count = count(&hidden))),
        (!again.is_empty()).then(|| t!(lang, desk.again_figures, count = count(&again))),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    view! {
        <h3>{statistics::title(lang, dataset.id)}</h3>
        <p>{told.join(" ")}</p>
        {listed(t!(lang, open.revised_figures, count = count(&revised)), &revised)}
        {listed(t!(lang, desk.lost_figures, count = count(&lost)), &lost)}
    }
    .into_any()
}

/// Why figures of earlier quarters changed.
fn causes(lang: Lang, preview: &Preview) -> AnyView {
    let row = |cause: &Cause| {
        let kind = if cause.amends { t!(lang, desk.amended) } else { t!(lang, desk.late) };
        vec![
            cell(format::quarter(lang, cause.quarter)),
            cell(kind),
            cell(format::number(cause.filings)),
            cell(format::decimal(lang, cause.exports, 2)),
            cell(format::decimal(lang, cause.services, 2)),
        ]
    };
    let head = vec![
        t!(lang, my.quarter),
        t!(lang, desk.cause),
        t!(lang, desk.filings),
        t!(lang, office.exports_usd),
        t!(lang, office.services_uzs),
    ];
    let title = t!(lang, desk.why);
    let told = match &preview.before {
        None => view! { <p>{t!(lang, desk.why_first)}</p> }.into_any(),
        Some((name, _)) if preview.causes.is_empty() => view! { <p>{t!(lang, desk.why_none, release = name.to_string())}</p> }.into_any(),
        Some(_) => table_with_texts(&title, &[1], head, preview.causes.iter().map(row).collect()),
    };
    view! { <section><h2>{title.clone()}</h2>{told}</section> }.into_any()
}

/// Why a figure is hidden, in words.
fn in_words(lang: Lang, why: &Why) -> String {
    match why {
        Why::Rule(Reason::FewContributors | Reason::SmallCount) => t!(lang, desk.r_small),
        Why::Rule(Reason::SingleContributor) => t!(lang, desk.r_single),
        Why::Rule(Reason::PPercent) => t!(lang, desk.r_p),
        Why::Rule(Reason::Dominance) => t!(lang, desk.r_dominance),
        Why::Plan => t!(lang, desk.r_plan),
        Why::Earlier => t!(lang, desk.r_earlier),
        Why::Covers(of) => match of.as_deref().and_then(|of| called(lang, of)) {
            Some(names) => t!(lang, desk.r_covers, figure = names.join(", ")),
            None => t!(lang, desk.r_covers_some),
        },
    }
}

/// What a figure of disclosure control is called: measure, part and period.
fn called(lang: Lang, figure: &str) -> Option<[String; 3]> {
    let (period, measured, part) = figure_named(figure)?;
    let measure = statistics::code(lang, Column::Measure, measured.code()).unwrap_or_default();
    Some([measure, part_name(lang, part.as_ref()), format::period(lang, &period.to_string())])
}

fn part_name(lang: Lang, part: Option<&Part>) -> String {
    let Some((by, _)) = part else { return t!(lang, data.country) };
    let code = part_code(part, "");
    let name = statistics::code(lang, Column::of_part(*by), &code).unwrap_or(code);
    // where the work was done says so
    if *by == By::Worked { format!("{name} ({})", statistics::told_by(lang, *by)) } else { name }
}

/// What it hides, by rule.
fn hidden(lang: Lang, hidden: &[Hidden]) -> AnyView {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for figure in hidden {
        let rule = match &figure.why {
            Why::Covers(_) => &Why::Covers(None),
            why => why,
        };
        *counts.entry(in_words(lang, rule)).or_default() += 1;
    }
    let by_rule = counts.into_iter().map(|(rule, count)| vec![cell(rule), cell(format::number(count))]).collect();
    let row = |figure: &Hidden| names(lang, &figure.figure).into_iter().chain([cell(in_words(lang, &figure.why))]).collect();
    let head = vec![t!(lang, desk.figure), t!(lang, desk.part), t!(lang, data.period), t!(lang, desk.rule)];
    let title = t!(lang, desk.hidden);
    view! {
        <section>
            <h2>{title.clone()}</h2>
            {table(&title, vec![t!(lang, desk.rule), t!(lang, desk.hidden_count)], by_rule)}
            <details class="data-table">
                <summary>{t!(lang, chart.table)}</summary>
                {table_with_texts(&title, &[1, 2, 3], head, hidden.iter().map(row).collect())}
            </details>
        </section>
    }
    .into_any()
}

/// The cells that name a figure.
fn names(lang: Lang, figure: &str) -> Vec<AnyView> {
    let names = called(lang, figure).unwrap_or_else(|| [figure.to_owned(), String::new(), String::new()]);
    names.map(cell).into()
}

/// What the plan would show and is not safe yet.
fn waiting(lang: Lang, waiting: &[String]) -> Option<AnyView> {
    let head = vec![t!(lang, desk.figure), t!(lang, desk.part), t!(lang, data.period)];
    let title = t!(lang, desk.waiting);
    let rows: Vec<_> = waiting.iter().map(|figure| names(lang, figure)).collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h2>{title.clone()}</h2>
                <details class="data-table"><summary>{t!(lang, chart.table)}</summary>{table_with_texts(&title, &[1, 2], head, rows)}</details>
            </section>
        }
        .into_any()
    })
}

/// That it tells nothing too closely, and where that is written.
fn proof(page: &Page, preview: &Preview) -> AnyView {
    let lang = page.lang;
    let href = page.link(Address::ReleaseOnDesk(preview.release.name)).below("files").below("certificate.json").to_string();
    let number = |count: usize| i64::try_from(count).map(format::number).unwrap_or_default();
    let counts = t!(
        lang,
        desk.proof_counts,
        published = number(preview.proof.published),
        hidden = number(preview.proof.hidden),
        sums = number(preview.proof.sums),
        earlier = number(preview.proof.earlier)
    );
    view! {
        <section>
            <h2>{t!(lang, desk.proof)}</h2>
            <p>{t!(lang, desk.proof_text)}</p>
            <p>{counts}" "<a href=href download="">{t!(lang, desk.certificate)}</a></p>
        </section>
    }
    .into_any()
}

fn files(page: &Page, preview: &Preview) -> AnyView {
    let lang = page.lang;
    let folder = page.link(Address::ReleaseOnDesk(preview.release.name)).below("files");
    let link = |name: &str| {
        let href = folder.clone().below(name).to_string();
        view! { <a href=href download="">{name.to_owned()}</a> }.into_any()
    };
    let files: Vec<FileLine> = preview.files.iter().map(FileLine::from).collect();
    view! { <section><h2>{t!(lang, open.files)}</h2>{file_table(lang, &files, link)}</section> }.into_any()
}

/// The steps that can be taken now.
async fn decision(page: &Page, desk: &Desk, preview: &Preview) -> Result<AnyView, ServiceError> {
    let (lang, release) = (page.lang, &preview.release);
    let is_last = desk.releases.iter().rfind(|other| other.state != ReleaseState::Discarded).is_some_and(|last| last.id == release.id);
    let subject = Subject::Release(release.id);
    let form = Steps {
        page,
        release,
        keep: token(&page.store, page.actor(), subject).await?,
        typed: page.kept_reason(subject).await?,
        asked: page.param("step").unwrap_or_default(),
    };
    let is_own = page.actor().person() == Some(release.prepared_by);
    let steps = match release.state {
        ReleaseState::Candidate => {
            let approve = if is_own {
                view! { <p class="notice">{t!(lang, desk.own_work)}</p> }.into_any()
            } else {
                form.approve(planned(&page.store, release.name.quarter).await?)
            };
            view! { {approve}{form.discard()} }.into_any()
        }
        ReleaseState::Approved => view! { {form.hold()}{form.discard()} }.into_any(),
        ReleaseState::Published if is_last => {
            let hint = Some(t!(lang, desk.withdraw_hint));
            form.with_reason("withdraw", &t!(lang, desk.withdraw_reason), hint, t!(lang, desk.withdraw))
        }
        _ => return Ok(view! { {kept_notice(t!(lang, desk.kept), form.typed)} }.into_any()),
    };
    Ok(view! { <section class="decision" id="decision"><h2>{t!(lang, desk.decide)}</h2>{steps}</section> }.into_any())
}

/// Makes the forms of steps.
struct Steps<'a> {
    page: &'a Page,
    release: &'a ReleaseView,
    keep: String,
    /// A reason that could not be taken.
    typed: Option<String>,
    /// The step that could not be taken.
    asked: String,
}

impl Steps<'_> {
    fn problem(&self, step: &str, code: &str) -> Option<String> {
        let problem = self.page.param("problem").filter(|problem| self.asked == step && problem.starts_with(code))?;
        text_of(self.page.lang, &problem)
    }

    fn form(&self, fields: AnyView) -> AnyView {
        view! {
            <form method="post" action={action::<StepRelease>()} class="stack" novalidate>
                <input type="hidden" name="lang" value=self.page.lang.code()/>
                <input type="hidden" name="release" value=self.release.name.to_string()/>
                <input type="hidden" name="id" value=self.release.id.to_string()/>
                {keep_mark(self.keep.clone())}
                {fields}
                {end_mark()}
            </form>
        }
        .into_any()
    }

    /// A step that wants a reason.
    fn with_reason(&self, step: &'static str, label: &str, hint: Option<String>, button: String) -> AnyView {
        let id = format!("reason-{step}");
        let problem = self.problem(step, "reason").map(|text| format!("{label}: {text}"));
        let typed = self.typed.clone().filter(|_| self.asked == step);
        let area = Area { id: &id, name: "reason", label, hint, problem, typed }.view();
        let fields = view! { {area}<button class="button button-warn" type="submit" name="step" value=step>{button}</button> };
        self.form(fields.into_any())
    }

    /// Giving it up, which is rare.
    fn discard(&self) -> AnyView {
        let (lang, is_asked) = (self.page.lang, self.asked == "discard");
        let form = self.with_reason("discard", &t!(lang, desk.discard_reason), None, t!(lang, desk.discard));
        view! { <details class="undo" open=is_asked><summary>{t!(lang, desk.discard)}</summary>{form}</details> }.into_any()
    }

    fn hold(&self) -> AnyView {
        let lang = self.page.lang;
        let button = view! { <button class="button button-warn" type="submit" name="step" value="hold">{t!(lang, desk.hold)}</button> };
        self.form(button.into_any())
    }

    /// For a minute, or at once. The minute that is proposed is nine o'clock of the day that the calendar announces, if one is to come:
    /// of a correction it announces none.
    fn approve(&self, planned: NaiveDate) -> AnyView {
        let lang = self.page.lang;
        let is_before = self.release.name.corrected().is_none() && self.page.store.clock().today() < planned;
        let now = self.page.store.now().with_timezone(&tashkent()).naive_local();
        let proposed = if is_before { planned.and_hms_opt(9, 0, 0).unwrap_or(now) } else { now + TimeDelta::minutes(10) };
        let typed = self.page.param("minute").filter(|_| self.asked == "approve");
        let typed = typed.unwrap_or_else(|| proposed.format("%Y-%m-%dT%H:%M").to_string());
        let problem = self.problem("approve", "minute");
        let class = if problem.is_some() { "field field-wrong" } else { "field" };
        let invalid = problem.is_some().then_some("true");
        let described = if problem.is_some() { "minute-hint minute-problem" } else { "minute-hint" };
        let early =
            is_before.then(|| view! { <p class="notice notice-warn">{t!(lang, desk.before_plan, day = format::day(lang, planned))}</p> });
        let fields = view! {
            <div class=class>
                <label for="minute">{t!(lang, desk.minute)}</label>
                <p class="hint" id="minute-hint">{t!(lang, desk.minute_hint)}</p>
                {problem.map(|text| view! { <p class="field-problem" id="minute-problem">{text}</p> })}
                <input id="minute" name="minute" type="datetime-local" value=typed aria-describedby=described aria-invalid=invalid/>
            </div>
            <button class="button button-primary" type="submit" name="step" value="approve">{t!(lang, desk.approve_at)}</button>
        };
        let at_once = view! {
            <p>{t!(lang, desk.approve_now_hint)}</p>
            <button class="button button-warn" type="submit" name="step" value="publish">{t!(lang, desk.approve_now)}</button>
        };
        view! {
            {early}
            {self.form(fields.into_any())}
            <details class="undo"><summary>{t!(lang, desk.approve_now)}</summary>{self.form(at_once.into_any())}</details>
        }
        .into_any()
    }
}
