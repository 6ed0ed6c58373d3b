//! Checking what was typed: into [`Content`], or into a list of problems, each at its field.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{DomesticInput, ExportInput, FormInput, LONGEST_TEXT, MOST_LINES, PeopleInput, Section};
use crate::{
    amount::{AmountError, parse_amount, parse_count},
    classification::{Activity, Country, ServiceCategory},
    content::{Content, DomesticLine, ExportLine, PeopleLine},
    day::{DayError, parse_day},
    money::{Currency, Tiyin},
    quarter::Quarter,
    region::Region,
    typed::{TextError, plain_signs, text},
};

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Must be filled in or chosen.
    Missing,
    /// Not one of the values to choose from.
    NotInList,
    /// Not an amount.
    Amount(AmountError),
    /// Not a day.
    Day(DayError),
    /// A day outside this quarter.
    OutsideQuarter(Quarter),
    /// Exports go abroad.
    HomeCountry,
    /// A region that already has a line of people.
    RegionTwice,
    /// A part of the employees is larger than the whole.
    MoreThanEmployees,
    /// A character that cannot be stored.
    ControlCharacter,
    /// Too long a text; the most characters.
    TooLong(usize),
    /// Too many lines; the most.
    TooManyLines(usize),
    /// The Central Bank's rate of the currency is not known for the day or quarter.
    NoRate(String),
}

/// A problem and the field at which it is shown, such as `exports.2.amount`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// Dotted path of the field.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldProblem {
    /// Whether the field takes a number of people, not an amount of money.
    pub fn is_of_count(&self) -> bool {
        self.field.starts_with("people.") && !self.field.ends_with(".payroll")
    }
}

impl FormInput {
    /// Whether the form is small enough to be kept as a draft.
    ///
    /// # Errors
    /// Too many lines in a section, or too long a text in a field.
    pub fn check_size(&self) -> Result<(), FieldProblem> {
        for section in Section::ALL {
            if self.count(section) > MOST_LINES {
                return Err(FieldProblem { field: section.name().to_owned(), problem: Problem::TooManyLines(MOST_LINES) });
            }
        }
        let domestic = self.domestic.iter().enumerate().map(|(n, line)| (Section::Domestic, n, too_long(line.fields())));
        let exports = self.exports.iter().enumerate().map(|(n, line)| (Section::Exports, n, too_long(line.fields())));
        let people = self.people.iter().enumerate().map(|(n, line)| (Section::People, n, too_long(line.fields())));
        let in_line = domestic.chain(exports).chain(people).find_map(|(section, n, field)| Some((section, n, field?)));
        let field = match in_line {
            Some((section, n, field)) => format!("{}.{n}.{field}", section.name()),
            None => too_long([("control_total", self.control_total.as_str())].into_iter()).unwrap_or_default().to_owned(),
        };
        if field.is_empty() { Ok(()) } else { Err(FieldProblem { field, problem: Problem::TooLong(LONGEST_TEXT) }) }
    }

    /// Checks every field. Lines in which nothing was typed are skipped.
    ///
    /// # Errors
    /// Every problem, in the order of the form.
    pub fn check(&self, quarter: Quarter) -> Result<Content, Vec<FieldProblem>> {
        let mut check = Check { problems: Vec::new(), line: String::new() };
        if let Err(problem) = self.check_size() {
            return Err(vec![problem]);
        }
        let mut content = Content::default();
        for (n, line) in self.domestic.iter().enumerate().filter(|(_, line)| !line.is_blank()) {
            check.line = format!("domestic.{n}.");
            content.domestic.extend(check.domestic(line));
        }
        for (n, line) in self.exports.iter().enumerate().filter(|(_, line)| !line.is_blank()) {
            check.line = format!("exports.{n}.");
            content.exports.extend(check.export(line, quarter));
        }
        for (n, line) in self.people.iter().enumerate().filter(|(_, line)| !line.is_blank()) {
            check.line = format!("people.{n}.");
            let taken: Vec<Region> = content.people.iter().map(|line| line.region).collect();
            content.people.extend(check.people(line, &taken));
        }
        check.line.clear();
        if let Some(amount) = check.soums("control_total", &self.control_total) {
            content.control_total = amount;
        }
        if check.problems.is_empty() { Ok(content) } else { Err(check.problems) }
    }
}

/// The name of the first field whose text is too long.
fn too_long<'a>(mut fields: impl Iterator<Item = (&'static str, &'a str)>) -> Option<&'static str> {
    fields.find(|(_, text)| text.chars().nth(LONGEST_TEXT).is_some()).map(|(name, _)| name)
}

struct Check {
    problems: Vec<FieldProblem>,
    line: String,
}

