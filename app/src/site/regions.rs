//! The regions beside each other, and a page for each.

use domain::{datasets::DatasetId, ledger::Basis, period::Period, progress::ratio, region::Region, release::Measured};
use leptos::prelude::*;

use super::{
    View,
    chart::chart,
    document::document,
    figure::figure,
    figures::{Of, head, name, told_cell},
    numbers,
};
use crate::{
    address::OpenPage,
    chart_id::{ChartId, OF_REGION},
    components::figure::{cell, table, table_with_texts},
    format,
    labels::{self, t},
    statistics,
};

/// What tables of regions show.
const MEASURES: [Measured; 5] = [Measured::Exports, Measured::Services, Measured::Exporters, Measured::People, Measured::Residents];

/// All regions.
pub fn page(view: &View<'_>) -> String {
    let lang = view.lang;
    let title = t!(lang, home.regions);
    let body = view! {
        <h1>{title.clone()}</h1>
        <p class="lead">{t!(lang, pages.regions_lead)}</p>
        {view.standing()}
        <h2 class="visually-hidden">{t!(lang, pages.charts)}</h2>
        <div class="sheet">
            <div class="seven">{figure(view, ChartId::Map, 640)}</div>
            <div class="five">{figure(view, ChartId::City, 380)}{figure(view, ChartId::Regions, 380)}</div>
        </div>
        <section><h2>{t!(lang, pages.tiles)}</h2><div class="sheet"><div class="nine">{figure(view, ChartId::Tiles, 820)}</div></div></section>
        <section><h2>{t!(lang, pages.by_quarter)}</h2>{panels(view)}</section>
        {tables(view)}
        {information(view)}
    };
    document(view, &title, &t!(lang, pages.regions_lead), body.into_any())
}

/// Each region by quarter: many small charts, each of its own height. Each leads to its region.
pub fn panels(view: &View<'_>) -> AnyView {
    let (lang, measured) = (view.lang, view.compared());
    let panel = |region: Region| {
        let chart = chart(view, ChartId::Quarters(measured, Some(region)))?;
        let last = view.quarter().and_then(|quarter| view.told(Period::Quarter(quarter), Of::Region(region), measured));
        let said = last.map(|told| told.said(lang)).unwrap_or_default();
        Some(view! {
            <li>
                <a class="panel" href=view.link(OpenPage::Region(region))>
                    <span class="panel-name">{labels::short_region(lang, region)}</span>
                    " "
                    <span class="panel-value">{said}</span>
                    <span class="panel-chart" aria-hidden="true" inner_html=chart.small(lang)></span>
                </a>
            </li>
        })
    };
    let panels: Vec<_> = Region::ALL.into_iter().filter_map(panel).collect();
    if panels.is_empty() {
        return ().into_any();
    }
    view! { <p class="hint">{t!(lang, pages.panels, measure = name(lang, measured))}</p><ul class="panels">{panels}</ul> }.into_any()
}

/// A row for the country, each region and those that are shown only together; a column for each measure of a period.
pub fn by_regions(view: &View<'_>, title: &str, basis: Basis, columns: &[(Period, Measured)]) -> AnyView {
    let lang = view.lang;
    let rows = Of::all().map(|of| {
        let name = match of {
            Of::Region(region) => view! { <a href=view.link(OpenPage::Region(region))>{of.name(lang)}</a> }.into_any(),
            Of::Country | Of::OtherRegions => cell(of.name(lang)),
        };
        let value = |(period, measured): &(Period, Measured)| told_cell(lang, view.told_by(*period, of, basis, *measured));
        [name].into_iter().chain(columns.iter().map(value)).collect()
    });
    let heads = [t!(lang, form.region)].into_iter().chain(columns.iter().map(|(_, measured)| head(lang, *measured)));
    table(title, heads.collect(), rows.collect())
}

/// Every figure of the year to date and of the quarter, by both bases.
fn tables(view: &View<'_>) -> AnyView {
    let lang = view.lang;
    let Some(quarter) = view.quarter() else { return ().into_any() };
    let of_basis = |basis: Basis| {
        let measures = MEASURES.iter().copied().filter(|measured| basis == Basis::Registered || *measured != Measured::Residents);
        let columns: Vec<(Period, Measured)> = measures
            .map(|measured| (if measured.adds_up() { Period::year_to_date(quarter) } else { Period::Quarter(quarter) }, measured))
            .collect();
        let title = statistics::code(lang, domain::datasets::Column::Basis, basis.code()).unwrap_or_default();
        view! { <h3>{title.clone()}</h3>{by_regions(view, &title, basis, &columns)} }.into_any()
    };
    let (to_date, own) = (Period::year_to_date(quarter).to_string(), Period::Quarter(quarter).to_string());
    let periods = t!(lang, pages.table_periods, to_date = format::period(lang, &to_date), quarter = format::period(lang, &own));
    view! {
        <section>
            <h2>{t!(lang, chart.table)}</h2>
            <p class="hint">{periods}" "{t!(lang, pages.marks)}" "{t!(lang, pages.sums)}</p>
            {of_basis(Basis::Registered)}
            {of_basis(Basis::Activity)}
            <p class="links"><a href=view.link(OpenPage::Dataset(DatasetId::Regions))>{t!(lang, pages.to_data)}</a></p>
        </section>
    }
    .into_any()
}

