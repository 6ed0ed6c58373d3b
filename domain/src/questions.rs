//! What looks like a slip is asked about before sending, never forbidden and never mended silently.
//!
//! Each measure is held against the resident's own history, and so is each line against its counterpart: a unit mistaken
//! for another makes a ratio near 10, 100, 1,000, a million or the price of a dollar in soums; anything beyond
//! [`BEYOND`] times the history is a jump. Bounds are those of `domain.md` §4 (350–1,350 around a thousand, the same width
//! around the others).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    classification::{Activity, Country},
    codes::codes,
    content::{Converted, Totals},
    form::Section,
    money::{Currency, Tiyin},
    region::Region,
};

codes! {
    /// What is compared with the history.
    Measure {
        /// Exports, US cents.
        Exports = "exports",
        /// Domestic services, tiyin.
        Domestic = "domestic",
        /// Wages of the quarter, tiyin.
        Payroll = "payroll",
        /// People at the end of the quarter.
        People = "people",
    }
}

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

impl Slip {
    /// The ratios that are near it, both ends included, in thousandths.
    const fn width(self) -> (i64, i64) {
        match self {
            Self::Ten => (8_000, 12_500),
            Self::Hundred => (70_000, 135_000),
            Self::Thousand => (350_000, 1_350_000),
            Self::ExchangeRate => (8_000_000, 16_000_000),
            Self::Million => (350_000_000, 1_350_000_000),
        }
    }
}

/// How many times the largest, or which part of the smallest, of the history is a jump by itself.
pub const BEYOND: i64 = 5;
/// How many quarters of history are looked at.
pub const HISTORY: usize = 8;

impl Measure {
    /// Below this neither side is worth a question: $5,000, 50 million soums, 20 people.
    const fn floor(self) -> i64 {
        match self {
            Self::Exports => 500_000,
            Self::Domestic | Self::Payroll => 5_000_000_000,
            Self::People => 20,
        }
    }

    /// From here on a value is asked about if there is no history to hold it against: $10 million, 100 billion soums,
    /// 20 billion of wages, 2,000 people a quarter are more than all but a handful of residents reach.
    const fn large(self) -> i64 {
        match self {
            Self::Exports => 1_000_000_000,
            Self::Domestic => 10_000_000_000_000,
            Self::Payroll => 2_000_000_000_000,
            Self::People => 2_000,
        }
    }

    /// The value of the measure in a filing's totals.
    pub fn of(self, totals: &Totals) -> i64 {
        match self {
            Self::Exports => totals.exports_usd.0,
            Self::Domestic => totals.domestic.0,
            Self::Payroll => totals.payroll.0,
            Self::People => i64::from(totals.employees),
        }
    }
}

/// A line of a section, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePlace {
    /// Section.
    pub section: Section,
    /// Line.
    pub line: usize,
}

/// Something that looks like a slip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "question")]
pub enum Question {
    /// The books and the lines differ by more than the tolerance. Needs a reason.
    BooksDiffer {
        /// Total revenue as the books have it.
        books: Tiyin,
        /// What the lines add up to.
        lines: Tiyin,
    },
    /// A value far from the resident's own history.
    Jump {
        /// Of what.
        measure: Measure,
        /// At which line; the total of the measure if at none.
        at: Option<LinePlace>,
        /// The value that it is held against, in the smallest units of the measure.
        before: i64,
        /// The value.
        now: i64,
        /// The units that may have been mixed up.
        slip: Option<Slip>,
    },
    /// Asked by an earlier version of the program: books minus lines, at any difference.
    ControlTotalDiffers {
        /// Books minus lines.
        difference: Tiyin,
    },
    /// Asked by an earlier version of the program: service revenue in another unit than the quarter before.
    UnitSlip {
        /// Previous quarter's service revenue.
        previous: Tiyin,
        /// This quarter's.
        current: Tiyin,
    },
    /// A very large value of a resident without history.
    LargeFirst {
        /// Of what.
        measure: Measure,
        /// The value, in the smallest units of the measure.
        now: i64,
    },
}

