//! A plan for the next year from the quarters before it, with a margin for what may change.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{
        attack::{Verdict, attack_hidden},
        file::{CellFile, EquationFile, Parameters, Place, ProblemFile},
        problem::{Problem, Publication},
        sensitive::sensitive,
        series::Link,
    },
    Plan, TablePlan,
};

/// How much a member may lose in a year before it would have to be hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drift {
    /// Contributors.
    pub contributors: u32,
    /// Percent that the largest may gain on the others.
    pub percent: u32,
}

impl Default for Drift {
    /// One contributor, and two percent.
    fn default() -> Self {
        Self { contributors: 1, percent: 2 }
    }
}

/// Quarters that a plan is made from.
const LOOK_BACK: usize = 4;

/// Contributions by group.
type Groups = BTreeMap<String, i64>;
/// Those of each member.
type Members<'a> = BTreeMap<&'a str, Groups>;

/// Proposes what to show in a year, from the last four quarters of each table that has places in the problem. Only cells that
/// name their contributions are looked at, and only figures as they were first published.
///
/// Where measures are linked, a member of the whole is shown only together with others if its part is shown and what is left of it
/// would have to be hidden.
#[must_use]
pub fn propose(problem: &ProblemFile, year: &str, drift: Drift, links: &[Link]) -> Plan {
    let mut tables: BTreeMap<&str, BTreeMap<(&str, &str), Members>> = BTreeMap::new();
    let mut untold: BTreeSet<&str> = BTreeSet::new();
    for cell in problem.cells.iter().filter(|cell| !cell.count) {
        let Some((at, contributions)) = cell.at.as_ref().filter(|at| at.vintage.is_none()).zip(cell.named()) else {
            continue;
        };
        let (Some(member), Some(quarter)) = (at.member.as_deref().filter(|member| *member != super::GROUP), at.quarter.as_deref()) else {
            continue;
        };
        if at.year.as_str() < year {
            let groups = contributions.iter().map(|contribution| (contribution.group.clone(), contribution.amount)).collect();
            tables.entry(&at.table).or_default().entry((&at.year, quarter)).or_default().insert(member, groups);
            if cell.withheld {
                untold.insert(&at.table);
            }
        }
    }
    let mut histories: BTreeMap<&str, History> = BTreeMap::new();
    for (table, quarters) in tables {
        let skip = quarters.len().saturating_sub(LOOK_BACK);
        let quarters = quarters.into_values().skip(skip).collect();
        histories.insert(table, History { table: table.to_owned(), parameters: problem.parameters, drift, quarters });
    }
    let mut plans: BTreeMap<&str, TablePlan> = BTreeMap::new();
    let linked = |table: &str| links.iter().find_map(|link| link.beside(table));
    // what others are linked with is planned before them
    let (last, first): (Vec<_>, Vec<_>) =
        histories.iter().filter(|(table, _)| !untold.contains(*table)).partition(|(table, _)| linked(table).is_some());
    for (table, history) in first.into_iter().chain(last) {
        let beside =
            linked(table).and_then(|(part, rest)| Some(Beside { part: plans.get(part.as_str())?, rest: histories.get(rest.as_str())? }));
        let plan = history.plan(beside.as_ref());
        plans.insert(table, plan);
    }
    Plan { year: year.to_owned(), tables: plans.into_values().collect() }
}

/// What is linked with a table: a part of it as it is planned, and what is left beside that.
struct Beside<'a> {
    part: &'a TablePlan,
    rest: &'a History<'a>,
}

impl Beside<'_> {
    /// Whether a member tells nothing of what is left, as it is steady itself or its part is not shown.
    fn allows(&self, member: &str, in_year: bool) -> bool {
        let shown = self.part.quarterly.iter().chain(self.part.yearly.iter().filter(|_| in_year)).any(|name| name == member);
        !shown || if in_year { self.rest.is_steady_year(&[member]) } else { self.rest.is_steady(&[member]) }
    }
}

/// The last quarters of a table.
struct History<'a> {
    table: String,
    parameters: Parameters,
    drift: Drift,
    quarters: Vec<Members<'a>>,
}

