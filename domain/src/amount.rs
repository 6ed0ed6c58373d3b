//! Amounts as people type them, and the words of scale with which they are echoed.
//!
//! Spaces group digits; a comma or a point is a decimal mark or groups digits. What can be read in two ways
//! is asked about, never guessed: `1,234` may be one thousand or one and a bit.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest amount of one field, in minor units: 100 trillion soums are twenty times what all residents
/// earned in 2022, so more than this is a slip of the hand.
pub const LARGEST: i64 = 10_000_000_000_000_000;

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("no amount")]
    Missing,
    /// A sign other than digits, spaces and decimal marks.
    #[error("not a number")]
    NotANumber,
    /// Below zero; a correction of an earlier quarter amends that quarter.
    #[error("below zero")]
    Negative,
    /// Can be read in two ways; both are given, without group signs and with a decimal point.
    #[error("{whole} or {fraction}?")]
    Ambiguous {
        /// The mark read as a group sign: `1234`.
        whole: String,
        /// The mark read as a decimal mark: `1.234`.
        fraction: String,
    },
    /// Group signs do not stand before every third digit.
    #[error("digits are grouped irregularly")]
    Grouping,
    /// More decimals than the currency has.
    #[error("more than {0} decimals")]
    TooManyDecimals(u32),
    /// Above [`LARGEST`].
    #[error("too large")]
    TooLarge,
}

const SPACES: [char; 5] = [' ', '\u{a0}', '\u{2009}', '\u{202f}', '\''];

fn is_space(c: char) -> bool {
    SPACES.contains(&c)
}

/// Reads an amount into minor units of a currency with `decimals` decimals.
///
/// `"1 234 567,5"` with 2 decimals is `123_456_750`.
///
/// # Errors
/// See [`AmountError`]. The text is never changed to make it fit.
pub fn parse_amount(text: &str, decimals: u32) -> Result<i64, AmountError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_space(c));
    if text.is_empty() {
        return Err(AmountError::Missing);
    }
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        return Err(if parse_amount(rest, decimals).is_ok() { AmountError::Negative } else { AmountError::NotANumber });
    }
    if !text.chars().all(|c| c.is_ascii_digit() || is_space(c) || c == '.' || c == ',') {
        return Err(AmountError::NotANumber);
    }
    let (whole, fraction) = split_decimals(text)?;
    let digits = ungroup(whole)?;
    let places = usize::try_from(decimals).unwrap_or(0);
    if fraction.len() > places {
        return Err(AmountError::TooManyDecimals(decimals));
    }
    if digits.trim_start_matches('0').len() > 17 {
        return Err(AmountError::TooLarge);
    }
    let minor = format!("{digits}{fraction:0<places$}");
    match minor.parse::<i64>() {
        Ok(value) if value <= LARGEST => Ok(value),
        Ok(_) | Err(_) => Err(AmountError::TooLarge),
    }
}

/// Splits at the decimal mark. The fraction has digits only.
fn split_decimals(text: &str) -> Result<(&str, &str), AmountError> {
    let marks: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let Some(&(last, mark)) = marks.last() else {
        return Ok((text, ""));
    };
    let (whole, fraction) = (&text[..last], &text[last + 1..]);
    if marks.len() > 1 && marks.iter().all(|(_, c)| *c == mark) {
        return Ok((text, "")); // 1,234,567: the same mark twice can only group
    }
    if whole.is_empty() || fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AmountError::NotANumber);
    }
    let could_group = fraction.len() == 3 && whole.len() <= 3 && !whole.starts_with('0');
    if marks.len() == 1 && could_group && whole.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AmountError::Ambiguous { whole: format!("{whole}{fraction}"), fraction: format!("{whole}.{fraction}") });
    }
    Ok((whole, fraction))
}

/// Removes group signs, which must be of one kind and stand before every third digit.
fn ungroup(whole: &str) -> Result<String, AmountError> {
    let is_group = |c: char| is_space(c) || c == '.' || c == ',';
    let kinds = [whole.contains('.'), whole.contains(','), whole.contains(is_space)];
    if kinds.iter().filter(|present| **present).count() > 1 {
        return Err(AmountError::Grouping);
    }
    let groups: Vec<&str> = whole.split(is_group).collect();
    let regular = groups.len() == 1 || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3));
    if regular { Ok(groups.concat()) } else { Err(AmountError::Grouping) }
}

/// Reads a head count: digits, with spaces allowed.
///
/// # Errors
/// See [`AmountError`]; more than a million people is [`AmountError::TooLarge`].
pub fn parse_count(text: &str) -> Result<u32, AmountError> {
    let value = parse_amount(text, 0)?;
    u32::try_from(value).ok().filter(|count| *count <= 1_000_000).ok_or(AmountError::TooLarge)
}

