//! The list of submitted filings: the queue, and the filings behind a figure.

use domain::{
    filing::VersionState,
    ledger::{Basis, Span},
    region::Region,
};
use leptos::prelude::*;
use services::{
    ServiceError,
    filings::list::{Count, Filter, Listed, ListedFiling, Sort, list},
};

use crate::pages::errors::to_own_page;
use crate::{
    address::Address,
    components::{figure::table_with_texts, layout::layout},
    context::Page,
    filing_query, format,
    labels::{self, t},
    lang::Lang,
};

/// The page.
pub async fn page(page: Page) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let filter = filing_query::filter(&page.query);
    let after = filing_query::after(&page);
    let found = list(&page.store, page.actor(), &filter, after).await?;
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
    let rows: Vec<Vec<AnyView>> = found.lines.iter().map(|line| row(&page, &filter, line)).collect();
    let place = filter.region.filter(|_| filter.basis == Basis::Activity);
    let place = place.map(|region| view! { <p class="hint">{t!(lang, filings.place, region = labels::region(lang, region))}</p> });
    let body = if rows.is_empty() {
        view! { <div class="notice"><p>{t!(lang, filings.none)}</p></div>{to_own_page(&page)} }.into_any()
    } else {
        view! { <p class="hint">{t!(lang, filings.change_hint)}</p>{place}{table_with_texts(&title, &[1, 2, 5, 6], head, rows)} }.into_any()
    };
    let number = |count: u64| i64::try_from(count).unwrap_or(0);
    let count = match found.total {
        Count::Exactly(count) => t!(lang, filings.count, count = number(count)),
        Count::MoreThan(count) => t!(lang, filings.more, count = format::number(number(count))),
    };
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead" id="count">{count}</p>
        {filter_form(&page, &filter, &found)}
        {sorting(&page, &filter)}
        {body}
        {pages(&page, &filter, &found, after.is_some())}
    };
    Ok(layout(&page, &title, body))
}

fn row(page: &Page, filter: &Filter, line: &ListedFiling) -> Vec<AnyView> {
    let lang = page.lang;
    let (state, class) = labels::version_state(lang, line.state);
    let late = line.late.then(|| view! { " "<span class="tag tag-warn">{t!(lang, my.late)}</span> });
    let jumps = line.answers.iter().any(|answer| answer.finding.measure().is_some());
    let asked = (!line.answers.is_empty()).then(|| {
        let text = if jumps { t!(lang, edits.mark) } else { t!(lang, filings.asked) };
        view! { " "<span class="tag tag-warn">{text}</span> }
    });
    let href = page.link(Address::Review(line.id)).with_query(&filing_query::query(filter)).to_string();
    // an amount of one place is no measure beside whole filings
    let whole = filter.region.is_none() || filter.basis == Basis::Registered;
    let with_change = |now: i64, before: Option<i64>| {
        let change = before.filter(|_| whole).map(|before| change(lang, before, now));
        view! { {format::decimal(lang, now, 2)}{change.map(|change| view! { <span class="note share">{change}</span> })} }.into_any()
    };
    vec![
        view! { <a href=href>{line.resident.clone()}</a><span class="note share">{line.tax_number.clone()}</span> }.into_any(),
        view! { {labels::region(lang, line.region)} }.into_any(),
        view! { {format::quarter(lang, line.quarter)} }.into_any(),
        with_change(line.amounts.services.0, line.before.map(|before| before.services.0)),
        with_change(line.amounts.exports.0, line.before.map(|before| before.exports.0)),
        view! { {format::instant(lang, line.submitted_at)}{late} }.into_any(),
        view! { <span><span class=class>{state}</span><span class="note share">{t!(lang, form.version, number = line.number)}</span>{asked}</span> }.into_any(),
    ]
}

/// A change in percent, as a factor where percents say nothing, or that there was nothing before.
fn change(lang: Lang, before: i64, now: i64) -> String {
    match domain::progress::change(before, now) {
        Some(change) if change.abs() < 100_000 => format::change(lang, change),
        Some(_) => format::times(lang, before, now),
        None if now > 0 => t!(lang, filings.new),
        None => String::new(),
    }
}

fn sorting(page: &Page, filter: &Filter) -> AnyView {
    let lang = page.lang;
    let choices = [
        (Sort::Received, t!(lang, filings.by_received)),
        (Sort::Services, t!(lang, filings.by_services)),
        (Sort::Exports, t!(lang, filings.by_exports)),
    ];
    let links = choices.map(|(sort, name)| {
        let current = (sort == filter.sort).then_some("true");
        let href = filing_query::address(page, &Filter { sort, ..filter.clone() }, None);
        view! { " "<a href=href aria-current=current>{name}</a> }.into_any()
    });
    view! { <p class="sorting">{t!(lang, filings.sort)}{Vec::from(links)}</p> }.into_any()
}

fn filter_form(page: &Page, filter: &Filter, found: &Listed) -> AnyView {
    let lang = page.lang;
    let option = |value: String, text: String, selected: bool| view! { <option value=value selected=selected>{text}</option> }.into_any();
    let latest = domain::quarter::Quarter::last_ended(page.store.clock().today());
    let quarters = std::iter::successors(Some(latest), |q| Some(q.previous())).take(12);
    let quarters: Vec<_> = quarters.map(|q| option(q.to_string(), format::quarter(lang, q), filter.quarter == Some(q))).collect();
    let states = VersionState::ALL.iter().copied();
    let states: Vec<_> =
        states.map(|state| option(state.to_string(), labels::version_state(lang, state).0, filter.state == Some(state))).collect();
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
        <form class="filter" method="get" action=page.link(Address::Filings).to_string() role="search">
            <div class="field">
                <label for="q">{t!(lang, filings.search)}</label>
                <input id="q" name="q" type="search" value=filter.search.clone() maxlength="100"/>
            </div>
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
                <select id="state" name="state"><option value="">{t!(lang, filings.any)}</option>{states}</select>
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

fn pages(page: &Page, filter: &Filter, found: &Listed, later: bool) -> AnyView {
    let lang = page.lang;
    let first = later.then(|| view! { <a rel="first" href=filing_query::address(page, filter, None)>{t!(lang, filings.first_page)}</a> });
    let next =
        found.next.map(|next| view! { <a rel="next" href=filing_query::address(page, filter, Some(next))>{t!(lang, filings.later)}</a> });
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    view! { <nav class="pages" aria-label=t!(lang, filings.pages)>{first}{next}</nav> }.into_any()
}
