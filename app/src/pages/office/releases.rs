//! The desk of those who make releases: what can be prepared, what waits for a decision, every release, the plans.

pub mod of_year;
pub mod one;

use domain::release::{ReleaseState, Unprepared};
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::kept::{Subject, token},
    releases::{Desk, Next, Ordered, ReleaseView, desk},
};

use crate::{
    address::Address,
    api::{OrderRelease, action},
    components::{
        figure::{cell, table_with_texts},
        layout::layout,
        reason::{Area, end_mark, keep_mark, kept_notice},
    },
    context::Page,
    format,
    labels::t,
    lang::Lang,
    refusal::text_of,
    statistics,
};

/// The page.
pub async fn page(page: Page) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let desk = desk(&page.store, page.actor()).await?;
    let title = t!(lang, open.releases);
    let done = match page.param("done").as_deref() {
        Some("order") if desk.ordered.is_some() => Some(t!(lang, desk.ordered)),
        Some("discard") => Some(t!(lang, desk.done_discard)),
        _ => None,
    };
    let under_way = desk.ordered.as_ref().filter(|ordered| ordered.unprepared.is_none());
    // what was typed for an order that cannot be placed any more
    let kept = match page.param("quarter").and_then(|quarter| quarter.parse().ok()) {
        Some(quarter) if under_way.is_some() || desk.next.is_empty() => page.kept_reason(Subject::Order(quarter)).await?,
        _ => None,
    };
    let mut next = Vec::new();
    for release in desk.next.iter().filter(|_| under_way.is_none()) {
        next.push(card(&page, &desk, release).await?);
    }
    let nothing = (desk.next.is_empty() && desk.open().is_none())
        .then(|| view! { <p>{t!(lang, desk.next_after, quarter = format::quarter(lang, desk.after))}</p> });
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, desk.lead)}</p>
        {done.map(good)}
        {kept_notice(t!(lang, desk.kept), kept)}
        {desk.ordered.as_ref().map(|ordered| on_order(&page, &desk, ordered))}
        {desk.open().map(|open| waiting(&page, &desk, open))}
        {next}
        {nothing}
        {every(&page, &desk)}
        {plans(&page, &desk)}
    };
    Ok(layout(&page, &title, body))
}

/// That something was done.
fn good(text: String) -> AnyView {
    view! { <div class="notice notice-good" role="status"><p>{text}</p></div> }.into_any()
}

/// What was ordered: under way, or why it could not be prepared.
fn on_order(page: &Page, desk: &Desk, ordered: &Ordered) -> AnyView {
    let lang = page.lang;
    let release = format::quarter(lang, ordered.quarter);
    let Some(unprepared) = ordered.unprepared else {
        let person = desk.name(ordered.by).to_owned();
        let text = t!(lang, desk.under_way, release = release, person = person, at = format::instant(lang, ordered.at));
        let again = page.link(Address::ReleaseDesk).to_string();
        return view! { <div class="notice" id="under-way"><p>{text}</p><p><a class="button" href=again>{t!(lang, desk.again)}</a></p></div> }
            .into_any();
    };
    let why = match unprepared {
        Unprepared::Changed => t!(lang, desk.u_changed),
        Unprepared::Unsafe => t!(lang, desk.u_unsafe),
        Unprepared::Broken => t!(lang, desk.u_broken),
    };
    view! { <div class="notice notice-bad" role="alert"><p>{t!(lang, desk.unprepared, release = release)}" "{why}</p></div> }.into_any()
}

/// The release that waits for a decision or for its minute.
fn waiting(page: &Page, desk: &Desk, open: &ReleaseView) -> AnyView {
    let lang = page.lang;
    let href = page.link(Address::ReleaseOnDesk(open.name)).to_string();
    let prepared = t!(lang, desk.open_lead, person = desk.name(open.prepared_by).to_owned(), at = format::instant(lang, open.prepared_at));
    view! {
        <section class="card">
            <h2>{statistics::release_title(lang, open.name)}" "{tag(lang, open)}</h2>
            <p>{prepared}{open.publish_at.map(|at| format!(" {}", t!(lang, desk.public_at, at = format::instant(lang, at))))}</p>
            <p><a class="button button-primary" href=href>{t!(lang, desk.look)}</a></p>
        </section>
    }
    .into_any()
}

/// A release that can be prepared.
async fn card(page: &Page, desk: &Desk, next: &Next) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let year = next.name.quarter.year();
    let (text, class) =
        if next.is_complete { (t!(lang, desk.enough), "tag tag-good") } else { (t!(lang, desk.incomplete), "tag tag-warn") };
    let filed = t!(lang, desk.filed, accepted = format::number(next.filed.accepted), owed = format::number(next.filed.owed));
    // the calendar announces no correction
    let planned = next.name.corrected().is_none().then(|| format!("{} ", t!(lang, desk.planned, day = format::day(lang, next.planned))));
    let how = if desk.plans.contains_key(&year) { form(page, next).await? } else { without_plan(page, year) };
    Ok(view! {
        <section class="card">
            <h2>{statistics::release_title(lang, next.name)}</h2>
            <p>{planned}{filed}" "<span class=class>{text}</span></p>
            {how}
        </section>
    }
    .into_any())
}

