//! The tables of a publication over time, as one problem: quarters with the sums of a year, and their revisions.
//!
//! The policy of revisions: a figure is exact when it is first released. Later vintages are rounded, the total of a table to
//! three significant digits and its members to two, so that nobody can tell what one late filing or amendment added; the
//! exact later value is never published. Totals are revised with each release until the year is closed; members once, when it
//! is closed, for the year as a whole. A year is closed with the release of the second quarter after it.
//!
//! A release that was withdrawn is corrected by another of the same quarter. The public has seen the first: the correction tells
//! later vintages of it, of totals and members, and of the year where that was told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    file::{CellFile, EquationFile, Parameters, Place, ProblemFile, ProtectionLevels},
    sensitive::DEFAULT_PERCENT,
};

mod link;
#[cfg(test)]
mod tests;

pub use link::{Link, keep_apart};

/// Contributions by owner group.
pub type Groups = BTreeMap<String, i64>;

/// A quarter: a year and a number from 1 to 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    /// The year.
    pub year: u16,
    /// 1 to 4.
    pub number: u8,
}

impl Quarter {
    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        if self.number == 4 { Self { year: self.year + 1, number: 1 } } else { Self { number: self.number + 1, ..self } }
    }

    fn name(self) -> String {
        format!("Q{}", self.number)
    }

    /// Whether the release of this quarter closes a year.
    fn closes(self, year: u16) -> bool {
        self.year == year + 1 && self.number == CLOSING
    }
}

/// The quarter whose release closes the year before it.
const CLOSING: u8 = 2;
/// Significant digits of a revised total, and of a revised member.
const DIGITS_OF_TOTALS: u32 = 3;
pub(super) const DIGITS_OF_MEMBERS: u32 = 2;

/// One of the measures of a publication: what is counted, with the tables that tell it by something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Its name: the first part of its tables' names.
    pub name: String,
    /// Whether quarters can be added up to a year.
    pub adds_up: bool,
    /// Whether the numbers of contributors are published beside it.
    pub counted: bool,
    /// What it is told by.
    pub tables: Vec<Table>,
}

/// A measure by something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// By what.
    pub by: String,
    /// The regions, destinations or categories.
    pub members: Vec<String>,
    /// Whether nobody contributes to two members.
    pub apart: bool,
    /// Whether it is published; else other tables must not tell it either.
    pub told: bool,
    /// What its members add up to: a member of a table before it, by what and which; none for the total of the measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<(String, String)>,
}

/// What was known at a release, by measure, by what, member and quarter; the totals follow.
pub type Known = BTreeMap<(String, String, String, Quarter), Groups>;

/// How many can contribute at most to a member of a table, as everybody knows, by what and member.
pub type Most = BTreeMap<(String, String), i64>;

/// A release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The quarter that it tells as the last.
    pub quarter: Quarter,
    /// 0 for the first to tell its quarter, else which correction of that it is.
    pub correction: u8,
    /// The rules of its day.
    pub rules: Parameters,
    /// What was published then. A year is told by the measures of its first release.
    pub measures: Vec<Measure>,
    /// What was known then of this quarter and of those before it whose year was not closed.
    pub known: Known,
    /// How many contributors everybody knows possible.
    pub most: Most,
}

impl Release {
    /// What names the vintages of figures that it revises.
    #[must_use]
    pub fn name(&self) -> String {
        let quarter = format!("{}-{}", self.quarter.year, self.quarter.name());
        if self.correction == 0 { quarter } else { format!("{quarter} correction {}", self.correction) }
    }
}

/// Everything that these releases published.
///
/// Each figure of each release is a cell with what was contributed to it at the time, under the rules of that time; a revised
/// one is rounded, and its change from every vintage before it is a cell as well.
#[must_use]
pub fn problem(releases: &[Release]) -> ProblemFile {
    let parameters = releases.last().map(|release| release.rules).unwrap_or_default();
    let mut series = Series { file: ProblemFile { parameters, ..ProblemFile::default() }, vintages: BTreeMap::new(), few: BTreeMap::new() };
    let told_in = |year: u16| releases.iter().find(|release| release.quarter.year == year).map_or(&[][..], |release| &release.measures);
    for release in releases {
        let (now, before) = (release.quarter, series.file.cells.len());
        for measure in told_in(now.year.saturating_sub(1)) {
            series.revise(measure, release, now.year - 1);
        }
        for measure in told_in(now.year) {
            if release.correction == 0 {
                series.first(measure, release, Some(now));
                if measure.adds_up && now.number == 4 {
                    series.first(measure, release, None);
                }
            }
            series.revise(measure, release, now.year);
        }
        let others = Some(release.rules).filter(|rules| *rules != parameters);
        series.file.cells[before..].iter_mut().for_each(|cell| cell.rules = cell.rules.or(others));
    }
    series.file
}

