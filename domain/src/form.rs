//! The filing form: what was typed, word for word, and what is wrong with it.
//!
//! A draft keeps the typed text, so nothing is lost or changed however wrong it is; checking turns it into
//! [`Content`] or into a list of findings, each at its field.

use serde::{Deserialize, Serialize};

use crate::{
    amount::as_typed,
    classification::ServiceCategory,
    content::Content,
    day,
    money::{Currency, Tiyin},
    people::PeopleCount,
    region::Region,
};

mod check;
mod estimate;
mod field;
mod line;
mod path;

pub use estimate::Estimate;
pub use field::{Field, FieldSpec, Kind, LONGEST_TEXT, MOST_LINES, Need, Section};
pub use line::TypedLine;
pub use path::FieldPath;

/// The form as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "each is the section of the same name in `content`")]
pub struct FormInput {
    pub domestic: Vec<TypedLine>,
    pub exports: Vec<TypedLine>,
    pub people: Vec<TypedLine>,
    pub control_total: String,
}

impl FormInput {
    /// The form of a new filing: one line each, in the registered region.
    pub fn new(registered: Region) -> Self {
        let mut form = Self::default();
        for section in Section::ALL {
            form.add_line(*section, registered);
        }
        form
    }

    /// The lines of a section.
    pub fn lines(&self, section: Section) -> &[TypedLine] {
        match section {
            Section::Domestic => &self.domestic,
            Section::Exports => &self.exports,
            Section::People => &self.people,
        }
    }

    fn lines_mut(&mut self, section: Section) -> &mut Vec<TypedLine> {
        match section {
            Section::Domestic => &mut self.domestic,
            Section::Exports => &mut self.exports,
            Section::People => &mut self.people,
        }
    }

    /// The lines of a section in which something was typed, each with its place from 0.
    pub fn filled(&self, section: Section) -> impl Iterator<Item = (usize, &TypedLine)> {
        self.lines(section).iter().enumerate().filter(move |(_, line)| !line.is_blank(section))
    }

    /// Every text with its place, in the order of the form.
    fn texts(&self) -> impl Iterator<Item = (FieldPath, &str)> {
        let lines =
            Section::ALL.iter().flat_map(|section| self.lines(*section).iter().enumerate().map(move |(n, line)| (*section, n, line)));
        let texts = lines.flat_map(|(section, n, line)| line.texts().map(move |(field, text)| (FieldPath::of(section, n, field), text)));
        texts.chain([(FieldPath::Books, self.control_total.as_str())])
    }

    /// Adds an empty line in `region`.
    pub fn add_line(&mut self, section: Section, region: Region) {
        let texts = section.fields().iter().map(|spec| (spec.field, preset(*spec, region)));
        self.lines_mut(section).push(TypedLine::of(section, texts));
    }

    /// Removes line `index` (from 0), if there is one.
    pub fn remove_line(&mut self, section: Section, index: usize) {
        let lines = self.lines_mut(section);
        if index < lines.len() {
            lines.remove(index);
        }
    }

    /// The text of a field; `None` where there is no such line.
    pub fn field(&self, at: FieldPath) -> Option<&str> {
        match at {
            FieldPath::Books => Some(&self.control_total),
            FieldPath::Line { section, line, field } => self.lines(section).get(line).map(|line| line.get(field)),
            FieldPath::Section(_) | FieldPath::Total(_) => None,
        }
    }

    /// As [`Self::field`], to be changed.
    pub fn field_mut(&mut self, at: FieldPath) -> Option<&mut String> {
        match at {
            FieldPath::Books => Some(&mut self.control_total),
            FieldPath::Line { section, line, field } => self.lines_mut(section).get_mut(line).map(|line| line.entry(field)),
            FieldPath::Section(_) | FieldPath::Total(_) => None,
        }
    }

