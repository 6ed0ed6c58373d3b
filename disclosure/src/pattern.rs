//! A pattern: which cells are hidden. Cells that are not listed are published.

use serde::{Deserialize, Serialize};

/// Whether a cell is hidden for its own sake or for another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Sensitive by itself.
    Primary,
    /// Hidden so that others cannot be inferred.
    Secondary,
    /// The publication plan, or an earlier release, keeps it hidden.
    Planned,
}

/// A hidden cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SuppressedCell {
    /// Identifier of the cell.
    pub id: String,
    /// For whose sake.
    pub status: Status,
    /// The rule of a primary cell; for which sensitive cell a secondary one is hidden.
    pub reason: String,
}

/// Which cells are hidden and what it costs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// The hidden cells in the order of their identifiers.
    pub cells: Vec<SuppressedCell>,
    /// Weight of the hidden cells.
    #[serde(default)]
    pub weight_hidden: i128,
    /// No safe pattern hides less: proven.
    #[serde(default)]
    pub lower_bound_weight: i128,
    /// What the plan would have shown and this release cannot, with its price.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<Waiting>,
    /// Cells that are too open whatever is hidden now, because of what was published earlier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_over: Vec<String>,
    /// Whether the effort was used up before the pattern was checked: it may be safe, and what is left over is all that is sensitive.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
}

/// For what a figure waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// A revised figure for the next revision, when it has changed by more contributors.
    Batch,
    /// A member is shown in what is left of its total.
    Group,
    /// A total is shown as a part of the year.
    Year,
}

/// A figure that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// Identifier of the cell.
    pub id: String,
    /// For what.
    pub until: Until,
    /// Its weight.
    pub price: i64,
}
