//! What all charts share: turning a drawing into finished SVG.

use plotters::{coord::Shift, prelude::*};
use thiserror::Error;

use crate::{
    paint::{Paint, Palette},
    room::Room,
    standalone,
    text::{FONTS, Words, escaped},
};

/// A chart could not be drawn.
#[derive(Debug, Error)]
#[error("a chart could not be drawn: {0}")]
pub struct ChartError(String);

pub(crate) fn failed(error: impl std::fmt::Display) -> ChartError {
    ChartError(error.to_string())
}

/// Size and destination of a chart.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Width in pixels; 640 for desks, 320 for phones.
    pub width: u32,
    /// Where it goes.
    pub palette: Palette,
}

impl Frame {
    /// Whether the chart has to do with little room.
    pub fn is_narrow(self) -> bool {
        self.width < 480
    }
}

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Where a value stands in a drawing, and what it says to who points at it or steps to it.
pub(crate) struct Mark {
    room: Room,
    text: String,
}

impl Mark {
    /// A value between two corners, or around a point.
    pub(crate) fn new(room: Room, label: &str, text: &str) -> Self {
        Self { room, text: format!("{label}: {text}") }
    }

    fn svg(&self) -> String {
        let Room { left, top, right, bottom } = self.room;
        let (wide, high) = ((right - left).max(1), (bottom - top).max(1));
        format!(
            "<rect class=\"mark\" x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\"><title>{}</title></rect>\n",
            escaped(&self.text)
        )
    }
}

/// Draws on an area of `height` and finishes the SVG. On a page values can be pointed at.
pub(crate) fn draw(
    frame: Frame,
    height: u32,
    words: Words<'_>,
    paint: impl FnOnce(&Area<'_>) -> Result<Vec<Mark>, ChartError>,
) -> Result<String, ChartError> {
    if !*FONTS {
        return Err(ChartError("the fonts cannot be read".to_owned()));
    }
    let mut svg = String::new();
    let marks = {
        let area = SVGBackend::with_string(&mut svg, (frame.width, height)).into_drawing_area();
        let marks = paint(&area)?;
        area.present().map_err(failed)?;
        marks
    };
    let body = svg.split_once('>').map_or("", |(_, rest)| rest).trim().trim_end_matches("</svg>");
    let (body, height) = match frame.palette {
        Palette::Page => (body.to_owned() + "\n" + &marks.iter().map(Mark::svg).collect::<String>(), height),
        Palette::File => standalone::file(body, frame.width, height, words),
    };
    Ok(finish(body, frame, height, words))
}

fn finish(mut body: String, frame: Frame, height: u32, words: Words<'_>) -> String {
    let (title, description, width) = (escaped(words.title), escaped(words.description), frame.width);
    let hatch =
        format!("hatch-{width}-{:x}", words.title.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into())));
    let mut definitions = String::new();
    if body.contains(&Paint::Hidden.hex()) {
        // hidden is hatched: told apart without colour, and in grey print
        body = body.replace(&format!("fill=\"{}\"", Paint::Hidden.hex()), &format!("fill=\"url(#{hatch})\""));
        let (ground, line) = (Paint::Hidden.hex(), Paint::Muted.hex());
        definitions = format!(
            "<defs><pattern id=\"{hatch}\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"7\" height=\"7\" fill=\"{ground}\"/><rect width=\"2\" height=\"7\" fill=\"{line}\" fill-opacity=\"0.35\"/></pattern></defs>\n"
        );
    }
    let mut text = definitions + &body;
    for paint in Paint::ALL {
        text = text.replace(&paint.hex(), &paint.final_colour(frame.palette));
    }
    text = text.replace("font-family=\"sans-serif\"", "font-family=\"Inter, sans-serif\"");
    let size = match frame.palette {
        // a page may shrink it
        Palette::Page => format!(" width=\"{width}\""),
        Palette::File => format!(" width=\"{width}\" height=\"{height}\""),
    };
    let stop = if title.ends_with('.') { "" } else { "." };
    // a label instead of ids, which would repeat when a page shows the chart in two widths
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\"{size} role=\"img\" aria-label=\"{title}{stop} {description}\">\n<title>{title}</title>\n<desc>{description}</desc>\n{text}</svg>\n"
    )
}

/// A round step for an axis up to `largest` with about `steps` steps: 1, 2, 2.5 or 5 times a power of ten.
pub(crate) fn round_step(largest: i64, steps: i64) -> i64 {
    let steps = steps.max(1);
    let rough = ((largest + steps - 1) / steps).max(1);
    let power = 10_i64.pow(rough.ilog10());
    [power, power * 2, power * 5 / 2, power * 5, power * 10].into_iter().find(|step| *step >= rough && *step > 0).unwrap_or(rough)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (largest, step) in [(344, 100), (300_000, 100_000), (7, 2), (1, 1), (0, 1), (1_000_000, 250_000)] {
            assert_eq!(round_step(largest, 4), step, "{largest}");
        }
    }
}
