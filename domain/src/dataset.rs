//! A dataset: observations with their unit and status, made once. Tables of pages, files, charts and texts are views of it.

use chrono::NaiveDate;

use crate::{
    classification::Destination,
    codes::codes,
    ledger::Span,
    money::{Cents, Tiyin},
    progress::ratio,
    published::{Figure, THOUSAND_DOLLARS},
    quarter::Quarter,
    region::Region,
};

codes! {
    /// What is observed.
    Observed {
        /// Exports.
        Exports = "exports",
        /// Service revenue.
        Services = "services",
        /// Residents with an accepted filing.
        Residents = "residents",
        /// A target of exports.
        Target = "target",
        /// The straight path to a target.
        StraightPath = "straight_path",
    }
}

codes! {
    /// Of how much time an observation is.
    Extent {
        /// A quarter.
        Quarter = "quarter",
        /// A year up to and including a quarter.
        YearToDate = "year_to_date",
        /// A year.
        Year = "year",
    }
}

codes! {
    /// What a dataset says of each observation.
    Column {
        /// When: `2023-Q3`, `2023-Q1/2023-Q3`, `2023`.
        Period = "period",
        /// Of how much time.
        Span = "span",
        /// Which region, ISO 3166-2.
        Region = "region",
        /// Which group of countries.
        Destination = "destination",
        /// What.
        Measure = "measure",
        /// In which unit.
        Unit = "unit",
        /// The value; nothing where none is shown.
        Value = "value",
        /// `c` confidential, `p` provisional, `x` not available, nothing otherwise.
        Status = "status",
        /// What exactly, in the words of who published it.
        Definition = "definition",
        /// Who published it, and where.
        Source = "source",
    }
}

/// The type of what a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// A quarter, several, or a year.
    Time,
    /// One of a fixed list.
    Code,
    /// A plain number, in the unit of its row.
    Number,
    /// Words.
    Text,
}

impl Column {
    /// Its type.
    pub const fn column_type(self) -> ColumnType {
        match self {
            Self::Period => ColumnType::Time,
            Self::Span | Self::Region | Self::Destination | Self::Measure | Self::Status => ColumnType::Code,
            Self::Value => ColumnType::Number,
            Self::Unit | Self::Definition | Self::Source => ColumnType::Text,
        }
    }
}

/// The unit of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// Whole thousands of dollars.
    UsdThousand,
    /// Whole millions of soums.
    UzsMillion,
    /// Residents.
    Residents,
    /// Thousandths of the unit in which somebody else published it.
    Published(String),
}

impl Unit {
    /// The name in files.
    pub fn name(&self) -> &str {
        match self {
            Self::UsdThousand => "USD thousand",
            Self::UzsMillion => "UZS million",
            Self::Residents => "residents",
            Self::Published(name) => name,
        }
    }

    /// A value as a plain number.
    fn plain(&self, value: i64) -> String {
        match self {
            Self::Published(_) => crate::amount::plain(value, 3),
            Self::UsdThousand | Self::UzsMillion | Self::Residents => value.to_string(),
        }
    }
}

/// Of what part of the whole an observation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The whole.
    All,
    /// A region.
    Region(Region),
    /// Every region that has no observation of its own.
    OtherRegions,
    /// A group of countries.
    Destination(Destination),
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// When, as it is written.
    pub period: String,
    /// Of how much time.
    pub extent: Extent,
    /// Of what part.
    pub part: Part,
    /// What.
    pub observed: Observed,
    /// In which unit.
    pub unit: Unit,
    /// The value, if it is shown.
    pub value: Figure,
    /// Whether it may still change much.
    pub provisional: bool,
    /// What exactly and by whom, of what others published.
    pub published: Option<(String, String)>,
}

impl Observation {
    /// Exports in thousands of dollars.
    pub fn exports(period: String, extent: Extent, value: Figure, provisional: bool) -> Self {
        let (part, observed, unit, published) = (Part::All, Observed::Exports, Unit::UsdThousand, None);
        Self { period, extent, part, observed, unit, value, provisional, published }
    }

    /// An amount of dollars that is no figure of filings: a target, or the way to it.
    pub fn set(period: String, extent: Extent, observed: Observed, amount: Cents) -> Self {
        let value = ratio(amount.0, THOUSAND_DOLLARS, 1).map_or(Figure::NotAvailable, Figure::Shown);
        Self { observed, ..Self::exports(period, extent, value, false) }
    }

    /// Its value in dollars, if it is shown and in dollars.
    pub fn cents(&self) -> Option<Cents> {
        let value = self.value.shown()?;
        (self.unit == Unit::UsdThousand).then(|| value.checked_mul(THOUSAND_DOLLARS)).flatten().map(Cents)
    }

    /// Its value in soums, if it is shown and in soums.
    pub fn tiyin(&self) -> Option<Tiyin> {
        let value = self.value.shown()?;
        (self.unit == Unit::UzsMillion).then(|| value.checked_mul(crate::published::MILLION_SOUMS)).flatten().map(Tiyin)
    }