/// The problem so far.
struct Series {
    file: ProblemFile,
    /// Vintages of a figure so far: identifiers and contributions.
    vintages: BTreeMap<String, Vec<(String, Groups)>>,
    /// Figures to which only so few could contribute when they were first told.
    few: BTreeMap<String, u32>,
}

/// A figure: the total of a measure, or a member of a table, in a quarter or a year.
#[derive(Clone, Copy)]
struct Figure<'a> {
    measure: &'a Measure,
    member: Option<(&'a Table, &'a str)>,
    year: u16,
    quarter: Option<Quarter>,
}

impl<'a> Figure<'a> {
    /// What the members of a table add up to: this total, or a member of another table. A table that names none that is there gets the
    /// total, to which it does not add up: no such problem is taken.
    fn whole_of(self, table: &Table) -> Self {
        let within = table.within.as_ref();
        let member = within.and_then(|(by, member)| {
            let other = self.measure.tables.iter().find(|table| table.by == *by)?;
            Some((other, other.members.iter().find(|name| *name == member)?.as_str()))
        });
        Figure { member, ..self }
    }

    /// The members of a table of its measure at the same time, with their parts in their place; nothing if none has parts. What is
    /// hidden of several of them together is seen in one equation of these, and in many of theirs.
    fn leaves(self, table: &'a Table) -> Option<Vec<Self>> {
        let parts_of = |member: &str| {
            let is_its = move |other: &&Table| other.within.as_ref().is_some_and(|(by, whole)| *by == table.by && whole == member);
            self.measure.tables.iter().find(is_its)
        };
        let leaves = |figure: Self| match figure.member.and_then(|(_, member)| parts_of(member)) {
            Some(parts) => self.members(parts).collect(),
            None => vec![figure],
        };
        table.members.iter().any(|member| parts_of(member).is_some()).then(|| self.members(table).flat_map(leaves).collect())
    }

    /// The members of a table of its measure, at the same time.
    fn members(self, table: &'a Table) -> impl Iterator<Item = Self> {
        table.members.iter().map(move |member| Figure { member: Some((table, member.as_str())), ..self })
    }

    fn id(&self) -> String {
        let Self { measure, member, year, quarter } = self;
        let period = quarter.map_or_else(|| year.to_string(), |quarter| format!("{year}-{}", quarter.name()));
        member.map_or_else(
            || format!("{}|{period}", measure.name),
            |(table, member)| format!("{} by {}|{period}|{member}", measure.name, table.by),
        )
    }

    fn place(&self, vintage: Option<String>) -> Place {
        Place {
            table: self.member.map_or_else(|| self.measure.name.clone(), |(table, _)| format!("{} by {}", self.measure.name, table.by)),
            member: self.member.map(|(_, member)| member.to_owned()),
            year: self.year.to_string(),
            quarter: self.quarter.map(Quarter::name),
            vintage,
        }
    }

    /// The figure of each of its quarters so far, if it is of a year.
    fn quarters(self, last: Quarter) -> impl Iterator<Item = Self> {
        (1..=if last.year > self.year { 4 } else { last.number })
            .map(move |number| Self { quarter: Some(Quarter { year: self.year, number }), ..self })
    }
}

fn known(release: &Release, measure: &Measure, table: &Table, member: &str, quarter: Quarter) -> Groups {
    release.known.get(&(measure.name.clone(), table.by.clone(), member.to_owned(), quarter)).cloned().unwrap_or_default()
}

fn add<'a>(all: impl IntoIterator<Item = &'a Groups>, sign: i64, sum: &mut Groups) {
    for (group, amount) in all.into_iter().flatten() {
        *sum.entry(group.clone()).or_default() += sign * amount;
    }
    sum.retain(|_, amount| *amount != 0);
}

/// What the release knew of a figure.
fn contributions(release: &Release, figure: Figure) -> Groups {
    let quarters: Vec<Quarter> = match figure.quarter {
        Some(quarter) => vec![quarter],
        None => (1..=4).map(|number| Quarter { year: figure.year, number }).collect(),
    };
    let members: Vec<(&Table, &str)> = match figure.member {
        Some(member) => vec![member],
        // of a total: those of any of the tables
        None => figure
            .measure
            .tables
            .first()
            .into_iter()
            .flat_map(|table| table.members.iter().map(move |member| (table, member.as_str())))
            .collect(),
    };
    let mut sum = Groups::new();
    for quarter in quarters {
        add(&members.iter().map(|(table, member)| known(release, figure.measure, table, member, quarter)).collect::<Vec<_>>(), 1, &mut sum);
    }
    sum
}

