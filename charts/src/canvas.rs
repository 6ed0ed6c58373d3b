//! What all charts share: fonts, colours, and turning a drawing into finished SVG.

use std::sync::LazyLock;

use plotters::{
    coord::Shift,
    prelude::*,
    style::{FontStyle, register_font},
};
use thiserror::Error;

use crate::around;

/// A chart could not be drawn.
#[derive(Debug, Error)]
#[error("a chart could not be drawn: {0}")]
pub struct ChartError(String);

pub(crate) fn failed(error: impl std::fmt::Display) -> ChartError {
    ChartError(error.to_string())
}

/// Where the SVG goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Palette {
    /// Into a page, which sets the colours.
    Page,
    /// Into a file of its own, with fixed colours.
    File,
}

/// A colour by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Text and axes.
    Ink,
    /// Secondary text.
    Muted,
    /// Grid lines.
    Grid,
    /// The main measure.
    Main,
    /// The measure of comparison.
    Second,
    /// Targets, and nothing else.
    Target,
    /// Background.
    Paper,
    /// Classes of a map, light to strong.
    Class(u8),
    /// No value shown.
    Hidden,
}

impl Paint {
    const ALL: [Self; 13] = [
        Self::Ink,
        Self::Muted,
        Self::Grid,
        Self::Main,
        Self::Second,
        Self::Target,
        Self::Paper,
        Self::Hidden,
        Self::Class(0),
        Self::Class(1),
        Self::Class(2),
        Self::Class(3),
        Self::Class(4),
    ];

    fn number(self) -> u8 {
        match self {
            Self::Ink => 1,
            Self::Muted => 2,
            Self::Grid => 3,
            Self::Main => 4,
            Self::Second => 5,
            Self::Target => 6,
            Self::Paper => 7,
            Self::Hidden => 8,
            Self::Class(class) => 16 + class.min(4),
        }
    }

    /// The sentinel with which plotters draws.
    pub(crate) fn sentinel(self) -> RGBColor {
        RGBColor(1, 254, self.number())
    }

    /// The sentinel as it stands in the SVG.
    pub(crate) fn hex(self) -> String {
        let RGBColor(r, g, b) = self.sentinel();
        format!("#{r:02X}{g:02X}{b:02X}")
    }

    fn final_colour(self, palette: Palette) -> String {
        let (property, fixed) = match self {
            Self::Ink => ("--ink", "#16202e"),
            Self::Muted => ("--muted", "#566173"),
            Self::Grid => ("--line", "#d5dbe3"),
            Self::Main => ("--chart-1", "#1d5fa8"),
            Self::Second => ("--chart-2", "#0f8a8a"),
            Self::Target => ("--target", "#a86b00"),
            Self::Paper => ("--paper", "#ffffff"),
            Self::Hidden => ("--hidden", "#e4e7ec"),
            Self::Class(0) => ("--class-0", "#dbeaf0"),
            Self::Class(1) => ("--class-1", "#a9d3da"),
            Self::Class(2) => ("--class-2", "#63b1bc"),
            Self::Class(3) => ("--class-3", "#1f8592"),
            Self::Class(_) => ("--class-4", "#0b4f63"),
        };
        match palette {
            Palette::Page => format!("var({property})"),
            Palette::File => fixed.to_owned(),
        }
    }
}

static FONTS: LazyLock<bool> = LazyLock::new(|| {
    let regular = register_font("sans-serif", FontStyle::Normal, include_bytes!("../fonts/inter-regular.ttf"));
    let bold = register_font("sans-serif", FontStyle::Bold, include_bytes!("../fonts/inter-semibold.ttf"));
    regular.is_ok() && bold.is_ok()
});

/// A font size in pixels as plotters wants it: it writes `font-size = size / 1.24`.
pub(crate) fn font(pixels: f64, paint: Paint) -> TextStyle<'static> {
    ("sans-serif", pixels * 1.24).into_font().color(&paint.sentinel())
}

pub(crate) fn bold(pixels: f64, paint: Paint) -> TextStyle<'static> {
    FontDesc::new(FontFamily::SansSerif, pixels * 1.24, FontStyle::Bold).color(&paint.sentinel())
}

/// Width of a text in pixels, in the face that the page uses too.
pub fn text_width(text: &str, pixels: f64) -> i32 {
    width_in(FontStyle::Normal, text, pixels)
}

pub(crate) fn bold_width(text: &str, pixels: f64) -> i32 {
    width_in(FontStyle::Bold, text, pixels)
}

fn width_in(style: FontStyle, text: &str, pixels: f64) -> i32 {
    if !*FONTS {
        return 0;
    }
    FontDesc::new(FontFamily::SansSerif, pixels * 1.24, style).box_size(text).map_or(0, |size| i32::try_from(size.0).unwrap_or(0))
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

/// What is said about a chart in the page's language. A page says title, legend and source around the chart; a file has
/// them in it.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// What the chart shows.
    pub title: &'a str,
    /// What is to be seen in it, with its numbers; read by screen readers.
    pub description: &'a str,
    /// What the colours of a map mean.
    pub legend: &'a [(Paint, String)],
    /// Unit, source, date and status.
    pub source: &'a str,
}

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws on an area of `height` and finishes the SVG.
pub(crate) fn draw(
    frame: Frame,
    height: u32,
    words: Words<'_>,
    paint: impl FnOnce(&Area<'_>) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    if !*FONTS {
        return Err(ChartError("the fonts cannot be read".to_owned()));
    }
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (frame.width, height)).into_drawing_area();
        paint(&area)?;
        area.present().map_err(failed)?;
    }
    let body = svg.split_once('>').map_or("", |(_, rest)| rest).trim().trim_end_matches("</svg>");
    let (body, height) = match frame.palette {
        Palette::Page => (body.to_owned(), height),
        Palette::File => around::file(body, frame.width, height, words),
    };
    Ok(finish(body, frame, height, words))
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
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
        Palette::Page => String::new(),
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
    fn texts_are_measured_in_both_scripts() {
        let (latin, cyrillic) = (text_width("Eksport", 16.0), text_width("Экспорт", 16.0));
        assert!((50..80).contains(&latin), "{latin}");
        assert!((50..80).contains(&cyrillic), "{cyrillic}");
        // U+02BB is one narrow letter, not two bytes' worth
        assert!(text_width("Oʻzbekiston", 16.0) < text_width("OOzbekiston", 16.0));
        assert!(text_width("қғҳў", 16.0) > 20);
    }

    #[test]
    fn steps_are_round() {
        for (largest, step) in [(344, 100), (300_000, 100_000), (7, 2), (1, 1), (0, 1), (1_000_000, 250_000)] {
            assert_eq!(round_step(largest, 4), step, "{largest}");
        }
    }
}
