//! Days as people type them, in figures or with the month's name in any language of the interface.

use chrono::{Datelike, NaiveDate};
use thiserror::Error;

use crate::{quarter::Quarter, typed::plain_signs};

/// Why a text is not a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DayError {
    /// Not a date in any form that is read.
    #[error("not a date")]
    NotADate,
    /// The month has fewer days.
    #[error("month {month} has {days} days")]
    NoSuchDay {
        /// 1 to 12.
        month: u32,
        /// How many days it has.
        days: u32,
    },
}

/// Names of months without their endings, in Uzbek, Russian and English.
const MONTHS: [&[&str]; 12] = [
    &["yanvar", "январ", "january"],
    &["fevral", "феврал", "february"],
    &["mart", "март", "march"],
    &["aprel", "апрел", "april"],
    &["may", "май", "мая", "мае"],
    &["iyun", "июн", "june"],
    &["iyul", "июл", "july"],
    &["avgust", "август", "august"],
    &["sentabr", "sentyabr", "сентябр", "september"],
    &["oktabr", "oktyabr", "октябр", "october"],
    &["noyabr", "ноябр", "november"],
    &["dekabr", "декабр", "december"],
];
/// What may follow the name of a month.
const ENDINGS: [&str; 14] = ["", "ь", "я", "е", "а", "ю", "da", "dan", "ga", "ning", "да", "дан", "ьда", "га"];
/// Words that stand in a date and say nothing.
const FILLERS: [&str; 20] = [
    "y",
    "yil",
    "yili",
    "yilda",
    "yilning",
    "kuni",
    "г",
    "год",
    "года",
    "году",
    "й",
    "йил",
    "йили",
    "йилда",
    "йилнинг",
    "of",
    "th",
    "st",
    "nd",
    "rd",
];

/// Reads a day: `15.09.2023`, `5.9.23`, `15.09`, `15/09/2023`, `15-09-2023`, `15092023`, `2023-09-15`, `20230915`,
/// `2023-09-15T00:00`, `15 сентября 2023 г.`, `2023-yil 15-sentabr`, `15-sentabr`. The day comes before the month; a day without a year is of the year of `quarter`.
///
/// # Errors
/// See [`DayError`].
pub fn parse_day(text: &str, quarter: Quarter) -> Result<NaiveDate, DayError> {
    let text = plain_signs(text).to_lowercase();
    let text = without_time(&text);
    let has_name = |text: &str| text.split(|c: char| !c.is_alphabetic()).any(|word| !word.is_empty() && !FILLERS.contains(&word));
    let read = if has_name(text) { with_name(text, quarter) } else { in_figures(without_year_word(text), quarter) };
    let (day, month, year) = read.ok_or(DayError::NotADate)?;
    let first = NaiveDate::from_ymd_opt(year, month, 1).ok_or(DayError::NotADate)?;
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| day > 0).ok_or_else(|| match day {
        0 | 32.. => DayError::NotADate,
        _ => DayError::NoSuchDay { month, days: u32::from(first.num_days_in_month()) },
    })
}

/// `2023-09-15t00:00:00` and `15.09.2023 10:30`, as programs write them, without the time.
fn without_time(text: &str) -> &str {
    let is_time = |time: &str| {
        let figures = time.trim_end_matches('z').bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'+' | b'-'));
        time.len() >= 4 && time.as_bytes().get(1..3).is_some_and(|start| start.contains(&b':')) && figures
    };
    match text.split_at_checked(10) {
        Some((day, rest)) if rest.strip_prefix(['t', ' ']).is_some_and(is_time) => day,
        _ => text,
    }
}

/// `15.09.2023 г.`, `15.09.2023 yil`, `15.09.2023-y.` without the word for the year and what stands around it.
fn without_year_word(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_alphabetic() || matches!(c, '.' | ' ' | '-'))
}

