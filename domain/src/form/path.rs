//! Where something stands in the form.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{Field, Section};
use crate::{codes::UnknownCode, measure::Measure};

/// A place of the form. It reads and writes as a dotted path such as `exports.2.amount`, lines from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum FieldPath {
    /// A field of a line.
    Line {
        /// Section.
        section: Section,
        /// Line, from 0.
        line: usize,
        /// Field.
        field: Field,
    },
    /// All lines of a section.
    Section(Section),
    /// The total revenue as the books have it.
    Books,
    /// The sum of a measure over all lines.
    Total(Measure),
}

const BOOKS: &str = "control_total";
const TOTAL: &str = "total";

impl FieldPath {
    /// A field of a line.
    pub const fn of(section: Section, line: usize, field: Field) -> Self {
        Self::Line { section, line, field }
    }

    /// The measure whose value stands here: of a line or of the total.
    pub const fn measure(self) -> Option<Measure> {
        match self {
            Self::Total(measure) => Some(measure),
            Self::Line { section: Section::Domestic, field: Field::Amount, .. } => Some(Measure::DomesticUzs),
            Self::Line { section: Section::Exports, field: Field::Amount, .. } => Some(Measure::ExportsUsd),
            Self::Line { field: Field::People(count), .. } => Some(Measure::People(count)),
            Self::Line { field: Field::Payroll, .. } => Some(Measure::Payroll),
            Self::Line { .. } | Self::Section(_) | Self::Books => None,
        }
    }

    /// Section and line, if it is of a line.
    pub const fn line(self) -> Option<(Section, usize)> {
        match self {
            Self::Line { section, line, .. } => Some((section, line)),
            Self::Section(_) | Self::Books | Self::Total(_) => None,
        }
    }

    /// The name of its control: `form[exports][2][amount]`.
    pub fn name(self) -> String {
        self.to_string().split('.').fold("form".to_owned(), |name, part| name + "[" + part + "]")
    }

    /// The place of a control by its name.
    pub fn of_name(name: &str) -> Option<Self> {
        name.strip_prefix("form[")?.strip_suffix(']')?.replace("][", ".").parse().ok()
    }

    /// The identifier of its control in a page: `exports-2-amount`.
    pub fn id(self) -> String {
        self.to_string().replace('.', "-")
    }

    /// The same place after a line was removed; `None` if it was of that line.
    pub fn without_line(self, from: Section, removed: usize) -> Option<Self> {
        match self {
            Self::Line { section, line, .. } if section == from && line == removed => None,
            Self::Line { section, line, field } if section == from && line > removed => Some(Self::of(section, line - 1, field)),
            other => Some(other),
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { section, line, field } => write!(f, "{section}.{line}.{}", field.code()),
            Self::Section(section) => f.write_str(section.code()),
            Self::Books => f.write_str(BOOKS),
            Self::Total(measure) => write!(f, "{TOTAL}.{measure}"),
        }
    }
}

impl FromStr for FieldPath {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        if text == BOOKS {
            return Ok(Self::Books);
        }
        let mut parts = text.split('.');
        let (head, second, third, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next(), parts.next());
        match (second, third, more) {
            (None, ..) => head.parse().map(Self::Section),
            (Some(measure), None, _) if head == TOTAL => measure.parse().map(Self::Total),
            (Some(line), Some(field), None) => {
                let section: Section = head.parse()?;
                let field = Field::of_code(field).filter(|field| section.field(*field).is_some()).ok_or(UnknownCode)?;
                // written in one way only: no sign, no zero before
                let line = line.parse().ok().filter(|number: &usize| number.to_string() == line).ok_or(UnknownCode)?;
                Ok(Self::of(section, line, field))
            }
            _ => Err(UnknownCode),
        }
    }
}

impl TryFrom<String> for FieldPath {
    type Error = UnknownCode;

    fn try_from(text: String) -> Result<Self, UnknownCode> {
        text.parse()
    }
}

impl From<FieldPath> for String {
    fn from(path: FieldPath) -> Self {
        path.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_reads_back_from_its_path_and_its_name() {
        let mut places = vec![FieldPath::Books];
        places.extend(Measure::ALL.iter().map(|measure| FieldPath::Total(*measure)));
        for section in Section::ALL {
            places.push(FieldPath::Section(*section));
            places.extend(section.fields().iter().map(|spec| FieldPath::of(*section, 12, spec.field)));
        }
        for place in places {
            assert_eq!(place.to_string().parse(), Ok(place));
            assert_eq!(FieldPath::of_name(&place.name()), Some(place), "{}", place.name());
        }
        let amount = FieldPath::of(Section::Exports, 2, Field::Amount);
        assert_eq!(
            (amount.to_string().as_str(), amount.name().as_str(), amount.id().as_str()),
            ("exports.2.amount", "form[exports][2][amount]", "exports-2-amount")
        );
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in ["", "exports.x.amount", "exports.-1.amount", "exports.01.amount", "exports.0.women", "other.0.amount", "total.books"] {
            assert!(text.parse::<FieldPath>().is_err(), "{text}");
        }
        for text in ["exports.0", "exports.0.amount.more", "control_total.0"] {
            assert!(text.parse::<FieldPath>().is_err(), "{text}");
        }
        assert_eq!(FieldPath::of_name("revision"), None);
    }

    #[test]
    fn places_follow_their_lines() {
        let places = ["exports.0.amount", "exports.1.country", "exports.2.date", "people.1.region", "control_total"];
        let left: Vec<String> = places
            .iter()
            .filter_map(|place| place.parse::<FieldPath>().unwrap().without_line(Section::Exports, 1))
            .map(|place| place.to_string())
            .collect();
        assert_eq!(left, ["exports.0.amount", "exports.1.date", "people.1.region", "control_total"]);
    }
}
