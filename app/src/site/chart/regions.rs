//! The regions beside each other.

use charts::{Bar, Class, Paint, Place};
use domain::{
    datasets::{class_bounds, class_of},
    period::Period,
    progress::ratio,
    region::Region,
    release::Measured,
};

use super::{Chart, Drawing, Table, View, listed, of_bars, of_period, source, text};
use crate::{
    chart_id::ChartId,
    format,
    labels::{self, t},
    lang::Lang,
    site::figures::{Of, Told, amount, head, name},
};

fn bar(lang: Lang, label: String, told: Told<'_>) -> Bar {
    Bar { label, value: told.value(), text: told.said(lang) }
}

/// What the city has a share of, within a sentence.
fn within(lang: Lang, measured: Measured) -> String {
    if measured == Measured::Exports { t!(lang, chart.of_exports) } else { t!(lang, chart.of_services) }
}

/// What is told of regions, the largest first, then what is hidden; last what is shown only together.
fn ordered<'a>(view: &'a View<'_>, period: Period, measured: Measured, of: impl Iterator<Item = Of>) -> Vec<(Of, Told<'a>)> {
    let mut told: Vec<(Of, Told<'a>)> = of.filter_map(|of| Some((of, view.told(period, of, measured)?))).collect();
    told.sort_by_key(|(of, told)| (*of == Of::OtherRegions, std::cmp::Reverse(told.value())));
    told
}

/// The city beside the other regions, which are what is left of the country.
pub fn city(view: &View<'_>) -> Option<Chart> {
    let (lang, period, measured) = (view.lang, Period::year_to_date(view.quarter()?), view.compared());
    let city = view.told(period, Of::Region(Region::TashkentCity), measured)?;
    let country = view.told(period, Of::Country, measured)?.value()?;
    let others = country.checked_sub(city.value()?)?;
    let share = ratio(city.value()?, country, 10_000)?;
    let rest = Bar { label: t!(lang, chart.others), value: Some(others), text: amount(lang, measured, others) };
    let bars = vec![bar(lang, Of::Region(Region::TashkentCity).name(lang), city), rest];
    let rows = bars.iter().map(|bar| vec![bar.label.clone(), bar.text.clone()]).collect();
    let unit = of_period(lang, &name(lang, measured), period);
    Some(Chart {
        id: ChartId::City,
        title: t!(lang, chart.city, share = format::percent_said(lang, share), measure = within(lang, measured)),
        text: of_bars(&bars),
        legend: Vec::new(),
        table: Table::of(vec![t!(lang, form.region), name(lang, measured)], rows),
        drawing: Drawing::Bars(bars),
        source: source(view, &unit),
        unit,
    })
}

/// The regions without the city, the largest first.
pub fn ranked(view: &View<'_>) -> Option<Chart> {
    let (lang, period, measured) = (view.lang, Period::year_to_date(view.quarter()?), view.compared());
    let told = ordered(view, period, measured, Of::without_city());
    let (shown, hidden): (Vec<_>, Vec<_>) = told.iter().partition(|(_, told)| told.value().is_some());
    let (first, _) = shown.first()?;
    let bars: Vec<Bar> = shown.iter().map(|(of, told)| bar(lang, of.name(lang), *told)).collect();
    let largest = shown.iter().map(|(of, _)| of).find(|of| **of != Of::OtherRegions).unwrap_or(first);
    let title = t!(lang, chart.regions, first = largest.name(lang));
    let unit = of_period(lang, &name(lang, measured), period);
    Some(Chart {
        id: ChartId::Regions,
        text: text(&t!(lang, chart.regions_text, hidden = hidden.len().to_string()), &of_bars(&bars)),
        legend: Vec::new(),
        table: Table::of(vec![t!(lang, form.region), head(lang, measured)], rows(lang, &told)),
        drawing: Drawing::Bars(bars),
        source: source(view, &unit),
        title,
        unit,
    })
}

fn rows(lang: Lang, told: &[(Of, Told<'_>)]) -> Vec<Vec<String>> {
    told.iter().map(|(of, told)| vec![of.name(lang), told.cell(lang)]).collect()
}

/// The regions where they lie, or as equal tiles, in classes that are the same in every quarter.
pub fn places(view: &View<'_>, id: ChartId, drawing: fn(Vec<Place>) -> Drawing) -> Option<Chart> {
    let (lang, period, measured) = (view.lang, Period::year_to_date(view.quarter()?), view.compared());
    let told = ordered(view, period, measured, Region::ALL.into_iter().map(Of::Region));
    let place = |(of, told): &(Of, Told<'_>)| match of {
        Of::Region(region) => Some(Place {
            region: *region,
            class: told.value().map_or(Class::Hidden, |value| Class::Step(class_of(measured, value))),
            label: labels::short_region(lang, *region),
            text: on_map(lang, *told),
        }),
        Of::Country | Of::OtherRegions => None,
    };
    let places: Vec<Place> = told.iter().filter_map(place).collect();
    if places.is_empty() {
        return None;
    }
    let unit = of_period(lang, &head(lang, measured), period);
    let mut table_rows = rows(lang, &told);
    table_rows.extend(view.told(period, Of::OtherRegions, measured).map(|told| vec![Of::OtherRegions.name(lang), told.cell(lang)]));
    Some(Chart {
        id,
        title: t!(lang, chart.map, measure = name(lang, measured)),
        text: listed(places.iter().map(|place| (labels::region(lang, place.region), place.text.as_str()))),
        legend: legend(lang, measured),
        table: Table::of(vec![t!(lang, form.region), head(lang, measured)], table_rows),
        drawing: drawing(places),
        source: source(view, &unit),
        unit,
    })
}

/// A value without its unit, which the title has.
fn on_map(lang: Lang, told: Told<'_>) -> String {
    let by = if told.measured == Measured::Exports { 10_000_000 } else { 10_000_000_000 };
    let tenths = told.value().and_then(|value| ratio(value, by, 1));
    tenths.map_or_else(|| told.said(lang), |tenths| format::decimal(lang, tenths, 1))
}

/// What the colours mean.
fn legend(lang: Lang, measured: Measured) -> Vec<(Paint, String)> {
    let [a, b, c, d] = class_bounds(measured).map(|bound| match measured {
        Measured::Exports => format::decimal(lang, bound / 10_000_000, 1),
        _ => format::number(bound / 100_000_000_000),
    });
    let texts = [format!("≤ {a}"), format!("{a} – {b}"), format!("{b} – {c}"), format!("{c} – {d}"), format!("> {d}")];
    let classes = (0..).map(|step| Class::Step(step).paint()).zip(texts);
    classes.chain([(Class::Hidden.paint(), t!(lang, chart.hidden))]).collect()
}
