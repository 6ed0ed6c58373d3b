//! The list of submitted filings: the queue, and the filings behind a figure.

use domain::{
    filing::VersionState,
    ledger::{Basis, Span},
    region::Region,
};
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::{Filter, Listed, PAGE, Sort, list},
};

use crate::{
    components::{figure::table_with_texts, layout::layout},
    context::Page,
    format,
    labels::{self, t},
};

/// The page.
pub async fn page(page: Page) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let filter = Filter {
        quarter: page.param("quarter").and_then(|text| text.parse().ok()),
        span: if page.param("span").as_deref() == Some("year") { Span::YearToDate } else { Span::Quarter },
        basis: if page.param("basis").as_deref() == Some("activity") { Basis::Activity } else { Basis::Registered },
        region: page.param("region").and_then(|text| text.parse().ok()),
        state: page.param("state").and_then(|text| text.parse().ok()),
        sort: match page.param("sort").as_deref() {
            Some("services") => Sort::Services,
            Some("exports") => Sort::Exports,
            _ => Sort::Received,
        },
        page: page.param("page").and_then(|text| text.parse::<u64>().ok()).unwrap_or(1).saturating_sub(1).min(100_000),
    };
    let found = list(&page.store, page.actor(), filter).await?;
    let title = if filter.state == Some(VersionState::Submitted) { t!(lang, filings.queue) } else { t!(lang, filings.title) };
    let head = vec![
        t!(lang, filings.resident),
        t!(lang, form.region),
        t!(lang, my.quarter),
        t!(lang, filings.services),
        t!(lang, filings.exports),
        t!(lang, my.received),
        t!(lang, my.status),
    ];
    let rows: Vec<Vec<AnyView>> = found
        .lines
        .iter()
        .map(|line| {
            let (state, class) = labels::version_state(lang, line.state);
            let late = line.late.then(|| view! { " "<span class="tag tag-warn">{t!(lang, my.late)}</span> });
            let asked = line.asked.then(|| view! { " "<span class="tag tag-warn">{t!(lang, filings.asked)}</span> });
            let href = page.link(&format!("office/filings/{}", line.id));
            vec![
                view! { <a href=href>{line.resident.clone()}</a>" "<span class="note">{line.tax_number.clone()}</span> }.into_any(),
                view! { {labels::region(lang, line.region)} }.into_any(),
                view! { {format::quarter(lang, line.quarter)} }.into_any(),
                view! { {format::decimal(lang, line.services.0, 2)} }.into_any(),
                view! { {format::decimal(lang, line.exports.0, 2)} }.into_any(),
                view! { {format::instant(lang, line.submitted_at)}{late} }.into_any(),
                view! { <span class=class>{state}</span>" "{t!(lang, form.version, number = line.number)}{asked} }.into_any(),
            ]
        })
        .collect();
    let body = if rows.is_empty() {
        view! { <p class="notice">{t!(lang, filings.none)}</p> }.into_any()
    } else {
        table_with_texts(&title, &[1, 2, 5, 6], head, rows)
    };
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead" id="count">{t!(lang, filings.count, count = found.total)}</p>
        {filter_form(&page, filter, &found)}
        {sorting(&page, filter)}
        {body}
        {pages(&page, filter, &found)}
    };
    Ok(layout(&page, &title, body))
}

/// The list with another filter.
fn address(page: &Page, filter: Filter) -> String {
    let mut parts = vec![format!("page={}", filter.page + 1)];
    parts.extend(filter.quarter.map(|quarter| format!("quarter={quarter}")));
    parts.extend((filter.span == Span::YearToDate).then(|| "span=year".to_owned()));
    parts.extend((filter.basis == Basis::Activity).then(|| "basis=activity".to_owned()));
    parts.extend(filter.region.map(|region| format!("region={region}")));
    parts.extend(filter.state.map(|state| format!("state={state}")));
    match filter.sort {
        Sort::Received => {}
        Sort::Services => parts.push("sort=services".to_owned()),
        Sort::Exports => parts.push("sort=exports".to_owned()),
    }
    page.link(&format!("office/filings?{}", parts.join("&")))
}

