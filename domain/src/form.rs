//! The filing form: what was typed, word for word, and what is wrong with it.
//!
//! A draft keeps the typed text, so nothing is lost or changed however wrong it is; checking turns it into
//! [`Content`] or into a list of problems, each at its field.

use serde::{Deserialize, Serialize};

use crate::{
    amount::as_typed,
    classification::ServiceCategory,
    content::Content,
    day,
    money::{Currency, Tiyin},
    region::Region,
};

mod check;
mod estimate;

pub use check::{FieldProblem, Problem};
pub use estimate::Estimate;

/// The most lines a section of the form takes.
pub const MOST_LINES: usize = 300;
/// The longest text of one field, in characters.
pub const LONGEST_TEXT: usize = 200;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Kind {
    Region,
    Activity,
    Country,
    Category,
    Currency,
    Soums,
    /// An amount in the currency of its line.
    Money,
    Count,
    Day,
    Text,
}

/// A line as typed: texts that are reached by their names, each with the kind of what it takes.
macro_rules! typed_line {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(default)]
        #[expect(missing_docs, reason = "each is the typed text of the field of the same name in `content`")]
        pub struct $name { $(pub $field: String),* }

        impl $name {
            /// Every field of the line in the order of the form.
            pub const FIELDS: &'static [(&'static str, Kind)] = &[$((stringify!($field), Kind::$kind)),*];

            fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
                [$((stringify!($field), self.$field.as_str())),*].into_iter()
            }

            fn field(&self, name: &str) -> Option<&str> {
                self.fields().find(|(known, _)| *known == name).map(|(_, text)| text)
            }

            fn field_mut(&mut self, name: &str) -> Option<&mut String> {
                match name {
                    $(stringify!($field) => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

typed_line! {
    /// A domestic line as typed.
    DomesticInput { region: Region, activity: Activity, amount: Soums }
}

typed_line! {
    /// An export line as typed.
    ExportInput { country: Country, category: Category, currency: Currency, amount: Money, region: Region, date: Day, contract: Text }
}

typed_line! {
    /// A line of people as typed.
    PeopleInput {
        region: Region, employees: Count, specialists: Count, women: Count, under_30: Count, disability: Count, foreign: Count,
        payroll: Soums,
    }
}

/// The form as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the section of the same name in `content`")]
pub struct FormInput {
    pub domestic: Vec<DomesticInput>,
    pub exports: Vec<ExportInput>,
    pub people: Vec<PeopleInput>,
    pub control_total: String,
}

/// The part of the form to which a line belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Section {
    Domestic,
    Exports,
    People,
}

impl Section {
    /// Every section in the order of the form.
    pub const ALL: [Self; 3] = [Self::Domestic, Self::Exports, Self::People];

    /// The fields of a line.
    pub const fn fields(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Domestic => DomesticInput::FIELDS,
            Self::Exports => ExportInput::FIELDS,
            Self::People => PeopleInput::FIELDS,
        }
    }

    /// The name of the section's fields in the form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domestic => "domestic",
            Self::Exports => "exports",
            Self::People => "people",
        }
    }
}

impl DomesticInput {
    /// Whether nothing was typed: such a line is skipped.
    pub fn is_blank(&self) -> bool {
        *self == Self { region: self.region.clone(), activity: self.activity.clone(), ..Self::default() }
    }
}

impl ExportInput {
    /// Whether nothing was typed beside what the form chooses by itself: such a line is skipped.
    pub fn is_blank(&self) -> bool {
        let preset =
            Self { region: self.region.clone(), category: self.category.clone(), currency: self.currency.clone(), ..Self::default() };
        *self == preset
    }
}

impl PeopleInput {
    /// Whether nothing was typed: such a line is skipped.
    pub fn is_blank(&self) -> bool {
        *self == Self { region: self.region.clone(), ..Self::default() }
    }
}

impl FormInput {
    /// The form of a new filing: one line each, in the registered region.
    pub fn new(registered: Region) -> Self {
        let mut form = Self::default();
        for section in Section::ALL {
            form.add_line(section, registered);
        }
        form
    }

    /// How many lines a section has.
    pub fn count(&self, section: Section) -> usize {
        match section {
            Section::Domestic => self.domestic.len(),
            Section::Exports => self.exports.len(),
            Section::People => self.people.len(),
        }
    }

    /// Adds an empty line in `region`.
    pub fn add_line(&mut self, section: Section, region: Region) {
        let region = region.iso().to_owned();
        match section {
            Section::Domestic => self.domestic.push(DomesticInput { region, ..DomesticInput::default() }),
            Section::Exports => {
                let category = ServiceCategory::Computer.code().to_owned();
                self.exports.push(ExportInput { region, category, currency: Currency::USD.code().to_owned(), ..ExportInput::default() });
            }
            Section::People => self.people.push(PeopleInput { region, ..PeopleInput::default() }),
        }
    }

