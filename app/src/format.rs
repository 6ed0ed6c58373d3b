//! Numbers, money, quarters and days. Compiled for the browser too, where islands echo what is typed; the words and the order
//! of each language stand in its file (`lang`).

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use domain::{
    amount::{Scale, in_words_of_scale},
    clock::tashkent,
    quarter::Quarter,
};

use crate::lang::{Lang, NBSP, capitalised, said};

/// Narrow no-break space: groups digits and never breaks a line.
const THIN: char = '\u{202f}';
const MINUS: char = '\u{2212}';

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

/// A whole number: `1 234 567`.
pub fn number(value: i64) -> String {
    let sign = if value < 0 { MINUS.to_string() } else { String::new() };
    sign + &grouped(&value.unsigned_abs().to_string())
}

/// A number with decimals from its smallest units: `decimal(En, 123_456, 2)` is `1 234.56`.
pub fn decimal(lang: Lang, value: i64, decimals: u32) -> String {
    let plain = domain::amount::plain(value, decimals);
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("\u{2212}", rest));
    match plain.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}{}{fraction}", grouped(whole), said!(lang, DECIMAL)),
        None => format!("{sign}{}", grouped(plain)),
    }
}

/// The same without decimals that say nothing: `shortest(En, 3_300_500, 3)` is `3 300.5`.
pub fn shortest(lang: Lang, mut value: i64, mut decimals: u32) -> String {
    while decimals > 0 && value % 10 == 0 {
        (value, decimals) = (value / 10, decimals - 1);
    }
    decimal(lang, value, decimals)
}

/// The two readings of an ambiguous amount, as the language writes them: `1 234` and `1.234`.
pub fn two_readings(lang: Lang, whole: &str, fraction: &str) -> (String, String) {
    (grouped(whole), fraction.replace('.', &said!(lang, DECIMAL).to_string()))
}

/// A share from hundredths of a percent, with one decimal: `percent(En, 7_916)` is `79.2%`.
pub fn percent(lang: Lang, hundredths: i64) -> String {
    let tenths = domain::progress::ratio(hundredths, 10, 1).unwrap_or(0);
    format!("{}%", decimal(lang, tenths, 1))
}

/// A share within a sentence, where Uzbek puts its endings: `48,4 foiz`.
pub fn percent_said(lang: Lang, hundredths: i64) -> String {
    said!(lang, percent_said(&percent(lang, hundredths)))
}

/// A number with a hyphen, as one word: it stands on one line.
pub fn unbroken(text: &str) -> String {
    // word joiners on both sides; what is copied is found again, for typed texts lose them
    text.replace('-', "\u{2060}-\u{2060}")
}

/// A change, always with its sign: `+173.1%`; what rounds to nothing has none: `0.0%`.
pub fn change(lang: Lang, hundredths: i64) -> String {
    let tenths = domain::progress::ratio(hundredths, 10, 1).unwrap_or(0);
    let sign = if tenths > 0 { "+" } else { "" };
    format!("{sign}{}", percent(lang, hundredths))
}

/// An amount in its largest word of scale, with one decimal: `1.2 million`. Small amounts in full.
pub fn scaled(lang: Lang, units: i64) -> String {
    match in_words_of_scale(units) {
        Some((tenths, scale)) => format!("{}{NBSP}{}", decimal(lang, tenths, 1), said!(lang, scale(scale))),
        None => number(units),
    }
}

/// The name of the soum after a number.
pub fn soum(lang: Lang) -> &'static str {
    said!(lang, SOUM)
}

/// An amount in tenths of a scale, without a decimal that says nothing: `300`, `182.7`.
fn tenths_said(lang: Lang, tenths: i64) -> String {
    if tenths % 10 == 0 { number(tenths / 10) } else { decimal(lang, tenths, 1) }
}

/// Dollars from cents as they are said: `$182.7M`, `$300M`, `$1bn`, `182,7 mln dollar`, `182,7 млн долл.`. Less than a
/// million in full.
pub fn dollars_scaled(lang: Lang, cents: i64) -> String {
    let units = domain::progress::ratio(cents, 100, 1).unwrap_or(0);
    let scale = in_words_of_scale(units).filter(|(_, scale)| *scale != Scale::Thousand);
    let amount = scale.map_or_else(|| number(units), |(tenths, _)| tenths_said(lang, tenths));
    said!(lang, dollars(&amount, scale.map(|(_, scale)| scale)))
}

