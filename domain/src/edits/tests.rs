//! What is asked about, measure by measure and line by line, and how answers are stored.

use proptest::prelude::*;

use super::*;
use crate::{
    classification::{Activity, ServiceCategory},
    content::{Content, Converted, DomesticLine, ExportLine, PeopleLine},
    exchange::{Conversion, RateBasis, UnitRate},
    people::PeopleCount,
    region::Region,
    rules::RuleBook,
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
                counts: [(PeopleCount::Employees, employees)].into_iter().collect(),
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

/// What is asked; each finding is one its edit looks at, and reads back from what is stored of it.
fn ask(filing: &Converted, history: &[Converted]) -> Vec<Finding> {
    let quarter = "2023-Q3".parse().unwrap();
    let asked =
        soft(quarter, filing, &filing.totals().unwrap(), history, &Bounds::of(&RuleBook::first(quarter.first_day()), quarter).unwrap());
    for finding in &asked {
        assert!(finding.edit().concerns(finding.at) && finding.edit().severity() == Severity::Soft, "{finding:?}");
        assert_eq!(Finding::restore(finding.edit(), finding.at, &finding.values()).as_ref(), Ok(finding));
    }
    asked
}

fn is_of_line(finding: &Finding) -> bool {
    finding.at.line().is_some()
}

/// An export line.
fn export_at(line: usize, compared: Compared) -> Finding {
    Finding { at: FieldPath::of(Section::Exports, line, Field::Amount), compared }
}

fn total(measure: Measure, compared: Compared) -> Finding {
    Finding { at: FieldPath::Total(measure), compared }
}

#[test]
fn each_measure_is_held_against_its_own_history() {
    let past = [usual(), usual()];
    assert_eq!(ask(&usual(), &past), []);
    let table: [(Converted, Measure, Option<Slip>); 9] = [
        // 388 500 000 typed for 388 471
        (
            filing(&[("US", 38_850_000_000), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 40),
            Measure::ExportsUsd,
            Some(Slip::Thousand),
        ),
        (filing(&[("US", 388_000_000), ("DE", 40_000_000)], 300_000_000_000, 90_000_000_000, 40), Measure::ExportsUsd, Some(Slip::Ten)),
        // 10 000 soum after billions
        (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 1_000_000, 90_000_000_000, 40), Measure::DomesticUzs, None),
        (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000, 90_000_000_000, 40), Measure::DomesticUzs, Some(Slip::Million)),
        (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 25_000_000, 90_000_000_000, 40), Measure::DomesticUzs, Some(Slip::ExchangeRate)),
        (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000_000_000, 900_000_000, 40), Measure::Payroll, Some(Slip::Hundred)),
        (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 400), Measure::EMPLOYEES, Some(Slip::Ten)),
        (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 300_000_000_000, 90_000_000_000, 260), Measure::EMPLOYEES, None),
        (filing(&[("US", 38_847_100), ("DE", 4_000_000)], 1_700_000_000_000, 90_000_000_000, 40), Measure::DomesticUzs, None),
    ];
    for (filing, measure, slip) in table {
        let asked = ask(&filing, &past);
        let total =
            asked.iter().find(|finding| finding.at == FieldPath::Total(measure)).unwrap_or_else(|| panic!("{measure} is asked about"));
        assert!(matches!(total.compared, Compared::Jump { slip: s, .. } if s == slip), "{measure}: {total:?}");
        assert!(asked.iter().all(|finding| finding.measure() == Some(measure)), "{asked:?}");
        let reverse = ask(&usual(), &[filing]);
        assert!(reverse.iter().any(|finding| finding.measure() == Some(measure)), "{measure} both ways");
    }
}

