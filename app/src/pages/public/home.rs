//! The public home: the way to the targets.

use charts::Paint;
use domain::{
    dataset::{Dataset, Extent, Observation, Observed, Part, written},
    ledger::Span,
    progress::ratio,
    quarter::Quarter,
    region::Region,
};
use leptos::prelude::*;
use services::ServiceError;

use crate::{
    address::Address,
    components::{
        figure::{ChartFigure, cell, table, table_with_texts},
        layout::layout,
    },
    context::Page,
    format,
    labels::{self, t},
    lang::Lang,
    official::Definition,
    public_charts::{PublicChart, PublicData, dollars, history_legend, legend as legend_of, said, share, share_said, without_city},
};

/// The page.
pub async fn page(page: Page) -> Result<AnyView, ServiceError> {
    let lang = page.lang;
    let data = PublicData::load(&page.store).await?;
    let signed_out = page
        .param("signed_out")
        .map(|_| view! { <div class="notice notice-good" role="status"><p>{t!(lang, sign_in.signed_out)}</p></div> });
    let body = view! {
        {signed_out}
        {headline(&page, &data)}
        {progress(&page, &data)}
        {cumulative(&page, &data)}
        {regions(&page, &data)}
        {destinations(&page, &data)}
        {history(&page, &data)}
        {information(&page, &data)}
    };
    Ok(layout(&page, &t!(lang, home.title), body))
}

fn headline(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let quarter = data.figures.quarter;
    let period = format::in_year_to_date(lang, quarter);
    let said = data.reached().map(|reached| (reached, format::dollars_scaled(lang, reached.0)));
    let text = match (said, data.year_target()) {
        (Some((reached, said)), Some(target)) => {
            let stands = labels::pace(lang, domain::progress::pace(target.amount, reached, quarter.last_day()));
            t!(lang, home.headline, period = period, reached = said, share = share_said(lang, target.amount, reached), standing = stands)
        }
        (Some((_, said)), None) => t!(lang, home.headline_no_target, period = period, reached = said),
        (None, _) => t!(lang, home.no_figures),
    };
    let latest = data.figures.latest;
    let running = data.figures.is_provisional(latest).then(|| {
        let coverage = data.figures.latest_coverage;
        let reached = data.figures.exports_up_to(latest).map(|figure| dollars(lang, figure))?;
        let share = format::percent(lang, coverage.accepted_share()?);
        let (accepted, owed) = (format::number(coverage.accepted), format::number(coverage.owed));
        let quarter = format::quarter(lang, latest);
        Some(t!(lang, home.running, quarter = quarter, accepted = accepted, owed = owed, share = share, reached = reached))
    });
    view! {
        <h1 class="headline">{text}</h1>
        <p class="lead" id="running">{running}</p>
        <p>{t!(lang, home.lead)}</p>
        // once for all figures made of filings
        <p class="source" id="source">{data.source(lang)}" "{t!(lang, home.basis_registered)}" "{t!(lang, home.not_bop)}</p>
    }
    .into_any()
}

fn progress(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let bullet = |chart: PublicChart, target: Option<&domain::progress::Target>| {
        let (target, reached) = target.zip(data.reached())?;
        let head = vec![t!(lang, lines.measure), t!(lang, home.value)];
        let dataset = data.dataset(chart, lang);
        let of = |observed| dataset.of(observed).next().map(|observation| dollars(lang, observation.value));
        let mut rows = vec![
            vec![cell(t!(lang, home.reached)), cell(of(Observed::Exports).unwrap_or_default())],
            vec![cell(t!(lang, home.share)), cell(share(lang, target.amount, reached))],
        ];
        if let Some(path) = of(Observed::StraightPath) {
            rows.push(vec![cell(t!(lang, home.path)), cell(path)]);
            if let Some(needed) = domain::progress::needed_per_quarter(target.amount, reached, data.figures.quarter) {
                rows.push(vec![cell(t!(lang, home.needed)), cell(format::dollars_scaled(lang, needed.0))]);
            }
        }
        let set = target.set_on.map(|day| t!(lang, home.target_set, day = format::day(lang, day)));
        let figure = ChartFigure {
            table: table(&dataset.title, head, rows),
            title: dataset.title,
            id: chart.id(),
            svg: data.for_page(chart, lang),
            legend: None,
            table_open: false,
        };
        Some(view! { {figure.view(page)}<p class="source">{set}" "<a href=target.source.clone() rel="external">{t!(lang, home.target_source)}</a></p> }.into_any())
    };
    view! {
        <section class="progress">
            <h2>{t!(lang, home.progress)}</h2>
            <div class="two">
                <div>{bullet(PublicChart::ThisYear, data.year_target())}</div>
                <div>{bullet(PublicChart::LongTerm, data.long_term_target())}</div>
            </div>
        </section>
    }
    .into_any()
}

