//! Texts: what is said about a chart, and how wide it is.

use std::sync::LazyLock;

use plotters::{
    prelude::*,
    style::{FontStyle, register_font},
};

use crate::paint::Paint;

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

/// Whether the fonts can be read.
pub(crate) static FONTS: LazyLock<bool> = LazyLock::new(|| {
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

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
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
}
