//! Invented tables in the shape of the park's: regions by quarter, with years and years to date; and plain grids.

use std::collections::BTreeMap;

use disclosure::file::{CellFile, Contribution, EquationFile, Parameters, ProblemFile};

/// Numbers that look random and are always the same (xorshift).
pub struct Dice(pub u64);

impl Dice {
    /// Below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end.max(1)
    }

    /// Mostly small, sometimes very large, as exports are.
    pub fn amount(&mut self) -> i64 {
        let digits = u32::try_from(self.below(4)).unwrap_or(0);
        i64::try_from(1 + self.below(9)).unwrap_or(1) * 10_i64.pow(digits + 1) + i64::try_from(self.below(10_000)).unwrap_or(0)
    }
}

/// Sums along each dimension: which cells are the total of which, by coordinates of which the last of each is the total.
fn add_sums(problem: &mut ProblemFile, sizes: &[usize], id: impl Fn(&[usize]) -> String) {
    for (dimension, size) in sizes.iter().enumerate() {
        for place in places(sizes).filter(|place| place[dimension] == *size) {
            let part = |n: usize| {
                let mut part = place.clone();
                part[dimension] = n;
                id(&part)
            };
            problem.equations.push(EquationFile::sum(id(&place), (0..*size).map(part)));
        }
    }
}

/// All coordinates, the totals included.
fn places(sizes: &[usize]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let sizes: Vec<usize> = sizes.iter().map(|size| size + 1).collect();
    let count: usize = sizes.iter().product();
    (0..count).map(move |mut n| {
        let coordinate = |size: &usize| {
            let own = n % size;
            n /= size;
            own
        };
        sizes.iter().map(coordinate).collect()
    })
}

/// A small table of any number of dimensions with all its totals. Groups may contribute to several cells; every second
/// table names them.
pub fn cube(sizes: &[usize], seed: u64) -> ProblemFile {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let inner = |dice: &mut Dice| {
        let contributors = dice.below(6);
        (0..contributors).map(|_| (format!("g{}", dice.below(12)), i64::try_from(1 + dice.below(40)).unwrap_or(1))).collect::<Groups>()
    };
    let mut groups: BTreeMap<Vec<usize>, Groups> = BTreeMap::new();
    for place in places(sizes).filter(|place| place.iter().zip(sizes).all(|(n, size)| n < size)) {
        groups.insert(place, inner(&mut dice));
    }
    for dimension in 0..sizes.len() {
        for place in places(sizes).filter(|place| place[dimension] == sizes[dimension]) {
            let part = |n: usize| {
                let mut part = place.clone();
                part[dimension] = n;
                part
            };
            let parts: Vec<&Groups> = (0..sizes[dimension]).filter_map(|n| groups.get(&part(n))).collect();
            if parts.len() == sizes[dimension] {
                let total = sum(parts.into_iter());
                groups.insert(place, total);
            }
        }
    }
    let id = |place: &[usize]| place.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
    let named = dice.below(2) == 0;
    let cells = groups.iter().map(|(place, groups)| cell(id(place), groups, named)).collect();
    let mut problem = ProblemFile { parameters: rules(), cells, equations: Vec::new() };
    add_sums(&mut problem, sizes, id);
    problem
}

/// A cell with what is known of its contributors: their names, or only their number and the two largest.
fn cell(id: String, groups: &Groups, named: bool) -> CellFile {
    let mut amounts: Vec<i64> = groups.values().copied().collect();
    amounts.sort_unstable_by(|a, b| b.cmp(a));
    let contributions = groups.iter().map(|(group, amount)| Contribution { group: group.clone(), amount: *amount }).collect();
    CellFile {
        id,
        value: amounts.iter().sum(),
        contributors: u32::try_from(amounts.len()).ok(),
        largest: amounts.first().copied(),
        second: amounts.get(1).copied(),
        contributions: named.then_some(contributions),
        ..CellFile::default()
    }
}

/// Areas with places by columns: a hierarchy of rows.
pub fn nested(areas: usize, columns: usize, seed: u64) -> ProblemFile {
    let table = cube(&[areas * 2, columns], seed);
    let mut problem = ProblemFile { parameters: rules(), cells: table.cells, equations: Vec::new() };
    let id = |row: usize, column: usize| format!("{row}|{column}");
    let find = |problem: &ProblemFile, id: &str| problem.cells.iter().find(|cell| cell.id == *id).cloned().unwrap_or_default();
    for column in 0..=columns {
        for area in 0..areas {
            let parts = [id(2 * area, column), id(2 * area + 1, column)];
            let mut groups = Groups::new();
            let (one, other) = (find(&problem, &parts[0]), find(&problem, &parts[1]));
            for contribution in one.contributions.iter().chain(&other.contributions).flatten() {
                *groups.entry(contribution.group.clone()).or_default() += contribution.amount;
            }
            let name = format!("area {area}|{column}");
            let named = one.contributions.is_some();
            let sum = CellFile { id: name.clone(), value: one.value + other.value, contributors: None, ..CellFile::default() };
            problem.cells.push(if named { cell(name.clone(), &groups, true) } else { sum });
            problem.equations.push(EquationFile::sum(name, parts));
        }
        problem.equations.push(EquationFile::sum(id(2 * areas, column), (0..areas).map(|area| format!("area {area}|{column}"))));
    }
    let rows = (0..=2 * areas).map(|row| row.to_string()).chain((0..areas).map(|area| format!("area {area}")));
    for row in rows {
        problem.equations.push(EquationFile::sum(format!("{row}|{columns}"), (0..columns).map(|column| format!("{row}|{column}"))));
    }
    problem
}

