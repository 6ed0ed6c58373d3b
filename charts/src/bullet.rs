//! Progress to a target: one bar, a mark for where a straight path would be today, and the target at the end.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    canvas::{ChartError, Frame, draw, failed},
    paint::Paint,
    text::{Words, bold, bold_width, font, text_width},
};

/// What the bar shows.
#[derive(Debug, Clone)]
pub struct Bullet {
    /// Reached so far and its label.
    pub reached: (i64, String),
    /// The target and its label.
    pub target: (i64, String),
    /// Where a straight path would be today, and its label.
    pub expected: Option<(i64, String)>,
}

/// Draws the bar. It ends at the target, or at what was reached beyond it.
///
/// # Errors
/// When plotters fails.
pub fn bullet(chart: &Bullet, frame: Frame, words: Words<'_>) -> Result<String, ChartError> {
    let width = i32::try_from(frame.width).unwrap_or(640);
    let end = chart.target.0.max(chart.reached.0).max(1);
    let x = |value: i64| i32::try_from(i64::from(width - 4) * value.max(0) / end).unwrap_or(0) + 2;
    let size = 13.0;
    draw(frame, 78, words, |area| {
        let (top, bottom) = (26, 50);
        area.draw(&Rectangle::new([(2, top), (x(end), bottom)], Paint::Grid.sentinel().filled())).map_err(failed)?;
        area.draw(&Rectangle::new([(2, top), (x(chart.reached.0), bottom)], Paint::Main.sentinel().filled())).map_err(failed)?;
        let at = x(chart.target.0);
        area.draw(&PathElement::new([(at, top - 6), (at, bottom + 6)], Paint::Target.sentinel().stroke_width(4))).map_err(failed)?;
        let target_style = bold(size, Paint::Target).pos(Pos::new(HPos::Right, VPos::Bottom));
        area.draw(&Text::new(chart.target.1.clone(), (at, top - 8), target_style)).map_err(failed)?;
        let reached_style = bold(size, Paint::Main).pos(Pos::new(HPos::Left, VPos::Bottom));
        let (wide, filled) = (bold_width(&chart.reached.1, size), x(chart.reached.0));
        // over the bar, else in its filled part, else beside that
        let (at, style) = if wide < at - bold_width(&chart.target.1, size) - 12 {
            ((2, top - 8), reached_style)
        } else if wide + 16 < filled {
            ((10, i32::midpoint(top, bottom)), bold(size, Paint::Paper).pos(Pos::new(HPos::Left, VPos::Center)))
        } else {
            ((filled + 6, i32::midpoint(top, bottom)), bold(size, Paint::Ink).pos(Pos::new(HPos::Left, VPos::Center)))
        };
        area.draw(&Text::new(chart.reached.1.clone(), at, style)).map_err(failed)?;
        if let Some((value, label)) = &chart.expected {
            let at = x(*value);
            area.draw(&PathElement::new([(at, top - 3), (at, bottom + 6)], Paint::Ink.sentinel().stroke_width(2))).map_err(failed)?;
            let half = text_width(label, size) / 2;
            let centre = at.clamp(half + 2, (width - half - 2).max(half + 2));
            let style = font(size, Paint::Ink).pos(Pos::new(HPos::Center, VPos::Top));
            area.draw(&Text::new(label.clone(), (centre, bottom + 10), style)).map_err(failed)?;
        }
        Ok(Vec::new())
    })
}
