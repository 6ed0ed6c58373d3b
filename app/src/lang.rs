//! The language of a page, which is the first segment of its path and nothing else. What the program knows of a language beyond
//! the texts in `locales/` stands in the language's own file: a further language is a file, a folder of texts, a line here and
//! in the macro `said`, and its names of regions (`domain::region`) and countries (`data/countries.tsv`).

use std::iter::successors;

use serde::{Deserialize, Serialize};

pub(crate) mod en;
pub(crate) mod ru;
pub(crate) mod uz;

pub(crate) const NBSP: char = '\u{a0}';

/// A language of the interface. Uzbek is the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Uzbek in Latin script.
    #[default]
    Uz,
    /// Russian.
    Ru,
    /// English.
    En,
}

/// Something of the file of a language: `said!(lang, quarter(q))`.
macro_rules! said {
    ($lang:expr, $($what:tt)+) => {
        match $lang {
            $crate::lang::Lang::Uz => $crate::lang::uz::$($what)+,
            $crate::lang::Lang::Ru => $crate::lang::ru::$($what)+,
            $crate::lang::Lang::En => $crate::lang::en::$($what)+,
        }
    };
}
pub(crate) use said;

/// A quarter or a half as a Roman number.
const fn roman(number: u32) -> &'static str {
    match number {
        1 => "I",
        2 => "II",
        3 => "III",
        _ => "IV",
    }
}

/// A word at the head of a line.
pub(crate) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl Lang {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Uz, Self::Ru, Self::En];

    /// Path segment and BCP 47 tag.
    pub const fn code(self) -> &'static str {
        said!(self, CODE)
    }

    /// The language's own name.
    pub const fn own_name(self) -> &'static str {
        said!(self, OWN_NAME)
    }

    /// The language of a path segment.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The language of a path: its first segment.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::of_code(path.trim_start_matches('/').split('/').next()?)
    }

    /// The language of an Accept-Language header with the largest weight among ours, the first of equals (RFC 9110 §12.5.4).
    /// A weight of 0 excludes; a wildcard is the default; a tag that is not ours is shortened from its end (RFC 4647 §3.4).
    pub fn preferred(header: &str) -> Self {
        let mut best: Option<(u32, Self)> = None;
        for part in header.split(',') {
            let mut parts = part.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts.find_map(|parameter| parameter.trim().strip_prefix("q=").map(thousandths)).unwrap_or(1_000);
            let mut ranges = successors(Some(tag.as_str()), |range| Some(range.rsplit_once('-')?.0));
            let lang = if tag == "*" { Some(Self::default()) } else { ranges.find_map(Self::of_code) };
            if let Some(lang) = lang.filter(|_| weight > best.map_or(0, |(weight, _)| weight)) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang).unwrap_or_default()
    }
}

/// A weight between 0 and 1 with up to three decimals, in thousandths; 0 for what is no weight.
fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    format!("{whole}{fraction:0<3}").parse().ok().filter(|weight| *weight <= 1_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_path_segment_is_the_language() {
        assert_eq!(Lang::of_path("/ru/my/filings"), Some(Lang::Ru));
        assert_eq!(Lang::of_path("/api/v1"), None);
        for (header, lang) in [
            ("kk-KZ, ru;q=0.8, en;q=0.5", Lang::Ru),
            ("en;q=0.5, ru;q=0.8", Lang::Ru),
            ("RU", Lang::Ru),
            ("EN-us,en;q=0.9", Lang::En),
            ("ru-Cyrl-UZ", Lang::Ru),
            ("en;q=0, ru;q=0.1", Lang::Ru),
            ("de, *;q=0.5, en;q=0.4", Lang::Uz),
            ("ru;q=abc, en;q=0.001", Lang::En),
            ("en ; q=0.3 , ru ; q=0.31", Lang::Ru),
            ("uzbek, english", Lang::Uz),
            ("", Lang::Uz),
        ] {
            assert_eq!(Lang::preferred(header), lang, "{header}");
        }
        assert_eq!(Lang::preferred("de"), Lang::Uz);
        assert_eq!(Lang::preferred("\u{fffd}\u{fffd}"), Lang::Uz);
    }
}