/// That the plan comes first.
fn without_plan(page: &Page, year: i32) -> AnyView {
    let lang = page.lang;
    let href = page.link(Address::PlanOf(year)).to_string();
    let (missing, decide) = (t!(lang, desk.plan_missing, year = year.to_string()), t!(lang, desk.plan_decide, year = year.to_string()));
    view! { <p>{missing}</p><p><a class="button" href=href>{decide}</a></p> }.into_any()
}

/// The form that orders it: with a reason where too little is in.
async fn form(page: &Page, next: &Next) -> Result<AnyView, ServiceError> {
    let (lang, quarter) = (page.lang, next.name.quarter);
    let subject = Subject::Order(quarter);
    let is_meant = page.param("quarter").is_some_and(|asked| asked == quarter.to_string());
    let reason = if next.is_complete {
        None
    } else {
        let label = t!(lang, desk.why_provisional);
        let problem = page.param("problem").filter(|code| is_meant && code.starts_with("reason"));
        let problem = problem.and_then(|code| text_of(lang, &code)).map(|text| format!("{label}: {text}"));
        let typed = if is_meant { page.kept_reason(subject).await? } else { None };
        let id = format!("reason-{quarter}");
        Some(Area { id: &id, name: "reason", label: &label, hint: Some(t!(lang, desk.why_provisional_hint)), problem, typed }.view())
    };
    let keep = keep_mark(token(&page.store, page.actor(), subject).await?);
    Ok(view! {
        <form method="post" action={action::<OrderRelease>()} class="stack" novalidate>
            <input type="hidden" name="lang" value=lang.code()/>
            <input type="hidden" name="quarter" value=quarter.to_string()/>
            {keep}
            {reason}
            <button class="button button-primary" type="submit">{t!(lang, desk.prepare)}</button>
            {end_mark()}
        </form>
    }
    .into_any())
}

/// How a release stands.
pub fn tag(lang: Lang, release: &ReleaseView) -> AnyView {
    let (text, class) = match release.state {
        ReleaseState::Candidate => (t!(lang, desk.waits), "tag tag-warn"),
        ReleaseState::Approved => (t!(lang, desk.goes_out), "tag"),
        ReleaseState::Published => (t!(lang, desk.public), "tag tag-good"),
        ReleaseState::Withdrawn => (t!(lang, open.withdrawn_mark), "tag tag-bad"),
        ReleaseState::Discarded => (t!(lang, desk.given_up), "tag tag-quiet"),
    };
    let provisional =
        release.provisional.as_ref().map(|_| view! { " "<span class="tag tag-warn">{t!(lang, open.provisional_mark)}</span> });
    view! { <span class=class>{text}</span>{provisional} }.into_any()
}

/// Every release, the latest first.
fn every(page: &Page, desk: &Desk) -> AnyView {
    let lang = page.lang;
    let head = vec![
        t!(lang, open.name),
        t!(lang, desk.state),
        t!(lang, desk.prepared),
        t!(lang, desk.approved),
        t!(lang, desk.public_from),
        t!(lang, desk.note),
    ];
    let dash = || "—".to_owned();
    let row = |release: &ReleaseView| {
        let title = statistics::release_title(lang, release.name);
        let name = if release.state == ReleaseState::Discarded {
            cell(title)
        } else {
            view! { <a href=page.link(Address::ReleaseOnDesk(release.name)).to_string()>{title}</a> }.into_any()
        };
        let prepared = format::instant(lang, release.prepared_at);
        let reason = release.reason.clone().or_else(|| release.provisional.clone());
        vec![
            name,
            tag(lang, release),
            cell(format!("{}, {prepared}", desk.name(release.prepared_by))),
            cell(release.approved_by.map_or_else(dash, |person| desk.name(person).to_owned())),
            cell(release.publish_at.map_or_else(dash, |at| format::instant(lang, at))),
            cell(reason.unwrap_or_else(dash)),
        ]
    };
    let rows = desk.releases.iter().rev().map(row).collect();
    let title = t!(lang, desk.all);
    view! { <section><h2>{title.clone()}</h2>{table_with_texts(&title, &[1, 2, 3, 4, 5], head, rows)}</section> }.into_any()
}

/// The plans that were decided, and the one that comes next.
fn plans(page: &Page, desk: &Desk) -> AnyView {
    let lang = page.lang;
    let link = |year: i32, text: String| {
        let href = page.link(Address::PlanOf(year)).to_string();
        view! { <li><a href=href>{text}</a></li> }.into_any()
    };
    let mut links: Vec<_> = desk.plans.keys().rev().map(|year| link(*year, t!(lang, open.plan, year = year.to_string()))).collect();
    let coming = desk.after.year();
    if !desk.plans.contains_key(&coming) {
        links.insert(0, link(coming, t!(lang, desk.plan_decide, year = coming.to_string())));
    }
    view! { <section><h2>{t!(lang, desk.plans)}</h2><p class="hint">{t!(lang, desk.plans_lead)}</p><ul>{links}</ul></section> }.into_any()
}
