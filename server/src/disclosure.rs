//! Disclosure control on the command line: files in, files out. Exit code 0 is safe, 1 unsafe or refused, 2 bad input.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use disclosure::{
    attack::{UnknownCell, Verdict, attack},
    certify::{Certificate, certify, mark_earlier},
    file::{Dominance, Parameters, ProblemFile},
    pattern::Pattern,
    plan::{Drift, Plan, PlanError, propose},
    problem::{Problem, ProblemError},
    protect::{Effort, Refused, protect, release},
    table::{Layout, Record, TableError, problem_of, scaled},
};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Disclosure {
    /// Choose what to hide so that no company is given away.
    Protect {
        /// The problem and where to write the pattern.
        #[command(flatten)]
        files: Files,
        /// How long it may take, in seconds of one core, at most twice that; counted in steps, so the answer is the same everywhere.
        /// What is not found and checked by then is refused, and named.
        #[arg(long, default_value_t = 30)]
        seconds: u64,
    },
    /// Measure what can be inferred of the hidden cells. The answer is confidential.
    Attack {
        /// The problem and where to write the answer.
        #[command(flatten)]
        files: Files,
        /// The pattern to attack.
        #[arg(long)]
        pattern: PathBuf,
    },
    /// Decide whether a pattern may be published, and write a certificate that tells no hidden value.
    Certify {
        /// The problem and where to write the certificate.
        #[command(flatten)]
        files: Files,
        /// The pattern to be published.
        #[arg(long)]
        pattern: PathBuf,
    },
    /// Propose a publication plan for a year from the quarters before it: what is shown each quarter, what only together, what
    /// only once a year. A statistician decides.
    Plan {
        /// The problem with the quarters before the year. Plans of earlier years are not needed.
        #[arg(long)]
        problem: PathBuf,
        /// The year that is planned, as cells name it.
        #[arg(long)]
        year: String,
        /// Contributors that a member may lose before it would have to be hidden.
        #[arg(long, default_value_t = Drift::default().contributors)]
        drift_contributors: u32,
        /// Percent that the largest contributor may gain on the others.
        #[arg(long, default_value_t = Drift::default().percent)]
        drift_percent: u32,
        /// Where to write the plan.
        #[arg(long)]
        out: PathBuf,
    },
    /// Make a problem from a table with totals and hierarchies.
    Table(Box<Table>),
}

/// What is written instead of a pattern.
#[derive(Serialize)]
struct Refusal<'a> {
    refused: &'a Refused,
}

/// The files of a command.
#[derive(Debug, Args)]
pub struct Files {
    /// The problem.
    #[arg(long)]
    problem: PathBuf,
    /// Where to write the answer.
    #[arg(long)]
    out: PathBuf,
    /// Certificate of an earlier release: what it published can no longer be hidden, what it hid stays hidden. May be given
    /// several times.
    #[arg(long)]
    earlier: Vec<PathBuf>,
    /// Publication plan of a year. May be given several times. With a plan there always is a release: what cannot go out waits.
    #[arg(long)]
    plan: Vec<PathBuf>,
}

/// How a table is read. Names are those of its columns.
#[derive(Debug, Args)]
pub struct Table {
    /// The table, as CSV with a line for each cell.
    file: PathBuf,
    /// Column with the code of the cell's row.
    #[arg(long)]
    row: String,
    /// Column with the code of the cell's column.
    #[arg(long)]
    column: String,
    /// CSV with two columns, parent and child, of the codes of rows or of columns. May be given several times.
    #[arg(long)]
    hierarchy: Vec<PathBuf>,
    /// Column with the value.
    #[arg(long)]
    value: String,
    /// Column with the number of contributors.
    #[arg(long)]
    contributors: Option<String>,
    /// Column with the largest contribution.
    #[arg(long)]
    largest: Option<String>,
    /// Column with the second-largest contribution.
    #[arg(long)]
    second: Option<String>,
    /// Code of the total of rows and of columns.
    #[arg(long, default_value = "Total")]
    total: String,
    /// Decimals that count: with 4 the problem is in units of 1/10,000. Further ones are rounded.
    #[arg(long, default_value_t = 0)]
    decimals: u32,
    /// Fewest contributors of a cell that is published; 0 for no such rule.
    #[arg(long, default_value_t = 3)]
    min_contributors: u32,
    /// The p of the p% rule; 0 for no such rule.
    #[arg(long, default_value_t = 10)]
    p_percent: u32,
    /// The n and k of the dominance rule: 1,85 hides a cell of which the largest contributor has more than 85%.
    #[arg(long, value_name = "N,K", value_parser = dominance)]
    dominance: Option<Dominance>,
    /// Distance to keep from a sensitive value in percent of it, instead of that of the rules.
    #[arg(long)]
    protection_percent: Option<u32>,
    /// Where to write the problem.
    #[arg(long)]
    out: PathBuf,
}

