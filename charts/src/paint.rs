//! Colours by their meaning.

use plotters::style::RGBColor;

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
    pub(crate) const ALL: [Self; 13] = [
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

    /// The colour as it stands in the finished SVG.
    pub(crate) fn final_colour(self, palette: Palette) -> String {
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