impl Question {
    /// Whether a tick is not enough: the resident says why. So it is where the books differ, and where a whole measure looks
    /// as if it were in another unit.
    pub fn needs_reason(&self) -> bool {
        matches!(self, Self::BooksDiffer { .. } | Self::Jump { at: None, slip: Some(_), .. })
    }

    /// The line at which it stands.
    pub fn at(&self) -> Option<LinePlace> {
        match self {
            Self::Jump { at, .. } => *at,
            Self::BooksDiffer { .. } | Self::LargeFirst { .. } | Self::ControlTotalDiffers { .. } | Self::UnitSlip { .. } => None,
        }
    }

    /// The measure that it is about; none for the books.
    pub fn measure(&self) -> Option<Measure> {
        match self {
            Self::Jump { measure, .. } | Self::LargeFirst { measure, .. } => Some(*measure),
            Self::BooksDiffer { .. } | Self::ControlTotalDiffers { .. } | Self::UnitSlip { .. } => None,
        }
    }
}

/// A question and what the resident said to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question.
    #[serde(flatten)]
    pub question: Question,
    /// Why it is right all the same, where a reason is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The questions to ask about a filing. `history` holds what the resident has filed, the nearest first: of an amendment the
/// version in force, then the quarters before. `tolerance` is how far books and lines may differ, in hundredths of a percent
/// of the larger.
///
/// Domestic services of 388 million soums after 388 billion are asked about as thousands; books of 1,000 beside lines of
/// 1,005 are not asked about at a tolerance of 1%.
pub fn questions(filing: &Converted, totals: &Totals, history: &[Converted], tolerance: i64) -> Vec<Question> {
    let mut asked = Vec::new();
    if books_differ(totals, tolerance) {
        asked.push(Question::BooksDiffer { books: totals.books, lines: totals.services });
    }
    let lines = at_lines(filing, history);
    let past: Vec<Totals> = history.iter().take(HISTORY).filter_map(|filing| filing.totals().ok()).collect();
    for measure in Measure::ALL.iter().copied() {
        asked.extend(of_total(measure, totals, &past));
        asked.extend(lines.iter().filter(|question| question.measure() == Some(measure)));
    }
    asked
}

fn books_differ(totals: &Totals, tolerance: i64) -> bool {
    let (books, lines) = (i128::from(totals.books.0), i128::from(totals.services.0));
    (books - lines).abs() * 10_000 > books.max(lines) * i128::from(tolerance)
}

fn of_total(measure: Measure, totals: &Totals, past: &[Totals]) -> Option<Question> {
    let now = measure.of(totals);
    let known: Vec<i64> = past.iter().map(|totals| measure.of(totals)).filter(|value| *value > 0).collect();
    let Some(before) = known.first().copied() else {
        return (now >= measure.large()).then_some(Question::LargeFirst { measure, now });
    };
    if now == 0 {
        // forgotten lines look like this; who had none the last time either is not asked again
        let had = past.first().map_or(0, |last| measure.of(last));
        return (had >= measure.floor()).then_some(Question::Jump { measure, at: None, before: had, now, slip: None });
    }
    let slip = slip(measure, before, now);
    let most = known.iter().copied().max().unwrap_or(before);
    let least = known.iter().copied().min().unwrap_or(before);
    let beyond = now.max(before) >= measure.floor() && (now / BEYOND >= most || now <= least / BEYOND);
    (slip.is_some() || beyond).then_some(Question::Jump { measure, at: None, before, now, slip })
}

/// The units that may have been mixed up between two values.
fn slip(measure: Measure, before: i64, now: i64) -> Option<Slip> {
    let (small, large) = (before.min(now), before.max(now));
    if small <= 0 || large < measure.floor() {
        return None;
    }
    let ratio = distance(large, small);
    let near = |slip: &Slip| (i128::from(slip.width().0)..=i128::from(slip.width().1)).contains(&ratio);
    Slip::ALL.iter().copied().find(near)
}

