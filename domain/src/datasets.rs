//! The datasets of a release: tidy tables, one figure a row, in stable codes. Files, pages, charts and the interface for programs are
//! views of them.

use std::collections::BTreeMap;

use crate::{
    classification::Destination,
    codes::codes,
    money::Cents,
    period::Period,
    progress::{Target, national_target, straight_path},
    published::Published,
    quarter::Quarter,
    release::{By, Measured, OTHER, Part, ReleaseName, ReleasedFigure, Status},
};

mod changes;
mod compare;

pub use changes::{Change, ChangeKind, Revision, changes, revisions};
pub use compare::{class_bounds, class_of, compared};

codes! {
    /// A dataset.
    DatasetId {
        /// What regions earned, exported and employ, by region of registration and by region of activity.
        Regions = "regions",
        /// Exports by group of countries, and by country within them.
        Destinations = "destinations",
        /// Exports by category of services, services within the country by activity.
        Activities = "activities",
        /// Exports of the year to date against the targets.
        Targets = "targets",
        /// What others published, with source and definition.
        Official = "official",
    }
}

codes! {
    /// A column of a dataset.
    Column {
        /// The release that says so.
        Release = "release",
        /// When: `2023-Q3`, `2023-H1`, `2023-9M`, `2023`.
        Period = "period",
        /// ISO 3166: `UZ` for the country, `UZ-SA`; `_O` for regions that are shown only together.
        Region = "region",
        /// Which region counts: that of registration or that of activity.
        Basis = "basis",
        /// The group of countries, or the country (ISO 3166); `_T` for all, `_O` for groups that are shown only together, `CIS_O` for the
        /// countries of one that are.
        Destination = "destination",
        /// By what: category of services, or activity.
        Classification = "classification",
        /// Which; `_T` for all, `_O` for those that are shown only together.
        Item = "item",
        /// What.
        Measure = "measure",
        /// The unit of the value.
        Unit = "unit",
        /// The value; nothing where none is told.
        Value = "value",
        /// Nothing, or `c` confidential, `p` provisional, `r` revised, `x` not available.
        Status = "status",
        /// What exactly, in the words of who published it.
        Definition = "definition",
        /// Who published it, and where.
        Source = "source",
    }
}

impl Column {
    /// The column in which the members of what figures are told by stand.
    pub const fn of_part(by: By) -> Self {
        match by {
            By::Registered | By::Worked => Self::Region,
            By::Destination | By::Country => Self::Destination,
            By::Category | By::Activity => Self::Item,
        }
    }
}

/// The code of a whole.
pub const TOTAL: &str = "_T";
/// The code of what is shown only together.
pub const OTHERS: &str = "_O";
/// The code of the country.
pub const COUNTRY: &str = "UZ";

impl DatasetId {
    /// The columns that tell its rows apart, besides the release.
    pub const fn dimensions(self) -> &'static [Column] {
        match self {
            Self::Regions => &[Column::Period, Column::Region, Column::Basis, Column::Measure],
            Self::Destinations => &[Column::Period, Column::Region, Column::Destination, Column::Measure],
            Self::Activities => &[Column::Period, Column::Region, Column::Classification, Column::Item, Column::Measure],
            Self::Targets | Self::Official => &[Column::Period, Column::Region, Column::Measure],
        }
    }

    /// What a row says besides its value and status.
    pub const fn notes(self) -> &'static [Column] {
        match self {
            Self::Official => &[Column::Definition, Column::Source],
            Self::Targets => &[Column::Source],
            Self::Regions | Self::Destinations | Self::Activities => &[],
        }
    }

    /// All its columns, in their order.
    pub fn columns(self) -> Vec<Column> {
        let values = [Column::Unit, Column::Value, Column::Status];
        [Column::Release].iter().chain(self.dimensions()).chain(&values).chain(self.notes()).copied().collect()
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The codes of its dimensions, in their order.
    pub at: Vec<String>,
    /// The unit of the value.
    pub unit: String,
    /// In the smallest part of the unit.
    pub value: Option<i64>,
    /// How many decimals of the unit that is.
    pub decimals: u32,
    /// What is to be known of it.
    pub status: Status,
    /// What it says besides, in the order of [`DatasetId::notes`].
    pub notes: Vec<String>,
}

impl Row {
    /// The value as a plain number with the decimals of its unit; nothing if there is none.
    pub fn plain(&self) -> String {
        self.value.map(|value| crate::amount::plain(value, self.decimals)).unwrap_or_default()
    }
}

/// A dataset of a release. Its rows are in the order of their codes' first appearance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// Which.
    pub id: DatasetId,
    /// Of which release.
    pub release: ReleaseName,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Countries with their group.
    within: BTreeMap<String, String>,
}