impl Series {
    /// The first release of a quarter, or of a year as the sum of its quarters as they were first released.
    fn first(&mut self, measure: &Measure, release: &Release, quarter: Option<Quarter>) {
        let total = Figure { measure, member: None, year: release.quarter.year, quarter };
        let mut figures = vec![total];
        figures.extend(measure.tables.iter().flat_map(|table| total.members(table)));
        for figure in figures {
            let mut groups = Groups::new();
            if quarter.is_some() {
                groups = contributions(release, figure);
            } else {
                let parts: Vec<String> = figure.quarters(release.quarter).map(|part| part.id()).collect();
                add(parts.iter().filter_map(|id| self.vintages.get(id)?.first()).map(|(_, groups)| groups), 1, &mut groups);
                self.file.equations.push(EquationFile::sum(figure.id(), parts));
            }
            let (at, must_publish) = (Some(figure.place(None)), figure.member.is_none());
            let withheld = figure.member.is_some_and(|(table, _)| !table.told);
            let few = self.few(release, figure);
            self.few.extend(few.map(|few| (figure.id(), few)));
            let cell = self.cell(release, figure, few, figure.id(), &groups);
            self.file.cells.push(CellFile { must_publish, withheld, at, ..cell });
            if measure.counted && quarter.is_some() {
                self.count(figure, &groups, few, release);
            }
            self.vintages.insert(figure.id(), vec![(figure.id(), groups)]);
        }
        for table in &measure.tables {
            if let Some(leaves) = total.leaves(table) {
                self.file.equations.push(EquationFile::sum(total.id(), leaves.iter().map(Figure::id)));
            }
            let whole = total.whole_of(table);
            self.file.equations.push(EquationFile::sum(whole.id(), total.members(table).map(|figure| figure.id())));
            if measure.counted && quarter.is_some() {
                self.add_counts(whole, table);
            }
        }
    }

    /// How many could contribute to a figure at most, if they are or were few; to a year also if they were few in one of its
    /// quarters, for nothing in a year is nothing in each.
    fn few(&self, release: &Release, figure: Figure) -> Option<u32> {
        let were = |figure: Figure| self.few.get(&figure.id()).copied();
        let of_quarters = || figure.quarters(release.quarter).filter_map(were).max();
        were(figure).or_else(|| possible_few(release, figure)).or_else(|| figure.quarter.is_none().then(of_quarters)?)
    }

    /// A figure with its contributions. A zero where everybody knows that only one or two could contribute tells of each of them that
    /// it earned nothing: such a cell counts them as contributors, and any of them might have contributed p% of what the least of all
    /// did. The total of its table comes before it.
    fn cell(&self, release: &Release, figure: Figure, few: Option<u32>, id: String, groups: &Groups) -> CellFile {
        let Some(few) = few.filter(|_| groups.is_empty()) else { return CellFile::of_groups(id, groups) };
        let percent = i64::from(release.rules.p_percent.unwrap_or(DEFAULT_PERCENT));
        let total = self.vintages.get(&Figure { member: None, ..figure }.id()).and_then(|vintages| vintages.last());
        let least = total.and_then(|(_, all)| all.values().map(|amount| amount.saturating_abs()).min()).unwrap_or(0);
        let upper = (least.saturating_mul(percent) / 100).max(1);
        CellFile { id, contributors: Some(few), protection: Some(ProtectionLevels { lower: 0, upper, sliding: 0 }), ..CellFile::default() }
    }

    /// The number of those who contribute to a figure.
    fn count(&mut self, figure: Figure, groups: &Groups, few: Option<u32>, release: &Release) {
        let contributors = u32::try_from(groups.len()).ok();
        self.file.cells.push(CellFile {
            id: count_id(&figure),
            value: contributors.unwrap_or(u32::MAX).into(),
            contributors,
            upper_bound: most(release, figure),
            // that none of one or two contributed is told of each of them
            rules: few.map(|_| Parameters { zero_counts: true, ..release.rules }),
            count: true,
            must_publish: figure.member.is_none(),
            at: Some(figure.place(None)),
            ..CellFile::default()
        });
    }

