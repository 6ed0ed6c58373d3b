//! Amounts as people type them, and the words of scale with which they are echoed.
//!
//! Spaces and apostrophes group digits; a comma or a point is a decimal mark or groups digits. What can be read in two
//! ways is asked about, never guessed: in dinars of three decimals `1,234` may be one thousand or one and a bit. Where a
//! field has fewer decimals it is one thousand.

use thiserror::Error;

use crate::{money::Currency, typed::plain_signs};

/// The largest amount of one field, in minor units: 100 trillion soums are twenty times what all residents
/// earned in 2022, so more than this is a slip of the hand.
pub const LARGEST: i64 = 10_000_000_000_000_000;

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AmountError {
    /// Nothing was typed.
    #[error("no amount")]
    Missing,
    /// A sign other than digits, spaces and decimal marks.
    #[error("not a number")]
    NotANumber,
    /// The name or sign of another currency stands beside it.
    #[error("in {typed}, not in {wanted}")]
    OtherCurrency {
        /// As typed.
        typed: Currency,
        /// Of the field.
        wanted: Currency,
    },
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

/// Reads an amount of money into minor units of its currency. The unit may stand before or after it, as pages write it:
/// `"1 234 567,5"` and `"1 234 567.50 soum"` in soums are `123_456_750`.
///
/// # Errors
/// See [`AmountError`]. The text is never changed to make it fit.
pub fn parse_amount(text: &str, currency: Currency) -> Result<i64, AmountError> {
    let text = plain_signs(text);
    read(without_unit(without_scale(&text), currency)?, currency.decimals())
}

/// The amount without what pages write behind it, `1 234 567.50 soum · 1.2 million`: what follows the dot says the same again.
fn without_scale(text: &str) -> &str {
    let says_scale = |rest: &str| {
        rest.strip_prefix(' ').and_then(|rest| rest.split_once(' ')).is_some_and(|(figure, word)| {
            let is_figure = figure.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
            is_figure && word.trim_end_matches('.').chars().all(char::is_alphabetic)
        })
    };
    match text.split_once('·') {
        Some((amount, rest)) if amount.ends_with(' ') && says_scale(rest) => amount,
        _ => text,
    }
}

/// Reads a head count: a whole number.
///
/// # Errors
/// See [`AmountError`]; more than a million people is [`AmountError::TooLarge`].
pub fn parse_count(text: &str) -> Result<u32, AmountError> {
    let value = read(&plain_signs(text), 0)?;
    u32::try_from(value).ok().filter(|count| *count <= 1_000_000).ok_or(AmountError::TooLarge)
}

/// The amount without the name or sign of its currency.
fn without_unit(text: &str, currency: Currency) -> Result<&str, AmountError> {
    let is_figure = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '(' | ')');
    let (first, last) = (text.find(is_figure), text.rfind(is_figure));
    let (Some(first), Some(last)) = (first, last) else { return Ok(text) };
    let (before, after) = (text[..first].trim(), text[last + 1..].trim());
    let (before, after) = (before.trim_end_matches('.'), after.trim_end_matches('.'));
    let (unit, amount) = match (before, after) {
        ("", unit) => (unit, &text[..=last]),
        (unit, "") => (unit, &text[first..]),
        _ => return Ok(text.trim()),
    };
    if currency.is_called(unit) {
        return Ok(amount.trim());
    }
    match Currency::all().find(|other| other.is_called(unit)) {
        Some(typed) => Err(AmountError::OtherCurrency { typed, wanted: currency }),
        None => Ok(text.trim()),
    }
}

/// Reads a number with at most `decimals` decimals into its smallest units.
fn read(text: &str, decimals: u32) -> Result<i64, AmountError> {
    let text = text.trim_matches(|c| c == ' ' || c == '\'');
    if text.is_empty() {
        return Err(AmountError::Missing);
    }
    if let Some(size) = below_zero(text) {
        return Err(match read(size, decimals) {
            Ok(_) | Err(AmountError::Ambiguous { .. }) => AmountError::Negative,
            Err(AmountError::Missing) => AmountError::NotANumber,
            Err(error) => error,
        });
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    if !text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '\'' | '.' | ',')) {
        return Err(AmountError::NotANumber);
    }
    let places = usize::try_from(decimals).unwrap_or(0);
    let (whole, fraction) = split_decimals(text, places)?;
    let digits = ungroup(whole)?;
    // zeros after the last decimal add nothing and cannot be read in two ways
    let fraction = if fraction.len() > places { fraction.trim_end_matches('0') } else { fraction };
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