impl Dataset {
    /// With these rows, which tell countries after their group.
    pub fn new(id: DatasetId, release: ReleaseName, rows: Vec<Row>) -> Self {
        let mut within = BTreeMap::new();
        let mut group = None;
        let place = id.dimensions().iter().position(|of| *of == Column::Destination);
        for code in rows.iter().filter_map(|row| row.at.get(place?)) {
            if code == TOTAL || code == OTHERS {
                group = None;
            } else if code.parse::<Destination>().is_ok() {
                group = Some(code.clone());
            } else if let Some(group) = &group {
                within.insert(code.clone(), group.clone());
            }
        }
        Self { id, release, rows, within }
    }

    /// What a column says of a row.
    pub fn text(&self, row: &Row, column: Column) -> String {
        let place = |columns: &[Column]| columns.iter().position(|of| *of == column);
        match column {
            Column::Release => self.release.to_string(),
            Column::Unit => row.unit.clone(),
            Column::Value => row.plain(),
            Column::Status => row.status.to_string(),
            _ => {
                let dimension = place(self.id.dimensions()).and_then(|place| row.at.get(place));
                dimension.or_else(|| row.notes.get(place(self.id.notes())?)).cloned().unwrap_or_default()
            }
        }
    }

    /// The codes of a dimension that appear, each once, in the order in which they appear first.
    pub fn codes(&self, dimension: usize) -> Vec<&str> {
        let mut codes: Vec<&str> = Vec::new();
        for code in self.rows.iter().filter_map(|row| row.at.get(dimension)) {
            if !codes.contains(&code.as_str()) {
                codes.push(code);
            }
        }
        codes
    }

    /// The group of a country; nothing for what is no part of a group.
    pub fn whole_of(&self, code: &str) -> Option<&str> {
        self.within.get(code).map(String::as_str)
    }

    /// Whether it tells countries within groups.
    pub fn has_parts(&self) -> bool {
        !self.within.is_empty()
    }

    /// The row at some codes.
    pub fn row(&self, at: &[&str]) -> Option<&Row> {
        self.rows.iter().find(|row| row.at == at)
    }

    /// Gives what has no value the decimals of its unit elsewhere.
    pub fn same_decimals(&mut self) {
        let mut decimals: BTreeMap<String, u32> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.value.is_some()) {
            decimals.entry(row.unit.clone()).or_insert(row.decimals);
        }
        for row in self.rows.iter_mut().filter(|row| row.value.is_none()) {
            row.decimals = decimals.get(&row.unit).copied().unwrap_or(0);
        }
    }

    /// The rows of which a dimension has one of the codes; all where none is asked for.
    #[must_use]
    pub fn only(mut self, column: Column, codes: &[String]) -> Self {
        if let Some(place) = self.id.dimensions().iter().position(|of| *of == column).filter(|_| !codes.is_empty()) {
            self.rows.retain(|row| row.at.get(place).is_some_and(|code| codes.contains(code)));
        }
        self
    }
}

/// Every dataset of a release: what holds with it, the targets, and what others published, by series.
pub fn datasets(
    release: ReleaseName,
    figures: &[ReleasedFigure],
    targets: &[Target],
    official: &BTreeMap<String, Vec<Published>>,
) -> Vec<Dataset> {
    let rows = |id: DatasetId| match id {
        DatasetId::Regions => regions(figures),
        DatasetId::Destinations => by_one(figures, &[By::Destination, By::Country], None),
        DatasetId::Activities => {
            let by = |by: By, code: &str| by_one(figures, &[by], Some(code));
            [by(By::Category, "category"), by(By::Activity, "activity")].concat()
        }
        DatasetId::Targets => progress(figures, targets),
        DatasetId::Official => others(official),
    };
    DatasetId::ALL.iter().map(|id| Dataset::new(*id, release, rows(*id))).collect()
}

/// The row of a figure.
fn row(figure: &ReleasedFigure, at: Vec<String>) -> Row {
    let (unit, decimals) = figure.measured.unit();
    Row { at, unit: unit.to_owned(), value: figure.value, decimals, status: figure.status, notes: Vec::new() }
}

/// Where a row stands: by the end of its period, the shorter first, then by what it tells apart.
type Order = (Quarter, Period, usize, usize);

