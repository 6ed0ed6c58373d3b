//! The problem: cells and the linear equations between them. Every linked table, and time itself, is one system.
//!
//! A problem is read from its file ([`ProblemFile`]) into a canonical form: cells sorted by identifier, equations with
//! their terms in the order of cells, divided by their greatest common divisor and without repetitions. So the same
//! problem written in another order is the same problem.

use std::collections::{BTreeMap, BTreeSet};

use num_integer::gcd;

use super::file::{CellFile, Contribution, EquationFile, Parameters, Place, ProblemFile, ProtectionLevels};

mod error;

pub use error::ProblemError;

/// The largest absolute value of a number in a problem: sums of a million products with small coefficients fit an `i128`.
pub const LARGEST: i64 = 1_000_000_000_000_000_000;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Identifier.
    pub id: String,
    /// Exact value.
    pub value: i64,
    /// Number of contributing owner groups, if known.
    pub contributors: Option<u32>,
    /// Contributions as far as they are known, those of the largest amount first: all, the two largest, the largest, or
    /// none.
    pub largest: Vec<i64>,
    /// Contributions by owner group, if all are known: groups by their place in [`Problem::groups`], in order.
    pub groups: Vec<(Group, i64)>,
    /// What it costs to hide the cell.
    pub weight: i64,
    /// Least value that an outsider knows possible.
    pub lower_bound: i64,
    /// Largest value that an outsider knows possible.
    pub upper_bound: Option<i64>,
    /// What may be done with it.
    pub publication: Publication,
    /// A number of contributors, not money.
    pub count: bool,
    /// Protection levels instead of those of the rules.
    pub protection: Option<ProtectionLevels>,
    /// The multiple that is published of it instead of the value, and between which values that says it lies.
    pub rounded: Option<Rounded>,
    /// The change from one vintage to another: distances are asked as a width.
    pub change: bool,
    /// Where it stands in the publication.
    pub at: Option<Place>,
    /// The rules by which it is sensitive.
    pub rules: Parameters,
}

/// A figure that is published as a multiple and never exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Rounded {
    pub figure: i64,
    pub least: i64,
    pub most: i64,
}

/// An owner group, by its place in [`Problem::groups`].
pub type Group = u32;

/// What may be done with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// Published unless it has to be hidden.
    Free,
    /// Everybody knows it already.
    PublishedBefore,
    /// Has to be published.
    Required,
    /// Known to everybody to be zero.
    StructuralZero,
    /// Without any contributor: published as zero, and no cover for another.
    Empty,
    /// Never published and nobody's secret, like the rounding of a published share.
    Auxiliary,
    /// The publication plan, or an earlier release, keeps it hidden.
    Withheld,
}

impl Cell {
    /// Whether everybody knows the value of the cell whatever a pattern says of it.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.rounded.is_none()
            && matches!(self.publication, Publication::PublishedBefore | Publication::StructuralZero | Publication::Empty)
    }

    /// Whether a pattern may hide the cell.
    #[must_use]
    pub fn can_be_hidden(&self) -> bool {
        matches!(self.publication, Publication::Free | Publication::Auxiliary | Publication::Withheld)
    }

    /// Whether one contributor alone contributes to it, as far as is known.
    #[must_use]
    pub fn is_of_one(&self) -> bool {
        self.contributors == Some(1) || self.contributors.is_none() && self.largest.first() == Some(&self.value)
    }

    /// Whether such a contribution is all, and known to be all: whoever has others beside it does not know that theirs are zero.
    #[must_use]
    pub fn is_all(&self, amount: i64) -> bool {
        amount == self.value && self.contributors.is_none_or(|count| count <= 1)
    }

    /// Whether it is a zero to which some may have contributed, and none did: no part of anybody's. It is kept from those who know no
    /// more than what is published; of who knows its own parts of other cells it is assumed that it knows when they are all.
    #[must_use]
    pub fn is_zero_of_some(&self) -> bool {
        self.value == 0 && self.lower_bound >= 0 && !self.count && self.groups.is_empty()
    }

    /// Whether nobody contributes anything to it, as far as is known.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.value == 0 && self.groups.is_empty() && self.contributors.is_none_or(|count| count == 0)
    }
}

/// The sum of coefficient × cell is the constant. Cells by their place in [`Problem::cells`], in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Equation {
    /// Place of the cell and coefficient, which is not zero.
    pub terms: Vec<(usize, i64)>,
    /// The right-hand side.
    pub constant: i128,
}