/// What is invented.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Years of four quarters.
    pub years: u64,
    /// Tables of money: exports, services.
    pub measures: usize,
    /// Whether each has a table of the numbers of contributors beside it.
    pub counts: bool,
}

/// Residents of each region; the first is the capital.
const RESIDENTS: [u64; 14] = [130, 5, 9, 4, 6, 12, 3, 8, 7, 2, 16, 4, 10, 6];
const PERIODS: [&str; 7] = ["Q1", "Q2", "Q3", "Q4", "H1", "9M", "Y"];

pub fn rules() -> Parameters {
    Parameters { min_contributors: Some(3), p_percent: Some(10), ..Parameters::default() }
}

/// Contributions by group of one region and period.
type Groups = BTreeMap<String, i64>;

/// 14 regions and the country by quarter, half-year, nine months and year.
pub fn regions(shape: Shape, seed: u64) -> ProblemFile {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut problem = ProblemFile { parameters: rules(), ..ProblemFile::default() };
    for measure in 0..shape.measures {
        for year in 0..shape.years {
            let mut areas: Vec<Vec<Groups>> =
                RESIDENTS.iter().enumerate().map(|(region, count)| region_year(&mut dice, region, *count)).collect();
            let country = (0..PERIODS.len()).map(|period| sum(areas.iter().map(|region| &region[period]))).collect();
            areas.push(country);
            add_year(&mut problem, &format!("M{measure}"), year, &areas);
            if shape.counts {
                add_counts(&mut problem, &format!("N{measure}"), year, &areas);
            }
        }
    }
    problem
}

fn region_year(dice: &mut Dice, region: usize, residents: u64) -> Vec<Groups> {
    let mut quarters = vec![Groups::new(); 4];
    for resident in 0..residents {
        // every ninth belongs to a group with another
        let group = format!("g{region}-{}", if resident % 9 == 8 { resident - 1 } else { resident });
        let size = dice.amount();
        for quarter in &mut quarters {
            if dice.below(10) < 6 {
                *quarter.entry(group.clone()).or_default() += 1 + size * i64::try_from(50 + dice.below(100)).unwrap_or(100) / 100;
            }
        }
    }
    let half = sum(quarters[..2].iter());
    let nine = sum(quarters[..3].iter());
    let year = sum(quarters.iter());
    quarters.extend([half, nine, year]);
    quarters
}

fn sum<'a>(parts: impl Iterator<Item = &'a Groups>) -> Groups {
    let mut sum = Groups::new();
    for (group, amount) in parts.flatten() {
        *sum.entry(group.clone()).or_default() += amount;
    }
    sum
}

fn id(measure: &str, area: usize, year: u64, period: usize) -> String {
    format!("{measure}|{area:02}|{}-{}", 2010 + year, PERIODS[period])
}

fn add_year(problem: &mut ProblemFile, measure: &str, year: u64, areas: &[Vec<Groups>]) {
    for (area, periods) in areas.iter().enumerate() {
        for (period, groups) in periods.iter().enumerate() {
            problem.cells.push(cell(id(measure, area, year, period), groups, true));
        }
        let at = |period: usize| id(measure, area, year, period);
        problem.equations.push(EquationFile::sum(at(4), [at(0), at(1)]));
        problem.equations.push(EquationFile::sum(at(5), [at(4), at(2)]));
        problem.equations.push(EquationFile::sum(at(6), [at(5), at(3)]));
    }
    add_country(problem, measure, year, areas.len() - 1);
}

fn add_counts(problem: &mut ProblemFile, measure: &str, year: u64, areas: &[Vec<Groups>]) {
    for (area, periods) in areas.iter().enumerate() {
        for (period, groups) in periods.iter().enumerate() {
            let count = u32::try_from(groups.len()).unwrap_or(u32::MAX);
            problem.cells.push(CellFile {
                id: id(measure, area, year, period),
                value: i64::from(count),
                contributors: Some(count),
                count: true,
                ..CellFile::default()
            });
        }
    }
    add_country(problem, measure, year, areas.len() - 1);
}

fn add_country(problem: &mut ProblemFile, measure: &str, year: u64, country: usize) {
    for period in 0..PERIODS.len() {
        let regions = (0..country).map(|region| id(measure, region, year, period));
        problem.equations.push(EquationFile::sum(id(measure, country, year, period), regions));
    }
}

/// A table of rows and columns with totals: all its cells hang together.
pub fn grid(rows: usize, columns: usize, seed: u64) -> ProblemFile {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut problem = ProblemFile { parameters: rules(), ..ProblemFile::default() };
    let mut inner: Vec<Vec<Groups>> = Vec::new();
    for row in 0..rows {
        let cell = |dice: &mut Dice, column: usize| {
            let count = if dice.below(6) == 0 { dice.below(3) } else { 3 + dice.below(8) };
            (0..count).map(|n| (format!("g{row}-{column}-{n}"), dice.amount())).collect()
        };
        let mut line: Vec<Groups> = (0..columns).map(|column| cell(&mut dice, column)).collect();
        line.push(sum(line.iter()));
        inner.push(line);
    }
    inner.push((0..=columns).map(|column| sum(inner.iter().map(|line| &line[column]))).collect());
    let id = |row: usize, column: usize| format!("{row:03}|{column:03}");
    for (row, line) in inner.iter().enumerate() {
        problem.cells.extend(line.iter().enumerate().map(|(column, groups)| cell(id(row, column), groups, false)));
        problem.equations.push(EquationFile::sum(id(row, columns), (0..columns).map(|column| id(row, column))));
    }
    for column in 0..=columns {
        problem.equations.push(EquationFile::sum(id(rows, column), (0..rows).map(|row| id(row, column))));
    }
    problem
}
