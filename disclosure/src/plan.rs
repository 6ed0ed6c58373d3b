//! The publication plan of a year: which members of a table are shown each quarter, which only together with others, and
//! which of these by themselves once a year.
//!
//! A plan is made before the year from the quarters before it, decided by a statistician, and public. So no quarter shows
//! what a later one would have to hide, and what is hidden tells nothing: it was hidden before its value was known.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{
    file::{CellFile, Contribution, EquationFile, Place, ProblemFile},
    series::{DIGITS_OF_MEMBERS, unit},
};

mod propose;
#[cfg(test)]
mod tests;

pub use propose::{Drift, propose};

/// What is shown of each table in a year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The year, as cells name it.
    pub year: String,
    /// The tables, each once. A table that is not here is not planned.
    pub tables: Vec<TablePlan>,
}

/// What is shown of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TablePlan {
    /// The table, as cells name it.
    pub table: String,
    /// Members that are shown each quarter.
    pub quarterly: Vec<String>,
    /// Members that are shown only together, as one figure. A member that the plan does not name is one of them.
    pub grouped: Vec<String>,
    /// Those of the grouped members that are shown by themselves once a year.
    pub yearly: Vec<String>,
}

/// The name of the group as a member of its table.
pub const GROUP: &str = "other";

/// A plan that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages are the documentation")]
pub enum PlanError {
    #[error("the plan of {year} names the table {table:?} twice")]
    TableTwice { year: String, table: String },
    #[error("the plan of {year}, table {table:?}: {member:?} is neither quarterly nor grouped just once, or yearly without being grouped")]
    Member { year: String, table: String, member: String },
    #[error("the plan of {year}, table {table:?}: {member:?} would be alone in its group in {period}, which would tell it")]
    Alone { year: String, table: String, member: String, period: String },
    #[error("the cell {0:?} of a group is in the problem already")]
    GroupThere(String),
}

impl Plan {
    /// Whether it can be followed, as far as it says itself.
    ///
    /// # Errors
    /// [`PlanError`].
    pub fn check(&self) -> Result<(), PlanError> {
        let mut tables = BTreeSet::new();
        for plan in &self.tables {
            let (year, table) = (self.year.clone(), plan.table.clone());
            if !tables.insert(&plan.table) {
                return Err(PlanError::TableTwice { year, table });
            }
            let mut members = BTreeSet::new();
            let twice = plan.quarterly.iter().chain(&plan.grouped).find(|member| !members.insert(*member));
            let strange = plan.yearly.iter().find(|member| !plan.grouped.contains(member));
            if let Some(member) = twice.or(strange) {
                return Err(PlanError::Member { year, table, member: member.clone() });
            }
        }
        Ok(())
    }

    /// Withholds what the plan does not show, and adds the groups that it shows instead, with their equations.
    ///
    /// # Errors
    /// [`PlanError`].
    pub fn apply(&self, problem: &mut ProblemFile) -> Result<(), PlanError> {
        self.check()?;
        for plan in &self.tables {
            for period in periods(problem, &self.year, &plan.table) {
                self.apply_to(problem, plan, &period)?;
            }
        }
        Ok(())
    }

