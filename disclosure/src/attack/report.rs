//! What the attacker found, as it is written to a file. Bounds are exact: whole numbers or fractions as text.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use serde::{Deserialize, Serialize};

use super::{FeasibilityInterval, Least, Problem, Required, Worst};

/// Whether a pattern may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Everything that must stay open stays open.
    Safe,
    /// Something can be inferred.
    Unsafe,
}

/// What the attacker found. Confidential: it tells of hidden cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attack {
    /// Safe if every cell is protected.
    pub verdict: Verdict,
    /// The hidden and the sensitive cells in the order of their identifiers.
    pub cells: Vec<CellReport>,
}

/// What can be inferred of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CellReport {
    /// Identifier.
    pub id: String,
    /// Least possible value for an outsider.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(serialize_with = "as_text")]
    pub lower: Option<BigRational>,
    /// Largest possible value for an outsider.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(serialize_with = "as_text")]
    pub upper: Option<BigRational>,
    /// The least possible value must not be above this; none for a cell that is not sensitive.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(serialize_with = "as_text")]
    pub required_lower: Option<BigRational>,
    /// The largest possible value must not be below this.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(serialize_with = "as_text")]
    pub required_upper: Option<BigRational>,
    /// Between both ends, if the problem asks for it.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(serialize_with = "as_text", skip_serializing_if = "Option::is_none")]
    pub required_width: Option<BigRational>,
    /// What must stay open stays open, for outsiders and insiders; and no published total tells the sum of this and other
    /// hidden cells that are together of too few.
    pub protected: bool,
    /// The contributor who can infer too much, of several the one who can infer most.
    pub worst_insider: Option<InsiderReport>,
}

/// What a contributor can infer of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "as in the cell's report")]
pub struct InsiderReport {
    pub group: String,
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(serialize_with = "as_text")]
    pub lower: Option<BigRational>,
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    #[serde(serialize_with = "as_text")]
    pub upper: Option<BigRational>,
}

impl CellReport {
    /// Whether an outsider can tell the exact value.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.lower.is_some() && self.lower == self.upper
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn as_text<S: serde::Serializer>(bound: &Option<BigRational>, serializer: S) -> Result<S::Ok, S::Error> {
    match bound {
        Some(bound) => serializer.serialize_str(&bound.to_string()),
        None => serializer.serialize_none(),
    }
}

pub(super) fn report(
    problem: &Problem,
    found: BTreeMap<usize, (FeasibilityInterval, Option<Worst>)>,
    required: &BTreeMap<usize, Required>,
    least: &Least,
    told: &BTreeSet<usize>,
) -> Attack {
    let cells: Vec<CellReport> = found
        .into_iter()
        .map(|(place, (interval, worst))| {
            let cell = &problem.cells[place];
            let required = required.get(&place);
            let open = required.is_none_or(|required| interval.leaves_open(*required, least.of(place))) && !told.contains(&place);
            let whole = |number: i128| BigRational::from(num_bigint::BigInt::from(number));
            CellReport {
                id: cell.id.clone(),
                protected: open && worst.is_none(),
                lower: interval.lower,
                upper: interval.upper,
                required_lower: required.map(|required| whole(required.lower)),
                required_upper: required.map(|required| whole(required.upper)),
                required_width: required.filter(|required| required.width > 0).map(|required| whole(required.width)),
                worst_insider: worst.map(|worst| InsiderReport {
                    group: worst.group,
                    lower: worst.interval.lower,
                    upper: worst.interval.upper,
                }),
            }
        })
        .collect();
    let verdict = if cells.iter().all(|cell| cell.protected) { Verdict::Safe } else { Verdict::Unsafe };
    Attack { verdict, cells }
}
