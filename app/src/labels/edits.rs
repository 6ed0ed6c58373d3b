//! Texts of the edits, by code.

use domain::{
    amount::AmountError,
    day::DayError,
    edits::{Compared, Finding, Slip},
    form::{FieldPath, Kind, Section},
    measure::Measure,
    money::Tiyin,
};

use super::{form, t};
use crate::{format, lang::Lang};

/// What was found, as a sentence: what is wrong and what to do, or what is asked.
pub fn finding(lang: Lang, finding: &Finding) -> String {
    let at = finding.at;
    match &finding.compared {
        Compared::Missing => t!(lang, edits.missing),
        Compared::NotInList => t!(lang, edits.not_in_list),
        Compared::Day(DayError::NotADate) => t!(lang, edits.not_a_date),
        Compared::Day(DayError::NoSuchDay { month, days }) => {
            t!(lang, edits.no_such_day, month = format::month(lang, *month), days = *days)
        }
        Compared::OutsideQuarter(quarter) => {
            let (from, to) = (format::day(lang, quarter.first_day()), format::day(lang, quarter.last_day()));
            t!(lang, edits.outside_quarter, from = from, to = to)
        }
        Compared::HomeCountry => t!(lang, edits.home_country),
        Compared::RegionTwice => t!(lang, edits.region_twice),
        Compared::MoreThanEmployees => t!(lang, edits.more_than_employees),
        Compared::ControlCharacter => t!(lang, edits.control_character),
        Compared::TooLong(most) => t!(lang, edits.too_long, most = *most),
        Compared::TooManyLines(most) => t!(lang, edits.too_many_lines, most = *most),
        Compared::NoRate(currency) => t!(lang, edits.no_rate, currency = currency.code()),
        Compared::Amount(error) => match error {
            AmountError::Missing => t!(lang, edits.missing),
            AmountError::NotANumber if is_of_count(at) => t!(lang, edits.whole_number),
            AmountError::NotANumber => t!(lang, edits.not_a_number),
            AmountError::OtherCurrency { typed, wanted } => t!(lang, edits.other_currency, typed = typed.code(), wanted = wanted.code()),
            AmountError::Negative => t!(lang, edits.negative),
            AmountError::Ambiguous { whole, fraction } => {
                let (whole, fraction) = format::two_readings(lang, whole, fraction);
                t!(lang, edits.ambiguous, whole = whole, fraction = fraction)
            }
            AmountError::Grouping => t!(lang, edits.grouping),
            AmountError::TooManyDecimals(0) => t!(lang, edits.whole_number),
            AmountError::TooManyDecimals(most) => t!(lang, edits.too_many_decimals, most = *most),
            AmountError::TooLarge if is_of_count(at) => t!(lang, edits.count_too_large),
            AmountError::TooLarge => t!(lang, edits.too_large),
        },
        Compared::BooksDiffer { books, lines } => books_differ(lang, *books, *lines),
        Compared::Jump { before, now: 0, slip } => {
            t!(lang, edits.jump_to_nothing, what = what(lang, at), before = measured(lang, at, *before), slip = self::slip(lang, *slip))
        }
        Compared::Jump { before, now, slip } => {
            let change = format::times(lang, *before, *now);
            let (before, now) = (measured(lang, at, *before), measured(lang, at, *now));
            t!(lang, edits.jump, what = what(lang, at), before = before, now = now, change = change, slip = self::slip(lang, *slip))
        }
        Compared::BeyondAll { most, now, slip } => {
            let (most, now) = (measured(lang, at, *most), measured(lang, at, *now));
            t!(lang, edits.beyond_all, what = what(lang, at), most = most, now = now, slip = self::slip(lang, *slip))
        }
        Compared::LargeFirst { now } => {
            t!(lang, edits.large_first, what = what(lang, at), now = measured(lang, at, *now))
        }
        Compared::ControlTotalDiffers { difference } => t!(lang, edits.control, difference = format::decimal(lang, difference.0, 2)),
        Compared::UnitSlip { previous, current } => {
            t!(lang, edits.unit_slip, previous = format::soums_scaled(lang, previous.0), current = format::soums_scaled(lang, current.0))
        }
    }
}

/// Whether a field takes a number of people, not an amount of money.
fn is_of_count(at: FieldPath) -> bool {
    matches!(at, FieldPath::Line { section, field, .. } if section.field(field).is_some_and(|spec| spec.kind == Kind::Count))
}

fn books_differ(lang: Lang, books: Tiyin, lines: Tiyin) -> String {
    let difference = (books.0 - lines.0).abs();
    let share = domain::progress::ratio(difference, books.0.max(lines.0), 10_000).unwrap_or(0);
    let soums = |tiyin| format::decimal(lang, tiyin, 2);
    let (share, difference, books_said, lines_said) = (format::percent(lang, share), soums(difference), soums(books.0), soums(lines.0));
    if books > lines {
        t!(lang, edits.books_more, books = books_said, lines = lines_said, difference = difference, share = share)
    } else {
        t!(lang, edits.books_less, books = books_said, lines = lines_said, difference = difference, share = share)
    }
}

/// The line or the measure that is asked about.
fn what(lang: Lang, at: FieldPath) -> String {
    let measure = at.measure().map(|measure| form::measure(lang, measure)).unwrap_or_default();
    match at.line() {
        None => measure,
        // there two measures stand in one line
        Some((Section::People, line)) => format!("{} ({})", form::line(lang, Section::People, line), uncapitalised(&measure)),
        Some((section, line)) => form::line(lang, section, line),
    }
}

/// A value of the measure that stands there.
fn measured(lang: Lang, at: FieldPath, value: i64) -> String {
    form::measured(lang, at.measure().unwrap_or(Measure::EMPLOYEES), value)
}

/// A finding as it stands at its field: with the field's name first.
pub fn at_field(lang: Lang, found: &Finding) -> String {
    let name = match found.at {
        FieldPath::Line { section, field, .. } => form::field(lang, section, field),
        other => form::place(lang, other),
    };
    format!("{name}: {}", uncapitalised(&finding(lang, found)))
}

/// A finding in a summary: with the place of its field first.
pub fn at_place(lang: Lang, found: &Finding) -> String {
    format!("{}: {}", form::place(lang, found.at), uncapitalised(&finding(lang, found)))
}

/// A sentence after a colon.
fn uncapitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// What may have been mixed up.
fn slip(lang: Lang, slip: Option<Slip>) -> String {
    match slip {
        Some(Slip::Ten) => t!(lang, edits.slip_ten),
        Some(Slip::Hundred) => t!(lang, edits.slip_hundred),
        Some(Slip::Thousand) => t!(lang, edits.slip_thousand),
        Some(Slip::ExchangeRate) => t!(lang, edits.slip_rate),
        Some(Slip::Million) => t!(lang, edits.slip_million),
        None => t!(lang, edits.slip_none),
    }
}