/// Bad input.
#[derive(Debug, Error)]
pub enum DisclosureError {
    /// A file that cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// A file that is not what it should be.
    #[error("{0}: {1}")]
    Json(PathBuf, serde_json::Error),
    /// A problem that does not hold.
    #[error("{0}: {1}")]
    Problem(PathBuf, ProblemError),
    /// A pattern of another problem.
    #[error("{0}: {1}")]
    Pattern(PathBuf, UnknownCell),
    /// A plan that cannot be followed.
    #[error("{0}: {1}")]
    Plan(PathBuf, Box<PlanError>),
    /// A table that is none.
    #[error("{0}: {1}")]
    Csv(PathBuf, csv::Error),
    /// A table without a column.
    #[error("{0}: there is no column {1:?}")]
    Column(PathBuf, String),
    /// A cell that cannot be read.
    #[error("{file}, line {line}: {error}")]
    Cell {
        /// The table.
        file: PathBuf,
        /// Line, counted from 1.
        line: u64,
        /// What is wrong.
        error: TableError,
    },
    /// A table that does not hold together.
    #[error("{0}: {1}")]
    Table(PathBuf, TableError),
}

type Result<T> = std::result::Result<T, DisclosureError>;

/// Runs a command.
///
/// # Errors
/// [`DisclosureError`].
pub fn run(command: Disclosure) -> Result<ExitCode> {
    match command {
        Disclosure::Protect { files, seconds } if files.plan.is_empty() => protect_alone(&files, Effort::of_seconds(seconds)),
        Disclosure::Protect { files, seconds } => protect_planned(&files, Effort::of_seconds(seconds)),
        Disclosure::Attack { files, pattern } => attack_pattern(&files, pattern),
        Disclosure::Certify { files, pattern } => certify_pattern(&files, pattern),
        Disclosure::Plan { problem, year, drift_contributors, drift_percent, out } => {
            make_plan(&problem, &year, Drift { contributors: drift_contributors, percent: drift_percent }, &out)
        }
        Disclosure::Table(table) => table.make(),
    }
}