/// One region.
pub fn region(view: &View<'_>, region: Region) -> String {
    let lang = view.lang;
    let title = labels::region(lang, region).to_owned();
    let quarter = view.quarter();
    let figures = quarter.map(|quarter| {
        let (to_date, own) = (Period::year_to_date(quarter), Period::Quarter(quarter));
        let (amounts, counts) = ([Measured::Services, Measured::Exports], [Measured::Exporters, Measured::People, Measured::Residents]);
        let of = |period, measures: &[Measured]| numbers::of(view, period, Of::Region(region), measures);
        if to_date == own {
            return of(own, &[&amounts[..], &counts[..]].concat());
        }
        view! { {of(to_date, &amounts)}{of(own, &counts)} }.into_any()
    });
    // what is hidden throughout is said once, and not drawn
    let told = |measured: &Measured| {
        let value = |quarter| view.told(Period::Quarter(quarter), Of::Region(region), *measured)?.value();
        view.quarters().into_iter().any(|quarter| value(quarter).is_some())
    };
    let (shown, hidden): (Vec<Measured>, Vec<Measured>) = OF_REGION.into_iter().partition(told);
    let hidden: Vec<String> = hidden.into_iter().map(|measured| name(lang, measured)).collect();
    let hidden = (!hidden.is_empty() && quarter.is_some())
        .then(|| view! { <p class="notice">{t!(lang, pages.hidden_here, measures = hidden.join(", "))}</p> });
    let charts: Vec<_> = shown
        .iter()
        .map(|measured| view! { <div class="six">{figure(view, ChartId::Quarters(*measured, Some(region)), 540)}</div> })
        .collect();
    let body = view! {
        <h1>{title.clone()}</h1>
        {view.standing()}
        {figures}
        {hidden}
        <h2 class="visually-hidden">{t!(lang, pages.charts)}</h2>
        <div class="sheet">{charts}</div>
        {by_period(view, region)}
        {neighbours(view, region)}
    };
    document(view, &title, &t!(lang, pages.region_text, region = title.clone()), body.into_any())
}

/// Every period that is told.
fn by_period(view: &View<'_>, region: Region) -> AnyView {
    let lang = view.lang;
    let periods = view.of(DatasetId::Regions).map(|dataset| dataset.codes(0)).unwrap_or_default();
    let periods: Vec<Period> = periods.into_iter().rev().filter_map(|period| period.parse().ok()).collect();
    if periods.is_empty() {
        return ().into_any();
    }
    let rows = periods.iter().map(|period| {
        let values = MEASURES.iter().map(|measured| told_cell(lang, view.told(*period, Of::Region(region), *measured)));
        [cell(format::period(lang, &period.to_string()))].into_iter().chain(values).collect()
    });
    let heads = [t!(lang, data.period)].into_iter().chain(MEASURES.iter().map(|measured| head(lang, *measured))).collect();
    let title = t!(lang, pages.every_period);
    view! {
        <section>
            <h2>{title.clone()}</h2>
            <p class="hint">{t!(lang, pages.marks)}</p>
            {table(&title, heads, rows.collect())}
            <p class="links"><a href=view.link(OpenPage::Dataset(DatasetId::Regions))>{t!(lang, pages.to_data)}</a></p>
        </section>
    }
    .into_any()
}

/// The way to the other regions.
fn neighbours(view: &View<'_>, region: Region) -> AnyView {
    let others: Vec<_> = Region::ALL
        .into_iter()
        .filter(|other| *other != region)
        .map(|other| view! { <a href=view.link(OpenPage::Region(other))>{labels::region(view.lang, other)}</a> })
        .collect();
    view! { <nav aria-label=t!(view.lang, pages.other_regions)><h2>{t!(view.lang, pages.other_regions)}</h2><p class="links">{others}</p></nav> }
        .into_any()
}

/// The Statistics Agency's information services: the published total, its regions, and what is not allocated.
fn information(view: &View<'_>) -> AnyView {
    let lang = view.lang;
    let Some(dataset) = view.of(DatasetId::Official) else { return ().into_any() };
    let rows: Vec<_> = dataset.rows.iter().filter(|row| row.at[2] == "information_services").collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let tables: Vec<_> = rows
        .chunk_by(|a, b| a.at[0] == b.at[0])
        .map(|rows| {
            let whole = rows.iter().find(|row| row.at[1] == Of::Country.code()).and_then(|row| row.value);
            let regions = rows.iter().filter_map(|row| Some((row.at[1].parse::<Region>().ok()?, row.value?)));
            let allocated: i64 = regions.clone().map(|(_, value)| value).sum();
            let line = |name: String, value: i64| {
                let share = whole.and_then(|whole| ratio(value, whole, 10_000)).map(|share| format::percent(lang, share));
                vec![
                    cell(name),
                    cell(ratio(value, 100, 1).map(|tenths| format::decimal(lang, tenths, 1)).unwrap_or_default()),
                    cell(share.unwrap_or_default()),
                ]
            };
            let mut lines: Vec<_> = regions.map(|(region, value)| line(labels::region(lang, region).to_owned(), value)).collect();
            // without a whole nothing can be said of what is left
            lines.extend(whole.map(|whole| line(t!(lang, home.unallocated), whole - allocated)));
            lines.extend(whole.map(|whole| line(t!(lang, home.whole), whole)));
            let period = format::period(lang, &rows[0].at[0]);
            let title = t!(lang, home.information_of, period = period.clone());
            let head = vec![t!(lang, form.region), t!(lang, home.billion_soums), t!(lang, home.share_of_whole)];
            let source = rows[0].notes.get(1).cloned().unwrap_or_default();
            view! {
                <details class="data-table">
                    <summary>{period}</summary>
                    {table_with_texts(&title, &[], head, lines)}
                    <p class="source"><a href=source rel="external">{t!(lang, home.source_link)}</a></p>
                </details>
            }
        })
        .collect();
    view! { <section id="information"><h2>{t!(lang, home.information)}</h2><p class="hint">{t!(lang, home.information_hint)}</p>{tables}</section> }.into_any()
}
