//! The gate before anything is published: a pattern passes if the attacker finds it safe and nothing contradicts what was
//! published earlier. What passes gets a certificate that tells no hidden value.

use std::collections::BTreeSet;

use num_rational::BigRational;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    attack::{UnknownCell, Verdict, attack},
    file::{Parameters, Place, ProblemFile},
    pattern::Pattern,
    problem::{Equation, Problem, Publication},
};

/// That a pattern was found safe. Of the values it tells nothing that the published ones do not; the parameters are for auditors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Always safe.
    pub verdict: Verdict,
    /// The rules that were applied.
    pub parameters: Parameters,
    /// The hidden cells and what an outsider can infer of each: exact bounds as text, none where nothing limits it.
    pub cells: Vec<Bounds>,
    /// Identifiers of the published cells, in order.
    pub published: Vec<String>,
    /// SHA-256 of the published cells with their values, in order: for each the length of its identifier, `:`, the identifier,
    /// `=` and the value, or `~` and the figure where that is rounded, and a line feed.
    pub digest: String,
    /// The equations that everybody can use, one text each.
    pub equations: Vec<String>,
    /// Digests of the earlier releases that this one was held against.
    pub earlier: Vec<String>,
}

/// What an outsider can infer of a hidden cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Bounds {
    pub id: String,
    pub lower: Option<String>,
    pub upper: Option<String>,
}

/// Why a pattern does not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// An outsider or a contributor can infer it too closely.
    Inferable,
    /// It is hidden but was published before.
    PublishedBefore,
    /// It is hidden but must be published.
    MustPublish,
    /// The cell or equation belongs to an earlier release but is missing from the problem, so nothing can be said of what
    /// both tell together.
    Missing,
    /// It is hidden but everybody can tell it exactly.
    HiddenInVain,
    /// The values of an earlier release are not those of the problem; the cell is the first of that release.
    Changed,
    /// It is published although the plan, or an earlier release, keeps it hidden.
    Withheld,
}

impl Why {
    /// What to say after the cell's name.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Inferable => "can be inferred too closely",
            Self::PublishedBefore => "was published before and cannot be hidden",
            Self::MustPublish => "must be published but is hidden",
            Self::Missing => "belongs to an earlier release but is missing from the problem",
            Self::HiddenInVain => "is hidden, but everybody can tell it exactly",
            Self::Changed => "begins an earlier release of which some value is no longer that of the problem",
            Self::Withheld => "is published although the plan or an earlier release keeps it hidden",
        }
    }
}

/// A cell that keeps a pattern from passing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Violation {
    pub cell: String,
    pub why: Why,
}

/// A pattern that does not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rejected {
    /// Always unsafe.
    pub verdict: Verdict,
    /// What is wrong, by cell.
    pub violations: Vec<Violation>,
}

/// Marks what earlier releases published, which can no longer be hidden, and what they hid, which stays hidden: also in later vintages, for
/// most figures do not change, so that a later vintage tells what the first was.
pub fn mark_earlier(problem: &mut ProblemFile, earlier: &[Certificate]) {
    let published: BTreeSet<&str> = earlier.iter().flat_map(Certificate::published_ids).collect();
    let hidden: BTreeSet<&str> = earlier.iter().flat_map(Certificate::hidden_ids).collect();
    let first = problem.cells.iter().filter(|cell| hidden.contains(cell.id.as_str()) && !cell.count);
    let first: BTreeSet<Place> = first.filter_map(|cell| cell.at.clone()).filter(|at| at.vintage.is_none()).collect();
    for cell in &mut problem.cells {
        let of = cell.at.as_ref().filter(|at| at.vintage.is_some() && at.member.is_some());
        if of.is_some_and(|at| first.contains(&Place { vintage: None, ..at.clone() })) && !published.contains(cell.id.as_str()) {
            cell.withheld = true;
        }
        if published.contains(cell.id.as_str()) {
            (cell.published_before, cell.withheld) = (true, false);
        } else if hidden.contains(cell.id.as_str()) && !cell.auxiliary && !cell.structural_zero {
            // also a total that had to wait
            (cell.withheld, cell.must_publish) = (true, false);
        }
    }
}

impl Certificate {
    fn published_ids(&self) -> impl Iterator<Item = &str> {
        self.published.iter().map(String::as_str)
    }