fn sorting(page: &Page, filter: Filter) -> AnyView {
    let lang = page.lang;
    let choices = [
        (Sort::Received, t!(lang, filings.by_received)),
        (Sort::Services, t!(lang, filings.by_services)),
        (Sort::Exports, t!(lang, filings.by_exports)),
    ];
    let links = choices.map(|(sort, name)| {
        let current = (sort == filter.sort).then_some("true");
        let href = address(page, Filter { sort, page: 0, ..filter });
        view! { " "<a href=href aria-current=current>{name}</a> }.into_any()
    });
    view! { <p class="sorting">{t!(lang, filings.sort)}{Vec::from(links)}</p> }.into_any()
}

fn filter_form(page: &Page, filter: Filter, found: &Listed) -> AnyView {
    let lang = page.lang;
    let option = |value: String, text: String, selected: bool| view! { <option value=value selected=selected>{text}</option> }.into_any();
    let latest = domain::quarter::Quarter::last_ended(page.store.clock().today());
    let quarters = std::iter::successors(Some(latest), |q| Some(q.previous())).take(12);
    let quarters: Vec<_> = quarters.map(|q| option(q.to_string(), format::quarter(lang, q), filter.quarter == Some(q))).collect();
    let states = [VersionState::Submitted, VersionState::Returned, VersionState::Accepted, VersionState::Superseded];
    let states = states.map(|state| option(state.to_string(), labels::version_state(lang, state).0, filter.state == Some(state)));
    let regions =
        Region::ALL.map(|region| option(region.to_string(), labels::region(lang, region).to_owned(), filter.region == Some(region)));
    let regions = match found.confined_to {
        Some(region) => view! {
            <p class="hint">{t!(lang, filings.confined, region = labels::region(lang, region))}</p>
            <input type="hidden" name="region" value=region.to_string()/>
        }
        .into_any(),
        None => view! {
            <div class="field">
                <label for="region">{t!(lang, form.region)}</label>
                <select id="region" name="region"><option value="">{t!(lang, filings.any)}</option>{Vec::from(regions)}</select>
            </div>
        }
        .into_any(),
    };
    view! {
        <form class="filter" method="get" action=page.link("office/filings")>
            <div class="field">
                <label for="quarter">{t!(lang, my.quarter)}</label>
                <select id="quarter" name="quarter"><option value="">{t!(lang, filings.any)}</option>{quarters}</select>
            </div>
            <div class="field">
                <label for="span">{t!(lang, office.span)}</label>
                <select id="span" name="span">
                    <option value="quarter">{t!(lang, office.discrete)}</option>
                    <option value="year" selected=filter.span == Span::YearToDate>{t!(lang, office.year_to_date)}</option>
                </select>
            </div>
            <div class="field">
                <label for="state">{t!(lang, my.status)}</label>
                <select id="state" name="state"><option value="">{t!(lang, filings.any)}</option>{Vec::from(states)}</select>
            </div>
            {regions}
            <div class="field">
                <label for="basis">{t!(lang, office.basis)}</label>
                <select id="basis" name="basis">
                    <option value="registered">{t!(lang, office.registered)}</option>
                    <option value="activity" selected=filter.basis == Basis::Activity>{t!(lang, office.activity)}</option>
                </select>
            </div>
            <button class="button" type="submit">{t!(lang, filings.filter)}</button>
        </form>
    }
    .into_any()
}

fn pages(page: &Page, filter: Filter, found: &Listed) -> AnyView {
    let lang = page.lang;
    let last = found.total.div_ceil(PAGE);
    if last <= 1 {
        return ().into_any();
    }
    let href = |number: u64| address(page, Filter { page: number - 1, ..filter });
    let current = filter.page + 1;
    let earlier = (current > 1).then(|| view! { <a rel="prev" href=href(current - 1)>{t!(lang, filings.earlier)}</a> });
    let later = (current < last).then(|| view! { <a rel="next" href=href(current + 1)>{t!(lang, filings.later)}</a> });
    view! { <nav class="pages" aria-label=t!(lang, filings.pages)>{earlier}<span>{format!("{current} / {last}")}</span>{later}</nav> }
        .into_any()
}