    /// The plan for one period of one table: its money, or its counts.
    fn apply_to(&self, problem: &mut ProblemFile, plan: &TablePlan, period: &Period) -> Result<(), PlanError> {
        let together = |member: &str| {
            let shown = plan.quarterly.iter().chain(plan.yearly.iter().filter(|_| period.quarter.is_none()));
            !shown.into_iter().any(|name| name == member)
        };
        let here = |cell: &CellFile| period.member(cell, &self.year, &plan.table).map(str::to_owned);
        let mut grouped = Vec::new();
        for cell in &mut problem.cells {
            if here(cell).is_some_and(|member| together(&member)) {
                cell.withheld = !cell.published_before && !cell.structural_zero;
                grouped.push(cell.clone());
            }
        }
        if grouped.is_empty() {
            return Ok(());
        }
        let ids: BTreeSet<&str> = grouped.iter().map(|cell| cell.id.as_str()).collect();
        let others = problem.cells.iter().filter(|cell| here(cell).is_some() && !ids.contains(cell.id.as_str())).count();
        if others == 0 {
            return Ok(()); // all of them together are the total
        }
        if let [alone] = grouped.as_slice() {
            let member = here(alone).unwrap_or_default();
            return Err(PlanError::Alone { year: self.year.clone(), table: plan.table.clone(), member, period: period.name(&self.year) });
        }
        if period.vintage.is_some() {
            self.revise_group(problem, plan, period, &grouped);
            return Ok(());
        }
        let group = self.group(problem, plan, period, &grouped);
        if problem.cells.iter().any(|cell| cell.id == group.id) {
            return Err(PlanError::GroupThere(group.id));
        }
        add_group(problem, group, &grouped, period.count);
        Ok(())
    }

    /// A later vintage of a group that was shown, rounded as its members are, with its change from each before it. Numbers of contributors
    /// are not revised.
    fn revise_group(&self, problem: &mut ProblemFile, plan: &TablePlan, period: &Period, grouped: &[CellFile]) {
        let first = Period { vintage: None, ..period.clone() };
        let is_before = |cell: &&CellFile| {
            let at = cell.at.as_ref().map(|at| Place { vintage: None, ..at.clone() });
            !cell.count && at.as_ref() == Some(&self.place_of_group(plan, &first))
        };
        let before: Vec<CellFile> = problem.cells.iter().filter(is_before).cloned().collect();
        let (false, Some((vintage, now))) = (before.is_empty(), period.vintage.as_ref().zip(groups_of(grouped))) else { return };
        let id = format!("{} of {vintage}", self.id_of_group(plan, period));
        let amounts: BTreeMap<String, i64> = now.into_iter().map(|part| (part.group, part.amount)).collect();
        let cell = CellFile::of_groups(id.clone(), &amounts);
        let group = CellFile {
            rounded_to: Some(unit(cell.value, DIGITS_OF_MEMBERS)),
            rules: grouped.first().and_then(|cell| cell.rules),
            at: Some(self.place_of_group(plan, period)),
            ..cell
        };
        add_group(problem, group, grouped, false);
        for earlier in before {
            let mut change = amounts.clone();
            for part in earlier.named().into_iter().flatten() {
                *change.entry(part.group.clone()).or_default() -= part.amount;
            }
            change.retain(|_, amount| *amount != 0);
            let least = Some(-earlier.value);
            let change = CellFile::of_groups(format!("{id} less {}", earlier.id), &change);
            problem.equations.push(EquationFile::sum(&id, [earlier.id, change.id.clone()]));
            problem.cells.push(CellFile { change: true, withheld: true, lower_bound: least, rules: earlier.rules, ..change });
        }
    }

    fn id_of_group(&self, plan: &TablePlan, period: &Period) -> String {
        format!("{}|{}|{GROUP}{}", plan.table, period.name(&self.year), if period.count { "|contributors" } else { "" })
    }

    fn place_of_group(&self, plan: &TablePlan, period: &Period) -> Place {
        Place {
            table: plan.table.clone(),
            member: Some(GROUP.to_owned()),
            year: self.year.clone(),
            quarter: period.quarter.clone(),
            vintage: period.vintage.clone(),
        }
    }

