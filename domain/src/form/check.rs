//! Hard edits: what was typed becomes [`Content`], or a list of what must be mended, each at its field.

use super::{Field, FieldPath, FormInput, LONGEST_TEXT, MOST_LINES, Section, TypedLine};
use crate::{
    amount::{AmountError, parse_amount, parse_count},
    classification::{Activity, Country, ServiceCategory},
    content::{Content, DomesticLine, ExportLine, PeopleLine},
    day::parse_day,
    edits::{Compared, Finding},
    money::{Currency, Tiyin},
    people::{PeopleCount, PeopleCounts},
    quarter::Quarter,
    region::Region,
    typed::{TextError, plain_signs, text},
};
use chrono::NaiveDate;

impl FormInput {
    /// Whether the form is small enough to be kept as a draft.
    ///
    /// # Errors
    /// Too many lines in a section, or too long a text in a field.
    pub fn check_size(&self) -> Result<(), Finding> {
        for section in Section::ALL.iter().copied() {
            if self.lines(section).len() > MOST_LINES {
                return Err(Finding { at: FieldPath::Section(section), compared: Compared::TooManyLines(MOST_LINES) });
            }
        }
        match self.texts().find(|(_, text)| text.chars().nth(LONGEST_TEXT).is_some()) {
            Some((at, _)) => Err(Finding { at, compared: Compared::TooLong(LONGEST_TEXT) }),
            None => Ok(()),
        }
    }

    /// Checks every field. Lines in which nothing was typed are skipped.
    ///
    /// # Errors
    /// Every problem, in the order of the form.
    pub fn check(&self, quarter: Quarter) -> Result<Content, Vec<Finding>> {
        if let Err(finding) = self.check_size() {
            return Err(vec![finding]);
        }
        let mut check = Check { findings: Vec::new(), quarter };
        let mut content = Content::default();
        for (n, line) in self.filled(Section::Domestic) {
            content.domestic.extend(check.line(Section::Domestic, n, line).domestic());
        }
        for (n, line) in self.filled(Section::Exports) {
            content.exports.extend(check.line(Section::Exports, n, line).export());
        }
        for (n, line) in self.filled(Section::People) {
            let taken: Vec<Region> = content.people.iter().map(|line| line.region).collect();
            content.people.extend(check.line(Section::People, n, line).people(&taken));
        }
        if let Some(amount) = check.money(FieldPath::Books, &self.control_total, Currency::UZS) {
            content.control_total = Tiyin(amount);
        }
        if check.findings.is_empty() { Ok(content) } else { Err(check.findings) }
    }
}

struct Check {
    findings: Vec<Finding>,
    quarter: Quarter,
}

impl Check {
    fn line<'a>(&'a mut self, section: Section, n: usize, line: &'a TypedLine) -> LineCheck<'a> {
        LineCheck { check: self, section, n, line }
    }

    fn fail<T>(&mut self, at: FieldPath, compared: Compared) -> Option<T> {
        let finding = Finding { at, compared };
        if finding.edit().applies_to(self.quarter) {
            self.findings.push(finding);
        }
        None
    }

    fn money(&mut self, at: FieldPath, text: &str, currency: Currency) -> Option<i64> {
        match parse_amount(text, currency) {
            Ok(minor) => Some(minor),
            Err(AmountError::Missing) => self.fail(at, Compared::Missing),
            Err(error) => self.fail(at, Compared::Amount(error)),
        }
    }
}

/// A line being checked.
struct LineCheck<'a> {
    check: &'a mut Check,
    section: Section,
    n: usize,
    line: &'a TypedLine,
}