/// Digits only, of at most `most` figures.
fn figure(text: &str, most: usize) -> Option<u32> {
    ((1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A year of four figures, or of two in this century.
fn year(text: &str) -> Option<i32> {
    let year = i32::try_from(figure(text, 4)?).ok()?;
    match text.len() {
        2 => Some(2000 + year),
        4 => Some(year),
        _ => None,
    }
}

/// Day, month and year in figures, with one kind of sign between them or none.
fn in_figures(text: &str, quarter: Quarter) -> Option<(u32, u32, i32)> {
    let signs = |text: &str| text.chars().find(|c| matches!(c, '.' | ',' | '/' | '-'));
    if let Some(sign) = signs(text).or_else(|| text.contains(' ').then_some(' ')) {
        // "15. 09. 2023", "15 / 09 / 2023": spaces belong to the sign that they stand beside
        let parts: Vec<&str> = text.split(sign).map(str::trim).collect();
        return match parts[..] {
            [first, month, day] if first.len() == 4 => Some((figure(day, 2)?, figure(month, 2)?, year(first)?)),
            [day, month, last] => Some((figure(day, 2)?, figure(month, 2)?, year(last)?)),
            [day, month] => Some((figure(day, 2)?, figure(month, 2)?, quarter.year())),
            _ => None,
        };
    }
    // all that the figures of a phone can type
    let part = |from: usize, to: usize| figure(text.get(from..to)?, 4);
    let of_century = |year: u32| (1900..2100).contains(&year);
    match text.len() {
        6 => Some((part(0, 2)?, part(2, 4)?, year(text.get(4..)?)?)),
        8 if of_century(part(4, 8)?) => Some((part(0, 2)?, part(2, 4)?, year(text.get(4..)?)?)),
        8 => Some((part(6, 8)?, part(4, 6)?, year(text.get(..4)?)?)),
        _ => None,
    }
}

/// A day with the month's name.
fn with_name(text: &str, quarter: Quarter) -> Option<(u32, u32, i32)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '\'';
    let (mut day, mut month, mut of_year) = (None, None, None);
    for word in text.split(|c| !is_part(c)).filter(|word| !word.is_empty()) {
        let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, name) = word.split_at(digits);
        let slot = match number.len() {
            0 => None,
            1 | 2 if day.is_none() => Some(&mut day),
            _ => Some(&mut of_year),
        };
        if let Some(slot) = slot
            && slot.replace(number).is_some()
        {
            return None;
        }
        if !name.is_empty() && !FILLERS.contains(&name) && month.replace(month_of(name)?).is_some() {
            return None;
        }
    }
    Some((figure(day?, 2)?, month?, of_year.map_or(Some(quarter.year()), year)?))
}

/// The month of a name, or of a beginning of it of at least three letters that no other month has.
fn month_of(name: &str) -> Option<u32> {
    let is_short = |stem: &&str| stem.starts_with(name) && name.chars().count() >= 3;
    let is_whole = |stem: &&str| name.strip_prefix(*stem).is_some_and(|ending| ENDINGS.contains(&ending));
    let mut found = (1..).zip(MONTHS).filter(|(_, stems)| stems.iter().any(|stem| is_short(stem) || is_whole(stem)));
    let (month, _) = found.next()?;
    found.next().is_none().then_some(month)
}

/// A day as people write it: `15.09.2023`.
pub fn as_typed(day: NaiveDate) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quarter() -> Quarter {
        "2023-Q3".parse().unwrap()
    }

    #[test]
    fn a_day_is_read_as_people_write_it() {
        let day = NaiveDate::from_ymd_opt(2023, 9, 15).unwrap();
        for text in [
            "2023-09-15",
            "15.09.2023",
            "15.9.2023",
            "15.09.23",
            "15/09/2023",
            "15-09-2023",
            "15 09 2023",
            "15. 09. 2023",
            "15.09.2023 г.",
            "15092023",
            "150923",
            "2023.09.15",
            "\u{200e}15\u{2013}09\u{2013}2023 ",
            "15 сентября 2023",
            "15 сентября 2023 г.",
            "15-sentabr",
            "15-sentabr, 2023",
            "2023-yil 15-sentabr",
            "2023 yil 15 sentyabr",
            "15 September 2023",
            "15th of Sept 2023",
            "September 15, 2023",
            "15 сент 23",
            "15.09",
            "15/9",
            "20230915",
            "2023-09-15T00:00",
            "2023-09-15 10:30:00",
            "15 sen. 2023-y.",
            "15 sentabrda",
            "15.09.2023 yil",
            "15.09.2023-y.",
            "15.09.2023 y.",
            "15.09.2023 года",
            "15.09.2023 й.",
            "2023.09.15 йил",
            "15 сентябрь 2023 йил",
            "2023 йил 15 сентябрь",
            "15,09,2023",
            "15 / 09 / 2023",
            "15 - 09 - 2023",
            "15.09.2023 10:30",
            "15 сентябрда",
        ] {
            assert_eq!(parse_day(text, quarter()), Ok(day), "{text}");
        }
        assert_eq!(parse_day("5.9.2023", quarter()), Ok(NaiveDate::from_ymd_opt(2023, 9, 5).unwrap()));
    }

    #[test]
    fn what_is_no_day_says_why() {
        let no_such = |month, days| DayError::NoSuchDay { month, days };
        for (text, error) in [
            ("31.09.2023", no_such(9, 30)),
            ("31 сентября", no_such(9, 30)),
            ("29.02.2023", no_such(2, 28)),
            ("32.09.2023", DayError::NotADate),
            ("00.09.2023", DayError::NotADate),
            ("09/15/2023", DayError::NotADate),
            ("+15.+9.2023", DayError::NotADate),
            ("2023-09.15", DayError::NotADate),
            ("31.09", no_such(9, 30)),
            ("20230931", no_such(9, 30)),
            ("2023-9", DayError::NotADate),
            ("15 marriage", DayError::NotADate),
            ("15 iyu", DayError::NotADate),
            ("2023-09-15T", DayError::NotADate),
            ("99999999", DayError::NotADate),
            ("15.09.2023.1", DayError::NotADate),
            ("15 september 2023 14", DayError::NotADate),
            ("15 x 2023", DayError::NotADate),
            ("yesterday", DayError::NotADate),
            ("x", DayError::NotADate),
            ("15 09.2023", DayError::NotADate),
            ("15 09 2023 10", DayError::NotADate),
            ("15..2023", DayError::NotADate),
            ("yil", DayError::NotADate),
            ("-", DayError::NotADate),
        ] {
            assert_eq!(parse_day(text, quarter()), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_prefilled_is_taken(days in 0..36_000_i64) {
            let day = NaiveDate::from_ymd_opt(2001, 1, 1).unwrap() + chrono::TimeDelta::days(days);
            prop_assert_eq!(parse_day(&as_typed(day), quarter()), Ok(day));
            prop_assert_eq!(parse_day(&day.format("%d%m%Y").to_string(), quarter()), Ok(day));
            prop_assert_eq!(parse_day(&day.to_string(), quarter()), Ok(day));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}", figures in "[0-9./ -]{0,12}") {
            let _ = parse_day(&text, quarter());
            let _ = parse_day(&figures, quarter());
        }
    }
}