    /// The code of its status.
    pub fn status(&self) -> &'static str {
        if self.provisional && self.value.shown().is_some() { "p" } else { self.value.status() }
    }

    /// What a column says of it, in stable codes.
    pub fn text(&self, column: Column) -> String {
        let (definition, source) = self.published.clone().unwrap_or_default();
        match column {
            Column::Period => self.period.clone(),
            Column::Span => self.extent.to_string(),
            Column::Region => match self.part {
                Part::Region(region) => region.to_string(),
                Part::OtherRegions => "other".to_owned(),
                Part::All | Part::Destination(_) => String::new(),
            },
            Column::Destination => match self.part {
                Part::Destination(group) => group.to_string(),
                Part::All | Part::Region(_) | Part::OtherRegions => String::new(),
            },
            Column::Measure => self.observed.to_string(),
            Column::Unit => self.unit.name().to_owned(),
            Column::Value => self.value.shown().map(|value| self.unit.plain(value)).unwrap_or_default(),
            Column::Status => self.status().to_owned(),
            Column::Definition => definition,
            Column::Source => source,
        }
    }
}

/// Observations, with the columns that tell them apart and what a reader must know of them. Texts are in one language, codes
/// in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// What it shows.
    pub title: String,
    /// What must be known to read it.
    pub notes: Vec<String>,
    /// Who says so.
    pub source: String,
    /// The day on which it says so.
    pub as_of: NaiveDate,
    /// Whether it is a demonstration's.
    pub invented: bool,
    /// The columns, in their order.
    pub columns: Vec<Column>,
    /// The observations, in their order.
    pub observations: Vec<Observation>,
}

impl Dataset {
    /// The observations of a measure.
    pub fn of(&self, observed: Observed) -> impl Iterator<Item = &Observation> {
        self.observations.iter().filter(move |observation| observation.observed == observed)
    }

    /// The observation of a measure, of the whole, by its period and extent.
    pub fn over(&self, observed: Observed, extent: Extent, period: &str) -> Option<&Observation> {
        self.of(observed).find(|observation| (observation.part, observation.extent, &*observation.period) == (Part::All, extent, period))
    }

    /// The observation of a measure and a part.
    pub fn at(&self, observed: Observed, part: Part) -> Option<&Observation> {
        self.of(observed).find(|observation| observation.part == part)
    }

    /// The names of the columns.
    pub fn head(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.code()).collect()
    }

    /// The observations as rows of texts.
    pub fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.observations.iter().map(|observation| self.columns.iter().map(|column| observation.text(*column)).collect())
    }
}

/// A period of a span as datasets write it: `2023-Q3`, or `2023-Q1/2023-Q3` for a year to date of several quarters.
pub fn written(quarter: Quarter, span: Span) -> String {
    let first = span.quarters(quarter).next().unwrap_or(quarter);
    if first == quarter { quarter.to_string() } else { format!("{first}/{quarter}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_value_is_in_no_column() {
        let hidden = Observation {
            part: Part::Region(Region::Navoi),
            ..Observation::exports("2023".into(), Extent::Year, Figure::Confidential, true)
        };
        let texts: Vec<String> = Column::ALL.iter().map(|column| hidden.text(*column)).collect();
        assert_eq!(texts, ["2023", "year", "UZ-NW", "", "exports", "USD thousand", "", "c", "", ""]);
        assert_eq!((hidden.cents(), hidden.tiyin()), (None, None));
    }

    #[test]
    fn numbers_stand_in_one_column() {
        let numbers = Column::ALL.iter().filter(|column| column.column_type() == ColumnType::Number);
        assert_eq!(numbers.collect::<Vec<_>>(), [&Column::Value]);
        assert_eq!(Column::Period.column_type(), ColumnType::Time);
        assert_eq!(Column::Source.column_type(), ColumnType::Text);
    }

    #[test]
    fn values_are_plain_numbers_in_their_unit() {
        let shown = |unit, value| Observation { unit, ..Observation::exports("2022".into(), Extent::Year, Figure::Shown(value), false) };
        assert_eq!(shown(Unit::UsdThousand, 140_000).text(Column::Value), "140000");
        assert_eq!(shown(Unit::Published("USD million".into()), 140_500).text(Column::Value), "140.500");
        assert_eq!(shown(Unit::UsdThousand, 5).cents(), Some(Cents(500_000)));
        assert_eq!(shown(Unit::UzsMillion, 5).tiyin(), Some(Tiyin(500_000_000)));
        let target = Observation::set("2023".into(), Extent::Year, Observed::Target, Cents(30_000_000_000));
        assert_eq!((target.text(Column::Measure), target.text(Column::Value)), ("target".into(), "300000".into()));
    }

    #[test]
    fn periods_are_written_by_their_span() {
        let quarter = "2023-Q3".parse().unwrap();
        assert_eq!(written(quarter, Span::Quarter), "2023-Q3");
        assert_eq!(written(quarter, Span::YearToDate), "2023-Q1/2023-Q3");
        assert_eq!(written("2023-Q1".parse().unwrap(), Span::YearToDate), "2023-Q1");
    }
}