impl Check {
    fn fail<T>(&mut self, field: &str, problem: Problem) -> Option<T> {
        self.problems.push(FieldProblem { field: format!("{}{field}", self.line), problem });
        None
    }

    fn chosen<T: std::str::FromStr>(&mut self, field: &str, text: &str) -> Option<T> {
        match text.trim() {
            "" => self.fail(field, Problem::Missing),
            text => text.parse().ok().or_else(|| self.fail(field, Problem::NotInList)),
        }
    }

    fn money(&mut self, field: &str, text: &str, currency: Currency) -> Option<i64> {
        match parse_amount(text, currency) {
            Ok(minor) => Some(minor),
            Err(AmountError::Missing) => self.fail(field, Problem::Missing),
            Err(error) => self.fail(field, Problem::Amount(error)),
        }
    }

    fn soums(&mut self, field: &str, text: &str) -> Option<Tiyin> {
        self.money(field, text, Currency::UZS).map(Tiyin)
    }

    /// An empty count is none: most residents employ no foreigner.
    fn count(&mut self, field: &str, text: &str) -> Option<u32> {
        match parse_count(text) {
            Ok(count) => Some(count),
            Err(AmountError::Missing) => Some(0),
            Err(error) => self.fail(field, Problem::Amount(error)),
        }
    }

    fn domestic(&mut self, line: &DomesticInput) -> Option<DomesticLine> {
        let region = self.chosen("region", &line.region);
        let activity = self.chosen::<Activity>("activity", &line.activity);
        let amount = self.soums("amount", &line.amount);
        Some(DomesticLine { region: region?, activity: activity?, amount: amount? })
    }

    fn export(&mut self, line: &ExportInput, quarter: Quarter) -> Option<ExportLine> {
        let country = match self.chosen::<Country>("country", &line.country) {
            Some(country) if country.is_home() => self.fail("country", Problem::HomeCountry),
            other => other,
        };
        let category = self.chosen::<ServiceCategory>("category", &line.category);
        let currency = self.chosen::<Currency>("currency", &line.currency);
        let amount = self.money("amount", &line.amount, currency.unwrap_or(Currency::USD));
        let region = self.chosen("region", &line.region);
        let typed_date = Some(line.date.as_str()).filter(|text| !plain_signs(text).is_empty());
        let date = typed_date.map(|text| self.day(text, quarter));
        let contract = self.optional_text("contract", &line.contract);
        Some(ExportLine {
            country: country?,
            category: category?,
            currency: currency?,
            amount: amount?,
            region: region?,
            date: date.flatten(),
            contract,
        })
    }

    fn optional_text(&mut self, field: &str, typed: &str) -> Option<String> {
        match text(typed, LONGEST_TEXT) {
            Ok(text) => Some(text.to_owned()),
            Err(TextError::Missing) => None,
            Err(TextError::ControlCharacter) => self.fail(field, Problem::ControlCharacter),
            Err(TextError::TooLong(most)) => self.fail(field, Problem::TooLong(most)),
        }
    }

    /// A typed day of the quarter.
    fn day(&mut self, text: &str, quarter: Quarter) -> Option<NaiveDate> {
        match parse_day(text, quarter) {
            Ok(day) if quarter.contains(day) => Some(day),
            Ok(_) => self.fail("date", Problem::OutsideQuarter(quarter)),
            Err(error) => self.fail("date", Problem::Day(error)),
        }
    }

    fn people(&mut self, line: &PeopleInput, taken: &[Region]) -> Option<PeopleLine> {
        let region = match self.chosen::<Region>("region", &line.region) {
            Some(region) if taken.contains(&region) => self.fail("region", Problem::RegionTwice),
            other => other,
        };
        let employees = if plain_signs(&line.employees).is_empty() {
            self.fail("employees", Problem::Missing)
        } else {
            self.count("employees", &line.employees)
        };
        let mut part = |field: &str, text: &str| {
            let count = self.count(field, text)?;
            match employees {
                Some(all) if count > all => self.fail(field, Problem::MoreThanEmployees),
                _ => Some(count),
            }
        };
        let specialists = part("specialists", &line.specialists);
        let women = part("women", &line.women);
        let under_30 = part("under_30", &line.under_30);
        let disability = part("disability", &line.disability);
        let foreign = part("foreign", &line.foreign);
        let payroll = if plain_signs(&line.payroll).is_empty() { Some(Tiyin::ZERO) } else { self.soums("payroll", &line.payroll) };
        Some(PeopleLine {
            region: region?,
            employees: employees?,
            specialists: specialists?,
            women: women?,
            under_30: under_30?,
            disability: disability?,
            foreign: foreign?,
            payroll: payroll?,
        })
    }
}