/// The size of an amount written as below zero: `-5`, `5-` or, as in books, `(5)`.
fn below_zero(text: &str) -> Option<&str> {
    let in_brackets = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    in_brackets.or_else(|| text.strip_prefix('-')).or_else(|| text.strip_suffix('-')).map(str::trim)
}

/// Splits at the decimal mark. The fraction has digits only. Whether one mark before three digits can be a decimal mark
/// depends on `places`, the decimals of the field: with two or none it can only group.
fn split_decimals(text: &str, places: usize) -> Result<(&str, &str), AmountError> {
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
        if places < 3 {
            return Ok((text, ""));
        }
        return Err(AmountError::Ambiguous { whole: format!("{whole}{fraction}"), fraction: format!("{whole}.{fraction}") });
    }
    Ok((whole, fraction))
}

/// Removes group signs, which must be of one kind and stand before every third digit.
fn ungroup(whole: &str) -> Result<String, AmountError> {
    const GROUPS: [char; 4] = [' ', '\'', '.', ','];
    if GROUPS.iter().filter(|sign| whole.contains(**sign)).count() > 1 {
        return Err(AmountError::Grouping);
    }
    let groups: Vec<&str> = whole.split(GROUPS).collect();
    let regular = groups.len() == 1 || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|g| g.len() == 3));
    if regular { Ok(groups.concat()) } else { Err(AmountError::Grouping) }
}

