//! The filing form: what was typed, word for word, and what is wrong with it.
//!
//! A draft keeps the typed text, so nothing is lost or changed however wrong it is; checking turns it into
//! [`Content`] or into a list of problems, each at its field.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    amount::{AmountError, parse_amount, parse_count},
    classification::{Activity, Country, ServiceCategory},
    content::{Content, DomesticLine, ExportLine, PeopleLine},
    money::{Currency, Tiyin},
    quarter::Quarter,
    region::Region,
};

/// The most lines a section of the form takes.
pub const MOST_LINES: usize = 300;
/// The longest text of one field, in characters.
pub const LONGEST_TEXT: usize = 200;

/// A domestic line as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the typed text of the field of the same name in `content`")]
pub struct DomesticInput {
    pub region: String,
    pub activity: String,
    pub amount: String,
}

/// An export line as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the typed text of the field of the same name in `content`")]
pub struct ExportInput {
    pub country: String,
    pub category: String,
    pub currency: String,
    pub amount: String,
    pub region: String,
    pub date: String,
    pub contract: String,
}

/// A line of people as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the typed text of the field of the same name in `content`")]
pub struct PeopleInput {
    pub region: String,
    pub employees: String,
    pub specialists: String,
    pub women: String,
    pub under_30: String,
    pub disability: String,
    pub foreign: String,
    pub payroll: String,
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
    /// The name of the section's fields in the form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Domestic => "domestic",
            Self::Exports => "exports",
            Self::People => "people",
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Must be filled in or chosen.
    Missing,
    /// Not one of the values to choose from.
    NotInList,
    /// Not an amount.
    Amount(AmountError),
    /// Not a date such as 2023-09-15.
    NotADate,
    /// A date outside the quarter.
    OutsideQuarter,
    /// Exports go abroad.
    HomeCountry,
    /// A region that already has a line of people.
    RegionTwice,
    /// A part of the employees is larger than the whole.
    MoreThanEmployees,
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

/// What a form adds up to while it is being written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Domestic services, tiyin.
    pub domestic_tiyin: i64,
    /// Exports, tiyin.
    pub exports_tiyin: i64,
    /// Exports, US cents.
    pub exports_cents: i64,
    /// People.
    pub employees: i64,
    /// Lines that cannot be read yet.
    pub unread: i64,
    /// Total by the books, if it can be read.
    pub control_tiyin: Option<i64>,
    /// Whether a line has a date, whose own rate will be used before sending.
    pub approximate: bool,
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
        for section in [Section::Domestic, Section::Exports, Section::People] {
            form.add_line(section, registered);
        }
        form
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
    pub fn field_mut(&mut self, path: &str) -> Option<&mut String> {
        if path == "control_total" {
            return Some(&mut self.control_total);
        }
        let mut parts = path.split('.');
        let (section, index, field) = (parts.next()?, parts.next()?.parse::<usize>().ok()?, parts.next()?);
        match section {
            "domestic" => {
                let line = self.domestic.get_mut(index)?;
                Some(match field {
                    "region" => &mut line.region,
                    "activity" => &mut line.activity,
                    "amount" => &mut line.amount,
                    _ => return None,
                })
            }
            "exports" => {
                let line = self.exports.get_mut(index)?;
                Some(match field {
                    "country" => &mut line.country,
                    "category" => &mut line.category,
                    "currency" => &mut line.currency,
                    "amount" => &mut line.amount,
                    "region" => &mut line.region,
                    "date" => &mut line.date,
                    "contract" => &mut line.contract,
                    _ => return None,
                })
            }
            "people" => {
                let line = self.people.get_mut(index)?;
                Some(match field {
                    "region" => &mut line.region,
                    "employees" => &mut line.employees,
                    "specialists" => &mut line.specialists,
                    "women" => &mut line.women,
                    "under_30" => &mut line.under_30,
                    "disability" => &mut line.disability,
                    "foreign" => &mut line.foreign,
                    "payroll" => &mut line.payroll,
                    _ => return None,
                })
            }
            _ => None,
        }
    }