/// What two lines must share to be counterparts in different quarters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LineKey {
    Domestic(Region, Activity),
    Export(Country, Currency),
    People(Region),
}

/// The lines of a filing with what is compared of them.
fn lines(filing: &Converted) -> impl Iterator<Item = (LinePlace, LineKey, Measure, i64)> {
    let place = |section, line| LinePlace { section, line };
    let content = &filing.content;
    let domestic = content.domestic.iter().enumerate();
    let domestic =
        domestic.map(move |(n, l)| (place(Section::Domestic, n), LineKey::Domestic(l.region, l.activity), Measure::Domestic, l.amount.0));
    let exports = content.exports.iter().zip(&filing.conversions).enumerate();
    let exports =
        exports.map(move |(n, (l, c))| (place(Section::Exports, n), LineKey::Export(l.country, l.currency), Measure::Exports, c.usd.0));
    let people = content.people.iter().enumerate().flat_map(move |(n, l)| {
        let at = (place(Section::People, n), LineKey::People(l.region));
        [(at.0, at.1, Measure::People, i64::from(l.employees)), (at.0, at.1, Measure::Payroll, l.payroll.0)]
    });
    domestic.chain(exports).chain(people)
}

/// The values of a filing's lines by what they share, without zeros.
fn by_key(filing: &Converted) -> BTreeMap<(LineKey, Measure), Vec<i64>> {
    let mut values: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for (_, key, measure, value) in lines(filing).filter(|(.., value)| *value > 0) {
        values.entry((key, measure)).or_default().push(value);
    }
    values
}

/// How many times the larger is the smaller, in thousandths.
fn distance(one: i64, other: i64) -> i128 {
    i128::from(one.max(other)) * 1_000 / i128::from(one.min(other).max(1))
}

/// Each value's counterpart: the nearest pairs first, each used once, so that equal ones meet and a new one meets none.
fn counterparts(now: &[(usize, i64)], before: &[i64]) -> BTreeMap<usize, i64> {
    let mut pairs: Vec<_> = (0..now.len()).flat_map(|n| (0..before.len()).map(move |b| (n, b))).collect();
    pairs.sort_by_key(|(n, b)| distance(now[*n].1, before[*b]));
    let (mut found, mut used) = (BTreeMap::new(), vec![false; before.len()]);
    for (n, b) in pairs {
        if !used[b] && !found.contains_key(&now[n].0) {
            used[b] = true;
            found.insert(now[n].0, before[b]);
        }
    }
    found
}