/// Soums from tiyin as they are said: `5.6 trn soum`, `5,6 трлн сумов`.
pub fn soums_scaled(lang: Lang, tiyin: i64) -> String {
    let units = domain::progress::ratio(tiyin, 100, 1).unwrap_or(0);
    let amount = match in_words_of_scale(units).filter(|(_, scale)| *scale != Scale::Thousand) {
        None => number(units),
        Some((tenths, scale)) => said!(lang, soums(&tenths_said(lang, tenths), scale)),
    };
    format!("{amount}{NBSP}{}", soum(lang))
}

/// The echo of a typed amount: `1 234 567,00 soum · 1.2 million`.
pub fn echo(lang: Lang, minor: i64, decimals: u32, unit: &str) -> String {
    let full = format!("{}{NBSP}{unit}", decimal(lang, minor, decimals));
    let units = minor / 10_i64.pow(decimals);
    if units < 1_000 { full } else { format!("{full} · {}", scaled(lang, units)) }
}

/// A quarter: `2023-yil III chorak`, `III квартал 2023 г.`, `Q3 2023`.
pub fn quarter(lang: Lang, quarter: Quarter) -> String {
    said!(lang, quarter(quarter))
}

/// A period of a published figure by its code: a year, a half (`2022-H1`), nine months (`2022-9M`), a quarter (`2022-Q1`), a month
/// (`2022-07`), months (`2022-01/2022-08`) or a day. An unknown code is shown as it is.
pub fn period(lang: Lang, code: &str) -> String {
    let years = code.split_at_checked(4).filter(|(year, _)| year.bytes().all(|byte| byte.is_ascii_digit()));
    let (year, part) = years.unwrap_or(("", code));
    let month = |text: &str| {
        let number = text.strip_prefix(year)?.strip_prefix('-')?.parse::<usize>().ok()?;
        said!(lang, MONTHS_ALONE).get(number.checked_sub(1)?).copied()
    };
    let months = match code.split_once('/') {
        Some((from, to)) => month(from).zip(month(to)).map(|(from, to)| format!("{from}–{to}")),
        None => month(code).map(str::to_owned),
    };
    match (part, months) {
        ("-H1", _) => said!(lang, half(year, 1)),
        ("-H2", _) => said!(lang, half(year, 2)),
        ("-9M", _) => said!(lang, nine_months(year)),
        (_, Some(months)) => said!(lang, months(year, &months)),
        ("", _) if !year.is_empty() => said!(lang, year(year)),
        _ => match (code.parse(), code.parse()) {
            (Ok(of), _) => quarter(lang, of),
            (_, Ok(on)) => day(lang, on),
            _ => code.to_owned(),
        },
    }
}

/// The name of a month at the head of a sentence, from 1.
pub fn month(lang: Lang, month: u32) -> String {
    let index = usize::try_from(month.saturating_sub(1)).unwrap_or(0);
    said!(lang, MONTHS_ALONE).get(index).map(|name| capitalised(name)).unwrap_or_default()
}

/// The year up to and including a quarter, at the head of a sentence: `In the first half of 2023`.
pub fn in_year_to_date(lang: Lang, quarter: Quarter) -> String {
    said!(lang, in_year_to_date(quarter.year(), quarter.number()))
}

/// How many times larger or smaller a value has become: `×1 000`, `÷9.7`; a dash from or to nothing.
pub fn times(lang: Lang, before: i64, now: i64) -> String {
    let (small, large, sign) = if now >= before { (before, now, '×') } else { (now, before, '÷') };
    match domain::progress::ratio(large, small, 10) {
        Some(tenths) if small > 0 && tenths >= 1_000 => format!("{sign}{}", number(tenths / 10)),
        Some(tenths) if small > 0 => format!("{sign}{}", tenths_said(lang, tenths)),
        _ => "—".to_owned(),
    }
}

/// A day: `2023-yil 20-oktabr`, `20 октября 2023 г.`, `20 October 2023`.
pub fn day(lang: Lang, day: NaiveDate) -> String {
    let month = said!(lang, MONTHS)[day.month0() as usize];
    said!(lang, day(day.year(), month, day.day()))
}

