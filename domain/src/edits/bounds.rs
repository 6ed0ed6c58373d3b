//! By which bounds soft edits ask: rules with a date.

use std::{ops::RangeInclusive, str::FromStr};

use super::Compared;
use crate::{
    codes::codes,
    content::Totals,
    measure::Measure,
    quarter::Quarter,
    rules::{
        BOOKS_TOLERANCE, HISTORY_QUARTERS, JUMP_FACTOR, LARGE_FIRST, NotAValue, NotInForce, QUESTION_FLOOR, RuleBook, SLIP_WIDTHS,
        Thresholds,
    },
};

codes! {
    /// Which units may have been taken for each other, by the ratio.
    Slip {
        /// A digit too many or too few.
        Ten = "10",
        /// Minor units taken for whole ones.
        Hundred = "100",
        /// Thousands.
        Thousand = "1000",
        /// Soums and dollars.
        ExchangeRate = "rate",
        /// Millions.
        Million = "1000000",
    }
}

/// The ratios that are near each slip, both ends included, in thousandths: a rule with a date (`rules::SLIP_WIDTHS`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipWidths(Vec<(Slip, RangeInclusive<i128>)>);

/// `10=8-12.5 100=70-135`: slips with both ends.
impl FromStr for SlipWidths {
    type Err = NotAValue;

    fn from_str(text: &str) -> Result<Self, NotAValue> {
        let thousandths = |text: &str| {
            let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
            let part = format!("{part:0<3}");
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i128>().ok()).flatten();
            // far more than any ratio of two amounts
            let whole = digits(whole).filter(|whole| *whole < 1_000_000_000_000_000)?;
            Some(whole * 1_000 + digits(&part).filter(|_| part.len() == 3)?)
        };
        let width = |pair: &str| {
            let (slip, ends) = pair.split_once('=')?;
            let (low, high) = ends.split_once('-')?;
            let (low, high) = (thousandths(low)?, thousandths(high)?);
            (low < high).then_some((slip.parse().ok()?, low..=high))
        };
        text.split(' ').map(width).collect::<Option<_>>().map(Self).ok_or(NotAValue)
    }
}

/// By what soft edits ask: the rules in force on the last day of a quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    tolerance: i64,
    widths: SlipWidths,
    factor: i64,
    history: usize,
    floor: Thresholds,
    large: Thresholds,
}

impl Bounds {
    /// The bounds for the filings of a quarter.
    ///
    /// # Errors
    /// When a rule is not in force.
    pub fn of(book: &RuleBook, quarter: Quarter) -> Result<Self, NotInForce> {
        let day = quarter.last_day();
        Ok(Self {
            tolerance: book.value(&BOOKS_TOLERANCE, day)?.0,
            widths: book.value(&SLIP_WIDTHS, day)?,
            factor: book.value(&JUMP_FACTOR, day)?.0,
            history: usize::try_from(book.value(&HISTORY_QUARTERS, day)?.0).unwrap_or(0),
            floor: book.value(&QUESTION_FLOOR, day)?,
            large: book.value(&LARGE_FIRST, day)?,
        })
    }

    /// How many quarters of history a filing is held against.
    pub const fn history(&self) -> usize {
        self.history
    }

    /// Whether the books and the lines differ by more than is tolerated of the larger.
    pub(super) fn books_differ(&self, totals: &Totals) -> bool {
        let (books, lines) = (i128::from(totals.books.0), i128::from(totals.services.0));
        (books - lines).abs() * 10_000 > books.max(lines) * i128::from(self.tolerance)
    }

    /// The units that may have been mixed up between two values.
    pub(super) fn slip(&self, measure: Measure, before: i64, now: i64) -> Option<Slip> {
        let (small, large) = (before.min(now), before.max(now));
        if small <= 0 || large < self.floor.of(measure) {
            return None;
        }
        let ratio = distance(large, small);
        self.widths.0.iter().find(|(_, width)| width.contains(&ratio)).map(|(slip, _)| *slip)
    }

    /// Whether a value without history is very large.
    pub(super) fn is_large(&self, measure: Measure, now: i64) -> bool {
        now >= self.large.of(measure)
    }

    /// Whether a line alone is a jump beyond the most that a filing ever held.
    pub(super) fn is_beyond(&self, measure: Measure, most: i64, now: i64) -> bool {
        now >= self.floor.of(measure) && now / self.factor >= most
    }

    /// What is asked about the total of a measure; the nearest filing comes first.
    pub(super) fn of_total(&self, measure: Measure, totals: &Totals, past: &[Totals]) -> Option<Compared> {
        let now = totals.of(measure);
        let known: Vec<i64> = past.iter().map(|totals| totals.of(measure)).filter(|value| *value > 0).collect();
        let Some(before) = known.first().copied() else {
            return self.is_large(measure, now).then_some(Compared::LargeFirst { now });
        };
        let floor = self.floor.of(measure);
        if now == 0 {
            // forgotten lines look like this; who had none the last time either is not asked again
            let had = past.first().map_or(0, |last| last.of(measure));
            return (had >= floor).then_some(Compared::Jump { before: had, now, slip: None });
        }
        let slip = self.slip(measure, before, now);
        let most = known.iter().copied().max().unwrap_or(before);
        let least = known.iter().copied().min().unwrap_or(before);
        let beyond = now.max(before) >= floor && (now / self.factor >= most || now <= least / self.factor);
        (slip.is_some() || beyond).then_some(Compared::Jump { before, now, slip })
    }
}

/// How many times the larger is the smaller, in thousandths.
pub(super) fn distance(one: i64, other: i64) -> i128 {
    i128::from(one.max(other)) * 1_000 / i128::from(one.min(other).max(1))
}
