//! The public home: the way to the targets.

use charts::Class;
use domain::{published::Figure, region::Region};
use leptos::prelude::*;
use services::ServiceError;

use crate::{
    charts_of::{PublicChart, PublicData, dollars, legend as legend_of},
    components::{
        figure::{ChartFigure, cell, table, table_with_texts},
        layout::layout,
    },
    context::Page,
    format,
    labels::{self, t},
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
    let day = format::day(lang, data.figures.quarter.last_day());
    let text = match (data.reached(), data.year_target()) {
        (Some(reached), Some(target)) => {
            t!(lang, home.headline, day = day, reached = format::dollars_scaled(lang, reached.0), share = data.share(lang, target, reached))
        }
        (Some(reached), None) => t!(lang, home.headline_no_target, day = day, reached = format::dollars_scaled(lang, reached.0)),
        (None, _) => t!(lang, home.no_figures),
    };
    let coverage = data.figures.coverage;
    let so_far = data.reached().zip(coverage.accepted_share()).map(|(_, share)| {
        let (accepted, owed) = (format::number(coverage.accepted), format::number(coverage.owed));
        t!(lang, home.so_far, accepted = accepted, owed = owed, share = format::percent(lang, share))
    });
    view! { <h1 class="headline">{text}</h1><p class="lead">{so_far}</p><p>{t!(lang, home.lead)}</p> }.into_any()
}

fn download(page: &Page, chart: PublicChart) -> String {
    page.link(&format!("charts/{}", chart.id()))
}

