//! Which cells are sensitive by themselves, by which rule, and its protection levels: how far from the value both ends
//! of what can be inferred must stay.
//!
//! The rules are those of Hundepool et al., *Statistical Disclosure Control* (2012), chapter 4, with owner groups as
//! contributors; their parameters come with the problem. A rule that needs what is not known of a cell is not applied.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::problem::{Cell, Group, Problem, Publication};

/// Distance in percent of the value where no p is given.
pub(crate) const DEFAULT_PERCENT: u32 = 10;

/// Why a cell is sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Fewer contributors than the least number.
    FewContributors,
    /// A count of contributors below the least number.
    SmallCount,
    /// The whole is one contribution.
    SingleContributor,
    /// The p% rule: the second-largest contributor could estimate the largest too well.
    PPercent,
    /// The (n, k) rule: the largest contributions are almost the whole.
    Dominance,
}

impl Reason {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::FewContributors, Self::SmallCount, Self::SingleContributor, Self::PPercent, Self::Dominance];

    /// The rule's name in files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::FewContributors => "few_contributors",
            Self::SmallCount => "small_count",
            Self::SingleContributor => "single_contributor",
            Self::PPercent => "p_percent",
            Self::Dominance => "dominance",
        }
    }

    /// The rule of a name.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }
}

/// A sensitive cell: the first rule that makes it so, and its protection levels (SDC, 4.2) in units of the value:
/// how far both ends of the feasibility interval must stay from the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Sensitive {
    pub reason: Reason,
    pub lower: i128,
    pub upper: i128,
    /// Between both ends of the interval.
    pub sliding: i128,
}

impl Sensitive {
    fn of(cell: &Cell, reason: Reason, distance: i128) -> Self {
        match cell.protection {
            Some(given) => Self { reason, lower: given.lower.into(), upper: given.upper.into(), sliding: given.sliding.into() },
            // twice the distance, wherever: what is known of a change has no middle
            None if cell.change => Self { reason, lower: 0, upper: 0, sliding: 2 * distance },
            None => Self { reason, lower: distance, upper: distance, sliding: 0 },
        }
    }
}

/// The sensitive cells by their place in the problem.
#[must_use]
pub fn sensitive(problem: &Problem) -> BTreeMap<usize, Sensitive> {
    let by_itself = |(place, cell): (usize, &Cell)| {
        let nobodys = matches!(cell.publication, Publication::Auxiliary | Publication::StructuralZero | Publication::Empty);
        let (reason, distance) = (!nobodys).then(|| assess(cell))??;
        Some((place, Sensitive::of(cell, reason, distance)))
    };
    problem.cells.iter().enumerate().filter_map(by_itself).collect()
}

/// How much of the distance of a sensitive cell is asked against one of its contributors, who knows its own part: what the
/// rules ask to keep the others' parts from it, in proportion to what they ask against all.
#[must_use]
pub fn against(cell: &Cell, own: i64) -> Option<(i128, i128)> {
    let (whole, parameters) = (assess(cell)?.1, cell.rules);
    if cell.count || cell.protection.is_some() || cell.change {
        return None;
    }
    let own = i128::from(own).abs();
    let left = (i128::from(cell.value).abs() - own).abs();
    let mut others: Vec<i128> = cell.largest.iter().map(|amount| i128::from(*amount).abs()).collect();
    let complete = cell.contributors.is_some_and(|count| usize::try_from(count) == Ok(others.len()));
    match others.iter().position(|amount| *amount == own) {
        Some(place) => drop(others.remove(place)),
        None => return None,
    }
    let largest = others.first().copied().or(complete.then_some(0));
    let mut distance = 0;
    if cell.contributors == Some(1) {
        return Some((0, whole));
    }
    let few = parameters.min_contributors.zip(cell.contributors).is_some_and(|(least, count)| count < least);
    if few || left > 0 && largest == Some(left) {
        distance = ceil(left * i128::from(parameters.p_percent.unwrap_or(DEFAULT_PERCENT)), 100).max(1);
    }
    if let Some((p, largest)) = parameters.p_percent.zip(largest) {
        distance = distance.max(ceil((i128::from(p) * largest - 100 * (left - largest)).max(0), 100));
    }
    if let Some(rule) = parameters.dominance {
        let n = usize::try_from(rule.n).unwrap_or(usize::MAX);
        if !complete && others.len() < n {
            return None;
        }
        let sum: i128 = others.iter().take(n).sum();
        distance = distance.max(ceil((100 * sum - i128::from(rule.k_percent) * left).max(0), rule.k_percent.into()));
    }
    Some((distance.min(whole), whole))
}