    /// What a later release does that this one does not allow.
    fn bind(&self, problem: &Problem, hidden: &BTreeSet<&str>, equations: &[String], mut found: impl FnMut(&str, Why)) {
        for id in self.hidden_ids() {
            match problem.place(id) {
                None => found(id, Why::Missing),
                Some(place) if problem.cells[place].publication == Publication::Auxiliary || hidden.contains(id) => {}
                Some(_) => found(id, Why::Withheld),
            }
        }
        self.equations.iter().filter(|equation| !equations.contains(equation)).for_each(|equation| found(equation, Why::Missing));
        for id in &self.published {
            match problem.place(id) {
                None => found(id, Why::Missing),
                Some(_) if hidden.contains(id.as_str()) => found(id, Why::PublishedBefore),
                Some(_) => {}
            }
        }
        let known = self.published.iter().all(|id| problem.place(id).is_some());
        if known && digest(problem, self.published.iter().map(String::as_str)) != self.digest {
            found(self.published.first().map_or("", String::as_str), Why::Changed);
        }
    }

    /// Cells of which nothing was published; of rounded ones the bounds are given as well.
    fn hidden_ids(&self) -> impl Iterator<Item = &str> {
        let published: BTreeSet<&str> = self.published_ids().collect();
        self.cells.iter().map(|cell| cell.id.as_str()).filter(move |id| !published.contains(id))
    }
}

/// Whether a pattern may be published, given what was published earlier.
///
/// # Errors
/// [`UnknownCell`].
pub fn certify(problem: &Problem, pattern: &Pattern, earlier: &[Certificate]) -> Result<Result<Certificate, Rejected>, UnknownCell> {
    let attacked = attack(problem, pattern)?;
    let mut violations = Vec::new();
    let mut found = |cell: &str, why: Why| violations.push(Violation { cell: cell.to_owned(), why });
    for cell in attacked.cells.iter().filter(|cell| !cell.protected) {
        found(&cell.id, Why::Inferable);
    }
    let equations = equations(problem);
    let hidden: BTreeSet<&str> = pattern.cells.iter().map(|cell| cell.id.as_str()).collect();
    // whoever can compute what is never published anyway learns nothing: the rounding of a rate beside its two figures
    let by_choice =
        |id: &str| hidden.contains(id) && problem.place(id).is_some_and(|place| problem.cells[place].publication == Publication::Free);
    for cell in attacked.cells.iter().filter(|cell| cell.protected && cell.is_exact() && by_choice(&cell.id)) {
        found(&cell.id, Why::HiddenInVain);
    }
    for cell in &problem.cells {
        match (hidden.contains(cell.id.as_str()), cell.publication) {
            (true, Publication::PublishedBefore) => found(&cell.id, Why::PublishedBefore),
            // what has to wait is said
            (true, Publication::Required) if !pattern.waiting.iter().any(|waiting| waiting.id == cell.id) => {
                found(&cell.id, Why::MustPublish);
            }
            (false, Publication::Withheld) => found(&cell.id, Why::Withheld),
            _ => {}
        }
    }
    for certificate in earlier {
        certificate.bind(problem, &hidden, &equations, &mut found);
    }
    violations.sort_by(|a, b| (&a.cell, a.why).cmp(&(&b.cell, b.why)));
    violations.dedup();
    if !violations.is_empty() {
        return Ok(Err(Rejected { verdict: Verdict::Unsafe, violations }));
    }
    let text = |bound: &Option<BigRational>| bound.as_ref().map(ToString::to_string);
    let bounds = attacked.cells.iter().map(|cell| Bounds { id: cell.id.clone(), lower: text(&cell.lower), upper: text(&cell.upper) });
    let is_published = |id: &&str| !hidden.contains(id);
    let not_auxiliary = problem.cells.iter().filter(|cell| cell.publication != Publication::Auxiliary);
    let published: Vec<&str> = not_auxiliary.map(|cell| cell.id.as_str()).filter(is_published).collect();
    Ok(Ok(Certificate {
        verdict: Verdict::Safe,
        parameters: problem.parameters,
        cells: bounds.collect(),
        digest: digest(problem, published.iter().copied()),
        published: published.into_iter().map(str::to_owned).collect(),
        equations,
        earlier: earlier.iter().map(|certificate| certificate.digest.clone()).collect(),
    }))
}

/// The equations as text: `+1 a +1 b -1 t = 0`.
fn equations(problem: &Problem) -> Vec<String> {
    let text = |equation: &Equation| {
        let terms = equation.terms.iter().map(|(place, coefficient)| format!("{coefficient:+} {:?} ", problem.cells[*place].id));
        format!("{}= {}", terms.collect::<String>(), equation.constant)
    };
    problem.equations.iter().map(text).collect()
}

/// See [`Certificate::digest`].
fn digest<'a>(problem: &Problem, ids: impl Iterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for cell in ids.filter_map(|id| problem.place(id)).map(|place| &problem.cells[place]) {
        let (sign, figure) = cell.rounded.map_or(('=', cell.value), |rounded| ('~', rounded.figure));
        hash.update(format!("{}:{}{sign}{figure}\n", cell.id.len(), cell.id));
    }
    hex::encode(hash.finalize())
}
