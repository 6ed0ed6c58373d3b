//! What is exported, and where to; and those who work for it.

use domain::{
    datasets::{Column, Dataset, DatasetId, OTHERS, TOTAL},
    ledger::Basis,
    period::Period,
    release::Measured,
};
use leptos::prelude::*;

use super::{
    View,
    document::document,
    figure::figure,
    figures::{Of, Told, told_cell},
    numbers,
    regions::by_regions,
};
use crate::{
    address::OpenPage,
    chart_id::ChartId,
    components::figure::{cell, table},
    format,
    labels::t,
    statistics,
};

/// Destinations, categories and activities.
pub fn page(view: &View<'_>) -> String {
    let lang = view.lang;
    let title = t!(lang, pages.exports);
    let figures = view.quarter().map(|quarter| {
        let to_date = Period::year_to_date(quarter);
        let quarter = Period::Quarter(quarter);
        let year = (to_date != quarter).then(|| numbers::key_figures(view, to_date, &[Measured::Exports, Measured::Services]));
        view! {
            {year}
            {numbers::key_figures(view, quarter, &[Measured::Exports, Measured::Services, Measured::Exporters])}
        }
    });
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, pages.exports_lead)}</p>
        {view.standing()}
        {figures}
        <h2 class="visually-hidden">{t!(lang, pages.charts)}</h2>
        <div class="sheet">
            <div class="six">{figure(view, ChartId::Destinations, 540)}</div>
            <div class="six">{figure(view, ChartId::Categories, 540)}</div>
            <div class="six">{figure(view, ChartId::Quarters(Measured::Exports, None), 540)}</div>
            <div class="six">{figure(view, ChartId::Quarters(Measured::Services, None), 540)}</div>
            <div class="six">{figure(view, ChartId::Activities, 540)}</div>
            <div class="six">{figure(view, ChartId::Quarters(Measured::Exporters, None), 540)}</div>
        </div>
        {view.of(DatasetId::Destinations).filter(|dataset| dataset.has_parts()).map(|dataset| by_country(view, dataset))}
        {view.of(DatasetId::Destinations).map(|dataset| by_quarter(view, dataset))}
    };
    document(view, &title, &t!(lang, pages.exports_lead), body.into_any())
}

/// Exports of the year to date and of the quarter to each group and the countries in it, of these the largest first.
fn by_country(view: &View<'_>, dataset: &Dataset) -> AnyView {
    let lang = view.lang;
    let Some(quarter) = view.quarter() else { return ().into_any() };
    let (to_date, quarter) = (Period::year_to_date(quarter), Period::Quarter(quarter));
    // in the first quarter these are one
    let periods = [to_date, quarter].into_iter().take(if to_date == quarter { 1 } else { 2 });
    let told = |period: Period, code: &str| view.part(DatasetId::Destinations, period, &[code], Measured::Exports);
    let name = |code: &str| statistics::code(lang, Column::Destination, code).unwrap_or_else(|| code.to_owned());
    let codes = dataset.codes(2);
    let wholes = codes.iter().copied().filter(|code| dataset.whole_of(code).is_none() && *code != TOTAL);
    let mut rows = Vec::new();
    for whole in wholes {
        let mut parts: Vec<&str> = codes.iter().copied().filter(|code| dataset.whole_of(code) == Some(whole)).collect();
        // what is left of the group comes last
        parts.sort_by_key(|code| (code.ends_with(OTHERS), std::cmp::Reverse(told(to_date, code).and_then(Told::value))));
        let row = |name: AnyView, code: &str| {
            let values = periods.clone().map(|period| told_cell(lang, told(period, code)));
            [name].into_iter().chain(values).collect()
        };
        let part = |code: &str| view! { <span class="part-of">{name(code)}</span> }.into_any();
        rows.push(row(cell(name(whole)), whole));
        rows.extend(parts.into_iter().filter(|code| told(to_date, code).is_some()).map(|code| row(part(code), code)));
    }
    let head = [t!(lang, data.destination)].into_iter().chain(periods.clone().map(|period| format::period(lang, &period.to_string())));
    let title = format!("{}, {}", t!(lang, pages.by_country), t!(lang, home.millions));
    view! {
        <section>
            <h2>{title.clone()}</h2>
            <p class="hint">{t!(lang, data.note_countries)}" "{t!(lang, pages.sums)}</p>
            {table(&title, head.collect(), rows)}
        </section>
    }
    .into_any()
}

/// Exports to each group of countries, quarter by quarter.
fn by_quarter(view: &View<'_>, dataset: &Dataset) -> AnyView {
    let lang = view.lang;
    let groups: Vec<&str> = dataset.codes(2).into_iter().filter(|code| dataset.whole_of(code).is_none()).collect();
    let name = |code: &str| statistics::code(lang, Column::Destination, code).unwrap_or_else(|| code.to_owned());
    let rows = view.quarters().into_iter().rev().map(|quarter| {
        let values = groups
            .iter()
            .map(|group| told_cell(lang, view.part(DatasetId::Destinations, Period::Quarter(quarter), &[group], Measured::Exports)));
        // many columns leave no room, and a quarter is read as one
        let name = format::quarter(lang, quarter).replace(' ', "\u{a0}");
        [cell(name)].into_iter().chain(values).collect()
    });
    let head = [t!(lang, my.quarter)]
        .into_iter()
        .chain(groups.iter().map(|group| if *group == TOTAL { t!(lang, data.total) } else { name(group) }));
    let title = format!("{}, {}", t!(lang, pages.destinations_by_quarter), t!(lang, home.millions));
    view! {
        <section>
            <h2>{title.clone()}</h2>
            <p class="hint">{t!(lang, pages.marks)}</p>
            {table(&title, head.collect(), rows.collect())}
            <p class="links">
                <a href=view.link(OpenPage::Dataset(DatasetId::Destinations))>{statistics::title(lang, DatasetId::Destinations)}</a>
                <a href=view.link(OpenPage::Dataset(DatasetId::Activities))>{statistics::title(lang, DatasetId::Activities)}</a>
            </p>
        </section>
    }
    .into_any()
}

/// People, residents and exporters.
pub fn people(view: &View<'_>) -> String {
    let lang = view.lang;
    let title = t!(lang, pages.people);
    let measures = [Measured::People, Measured::Residents, Measured::Exporters];
    let figures = view.quarter().map(|quarter| numbers::of(view, Period::Quarter(quarter), Of::Country, &measures));
    let charts = measures.map(|measured| view! { <div class="six">{figure(view, ChartId::Quarters(measured, None), 540)}</div> });
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, pages.people_lead)}</p>
        {view.standing()}
        {figures}
        <h2 class="visually-hidden">{t!(lang, pages.charts)}</h2>
        <div class="sheet">{Vec::from(charts)}</div>
        {by_region(view)}
    };
    document(view, &title, &t!(lang, pages.people_lead), body.into_any())
}

fn by_region(view: &View<'_>) -> AnyView {
    let lang = view.lang;
    let Some(quarter) = view.quarter() else { return ().into_any() };
    let columns = [Measured::People, Measured::Residents, Measured::Exporters].map(|measured| (Period::Quarter(quarter), measured));
    let title = t!(lang, pages.people_by_region, quarter = format::quarter(lang, quarter));
    let table = by_regions(view, &title, Basis::Registered, &columns);
    view! { <section><h2>{title}</h2><p class="hint">{t!(lang, pages.marks)}</p>{table}</section> }.into_any()
}