/// Hidden cells of which a sum is told that is sensitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The cells.
    pub of: Vec<usize>,
    /// By what.
    pub by: By,
}

/// What tells a sum of hidden cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// Cells that are known together: whichever is hidden conceals it.
    Known(Vec<usize>),
    /// A hidden total, as well as the total itself can be told, so that it must keep this distance.
    Total(usize, i128),
}

/// The sums of hidden cells that would be told by their totals, and by two sums together. `hidden` are the cells that nobody
/// can tell exactly.
#[must_use]
pub fn told(problem: &Problem, hidden: &BTreeSet<usize>) -> Vec<Told> {
    let mut found = Vec::new();
    let sensitive = |inside: &[usize]| {
        let one = (inside.len() > 1).then(|| together(inside.iter().map(|place| &problem.cells[*place]))).flatten()?;
        assess(&one).map(|(_, distance)| distance)
    };
    let unknown = |place: usize| hidden.contains(&place) || problem.cells[place].rounded.is_some();
    for equation in &problem.equations {
        let Some((total, parts)) = sum(&equation.terms, equation.constant) else { continue };
        let parts = parts.into_iter().filter(|place| !problem.cells[*place].is_nothing());
        let (inside, outside): (Vec<usize>, Vec<usize>) = parts.partition(|place| hidden.contains(place));
        // all parts together are the total, which says by itself whether it is sensitive, if anything is known of it
        let cell = &problem.cells[total];
        let says = cell.count || cell.contributors.is_some() || !cell.largest.is_empty();
        if outside.is_empty() && says || outside.iter().any(|place| unknown(*place)) {
            continue; // what rounded figures tell is left to the attacker
        }
        let Some(distance) = sensitive(&inside) else { continue };
        let change = |place: &usize| problem.cells[*place].change;
        if inside.iter().any(change) {
            continue; // of changes as well
        }
        let by = if unknown(total) { By::Total(total, distance) } else { By::Known(outside.into_iter().chain([total]).collect()) };
        found.push(Told { of: inside, by });
    }
    let mut with: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (n, equation) in problem.equations.iter().enumerate() {
        let open = equation.terms.iter().filter(|(place, _)| unknown(*place));
        open.for_each(|(place, _)| with.entry(*place).or_default().push(n));
    }
    let shared = with.values().flat_map(|rows| rows.iter().enumerate().flat_map(|(n, one)| rows[n + 1..].iter().map(|two| (*one, *two))));
    for (one, two) in shared.collect::<BTreeSet<(usize, usize)>>() {
        let (one, two) = (&problem.equations[one].terms, &problem.equations[two].terms);
        for sign in [1, -1] {
            let Some(inside) = left_over(one, two, sign, unknown) else { continue };
            let inside: Vec<usize> = inside.into_iter().filter(|place| !problem.cells[*place].is_nothing()).collect();
            if inside.iter().all(|place| hidden.contains(place)) && sensitive(&inside).is_some() {
                let known = one.iter().chain(two).map(|(place, _)| *place).filter(|place| !unknown(*place));
                let by = By::Known(known.collect::<BTreeSet<usize>>().into_iter().collect());
                found.push(Told { of: inside, by });
            }
        }
    }
    found
}

/// The unknown cells of one equation plus or minus another, if what is left is their sum.
fn left_over(one: &[(usize, i64)], two: &[(usize, i64)], sign: i64, unknown: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
    let mut left: BTreeMap<usize, i64> = BTreeMap::new();
    for (place, coefficient) in one
        .iter()
        .map(|term| (term, 1))
        .chain(two.iter().map(|term| (term, sign)))
        .filter(|((place, _), _)| unknown(*place))
        .map(|((place, coefficient), sign)| (*place, coefficient * sign))
    {
        if coefficient.abs() != 1 {
            return None;
        }
        *left.entry(place).or_default() += coefficient;
    }
    left.retain(|_, coefficient| *coefficient != 0);
    let first = *left.values().next()?;
    left.values().all(|coefficient| *coefficient == first).then(|| left.into_keys().collect())
}

