//! The way to the targets.

use charts::{Bullet, Cumulative, Line};
use domain::{
    money::Cents,
    period::Period,
    progress::{needed_per_quarter, pace, ratio, straight_path},
    quarter::Quarter,
    release::Measured,
};

use super::{Cell, Chart, Drawing, Table, View, listed, source, text};
use crate::{
    chart_id::ChartId,
    format,
    labels::{self, t},
    lang::said,
    site::figures::{Of, Told, head},
};

/// Exports of two years, and the target of the later one if it has one.
pub fn course(view: &View<'_>) -> Option<Chart> {
    let (lang, quarter, target) = (view.lang, view.quarter()?, view.target(false));
    let told = view.to_date(quarter)?;
    let reached = Cents(told.value()?);
    let dollars = |cents: Cents| format::dollars_scaled(lang, cents.0);
    let year = quarter.year().to_string();
    let (title, finding) = match target.as_ref().filter(|_| !told.is_provisional()) {
        Some(target) => {
            let stands = labels::pace(lang, pace(target.amount, reached, quarter.last_day()));
            let quarter = format::quarter(lang, quarter);
            let finding = t!(lang, chart.cumulative_text, quarter = quarter, reached = dollars(reached), target = dollars(target.amount));
            (t!(lang, chart.course, year = year, standing = stands), finding)
        }
        None => (t!(lang, chart.course_alone, year = year), String::new()),
    };
    let course = Cumulative {
        quarters: [1, 2, 3, 4].map(|quarter| said!(lang, head(quarter)).to_owned()),
        current: line(view, quarter.year()),
        before: line(view, quarter.year() - 1),
        target: target.map(|target| (t!(lang, chart.target, value = dollars(target.amount)), target.amount.0)),
    };
    let unit = if course.target.is_some() { t!(lang, chart.course_unit) } else { t!(lang, chart.course_unit_alone) };
    let named = |line: &Line| -> Vec<(String, String)> {
        let points = course.quarters.iter().zip(&line.values);
        points.map(|(quarter, (_, text))| (format!("{} {quarter}", line.label), text.clone())).collect()
    };
    let points = [named(&course.before), named(&course.current)].concat();
    let values = listed(points.iter().map(|(label, text)| (label.as_str(), text.as_str())));
    Some(Chart {
        id: ChartId::Course,
        text: text(&finding, &values),
        source: source(view, &unit),
        legend: Vec::new(),
        table: table(view, quarter),
        drawing: Drawing::Course(Box::new(course)),
        title,
        unit,
    })
}

/// Quarters of the year and of the one before: alone and added up.
fn table(view: &View<'_>, quarter: Quarter) -> Table {
    let lang = view.lang;
    let cell = |told: Option<Told<'_>>| told.map(|told| told.cell(lang)).unwrap_or_default();
    let of = |name: String| format!("{name}, {}", t!(lang, home.millions));
    let quarters = view.quarters().into_iter().filter(|of| of.year() >= quarter.year() - 1);
    let rows = quarters.map(|quarter| {
        let own = view.told(Period::Quarter(quarter), Of::Country, Measured::Exports);
        vec![format::quarter(lang, quarter), cell(own), cell(view.to_date(quarter))]
    });
    Table::of(vec![t!(lang, my.quarter), of(t!(lang, home.in_quarter)), of(t!(lang, home.to_date))], rows.collect())
}

/// The line of a year, as far as it is told: from its first provisional quarter on it is dashed and says so.
fn line(view: &View<'_>, year: i32) -> Line {
    let lang = view.lang;
    let quarters = (1..=4).filter_map(|number| Quarter::new(year, number).ok());
    let points: Vec<(i64, bool)> =
        quarters.map_while(|quarter| view.to_date(quarter).and_then(|told| Some((told.value()?, told.is_provisional())))).collect();
    let complete = points.iter().take_while(|(_, provisional)| !provisional).count();
    let label = if complete < points.len() { t!(lang, chart.provisional_year, year = year) } else { year.to_string() };
    let values = points.into_iter().map(|(cents, _)| (cents, format::dollars_scaled(lang, cents)));
    Line { label, values: values.collect(), complete }
}

/// What was reached beside a target, and where the straight path to one of a year stands.
pub fn bullet(view: &View<'_>, id: ChartId, long_term: bool) -> Option<Chart> {
    let (lang, quarter, target) = (view.lang, view.quarter()?, view.target(long_term)?);
    let told = view.to_date(quarter)?;
    let reached = Cents(told.value()?);
    let dollars = |cents: Cents| format::dollars_scaled(lang, cents.0);
    let share = ratio(reached.0, target.amount.0, 10_000).map(|share| format::percent(lang, share)).unwrap_or_default();
    // what is not all in is held against no path
    let is_held = !long_term && !told.is_provisional();
    let path = Some(straight_path(target.amount, quarter.last_day())).filter(|path| is_held && *path < target.amount);
    let mut rows = vec![vec![t!(lang, home.reached), told.said(lang)], vec![t!(lang, home.share), share.clone()]];
    rows.extend(path.map(|path| vec![t!(lang, home.path), dollars(path)]));
    let needed = needed_per_quarter(target.amount, reached, quarter).filter(|_| !long_term);
    rows.extend(needed.map(|needed| vec![t!(lang, home.needed), dollars(needed)]));
    let unit = head(lang, Measured::Exports);
    let mut table = Table::of(vec![t!(lang, lines.measure), t!(lang, home.value)], rows);
    let set = Cell::Source { text: dollars(target.amount), lang: None, href: target.source };
    table.rows.push(vec![Cell::Text(if long_term { t!(lang, data.m_long_term) } else { t!(lang, data.m_target) }), set]);
    Some(Chart {
        id,
        title: t!(lang, chart.progress, target = dollars(target.amount), share = share.clone()),
        text: t!(lang, chart.progress_text, reached = dollars(reached), share = share, target = dollars(target.amount)),
        legend: Vec::new(),
        table,
        drawing: Drawing::Bullet(Bullet {
            reached: (reached.0, dollars(reached)),
            target: (target.amount.0, t!(lang, chart.target, value = dollars(target.amount))),
            expected: path.map(|path| (path.0, t!(lang, chart.expected, value = dollars(path)))),
        }),
        source: source(view, &unit),
        unit,
    })
}