/// A problem that was read and found to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The rules, wherever a cell has none of its own.
    pub parameters: Parameters,
    /// Names of the owner groups, sorted.
    pub groups: Vec<String>,
    /// Cells, sorted by identifier.
    pub cells: Vec<Cell>,
    /// Equations, each once.
    pub equations: Vec<Equation>,
}

impl Problem {
    /// Place of a cell.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<usize> {
        self.cells.binary_search_by(|cell| cell.id.as_str().cmp(id)).ok()
    }
}

impl TryFrom<ProblemFile> for Problem {
    type Error = ProblemError;

    /// Reads the problem into its canonical form; the error is the first thing that is wrong, with its place.
    fn try_from(file: ProblemFile) -> Result<Self, ProblemError> {
        check(file.parameters)?;
        file.cells.iter().filter_map(|cell| cell.rules).try_for_each(check)?;
        let names = file.cells.iter().flat_map(|cell| cell.contributions.iter().flatten()).map(|contribution| &contribution.group);
        let groups: Vec<String> = names.collect::<BTreeSet<&String>>().into_iter().cloned().collect();
        let read = |cell| read_cell(cell, file.parameters, &groups);
        let mut cells = file.cells.into_iter().map(read).collect::<Result<Vec<Cell>, _>>()?;
        cells.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = cells.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(ProblemError::CellTwice(pair[0].id.clone()));
        }
        let mut problem = Self { parameters: file.parameters, groups, cells, equations: Vec::new() };
        let mut equations = Vec::new();
        for (n, equation) in file.equations.into_iter().enumerate() {
            equations.extend(problem.read_equation(n + 1, equation)?);
        }
        equations.sort();
        equations.dedup();
        problem.equations = equations;
        Ok(problem)
    }
}

fn check(parameters: Parameters) -> Result<(), ProblemError> {
    let percent = |percent: u32| 0 < percent && percent <= 100;
    match parameters {
        Parameters { min_contributors: Some(0), .. } => Err(ProblemError::Parameter("min_contributors")),
        Parameters { p_percent: Some(p), .. } if !percent(p) => Err(ProblemError::Parameter("p_percent")),
        Parameters { dominance: Some(rule), .. } if rule.n == 0 || !percent(rule.k_percent) => Err(ProblemError::Parameter("dominance")),
        _ => Ok(()),
    }
}

fn read_cell(cell: CellFile, parameters: Parameters, names: &[String]) -> Result<Cell, ProblemError> {
    let lower_bound = cell.lower_bound.unwrap_or(0);
    let rules = cell.rules.unwrap_or(parameters);
    // what is never published costs nothing to hide
    let weight = cell.weight.unwrap_or(if cell.auxiliary { 0 } else { cell.value.saturating_abs() });
    let protection = cell.protection.map(|ProtectionLevels { lower, upper, sliding }| [lower, upper, sliding]);
    let mut numbers = [Some(cell.value), Some(lower_bound), cell.upper_bound, Some(weight), cell.largest, cell.second]
        .into_iter()
        .flatten()
        .chain(protection.into_iter().flatten());
    if numbers.any(|number| number.unsigned_abs() > LARGEST.unsigned_abs()) {
        return Err(ProblemError::TooLarge(cell.id));
    }
    if cell.upper_bound.is_some_and(|upper| upper < lower_bound) {
        return Err(ProblemError::BoundsCrossed(cell.id));
    }
    if cell.value < lower_bound || cell.upper_bound.is_some_and(|upper| upper < cell.value) {
        return Err(ProblemError::OutsideBounds { cell: cell.id, value: cell.value });
    }
    if weight < 0 || protection.into_iter().flatten().any(|distance| distance < 0) {
        return Err(ProblemError::Negative(cell.id));
    }
    let rounded = cell.rounded_to.map(|unit| round(&cell, unit)).transpose()?;
    let groups = read_groups(&cell, names)?;
    let largest = read_largest(&cell, &groups)?;
    let contributors = cell.contributors.or_else(|| cell.contributions.is_some().then(|| u32::try_from(groups.len()).ok()).flatten());
    let empty = contributors == Some(0) && !(cell.count && rules.zero_counts);
    let publication = match read_publication(&cell)? {
        Publication::Free | Publication::Required if empty => Publication::Empty,
        other => other,
    };
    Ok(Cell {
        contributors,
        id: cell.id,
        value: cell.value,
        largest,
        groups,
        weight,
        lower_bound,
        upper_bound: cell.upper_bound,
        publication,
        count: cell.count,
        protection: cell.protection,
        rounded,
        change: cell.change,
        at: cell.at,
        rules,
    })
}

