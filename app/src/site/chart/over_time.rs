//! Figures over quarters and years.

use charts::{Column, Kind, Paint};
use domain::{
    datasets::{DatasetId, Row},
    period::Period,
    progress::ratio,
    quarter::Quarter,
    region::Region,
    release::Measured,
};

use super::{Cell, Chart, Drawing, Table, View, listed, source};
use crate::{
    chart_id::ChartId,
    format,
    labels::t,
    lang::{Lang, said},
    official::Definition,
    site::figures::{Of, Told, head, name},
};

/// The most quarters that have room.
const MOST: usize = 12;

/// A measure by quarter.
pub fn quarters(view: &View<'_>, measured: Measured, region: Option<Region>) -> Option<Chart> {
    let lang = view.lang;
    let of = region.map_or(Of::Country, Of::Region);
    let told = |quarter: Quarter| Some((quarter, view.told(Period::Quarter(quarter), of, measured)?));
    let all: Vec<(Quarter, Told<'_>)> = view.quarters().into_iter().filter_map(told).collect();
    if all.is_empty() {
        return None;
    }
    let shown = &all[all.len().saturating_sub(MOST)..];
    let columns: Vec<Column> = shown.iter().enumerate().map(|(n, (quarter, told))| column(lang, n == 0, *quarter, *told)).collect();
    let title = match region {
        Some(_) => format!("{}, {}", name(lang, measured), of.name(lang)),
        None => name(lang, measured),
    };
    let unit = t!(lang, chart.by_quarter, measure = head(lang, measured));
    let rows = all.iter().rev().map(|(quarter, told)| vec![format::quarter(lang, *quarter), told.cell(lang)]);
    Some(Chart {
        id: ChartId::Quarters(measured, region),
        text: listed(columns.iter().map(|column| (column.name.as_str(), column.text.as_str()))),
        legend: legend(lang, &columns),
        table: Table::of(vec![t!(lang, my.quarter), head(lang, measured)], rows.collect()),
        drawing: Drawing::Columns(columns),
        source: source(view, &unit),
        title,
        unit,
    })
}

/// What columns mean that are not whole.
fn legend(lang: Lang, columns: &[Column]) -> Vec<(Paint, String)> {
    let has = |kind: Kind| columns.iter().any(|column| column.kind == kind);
    let hidden = has(Kind::Hidden).then(|| (Paint::Hidden, t!(lang, chart.hidden)));
    let provisional = has(Kind::Provisional).then(|| (Paint::Paper, t!(lang, chart.outlined)));
    hidden.into_iter().chain(provisional).collect()
}

fn column(lang: Lang, is_first: bool, quarter: Quarter, told: Told<'_>) -> Column {
    let kind = match told.value() {
        None => Kind::Hidden,
        Some(_) if told.is_provisional() => Kind::Provisional,
        Some(_) => Kind::Plain,
    };
    Column {
        label: said!(lang, head(quarter.number())).to_owned(),
        group: (is_first || quarter.number() == 1).then(|| quarter.year().to_string()),
        name: format::quarter(lang, quarter),
        value: told.value(),
        text: told.number(lang),
        kind,
    }
}

/// What others published of exports: whole years, and the years without a figure between them.
pub fn history(view: &View<'_>) -> Option<Chart> {
    let lang = view.lang;
    let all: Vec<&Row> = view.of(DatasetId::Official)?.rows.iter().filter(|row| row.at[2] == "exports").collect();
    let years: Vec<(i32, &Row)> = all.iter().filter_map(|row| Some((row.at[0].parse().ok()?, *row))).collect();
    let (first, last) = (years.first()?.0, years.last()?.0);
    let columns: Vec<Column> = (first..=last).map(|year| of_year(lang, year, &years)).collect();
    let unit = t!(lang, chart.history_unit);
    let mut sources: Vec<&str> = all.iter().filter_map(|row| row.notes.get(1).map(String::as_str)).collect();
    sources.dedup();
    Some(Chart {
        id: ChartId::History,
        title: t!(lang, chart.history),
        text: listed(columns.iter().map(|column| (column.label.as_str(), column.text.as_str()))),
        legend: vec![(Paint::Main, t!(lang, chart.of_residents)), (Paint::Second, t!(lang, chart.of_country))],
        table: Table {
            head: vec![t!(lang, home.period), t!(lang, home.millions), t!(lang, home.definition)],
            texts: vec![2],
            rows: all.iter().map(|row| published(lang, row)).collect(),
        },
        drawing: Drawing::Columns(columns),
        source: format!("{unit}. {}", sources.join(" ")),
        unit,
    })
}

fn definition(row: &Row) -> Option<Definition> {
    Definition::of(row.notes.first()?)
}

/// Tenths of the unit in which it was published.
fn tenths(lang: Lang, row: &Row) -> String {
    row.value.and_then(|milli| ratio(milli, 100, 1)).map(|tenths| format::decimal(lang, tenths, 1)).unwrap_or_default()
}

fn of_year(lang: Lang, year: i32, years: &[(i32, &Row)]) -> Column {
    let found = years.iter().find(|(of, _)| *of == year).map(|(_, row)| *row);
    let is_of_residents = found.and_then(definition).is_some_and(Definition::is_of_residents);
    Column {
        label: year.to_string(),
        group: None,
        name: year.to_string(),
        value: found.and_then(|row| row.value),
        text: found.map_or_else(|| "—".to_owned(), |row| tenths(lang, row)),
        kind: if is_of_residents { Kind::Plain } else { Kind::Second },
    }
}

fn published(lang: Lang, row: &Row) -> Vec<Cell> {
    let words = row.notes.first().cloned().unwrap_or_default();
    let known = definition(row).map(|known| known.text(lang));
    let spoken = known.is_none().then_some("en");
    let source = Cell::Source { text: known.unwrap_or(words), lang: spoken, href: row.notes.get(1).cloned().unwrap_or_default() };
    vec![Cell::Text(format::period(lang, &row.at[0])), Cell::Text(tenths(lang, row)), source]
}