#[test]
fn a_single_line_stands_out_though_the_total_does_not() {
    // the smaller customer in cents instead of dollars: the sum changes little
    let slipped = filing(&[("US", 38_847_100), ("DE", 40_000)], 300_000_000_000, 90_000_000_000, 40);
    let jump = export_at(1, Compared::Jump { before: 4_000_000, now: 40_000, slip: Some(Slip::Hundred) });
    assert_eq!(ask(&slipped, &[usual()]), [jump]);
    // a new customer who alone is beyond everything so far
    let new = filing(&[("US", 38_847_100), ("FR", 300_000_000)], 300_000_000_000, 90_000_000_000, 40);
    let asked = ask(&new, &[usual()]);
    assert!(asked.iter().any(|finding| finding.at.line() == Some((Section::Exports, 1))), "{asked:?}");
    // and in thousands: the guess is not lost with the country
    let slipped = filing(&[("US", 38_847_100), ("FR", 38_850_000_000)], 300_000_000_000, 90_000_000_000, 40);
    let (most, now, slip) = (42_847_100, 38_850_000_000, Some(Slip::Thousand));
    let beyond = export_at(1, Compared::BeyondAll { most, now, slip });
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
    let jump = export_at(1, Compared::Jump { before: 2_310_000, now: 23_100_000, slip: Some(Slip::Ten) });
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
    let forgotten = total(Measure::ExportsUsd, Compared::Jump { before: 42_847_100, now: 0, slip: None });
    assert_eq!(ask(&none, &past), [forgotten]);
    assert_eq!(ask(&none, &[none.clone(), usual()]), []);
    let small = |cents| filing(&[("US", cents)], 0, 0, 3);
    assert_eq!(ask(&small(300_000), &[small(3_000)]), []);
}

#[test]
fn a_first_filing_is_asked_about_only_if_it_is_very_large() {
    assert_eq!(ask(&usual(), &[]), []);
    let large = filing(&[("DE", 4_000_000), ("US", 38_850_000_000)], 0, 0, 3);
    let asked = [export_at(1, Compared::LargeFirst { now: 38_850_000_000 })];
    assert_eq!(ask(&large, &[]), asked);
    let nil = filing(&[], 0, 0, 0);
    assert_eq!(ask(&large, &[nil]), asked);
    let in_parts = filing(&[("DE", 150_000_000), ("US", 150_000_000)], 0, 0, 3);
    assert_eq!(ask(&in_parts, &[]), [total(Measure::ExportsUsd, Compared::LargeFirst { now: 300_000_000 })]);
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
        let differ = Compared::BooksDiffer { books: Tiyin(books), lines: Tiyin(lines) };
        let expected: Vec<_> = asked.then_some(Finding { at: FieldPath::Books, compared: differ }).into_iter().collect();
        assert_eq!(found, expected, "{books}");
        assert!(found.iter().all(Finding::needs_reason));
    }
    let nil = filing(&[], 0, 0, 0);
    assert_eq!(ask(&nil, &[]), []);
}

#[test]
fn findings_read_back_as_they_are_stored() {
    let people = FieldPath::of(Section::People, 2, Field::People(PeopleCount::Employees));
    for (at, compared, values) in [
        (FieldPath::Books, Compared::BooksDiffer { books: Tiyin(5), lines: Tiyin(7) }, "books=5 lines=7"),
        (people, Compared::Jump { before: 4, now: 40, slip: Some(Slip::Ten) }, "before=4 now=40 slip=10"),
        (people, Compared::BeyondAll { most: 4, now: 40, slip: None }, "most=4 now=40 slip="),
        (FieldPath::Total(Measure::ExportsUsd), Compared::LargeFirst { now: 1 }, "now=1"),
        // of earlier versions of the program
        (FieldPath::Books, Compared::ControlTotalDiffers { difference: Tiyin(-5) }, "difference=-5"),
        (
            FieldPath::Total(Measure::ServicesUzs),
            Compared::UnitSlip { previous: Tiyin(1), current: Tiyin(1_000) },
            "previous=1 current=1000",
        ),
    ] {
        let finding = Finding { at, compared };
        assert_eq!(finding.values(), values);
        assert!(finding.edit().concerns(at), "{finding:?}");
        assert_eq!(Finding::restore(finding.edit(), at, values), Ok(finding));
    }
    for (edit, values) in
        [(Edit::Jump, "before=4"), (Edit::Jump, "before=x now=1"), (Edit::Jump, "before=1 now=1 slip=7"), (Edit::Missing, "")]
    {
        assert!(Finding::restore(edit, FieldPath::Books, values).is_err(), "{edit} {values}");
    }
}

