//! The tables of the public charts as CSV: stable names, plain numbers, `c` confidential, `x` not available, `p`
//! provisional.

use domain::{
    progress::{Target, straight_path},
    published::{Figure, THOUSAND_DOLLARS},
    quarter::Quarter,
    region::Region,
};

use crate::public_charts::{PublicChart, PublicData};

type Row = Vec<String>;

fn row<const N: usize>(cells: [&str; N]) -> Row {
    cells.map(str::to_owned).to_vec()
}

/// The table of a chart.
///
/// # Errors
/// When it cannot be written.
pub fn csv(data: &PublicData, chart: PublicChart) -> Result<Vec<u8>, csv::Error> {
    let rows = match chart {
        PublicChart::ThisYear => target(data, data.year_target()),
        PublicChart::LongTerm => target(data, data.long_term_target()),
        PublicChart::Cumulative => course(data),
        PublicChart::City => city(data),
        PublicChart::Regions | PublicChart::Map | PublicChart::Tiles => regions(data),
        PublicChart::Destinations => destinations(data),
        PublicChart::History => history(data),
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    let (as_of, note) = (data.today.to_string(), if data.is_invented(chart) { "demonstration" } else { "" });
    for (n, mut row) in rows.into_iter().enumerate() {
        // which day it says, and whether it is real, must not get lost with the file's name
        row.extend(if n == 0 { ["as_of", "note"] } else { [as_of.as_str(), note] }.map(str::to_owned));
        writer.write_record(row)?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// Period, span, measure, unit, value and status.
fn measured(period: &str, span: &str, measure: &str, figure: Figure, provisional: bool) -> Row {
    row([period, span, measure, "USD thousand", &value(figure), status(figure, provisional)])
}

/// The value; nothing where none is shown.
fn value(figure: Figure) -> String {
    figure.shown().map(|value| value.to_string()).unwrap_or_default()
}

/// `c` confidential, `x` not available, `p` provisional, nothing otherwise.
fn status(figure: Figure, provisional: bool) -> &'static str {
    if provisional && figure.shown().is_some() { "p" } else { figure.status() }
}

const MEASURED: [&str; 6] = ["period", "span", "measure", "unit", "value", "status"];

/// Cents as a published figure.
fn thousands(cents: i64) -> Figure {
    domain::progress::ratio(cents, THOUSAND_DOLLARS, 1).map_or(Figure::NotAvailable, Figure::Shown)
}

fn target(data: &PublicData, target: Option<&Target>) -> Vec<Row> {
    let quarter = data.figures.quarter;
    let period = to_date(quarter);
    let mut rows = vec![row(MEASURED)];
    rows.extend(
        data.figures
            .exports_up_to(quarter)
            .map(|figure| measured(&period, "year_to_date", "exports", figure, data.figures.is_provisional(quarter))),
    );
    if let Some(target) = target {
        let year = target.year.map(|year| year.to_string()).unwrap_or_default();
        rows.push(measured(&year, "year", "target", thousands(target.amount.0), false));
        if target.year.is_some() {
            let path = thousands(straight_path(target.amount, quarter.last_day()).0);
            rows.push(measured(&period, "year_to_date", "straight_path", path, false));
        }
    }
    rows
}

fn course(data: &PublicData) -> Vec<Row> {
    let mut rows = vec![row(MEASURED)];
    for (quarter, figure) in &data.figures.exports {
        rows.push(measured(&quarter.to_string(), "quarter", "exports", *figure, data.figures.is_provisional(*quarter)));
    }
    for (quarter, figure) in &data.figures.exports_to_date {
        rows.push(measured(&to_date(*quarter), "year_to_date", "exports", *figure, data.figures.is_provisional(*quarter)));
    }
    if let Some(target) = data.year_target() {
        let mut quarter = data.figures.quarter.year_to_date().next().unwrap_or(data.figures.quarter);
        for _ in 0..4 {
            let path = thousands(straight_path(target.amount, quarter.last_day()).0);
            rows.push(measured(&to_date(quarter), "year_to_date", "straight_path", path, false));
            quarter = quarter.next();
        }
    }
    rows
}

const BY_REGION: [&str; 6] = ["period", "region", "measure", "unit", "value", "status"];

fn regions(data: &PublicData) -> Vec<Row> {
    let period = to_date(data.figures.quarter);
    let provisional = data.figures.is_provisional(data.figures.quarter);
    let mut rows = vec![row(BY_REGION)];
    for of in &data.figures.regions {
        let region = of.region.to_string();
        rows.push(row([&period, &region, "exports", "USD thousand", &value(of.exports), status(of.exports, provisional)]));
        rows.push(row([&period, &region, "services", "UZS million", &value(of.services), status(of.services, provisional)]));
        rows.push(row([
            &period,
            &region,
            "residents",
            "residents",
            &of.residents.to_string(),
            status(Figure::Shown(of.residents), provisional),
        ]));
    }
    rows
}

fn city(data: &PublicData) -> Vec<Row> {
    let period = to_date(data.figures.quarter);
    let mut rows = vec![row(BY_REGION)];
    let provisional = status(Figure::Shown(0), data.figures.is_provisional(data.figures.quarter));
    if let Some((city, others)) = data.city_and_others() {
        rows.push(row([&period, Region::TashkentCity.iso(), "exports", "USD thousand", &city.to_string(), provisional]));
        rows.push(row([&period, "other", "exports", "USD thousand", &others.to_string(), provisional]));
    }
    rows
}

fn destinations(data: &PublicData) -> Vec<Row> {
    let period = to_date(data.figures.quarter);
    let head = row(["period", "destination", "measure", "unit", "value", "status"]);
    let rows = data.figures.destinations.iter().map(|(group, figure)| {
        let status = status(*figure, data.figures.is_provisional(data.figures.quarter));
        row([&period, &group.to_string(), "exports", "USD thousand", &value(*figure), status])
    });
    [head].into_iter().chain(rows).collect()
}

fn history(data: &PublicData) -> Vec<Row> {
    let head = row(["period", "measure", "unit", "value", "definition", "source"]);
    let rows = data.history.iter().map(|published| {
        let value = domain::amount::plain(published.value_milli, 3);
        row([&published.period, "exports", &published.unit, &value, &published.definition, &published.source])
    });
    [head].into_iter().chain(rows).collect()
}

/// The span of a year to date: `2023-Q1/2023-Q3`.
fn to_date(quarter: Quarter) -> String {
    let first = quarter.year_to_date().next().unwrap_or(quarter);
    if first == quarter { quarter.to_string() } else { format!("{first}/{quarter}") }
}