    /// Adds up what can be read so far, at the quarter's mean rates. The figures before sending are exact; these are for
    /// the eye while typing.
    pub fn estimate(&self, means: &[(Currency, i64)]) -> Estimate {
        let mut sum = Estimate::default();
        let mut add = |target: fn(&mut Estimate) -> &mut i64, amount: i64| {
            let total = target(&mut sum);
            *total = total.saturating_add(amount);
        };
        let rate =
            |currency: Currency| means.iter().find(|(known, _)| *known == currency).map(|(_, rate)| crate::exchange::UnitRate(*rate));
        for line in self.domestic.iter().filter(|line| !line.is_blank()) {
            match parse_amount(&line.amount, 2) {
                Ok(tiyin) => add(|e| &mut e.domestic_tiyin, tiyin),
                Err(_) => add(|e| &mut e.unread, 1),
            }
        }
        for line in self.exports.iter().filter(|line| !line.is_blank()) {
            let converted = line.currency.parse::<Currency>().ok().and_then(|currency| {
                let amount = parse_amount(&line.amount, currency.decimals()).ok()?;
                crate::exchange::convert(amount, currency, rate(currency)?, rate(Currency::USD)?).ok()
            });
            match converted {
                Some((uzs, usd)) => {
                    add(|e| &mut e.exports_tiyin, uzs.0);
                    add(|e| &mut e.exports_cents, usd.0);
                }
                None => add(|e| &mut e.unread, 1),
            }
        }
        for line in self.people.iter().filter(|line| !line.is_blank()) {
            match parse_count(&line.employees) {
                Ok(count) => add(|e| &mut e.employees, count.into()),
                Err(_) => add(|e| &mut e.unread, 1),
            }
        }
        sum.control_tiyin = parse_amount(&self.control_total, 2).ok();
        sum.approximate = self.exports.iter().any(|line| !line.date.trim().is_empty());
        sum
    }