fn cumulative(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let of = |name: String| format!("{name}, {}", t!(lang, home.millions));
    let head = vec![t!(lang, my.quarter), of(t!(lang, home.in_quarter)), of(t!(lang, home.to_date))];
    let dataset = data.dataset(PublicChart::Cumulative, lang);
    // the year and the one before
    let quarters = dataset.of(Observed::Exports).filter(|observation| observation.extent == Extent::Quarter);
    let quarters = quarters.filter_map(|observation| Some((observation.period.parse::<Quarter>().ok()?, observation)));
    let quarters = quarters.filter(|(quarter, _)| quarter.year() >= data.figures.quarter.year() - 1);
    let rows = quarters
        .map(|(quarter, in_quarter)| {
            let provisional = in_quarter.provisional.then(|| t!(lang, home.provisional_mark));
            let mark = provisional.map(|text| view! { " "<span class="tag tag-quiet">{text}</span> });
            let to_date = dataset.over(Observed::Exports, Extent::YearToDate, &written(quarter, Span::YearToDate));
            let to_date = to_date.map(|observation| said(lang, observation)).unwrap_or_default();
            vec![view! { {format::quarter(lang, quarter)}{mark} }.into_any(), cell(said(lang, in_quarter)), cell(to_date)]
        })
        .collect();
    let figure = ChartFigure {
        table: table(&dataset.title, head, rows),
        title: dataset.title,
        id: PublicChart::Cumulative.id(),
        svg: data.for_page(PublicChart::Cumulative, lang),
        legend: None,
        table_open: true,
    };
    view! { <section><h2>{t!(lang, home.cumulative)}</h2><p class="hint">{t!(lang, chart.unit_millions)}</p>{figure.view(page)}</section> }
        .into_any()
}

fn regions(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let dataset = data.dataset(PublicChart::Map, lang);
    let city = Part::Region(Region::TashkentCity);
    let city_text = dataset.at(Observed::Exports, city).and_then(|exports| {
        let share = ratio(exports.cents()?.0, data.reached()?.0, 10_000)?;
        Some(t!(lang, home.city, exports = dollars(lang, exports.value), share = format::percent_said(lang, share)))
    });
    let head = vec![t!(lang, form.region), t!(lang, home.exports_millions), t!(lang, home.services_billions), t!(lang, home.residents)];
    let rows = |with_city: bool| {
        let others = without_city(&dataset).into_iter().map(|observation| observation.part);
        let parts = with_city.then_some(city).into_iter().chain(others);
        by_part(lang, &dataset, parts, &[Observed::Exports, Observed::Services, Observed::Residents])
    };
    let tiles = page.param("map").as_deref() == Some("tiles");
    let chart = if tiles { PublicChart::Tiles } else { PublicChart::Map };
    let place = |chart: PublicChart, with_city: bool| {
        let title = data.title(chart, lang);
        ChartFigure {
            table: table(&title, head.clone(), rows(with_city)),
            title,
            id: chart.id(),
            svg: data.for_page(chart, lang),
            legend: matches!(chart, PublicChart::Map | PublicChart::Tiles)
                .then(|| view! { <p class="note">{t!(lang, home.legend)}</p>{swatches(legend_of(lang))} }.into_any()),
            table_open: false,
        }
        .view(page)
    };
    let shown = |map: &str| page.link(Address::Home).with("map", map).at("regions-map").to_string();
    let switch = if tiles {
        view! { <a href=shown("map")>{t!(lang, home.show_map)}</a> }.into_any()
    } else {
        view! { <a href=shown("tiles")>{t!(lang, home.show_tiles)}</a> }.into_any()
    };
    view! {
        <section>
            <h2>{t!(lang, home.regions)}</h2>
            <p class="lead">{city_text}</p>
            {place(PublicChart::City, true)}
            {place(PublicChart::Regions, false)}
            <div id="regions-map">
                {place(chart, true)}
                <p class="switch">{switch}</p>
            </div>
            <p class="note">{t!(lang, home.confidential)}</p>
        </section>
    }
    .into_any()
}

