//! How a release is called.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::quarter::Quarter;

/// Which release: the first of a quarter, written `2023-Q3`, or a correction of it, written `2023-Q3.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReleaseName {
    /// The quarter that it tells as the last.
    pub quarter: Quarter,
    /// 0 for the first, else the number of the correction.
    pub number: u8,
}

/// Text that names no release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a release such as 2023-Q3 or 2023-Q3.1")]
pub struct NotAName;

impl ReleaseName {
    /// The first of a quarter.
    pub const fn first(quarter: Quarter) -> Self {
        Self { quarter, number: 0 }
    }

    /// The next correction of it.
    #[must_use]
    pub const fn correction(self) -> Self {
        Self { number: self.number.saturating_add(1), ..self }
    }

    /// Which it corrects; nothing for the first of a quarter.
    #[must_use]
    pub fn corrected(self) -> Option<Self> {
        Some(Self { number: self.number.checked_sub(1)?, ..self })
    }
}

impl fmt::Display for ReleaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.quarter.fmt(f)?;
        if self.corrected().is_some() { write!(f, ".{}", self.number) } else { Ok(()) }
    }
}

impl FromStr for ReleaseName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let (quarter, number) = text.split_once('.').map_or((text, None), |(quarter, number)| (quarter, Some(number)));
        let number = number.map_or(Ok(0), |number| number.parse().map_err(|_| NotAName))?;
        let name = Self { quarter: quarter.parse().map_err(|_| NotAName)?, number };
        // written in one way only
        if name.to_string() == text { Ok(name) } else { Err(NotAName) }
    }
}

impl TryFrom<String> for ReleaseName {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        text.parse()
    }
}

impl From<ReleaseName> for String {
    fn from(name: ReleaseName) -> Self {
        name.to_string()
    }
}