    /// Removes line `index` (from 0), if there is one.
    pub fn remove_line(&mut self, section: Section, index: usize) {
        fn remove<T>(lines: &mut Vec<T>, index: usize) {
            if index < lines.len() {
                lines.remove(index);
            }
        }
        match section {
            Section::Domestic => remove(&mut self.domestic, index),
            Section::Exports => remove(&mut self.exports, index),
            Section::People => remove(&mut self.people, index),
        }
    }

    /// The text of the field at a dotted path such as `exports.2.amount`.
    pub fn field(&self, path: &str) -> Option<&str> {
        if path == "control_total" {
            return Some(&self.control_total);
        }
        let mut parts = path.split('.');
        let (section, index, field) = (parts.next()?, parts.next()?.parse::<usize>().ok()?, parts.next()?);
        match section {
            "domestic" => self.domestic.get(index)?.field(field),
            "exports" => self.exports.get(index)?.field(field),
            "people" => self.people.get(index)?.field(field),
            _ => None,
        }
    }

    /// As [`Self::field`], to be changed.
    pub fn field_mut(&mut self, path: &str) -> Option<&mut String> {
        if path == "control_total" {
            return Some(&mut self.control_total);
        }
        let mut parts = path.split('.');
        let (section, index, field) = (parts.next()?, parts.next()?.parse::<usize>().ok()?, parts.next()?);
        match section {
            "domestic" => self.domestic.get_mut(index)?.field_mut(field),
            "exports" => self.exports.get_mut(index)?.field_mut(field),
            "people" => self.people.get_mut(index)?.field_mut(field),
            _ => None,
        }
    }