/// The nearest multiple, half away from zero, and what it says of the value beside the bounds that everybody knows.
fn round(cell: &CellFile, unit: i64) -> Result<Rounded, ProblemError> {
    if !(1..=LARGEST).contains(&unit) || cell.auxiliary || cell.structural_zero {
        return Err(ProblemError::Rounding(cell.id.clone()));
    }
    let (value, unit) = (i128::from(cell.value), i128::from(unit));
    let figure = value.signum() * ((2 * value.abs() + unit) / (2 * unit)) * unit;
    let narrow = |number: i128| i64::try_from(number).map_err(|_| ProblemError::TooLarge(cell.id.clone()));
    // whole numbers that are rounded to the figure: an even half is reached on one side only
    let (towards, away) = (unit / 2, (unit - 1) / 2);
    let (below, above) = match figure.signum() {
        0 => (away, away),
        1 => (towards, away),
        _ => (away, towards),
    };
    Ok(Rounded {
        figure: narrow(figure)?,
        least: narrow(figure - below)?.max(cell.lower_bound.unwrap_or(0)),
        most: narrow(figure + above)?.min(cell.upper_bound.unwrap_or(i64::MAX)),
    })
}

fn read_publication(cell: &CellFile) -> Result<Publication, ProblemError> {
    if cell.withheld && (cell.auxiliary || cell.structural_zero || cell.published_before || cell.must_publish) {
        return Err(ProblemError::Withheld(cell.id.clone()));
    }
    match (cell.auxiliary, cell.structural_zero, cell.published_before, cell.must_publish) {
        _ if cell.withheld => Ok(Publication::Withheld),
        (true, false, false, false) => Ok(Publication::Auxiliary),
        (true, ..) => Err(ProblemError::Auxiliary(cell.id.clone())),
        (_, true, ..) if cell.value != 0 => Err(ProblemError::NotZero(cell.id.clone())),
        (_, true, ..) => Ok(Publication::StructuralZero),
        (_, _, true, _) => Ok(Publication::PublishedBefore),
        (_, _, _, true) => Ok(Publication::Required),
        _ => Ok(Publication::Free),
    }
}

/// The contributions by group, without zeros: who contributed nothing is no contributor.
fn read_groups(cell: &CellFile, names: &[String]) -> Result<Vec<(Group, i64)>, ProblemError> {
    let mut groups = Vec::new();
    for Contribution { group, amount } in cell.contributions.iter().flatten() {
        if amount.unsigned_abs() > LARGEST.unsigned_abs() {
            return Err(ProblemError::TooLarge(cell.id.clone()));
        }
        if *amount < 0 && cell.lower_bound.unwrap_or(0) >= 0 {
            return Err(ProblemError::Negative(cell.id.clone()));
        }
        let place = names.partition_point(|name| name < group);
        groups.push((Group::try_from(place).map_err(|_| ProblemError::TooLarge(cell.id.clone()))?, *amount));
    }
    groups.sort_unstable();
    if let Some(pair) = groups.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let group = names.get(pair[0].0 as usize).cloned().unwrap_or_default();
        return Err(ProblemError::GroupTwice { cell: cell.id.clone(), group });
    }
    groups.retain(|(_, amount)| *amount != 0);
    if cell.contributions.is_some() {
        let sum: i128 = groups.iter().map(|(_, amount)| i128::from(*amount)).sum();
        if sum != i128::from(cell.value) {
            return Err(ProblemError::ContributionsSum { cell: cell.id.clone(), sum, value: cell.value });
        }
        if cell.contributors.is_some_and(|count| usize::try_from(count) != Ok(groups.len())) {
            return Err(ProblemError::ContributorsCount { cell: cell.id.clone(), listed: groups.len() });
        }
    }
    Ok(groups)
}