fn progress(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let bullet = |chart: PublicChart, target: Option<&domain::progress::Target>| {
        let (target, reached) = target.zip(data.reached())?;
        let amount = format::dollars_scaled(lang, target.amount.0);
        let head = vec![t!(lang, lines.measure), t!(lang, home.value)];
        let mut rows = vec![
            vec![cell(t!(lang, home.reached)), cell(format::dollars_scaled(lang, reached.0))],
            vec![cell(t!(lang, home.share)), cell(data.share(lang, target, reached))],
        ];
        if chart == PublicChart::ThisYear {
            let path = domain::progress::straight_path(target.amount, data.figures.quarter.last_day());
            rows.push(vec![cell(t!(lang, home.path)), cell(format::dollars_scaled(lang, path.0))]);
            if let Some(needed) = domain::progress::needed_per_quarter(target.amount, reached, data.figures.quarter) {
                rows.push(vec![cell(t!(lang, home.needed)), cell(format::dollars_scaled(lang, needed.0))]);
            }
        }
        let set = target.set_on.map(|day| t!(lang, home.target_set, day = format::day(lang, day))).unwrap_or_default();
        let title = t!(lang, chart.progress, target = amount);
        let figure = ChartFigure {
            table: table(&title, head, rows),
            title,
            id: chart.id(),
            svg: data.for_page(chart, lang),
            download: download(page, chart),
            source: format!("{set} {}", data.source(lang)),
            table_open: false,
        };
        Some(view! { {figure.view(page)}<p class="source"><a href=target.source.clone() rel="external">{t!(lang, home.target_source)}</a></p> }.into_any())
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
    let year = data.figures.quarter.year();
    let head = vec![t!(lang, my.quarter), t!(lang, home.in_quarter), t!(lang, home.to_date)];
    let rows = data.figures.exports.iter().zip(&data.figures.exports_to_date).filter(|((q, _), _)| q.year() >= year - 1);
    let rows = rows
        .map(|((q, one), (_, sum))| vec![cell(format::quarter(lang, *q)), cell(dollars(lang, *one)), cell(dollars(lang, *sum))])
        .collect();
    let title = t!(lang, chart.cumulative, year = year);
    let figure = ChartFigure {
        table: table(&title, head, rows),
        title,
        id: "cumulative",
        svg: data.for_page(PublicChart::Cumulative, lang),
        download: download(page, PublicChart::Cumulative),
        source: data.source(lang),
        table_open: true,
    };
    view! { <section><h2>{t!(lang, home.cumulative)}</h2><p class="hint">{t!(lang, chart.unit_millions)}</p>{figure.view(page)}</section> }
        .into_any()
}

fn regions(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let city = data.figures.regions.iter().find(|row| row.region == Region::TashkentCity);
    let whole = data.reached();
    let city_text = city.and_then(|city| {
        let share = whole.and_then(|whole| domain::progress::ratio(city.exports.shown()? * 100_000, whole.0, 10_000));
        Some(t!(lang, home.city, exports = dollars(lang, city.exports), share = format::percent(lang, share?)))
    });
    let services =
        |figure: Figure| figure.shown().map_or_else(|| "[c]".to_owned(), |millions| format::soums_scaled(lang, millions * 100_000_000));
    let head = vec![t!(lang, form.region), t!(lang, home.exports), t!(lang, home.services), t!(lang, home.residents)];
    let rows = |with_city: bool| {
        let mut listed: Vec<_> = data.regions_without_city();
        if with_city {
            listed.splice(0..0, city);
        }
        let row = |row: &services::figures::PublicRegion| {
            vec![
                cell(labels::region(lang, row.region)),
                cell(dollars(lang, row.exports)),
                cell(services(row.services)),
                cell(format::number(row.residents)),
            ]
        };
        listed.into_iter().map(row).collect::<Vec<_>>()
    };
    let tiles = page.param("map").as_deref() == Some("tiles");
    let chart = if tiles { PublicChart::Tiles } else { PublicChart::Map };
    let place = |title: String, chart: PublicChart, with_city: bool| {
        ChartFigure {
            table: table(&title, head.clone(), rows(with_city)),
            title,
            id: chart.id(),
            svg: data.for_page(chart, lang),
            download: download(page, chart),
            source: format!("{} {}", t!(lang, home.basis_registered), data.source(lang)),
            table_open: false,
        }
        .view(page)
    };
    let switch = if tiles {
        view! { <a href="?map=map#regions-map">{t!(lang, home.show_map)}</a> }.into_any()
    } else {
        view! { <a href="?map=tiles#regions-map">{t!(lang, home.show_tiles)}</a> }.into_any()
    };
    let map_title = if tiles { t!(lang, chart.tiles) } else { t!(lang, chart.map) };
    view! {
        <section>
            <h2>{t!(lang, home.regions)}</h2>
            <p class="lead">{city_text}</p>
            {place(t!(lang, chart.city), PublicChart::City, true)}
            {place(t!(lang, chart.regions), PublicChart::Regions, false)}
            <div id="regions-map">
                {place(map_title, chart, true)}
                <p class="switch">{switch}</p>
                {legend(page)}
            </div>
            <p class="note">{t!(lang, home.confidential)}</p>
        </section>
    }
    .into_any()
}

fn legend(page: &Page) -> AnyView {
    let lang = page.lang;
    let items: Vec<_> = legend_of(lang)
        .into_iter()
        .map(|(class, text)| {
            let class = match class {
                Class::Step(step) => format!("swatch class-{step}"),
                Class::Hidden => "swatch class-hidden".to_owned(),
            };
            view! { <li><span class=class aria-hidden="true"></span>{text}</li> }
        })
        .collect();
    view! { <p class="note">{t!(lang, home.legend)}</p><ul class="legend">{items}</ul> }.into_any()
}

fn destinations(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let head = vec![t!(lang, home.destination), t!(lang, home.exports)];
    let rows = data
        .figures
        .destinations
        .iter()
        .map(|(group, figure)| vec![cell(labels::destination(lang, *group)), cell(dollars(lang, *figure))])
        .collect();
    let title = t!(lang, chart.destinations);
    let figure = ChartFigure {
        table: table(&title, head, rows),
        title,
        id: "destinations",
        svg: data.for_page(PublicChart::Destinations, lang),
        download: download(page, PublicChart::Destinations),
        source: format!("{} {}", t!(lang, home.not_bop), data.source(lang)),
        table_open: false,
    };
    view! { <section><h2>{t!(lang, home.destinations)}</h2>{figure.view(page)}</section> }.into_any()
}

fn history(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let head = vec![t!(lang, home.period), t!(lang, home.published_value), t!(lang, home.definition)];
    let rows = data
        .history
        .iter()
        .map(|row| {
            let translated = labels::official_definition(lang, &row.definition);
            let spoken = translated.is_none().then_some("en");
            let text = translated.unwrap_or_else(|| row.definition.clone());
            let source = view! { <span class="note" lang=spoken>{text}</span>" "<a href=row.source.clone() rel="external">{t!(lang, home.source_link)}</a> };
            vec![cell(format::period(lang, &row.period)), cell(format::decimal(lang, row.value_milli / 100, 1)), source.into_any()]
        })
        .collect();
    let title = t!(lang, chart.history);
    let figure = ChartFigure {
        table: table_with_texts(&title, &[2], head, rows),
        title,
        id: "history",
        svg: data.for_page(PublicChart::History, lang),
        download: download(page, PublicChart::History),
        source: t!(lang, home.official_source),
        table_open: false,
    };
    let later = page.installation.demonstration.then(|| t!(lang, home.history_later, day = format::day(lang, data.today)));
    view! { <section><h2>{t!(lang, home.history)}</h2><p class="hint">{t!(lang, home.history_hint)}" "{later}</p>{figure.view(page)}</section> }
        .into_any()
}

/// The Statistics Agency's information services: the published total, its regions, and what is not allocated.
fn information(page: &Page, data: &PublicData) -> AnyView {
    let lang = page.lang;
    let mut periods: Vec<&str> = data.information.iter().map(|row| row.period.as_str()).collect();
    periods.dedup();
    let tables: Vec<_> = periods
        .into_iter()
        .map(|period| {
            let rows: Vec<_> = data.information.iter().filter(|row| row.period == period).collect();
            let whole = rows.iter().find(|row| row.region == "UZ").map_or(0, |row| row.value_milli);
            let parts: i64 = rows.iter().filter(|row| row.region != "UZ").map(|row| row.value_milli).sum();
            let value = |milli: i64| cell(format::decimal(lang, milli / 100, 1));
            let share = |milli: i64| {
                cell(domain::progress::ratio(milli, whole, 10_000).map(|share| format::percent(lang, share)).unwrap_or_default())
            };
            let mut body: Vec<Vec<AnyView>> = rows
                .iter()
                .filter_map(|row| Some((row.region.parse::<Region>().ok()?, row.value_milli)))
                .map(|(region, milli)| vec![cell(labels::region(lang, region)), value(milli), share(milli)])
                .collect();
            body.push(vec![cell(t!(lang, home.unallocated)), value(whole - parts), share(whole - parts)]);
            body.push(vec![cell(t!(lang, home.whole)), value(whole), share(whole)]);
            let head = vec![t!(lang, form.region), t!(lang, home.billion_soums), t!(lang, home.share_of_whole)];
            let source = rows.first().map(|row| row.source.clone()).unwrap_or_default();
            view! {
                <details class="data-table">
                    <summary>{format::period(lang, period)}</summary>
                    {table(&t!(lang, home.information_of, period = format::period(lang, period)), head, body)}
                    <p class="source"><a href=source rel="external">{t!(lang, home.source_link)}</a></p>
                </details>
            }
        })
        .collect();
    view! { <section id="information"><h2>{t!(lang, home.information)}</h2><p class="hint">{t!(lang, home.information_hint)}</p>{tables}</section> }.into_any()
}
