//! Edits: the rules by which a filing is checked, in one catalogue. A hard edit must be mended before the filing can be sent;
//! a soft one is asked about, and confirmed where the figures are right all the same. Nothing is ever mended silently.
//!
//! What an edit finds is a [`Finding`]: the rule, the place, and the values that were compared. An answer is about those
//! values: it holds until they change. The catalogue is written out in `docs/edits.md`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    amount::AmountError,
    codes::{UnknownCode, codes},
    day::DayError,
    form::{Field, FieldPath, Kind, Need, Section},
    measure::Measure,
    money::{Currency, Tiyin},
    quarter::Quarter,
};

mod bounds;
mod history;

pub use bounds::{Bounds, Slip, SlipWidths};
pub use history::soft;

codes! {
    /// A rule of the catalogue.
    Edit {
        /// A field that must be filled in is empty.
        Missing = "missing",
        /// A value that is not in the list.
        NotInList = "not_in_list",
        /// A text that is no amount or no number of people.
        Amount = "amount",
        /// A text that is no day.
        Day = "day",
        /// A day outside the quarter.
        OutsideQuarter = "outside_quarter",
        /// An export to Uzbekistan.
        HomeCountry = "home_country",
        /// A second line of people in a region.
        RegionTwice = "region_twice",
        /// A part of the employees larger than the whole.
        MoreThanEmployees = "more_than_employees",
        /// A character that cannot be stored.
        ControlCharacter = "control_character",
        /// A text with too many characters.
        TooLong = "too_long",
        /// A section with too many lines.
        TooManyLines = "too_many_lines",
        /// No rate of the Central Bank is known.
        NoRate = "no_rate",
        /// Books and lines differ by more than the tolerance.
        BooksDiffer = "books_differ",
        /// A value far from the resident's own history.
        Jump = "jump",
        /// A line without a counterpart, alone far beyond all that a filing held of the measure.
        BeyondAll = "beyond_all",
        /// A very large value of a resident without history.
        LargeFirst = "large_first",
        /// Asked by an earlier version of the program: books less lines, at any difference.
        ControlTotalDiffers = "control_total_differs",
        /// Asked by an earlier version of the program: service revenue in another unit than the quarter before.
        UnitSlip = "unit_slip",
    }
}

codes! {
    /// What follows from a finding.
    Severity {
        /// It must be mended.
        Hard = "hard",
        /// It is asked about.
        Soft = "soft",
    }
}

/// Where an edit looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Concerns {
    /// Every field.
    Fields,
    /// Fields that may not be empty.
    Needed,
    /// Fields of these kinds, and the books if soums are among them.
    Kinds(&'static [Kind]),
    /// One field of a section.
    Of(Section, Field),
    /// The counts that are parts of the employees.
    Parts,
    /// The sections.
    Sections,
    /// The books.
    Books,
    /// The value of a measure in a line, or its total.
    Measures,
    /// The total of a measure.
    Lines,
}

/// An edit's entry in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    severity: Severity,
    concerns: Concerns,
    /// The days of the quarters to which it applies.
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    source: &'static str,
}

/// The first filings are those of the first quarter of 2022.
const BEGIN: Option<NaiveDate> = NaiveDate::from_ymd_opt(2022, 1, 1);

const fn hard(concerns: Concerns, source: &'static str) -> Entry {
    Entry { severity: Severity::Hard, concerns, from: BEGIN, until: None, source }
}

const fn asked(concerns: Concerns, source: &'static str) -> Entry {
    Entry { severity: Severity::Soft, concerns, from: BEGIN, until: None, source }
}

const READABLE: &str = "a value that cannot be read cannot be added up";
const ROOM: &str = "what the form and the database hold";
const OWN: &str = "our own choice: unit slips and jumps after the practice of statistical offices";

