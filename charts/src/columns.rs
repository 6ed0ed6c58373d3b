//! Columns over time, from zero.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    canvas::{ChartError, Frame, Mark, draw, failed},
    paint::Paint,
    room::Room,
    text::{Words, bold, bold_width, font},
};

/// How a column is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As the others.
    Plain,
    /// Of another kind than the others, such as a figure of somebody else.
    Second,
    /// A value that may still change much: only its outline.
    Provisional,
    /// Its value is not shown.
    Hidden,
}

/// A column with its label and its value in words.
#[derive(Debug, Clone)]
pub struct Column {
    /// Year, span or quarter.
    pub label: String,
    /// Under the label, at the first column of a group: the year of quarters.
    pub group: Option<String>,
    /// What it is called where it stands alone.
    pub name: String,
    /// Height; `None` for a year without a published figure, which stays empty.
    pub value: Option<i64>,
    /// The value in words.
    pub text: String,
    /// How it is drawn.
    pub kind: Kind,
}

/// Draws the columns in the order given.
///
/// # Errors
/// When plotters fails.
pub fn columns(items: &[Column], frame: Frame, words: Words<'_>) -> Result<String, ChartError> {
    let width = i32::try_from(frame.width).unwrap_or(640);
    let height = 240;
    let count = i32::try_from(items.len().max(1)).unwrap_or(1);
    let each = width / count;
    let full = if frame.is_narrow() { 11.0 } else { 13.0 };
    // values stand over their columns as long as they have room; else only the first and the last
    let widest = items.iter().map(|item| bold_width(&item.text, full)).max().unwrap_or(0);
    let (size, all) = if widest + 4 <= each { (full, true) } else { (11.0, widest * 11 / 13 + 4 <= each) };
    let largest = items.iter().filter_map(|item| item.value).max().unwrap_or(0).max(1);
    draw(frame, 240, words, |area| {
        let grouped = items.iter().any(|item| item.group.is_some());
        let (top, bottom) = (26, height - if grouped { 46 } else { 30 });
        let baseline = [(0, bottom), (width, bottom)];
        area.draw(&PathElement::new(baseline, Paint::Muted.sentinel().stroke_width(1))).map_err(failed)?;
        let mut marks = Vec::new();
        for (n, item) in items.iter().enumerate() {
            let centre = (i32::try_from(n).unwrap_or(0) * 2 + 1) * width / (count * 2);
            let half = (each / 2 - if each < 30 { 2 } else { 6 }).clamp(3, 34);
            let label = font(size, Paint::Muted).pos(Pos::new(HPos::Center, VPos::Top));
            area.draw(&Text::new(item.label.clone(), (centre, bottom + 8), label)).map_err(failed)?;
            if let Some(group) = &item.group {
                let label = font(size, Paint::Muted).pos(Pos::new(HPos::Left, VPos::Top));
                area.draw(&Text::new(group.clone(), (centre - half, bottom + 25), label)).map_err(failed)?;
            }
            let rise = item.value.map_or(0, |value| i32::try_from(i64::from(bottom - top) * value.max(0) / largest).unwrap_or(0));
            column(area, item, (centre - half, bottom), (centre + half, bottom - rise))?;
            if all || n == 0 || n + 1 == items.len() {
                let at = if all {
                    HPos::Center
                } else if n == 0 {
                    HPos::Left
                } else {
                    HPos::Right
                };
                let x = match at {
                    HPos::Left => centre - half,
                    HPos::Right => centre + half,
                    HPos::Center => centre,
                };
                let over = if item.kind == Kind::Hidden { HIDDEN } else { rise };
                let style = bold(size, Paint::Ink).pos(Pos::new(at, VPos::Bottom));
                area.draw(&Text::new(item.text.clone(), (x, bottom - over - 6), style)).map_err(failed)?;
            }
            let room = Room { left: centre - half - 2, top: top.min(bottom - rise) - 2, right: centre + half + 2, bottom };
            marks.push(Mark::new(room, &item.name, &item.text));
        }
        Ok(marks)
    })
}

/// The height of a column whose value is not shown: always the same, so that it tells nothing.
const HIDDEN: i32 = 18;

fn column(area: &crate::canvas::Area<'_>, item: &Column, low: (i32, i32), high: (i32, i32)) -> Result<(), ChartError> {
    let corners = [low, (high.0, high.1.min(low.1 - 1))];
    let shape = match (item.kind, item.value) {
        (Kind::Hidden, _) => Rectangle::new([low, (high.0, low.1 - HIDDEN)], Paint::Hidden.sentinel().filled()),
        (_, None) => return Ok(()),
        (Kind::Plain, _) => Rectangle::new(corners, Paint::Main.sentinel().filled()),
        (Kind::Second, _) => Rectangle::new(corners, Paint::Second.sentinel().filled()),
        (Kind::Provisional, _) => Rectangle::new(corners, Paint::Main.sentinel().stroke_width(2)),
    };
    area.draw(&shape).map_err(failed)
}

/// Draws columns without a word, for a row of many small charts: each from zero to its own largest.
///
/// # Errors
/// When plotters fails.
pub fn small_columns(items: &[Column], frame: Frame, words: Words<'_>) -> Result<String, ChartError> {
    const HEIGHT: i32 = 48;
    let width = i32::try_from(frame.width).unwrap_or(160);
    let count = i32::try_from(items.len().max(1)).unwrap_or(1);
    let largest = items.iter().filter_map(|item| item.value).max().unwrap_or(0).max(1);
    draw(frame, 48, words, |area| {
        let bottom = HEIGHT - 1;
        area.draw(&PathElement::new([(0, bottom), (width, bottom)], Paint::Grid.sentinel().stroke_width(1))).map_err(failed)?;
        for (n, item) in items.iter().enumerate() {
            let at = |n: i32| n * width / count;
            let n = i32::try_from(n).unwrap_or(0);
            let rise = item.value.map_or(0, |value| i32::try_from(i64::from(bottom - 2) * value.max(0) / largest).unwrap_or(0));
            column(area, item, (at(n) + 1, bottom), (at(n + 1) - 2, bottom - rise))?;
        }
        Ok(Vec::new())
    })
}
