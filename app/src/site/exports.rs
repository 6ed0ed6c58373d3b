//! What is exported, and where to; and those who work for it.

use domain::{
    datasets::{Column, Dataset, DatasetId, TOTAL},
    ledger::Basis,
    period::Period,
    release::Measured,
};
use leptos::prelude::*;

use super::{
    View,
    document::document,
    figure::figure,
    figures::{Of, told_cell},
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
        {view.of(DatasetId::Destinations).map(|dataset| by_quarter(view, dataset))}
    };
    document(view, &title, &t!(lang, pages.exports_lead), body.into_any())
}

/// Exports to each group of countries, quarter by quarter.
fn by_quarter(view: &View<'_>, dataset: &Dataset) -> AnyView {
    let lang = view.lang;
    let groups = dataset.codes(2);
    let name = |code: &str| statistics::code(lang, Column::Destination, code).unwrap_or_else(|| code.to_owned());
    let rows = view.quarters().into_iter().rev().map(|quarter| {
        let values = groups
            .iter()
            .map(|group| told_cell(lang, view.part(DatasetId::Destinations, Period::Quarter(quarter), &[group], Measured::Exports)));
        [cell(format::quarter(lang, quarter))].into_iter().chain(values).collect()
    });
    let head = [t!(lang, my.quarter)]
        .into_iter()
        .chain(groups.iter().map(|group| if *group == TOTAL { t!(lang, data.total) } else { name(group) }));
    let title = t!(lang, pages.destinations_by_quarter);
    view! {
        <section>
            <h2>{title.clone()}</h2>
            <p class="hint">{t!(lang, home.millions)}"; "{t!(lang, pages.marks)}</p>
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