/// An amount as people write it, `1 234 567,50`, so that it can be read in one way only: what is prefilled must be taken.
pub fn as_typed(minor: i64, decimals: u32) -> String {
    let plain = plain(minor, decimals);
    let Some((whole, fraction)) = plain.split_once('.') else { return grouped(&plain) };
    if fraction.len() == 3 && fraction.ends_with('0') {
        let fraction = fraction.trim_end_matches('0');
        return if fraction.is_empty() { grouped(whole) } else { format!("{},{fraction}", grouped(whole)) };
    }
    // three digits after one mark could be a group: a fourth says that they are not
    let fourth = if fraction.len() == 3 && whole.len() <= 3 { "0" } else { "" };
    format!("{},{fraction}{fourth}", grouped(whole))
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A word of scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Reads the form of [`plain`], as files have it: digits and at most one decimal point.
pub fn from_plain(text: &str, decimals: u32) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_figure = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let places = usize::try_from(decimals).ok()?;
    let fraction = fraction.trim_end_matches('0');
    if !is_figure(whole) || !(fraction.is_empty() || is_figure(fraction)) || fraction.len() > places {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dinar() -> Currency {
        "KWD".parse().unwrap()
    }

    fn ambiguous(whole: &str, fraction: &str) -> AmountError {
        AmountError::Ambiguous { whole: whole.into(), fraction: fraction.into() }
    }

    #[test]
    fn both_decimal_marks_and_all_group_signs_are_read() {
        for (text, minor) in [
            ("0", 0),
            ("7", 700),
            ("+7", 700),
            ("1234567", 123_456_700),
            ("1 234 567,5", 123_456_750),
            ("1 234 567.05", 123_456_705),
            ("1\u{a0}234\u{202f}567", 123_456_700),
            ("1\u{2007}234\u{2008}567\u{2006}890", 123_456_789_000),
            ("1\t234", 123_400),
            ("1\u{2019}234\u{2019}567.50", 123_456_750),
            ("1'234'567,50", 123_456_750),
            ("\u{feff}\u{200e}1 234\u{200b}", 123_400),
            ("1.234.567,89", 123_456_789),
            ("1,234,567.89", 123_456_789),
            ("1,234,567", 123_456_700),
            ("1,234", 123_400),
            ("12.500", 1_250_000),
            ("12,5", 1_250),
            ("12,5000", 1_250),
            ("0.5", 50),
            (" 15 000 ", 1_500_000),
            ("1 234 567.50 soum", 123_456_750),
            ("1 234 567,50\u{a0}soʻm", 123_456_750),
            ("1 234 567,50 so'm · 1,2 mln", 123_456_750),
            ("1 234 567,50 сумов", 123_456_750),
            ("UZS 15 000", 1_500_000),
            ("15 000 сум.", 1_500_000),
            ("15 000 so\u{2bb}m.", 1_500_000),
            ("15 000 СЎМ", 1_500_000),
            ("15 000 soums", 1_500_000),
            ("15 000 сумы", 1_500_000),
            ("15 000,00 сум · 15,0 тыс.", 1_500_000),
        ] {
            assert_eq!(parse_amount(text, Currency::UZS), Ok(minor), "{text:?}");
        }
        for (text, currency, minor) in [
            ("$1,234.50", "USD", 123_450),
            ("US $1,234", "USD", 123_400),
            ("1 234 долларов США", "USD", 123_400),
            ("1.234 USD", "USD", 123_400),
            ("5 €", "EUR", 500),
            ("7 usd", "USD", 700),
        ] {
            assert_eq!(parse_amount(text, currency.parse().unwrap()), Ok(minor), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (text, error) in [
            ("", AmountError::Missing),
            (" \u{2009}\u{200b} ", AmountError::Missing),
            ("-5", AmountError::Negative),
            ("\u{2212}1 000", AmountError::Negative),
            ("\u{2013}1 000", AmountError::Negative),
            ("1 000-", AmountError::Negative),
            ("(1 000)", AmountError::Negative),
            ("(1 000 soum)", AmountError::NotANumber),
            ("-", AmountError::NotANumber),
            ("five", AmountError::NotANumber),
            ("soum", AmountError::NotANumber),
            ("5 USD", AmountError::OtherCurrency { typed: Currency::USD, wanted: Currency::UZS }),
            ("€ 5", AmountError::OtherCurrency { typed: "EUR".parse().unwrap(), wanted: Currency::UZS }),
            ("5 apples", AmountError::NotANumber),
            ("1·234·567", AmountError::NotANumber),
            ("5 · 7 · abc", AmountError::NotANumber),
            ("5 · apples", AmountError::NotANumber),
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
            assert_eq!(parse_amount(text, Currency::UZS), Err(error), "{text:?}");
        }
    }

    #[test]
    fn decimals_decide_what_can_be_read_in_two_ways() {
        let yen: Currency = "JPY".parse().unwrap();
        assert_eq!(parse_amount("500 000", yen), Ok(500_000));
        assert_eq!(parse_amount("1,500", yen), Ok(1_500));
        assert_eq!(parse_amount("1,5", yen), Err(AmountError::TooManyDecimals(0)));
        assert_eq!(parse_amount("1,234", dinar()), Err(ambiguous("1234", "1.234")));
        assert_eq!(parse_amount("12.500", dinar()), Err(ambiguous("12500", "12.500")));
        assert_eq!(parse_amount("-1,234", dinar()), Err(AmountError::Negative));
        assert_eq!(parse_amount("1,2340", dinar()), Ok(1_234));
        assert_eq!(parse_amount("1.2345", dinar()), Err(AmountError::TooManyDecimals(3)));
        assert_eq!(parse_count("1 200"), Ok(1_200));
        assert_eq!(parse_count("1,200"), Ok(1_200));
        assert_eq!(parse_count("12.5"), Err(AmountError::TooManyDecimals(0)));
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

    fn any_currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(Currency::all().collect::<Vec<_>>())
    }

    /// Sizes evenly by their number of digits: short ones are where marks mean two things.
    fn any_amount() -> impl Strategy<Value = i64> {
        (0..=16_u32).prop_flat_map(|digits| 0..=10_i64.pow(digits).min(LARGEST))
    }

    proptest! {
        #[test]
        fn what_is_prefilled_is_taken(currency in any_currency(), minor in any_amount()) {
            prop_assert_eq!(parse_amount(&as_typed(minor, currency.decimals()), currency), Ok(minor));
        }

        #[test]
        fn plain_form_reads_back(currency in any_currency(), minor in any_amount()) {
            prop_assert_eq!(from_plain(&plain(minor, currency.decimals()), currency.decimals()), Some(minor));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}", currency in any_currency()) {
            if let Ok(minor) = parse_amount(&text, currency) {
                prop_assert!((0..=LARGEST).contains(&minor));
            }
        }

        #[test]
        fn unseen_signs_change_nothing(minor in any_amount(), at in 0..20_usize, sign in prop::sample::select(&['\u{200b}', '\u{200e}', '\u{feff}', '\u{2069}'][..])) {
            let mut text: Vec<char> = as_typed(minor, 2).chars().collect();
            text.insert(at.min(text.len()), sign);
            prop_assert_eq!(parse_amount(&text.into_iter().collect::<String>(), Currency::USD), Ok(minor));
        }
    }
}