/// Lines that are a unit slip beside their counterparts in the nearest filing that has such lines, or alone beyond all that
/// was ever filed of the measure.
fn at_lines(filing: &Converted, history: &[Converted]) -> Vec<Question> {
    let (mut like, mut most) = (BTreeMap::new(), BTreeMap::<Measure, i64>::new());
    for past in history.iter().take(HISTORY) {
        let mut sums = BTreeMap::<Measure, i64>::new();
        for ((key, measure), values) in by_key(past) {
            let sum = sums.entry(measure).or_default();
            *sum = values.iter().fold(*sum, |sum, value| sum.saturating_add(*value));
            like.entry((key, measure)).or_insert(values);
        }
        for (measure, sum) in sums {
            let largest = most.entry(measure).or_default();
            *largest = sum.max(*largest);
        }
    }
    let all: Vec<_> = lines(filing).collect();
    let mut groups: BTreeMap<_, Vec<(usize, i64)>> = BTreeMap::new();
    for (n, (_, key, measure, value)) in all.iter().enumerate().filter(|(_, (.., value))| *value > 0) {
        groups.entry((*key, *measure)).or_default().push((n, *value));
    }
    let beside: BTreeMap<usize, i64> = groups.iter().filter_map(|(key, now)| Some(counterparts(now, like.get(key)?))).flatten().collect();
    let mut asked = Vec::new();
    for (n, (place, _, measure, now)) in all.into_iter().enumerate() {
        let whole = most.get(&measure).copied();
        let before = beside.get(&n).copied();
        let slip = before.and_then(|before| slip(measure, before, now));
        let beyond = whole.is_some_and(|whole| now >= measure.floor() && now / BEYOND >= whole);
        if let Some(before) = before.or(whole).filter(|_| slip.is_some() || beyond) {
            asked.push(Question::Jump { measure, at: Some(place), before, now, slip });
        }
    }
    asked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        classification::ServiceCategory,
        content::{Content, DomesticLine, ExportLine, PeopleLine},
        exchange::{Conversion, RateBasis, UnitRate},
    };

    const RATE: UnitRate = UnitRate(12_000_000_000);

    fn export(country: &str, cents: i64) -> (ExportLine, Conversion) {
        let (uzs, usd) = crate::exchange::convert(cents, Currency::USD, RATE, RATE).unwrap();
        let line = ExportLine {
            country: country.parse().unwrap(),
            category: ServiceCategory::Computer,
            currency: Currency::USD,
            amount: cents,
            region: Region::Samarkand,
            date: None,
            contract: None,
        };
        (line, Conversion { basis: RateBasis::QuarterMean, rate: RATE, usd_rate: RATE, uzs, usd })
    }

    /// Exports by country in cents, domestic services and wages in tiyin, people.
    fn filing(exports: &[(&str, i64)], domestic: i64, payroll: i64, employees: u32) -> Converted {
        let (lines, conversions) = exports.iter().map(|(country, cents)| export(country, *cents)).unzip();
        let mut filing = Converted {
            content: Content {
                domestic: vec![DomesticLine { region: Region::Samarkand, activity: Activity::Software, amount: Tiyin(domestic) }],
                exports: lines,
                people: vec![PeopleLine {
                    region: Region::Samarkand,
                    employees,
                    specialists: 0,
                    women: 0,
                    under_30: 0,
                    disability: 0,
                    foreign: 0,
                    payroll: Tiyin(payroll),
                }],
                control_total: Tiyin(0),
            },
            conversions,
        };
        filing.content.control_total = filing.totals().unwrap().services;
        filing
    }

    fn usual() -> Converted {
        filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 40)
    }

    fn ask(filing: &Converted, history: &[Converted]) -> Vec<Question> {
        questions(filing, &filing.totals().unwrap(), history, 100)
    }

    #[test]
    fn each_measure_is_held_against_its_own_history() {
        let past = [usual(), usual()];
        assert_eq!(ask(&usual(), &past), []);
        let table: [(Converted, Measure, Option<Slip>); 9] = [
            // 388 500 000 typed for 388 471
            (
                filing(&[("US", 38_850_000_000), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 40),
                Measure::Exports,
                Some(Slip::Thousand),
            ),
            (filing(&[("US", 388_000_000), ("DE", 40_000_000)], 300_000_000_000, 90_000_000_000, 40), Measure::Exports, Some(Slip::Ten)),
            // 10 000 soum after billions
            (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 1_000_000, 90_000_000_000, 40), Measure::Domestic, None),
            (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000, 90_000_000_000, 40), Measure::Domestic, Some(Slip::Million)),
            (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 25_000_000, 90_000_000_000, 40), Measure::Domestic, Some(Slip::ExchangeRate)),
            (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000_000_000, 900_000_000, 40), Measure::Payroll, Some(Slip::Hundred)),
            (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 400), Measure::People, Some(Slip::Ten)),
            (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 260), Measure::People, None),
            (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 1_700_000_000_000, 90_000_000_000, 40), Measure::Domestic, None),
        ];
        for (filing, measure, slip) in table {
            let asked = ask(&filing, &past);
            let total = asked.iter().find(|question| question.at().is_none()).unwrap_or_else(|| panic!("{measure} is asked about"));
            assert!(matches!(total, Question::Jump { measure: m, slip: s, .. } if *m == measure && *s == slip), "{measure}: {total:?}");
            assert!(asked.iter().all(|question| question.measure() == Some(measure)), "{asked:?}");
            let reverse = ask(&usual(), &[filing]);
            assert!(reverse.iter().any(|question| question.measure() == Some(measure)), "{measure} both ways");
        }
    }

    #[test]
    fn a_single_line_stands_out_though_the_total_does_not() {
        // the smaller customer in cents instead of dollars: the sum changes little
        let slipped = filing(&[("US", 38_847_100), ("DE", 40_000)], 300_000_000_000, 90_000_000_000, 40);
        let at = Some(LinePlace { section: Section::Exports, line: 1 });
        let jump = Question::Jump { measure: Measure::Exports, at, before: 4_000_000, now: 40_000, slip: Some(Slip::Hundred) };
        assert_eq!(ask(&slipped, &[usual()]), [jump]);
        // a new customer who alone is beyond everything so far
        let new = filing(&[("US", 38_847_100), ("FR", 300_000_000)], 300_000_000_000, 90_000_000_000, 40);
        let asked = ask(&new, &[usual()]);
        assert!(asked.iter().any(|question| question.at() == at), "{asked:?}");
    }

    #[test]
    fn lines_that_share_country_and_currency_meet_their_own_counterparts() {
        let three = |one, two, three| filing(&[("KG", one), ("KG", two), ("KG", three)], 300_000_000_000, 90_000_000_000, 40);
        let before = three(23_240_887, 2_310_000, 230_000);
        assert_eq!(ask(&three(23_240_887, 2_310_000, 230_000), std::slice::from_ref(&before)), []);
        assert_eq!(ask(&three(230_000, 23_240_887, 2_310_000), std::slice::from_ref(&before)), [], "in whatever order");
        let one = filing(&[("KG", 23_240_887)], 300_000_000_000, 90_000_000_000, 40);
        assert_eq!(ask(&before, std::slice::from_ref(&one)), [], "new contracts beside the old one");
        let at = Some(LinePlace { section: Section::Exports, line: 1 });
        let jump = Question::Jump { measure: Measure::Exports, at, before: 2_310_000, now: 23_100_000, slip: Some(Slip::Ten) };
        assert_eq!(ask(&three(23_240_887, 23_100_000, 230_000), std::slice::from_ref(&before)), [jump]);
    }

    #[test]
    fn growth_falls_and_small_amounts_are_not_asked_about() {
        let past = [usual()];
        for (factor, whole) in [(3, 1), (1, 3), (4, 1)] {
            let scaled = |value: i64| value * factor / whole;
            let filing = filing(&[("US", scaled(38_847_100)), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 40);
            assert_eq!(ask(&filing, &past), [], "{factor}/{whole}");
        }
        // nothing after much may have been forgotten; nothing again is nothing new
        let none = filing(&[], 300_000_000_000, 90_000_000_000, 40);
        let forgotten = Question::Jump { measure: Measure::Exports, at: None, before: 42_847_100, now: 0, slip: None };
        assert_eq!(ask(&none, &past), [forgotten]);
        assert_eq!(ask(&none, &[none.clone(), usual()]), []);
        let small = |cents| filing(&[("US", cents)], 0, 0, 3);
        assert_eq!(ask(&small(300_000), &[small(3_000)]), []);
    }

    #[test]
    fn a_first_filing_is_asked_about_only_if_it_is_very_large() {
        assert_eq!(ask(&usual(), &[]), []);
        let large = filing(&[("US", 38_850_000_000)], 0, 0, 3);
        assert_eq!(ask(&large, &[]), [Question::LargeFirst { measure: Measure::Exports, now: 38_850_000_000 }]);
        let nil = filing(&[], 0, 0, 0);
        assert_eq!(ask(&large, &[nil]), [Question::LargeFirst { measure: Measure::Exports, now: 38_850_000_000 }]);
    }

    #[test]
    fn books_and_lines_may_differ_by_the_tolerance() {
        let lines = usual().totals().unwrap().services.0;
        for (books, asked) in [
            (lines, false),
            (lines + lines / 101, false),
            (lines - lines / 101, false),
            (lines + lines / 90, true),
            (lines - lines / 90, true),
            (500, true),
        ] {
            let mut filing = usual();
            filing.content.control_total = Tiyin(books);
            let found = ask(&filing, &[usual()]);
            let expected: Vec<_> =
                asked.then_some(Question::BooksDiffer { books: Tiyin(books), lines: Tiyin(lines) }).into_iter().collect();
            assert_eq!(found, expected, "{books}");
            assert!(found.iter().all(Question::needs_reason));
        }
        let nil = filing(&[], 0, 0, 0);
        assert_eq!(ask(&nil, &[]), []);
    }

    #[test]
    fn answers_read_back_as_they_are_stored() {
        let at = Some(LinePlace { section: Section::People, line: 2 });
        let answers = vec![
            Answer { question: Question::BooksDiffer { books: Tiyin(5), lines: Tiyin(7) }, reason: Some("refund".into()) },
            Answer { question: Question::Jump { measure: Measure::People, at, before: 4, now: 40, slip: Some(Slip::Ten) }, reason: None },
            Answer { question: Question::LargeFirst { measure: Measure::Exports, now: 1 }, reason: None },
        ];
        let text = serde_json::to_string(&answers).unwrap();
        assert_eq!(
            text,
            r#"[{"question":"books_differ","books":5,"lines":7,"reason":"refund"},{"question":"jump","measure":"people","at":{"section":"people","line":2},"before":4,"now":40,"slip":"10"},{"question":"large_first","measure":"exports","now":1}]"#
        );
        assert_eq!(serde_json::from_str::<Vec<Answer>>(&text).unwrap(), answers);
        let earlier = r#"[{"question":"control_total_differs","difference":-5},{"question":"unit_slip","previous":1,"current":1000}]"#;
        assert_eq!(serde_json::from_str::<Vec<Answer>>(earlier).unwrap().len(), 2);
    }

    proptest! {
        #[test]
        fn a_thousandfold_is_always_asked_about(cents in 100_000_i64..100_000_000, domestic in 1_000_000_000_i64..100_000_000_000, factor in prop::sample::select(&[10, 100, 1_000, 12_000, 1_000_000][..])) {
            let before = filing(&[("US", cents)], domestic, 0, 3);
            for now in [filing(&[("US", cents * factor)], domestic, 0, 3), filing(&[("US", cents)], domestic * factor, 0, 3)] {
                let asked = ask(&now, std::slice::from_ref(&before));
                prop_assert!(asked.iter().any(|question| question.at().is_some()) && asked.iter().any(|question| question.at().is_none()));
            }
        }

        #[test]
        fn the_same_lines_again_are_never_asked_about(all in prop::collection::vec((prop::sample::select(&["US", "DE", "KG"][..]), 0..10_000_000_000_i64), 1..12), turn in 0_usize..12) {
            let before = filing(&all, 0, 0, 3);
            let mut turned = all.clone();
            turned.rotate_left(turn % all.len());
            let again = ask(&filing(&turned, 0, 0, 3), std::slice::from_ref(&before));
            prop_assert!(again.iter().all(|question| matches!(question, Question::LargeFirst { .. })), "{:?}", again);
        }

        #[test]
        fn the_same_again_is_never_asked_about(cents in 0..10_000_000_000_i64, domestic in 0..10_000_000_000_000_i64, people in 0..5_000_u32) {
            let filing = filing(&[("US", cents), ("DE", cents / 3)], domestic, domestic / 4, people);
            let again = ask(&filing, std::slice::from_ref(&filing));
            prop_assert!(again.iter().all(|question| matches!(question, Question::LargeFirst { .. })), "{:?}", again);
            prop_assert!(again.is_empty(), "{:?}", again);
        }
    }
}