#[test]
fn an_answer_is_about_the_values_wherever_their_line_stands() {
    let jump = |line, now| export_at(line, Compared::Jump { before: 4, now, slip: None });
    let before = subjects(&[jump(1, 40), jump(2, 50), jump(3, 50)]);
    assert_eq!(before[0], "jump exports.amount before=4 now=40 slip= 1");
    assert_eq!(subjects(&[jump(0, 40), jump(1, 50), jump(2, 50)]), before, "a line before them was removed");
    assert_ne!(before[1], before[2], "the same values twice are two answers");
    assert!(!before.contains(&subjects(&[jump(1, 41)])[0]));
}

#[test]
fn the_catalogue_is_written_out() {
    let page = include_str!("../../../docs/edits.md");
    for edit in Edit::ALL {
        let row = format!("| `{edit}` | {}", edit.severity());
        let line = page.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("no row {row}"));
        assert!(line.contains(edit.source()), "{edit}: {}", edit.source());
    }
    assert_eq!(page.lines().filter(|line| line.starts_with("| `")).count(), Edit::ALL.len());
}

#[test]
fn edits_of_earlier_programs_apply_to_no_quarter_now() {
    let quarter = "2023-Q3".parse().unwrap();
    let retired: Vec<_> = Edit::ALL.iter().filter(|edit| !edit.applies_to(quarter)).collect();
    assert_eq!(retired, [&Edit::ControlTotalDiffers, &Edit::UnitSlip]);
}

proptest! {
    #[test]
    fn a_thousandfold_is_always_asked_about(cents in 100_000_i64..100_000_000, domestic in 1_000_000_000_i64..100_000_000_000, factor in prop::sample::select(&[10, 100, 1_000, 12_000, 1_000_000][..])) {
        let before = filing(&[("US", cents)], domestic, 0, 3);
        for now in [filing(&[("US", cents * factor)], domestic, 0, 3), filing(&[("US", cents)], domestic * factor, 0, 3)] {
            let asked = ask(&now, std::slice::from_ref(&before));
            prop_assert!(asked.iter().any(is_of_line) && asked.iter().any(|finding| !is_of_line(finding)));
        }
    }

    #[test]
    fn the_same_lines_again_are_never_asked_about(all in prop::collection::vec((prop::sample::select(&["US", "DE", "KG"][..]), 0..10_000_000_000_i64), 1..12), turn in 0_usize..12) {
        let before = filing(&all, 0, 0, 3);
        let mut turned = all.clone();
        turned.rotate_left(turn % all.len());
        let again = ask(&filing(&turned, 0, 0, 3), std::slice::from_ref(&before));
        prop_assert!(again.iter().all(|finding| matches!(finding.compared, Compared::LargeFirst { .. })), "{:?}", again);
    }

    #[test]
    fn the_same_again_is_never_asked_about(cents in 0..10_000_000_000_i64, domestic in 0..10_000_000_000_000_i64, people in 0..5_000_u32) {
        let filing = filing(&[("US", cents), ("DE", cents / 3)], domestic, domestic / 4, people);
        let again = ask(&filing, std::slice::from_ref(&filing));
        prop_assert!(again.iter().all(|finding| matches!(finding.compared, Compared::LargeFirst { .. })), "{:?}", again);
        prop_assert!(again.is_empty(), "{:?}", again);
    }
}

#[test]
fn widths_are_read_whole_or_not_at_all() {
    assert!("10=8-12.5 rate=8000-16000".parse::<SlipWidths>().is_ok());
    for text in [
        "",
        "10",
        "10=8",
        "10=12-8",
        "10=8-12.5005",
        "10=-8-12",
        "11=8-12",
        "10=8-12  rate=1-2",
        "10=8-x",
        "10=9-99999999999999999999999999999999999999",
    ] {
        assert!(text.parse::<SlipWidths>().is_err(), "{text}");
    }
}
