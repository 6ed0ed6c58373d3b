//! What is asked about, measure by measure and line by line, and how answers are stored.

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
        (filing(&[("US", 38_850_000_000), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 40), Measure::Exports, Some(Slip::Thousand)),
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
    // and in thousands: the guess is not lost with the country
    let slipped = filing(&[("US", 38_847_100), ("FR", 38_850_000_000)], 300_000_000_000, 90_000_000_000, 40);
    let place = LinePlace { section: Section::Exports, line: 1 };
    let (most, now, slip) = (42_847_100, 38_850_000_000, Some(Slip::Thousand));
    let beyond = Question::BeyondAll { measure: Measure::Exports, at: place, most, now, slip };
    assert!(ask(&slipped, &[usual()]).contains(&beyond), "{:?}", ask(&slipped, &[usual()]));
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
    let large = filing(&[("DE", 4_000_000), ("US", 38_850_000_000)], 0, 0, 3);
    let at = Some(LinePlace { section: Section::Exports, line: 1 });
    let asked = [Question::LargeFirst { measure: Measure::Exports, at, now: 38_850_000_000 }];
    assert_eq!(ask(&large, &[]), asked);
    let nil = filing(&[], 0, 0, 0);
    assert_eq!(ask(&large, &[nil]), asked);
    let in_parts = filing(&[("DE", 150_000_000), ("US", 150_000_000)], 0, 0, 3);
    assert_eq!(ask(&in_parts, &[]), [Question::LargeFirst { measure: Measure::Exports, at: None, now: 300_000_000 }]);
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
        let expected: Vec<_> = asked.then_some(Question::BooksDiffer { books: Tiyin(books), lines: Tiyin(lines) }).into_iter().collect();
        assert_eq!(found, expected, "{books}");
        assert!(found.iter().all(Question::needs_reason));
    }
    let nil = filing(&[], 0, 0, 0);
    assert_eq!(ask(&nil, &[]), []);
}

#[test]
fn answers_read_back_as_they_are_stored() {
    let at = LinePlace { section: Section::People, line: 2 };
    let answers = vec![
        Answer { question: Question::BooksDiffer { books: Tiyin(5), lines: Tiyin(7) }, reason: Some("refund".into()) },
        Answer {
            question: Question::Jump { measure: Measure::People, at: Some(at), before: 4, now: 40, slip: Some(Slip::Ten) },
            reason: None,
        },
        Answer { question: Question::LargeFirst { measure: Measure::Exports, at: None, now: 1 }, reason: None },
        Answer { question: Question::BeyondAll { measure: Measure::People, at, most: 4, now: 40, slip: None }, reason: None },
    ];
    let text = serde_json::to_string(&answers).unwrap();
    assert_eq!(
        text,
        r#"[{"question":"books_differ","books":5,"lines":7,"reason":"refund"},{"question":"jump","measure":"people","at":{"section":"people","line":2},"before":4,"now":40,"slip":"10"},{"question":"large_first","measure":"exports","now":1},{"question":"beyond_all","measure":"people","at":{"section":"people","line":2},"most":4,"now":40,"slip":null}]"#
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
