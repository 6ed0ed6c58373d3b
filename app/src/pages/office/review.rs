//! A filing before an official: the figures beside those of before, and the decision.

use domain::{filing::VersionState, ids::FilingId};
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::{
        kept::{Subject, token},
        list::{Count, Filter},
        review::{Review, review},
    },
};

use crate::pages::my::version::{asked, receipt};
use crate::{
    address::Address,
    api::{DecideFiling, action},
    components::{
        layout::layout,
        lines,
        reason::{end_mark, keep_mark, kept_notice, reason_field},
    },
    context::Page,
    filing_query, format,
    labels::{self, t},
};

/// The page.
pub async fn page(page: Page, id: FilingId) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let queue = filing_query::filter(&page.query);
    let found = review(&page.store, page.actor(), id, &queue).await?;
    let kept = page.kept_reason(Subject::Return(id)).await?;
    let filing = &found.filing;
    let version = filing.versions.first().ok_or(ServiceError::NotFound)?;
    let title = t!(lang, review.title, resident = filing.resident.name.clone(), quarter = format::quarter(lang, filing.quarter));
    let amends = version.state != domain::filing::VersionState::Accepted;
    let mut beside: Vec<_> = found.in_force.filter(|_| amends).map(|totals| (t!(lang, review.in_force), totals)).into_iter().collect();
    beside.extend(found.previous.map(|previous| (format::quarter(lang, filing.quarter.previous()), previous)));
    let facts = [
        format!("{} {}", labels::tax_number(lang, filing.resident.self_employed), filing.resident.tax_number),
        format!("{} {}", t!(lang, review.certificate), format::unbroken(&filing.resident.certificate)),
        labels::region(lang, filing.resident.region).to_owned(),
    ];
    let done = match page.param("done").as_deref() {
        Some("accept") => Some(t!(lang, review.accepted)),
        Some("return") => Some(t!(lang, review.returned)),
        Some("take_back") => Some(t!(lang, review.taken_back)),
        _ => None,
    };
    let done = done.map(|text| view! { <div class="notice notice-good" role="status"><p>{text}</p></div> });
    let earlier: Vec<_> = filing
        .versions
        .iter()
        .skip(1)
        .map(|version| {
            let heading = t!(lang, form.version, number = version.number);
            view! { <details class="card"><summary>{heading}</summary>{receipt(&page, version)}{lines::totals(lang, &version.totals, &[], &asked(version))}{lines::lines(lang, &version.converted, &asked(version))}</details> }
        })
        .collect();
    let undo = found.may_take_back.then(|| take_back(&page, &found, version.number));
    let decision = decision(&page, &found, version.number, kept).await?;
    let earlier = (!earlier.is_empty()).then(|| view! { <section><h2>{t!(lang, review.earlier)}</h2>{earlier}</section> });
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{facts.join(" · ")}</p>
        {done}
        {next(&page, &found, &queue)}
        {receipt(&page, version)}
        {lines::totals(lang, &version.totals, &beside, &asked(version))}
        {lines::lines(lang, &version.converted, &asked(version))}
        {decision}
        {undo}
        {earlier}
    };
    Ok(layout(&page, &title, body))
}

/// The way on through the list from which the reviewer came, and back to it.
fn next(page: &Page, found: &Review, queue: &Filter) -> AnyView {
    let lang = page.lang;
    let query = filing_query::query(queue);
    let next = found.next.map(|next| {
        let href = page.link(Address::Review(next)).with_query(&query).to_string();
        let text = if found.may_decide { t!(lang, review.skip) } else { t!(lang, review.next) };
        view! { <a class="button button-small" href=href accesskey="n">{text}</a> }
    });
    let counted = match found.waiting {
        Count::Exactly(count) => count.to_string(),
        Count::MoreThan(count) => format!("> {count}"),
    };
    let waiting = (queue.state == Some(VersionState::Submitted))
        .then(|| view! { <span class="note">{t!(lang, review.waiting, count = counted)}</span> });
    view! { <p class="next">{next}<a href=filing_query::address(page, queue, None)>{t!(lang, review.back)}</a>{waiting}</p> }.into_any()
}

/// What every form of this page carries.
fn of_version(page: &Page, found: &Review, number: u32) -> AnyView {
    view! {
        <input type="hidden" name="lang" value=page.lang.code()/>
        <input type="hidden" name="filing" value=found.filing.id.to_string()/>
        <input type="hidden" name="number" value=number.to_string()/>
        <input type="hidden" name="queue" value=filing_query::query(&filing_query::filter(&page.query))/>
    }
    .into_any()
}

fn take_back(page: &Page, found: &Review, number: u32) -> AnyView {
    let lang = page.lang;
    view! {
        <details class="undo">
            <summary>{t!(lang, review.take_back)}</summary>
            <form method="post" action={action::<DecideFiling>()} class="stack">
                <p class="hint">{t!(lang, review.take_back_hint)}</p>
                {of_version(page, found, number)}
                <button class="button button-warn" type="submit" name="decision" value="take_back">{t!(lang, review.take_back)}</button>
                {end_mark()}
            </form>
        </details>
    }
    .into_any()
}

async fn decision(page: &Page, found: &Review, number: u32, kept: Option<String>) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    if !found.may_decide {
        return Ok(view! { {kept_notice(t!(lang, review.kept), kept)} }.into_any());
    }
    let keep = token(&page.store, page.actor(), Subject::Return(found.filing.id)).await?;
    let form = view! {
        <section class="decision" id="decision">
            <h2>{t!(lang, review.decision)}</h2>
            <form method="post" action={action::<DecideFiling>()}>
                {of_version(page, found, number)}
                <button class="button button-primary" type="submit" name="decision" value="accept">{t!(lang, review.accept)}</button>
                {end_mark()}
            </form>
            <form method="post" action={action::<DecideFiling>()} class="stack" novalidate>
                {of_version(page, found, number)}
                {keep_mark(keep)}
                {reason_field(page, &t!(lang, review.reason), Some(t!(lang, review.reason_hint)), kept)}
                <button class="button button-warn" type="submit" name="decision" value="return">{t!(lang, review.return_button)}</button>
                {end_mark()}
            </form>
        </section>
    };
    Ok(form.into_any())
}