    fn group(&self, problem: &ProblemFile, plan: &TablePlan, period: &Period, grouped: &[CellFile]) -> CellFile {
        let id = |count: bool| self.id_of_group(plan, &Period { count, ..period.clone() });
        let sum = |of: fn(&CellFile) -> i64| grouped.iter().map(of).fold(0, i64::saturating_add);
        let groups = groups_of(grouped);
        // residents that contribute to several members count once
        let money = problem.cells.iter().find(|cell| cell.id == id(false));
        let distinct = money.filter(|_| period.count).and_then(|cell| cell.contributors).map(i64::from);
        let contributors = groups.as_ref().and_then(|groups| u32::try_from(groups.len()).ok());
        let value = distinct.unwrap_or_else(|| sum(|cell| cell.value));
        CellFile {
            id: id(period.count),
            value,
            contributors: if period.count { u32::try_from(value).ok() } else { contributors },
            contributions: groups,
            weight: grouped.iter().all(|cell| cell.weight.is_some()).then(|| sum(|cell| cell.weight.unwrap_or(0))),
            count: period.count,
            rules: grouped.first().and_then(|cell| cell.rules),
            at: Some(self.place_of_group(plan, period)),
            ..CellFile::default()
        }
    }
}

/// The contributions to some cells together, if all name them.
pub(super) fn groups_of(cells: &[CellFile]) -> Option<Vec<Contribution>> {
    let mut groups: BTreeMap<&str, i64> = BTreeMap::new();
    for cell in cells {
        for contribution in cell.named()? {
            *groups.entry(&contribution.group).or_default() += contribution.amount;
        }
    }
    groups.retain(|_, amount| *amount != 0);
    Some(groups.into_iter().map(|(group, amount)| Contribution { group: group.to_owned(), amount }).collect())
}

/// The group is the sum of its members; wherever a total is the sum of all members, it is that of the others and the group.
fn add_group(problem: &mut ProblemFile, group: CellFile, grouped: &[CellFile], count: bool) {
    let ids: BTreeSet<&str> = grouped.iter().map(|cell| cell.id.as_str()).collect();
    let members: i64 = grouped.iter().map(|cell| cell.value).fold(0, i64::saturating_add);
    let mut more = Vec::new();
    for equation in &problem.equations {
        let Some((total, parts)) = equation.total.as_ref().zip(equation.parts.as_ref()) else { continue };
        if ids.iter().all(|id| parts.iter().any(|part| part == id)) && members == group.value {
            let others = parts.iter().filter(|part| !ids.contains(part.as_str()));
            more.push(EquationFile::sum(total, others.chain([&group.id])));
        }
    }
    if count && more.is_empty() {
        // who contributes to several is counted for each, but once in the group
        let slack =
            CellFile { id: format!("{}|counted twice", group.id), value: members - group.value, auxiliary: true, ..CellFile::default() };
        let terms = ids.iter().map(|id| (*id, 1)).chain([(group.id.as_str(), -1), (slack.id.as_str(), -1)]);
        more.push(EquationFile::terms(terms, 0));
        problem.cells.push(slack);
    } else {
        more.push(EquationFile::sum(&group.id, ids));
    }
    problem.equations.extend(more);
    problem.cells.push(group);
}

/// A quarter or a year of a table, its money or its numbers of contributors, first or revised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Period {
    /// Money before counts, which count what is together in the money.
    count: bool,
    quarter: Option<String>,
    vintage: Option<String>,
}

impl Period {
    fn name(&self, year: &str) -> String {
        self.quarter.as_ref().map_or_else(|| year.to_owned(), |quarter| format!("{year}-{quarter}"))
    }

    /// The member that a cell of this period is of; nothing for a total or another period.
    fn member<'a>(&self, cell: &'a CellFile, year: &str, table: &str) -> Option<&'a str> {
        let at = cell.at.as_ref().filter(|at| at.table == table && at.year == year)?;
        let same = at.quarter == self.quarter && at.vintage == self.vintage && cell.count == self.count;
        at.member.as_deref().filter(|_| same)
    }
}

fn periods(problem: &ProblemFile, year: &str, table: &str) -> BTreeSet<Period> {
    let of = |cell: &CellFile| {
        let at = cell.at.as_ref().filter(|at| at.table == table && at.year == year)?;
        Some(Period { count: cell.count, quarter: at.quarter.clone(), vintage: at.vintage.clone() })
    };
    problem.cells.iter().filter_map(of).collect()
}
