//! Cumulative exports of a year against the path to its target.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    canvas::{Area, ChartError, Frame, Mark, draw, failed, round_step},
    paint::Paint,
    room::Room,
    text::{Words, bold, bold_width, font, text_width},
};

/// A line through the ends of quarters.
#[derive(Debug, Clone)]
pub struct Line {
    /// Label at its end.
    pub label: String,
    /// Cumulative values from the first quarter on, each also in words; at most four.
    pub values: Vec<(i64, String)>,
    /// How many of them are complete: the others are provisional, and the line to them is dashed.
    pub complete: usize,
}

/// What the chart shows.
#[derive(Debug, Clone)]
pub struct Cumulative {
    /// Names of the ends of the four quarters.
    pub quarters: [String; 4],
    /// The year in question.
    pub current: Line,
    /// The year before.
    pub before: Line,
    /// Label and value of the target at the year's end, if one is set.
    pub target: Option<(String, i64)>,
}

/// Where the label of a line stands: beside its end, on the side that has room, away from the other line. `right` is the end of
/// the frame.
fn beside_end(line: &Line, end: (i32, i32), below: bool, target: Option<i64>, size: f64, right: i32) -> ((i32, i32), Pos) {
    let at_edge = line.values.len() == 4;
    let fits = end.0 + 10 + bold_width(&line.label, size) <= right;
    let path = target.map(|target| i64::try_from(line.values.len()).unwrap_or(4) * target / 4);
    let behind = line.values.last().is_some_and(|(value, _)| path.is_some_and(|path| *value < path));
    match (at_edge, below || behind) {
        (false, true) if !fits => ((right, end.1 + 6), Pos::new(HPos::Right, VPos::Top)),
        (true, true) => ((end.0, end.1 + 10), Pos::new(HPos::Right, VPos::Top)),
        (true, false) => ((end.0 - 10, end.1), Pos::new(HPos::Right, VPos::Bottom)),
        (false, true) => ((end.0 + 10, end.1), Pos::new(HPos::Left, VPos::Center)),
        (false, false) => ((end.0 - 10, end.1 - 4), Pos::new(HPos::Right, VPos::Bottom)),
    }
}

/// A dashed line between two points.
fn dashes(from: (i32, i32), to: (i32, i32)) -> Vec<[(i32, i32); 2]> {
    let steps = ((to.0 - from.0).abs().max((to.1 - from.1).abs()) / 5).max(1);
    let at = |n: i32| (from.0 + (to.0 - from.0) * n / steps, from.1 + (to.1 - from.1) * n / steps);
    (0..steps).step_by(2).map(|n| [at(n), at((n + 1).min(steps))]).collect()
}

/// The straight path to the target, with its label at the end.
fn path_to(area: &Area<'_>, label: &str, from: (i32, i32), to: (i32, i32), size: f64) -> Result<(), ChartError> {
    for dash in (0..56).step_by(2) {
        let at = |n: i32| (from.0 + (to.0 - from.0) * n / 56, from.1 + (to.1 - from.1) * n / 56);
        area.draw(&PathElement::new([at(dash), at(dash + 1)], Paint::Target.sentinel().stroke_width(2))).map_err(failed)?;
    }
    let style = bold(size, Paint::Target).pos(Pos::new(HPos::Right, VPos::Bottom));
    area.draw(&Text::new(label.to_owned(), (to.0, to.1 - 6), style)).map_err(failed)
}

/// Draws the chart. `tick` formats a value of the axis.
///
/// # Errors
/// When plotters fails.
pub fn cumulative(chart: &Cumulative, frame: Frame, words: Words<'_>, tick: impl Fn(i64) -> String) -> Result<String, ChartError> {
    let narrow = frame.is_narrow();
    let size = if narrow { 12.0 } else { 13.0 };
    let height = if narrow { 280 } else { 340 };
    let values = chart.current.values.iter().chain(&chart.before.values);
    let largest = values.map(|(value, _)| *value).chain(chart.target.iter().map(|target| target.1)).max().unwrap_or(1).max(1);
    let step = round_step(largest, 4);
    let top = (largest / step + 1) * step;
    let left = text_width(&tick(top), size) + 12;
    draw(frame, height, words, |area| {
        let (width, height) = (i32::try_from(frame.width).unwrap_or(640), i32::try_from(height).unwrap_or(340));
        let (x0, x1, y0, y1) = (left, width - 14, height - 30, 24);
        let x = |quarter: usize| x0 + (x1 - x0) * i32::try_from(quarter).unwrap_or(0) / 4;
        let scale = |value: i64| i32::try_from(i64::from(y0 - y1) * value / top).unwrap_or(0);
        let y = |value: i64| y0 - scale(value);
        for value in (0..=top / step).map(|n| n * step) {
            let line = [(x0, y(value)), (x1, y(value))];
            area.draw(&PathElement::new(line, Paint::Grid.sentinel().stroke_width(1))).map_err(failed)?;
            let style = font(size, Paint::Muted).pos(Pos::new(HPos::Right, VPos::Center));
            area.draw(&Text::new(tick(value), (x0 - 6, y(value)), style)).map_err(failed)?;
        }
        for (n, name) in chart.quarters.iter().enumerate() {
            let right = if n == 3 { HPos::Right } else { HPos::Center };
            area.draw(&Text::new(name.clone(), (x(n + 1), y0 + 10), font(size, Paint::Muted).pos(Pos::new(right, VPos::Top))))
                .map_err(failed)?;
        }
        if let Some((label, target)) = &chart.target {
            path_to(area, label, (x(0), y(0)), (x(4), y(*target)), size)?;
        }
        let mut marks = Vec::new();
        for (line, paint, stroke) in [(&chart.before, Paint::Second, 2), (&chart.current, Paint::Main, 4)] {
            if line.values.is_empty() {
                continue;
            }
            let points: Vec<(i32, i32)> =
                std::iter::once((x(0), y(0))).chain(line.values.iter().enumerate().map(|(n, (value, _))| (x(n + 1), y(*value)))).collect();
            let Some(&end) = points.last() else { continue };
            let whole = points.get(..=line.complete).unwrap_or(&points);
            area.draw(&PathElement::new(whole.to_vec(), paint.sentinel().stroke_width(stroke))).map_err(failed)?;
            for pair in points.windows(2).skip(line.complete) {
                for dash in dashes(pair[0], pair[1]) {
                    area.draw(&PathElement::new(dash.to_vec(), paint.sentinel().stroke_width(stroke / 2 + 1))).map_err(failed)?;
                }
            }
            for (n, point) in points.iter().enumerate().skip(1) {
                area.draw(&Circle::new(*point, 4, paint.sentinel().filled())).map_err(failed)?;
                if n > line.complete {
                    area.draw(&Circle::new(*point, 2, Paint::Paper.sentinel().filled())).map_err(failed)?;
                }
            }
            let (at, pos) = beside_end(line, end, paint == Paint::Second, chart.target.as_ref().map(|target| target.1), size, width);
            area.draw(&Text::new(line.label.clone(), at, bold(size, paint).pos(pos))).map_err(failed)?;
            for ((point, (_, text)), quarter) in points.iter().skip(1).zip(&line.values).zip(&chart.quarters) {
                marks.push(Mark::new(Room::around(*point, (9, 9)), &format!("{} {quarter}", line.label), text));
            }
        }
        Ok(marks)
    })
}