fn protect_alone(files: &Files, effort: Effort) -> Result<ExitCode> {
    let (problem, _) = files.read()?;
    match protect(&problem, effort) {
        Ok(pattern) => {
            write(&files.out, &pattern)?;
            let (weight, bound) = (pattern.weight_hidden, pattern.lower_bound_weight);
            println!("{} cells hidden; weight {weight}, no safe pattern below {bound}{}", pattern.cells.len(), gap(weight, bound));
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => {
            write(&files.out, &Refusal { refused: &refused })?;
            eprintln!("itpark: {}", why(&refused));
            Ok(ExitCode::from(1))
        }
    }
}

fn protect_planned(files: &Files, effort: Effort) -> Result<ExitCode> {
    let (problem, _) = files.read()?;
    let pattern = release(&problem, effort);
    write(&files.out, &pattern)?;
    println!("{} cells hidden, of which {} wait that the plan would show", pattern.cells.len(), pattern.waiting.len());
    if pattern.unfinished {
        eprintln!(
            "itpark: the time was not enough to check {} sensitive cells; certify does, or give more seconds",
            pattern.left_over.len()
        );
    } else {
        for cell in &pattern.left_over {
            eprintln!("itpark: {cell} is too open because of what was published earlier");
        }
    }
    Ok(ExitCode::from(u8::from(!pattern.left_over.is_empty())))
}

fn attack_pattern(files: &Files, pattern: PathBuf) -> Result<ExitCode> {
    let (problem, _) = files.read()?;
    let attacked = attack(&problem, &read(&pattern)?).map_err(|error| DisclosureError::Pattern(pattern, error))?;
    write(&files.out, &attacked)?;
    let open = attacked.cells.iter().filter(|cell| !cell.protected).count();
    println!("{} hidden or sensitive cells, {open} not protected", attacked.cells.len());
    Ok(if attacked.verdict == Verdict::Safe { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn certify_pattern(files: &Files, pattern: PathBuf) -> Result<ExitCode> {
    let (problem, earlier) = files.read()?;
    match certify(&problem, &read::<Pattern>(&pattern)?, &earlier).map_err(|error| DisclosureError::Pattern(pattern, error))? {
        Ok(certificate) => {
            write(&files.out, &certificate)?;
            println!("safe: {} cells published, {} hidden", certificate.published.len(), certificate.cells.len());
            Ok(ExitCode::SUCCESS)
        }
        Err(rejected) => {
            write(&files.out, &rejected)?;
            for violation in &rejected.violations {
                eprintln!("itpark: {} {}", violation.cell, violation.why.words());
            }
            Ok(ExitCode::from(1))
        }
    }
}

fn make_plan(history: &Path, year: &str, drift: Drift, out: &Path) -> Result<ExitCode> {
    let file: ProblemFile = read(history)?;
    Problem::try_from(file.clone()).map_err(|error| DisclosureError::Problem(history.to_owned(), error))?;
    let plan = propose(&file, year, drift, &[]);
    write(out, &plan)?;
    for table in &plan.tables {
        let (each, together, by_year) = (table.quarterly.len(), table.grouped.len(), table.yearly.len());
        println!("{}: {each} each quarter, {together} only together, {by_year} of these by themselves once a year", table.table);
    }
    Ok(ExitCode::SUCCESS)
}

/// A refusal in words.
fn why(refused: &Refused) -> String {
    if refused.unfinished {
        return format!("the time was not enough to protect and check {} sensitive cells; give more seconds", refused.open.len());
    }
    let (cell, others) = (&refused.cell, refused.open.len().saturating_sub(1));
    let reason = match refused.conflict.as_slice() {
        [] => "not even by hiding everything that may be hidden".to_owned(),
        [only] if only == cell => "it was published before or must be published".to_owned(),
        conflict => format!("{} stay published", conflict.join(", ")),
    };
    let others = if others > 0 { format!("; {others} other cells stay open as well") } else { String::new() };
    format!("{cell} cannot be protected: {reason}{others}")
}

/// Reads `1,85`.
fn dominance(text: &str) -> std::result::Result<Dominance, String> {
    let numbers = text.split_once(',').and_then(|(n, k)| Some(Dominance { n: n.parse().ok()?, k_percent: k.parse().ok()? }));
    numbers.ok_or_else(|| "two whole numbers with a comma between them, as 1,85".to_owned())
}

/// How far a weight is above its bound, in percent.
fn gap(weight: i128, bound: i128) -> String {
    match (weight - bound).checked_mul(10_000).map(|difference| difference / weight.max(1)) {
        Some(0) if weight == bound => " (the least possible)".to_owned(),
        Some(gap) => format!(" (gap {}.{:02}%)", gap / 100, gap % 100),
        None => String::new(),
    }
}

impl Files {
    fn read(&self) -> Result<(Problem, Vec<Certificate>)> {
        let earlier: Vec<Certificate> = self.earlier.iter().map(|file| read(file)).collect::<Result<_>>()?;
        let mut file: ProblemFile = read(&self.problem)?;
        for plan in &self.plan {
            read::<Plan>(plan)?.apply(&mut file).map_err(|error| DisclosureError::Plan(plan.clone(), error.into()))?;
        }
        mark_earlier(&mut file, &earlier);
        let problem = Problem::try_from(file).map_err(|error| DisclosureError::Problem(self.problem.clone(), error))?;
        Ok((problem, earlier))
    }
}

fn read<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text = fs::read_to_string(file).map_err(|error| DisclosureError::File(file.to_owned(), error))?;
    serde_json::from_str(&text).map_err(|error| DisclosureError::Json(file.to_owned(), error))
}

fn write(file: &Path, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(|error| DisclosureError::Json(file.to_owned(), error))?;
    fs::write(file, text + "\n").map_err(|error| DisclosureError::File(file.to_owned(), error))
}

impl Table {
    fn make(&self) -> Result<ExitCode> {
        let problem = problem_of(&self.records()?, &self.layout()?).map_err(|error| DisclosureError::Table(self.file.clone(), error))?;
        // a table whose totals do not add up is found here, not by the next command
        Problem::try_from(problem.clone()).map_err(|error| DisclosureError::Problem(self.file.clone(), error))?;
        write(&self.out, &problem)?;
        println!(
            "{} cells, {} equations, in units of 1/{}",
            problem.cells.len(),
            problem.equations.len(),
            10_u128.pow(self.decimals.min(30))
        );
        Ok(ExitCode::SUCCESS)
    }

    fn layout(&self) -> Result<Layout> {
        let rule = |number: u32| (number > 0).then_some(number);
        let hierarchies = self.hierarchy.iter().map(|file| {
            let csv = |error| DisclosureError::Csv(file.clone(), error);
            let pairs = csv::Reader::from_path(file).map_err(csv)?.into_records().map(|record| {
                let record = record.map_err(csv)?;
                Ok((record.get(0).unwrap_or_default().to_owned(), record.get(1).unwrap_or_default().to_owned()))
            });
            pairs.collect()
        });
        Ok(Layout {
            total: self.total.clone(),
            hierarchies: hierarchies.collect::<Result<_>>()?,
            parameters: Parameters {
                min_contributors: rule(self.min_contributors),
                p_percent: rule(self.p_percent),
                dominance: self.dominance,
                zero_counts: false,
            },
            protection_percent: self.protection_percent,
        })
    }

    fn records(&self) -> Result<Vec<Record>> {
        let csv = |error| DisclosureError::Csv(self.file.clone(), error);
        let mut reader = csv::Reader::from_path(&self.file).map_err(csv)?;
        let headers = reader.headers().map_err(csv)?.clone();
        let place = |name: &String| {
            headers.iter().position(|header| header == name).ok_or_else(|| DisclosureError::Column(self.file.clone(), name.clone()))
        };
        let optional = |name: &Option<String>| name.as_ref().map(place).transpose();
        let (row, column, value) = (place(&self.row)?, place(&self.column)?, place(&self.value)?);
        let (contributors, largest, second) = (optional(&self.contributors)?, optional(&self.largest)?, optional(&self.second)?);
        let mut records = Vec::new();
        for record in reader.records() {
            let record = record.map_err(csv)?;
            let line = record.position().map_or(0, csv::Position::line);
            let field = |place: usize| record.get(place).unwrap_or_default();
            let wrong = |error| DisclosureError::Cell { file: self.file.clone(), line, error };
            let number = |place: usize| scaled(field(place), self.decimals).map_err(wrong);
            let given = |place: &Option<usize>| place.filter(|place| !field(*place).is_empty());
            let count = |place: usize| field(place).parse().map_err(|_| wrong(TableError::Number(field(place).to_owned())));
            records.push(Record {
                row: field(row).to_owned(),
                column: field(column).to_owned(),
                value: number(value)?,
                contributors: given(&contributors).map(count).transpose()?,
                largest: given(&largest).map(number).transpose()?,
                second: given(&second).map(number).transpose()?,
            });
        }
        Ok(records)
    }
}
