//! A problem from a table of rows and columns, each with a total and perhaps a hierarchy.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::file::{CellFile, EquationFile, Parameters, ProblemFile, ProtectionLevels};

/// A cell of the table. A cell that is absent has no contributor: its value is zero and everybody knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub struct Record {
    pub row: String,
    pub column: String,
    pub value: i64,
    pub contributors: Option<u32>,
    pub largest: Option<i64>,
    pub second: Option<i64>,
}

/// How a table is made into a problem.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// Code of the total in both dimensions.
    pub total: String,
    /// Pairs of parent and child, of the codes of one dimension each. A code without parent is a part of the total.
    pub hierarchies: Vec<Vec<(String, String)>>,
    /// The rules.
    pub parameters: Parameters,
    /// Distance to keep in percent of the value, instead of that of the rules.
    pub protection_percent: Option<u32>,
}

/// Why a table is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages are the documentation")]
pub enum TableError {
    #[error("the cell {0:?} is there twice")]
    CellTwice(String),
    #[error("the cell {total:?} is missing, but parts of it are there: {part:?}")]
    NoTotal { total: String, part: String },
    #[error("the hierarchy with {0:?} has codes of neither rows nor columns")]
    ForeignHierarchy(String),
    #[error("the hierarchy places {0:?} twice or under itself")]
    NotATree(String),
    #[error("{0:?} is not a decimal number that fits")]
    Number(String),
}

/// The parts of each total of a dimension.
type Tree = BTreeMap<String, BTreeSet<String>>;

/// Identifier of a cell.
#[must_use]
pub fn id(row: &str, column: &str) -> String {
    format!("{row}|{column}")
}

/// The problem of a table: one equation for each total of a row and of a column.
///
/// # Errors
/// [`TableError`].
pub fn problem_of(records: &[Record], layout: &Layout) -> Result<ProblemFile, TableError> {
    let rows: BTreeSet<&str> = records.iter().map(|record| record.row.as_str()).collect();
    let columns: BTreeSet<&str> = records.iter().map(|record| record.column.as_str()).collect();
    let (mut of_rows, mut of_columns) = (Vec::new(), Vec::new());
    for hierarchy in layout.hierarchies.iter().filter(|hierarchy| !hierarchy.is_empty()) {
        let belongs = |codes: &BTreeSet<&str>| hierarchy.iter().any(|(_, child)| codes.contains(child.as_str()));
        match (belongs(&rows), belongs(&columns)) {
            (true, _) => of_rows.extend(hierarchy),
            (false, true) => of_columns.extend(hierarchy),
            (false, false) => {
                return Err(TableError::ForeignHierarchy(hierarchy.first().map(|(parent, _)| parent.clone()).unwrap_or_default()));
            }
        }
    }
    let (row_tree, column_tree) = (tree(&rows, &of_rows, &layout.total)?, tree(&columns, &of_columns, &layout.total)?);
    let mut ids = BTreeSet::new();
    if let Some(twice) = records.iter().map(|record| id(&record.row, &record.column)).find(|id| !ids.insert(id.clone())) {
        return Err(TableError::CellTwice(twice));
    }
    let mut equations = Vec::new();
    for row in &rows {
        for (total, parts) in &column_tree {
            equations.extend(equation(&ids, id(row, total), parts.iter().map(|part| id(row, part)))?);
        }
    }
    for column in &columns {
        for (total, parts) in &row_tree {
            equations.extend(equation(&ids, id(total, column), parts.iter().map(|part| id(part, column)))?);
        }
    }
    let cells = records.iter().map(|record| cell(record, layout)).collect();
    Ok(ProblemFile { parameters: layout.parameters, cells, equations })
}

fn cell(record: &Record, layout: &Layout) -> CellFile {
    let distance = |percent: u32| {
        let distance = (i128::from(record.value.abs()) * i128::from(percent)).div_euclid(100) + 1;
        i64::try_from(distance).unwrap_or(i64::MAX)
    };
    let protection =
        layout.protection_percent.map(distance).map(|distance| ProtectionLevels { lower: distance, upper: distance, sliding: 0 });
    CellFile {
        id: id(&record.row, &record.column),
        value: record.value,
        contributors: record.contributors,
        largest: record.largest,
        second: record.second,
        protection,
        ..CellFile::default()
    }
}

fn tree(codes: &BTreeSet<&str>, hierarchy: &[&(String, String)], total: &str) -> Result<Tree, TableError> {
    let mut parent_of: BTreeMap<&str, &str> = BTreeMap::new();
    for (parent, child) in hierarchy {
        if parent_of.insert(child, parent).is_some_and(|other| other != parent) || child == total {
            return Err(TableError::NotATree(child.clone()));
        }
    }
    for code in parent_of.keys() {
        let mut above = *code;
        for _ in 0..=parent_of.len() {
            above = parent_of.get(above).copied().unwrap_or(total);
        }
        if above != total {
            return Err(TableError::NotATree((*code).to_owned()));
        }
    }
    let mut tree = Tree::new();
    for code in codes.iter().filter(|code| **code != total) {
        let parent = parent_of.get(code).copied().unwrap_or(total);
        tree.entry(parent.to_owned()).or_default().insert((*code).to_owned());
    }
    Ok(tree)
}

/// The total is the sum of those parts that are there.
fn equation(ids: &BTreeSet<String>, total: String, parts: impl Iterator<Item = String>) -> Result<Option<EquationFile>, TableError> {
    let parts: Vec<String> = parts.filter(|part| ids.contains(part)).collect();
    match (ids.contains(&total), parts.first()) {
        (_, None) => Ok(None),
        (false, Some(part)) => Err(TableError::NoTotal { total, part: part.clone() }),
        (true, Some(_)) => Ok(Some(EquationFile::sum(total, parts))),
    }
}

/// A decimal number in units of 1/10ⁿ, rounded half away from zero: `12.345` with two decimals is 1235.
///
/// # Errors
/// [`TableError::Number`].
pub fn scaled(text: &str, decimals: u32) -> Result<i64, TableError> {
    let wrong = || TableError::Number(text.to_owned());
    let (negative, digits) = text.trim().strip_prefix('-').map_or((false, text.trim()), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let places = usize::try_from(decimals).map_err(|_| wrong())?;
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    let up = i64::from(fraction.as_bytes().get(places).is_some_and(|digit| *digit >= b'5'));
    let size = format!("{whole}{kept}").parse::<i64>().ok().and_then(|size| size.checked_add(up)).ok_or_else(wrong)?;
    Ok(if negative { -size } else { size })
}