    /// The form that says what `content` says: the beginning of a correction or an amendment.
    pub fn of(content: &Content) -> Self {
        use crate::amount::plain;
        let soums = |amount: Tiyin| plain(amount.0, 2);
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
                    amount: plain(l.amount, l.currency.decimals()),
                    region: l.region.to_string(),
                    date: l.date.map(|day| day.to_string()).unwrap_or_default(),
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

    /// Whether the form is small enough to be kept as a draft.
    ///
    /// # Errors
    /// Too many lines in a section, or too long a text in a field.
    pub fn check_size(&self) -> Result<(), FieldProblem> {
        let lines =
            [(Section::Domestic, self.domestic.len()), (Section::Exports, self.exports.len()), (Section::People, self.people.len())];
        for (section, count) in lines {
            if count > MOST_LINES {
                return Err(FieldProblem { field: section.name().to_owned(), problem: Problem::TooManyLines(MOST_LINES) });
            }
        }
        let too_long = |text: &String| text.chars().nth(LONGEST_TEXT).is_some();
        let domestic = self.domestic.iter().flat_map(|l| [&l.region, &l.activity, &l.amount]);
        let exports = self.exports.iter().flat_map(|l| [&l.country, &l.category, &l.currency, &l.amount, &l.region, &l.date, &l.contract]);
        let people = self.people.iter();
        let people =
            people.flat_map(|l| [&l.region, &l.employees, &l.specialists, &l.women, &l.under_30, &l.disability, &l.foreign, &l.payroll]);
        if domestic.chain(exports).chain(people).chain([&self.control_total]).any(too_long) {
            return Err(FieldProblem { field: String::new(), problem: Problem::TooLong(LONGEST_TEXT) });
        }
        Ok(())
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

/// A day as browsers send it (`2023-09-15`) or as people write it (`15.09.2023`).
fn read_day(text: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.split(['-', '.']).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if text.contains('-') && year.len() == 4 => (year, month, day),
        [day, month, year] if text.contains('.') && year.len() == 4 => (year, month, day),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
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

    fn money(&mut self, field: &str, text: &str, decimals: u32) -> Option<i64> {
        match parse_amount(text, decimals) {
            Ok(minor) => Some(minor),
            Err(AmountError::Missing) => self.fail(field, Problem::Missing),
            Err(error) => self.fail(field, Problem::Amount(error)),
        }
    }

    fn soums(&mut self, field: &str, text: &str) -> Option<Tiyin> {
        self.money(field, text, 2).map(Tiyin)
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
        let amount = self.money("amount", &line.amount, currency.map_or(2, Currency::decimals));
        let region = self.chosen("region", &line.region);
        let typed_date = Some(line.date.trim()).filter(|text| !text.is_empty());
        let date = typed_date.map(|text| self.day(text, quarter));
        let contract = Some(line.contract.trim().to_owned()).filter(|text| !text.is_empty());
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

    /// A typed day of the quarter.
    fn day(&mut self, text: &str, quarter: Quarter) -> Option<NaiveDate> {
        match read_day(text) {
            Some(day) if quarter.contains(day) => Some(day),
            Some(_) => self.fail("date", Problem::OutsideQuarter),
            None => self.fail("date", Problem::NotADate),
        }
    }

    fn people(&mut self, line: &PeopleInput, taken: &[Region]) -> Option<PeopleLine> {
        let region = match self.chosen::<Region>("region", &line.region) {
            Some(region) if taken.contains(&region) => self.fail("region", Problem::RegionTwice),
            other => other,
        };
        let employees = if line.employees.trim().is_empty() {
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
        let payroll = if line.payroll.trim().is_empty() { Some(Tiyin::ZERO) } else { self.soums("payroll", &line.payroll) };
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        assert_eq!(FormInput::of(&content).check(quarter()), Ok(content));
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
        form.exports[0].amount = "1,234".into();
        form.exports[0].date = "2023-10-01".into();
        form.people[0].women = "13".into();
        form.control_total = String::new();
        let ambiguous = AmountError::Ambiguous { whole: "1234".into(), fraction: "1.234".into() };
        assert_eq!(
            problems(&form),
            [
                ("domestic.0.amount".into(), Problem::Amount(AmountError::Negative)),
                ("exports.0.country".into(), Problem::NotInList),
                ("exports.0.amount".into(), Problem::Amount(ambiguous)),
                ("exports.0.date".into(), Problem::OutsideQuarter),
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
        assert_eq!(problems(&form), [(String::new(), Problem::TooLong(LONGEST_TEXT))]);
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
    fn days_are_read_in_both_orders() {
        let day = NaiveDate::from_ymd_opt(2023, 9, 15);
        assert_eq!(read_day("2023-09-15"), day);
        assert_eq!(read_day("15.09.2023"), day);
        for text in ["2023-9", "15-09-2023", "2023.09.15", "31.02.2023", "x"] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }

    #[test]
    fn an_estimate_adds_what_can_be_read() {
        let mut form = filled();
        form.exports[0].date = String::new();
        form.exports.push(ExportInput { amount: "1,234".into(), ..form.exports[0].clone() });
        let means = [(Currency::USD, 12_000_000_000), (Currency::EUR, 13_200_000_000)];
        let estimate = form.estimate(&means);
        assert_eq!(estimate.domestic_tiyin, 100_000_000);
        assert_eq!(estimate.exports_cents, 275_055); // 2,500.50 × 1.1
        assert_eq!((estimate.unread, estimate.employees), (1, 12));
        assert_eq!(estimate.control_tiyin, Some(100_000_000));
    }

    #[test]
    fn every_field_is_reached_by_its_path() {
        let mut form = filled();
        *form.field_mut("exports.0.amount").unwrap() = "7".into();
        assert_eq!(form.exports[0].amount, "7");
        for path in ["", "exports", "exports.9.amount", "exports.0.nothing", "exports.x.amount", "other.0.amount"] {
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