impl LineCheck<'_> {
    fn at(&self, field: Field) -> FieldPath {
        FieldPath::of(self.section, self.n, field)
    }

    fn fail<T>(&mut self, field: Field, compared: Compared) -> Option<T> {
        self.check.fail(self.at(field), compared)
    }

    fn is_empty(&self, field: Field) -> bool {
        plain_signs(self.line.get(field)).is_empty()
    }

    fn chosen<T: std::str::FromStr>(&mut self, field: Field) -> Option<T> {
        match self.line.get(field).trim() {
            "" => self.fail(field, Compared::Missing),
            text => text.parse().ok().or_else(|| self.fail(field, Compared::NotInList)),
        }
    }

    fn money(&mut self, field: Field, currency: Currency) -> Option<i64> {
        self.check.money(self.at(field), self.line.get(field), currency)
    }

    fn domestic(mut self) -> Option<DomesticLine> {
        let region = self.chosen(Field::Region);
        let activity = self.chosen::<Activity>(Field::Activity);
        let amount = self.money(Field::Amount, Currency::UZS);
        Some(DomesticLine { region: region?, activity: activity?, amount: Tiyin(amount?) })
    }

    fn export(mut self) -> Option<ExportLine> {
        let country = match self.chosen::<Country>(Field::Country) {
            Some(country) if country.is_home() => self.fail(Field::Country, Compared::HomeCountry),
            other => other,
        };
        let category = self.chosen::<ServiceCategory>(Field::Category);
        let currency = self.chosen::<Currency>(Field::Currency);
        let amount = self.money(Field::Amount, currency.unwrap_or(Currency::USD));
        let region = self.chosen(Field::Region);
        let date = if self.is_empty(Field::Date) { None } else { self.day() };
        let contract = self.contract();
        Some(ExportLine { country: country?, category: category?, currency: currency?, amount: amount?, region: region?, date, contract })
    }

    fn contract(&mut self) -> Option<String> {
        match text(self.line.get(Field::Contract), LONGEST_TEXT) {
            Ok(text) => Some(text.to_owned()),
            Err(TextError::Missing) => None,
            Err(TextError::ControlCharacter) => self.fail(Field::Contract, Compared::ControlCharacter),
            Err(TextError::TooLong(most)) => self.fail(Field::Contract, Compared::TooLong(most)),
        }
    }

    /// A typed day of the quarter.
    fn day(&mut self) -> Option<NaiveDate> {
        let quarter = self.check.quarter;
        match parse_day(self.line.get(Field::Date), quarter) {
            Ok(day) if quarter.contains(day) => Some(day),
            Ok(_) => self.fail(Field::Date, Compared::OutsideQuarter(quarter)),
            Err(error) => self.fail(Field::Date, Compared::Day(error)),
        }
    }

    fn people(mut self, taken: &[Region]) -> Option<PeopleLine> {
        let region = match self.chosen::<Region>(Field::Region) {
            Some(region) if taken.contains(&region) => self.fail(Field::Region, Compared::RegionTwice),
            other => other,
        };
        let employees = self.count(PeopleCount::Employees, None);
        let parts = PeopleCount::ALL.iter().copied().filter(|count| *count != PeopleCount::Employees);
        // each is looked at, whatever is wrong with the one before
        let parts: Vec<_> = parts.map(|count| (count, self.count(count, employees))).collect();
        let payroll = if self.is_empty(Field::Payroll) { Some(0) } else { self.money(Field::Payroll, Currency::UZS) };
        let parts = parts.into_iter().map(|(count, number)| Some((count, number?)));
        let counts: Option<PeopleCounts> = [Some((PeopleCount::Employees, employees?))].into_iter().chain(parts).collect();
        Some(PeopleLine { region: region?, counts: counts?, payroll: Tiyin(payroll?) })
    }

    /// An empty count is none, for most residents employ no foreigner; but how many people there are is said.
    fn count(&mut self, count: PeopleCount, employees: Option<u32>) -> Option<u32> {
        let field = Field::People(count);
        match parse_count(self.line.get(field)) {
            Ok(part) if employees.is_some_and(|all| part > all) => self.fail(field, Compared::MoreThanEmployees),
            Ok(number) => Some(number),
            Err(AmountError::Missing) if count == PeopleCount::Employees => self.fail(field, Compared::Missing),
            Err(AmountError::Missing) => Some(0),
            Err(error) => self.fail(field, Compared::Amount(error)),
        }
    }
}
