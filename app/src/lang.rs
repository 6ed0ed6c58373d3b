//! The language of a page, which is the first segment of its path and nothing else.

use serde::{Deserialize, Serialize};

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

impl Lang {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Uz, Self::Ru, Self::En];

    /// Path segment and BCP 47 tag.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Uz => "uz",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language's own name.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Uz => "Oʻzbekcha",
            Self::Ru => "Русский",
            Self::En => "English",
        }
    }

    /// The language of a path segment.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The language of a path: its first segment.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::of_code(path.trim_start_matches('/').split('/').next()?)
    }

    /// The first language of an Accept-Language header that we have, in the order of the header.
    pub fn preferred(header: &str) -> Self {
        header.split(',').find_map(|part| Self::of_code(part.trim().get(..2)?)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_path_segment_is_the_language() {
        assert_eq!(Lang::of_path("/ru/my/filings"), Some(Lang::Ru));
        assert_eq!(Lang::of_path("/api/v1"), None);
        assert_eq!(Lang::preferred("kk-KZ, ru;q=0.8, en;q=0.5"), Lang::Ru);
        assert_eq!(Lang::preferred("de"), Lang::Uz);
        assert_eq!(Lang::preferred("\u{fffd}\u{fffd}"), Lang::Uz);
    }
}
