//! What is exported, and where to; and those who work for it.

use domain::{
    datasets::{Column, Dataset, DatasetId, TOTAL},
    period::Period,
    release::Measured,
};
use leptos::prelude::*;

use super::{View, document::document, figure::figure, figures::Of, numbers};
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
        let values = groups.iter().map(|group| {
            let told = view.part(DatasetId::Destinations, Period::Quarter(quarter), &[group], Measured::Exports);
            cell(told.map_or_else(|| "–".to_owned(), |told| told.cell(lang)))
        });
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
    let all = [Of::Country].into_iter().chain(domain::region::Region::ALL.into_iter().map(Of::Region)).chain([Of::OtherRegions]);
    let measures = [Measured::People, Measured::Residents, Measured::Exporters];
    let rows = all.map(|of| {
        let value = |measured: &Measured| {
            cell(view.told(Period::Quarter(quarter), of, *measured).map_or_else(|| "–".to_owned(), |told| told.cell(lang)))
        };
        let name = match of {
            Of::Region(region) => view! { <a href=view.link(OpenPage::Region(region))>{of.name(lang)}</a> }.into_any(),
            Of::Country | Of::OtherRegions => cell(of.name(lang)),
        };
        [name].into_iter().chain(measures.iter().map(value)).collect()
    });
    let head = [t!(lang, form.region)].into_iter().chain(measures.iter().map(|measured| super::figures::name(lang, *measured)));
    let title = t!(lang, pages.people_by_region, quarter = format::quarter(lang, quarter));
    view! { <section><h2>{title.clone()}</h2><p class="hint">{t!(lang, pages.marks)}</p>{table(&title, head.collect(), rows.collect())}</section> }
        .into_any()
}
