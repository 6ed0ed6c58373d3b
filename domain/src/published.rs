//! What the public may see of a cell.

use serde::{Deserialize, Serialize};

/// A figure that may be hidden. A hidden value is not there at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status", content = "value")]
pub enum Figure {
    /// The value.
    Shown(i64),
    /// Hidden, for it would tell what a single resident earned.
    Confidential,
    /// Nothing has been accepted yet that it could be made of.
    NotAvailable,
}

impl Figure {
    /// The mark in place of a value in tables, by the code of the status: `c` confidential, `x` not available
    /// (`domain.md` §8).
    pub fn status(self) -> &'static str {
        match self {
            Self::Shown(_) => "",
            Self::Confidential => "c",
            Self::NotAvailable => "x",
        }
    }

    /// The value, if it is shown.
    pub fn shown(self) -> Option<i64> {
        match self {
            Self::Shown(value) => Some(value),
            Self::Confidential | Self::NotAvailable => None,
        }
    }
}

/// Shows `value` rounded to whole `unit`s, unless it has contributors but fewer than `least` of them. A cell with no contributor
/// is published as zero. `least` is a dated rule (3 by default, `domain.md` §8).
pub fn figure(value: i64, contributors: i64, least: i64, unit: i64) -> Figure {
    if contributors > 0 && contributors < least {
        return Figure::Confidential;
    }
    Figure::Shown(crate::progress::ratio(value, unit, 1).unwrap_or(0))
}

/// Published exports are in whole thousands of dollars: this many cents.
pub const THOUSAND_DOLLARS: i64 = 100_000;
/// Published services are in whole millions of soums: this many tiyin.
pub const MILLION_SOUMS: i64 = 100_000_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_contributors_are_hidden_and_none_are_zero() {
        assert_eq!(figure(0, 0, 3, THOUSAND_DOLLARS), Figure::Shown(0));
        assert_eq!(figure(99_999_999, 1, 3, THOUSAND_DOLLARS), Figure::Confidential);
        assert_eq!(figure(99_999_999, 2, 3, THOUSAND_DOLLARS), Figure::Confidential);
        assert_eq!(figure(99_999_999, 3, 3, THOUSAND_DOLLARS), Figure::Shown(1_000));
    }

    proptest! {
        #[test]
        fn nothing_of_one_or_two_residents_is_serialised(value in 1_000_i64..i64::MAX / 4, contributors in 1..3_i64) {
            let text = serde_json::to_string(&figure(value, contributors, 3, 1)).unwrap();
            prop_assert_eq!(text, r#"{"status":"confidential"}"#);
        }
    }
}
