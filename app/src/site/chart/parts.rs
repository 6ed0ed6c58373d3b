//! Exports and services by what they are made of.

use charts::Bar;
use domain::{
    datasets::{Column, DatasetId, OTHERS, TOTAL},
    period::Period,
    progress::ratio,
    release::Measured,
};

use super::{Chart, Drawing, Table, View, of_bars, of_period, source};
use crate::{
    chart_id::ChartId,
    format,
    labels::t,
    site::figures::{Told, head, name},
    statistics,
};

/// Which dataset a chart of parts shows, the codes before that of the part, and of what.
const fn shown(id: ChartId) -> (DatasetId, &'static [&'static str], Column, Measured) {
    match id {
        ChartId::Categories => (DatasetId::Activities, &["category"], Column::Item, Measured::Exports),
        ChartId::Activities => (DatasetId::Activities, &["activity"], Column::Item, Measured::Domestic),
        _ => (DatasetId::Destinations, &[], Column::Destination, Measured::Exports),
    }
}

/// The parts of the year to date, the largest first.
pub fn bars(view: &View<'_>, id: ChartId) -> Option<Chart> {
    let (lang, period) = (view.lang, Period::year_to_date(view.quarter()?));
    let (dataset, before, column, measured) = shown(id);
    let place = dataset.dimensions().iter().position(|of| *of == column)?;
    let told = |code: &str| view.part(dataset, period, &[before, &[code]].concat(), measured);
    let whole = told(TOTAL)?;
    let told_by = view.of(dataset)?;
    let codes: Vec<&str> = told_by.codes(place).into_iter().filter(|code| told_by.whole_of(code).is_none()).collect();
    let mut parts: Vec<(&str, Told<'_>)> =
        codes.into_iter().filter(|code| *code != TOTAL).filter_map(|code| Some((code, told(code)?))).collect();
    parts.sort_by_key(|(code, told)| (*code == OTHERS, std::cmp::Reverse(told.value())));
    let (first, largest) = parts.first()?;
    let called = |code: &str| statistics::code(lang, column, code).unwrap_or_else(|| code.to_owned());
    // who exported nothing is in the table, and takes no room among the bars
    let bars: Vec<Bar> = parts
        .iter()
        .filter(|(_, told)| told.value() != Some(0))
        .map(|(code, told)| Bar { label: called(code), value: told.value(), text: told.said(lang) })
        .collect();
    let share = largest.value().zip(whole.value()).and_then(|(part, whole)| ratio(part, whole, 10_000));
    let share = share.map(|share| format::percent_said(lang, share)).unwrap_or_default();
    let title = match id {
        ChartId::Activities => t!(lang, chart.part_of_domestic, first = called(first), share = share),
        _ => t!(lang, chart.part_of_exports, first = called(first), share = share),
    };
    let unit = of_period(lang, &name(lang, measured), period);
    let rows = parts.iter().map(|(code, told)| vec![called(code), told.cell(lang)]);
    let rows = rows.chain([vec![t!(lang, data.total), whole.cell(lang)]]).collect();
    Some(Chart {
        id,
        text: of_bars(&bars),
        legend: Vec::new(),
        table: Table::of(vec![statistics::column(lang, column), head(lang, measured)], rows),
        drawing: Drawing::Bars(bars),
        source: source(view, &unit),
        title,
        unit,
    })
}