impl History<'_> {
    fn plan(&self, beside: Option<&Beside>) -> TablePlan {
        let allowed = |member: &str, in_year| beside.is_none_or(|beside| beside.allows(member, in_year));
        let mut members: Vec<&str> =
            self.quarters.iter().flat_map(BTreeMap::keys).copied().collect::<BTreeSet<&str>>().into_iter().collect();
        members.sort_by_key(|member| (self.of_year(&[*member]).values().sum::<i64>(), *member));
        let (mut shown, mut grouped): (Vec<&str>, Vec<&str>) =
            members.into_iter().partition(|member| self.is_steady(&[*member]) && allowed(member, false));
        // the smallest join the group until it is safe
        while !grouped.is_empty() && !shown.is_empty() && !self.is_safe(&grouped, &[]) {
            grouped.push(shown.remove(0));
        }
        let mut yearly: Vec<&str> =
            grouped.iter().copied().filter(|member| self.is_steady_year(&[*member]) && allowed(member, true)).collect();
        while !yearly.is_empty() && !self.is_safe(&grouped, &yearly) {
            yearly.remove(0);
        }
        let names = |mut members: Vec<&str>| {
            members.sort_unstable();
            members.into_iter().map(str::to_owned).collect()
        };
        TablePlan { table: self.table.clone(), quarterly: names(shown), grouped: names(grouped), yearly: names(yearly) }
    }

    fn of(&self, quarter: usize, members: &[&str]) -> Groups {
        let mut sum = Groups::new();
        for (group, amount) in members.iter().filter_map(|member| self.quarters[quarter].get(member)).flatten() {
            *sum.entry(group.clone()).or_default() += amount;
        }
        sum
    }

    fn of_year(&self, members: &[&str]) -> Groups {
        let mut sum = Groups::new();
        for (group, amount) in (0..self.quarters.len()).flat_map(|quarter| self.of(quarter, members)) {
            *sum.entry(group).or_default() += amount;
        }
        sum
    }

    /// Whether some members together were far enough from being sensitive in each quarter; nobody at all is no secret.
    fn is_steady(&self, members: &[&str]) -> bool {
        (0..self.quarters.len()).map(|quarter| self.of(quarter, members)).all(|groups| self.is_far(&groups))
    }

    fn is_steady_year(&self, members: &[&str]) -> bool {
        self.is_far(&self.of_year(members))
    }

    /// Whether a cell of these contributors would not be sensitive under rules that are stricter by the drift.
    fn is_far(&self, groups: &Groups) -> bool {
        let parameters = Parameters {
            min_contributors: self.parameters.min_contributors.map(|least| least + self.drift.contributors),
            p_percent: self.parameters.p_percent.map(|percent| (percent + self.drift.percent).min(100)),
            ..self.parameters
        };
        let file = ProblemFile { parameters, cells: vec![CellFile::of_groups(String::new(), groups)], equations: Vec::new() };
        Problem::try_from(file).is_ok_and(|problem| sensitive(&problem).is_empty())
    }

    /// Whether in the last quarters, and their year, nothing could have been inferred of the members that are shown only
    /// together, and what they are together was far enough from being sensitive.
    fn is_safe(&self, grouped: &[&str], yearly: &[&str]) -> bool {
        let left: Vec<&str> = grouped.iter().copied().filter(|member| !yearly.contains(member)).collect();
        if grouped.len() == 1 || left.len() == 1 || !self.is_steady(grouped) || !self.is_steady_year(&left) {
            return false;
        }
        let strings = |members: &[&str]| members.iter().map(|member| (*member).to_owned()).collect::<Vec<_>>();
        let members: BTreeSet<&str> = self.quarters.iter().flat_map(BTreeMap::keys).copied().collect();
        let shown: Vec<&str> = members.into_iter().filter(|member| !grouped.contains(member)).collect();
        let table = TablePlan { table: self.table.clone(), quarterly: strings(&shown), grouped: strings(grouped), yearly: strings(yearly) };
        let mut file = self.problem(&shown, grouped);
        let plan = Plan { year: YEAR.to_owned(), tables: vec![table] };
        let Some(problem) = plan.apply(&mut file).ok().and_then(|()| Problem::try_from(file).ok()) else { return false };
        let withheld =
            problem.cells.iter().enumerate().filter(|(_, cell)| cell.publication == Publication::Withheld).map(|(place, _)| place);
        attack_hidden(&problem, &withheld.collect()).verdict == Verdict::Safe
    }

    /// The quarters as one year.
    fn problem(&self, shown: &[&str], grouped: &[&str]) -> ProblemFile {
        let mut file = ProblemFile { parameters: self.parameters, ..ProblemFile::default() };
        let quarters: Vec<String> = (0..self.quarters.len()).map(|quarter| quarter.to_string()).collect();
        let id = |member: &str, quarter: Option<&str>| format!("{member}|{}", quarter.unwrap_or(YEAR));
        let periods = || quarters.iter().map(|quarter| Some(quarter.as_str())).chain([None]);
        let members = || shown.iter().chain(grouped).copied();
        for (n, quarter) in periods().enumerate() {
            let groups = |members: &[&str]| {
                if quarter.is_some() { self.of(n, members) } else { self.of_year(members) }
            };
            for member in members() {
                let at = Place {
                    table: self.table.clone(),
                    member: Some(member.to_owned()),
                    year: YEAR.to_owned(),
                    quarter: quarter.map(str::to_owned),
                    vintage: None,
                };
                file.cells.push(CellFile { at: Some(at), ..CellFile::of_groups(id(member, quarter), &groups(&[member])) });
            }
            file.cells.push(CellFile::of_groups(id(TOTAL, quarter), &groups(&members().collect::<Vec<_>>())));
            file.equations.push(EquationFile::sum(id(TOTAL, quarter), members().map(|member| id(member, quarter))));
        }
        for member in members().chain([TOTAL]) {
            file.equations.push(EquationFile::sum(id(member, None), quarters.iter().map(|quarter| id(member, Some(quarter)))));
        }
        file
    }
}

const YEAR: &str = "year";
/// No member's name.
const TOTAL: &str = "";
