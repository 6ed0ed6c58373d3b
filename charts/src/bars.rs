//! Horizontal bars, from zero.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    canvas::{ChartError, Frame, Mark, draw, failed},
    paint::Paint,
    room::Room,
    text::{Words, font, text_width},
};

/// A bar with its label and its value in words.
#[derive(Debug, Clone)]
pub struct Bar {
    /// Name.
    pub label: String,
    /// Length; `None` when the value is not shown.
    pub value: Option<i64>,
    /// The value, or the mark that stands for it.
    pub text: String,
}

/// Draws the bars in the order given. On a narrow screen the label stands over its bar.
///
/// # Errors
/// When plotters fails.
pub fn bars(items: &[Bar], frame: Frame, words: Words<'_>) -> Result<String, ChartError> {
    let narrow = frame.is_narrow();
    let size = 13.0;
    let row: i32 = if narrow { 42 } else { 28 };
    let width = i32::try_from(frame.width).unwrap_or(640);
    let count = i32::try_from(items.len()).unwrap_or(0);
    let height = u32::try_from(row * count + 12).unwrap_or(100);
    let label_width = if narrow { 0 } else { items.iter().map(|item| text_width(&item.label, size)).max().unwrap_or(0) + 12 };
    let value_width = items.iter().map(|item| text_width(&item.text, size)).max().unwrap_or(0) + 10;
    let room = (width - label_width - value_width).max(20);
    let largest = items.iter().filter_map(|item| item.value).max().unwrap_or(0).max(1);
    draw(frame, height, words, |area| {
        let mut marks = Vec::new();
        for (n, item) in items.iter().enumerate() {
            let top = row * i32::try_from(n).unwrap_or(0) + 6;
            let (bar_top, bar_bottom) = if narrow { (top + 20, top + 34) } else { (top + 4, top + row - 6) };
            let middle = i32::midpoint(bar_top, bar_bottom);
            let label_style = font(size, Paint::Ink);
            if narrow {
                area.draw(&Text::new(item.label.clone(), (0, top + 14), label_style.pos(Pos::new(HPos::Left, VPos::Bottom))))
                    .map_err(failed)?;
            } else {
                area.draw(&Text::new(item.label.clone(), (label_width - 10, middle), label_style.pos(Pos::new(HPos::Right, VPos::Center))))
                    .map_err(failed)?;
            }
            let length = item.value.map_or(0, |value| i32::try_from(i64::from(room) * value.max(0) / largest).unwrap_or(0));
            if item.value.is_some() {
                let corners = [(label_width, bar_top), (label_width + length.max(1), bar_bottom)];
                area.draw(&Rectangle::new(corners, Paint::Main.sentinel().filled())).map_err(failed)?;
            }
            let style = font(size, if item.value.is_some() { Paint::Ink } else { Paint::Muted }).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw(&Text::new(item.text.clone(), (label_width + length + 8, middle), style)).map_err(failed)?;
            let room = Room { left: label_width, top: bar_top - 2, right: label_width + length + value_width, bottom: bar_bottom + 2 };
            marks.push(Mark::new(room, &item.label, &item.text));
        }
        Ok(marks)
    })
}