    /// The form that says what `content` says: the beginning of a correction or an amendment.
    pub fn of(content: &Content) -> Self {
        let soums = |amount: Tiyin| as_typed(amount.0, 2);
        let line = |section, texts: Vec<(Field, String)>| TypedLine::of(section, texts.iter().map(|(field, text)| (*field, text.as_str())));
        let domestic = content.domestic.iter().map(|l| {
            let texts =
                vec![(Field::Region, l.region.to_string()), (Field::Activity, l.activity.to_string()), (Field::Amount, soums(l.amount))];
            line(Section::Domestic, texts)
        });
        let exports = content.exports.iter().map(|l| {
            let texts = vec![
                (Field::Country, l.country.to_string()),
                (Field::Category, l.category.to_string()),
                (Field::Currency, l.currency.to_string()),
                (Field::Amount, as_typed(l.amount, l.currency.decimals())),
                (Field::Region, l.region.to_string()),
                (Field::Date, l.date.map(day::as_typed).unwrap_or_default()),
                (Field::Contract, l.contract.clone().unwrap_or_default()),
            ];
            line(Section::Exports, texts)
        });
        let people = content.people.iter().map(|l| {
            let mut texts = vec![(Field::Region, l.region.to_string()), (Field::Payroll, soums(l.payroll))];
            texts.extend(PeopleCount::ALL.iter().map(|count| (Field::People(*count), l.counts[*count].to_string())));
            line(Section::People, texts)
        });
        Self {
            domestic: domestic.collect(),
            exports: exports.collect(),
            people: people.collect(),
            control_total: soums(content.control_total),
        }
    }
}