    /// The numbers of all members are that of their whole, if nobody is in two; else no less.
    fn add_counts<'a>(&mut self, whole: Figure<'a>, table: &'a Table) {
        let members: Vec<String> = whole.members(table).map(|figure| count_id(&figure)).collect();
        if table.apart {
            self.file.equations.push(EquationFile::sum(count_id(&whole), members));
            return;
        }
        let value = |id: &str| self.file.cells.iter().rev().find(|cell| cell.id == id).map_or(0, |cell| cell.value);
        let slack = members.iter().map(|id| value(id)).sum::<i64>() - value(&count_id(&whole));
        let id = format!("{} counted twice by {}", count_id(&whole), table.by);
        let terms = members.into_iter().map(|id| (id, 1)).chain([(count_id(&whole), -1), (id.clone(), -1)]);
        self.file.equations.push(EquationFile::terms(terms, 0));
        self.file.cells.push(CellFile { id, value: slack, auxiliary: true, ..CellFile::default() });
    }

    /// Revises the totals of a year that is not closed. With the release that closes it, its members as well; and with a
    /// correction those of the quarter.
    fn revise(&mut self, measure: &Measure, release: &Release, year: u16) {
        let (now, corrects) = (release.quarter, release.correction > 0);
        let open = year == now.year || now.number <= CLOSING;
        let total = Figure { measure, member: None, year, quarter: None };
        let told = |figure: &Figure| figure.quarter.is_some_and(|quarter| quarter < now || corrects && quarter == now);
        let before = total.quarters(now).filter(|figure| open && told(figure));
        let before: Vec<Figure> = before.filter(|figure| self.vintages.contains_key(&figure.id())).collect();
        for figure in &before {
            self.revised(release, *figure, DIGITS_OF_TOTALS);
            if corrects && figure.quarter == Some(now) {
                self.revised_members(release, *figure);
            }
        }
        let ends = now.closes(year) || corrects && year == now.year && now.number == 4;
        if ends && measure.adds_up && self.vintages.contains_key(&total.id()) {
            self.revised(release, total, DIGITS_OF_TOTALS);
            let vintage = |figure: &Figure| revised_id(figure, release);
            self.file.equations.push(EquationFile::sum(vintage(&total), before.iter().map(vintage)));
            self.revised_members(release, total);
        }
    }

    /// Later vintages of the members of a total.
    fn revised_members(&mut self, release: &Release, total: Figure) {
        for table in &total.measure.tables {
            let members: Vec<Figure> = total.members(table).collect();
            for member in &members {
                if table.told {
                    self.revised(release, *member, DIGITS_OF_MEMBERS);
                } else {
                    let (at, groups) = (Some(member.place(Some(release.name()))), contributions(release, *member));
                    self.file.cells.push(CellFile { at, withheld: true, ..CellFile::of_groups(revised_id(member, release), &groups) });
                }
            }
            if let Some(leaves) = total.leaves(table) {
                let leaves = leaves.iter().map(|figure| revised_id(figure, release));
                self.file.equations.push(EquationFile::sum(revised_id(&total, release), leaves));
            }
            let ids = members.iter().map(|figure| revised_id(figure, release));
            self.file.equations.push(EquationFile::sum(revised_id(&total.whole_of(table), release), ids));
        }
    }

    /// A later vintage of a figure, and its change from each before it.
    fn revised(&mut self, release: &Release, figure: Figure, digits: u32) {
        let groups = contributions(release, figure);
        let id = revised_id(&figure, release);
        let cell = self.cell(release, figure, self.few(release, figure), id.clone(), &groups);
        let unit = unit(cell.value, digits);
        self.file.cells.push(CellFile { at: Some(figure.place(Some(release.name()))), rounded_to: Some(unit), ..cell });
        for (earlier, before) in self.vintages.entry(figure.id()).or_default().clone() {
            let mut change = groups.clone();
            add([&before], -1, &mut change);
            let cell = CellFile::of_groups(format!("{id} less {earlier}"), &change);
            let least = -before.values().sum::<i64>();
            self.file.equations.push(EquationFile::sum(&id, [earlier, cell.id.clone()]));
            self.file.cells.push(CellFile { change: true, withheld: true, lower_bound: Some(least), ..cell });
        }
        self.vintages.entry(figure.id()).or_default().push((id, groups));
    }
}

/// How many could contribute to a figure, as everybody knows.
fn most(release: &Release, figure: Figure) -> Option<i64> {
    let (table, member) = figure.member?;
    release.most.get(&(table.by.clone(), member.to_owned())).copied()
}

/// The same, if they are some but fewer than the rules ask for.
fn possible_few(release: &Release, figure: Figure) -> Option<u32> {
    let count = u32::try_from(most(release, figure)?).ok()?;
    (0 < count && count < release.rules.min_contributors?).then_some(count)
}

fn revised_id(figure: &Figure, release: &Release) -> String {
    format!("{} of {}", figure.id(), release.name())
}

fn count_id(figure: &Figure) -> String {
    format!("{}|contributors", figure.id())
}

/// The unit of the last of so many significant digits.
pub(super) fn unit(value: i64, digits: u32) -> i64 {
    let places = value.checked_abs().and_then(i64::checked_ilog10).unwrap_or(0) + 1;
    10_i64.pow(places.saturating_sub(digits))
}
