//! What measures tell of each other. Service revenue is what was earned within the country and what was exported at a public rate: who
//! has two of them nearly has the third, also where that is in no table.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    file::{CellFile, EquationFile, Place, ProblemFile},
    plan::{GROUP, groups_of},
};

/// A measure that is another and a third at a rate, member by member of the tables that all three have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The measure that is the sum.
    pub whole: String,
    /// What is converted at the rate: how many units of the whole one unit of it is.
    pub part: String,
    /// What is left.
    pub rest: String,
}

/// Adds what linked measures tell of each other, in each period and vintage, after the plans were applied.
///
/// The rate of a period is that of its totals, as everybody can reckon; a member's own differs a little. That difference is taken as
/// known, which is more than anybody knows: an equation `whole - rest - rate × part = difference` for each member. A year has none of its
/// own, for with those of its quarters it would tell a quarter from the others; it has what they say together. What a plan shows only
/// together is kept apart for the rest as well: it is a cell of its own that is never published.
pub fn keep_apart(problem: &mut ProblemFile, links: &[Link]) {
    for link in links {
        let values = values(problem);
        let has_own = |place: &&Place| place.quarter.is_some() || place.vintage.is_some();
        let equations: Vec<EquationFile> = values.keys().filter(has_own).filter_map(|place| link.equation(&values, place)).collect();
        problem.equations.extend(equations);
        link.groups(problem);
    }
}

/// Identifiers and values of money, by place.
type Values = BTreeMap<Place, (String, i64)>;

fn values(problem: &ProblemFile) -> Values {
    let cells = problem.cells.iter().filter(|cell| !cell.count && !cell.change);
    cells.filter_map(|cell| Some((cell.at.clone()?, (cell.id.clone(), cell.value)))).collect()
}

/// What follows the name of a measure in the name of one of its tables: nothing for its totals.
fn after<'a>(measure: &str, table: &'a str) -> Option<&'a str> {
    table.strip_prefix(measure).filter(|rest| rest.is_empty() || rest.starts_with(" by "))
}

impl Link {
    /// The tables of the part and of what is left that tell them like a table of the whole.
    pub(in super::super) fn beside(&self, table: &str) -> Option<(String, String)> {
        let by = after(&self.whole, table)?;
        Some((format!("{}{by}", self.part), format!("{}{by}", self.rest)))
    }

    /// The equation of the figures of one place.
    fn equation(&self, values: &Values, place: &Place) -> Option<EquationFile> {
        let (part, rest) = self.beside(&place.table)?;
        let of = |table: &str| values.get(&Place { table: table.to_owned(), ..place.clone() });
        let total = |measure: &str| {
            let total = Place { table: measure.to_owned(), member: None, ..place.clone() };
            Some(i128::from(values.get(&total)?.1))
        };
        let (whole, part, rest) = (of(&place.table)?, of(&part)?, of(&rest)?);
        let exported = total(&self.part).filter(|part| *part > 0)?;
        let rate = (total(&self.whole)? - total(&self.rest)? + exported / 2).div_euclid(exported);
        let difference = i128::from(whole.1) - i128::from(rest.1) - rate * i128::from(part.1);
        let terms = [(&whole.0, 1), (&rest.0, -1), (&part.0, i64::try_from(-rate).ok()?)];
        Some(EquationFile::terms(terms, i64::try_from(difference).ok()?))
    }

    /// Of members that a plan shows only together, what is left of them together.
    fn groups(&self, problem: &mut ProblemFile) {
        let sum = |id: &str| problem.equations.iter().find(|equation| equation.total.as_deref() == Some(id))?.parts.clone();
        let mut groups: BTreeMap<Vec<String>, CellFile> = BTreeMap::new();
        for cell in problem.cells.iter().filter(|cell| !cell.count) {
            let Some(at) = cell.at.as_ref().filter(|at| at.member.as_deref() == Some(GROUP)) else { continue };
            let Some(by) = after(&self.whole, &at.table).or_else(|| after(&self.part, &at.table)) else { continue };
            let parts: BTreeSet<String> = sum(&cell.id).into_iter().flatten().collect();
            let table = format!("{}{by}", self.rest);
            let places = problem.cells.iter().filter(|part| parts.contains(&part.id)).filter_map(|part| part.at.clone());
            let of_rest: BTreeSet<Place> = places.map(|at| Place { table: table.clone(), ..at }).collect();
            let cells: Vec<CellFile> =
                problem.cells.iter().filter(|rest| rest.at.as_ref().is_some_and(|at| of_rest.contains(at))).cloned().collect();
            let contributions: BTreeMap<String, i64> =
                groups_of(&cells).into_iter().flatten().map(|part| (part.group, part.amount)).collect();
            let id = format!("{} beside {}", self.rest, cell.id);
            let group = CellFile { withheld: true, rules: cell.rules, ..CellFile::of_groups(id, &contributions) };
            groups.entry(cells.into_iter().map(|cell| cell.id).collect()).or_insert(group);
        }
        for (parts, group) in groups.into_iter().filter(|(parts, _)| !parts.is_empty()) {
            problem.equations.push(EquationFile::sum(&group.id, parts));
            problem.cells.push(group);
        }
    }
}
