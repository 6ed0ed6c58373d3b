//! Words for the parts of the form.

use domain::{
    form::{Field, FieldPath, Section},
    measure::{Measure, Unit},
    people::PeopleCount,
};

use super::t;
use crate::{format, lang::Lang};

/// The name of a section of the form.
pub fn section(lang: Lang, section: Section) -> String {
    match section {
        Section::Domestic => t!(lang, form.domestic),
        Section::Exports => t!(lang, form.exports),
        Section::People => t!(lang, form.people),
    }
}

/// The name of a field.
pub fn field(lang: Lang, section: Section, field: Field) -> String {
    match field {
        Field::Region => t!(lang, form.region),
        Field::Activity => t!(lang, form.activity),
        Field::Country => t!(lang, form.country),
        Field::Category => t!(lang, form.category),
        Field::Currency => t!(lang, form.currency),
        Field::Amount if section == Section::Domestic => t!(lang, form.amount_uzs),
        Field::Amount => t!(lang, form.amount),
        Field::Date => t!(lang, form.date),
        Field::Contract => t!(lang, form.contract),
        Field::People(count) => people_count(lang, count),
        Field::Payroll => t!(lang, form.payroll),
    }
}

/// What is counted of people.
pub fn people_count(lang: Lang, count: PeopleCount) -> String {
    match count {
        PeopleCount::Employees => t!(lang, form.employees),
        PeopleCount::Specialists => t!(lang, form.specialists),
        PeopleCount::Women => t!(lang, form.women),
        PeopleCount::Under30 => t!(lang, form.under_30),
        PeopleCount::Disability => t!(lang, form.disability),
        PeopleCount::Foreign => t!(lang, form.foreign),
    }
}

/// The names of a section's fields: the head of a table of its lines.
pub fn head(lang: Lang, section: Section) -> Vec<String> {
    section.fields().iter().map(|spec| field(lang, section, spec.field)).collect()
}

/// Where a line of the form stands: "Exports, line 2".
pub fn line(lang: Lang, section: Section, line: usize) -> String {
    t!(lang, form.place, section = self::section(lang, section), line = line + 1)
}

/// Where something stands: "Exports, line 2, Country".
pub fn place(lang: Lang, at: FieldPath) -> String {
    match at {
        FieldPath::Line { section, line, field } => {
            let line = format::number(i64::try_from(line).map_or(i64::MAX, |line| line + 1));
            let field = self::field(lang, section, field);
            t!(lang, form.place_field, section = self::section(lang, section), line = line, field = field)
        }
        FieldPath::Section(section) => self::section(lang, section),
        FieldPath::Books => t!(lang, form.control),
        FieldPath::Total(measure) => self::measure(lang, measure),
    }
}

/// The name of a measure.
pub fn measure(lang: Lang, measure: Measure) -> String {
    match measure {
        Measure::Filings => t!(lang, measure.filings),
        Measure::ExportsUsd => t!(lang, measure.exports),
        Measure::ExportsUzs => t!(lang, measure.exports_uzs),
        Measure::DomesticUzs => t!(lang, measure.domestic),
        Measure::ServicesUzs => t!(lang, measure.services),
        Measure::Payroll => t!(lang, measure.payroll),
        Measure::People(PeopleCount::Employees) => t!(lang, measure.people),
        Measure::People(count) => people_count(lang, count),
    }
}

/// A value of a measure as it is said.
pub fn measured(lang: Lang, measure: Measure, value: i64) -> String {
    match measure.unit() {
        Unit::Cents => format::dollars_scaled(lang, value),
        Unit::Tiyin => format::soums_scaled(lang, value),
        Unit::Number => format::number(value),
    }
}