    /// The form that says what `content` says: the beginning of a correction or an amendment.
    pub fn of(content: &Content) -> Self {
        let soums = |amount: Tiyin| as_typed(amount.0, 2);
        Self {
            domestic: content
                .domestic
                .iter()
                .map(|l| DomesticInput { region: l.region.to_string(), activity: l.activity.to_string(), amount: soums(l.amount) })
                .collect(),
            exports: content
                .exports
                .iter()
                .map(|l| ExportInput {
                    country: l.country.to_string(),
                    category: l.category.to_string(),
                    currency: l.currency.to_string(),
                    amount: as_typed(l.amount, l.currency.decimals()),
                    region: l.region.to_string(),
                    date: l.date.map(day::as_typed).unwrap_or_default(),
                    contract: l.contract.clone().unwrap_or_default(),
                })
                .collect(),
            people: content
                .people
                .iter()
                .map(|l| PeopleInput {
                    region: l.region.to_string(),
                    employees: l.employees.to_string(),
                    specialists: l.specialists.to_string(),
                    women: l.women.to_string(),
                    under_30: l.under_30.to_string(),
                    disability: l.disability.to_string(),
                    foreign: l.foreign.to_string(),
                    payroll: soums(l.payroll),
                })
                .collect(),
            control_total: soums(content.control_total),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{amount::AmountError, quarter::Quarter};

    fn quarter() -> Quarter {
        "2023-Q3".parse().unwrap()
    }

    fn filled() -> FormInput {
        let mut form = FormInput::new(Region::Samarkand);
        form.domestic[0] = DomesticInput { region: "UZ-SA".into(), activity: "software".into(), amount: "1 000 000".into() };
        form.exports[0] = ExportInput {
            country: "DE".into(),
            category: "SI2".into(),
            currency: "EUR".into(),
            amount: "2 500,50".into(),
            region: "UZ-SA".into(),
            date: "2023-08-15".into(),
            contract: "7/23".into(),
        };
        form.people[0].employees = "12".into();
        form.people[0].women = "5".into();
        form.control_total = "1000000".into();
        form
    }

    fn problems(form: &FormInput) -> Vec<(String, Problem)> {
        form.check(quarter()).unwrap_err().into_iter().map(|p| (p.field, p.problem)).collect()
    }

    #[test]
    fn a_filled_form_reads_into_content_and_back() {
        let content = filled().check(quarter()).unwrap();
        assert_eq!(content.domestic[0].amount, Tiyin(100_000_000));
        assert_eq!(content.exports[0].amount, 250_050);
        assert_eq!(content.people[0].women, 5);
        let again = FormInput::of(&content);
        assert_eq!((again.exports[0].amount.as_str(), again.exports[0].date.as_str()), ("2 500,50", "15.08.2023"));
        assert_eq!(again.check(quarter()), Ok(content));
    }

    #[test]
    fn a_nil_filing_needs_only_the_control_total() {
        let mut form = FormInput::new(Region::Navoi);
        assert_eq!(problems(&form), [("control_total".into(), Problem::Missing)]);
        form.control_total = "0".into();
        assert!(form.check(quarter()).unwrap().is_nil());
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        let mut form = filled();
        form.domestic[0].amount = "-5".into();
        form.exports[0].country = "XX".into();
        form.exports[0].currency = "KWD".into();
        form.exports[0].amount = "1,234".into();
        form.exports[0].date = "2023-10-01".into();
        form.exports[0].contract = "7\u{0}23".into();
        form.people[0].women = "13".into();
        form.control_total = String::new();
        let ambiguous = AmountError::Ambiguous { whole: "1234".into(), fraction: "1.234".into() };
        assert_eq!(
            problems(&form),
            [
                ("domestic.0.amount".into(), Problem::Amount(AmountError::Negative)),
                ("exports.0.country".into(), Problem::NotInList),
                ("exports.0.amount".into(), Problem::Amount(ambiguous)),
                ("exports.0.date".into(), Problem::OutsideQuarter(quarter())),
                ("exports.0.contract".into(), Problem::ControlCharacter),
                ("people.0.women".into(), Problem::MoreThanEmployees),
                ("control_total".into(), Problem::Missing),
            ]
        );
        form.exports[0].country = "UZ".into();
        assert!(problems(&form).contains(&("exports.0.country".into(), Problem::HomeCountry)));
    }

    #[test]
    fn a_region_has_one_line_of_people() {
        let mut form = filled();
        form.people.push(form.people[0].clone());
        assert_eq!(problems(&form), [("people.1.region".into(), Problem::RegionTwice)]);
    }

    #[test]
    fn absurd_sizes_are_named() {
        let mut form = filled();
        form.domestic = vec![form.domestic[0].clone(); 10_000];
        assert_eq!(problems(&form), [("domestic".into(), Problem::TooManyLines(MOST_LINES))]);
        let mut form = filled();
        form.exports[0].contract = "x".repeat(1_000_000);
        assert_eq!(problems(&form), [("exports.0.contract".into(), Problem::TooLong(LONGEST_TEXT))]);
    }

    #[test]
    fn lines_are_added_and_removed() {
        let mut form = filled();
        form.add_line(Section::Exports, Region::Bukhara);
        assert_eq!(form.exports[1].region, "UZ-BU");
        assert!(form.exports[1].is_blank());
        form.remove_line(Section::Exports, 0);
        form.remove_line(Section::Exports, 7);
        assert_eq!(form.exports.len(), 1);
    }

    #[test]
    fn an_estimate_adds_what_can_be_read() {
        let mut form = filled();
        form.exports[0].date = String::new();
        form.exports.push(ExportInput { amount: "1,2345".into(), ..form.exports[0].clone() });
        let means = [(Currency::USD, 12_000_000_000), (Currency::EUR, 13_200_000_000)];
        let estimate = form.estimate(&means);
        assert_eq!(estimate.domestic_tiyin, 100_000_000);
        assert_eq!(estimate.exports_cents, 275_055); // 2,500.50 × 1.1
        assert_eq!((estimate.unread, estimate.employees), (1, 12));
        assert_eq!(estimate.control_tiyin, Some(100_000_000));
    }

    #[test]
    fn an_estimate_of_absurd_amounts_says_what_it_left_out() {
        let mut form = FormInput::new(Region::Samarkand);
        form.exports[0] = ExportInput { amount: "5 000 000 000 000".into(), country: "DE".into(), ..form.exports[0].clone() };
        form.exports.push(form.exports[0].clone());
        form.control_total = "0".into();
        let estimate = form.estimate(&[(Currency::USD, 12_000_000_000)]);
        assert_eq!((estimate.exports_tiyin, estimate.unread), (6_000_000_000_000_000_000, 1));
        let more = Estimate { domestic_tiyin: i64::MAX, ..estimate };
        assert_eq!((more.services(), more.difference()), (None, None));
    }

    #[test]
    fn every_field_is_reached_by_its_path() {
        let mut form = filled();
        *form.field_mut("exports.0.amount").unwrap() = "7".into();
        assert_eq!(form.exports[0].amount, "7");
        assert_eq!(form.field("exports.0.amount"), Some("7"));
        for path in ["", "exports", "exports.9.amount", "exports.0.nothing", "exports.x.amount", "other.0.amount"] {
            assert_eq!(form.field(path), None, "{path}");
            assert_eq!(form.field_mut(path), None, "{path}");
        }
        let wrong = FormInput { control_total: "x".into(), ..filled() };
        for problem in wrong.check(quarter()).unwrap_err() {
            assert!(form.field_mut(&problem.field).is_some());
        }
    }

    proptest! {
        #[test]
        fn no_typed_text_panics(amount in "\\PC{0,12}", code in "\\PC{0,4}", date in "[0-9.\\-]{0,10}") {
            let mut form = filled();
            form.domestic[0].amount = amount.clone();
            form.exports[0] = ExportInput { country: code.clone(), currency: code.clone(), amount, date, ..form.exports[0].clone() };
            form.people[0].region = code;
            let _ = form.check(quarter());
        }
    }
}
