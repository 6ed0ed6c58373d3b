//! The problem as it is written in a file. What is missing is not used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The rules by which a cell is sensitive; a rule that is absent or null is not applied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// A cell with contributors but fewer than this is sensitive.
    #[serde(default)]
    pub min_contributors: Option<u32>,
    /// The p% rule: sensitive when what is left beside the two largest contributions is less than this many percent of
    /// the largest.
    #[serde(default)]
    pub p_percent: Option<u32>,
    /// The (n, k) rule.
    #[serde(default)]
    pub dominance: Option<Dominance>,
    /// Whether a zero in a table of counts is sensitive; otherwise it is published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub zero_counts: bool,
}

/// Sensitive when the `n` largest contributions together are more than `k_percent` of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named as in the rule")]
pub struct Dominance {
    pub n: u32,
    pub k_percent: u32,
}

/// What one owner group contributes to a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Contribution {
    pub group: String,
    pub amount: i64,
}

/// Protection levels: how far the ends of the feasibility interval must stay from the value of a sensitive cell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProtectionLevels {
    /// Between the value and the lower end.
    #[serde(default)]
    pub lower: i64,
    /// Between the value and the upper end.
    #[serde(default)]
    pub upper: i64,
    /// Between both ends.
    #[serde(default)]
    pub sliding: i64,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the file that may be left out")]
pub struct CellFile {
    /// Identifier, unique in the problem.
    pub id: String,
    /// Exact value.
    pub value: i64,
    /// Number of contributing owner groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributors: Option<u32>,
    /// Largest contribution of an owner group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest: Option<i64>,
    /// Second-largest contribution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<i64>,
    /// Every contribution; they add up to the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributions: Option<Vec<Contribution>>,
    /// What it costs to hide the cell; the value unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// Least value that an outsider knows possible; 0 unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_bound: Option<i64>,
    /// Largest value that an outsider knows possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper_bound: Option<i64>,
    /// Published before: can no longer be hidden.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub published_before: bool,
    /// Must be published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub must_publish: bool,
    /// Known to everybody to be zero.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub structural_zero: bool,
    /// A number of contributors, not money: small ones tell of single contributors.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub count: bool,
    /// Never published and nobody's secret: the rounding of a published share, for one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auxiliary: bool,
    /// Protection levels instead of those of the rules, should the cell be sensitive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<ProtectionLevels>,
    /// What is published is the nearest multiple of this and never the value: a revised figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounded_to: Option<i64>,
    /// The change from one vintage of a figure to a later one. Its distances are asked as a width: what is known of it lies
    /// around the rounded figure and not around the value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub change: bool,
    /// The publication plan shows it only in a group or only by year, or an earlier release hid it: hidden whatever is chosen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// Where it stands in the publication, for a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// The rules of the day on which it was released, if those of the problem are others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Parameters>,
}

/// Where a cell stands in the publication: a table by quarters, with the sums of a year where quarters can be added.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The table: what is counted, by what.
    pub table: String,
    /// The region, destination or category; none for the total of the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The year. Years are ordered as text.
    pub year: String,
    /// The quarter, ordered as text; none for the whole year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarter: Option<String>,
    /// The release that revised the figure; none for its first release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<String>,
}

impl CellFile {
    /// A cell of which every contribution is known. Who contributed nothing is no contributor.
    pub fn of_groups(id: String, groups: &BTreeMap<String, i64>) -> Self {
        let some = groups.iter().filter(|(_, amount)| **amount != 0);
        let contributions: Vec<Contribution> = some.map(|(group, amount)| Contribution { group: group.clone(), amount: *amount }).collect();
        Self {
            id,
            value: contributions.iter().map(|contribution| contribution.amount).sum(),
            contributors: u32::try_from(contributions.len()).ok(),
            contributions: Some(contributions),
            ..Self::default()
        }
    }

    /// Every contribution, if it names them; of a zero that names none nobody has a part.
    pub(crate) fn named(&self) -> Option<&[Contribution]> {
        self.contributions.as_deref().or((self.value == 0 && self.lower_bound.unwrap_or(0) >= 0).then_some(&[]))
    }
}

/// An equation: either `total` and `parts`, or `terms` and a `constant` (0 unless given).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct EquationFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Vec<TermFile>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<i64>,
}

impl EquationFile {
    /// The total is the sum of its parts.
    pub fn sum(total: impl Into<String>, parts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { total: Some(total.into()), parts: Some(parts.into_iter().map(Into::into).collect()), ..Self::default() }
    }

    /// The sum of coefficient × cell is the constant.
    pub fn terms(terms: impl IntoIterator<Item = (impl Into<String>, i64)>, constant: i64) -> Self {
        let terms = terms.into_iter().map(|(cell, coefficient)| TermFile { cell: cell.into(), coefficient }).collect();
        Self { terms: Some(terms), constant: Some(constant), ..Self::default() }
    }
}

/// A term of an equation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct TermFile {
    pub cell: String,
    pub coefficient: i64,
}

/// A problem.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct ProblemFile {
    pub parameters: Parameters,
    pub cells: Vec<CellFile>,
    pub equations: Vec<EquationFile>,
}