fn sorted(mut rows: Vec<(Order, Row)>) -> Vec<Row> {
    rows.sort_by_key(|(order, _)| *order);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The place of a part among the members of what it is by: the whole first, those that are shown only together last; a country after its
/// group.
fn place(part: Option<&Part>) -> (usize, usize) {
    let among = |by: By, member: &str| by.members().iter().position(|of| *of == member).map_or(usize::MAX, |place| place + 1);
    match part {
        None => (0, 0),
        Some((By::Country, member)) => {
            let (group, country) = member.split_once('/').unwrap_or((member, OTHER));
            (among(By::Destination, group), among(By::Country, country))
        }
        Some((by, member)) => (among(*by, member), 0),
    }
}

/// The code of a part in datasets; of none that of the whole.
pub fn part_code(part: Option<&Part>, whole: &str) -> String {
    match part {
        None => whole.to_owned(),
        Some((By::Country, member)) => match member.split_once('/') {
            Some((group, OTHER)) => format!("{group}{OTHERS}"),
            Some((_, country)) => country.to_owned(),
            None => member.clone(),
        },
        Some((_, member)) if member == OTHER => OTHERS.to_owned(),
        Some((_, member)) => member.clone(),
    }
}

fn regions(figures: &[ReleasedFigure]) -> Vec<Row> {
    let mut rows = Vec::new();
    for figure in figures {
        let part = figure.part.as_ref();
        let bases = match part {
            Some((by @ (By::Registered | By::Worked), _)) => vec![*by],
            Some(_) => continue,
            // the whole of each basis, so that its parts add up
            None if figure.measured == Measured::Domestic => continue,
            None if figure.measured == Measured::Residents => vec![By::Registered],
            None => vec![By::Registered, By::Worked],
        };
        for by in bases {
            let counts = if by == By::Registered { "registered" } else { "activity" };
            let at = vec![figure.period.to_string(), part_code(part, COUNTRY), counts.to_owned(), figure.measured.to_string()];
            rows.push(((figure.period.last_quarter(), figure.period, by as usize, place(part).0), row(figure, at)));
        }
    }
    sorted(rows)
}

/// Figures of the country by one thing and its parts, with their wholes.
fn by_one(figures: &[ReleasedFigure], by: &[By], before: Option<&str>) -> Vec<Row> {
    let of = |figure: &ReleasedFigure| figure.part.as_ref().is_some_and(|part| by.contains(&part.0));
    let told: Vec<Measured> = figures.iter().filter(|figure| of(figure)).map(|figure| figure.measured).collect();
    let mut rows = Vec::new();
    for figure in figures.iter().filter(|figure| told.contains(&figure.measured) && (figure.part.is_none() || of(figure))) {
        let part = figure.part.as_ref();
        let mut at = vec![figure.period.to_string(), COUNTRY.to_owned()];
        at.extend(before.map(str::to_owned));
        at.extend([part_code(part, TOTAL), figure.measured.to_string()]);
        let (first, second) = place(part);
        rows.push(((figure.period.last_quarter(), figure.period, first, second), row(figure, at)));
    }
    sorted(rows)
}

/// Exports of each year to date beside the target of the year, where the straight path to it is, and the target without a year.
fn progress(figures: &[ReleasedFigure], targets: &[Target]) -> Vec<Row> {
    let to_date = |figure: &&ReleasedFigure| {
        figure.measured == Measured::Exports && figure.part.is_none() && figure.period == Period::year_to_date(figure.period.last_quarter())
    };
    let mut figures: Vec<&ReleasedFigure> = figures.iter().filter(to_date).collect();
    figures.sort_by_key(|figure| figure.period.last_quarter());
    let mut rows = Vec::new();
    for figure in figures {
        let at = |measure: &str| vec![figure.period.to_string(), COUNTRY.to_owned(), measure.to_owned()];
        let set = |measure: &str, amount: Cents, source: &str| {
            let told = row(&ReleasedFigure { value: Some(amount.0), status: Status::Shown, ..figure.clone() }, at(measure));
            Row { notes: vec![source.to_owned()], ..told }
        };
        rows.push(Row { notes: vec![String::new()], ..row(figure, at(Measured::Exports.code())) });
        if let Some(target) = national_target(targets, Some(figure.period.year())) {
            rows.push(set("target", target.amount, &target.source));
            rows.push(set("straight_path", straight_path(target.amount, figure.period.last_quarter().last_day()), ""));
        }
        if let Some(target) = national_target(targets, None) {
            rows.push(set("long_term_target", target.amount, &target.source));
        }
    }
    rows
}

fn others(official: &BTreeMap<String, Vec<Published>>) -> Vec<Row> {
    let row = |series: &str, figure: &Published| Row {
        at: vec![figure.period.clone(), figure.area.to_string(), series.to_owned()],
        unit: figure.unit.clone(),
        value: Some(figure.value_milli),
        decimals: 3,
        status: Status::Shown,
        notes: vec![figure.definition.clone(), figure.source.clone()],
    };
    official.iter().flat_map(|(series, figures)| figures.iter().map(move |figure| row(series, figure))).collect()
}

#[cfg(test)]
mod tests;
