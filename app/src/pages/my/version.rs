//! A submitted version with its receipt: right after sending, and for ever.

use domain::{edits::Finding, filing::VersionState, quarter::Quarter};
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::{draft::sent, versions::Version},
};

use crate::{
    address::Address,
    components::{layout::layout, lines},
    context::Page,
    format,
    labels::{self, t},
};

/// The page.
pub async fn page(page: Page, quarter: Quarter, number: u32) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let resident = page.resident()?;
    let filing = sent(&page.store, page.actor(), resident, quarter).await?;
    let version = filing.versions.iter().find(|version| version.number == number).ok_or(ServiceError::NotFound)?;
    let title = t!(lang, version.title, quarter = format::quarter(lang, quarter), number = number);
    let just_sent = page.param("sent").is_some() && version.state == VersionState::Submitted;
    let done = just_sent.then(|| {
        view! {
            <div class="notice notice-good" role="status">
                <h2>{t!(lang, version.done)}</h2>
                <p>{t!(lang, version.next)}</p>
                <p><a href=page.own(Address::My).to_string()>{t!(lang, version.to_my)}</a></p>
            </div>
        }
    });
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{filing.resident.name.clone()}</p>
        {done}
        {receipt(&page, version)}
        {lines::totals(lang, &version.totals, &[], &asked(version))}
        {lines::lines(lang, &version.converted, &asked(version))}
    };
    Ok(layout(&page, &title, body))
}

/// What a version was asked about.
pub fn asked(version: &Version) -> Vec<Finding> {
    version.answers.iter().map(|answer| answer.finding.clone()).collect()
}

/// What is known about a version beside its figures.
pub fn receipt(page: &Page, version: &Version) -> AnyView {
    let lang = page.lang;
    let (state, class) = labels::version_state(lang, version.state);
    let late = version.late.then(|| view! { " "<span class="tag tag-warn">{t!(lang, my.late)}</span> });
    let decided = version
        .decided
        .clone()
        .map(|(who, at)| view! { <div><dt>{t!(lang, version.decided)}</dt><dd>{format::instant(lang, at)}", "{who}</dd></div> });
    let reason = version.reason.clone().map(|reason| view! { <div><dt>{t!(lang, version.reason)}</dt><dd>{reason}</dd></div> });
    let returned = version
        .return_reason
        .clone()
        .map(|reason| view! { <div><dt>{t!(lang, version.return_reason)}</dt><dd class="reason">{reason}</dd></div> });
    let answers = (!version.answers.is_empty())
        .then(|| view! { <div><dt>{t!(lang, version.answers)}</dt><dd>{lines::answers(lang, &version.answers)}</dd></div> });
    view! {
        <dl class="receipt">
            <div><dt>{t!(lang, version.receipt)}</dt><dd><strong id="receipt">{version.receipt.clone()}</strong></dd></div>
            <div><dt>{t!(lang, version.received)}</dt><dd>{format::instant(lang, version.submitted_at)}", "{version.submitted_by.clone()}{late}</dd></div>
            <div><dt>{t!(lang, my.status)}</dt><dd><span class=class>{state}</span></dd></div>
            <div><dt>{t!(lang, form.region)}</dt><dd>{labels::region(lang, version.region)}</dd></div>
            {decided}
            {returned}
            {reason}
            {answers}
            <div><dt>{t!(lang, version.digest)}</dt><dd><code class="digest">{version.digest.clone()}</code></dd></div>
        </dl>
    }
    .into_any()
}