/// A word of scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Scale {
    Thousand,
    Million,
    Billion,
    Trillion,
}

/// The amount in tenths of the largest word of scale that leaves at least one whole: 1 234 567 is
/// `(12, Million)`, said "1.2 million". Nothing below a thousand.
pub fn in_words_of_scale(units: i64) -> Option<(i64, Scale)> {
    const STEPS: [(i64, Scale); 4] =
        [(1_000_000_000_000, Scale::Trillion), (1_000_000_000, Scale::Billion), (1_000_000, Scale::Million), (1_000, Scale::Thousand)];
    let size = units.checked_abs()?;
    let position = STEPS.iter().position(|(step, _)| size >= *step)?;
    let tenths = |step: i64| (units / (step / 100) + 5 * units.signum()) / 10;
    let (step, scale) = STEPS[position];
    // 999 960 rounds to 1000.0 thousand, which is said 1.0 million
    if position > 0 && tenths(step).abs() >= 10_000 {
        let (step, scale) = STEPS[position - 1];
        return Some((tenths(step), scale));
    }
    Some((tenths(step), scale))
}

/// Minor units as plain text with a decimal point and no group signs: the form that reads back everywhere.
pub fn plain(minor: i64, decimals: u32) -> String {
    if decimals == 0 {
        return minor.to_string();
    }
    let unit = 10_u64.pow(decimals);
    let size = minor.unsigned_abs();
    let sign = if minor < 0 { "-" } else { "" };
    let places = usize::try_from(decimals).unwrap_or(0);
    format!("{sign}{}.{:0places$}", size / unit, size % unit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_decimal_marks_and_all_spaces_are_read() {
        for (text, minor) in [
            ("0", 0),
            ("7", 700),
            ("1234567", 123_456_700),
            ("1 234 567,5", 123_456_750),
            ("1 234 567.05", 123_456_705),
            ("1\u{a0}234\u{202f}567", 123_456_700),
            ("1.234.567,89", 123_456_789),
            ("1,234,567.89", 123_456_789),
            ("1,234,567", 123_456_700),
            ("12,5", 1_250),
            ("0.5", 50),
            (" 15 000 ", 1_500_000),
        ] {
            assert_eq!(parse_amount(text, 2), Ok(minor), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let ambiguous = |whole: &str, fraction: &str| AmountError::Ambiguous { whole: whole.into(), fraction: fraction.into() };
        for (text, error) in [
            ("", AmountError::Missing),
            ("   ", AmountError::Missing),
            ("1,234", ambiguous("1234", "1.234")),
            ("12.500", ambiguous("12500", "12.500")),
            ("-5", AmountError::Negative),
            ("\u{2212}1 000", AmountError::Negative),
            ("five", AmountError::NotANumber),
            ("1e9", AmountError::NotANumber),
            ("5,", AmountError::NotANumber),
            ("1 23 456", AmountError::Grouping),
            ("12,34,567", AmountError::Grouping),
            ("1.234 567,00", AmountError::Grouping),
            ("1,2345", AmountError::TooManyDecimals(2)),
            ("0,123", AmountError::TooManyDecimals(2)),
            ("1 000 000 000 000 000", AmountError::TooLarge),
            ("99999999999999999999999999", AmountError::TooLarge),
        ] {
            assert_eq!(parse_amount(text, 2), Err(error), "{text}");
        }
    }

    #[test]
    fn decimals_follow_the_currency() {
        assert_eq!(parse_amount("500 000", 0), Ok(500_000));
        assert_eq!(parse_amount("1,5", 0), Err(AmountError::TooManyDecimals(0)));
        assert_eq!(parse_amount("1.2345", 3), Err(AmountError::TooManyDecimals(3)));
        assert_eq!(parse_count("1 200"), Ok(1_200));
        assert_eq!(parse_count("2 000 000"), Err(AmountError::TooLarge));
    }

    #[test]
    fn scale_is_said_in_the_largest_word() {
        assert_eq!(in_words_of_scale(999), None);
        assert_eq!(in_words_of_scale(1_234_567), Some((12, Scale::Million)));
        assert_eq!(in_words_of_scale(999_960), Some((10, Scale::Million)));
        assert_eq!(in_words_of_scale(15_000), Some((150, Scale::Thousand)));
        assert_eq!(in_words_of_scale(5_000_000_000_000), Some((50, Scale::Trillion)));
    }

    proptest! {
        #[test]
        fn plain_form_reads_back(minor in 0..LARGEST, decimals in prop_oneof![Just(0_u32), Just(2)]) {
            prop_assert_eq!(parse_amount(&plain(minor, decimals), decimals), Ok(minor));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}", decimals in 0..4_u32) {
            if let Ok(minor) = parse_amount(&text, decimals) {
                prop_assert!((0..=LARGEST).contains(&minor));
            }
        }
    }
}