/// What is known of the contributions, those of the largest amount first.
fn read_largest(cell: &CellFile, groups: &[(Group, i64)]) -> Result<Vec<i64>, ProblemError> {
    let wrong = || ProblemError::Largest(cell.id.clone());
    let given: Vec<i64> = cell.largest.into_iter().chain(cell.second).collect();
    let size = |amount: &i64| std::cmp::Reverse(amount.unsigned_abs());
    let known = given.iter().filter(|amount| **amount != 0).count();
    let sum: i128 = given.iter().map(|amount| i128::from(*amount)).sum();
    let agrees = |count: usize| match count {
        0 => cell.value == 0,
        count if count < known => false,
        // all of them are known
        count => count > given.len() || given.is_empty() || sum == i128::from(cell.value),
    };
    if cell.contributors.is_some_and(|count| !cell.count && !usize::try_from(count).is_ok_and(agrees)) {
        return Err(wrong());
    }
    if cell.largest.is_none() && cell.second.is_some() || !given.is_sorted_by_key(size) {
        return Err(wrong());
    }
    if cell.contributions.is_some() {
        let mut amounts: Vec<i64> = groups.iter().map(|(_, amount)| *amount).collect();
        amounts.sort_unstable_by_key(|amount| (size(amount), *amount));
        let agree = given.iter().enumerate().all(|(n, given)| amounts.get(n).copied().unwrap_or(0).unsigned_abs() == given.unsigned_abs());
        return if agree { Ok(amounts) } else { Err(wrong()) };
    }
    let negative = cell.lower_bound.unwrap_or(0) < 0;
    if !negative && (given.iter().any(|amount| *amount < 0) || sum > i128::from(cell.value)) {
        return Err(wrong());
    }
    Ok(given)
}

impl Problem {
    /// An equation in canonical form; nothing for one that says nothing.
    fn read_equation(&self, number: usize, equation: EquationFile) -> Result<Option<Equation>, ProblemError> {
        let (terms, constant) = terms_of(number, equation)?;
        let first = terms.first().map(|(id, _)| id.clone()).unwrap_or_default();
        let mut sums: BTreeMap<usize, i128> = BTreeMap::new();
        for (id, coefficient) in terms {
            let place = self.place(&id).ok_or(ProblemError::UnknownCell { equation: number, cell: id })?;
            *sums.entry(place).or_default() += i128::from(coefficient);
        }
        sums.retain(|_, coefficient| *coefficient != 0);
        let products = sums.iter().map(|(place, coefficient)| coefficient.checked_mul(self.cells[*place].value.into()));
        let left = products.into_iter().try_fold(0_i128, |sum, product| sum.checked_add(product?));
        let left = left.ok_or(ProblemError::EquationTooLarge(number))?;
        if left != i128::from(constant) {
            return Err(ProblemError::DoesNotHold { equation: number, cell: first, left, right: constant });
        }
        if sums.is_empty() {
            return Ok(None);
        }
        canonical(&sums, constant.into()).map(Some).ok_or(ProblemError::EquationTooLarge(number))
    }
}

/// Terms and right-hand side of an equation as it is written.
fn terms_of(number: usize, equation: EquationFile) -> Result<(Vec<(String, i64)>, i64), ProblemError> {
    match equation {
        EquationFile { total: Some(total), parts: Some(parts), terms: None, constant: None } if !parts.is_empty() => {
            Ok(([(total, -1)].into_iter().chain(parts.into_iter().map(|part| (part, 1))).collect(), 0))
        }
        EquationFile { total: None, parts: None, terms: Some(terms), constant } if !terms.is_empty() => {
            let constant = constant.unwrap_or(0);
            let too_large = |number: i64| number.unsigned_abs() > LARGEST.unsigned_abs();
            if too_large(constant) || terms.iter().any(|term| too_large(term.coefficient)) {
                return Err(ProblemError::EquationTooLarge(number));
            }
            Ok((terms.into_iter().map(|term| (term.cell, term.coefficient)).collect(), constant))
        }
        _ => Err(ProblemError::Shape(number)),
    }
}

/// Divided by the greatest common divisor, with a positive first coefficient.
fn canonical(sums: &BTreeMap<usize, i128>, constant: i128) -> Option<Equation> {
    let first = *sums.values().next()?;
    let common = sums.values().fold(constant.unsigned_abs(), |common, coefficient| gcd(common, coefficient.unsigned_abs()));
    let divisor = i128::try_from(common).ok()? * first.signum();
    let terms = sums.iter().map(|(place, coefficient)| Some((*place, i64::try_from(coefficient / divisor).ok()?)));
    Some(Equation { terms: terms.collect::<Option<_>>()?, constant: constant / divisor })
}