/// A day and time in Tashkent: `20 October 2023, 10:05`.
pub fn instant(lang: Lang, at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&tashkent());
    format!("{}, {:02}:{:02}", day(lang, local.date_naive()), local.hour(), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readable(text: &str) -> String {
        text.replace(['\u{202f}', '\u{a0}'], " ")
    }

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(readable(&decimal(Lang::Uz, 123_456_700, 2)), "1 234 567,00");
        assert_eq!(readable(&decimal(Lang::En, -123_456, 2)), "−1 234.56");
        assert_eq!(readable(&shortest(Lang::Ru, 3_300_500, 3)), "3 300,5");
        assert_eq!(readable(&shortest(Lang::En, -40_000, 3)), "−40");
        assert_eq!(readable(&number(-1_000)), "−1 000");
        assert_eq!(percent(Lang::En, 7_916), "79.2%");
        assert_eq!(change(Lang::Ru, 17_312), "+173,1%");
        assert_eq!(readable(&echo(Lang::En, 123_456_700, 2, soum(Lang::En))), "1 234 567.00 soum · 1.2 million");
    }

    #[test]
    fn money_is_said_as_the_style_guide_says_it() {
        let dollars = |cents| Lang::ALL.map(|lang| readable(&dollars_scaled(lang, cents)));
        assert_eq!(dollars(23_710_000_000), ["237,1 mln dollar", "237,1 млн долл.", "$237.1M"]);
        assert_eq!(dollars(30_000_000_000), ["300 mln dollar", "300 млн долл.", "$300M"]);
        assert_eq!(dollars(100_000_000_000), ["1 mlrd dollar", "1 млрд долл.", "$1bn"]);
        assert_eq!(dollars(38_847_100), ["388 471 dollar", "388 471 долл.", "$388 471"]);
        let soums = |tiyin| Lang::ALL.map(|lang| readable(&soums_scaled(lang, tiyin)));
        assert_eq!(soums(560_000_000_000_000), ["5,6 trln soʻm", "5,6 трлн сумов", "5.6 trn soum"]);
        assert_eq!(soums(1_000_000), ["10 000 soʻm", "10 000 сумов", "10 000 soum"]);
    }

    #[test]
    fn periods_of_published_figures_are_said_in_words() {
        let said = |code| Lang::ALL.map(|lang| readable(&period(lang, code)));
        assert_eq!(said("2022"), ["2022-yil", "2022 г.", "2022"]);
        assert_eq!(said("2022-H1"), ["2022-yil I yarim yillik", "I полугодие 2022 г.", "First half of 2022"]);
        assert_eq!(said("2022-Q1"), ["2022-yil I chorak", "I квартал 2022 г.", "Q1 2022"]);
        assert_eq!(said("2022-01/2022-08"), ["2022-yil yanvar–avgust", "Январь–август 2022 г.", "January–August 2022"]);
        assert_eq!(said("2022-07"), ["2022-yil iyul", "Июль 2022 г.", "July 2022"]);
        assert_eq!(said("2023-08-01"), Lang::ALL.map(|lang| readable(&day(lang, NaiveDate::from_ymd_opt(2023, 8, 1).unwrap()))));
        for code in ["2023-08-41", "2022-13", "2022-13/2022-14", "x", "йй"] {
            assert_eq!(said(code), [code; 3]);
        }
    }

    #[test]
    fn spans_and_factors_are_said_in_words() {
        let q = "2023-Q2".parse().unwrap();
        let said = Lang::ALL.map(|lang| readable(&in_year_to_date(lang, q)));
        assert_eq!(said, ["2023-yilning birinchi yarmida", "За первое полугодие 2023 г.", "In the first half of 2023"]);
        assert_eq!(Lang::ALL.map(|lang| month(lang, 9)), ["Sentabr", "Сентябрь", "September"]);
        assert_eq!(readable(&times(Lang::En, 388_471, 388_500_000)), "×1 000");
        assert_eq!(times(Lang::Ru, 97, 10), "÷9,7");
        assert_eq!(times(Lang::En, 0, 10), "—");
    }

    #[test]
    fn quarters_and_days_are_said_as_the_style_guide_says_them() {
        let q = "2023-Q3".parse().unwrap();
        assert_eq!(Lang::ALL.map(|lang| readable(&quarter(lang, q))), ["2023-yil III chorak", "III квартал 2023 г.", "Q3 2023"]);
        let d = NaiveDate::from_ymd_opt(2023, 10, 20).unwrap();
        assert_eq!(Lang::ALL.map(|lang| readable(&day(lang, d))), ["2023-yil 20-oktabr", "20 октября 2023 г.", "20 October 2023"]);
        let at = "2023-10-20T05:05:00Z".parse().unwrap();
        assert_eq!(readable(&instant(Lang::En, at)), "20 October 2023, 10:05");
    }
}