/// What colours mean.
fn swatches(legend: Vec<(Paint, String)>) -> AnyView {
    let class = |paint| match paint {
        Paint::Class(step) => format!("swatch class-{step}"),
        Paint::Second => "swatch chart-second".to_owned(),
        Paint::Main => "swatch chart-main".to_owned(),
        _ => "swatch class-hidden".to_owned(),
    };
    let items: Vec<_> =
        legend.into_iter().map(|(paint, text)| view! { <li><span class=class(paint) aria-hidden="true"></span>{text}</li> }).collect();
    view! { <ul class="legend">{items}</ul> }.into_any()
}

/// A row for each part, a column for each measure.
fn by_part(lang: Lang, dataset: &Dataset, parts: impl Iterator<Item = Part>, measures: &[Observed]) -> Vec<Vec<AnyView>> {
    let row = |part| {
        let value = |observed: &Observed| {
            let observation = dataset.at(*observed, part);
            cell(observation.map(|observation| said(lang, observation)).unwrap_or_default())
        };
        [cell(labels::part(lang, part))].into_iter().chain(measures.iter().map(value)).collect()
    };
    parts.map(row).collect()
}

fn destinations(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let head = vec![t!(lang, home.destination), t!(lang, home.exports_millions)];
    let dataset = data.dataset(PublicChart::Destinations, lang);
    let parts = dataset.observations.iter().map(|observation| observation.part);
    let rows = by_part(lang, &dataset, parts, &[Observed::Exports]);
    let figure = ChartFigure {
        table: table(&dataset.title, head, rows),
        title: dataset.title,
        id: PublicChart::Destinations.id(),
        svg: data.for_page(PublicChart::Destinations, lang),
        legend: None,
        table_open: false,
    };
    view! { <section><h2>{t!(lang, home.destinations)}</h2>{figure.view(page)}</section> }.into_any()
}

fn history(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let head = vec![t!(lang, home.period), t!(lang, home.millions), t!(lang, home.definition)];
    let dataset = data.dataset(PublicChart::History, lang);
    let rows = dataset
        .observations
        .iter()
        .map(|row| {
            let (definition, source) = row.published.clone().unwrap_or_default();
            let translated = Definition::of(&definition).map(|known| known.text(lang));
            let spoken = translated.is_none().then_some("en");
            let text = translated.unwrap_or(definition);
            let source =
                view! { <span class="note" lang=spoken>{text}</span>" "<a href=source rel="external">{t!(lang, home.source_link)}</a> };
            vec![cell(format::period(lang, &row.period)), cell(said(lang, row)), source.into_any()]
        })
        .collect();
    let figure = ChartFigure {
        table: table_with_texts(&dataset.title, &[2], head, rows),
        title: dataset.title,
        id: PublicChart::History.id(),
        svg: data.for_page(PublicChart::History, lang),
        legend: Some(swatches(history_legend(lang))),
        table_open: false,
    };
    view! { <section><h2>{t!(lang, home.history)}</h2><p class="hint">{t!(lang, home.history_hint)}</p>{figure.view(page)}</section> }
        .into_any()
}

/// The Statistics Agency's information services: the published total, its regions, and what is not allocated.
fn information(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let tables: Vec<_> = data.information(lang).iter().map(|dataset| information_of(lang, dataset)).collect();
    view! { <section id="information"><h2>{t!(lang, home.information)}</h2><p class="hint">{t!(lang, home.information_hint)}</p>{tables}</section> }.into_any()
}

fn information_of(lang: Lang, dataset: &Dataset) -> AnyView {
    let shown = |observation: &Observation| observation.value.shown().unwrap_or_default();
    let whole = dataset.observations.iter().find(|observation| observation.part == Part::All).map_or(0, shown);
    let row = |observation: &Observation| {
        let name = match observation.part {
            Part::Region(region) => labels::region(lang, region).to_owned(),
            Part::All => t!(lang, home.whole),
            Part::OtherRegions | Part::Destination(_) => t!(lang, home.unallocated),
        };
        let share = ratio(shown(observation), whole, 10_000).map(|share| format::percent(lang, share));
        vec![cell(name), cell(format::decimal(lang, shown(observation) / 100, 1)), cell(share.unwrap_or_default())]
    };
    let first = dataset.observations.first();
    let period = first.map(|first| format::period(lang, &first.period)).unwrap_or_default();
    let head = vec![t!(lang, form.region), t!(lang, home.billion_soums), t!(lang, home.share_of_whole)];
    view! {
        <details class="data-table">
            <summary>{period}</summary>
            {table(&dataset.title, head, dataset.observations.iter().map(row).collect())}
            <p class="source"><a href=dataset.source.clone() rel="external">{t!(lang, home.source_link)}</a></p>
        </details>
    }
    .into_any()
}