impl Edit {
    const fn entry(self) -> Entry {
        const CHOICES: Concerns = Concerns::Kinds(&[Kind::Region, Kind::Activity, Kind::Country, Kind::Category, Kind::Currency]);
        match self {
            Self::Missing => hard(Concerns::Needed, READABLE),
            Self::NotInList => hard(CHOICES, READABLE),
            Self::Amount => hard(Concerns::Kinds(&[Kind::Soums, Kind::Money, Kind::Count]), READABLE),
            Self::Day => hard(Concerns::Kinds(&[Kind::Day]), READABLE),
            Self::OutsideQuarter => hard(Concerns::Kinds(&[Kind::Day]), "a filing is of one quarter"),
            Self::HomeCountry => hard(Concerns::Of(Section::Exports, Field::Country), "exports are sold to non-residents (BPM6, 10.1)"),
            Self::RegionTwice => hard(Concerns::Of(Section::People, Field::Region), "a region has one line of people"),
            Self::MoreThanEmployees => hard(Concerns::Parts, "a part is at most the whole"),
            Self::ControlCharacter => hard(Concerns::Kinds(&[Kind::Text]), ROOM),
            Self::TooLong => hard(Concerns::Fields, ROOM),
            Self::TooManyLines => hard(Concerns::Sections, ROOM),
            Self::NoRate => hard(Concerns::Of(Section::Exports, Field::Currency), "Tax Code, article 320: the Central Bank's rate"),
            Self::BooksDiffer => asked(Concerns::Books, "the total is domestic services and exports; our own tolerance"),
            Self::Jump | Self::BeyondAll | Self::LargeFirst => asked(Concerns::Measures, OWN),
            Self::ControlTotalDiffers => Entry { until: BEGIN, ..asked(Concerns::Books, "an earlier version of the program") },
            Self::UnitSlip => Entry { until: BEGIN, ..asked(Concerns::Lines, "an earlier version of the program") },
        }
    }

    /// Whether a finding must be mended or is asked about.
    pub const fn severity(self) -> Severity {
        self.entry().severity
    }

    /// The legal source, or that it is our own choice.
    pub const fn source(self) -> &'static str {
        self.entry().source
    }

    /// Whether the edit is one for the filings of a quarter: what counts is its last day.
    pub fn applies_to(self, quarter: Quarter) -> bool {
        let Entry { from, until, .. } = self.entry();
        let day = quarter.last_day();
        from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until)
    }

    /// Whether it looks at a place.
    pub fn concerns(self, at: FieldPath) -> bool {
        let spec = match at {
            FieldPath::Line { section, field, .. } => section.field(field),
            FieldPath::Books | FieldPath::Section(_) | FieldPath::Total(_) => None,
        };
        let books = at == FieldPath::Books;
        match self.entry().concerns {
            Concerns::Fields => spec.is_some() || books,
            Concerns::Needed => spec.is_some_and(|spec| matches!(spec.need, Need::Required | Need::Preset)) || books,
            Concerns::Kinds(kinds) => spec.is_some_and(|spec| kinds.contains(&spec.kind)) || books && kinds.contains(&Kind::Soums),
            Concerns::Of(of, wanted) => matches!(at, FieldPath::Line { section, field, .. } if (section, field) == (of, wanted)),
            Concerns::Parts => spec.is_some_and(|spec| spec.kind == Kind::Count && spec.need == Need::Zero),
            Concerns::Sections => matches!(at, FieldPath::Section(_)),
            Concerns::Books => books,
            Concerns::Measures => at.measure().is_some(),
            Concerns::Lines => matches!(at, FieldPath::Total(Measure::ServicesUzs)),
        }
    }
}

/// What an edit compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each belongs to the edit of the same name")]
pub enum Compared {
    Missing,
    NotInList,
    Amount(AmountError),
    Day(DayError),
    OutsideQuarter(Quarter),
    HomeCountry,
    RegionTwice,
    MoreThanEmployees,
    ControlCharacter,
    /// The most characters.
    TooLong(usize),
    /// The most lines.
    TooManyLines(usize),
    NoRate(Currency),
    BooksDiffer {
        /// Total revenue as the books have it.
        books: Tiyin,
        /// What the lines add up to.
        lines: Tiyin,
    },
    /// In the smallest units of the measure.
    Jump {
        /// The value that it is held against.
        before: i64,
        now: i64,
        /// The units that may have been mixed up.
        slip: Option<Slip>,
    },
    /// In the smallest units of the measure.
    BeyondAll {
        /// The most that a filing held.
        most: i64,
        now: i64,
        /// The units that may have been mixed up.
        slip: Option<Slip>,
    },
    /// In the smallest units of the measure.
    LargeFirst {
        now: i64,
    },
    ControlTotalDiffers {
        /// Books less lines.
        difference: Tiyin,
    },
    UnitSlip {
        /// Service revenue of the quarter before.
        previous: Tiyin,
        /// Of this quarter.
        current: Tiyin,
    },
}

/// What an edit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub at: FieldPath,
    /// What was compared.
    pub compared: Compared,
}