/// The first rule by which a cell is sensitive and the largest distance of all that do.
fn assess(cell: &Cell) -> Option<(Reason, i128)> {
    let parameters = cell.rules;
    let value = i128::from(cell.value);
    let size = value.abs();
    let percent = parameters.p_percent.unwrap_or(DEFAULT_PERCENT);
    let share = ceil(size * i128::from(percent), 100).max(1);
    if cell.count {
        let least = parameters.min_contributors.unwrap_or(2);
        let small = value < i128::from(least) && (value != 0 || parameters.zero_counts);
        return small.then_some((Reason::SmallCount, share));
    }
    if value == 0 && cell.contributors.is_none_or(|count| count == 0) {
        return None; // but not where two cancel each other out
    }
    let largest = |n: usize| cell.largest.get(n).map(|amount| i128::from(*amount).abs());
    let all_known = cell.contributors.is_some_and(|count| usize::try_from(count) == Ok(cell.largest.len()));
    let few = parameters.min_contributors.zip(cell.contributors).is_some_and(|(least, count)| 0 < count && count < least);
    let single = cell.contributors == Some(1) || size > 0 && largest(0) == Some(size);
    let found = [
        few.then_some((Reason::FewContributors, share)),
        single.then_some((Reason::SingleContributor, share)),
        parameters.p_percent.and_then(|p| {
            let (first, second) = (largest(0)?, largest(1).or(all_known.then_some(0))?);
            let lacking = i128::from(p) * first - 100 * (size - first - second);
            (lacking > 0).then(|| (Reason::PPercent, ceil(lacking, 100)))
        }),
        parameters.dominance.and_then(|rule| {
            let n = usize::try_from(rule.n).ok().filter(|n| all_known || cell.largest.len() >= *n)?;
            let sum: i128 = cell.largest.iter().take(n).map(|amount| i128::from(*amount).abs()).sum();
            let excess = 100 * sum - i128::from(rule.k_percent) * size;
            (excess > 0).then(|| (Reason::Dominance, ceil(excess, rule.k_percent.into())))
        }),
    ];
    let distance = found.iter().flatten().map(|(_, distance)| *distance).max()?;
    found.into_iter().flatten().next().map(|(reason, _)| (reason, distance))
}

/// Rounded up, of numbers that are not negative.
fn ceil(numerator: i128, denominator: i128) -> i128 {
    (numerator + denominator - 1) / denominator
}

/// A total and its parts, if the equation says that, and there are two parts or more.
fn sum(terms: &[(usize, i64)], constant: i128) -> Option<(usize, Vec<usize>)> {
    let with = |sign: i64| terms.iter().filter(|(_, coefficient)| *coefficient == sign).map(|(place, _)| *place).collect::<Vec<_>>();
    let (plus, minus) = (with(1), with(-1));
    match (plus.len(), minus.len()) {
        _ if constant != 0 || plus.len() + minus.len() != terms.len() => None,
        (1, 2..) => Some((plus[0], minus)),
        (2.., 1) => Some((minus[0], plus)),
        _ => None,
    }
}

/// Some cells as one: with their groups where each names them, else with the number of contributors that it can have at
/// most.
fn together<'a>(cells: impl Iterator<Item = &'a Cell>) -> Option<Cell> {
    let cells: Vec<&Cell> = cells.filter(|cell| !cell.is_nothing()).collect();
    let first = *cells.first()?;
    if cells.iter().any(|cell| cell.count != first.count || cell.publication == Publication::Auxiliary) {
        return None;
    }
    let value = cells.iter().try_fold(0_i64, |sum, cell| sum.checked_add(cell.value))?;
    let mut one = Cell { value, groups: Vec::new(), largest: Vec::new(), contributors: None, ..first.clone() };
    if cells.iter().all(|cell| !cell.groups.is_empty()) {
        let mut groups: BTreeMap<Group, i64> = BTreeMap::new();
        for (group, amount) in cells.iter().flat_map(|cell| &cell.groups) {
            let sum = groups.entry(*group).or_default();
            *sum = sum.checked_add(*amount)?;
        }
        one.groups = groups.into_iter().filter(|(_, amount)| *amount != 0).collect();
        one.largest = one.groups.iter().map(|(_, amount)| *amount).collect();
        one.largest.sort_unstable_by_key(|amount| std::cmp::Reverse(amount.unsigned_abs()));
        one.contributors = u32::try_from(one.groups.len()).ok();
    } else if !first.count {
        one.contributors = cells.iter().map(|cell| cell.contributors).sum::<Option<u32>>();
        one.contributors?;
    }
    Some(one)
}
