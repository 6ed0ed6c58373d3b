//! A filing before an official: the figures beside those of before, and the decision.

use domain::ids::FilingId;
use leptos::prelude::*;
use services::{
    ServiceError,
    kept::Subject,
    review::{Review, review},
};

use super::version::receipt;
use crate::{
    components::{layout::layout, lines},
    context::Page,
    format,
    labels::{self, t},
};

/// The page.
pub async fn page(page: Page, id: FilingId) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let found = review(&page.store, page.actor(), id).await?;
    let kept = page.kept_text(Subject::Return(id)).await?;
    let filing = &found.filing;
    let version = filing.versions.first().ok_or(ServiceError::NotFound)?;
    let title = t!(lang, review.title, resident = filing.resident.name.clone(), quarter = format::quarter(lang, filing.quarter));
    let mut beside: Vec<_> =
        found.previous.map(|previous| (format::quarter(lang, filing.quarter.previous()), previous)).into_iter().collect();
    if version.state != domain::filing::VersionState::Accepted {
        beside.extend(found.in_force.map(|totals| (t!(lang, review.in_force), totals)));
    }
    let facts = [
        format!("{} {}", t!(lang, my.tax_number), filing.resident.tax_number),
        format!("{} {}", t!(lang, review.certificate), filing.resident.certificate),
        labels::region(lang, filing.resident.region).to_owned(),
    ];
    let done = match page.param("done").as_deref() {
        Some("accept") => Some(t!(lang, review.accepted)),
        Some("return") => Some(t!(lang, review.returned)),
        _ => None,
    };
    let done = done.map(|text| view! { <div class="notice notice-good" role="status"><p>{text}</p></div> });
    let earlier: Vec<_> = filing
        .versions
        .iter()
        .skip(1)
        .map(|version| {
            let heading = t!(lang, form.version, number = version.number);
            view! { <details class="card"><summary>{heading}</summary>{receipt(&page, version)}{lines::totals(lang, &version.totals, &[])}{lines::lines(lang, &version.converted)}</details> }
        })
        .collect();
    let earlier = (!earlier.is_empty()).then(|| view! { <section><h2>{t!(lang, review.earlier)}</h2>{earlier}</section> });
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{facts.join(" · ")}</p>
        {done}
        {next(&page, &found)}
        {receipt(&page, version)}
        {lines::totals(lang, &version.totals, &beside)}
        <p class="hint">{t!(lang, check.control, amount = format::decimal(lang, version.converted.content.control_total.0, 2))}</p>
        {lines::lines(lang, &version.converted)}
        {decision(&page, &found, version.number, kept)}
        {earlier}
    };
    Ok(layout(&page, &title, body))
}

fn next(page: &Page, found: &Review) -> AnyView {
    let lang = page.lang;
    let Some(next) = found.next else { return ().into_any() };
    let href = page.link(&format!("office/filings/{next}"));
    view! {
        <p class="next"><a href=href accesskey="n">{t!(lang, review.next)}</a>" "<span class="note">{t!(lang, review.waiting, count = found.waiting)}</span></p>
    }
    .into_any()
}

fn decision(page: &Page, found: &Review, number: u32, kept: Option<String>) -> AnyView {
    let lang = page.lang;
    if !found.may_decide {
        return kept
            .map(|reason| {
                view! { <div class="notice notice-warn"><p>{t!(lang, review.kept)}</p><blockquote class="reason">{reason}</blockquote></div> }
            })
            .into_any();
    }
    let id = found.filing.id.to_string();
    let reason_missing = page.param("problem").is_some_and(|problem| problem.starts_with("reason"));
    let class = if reason_missing { "field field-wrong" } else { "field" };
    let hidden = move |id: String| {
        view! {
            <input type="hidden" name="lang" value=lang.code()/>
            <input type="hidden" name="filing" value=id/>
            <input type="hidden" name="number" value=number.to_string()/>
        }
    };
    view! {
        <section class="decision" id="decision">
            <h2>{t!(lang, review.decision)}</h2>
            <form method="post" action="/api/decide_filing">
                {hidden(id.clone())}
                <button class="button button-primary" type="submit" name="decision" value="accept">{t!(lang, review.accept)}</button>
            </form>
            <form method="post" action="/api/decide_filing" class="stack">
                {hidden(id)}
                <div class=class>
                    <label for="reason">{t!(lang, review.reason)}</label>
                    <p class="hint" id="reason-hint">{t!(lang, review.reason_hint)}</p>
                    <textarea id="reason" name="reason" rows="4" aria-describedby="reason-hint">{kept}</textarea>
                </div>
                <button class="button button-warn" type="submit" name="decision" value="return">{t!(lang, review.return_button)}</button>
            </form>
        </section>
    }
    .into_any()
}