impl Finding {
    /// The rule.
    pub const fn edit(&self) -> Edit {
        match self.compared {
            Compared::Missing => Edit::Missing,
            Compared::NotInList => Edit::NotInList,
            Compared::Amount(_) => Edit::Amount,
            Compared::Day(_) => Edit::Day,
            Compared::OutsideQuarter(_) => Edit::OutsideQuarter,
            Compared::HomeCountry => Edit::HomeCountry,
            Compared::RegionTwice => Edit::RegionTwice,
            Compared::MoreThanEmployees => Edit::MoreThanEmployees,
            Compared::ControlCharacter => Edit::ControlCharacter,
            Compared::TooLong(_) => Edit::TooLong,
            Compared::TooManyLines(_) => Edit::TooManyLines,
            Compared::NoRate(_) => Edit::NoRate,
            Compared::BooksDiffer { .. } => Edit::BooksDiffer,
            Compared::Jump { .. } => Edit::Jump,
            Compared::BeyondAll { .. } => Edit::BeyondAll,
            Compared::LargeFirst { .. } => Edit::LargeFirst,
            Compared::ControlTotalDiffers { .. } => Edit::ControlTotalDiffers,
            Compared::UnitSlip { .. } => Edit::UnitSlip,
        }
    }

    /// The measure that was asked about; none for the books.
    pub fn measure(&self) -> Option<Measure> {
        self.at.measure().filter(|_| self.edit().severity() == Severity::Soft)
    }

    /// Whether a tick is not enough: the resident says why. So it is where the books differ, where a whole measure jumps and
    /// where a first filing is very large, for one such filing can be more than all others together.
    pub fn needs_reason(&self) -> bool {
        match self.edit() {
            Edit::BooksDiffer | Edit::LargeFirst => true,
            Edit::Jump => matches!(self.at, FieldPath::Total(_)),
            _ => false,
        }
    }

    /// The compared values of a soft edit as they are stored: names and numbers, `before=4 now=40 slip=10`. Hard ones are
    /// never stored.
    pub fn values(&self) -> String {
        let slip = |slip: Option<Slip>| slip.map_or("", Slip::code);
        match self.compared {
            Compared::BooksDiffer { books, lines } => format!("books={} lines={}", books.0, lines.0),
            Compared::Jump { before, now, slip: units } => format!("before={before} now={now} slip={}", slip(units)),
            Compared::BeyondAll { most, now, slip: units } => format!("most={most} now={now} slip={}", slip(units)),
            Compared::LargeFirst { now } => format!("now={now}"),
            Compared::ControlTotalDiffers { difference } => format!("difference={}", difference.0),
            Compared::UnitSlip { previous, current } => format!("previous={} current={}", previous.0, current.0),
            _ => String::new(),
        }
    }

    /// The finding of a soft edit from what is stored of it.
    ///
    /// # Errors
    /// [`UnknownCode`] for what [`Self::values`] does not write.
    pub fn restore(edit: Edit, at: FieldPath, values: &str) -> Result<Self, UnknownCode> {
        let named: BTreeMap<&str, &str> = values.split(' ').filter_map(|pair| pair.split_once('=')).collect();
        let number = |name: &str| named.get(name).and_then(|value| value.parse::<i64>().ok()).ok_or(UnknownCode);
        let slip = || match named.get("slip").copied() {
            None | Some("") => Ok(None),
            Some(code) => code.parse().map(Some),
        };
        let compared = match edit {
            Edit::BooksDiffer => Compared::BooksDiffer { books: Tiyin(number("books")?), lines: Tiyin(number("lines")?) },
            Edit::Jump => Compared::Jump { before: number("before")?, now: number("now")?, slip: slip()? },
            Edit::BeyondAll => Compared::BeyondAll { most: number("most")?, now: number("now")?, slip: slip()? },
            Edit::LargeFirst => Compared::LargeFirst { now: number("now")? },
            Edit::ControlTotalDiffers => Compared::ControlTotalDiffers { difference: Tiyin(number("difference")?) },
            Edit::UnitSlip => Compared::UnitSlip { previous: Tiyin(number("previous")?), current: Tiyin(number("current")?) },
            _ => return Err(UnknownCode),
        };
        Ok(Self { at, compared })
    }
}

/// What answers to findings are about: rule, field and values, without the number of the line, so that an answer stays with
/// its line when another goes. The same values at several lines are told apart by a count.
pub fn subjects(findings: &[Finding]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let subject = |finding: &Finding| {
        let place = match finding.at {
            FieldPath::Line { section, field, .. } => format!("{section}.{}", field.code()),
            other => other.to_string(),
        };
        let subject = format!("{} {place} {}", finding.edit(), finding.values());
        let count = seen.entry(subject.clone()).or_default();
        *count += 1;
        format!("{subject} {count}")
    };
    findings.iter().map(subject).collect()
}

/// What somebody said to a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reply {
    /// SHA-256 of what the finding is about.
    pub digest: String,
    /// Whether the figures were confirmed.
    pub confirmed: bool,
    /// Why they are right, as typed.
    pub reason: String,
}

/// A finding and what the resident said to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was asked about.
    pub finding: Finding,
    /// Why it is right all the same, where a reason is needed.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests;
