//! What a release shows of a table by its publication plan, as the public reads it.

use serde::{Deserialize, Serialize};

use super::{By, Measured};

/// A table of a year. Members that it does not name are shown together with those of `together`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The year.
    pub year: i32,
    /// What is told.
    pub measure: Measured,
    /// By what.
    pub by: By,
    /// Of which whole it tells the parts: the group of countries; nothing where the parts are those of the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
    /// Members that are shown each quarter.
    pub quarterly: Vec<String>,
    /// Members that are shown only together.
    pub together: Vec<String>,
    /// Those of them that are shown by themselves once a year.
    pub yearly: Vec<String>,
}