/// What the form chooses by itself for a new line.
fn preset(spec: FieldSpec, region: Region) -> &'static str {
    match spec.kind {
        Kind::Region => region.iso(),
        Kind::Category => ServiceCategory::Computer.code(),
        Kind::Currency => Currency::USD.code(),
        Kind::Activity | Kind::Country | Kind::Soums | Kind::Money | Kind::Count | Kind::Day | Kind::Text => "",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{amount::AmountError, edits::Compared, quarter::Quarter};

    fn quarter() -> Quarter {
        "2023-Q3".parse().unwrap()
    }

    const EMPLOYEES: Field = Field::People(PeopleCount::Employees);
    const WOMEN: Field = Field::People(PeopleCount::Women);

    fn filled() -> FormInput {
        let mut form = FormInput::new(Region::Samarkand);
        let domestic = [(Field::Region, "UZ-SA"), (Field::Activity, "software"), (Field::Amount, "1 000 000")];
        form.domestic[0] = TypedLine::of(Section::Domestic, domestic);
        let export = [
            (Field::Country, "DE"),
            (Field::Category, "SI2"),
            (Field::Currency, "EUR"),
            (Field::Amount, "2 500,50"),
            (Field::Region, "UZ-SA"),
            (Field::Date, "2023-08-15"),
            (Field::Contract, "7/23"),
        ];
        form.exports[0] = TypedLine::of(Section::Exports, export);
        set(&mut form.people[0], EMPLOYEES, "12");
        set(&mut form.people[0], WOMEN, "5");
        form.control_total = "1000000".into();
        form
    }

    fn set(line: &mut TypedLine, field: Field, text: &str) {
        text.clone_into(line.entry(field));
    }

    /// What is found, by the path of its field, in the order of the form; each is one its edit looks at.
    fn found(form: &FormInput) -> Vec<(String, Compared)> {
        let findings = form.check(quarter()).unwrap_err();
        assert!(findings.iter().all(|finding| finding.edit().concerns(finding.at)), "{findings:?}");
        findings.into_iter().map(|finding| (finding.at.to_string(), finding.compared)).collect()
    }

    #[test]
    fn a_filled_form_reads_into_content_and_back() {
        let content = filled().check(quarter()).unwrap();
        assert_eq!(content.domestic[0].amount, Tiyin(100_000_000));
        assert_eq!(content.exports[0].amount, 250_050);
        assert_eq!(content.people[0].counts[PeopleCount::Women], 5);
        let again = FormInput::of(&content);
        assert_eq!((again.exports[0].get(Field::Amount), again.exports[0].get(Field::Date)), ("2 500,50", "15.08.2023"));
        assert_eq!(again.check(quarter()), Ok(content));
    }

    #[test]
    fn a_nil_filing_needs_only_the_control_total() {
        let mut form = FormInput::new(Region::Navoi);
        assert_eq!(found(&form), [("control_total".into(), Compared::Missing)]);
        form.control_total = "0".into();
        assert!(form.check(quarter()).unwrap().is_nil());
    }

    #[test]
    fn each_problem_stands_at_its_field() {
        let mut form = filled();
        set(&mut form.domestic[0], Field::Amount, "-5");
        set(&mut form.exports[0], Field::Country, "XX");
        set(&mut form.exports[0], Field::Currency, "KWD");
        set(&mut form.exports[0], Field::Amount, "1,234");
        set(&mut form.exports[0], Field::Date, "2023-10-01");
        set(&mut form.exports[0], Field::Contract, "7\u{0}23");
        set(&mut form.people[0], WOMEN, "13");
        form.control_total = String::new();
        let ambiguous = AmountError::Ambiguous { whole: "1234".into(), fraction: "1.234".into() };
        assert_eq!(
            found(&form),
            [
                ("domestic.0.amount".into(), Compared::Amount(AmountError::Negative)),
                ("exports.0.country".into(), Compared::NotInList),
                ("exports.0.amount".into(), Compared::Amount(ambiguous)),
                ("exports.0.date".into(), Compared::OutsideQuarter(quarter())),
                ("exports.0.contract".into(), Compared::ControlCharacter),
                ("people.0.women".into(), Compared::MoreThanEmployees),
                ("control_total".into(), Compared::Missing),
            ]
        );
        set(&mut form.exports[0], Field::Country, "UZ");
        assert!(found(&form).contains(&("exports.0.country".into(), Compared::HomeCountry)));
    }

    #[test]
    fn a_region_has_one_line_of_people() {
        let mut form = filled();
        form.people.push(form.people[0].clone());
        assert_eq!(found(&form), [("people.1.region".into(), Compared::RegionTwice)]);
    }

    #[test]
    fn absurd_sizes_are_named() {
        let mut form = filled();
        form.domestic = vec![form.domestic[0].clone(); 10_000];
        assert_eq!(found(&form), [("domestic".into(), Compared::TooManyLines(MOST_LINES))]);
        let mut form = filled();
        set(&mut form.exports[0], Field::Contract, &"x".repeat(1_000_000));
        assert_eq!(found(&form), [("exports.0.contract".into(), Compared::TooLong(LONGEST_TEXT))]);
    }

    #[test]
    fn lines_are_added_and_removed() {
        let mut form = filled();
        form.add_line(Section::Exports, Region::Bukhara);
        assert_eq!(form.exports[1].get(Field::Region), "UZ-BU");
        assert!(form.exports[1].is_blank(Section::Exports));
        form.remove_line(Section::Exports, 0);
        form.remove_line(Section::Exports, 7);
        assert_eq!(form.exports.len(), 1);
    }

    #[test]
    fn an_estimate_adds_what_can_be_read() {
        let mut form = filled();
        set(&mut form.exports[0], Field::Date, "");
        form.exports.push(form.exports[0].clone());
        set(&mut form.exports[1], Field::Amount, "1,2345");
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
        set(&mut form.exports[0], Field::Amount, "5 000 000 000 000");
        set(&mut form.exports[0], Field::Country, "DE");
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
        let amount = FieldPath::of(Section::Exports, 0, Field::Amount);
        *form.field_mut(amount).unwrap() = "7".into();
        assert_eq!(form.exports[0].get(Field::Amount), "7");
        assert_eq!(form.field(amount), Some("7"));
        for nowhere in [FieldPath::Section(Section::Exports), FieldPath::of(Section::Exports, 9, Field::Amount)] {
            assert_eq!(form.field(nowhere), None, "{nowhere}");
            assert_eq!(form.field_mut(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn a_line_reads_back_as_it_is_stored_and_what_no_field_has_is_left_out() {
        let form = filled();
        let text = serde_json::to_string(&form.domestic[0]).unwrap();
        assert_eq!(text, r#"{"region":"UZ-SA","activity":"software","amount":"1 000 000"}"#);
        assert_eq!(serde_json::from_str::<FormInput>(&serde_json::to_string(&form).unwrap()).unwrap(), form);
        let partial: TypedLine = serde_json::from_str(r#"{"amount":"5","other":"7"}"#).unwrap();
        assert_eq!(partial.texts().collect::<Vec<_>>(), [(Field::Amount, "5")]);
        assert_eq!((partial.get(Field::Region), partial.is_blank(Section::Domestic)), ("", false));
    }

    proptest! {
        #[test]
        fn no_typed_text_panics(amount in "\\PC{0,12}", code in "\\PC{0,4}", date in "[0-9.\\-]{0,10}") {
            let mut form = filled();
            set(&mut form.domestic[0], Field::Amount, &amount);
            for (field, text) in [(Field::Country, &code), (Field::Currency, &code), (Field::Amount, &amount), (Field::Date, &date)] {
                set(&mut form.exports[0], field, text);
            }
            set(&mut form.people[0], Field::Region, &code);
            let _ = form.check(quarter());
        }
    }
}
