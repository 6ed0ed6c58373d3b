//! Columns by year, from zero.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    canvas::{ChartError, Frame, draw, failed},
    paint::Paint,
    text::{Words, bold, font},
};

/// A column with its label and its value in words.
#[derive(Debug, Clone)]
pub struct Column {
    /// Year or span.
    pub label: String,
    /// Height; `None` for a year without a published figure, which stays empty.
    pub value: Option<i64>,
    /// The value in words.
    pub text: String,
    /// Whether it is of another kind than the others, such as a year that has not ended.
    pub second: bool,
}

/// Draws the columns in the order given.
///
/// # Errors
/// When plotters fails.
pub fn columns(items: &[Column], frame: Frame, words: Words<'_>) -> Result<String, ChartError> {
    let size = if frame.is_narrow() { 11.0 } else { 13.0 };
    let width = i32::try_from(frame.width).unwrap_or(640);
    let height = 240;
    let count = i32::try_from(items.len().max(1)).unwrap_or(1);
    let largest = items.iter().filter_map(|item| item.value).max().unwrap_or(0).max(1);
    draw(frame, 240, words, |area| {
        let (top, bottom) = (26, height - 30);
        let baseline = [(0, bottom), (width, bottom)];
        area.draw(&PathElement::new(baseline, Paint::Muted.sentinel().stroke_width(1))).map_err(failed)?;
        for (n, item) in items.iter().enumerate() {
            let centre = (i32::try_from(n).unwrap_or(0) * 2 + 1) * width / (count * 2);
            let half = (width / count / 2 - 6).clamp(4, 34);
            let label = font(size, Paint::Muted).pos(Pos::new(HPos::Center, VPos::Top));
            area.draw(&Text::new(item.label.clone(), (centre, bottom + 8), label)).map_err(failed)?;
            let rise = item.value.map_or(0, |value| i32::try_from(i64::from(bottom - top) * value.max(0) / largest).unwrap_or(0));
            if item.value.is_some() {
                let paint = if item.second { Paint::Second } else { Paint::Main };
                let corners = [(centre - half, bottom - rise.max(1)), (centre + half, bottom)];
                area.draw(&Rectangle::new(corners, paint.sentinel().filled())).map_err(failed)?;
            }
            let style = bold(size, Paint::Ink).pos(Pos::new(HPos::Center, VPos::Bottom));
            area.draw(&Text::new(item.text.clone(), (centre, bottom - rise - 6), style)).map_err(failed)?;
        }
        Ok(())
    })
}
