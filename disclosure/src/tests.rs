//! Reading problems, the rules cell by cell, tables, the gate, and the schemas of the files.

use super::{
    attack::Attack,
    certify::{Certificate, Rejected, Why, certify, mark_earlier},
    file::{CellFile, Contribution, Dominance, EquationFile, Parameters, ProblemFile},
    pattern::Pattern,
    plan::Plan,
    problem::{Problem, ProblemError, Rounded},
    protect::{Effort, Refused, protect},
    sensitive::{Reason, sensitive},
    table::{Layout, Record, TableError, problem_of, scaled},
};

fn cell(id: &str, value: i64) -> CellFile {
    CellFile { id: id.to_owned(), value, ..CellFile::default() }
}

fn file(json: &str) -> ProblemFile {
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_example_of_the_format_is_read() {
    let problem: Problem = file(
        r#"{"parameters": {"min_contributors": 3, "p_percent": 10, "dominance": {"n": 1, "k_percent": 85}},
            "cells": [{"id": "UZ-QR|2023-Q3", "value": 12345, "contributors": 2, "largest": 9000, "second": 3345,
                       "contributions": [{"group": "g1", "amount": 9000}, {"group": "g2", "amount": 3345}],
                       "weight": 12345, "lower_bound": 0, "upper_bound": null, "published_before": false, "must_publish": false},
                      {"id": "UZ-TK|2023-Q3", "value": 5}, {"id": "UZ|2023-Q3", "value": 12350}, {"id": "a", "value": 5}, {"id": "b", "value": 5}],
            "equations": [{"total": "UZ|2023-Q3", "parts": ["UZ-QR|2023-Q3", "UZ-TK|2023-Q3"]},
                          {"terms": [{"cell": "a", "coefficient": 1}, {"cell": "b", "coefficient": -1}], "constant": 0}]}"#,
    )
    .try_into()
    .unwrap();
    assert_eq!((problem.cells.len(), problem.equations.len()), (5, 2));
    assert_eq!(sensitive(&problem)[&problem.place("UZ-QR|2023-Q3").unwrap()].reason, Reason::FewContributors);
}

type Change = fn(&mut ProblemFile);

fn changed(change: Change) -> String {
    let cells = vec![cell("a", 1), cell("b", 2), cell("t", 3)];
    let mut file = ProblemFile { cells, equations: vec![EquationFile::sum("t", ["a", "b"])], ..ProblemFile::default() };
    change(&mut file);
    Problem::try_from(file).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_with_a_problem_is_named_with_its_place() {
    let cases: [(Change, &str); 19] = [
        (|file| file.cells.push(cell("a", 1)), "cell \"a\" is there twice"),
        (|file| file.equations.push(EquationFile::sum("t", ["a", "x"])), "equation 2 names the cell \"x\", which is not there"),
        (|file| file.equations.push(EquationFile::sum("t", ["a"])), "equation 2 (with \"t\") does not hold: -2 instead of 0"),
        (|file| file.equations.push(EquationFile::default()), "equation 2 needs either a total and its parts, or terms"),
        (
            |file| file.cells[0].value = -1,
            "cell \"a\": the value -1 is outside what is known to be possible (at least 0 unless lower_bound says otherwise)",
        ),
        (
            |file| file.cells[0].upper_bound = Some(0),
            "cell \"a\": the value 1 is outside what is known to be possible (at least 0 unless lower_bound says otherwise)",
        ),
        (
            |file| (file.cells[0].lower_bound, file.cells[0].upper_bound) = (Some(1), Some(0)),
            "cell \"a\": lower_bound is above upper_bound",
        ),
        (|file| file.cells[0].value = i64::MAX, "cell \"a\": a number is larger than 10^18"),
        (|file| file.cells[0].weight = Some(-1), "cell \"a\": a weight, protection or contribution is negative"),
        (|file| file.cells[0].structural_zero = true, "cell \"a\" is a structural zero, but its value is not 0"),
        (
            |file| (file.cells[0].auxiliary, file.cells[0].must_publish) = (true, true),
            "cell \"a\": an auxiliary cell is never published, so no other flag fits it",
        ),
        (
            |file| file.cells[0].rounded_to = Some(0),
            "cell \"a\": rounded_to is a number from 1 to 10^18, and fits no auxiliary cell and no structural zero",
        ),
        (
            |file| (file.cells[0].withheld, file.cells[0].must_publish) = (true, true),
            "cell \"a\" is withheld, so it is neither published before nor must be, nor auxiliary, nor a structural zero",
        ),
        (
            |file| file.cells[0].second = Some(1),
            "cell \"a\": largest and second do not fit together, the number of contributors, the contributions or the value",
        ),
        (
            |file| file.cells[0].largest = Some(2),
            "cell \"a\": largest and second do not fit together, the number of contributors, the contributions or the value",
        ),
        (|file| file.parameters.p_percent = Some(0), "parameter p_percent is out of range"),
        (|file| file.parameters.min_contributors = Some(0), "parameter min_contributors is out of range"),
        (|file| file.parameters.dominance = Some(Dominance { n: 0, k_percent: 85 }), "parameter dominance is out of range"),
        (
            |file| {
                let huge = |id: &str| CellFile { lower_bound: None, ..cell(id, 1_000_000_000_000_000_000) };
                file.cells.extend([huge("h")]);
                file.equations.push(EquationFile::terms((0..200).map(|_| ("h", 1_000_000_000_000_000_000)), 0));
            },
            "equation 2: a number is larger than 10^18, or the sum does not fit",
        ),
    ];
    for (change, message) in cases {
        assert_eq!(changed(change), message);
    }
}

#[test]
fn contributions_agree_with_each_other_and_with_the_value() {
    let read = |json: &str| Problem::try_from(file(&format!(r#"{{"parameters": {{}}, "cells": [{json}], "equations": []}}"#)));
    let both = r#""contributions": [{"group": "g", "amount": 3}, {"group": "h", "amount": 2}]"#;
    assert!(read(&format!(r#"{{"id": "a", "value": 5, "contributors": 2, "largest": 3, "second": 2, {both}}}"#)).is_ok());
    let wrong = [
        (format!(r#"{{"id": "a", "value": 6, {both}}}"#), ProblemError::ContributionsSum { cell: "a".into(), sum: 5, value: 6 }),
        (
            format!(r#"{{"id": "a", "value": 5, "contributors": 3, {both}}}"#),
            ProblemError::ContributorsCount { cell: "a".into(), listed: 2 },
        ),
        (format!(r#"{{"id": "a", "value": 5, "largest": 4, {both}}}"#), ProblemError::Largest("a".into())),
        (r#"{"id": "a", "value": 5, "contributors": 0}"#.to_owned(), ProblemError::Largest("a".into())),
        (r#"{"id": "a", "value": 5, "contributors": 1, "largest": 3, "second": 2}"#.to_owned(), ProblemError::Largest("a".into())),
        (r#"{"id": "a", "value": 5, "contributors": 2, "largest": 3, "second": 1}"#.to_owned(), ProblemError::Largest("a".into())),
        (
            r#"{"id": "a", "value": 5, "contributions": [{"group": "g", "amount": 3}, {"group": "g", "amount": 2}]}"#.to_owned(),
            ProblemError::GroupTwice { cell: "a".into(), group: "g".into() },
        ),
        (
            r#"{"id": "a", "value": 1, "contributions": [{"group": "g", "amount": 3}, {"group": "h", "amount": -2}]}"#.to_owned(),
            ProblemError::Negative("a".into()),
        ),
    ];
    for (json, error) in wrong {
        assert_eq!(read(&json).unwrap_err(), error);
    }
}

/// The reason and the distance of a cell with these contributions under rules of 3, 10% and (1, 85).
fn assess(change: impl Fn(&mut CellFile), rules: Parameters) -> Option<(Reason, i128)> {
    let mut one = cell("a", 0);
    change(&mut one);
    let problem: Problem = ProblemFile { parameters: rules, cells: vec![one], equations: Vec::new() }.try_into().unwrap();
    sensitive(&problem).get(&0).map(|found| (found.reason, found.upper))
}

#[test]
fn the_rules_at_their_limits() {
    let rules = Parameters { min_contributors: Some(3), p_percent: Some(10), ..Parameters::default() };
    let of = |value: i64, contributors: u32, largest: i64, second: i64| {
        move |cell: &mut CellFile| {
            (cell.value, cell.contributors, cell.largest, cell.second) = (value, Some(contributors), Some(largest), Some(second));
        }
    };
    // the p% rule is about what is left beside the two largest: 9 of 100 is too little, 10 is enough
    assert_eq!(assess(of(159, 4, 100, 50), rules), Some((Reason::PPercent, 1)));
    assert_eq!(assess(of(160, 4, 100, 50), rules), None);
    assert_eq!(assess(of(150, 3, 100, 50), rules), Some((Reason::PPercent, 10)));
    // two contributors are too few, three are enough; the distance is 10% of the value, rounded up
    assert_eq!(assess(of(155, 2, 100, 55), rules), Some((Reason::FewContributors, 16)));
    assert_eq!(assess(of(300, 3, 100, 100), rules), None);
    assert_eq!(assess(of(100, 1, 100, 0), rules), Some((Reason::FewContributors, 10)));
    // no contributor: published as zero
    assert_eq!(assess(of(0, 0, 0, 0), rules), None);
    // the whole is one contribution, whatever the rules
    assert_eq!(assess(|cell| (cell.value, cell.largest) = (7, Some(7)), Parameters::default()), Some((Reason::SingleContributor, 1)));
    // dominance: 85 of 100 is allowed, 86 is not; the distance makes 86 no more than 85% of the value
    let dominance = Parameters { dominance: Some(Dominance { n: 1, k_percent: 85 }), ..Parameters::default() };
    assert_eq!(assess(|cell| (cell.value, cell.largest) = (100, Some(85)), dominance), None);
    assert_eq!(assess(|cell| (cell.value, cell.largest) = (100, Some(86)), dominance), Some((Reason::Dominance, 2)));
    // what is not known is not used
    assert_eq!(assess(|cell| cell.value = 100, rules), None);
    assert_eq!(assess(|cell| (cell.value, cell.largest) = (100, Some(99)), rules), None);
    // counts: ones and twos are small, zeros only if asked for
    let count = |value: i64| move |cell: &mut CellFile| (cell.value, cell.count) = (value, true);
    assert_eq!(
        [0, 1, 2, 3].map(|value| assess(count(value), rules)),
        [None, Some((Reason::SmallCount, 1)), Some((Reason::SmallCount, 1)), None]
    );
    assert_eq!(assess(count(0), Parameters { zero_counts: true, ..rules }), Some((Reason::SmallCount, 1)));
}

#[test]
fn a_zero_of_one_or_two_is_sensitive() {
    let rules = Parameters { min_contributors: Some(3), p_percent: Some(10), ..Parameters::default() };
    // one who reported nothing is a contributor where the problem says so
    assert_eq!(assess(|cell| cell.contributors = Some(1), rules), Some((Reason::FewContributors, 1)));
    assert_eq!(assess(|cell| cell.contributors = Some(2), rules), Some((Reason::FewContributors, 1)));
    assert_eq!(assess(|cell| cell.contributors = Some(0), rules), None);
    // two amendments that cancel each other out: whoever made one knows the other
    let cancel = |cell: &mut CellFile| {
        cell.lower_bound = Some(-1000);
        cell.contributions = Some([("g", 50), ("h", -50)].map(|(group, amount)| Contribution { group: group.to_owned(), amount }).into());
    };
    assert_eq!(assess(cancel, rules).map(|(reason, _)| reason), Some(Reason::FewContributors));
    // what is known to nobody in particular is nobody's
    assert_eq!(assess(|_| {}, rules), None);
}

#[test]
fn what_is_known_of_a_change_is_asked_to_be_wide() {
    let rules = Parameters { min_contributors: Some(3), p_percent: Some(10), ..Parameters::default() };
    let mut change = cell("a", 400);
    (change.change, change.contributors) = (true, Some(1));
    let problem: Problem = ProblemFile { parameters: rules, cells: vec![change], equations: Vec::new() }.try_into().unwrap();
    let found = sensitive(&problem)[&0];
    assert_eq!((found.lower, found.upper, found.sliding), (0, 0, 80));
}

#[test]
fn figures_are_rounded_half_away_from_zero() {
    // value, unit, figure, and the whole numbers that are rounded to it
    let cases = [
        (1_234, 10, 1_230, 1_225, 1_234),
        (1_235, 10, 1_240, 1_235, 1_244),
        (7, 1, 7, 7, 7),
        (4, 10, 0, 0, 4),
        (12, 5, 10, 8, 12),
        (13, 5, 15, 13, 17),
    ];
    for (value, unit, figure, least, most) in cases {
        let cell = CellFile { rounded_to: Some(unit), ..cell("a", value) };
        let problem: Problem = ProblemFile { cells: vec![cell], ..ProblemFile::default() }.try_into().unwrap();
        assert_eq!(problem.cells[0].rounded, Some(Rounded { figure, least, most }), "{value} to {unit}");
    }
    for value in -40..40_i64 {
        for unit in 1..12_i64 {
            let with = |value: i64| CellFile { rounded_to: Some(unit), lower_bound: Some(-1_000), ..cell("a", value) };
            let rounded = |value: i64| {
                Problem::try_from(ProblemFile { cells: vec![with(value)], ..ProblemFile::default() }).unwrap().cells[0].rounded.unwrap()
            };
            let Rounded { figure, least, most } = rounded(value);
            assert!(least <= value && value <= most && figure % unit == 0);
            // all between the ends are rounded to the figure, and none beyond
            assert!(
                (least - 1..=most + 1).all(|other| (rounded(other).figure == figure) == (least <= other && other <= most)),
                "{value} to {unit}"
            );
        }
    }
}

#[test]
fn decimals_are_read_exactly() {
    let cases = [("12.345", 2, 1235), ("12.344999", 2, 1234), ("-0.5", 0, -1), ("7", 4, 70_000), ("33026385.0614", 4, 330_263_850_614)];
    for (text, decimals, value) in cases {
        assert_eq!(scaled(text, decimals), Ok(value), "{text}");
    }
    for text in ["", "1,5", "1e3", "--1", ".5", "99999999999999999999"] {
        assert_eq!(scaled(text, 0), Err(TableError::Number(text.to_owned())));
    }
}

#[test]
fn a_table_that_does_not_hang_together_is_told() {
    let record = |row: &str, column: &str| Record {
        row: row.to_owned(),
        column: column.to_owned(),
        value: 1,
        contributors: None,
        largest: None,
        second: None,
    };
    let layout = |pairs: &[(&str, &str)]| Layout {
        total: "T".to_owned(),
        hierarchies: vec![pairs.iter().map(|(parent, child)| ((*parent).to_owned(), (*child).to_owned())).collect()],
        ..Layout::default()
    };
    let full = [record("T", "T"), record("a", "T"), record("b", "T")];
    let wrong = |records: &[Record], pairs: &[(&str, &str)]| problem_of(records, &layout(pairs)).unwrap_err();
    assert_eq!(wrong(&[record("a", "T")], &[("A", "a")]), TableError::NoTotal { total: "A|T".into(), part: "a|T".into() });
    assert_eq!(wrong(&full, &[("A", "x")]), TableError::ForeignHierarchy("A".into()));
    assert_eq!(wrong(&full, &[("a", "b"), ("b", "a")]), TableError::NotATree("a".into()));
    assert_eq!(wrong(&full, &[("A", "a"), ("B", "a")]), TableError::NotATree("a".into()));
    assert_eq!(wrong(&[record("T", "T"), record("T", "T")], &[]), TableError::CellTwice("T|T".into()));
}

fn small() -> ProblemFile {
    file(
        r#"{"parameters": {"min_contributors": 3}, "equations": [{"total": "t", "parts": ["a", "b", "c"]}], "cells": [
            {"id": "a", "value": 10, "contributors": 2}, {"id": "b", "value": 20, "contributors": 4},
            {"id": "c", "value": 90, "contributors": 9}, {"id": "t", "value": 120, "contributors": 15}]}"#,
    )
}

#[test]
fn a_certificate_tells_no_hidden_value_and_binds_later_releases() {
    let problem: Problem = small().try_into().unwrap();
    let pattern = protect(&problem, Effort(100_000)).unwrap();
    assert_eq!(pattern.cells.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let certificate = certify(&problem, &pattern, &[]).unwrap().unwrap();
    assert_eq!(certificate.published, ["c", "t"]);
    let text = serde_json::to_string(&certificate).unwrap();
    // of a and b it says 0 to 30, which everybody can tell from c and t
    assert!(text.contains(r#""cells":[{"id":"a","lower":"0","upper":"30"},{"id":"b","lower":"0","upper":"30"}]"#), "{text}");
    assert_eq!(serde_json::from_str::<Certificate>(&text).unwrap(), certificate);

    let why = |pattern: &Pattern, file: ProblemFile, earlier: &[Certificate]| -> Vec<(String, Why)> {
        let rejected: Rejected = certify(&file.try_into().unwrap(), pattern, earlier).unwrap().unwrap_err();
        rejected.violations.into_iter().map(|violation| (violation.cell, violation.why)).collect()
    };
    // a later pattern can neither hide what was published nor publish what was hidden
    let mut other = pattern.clone();
    other.cells[1].id = "c".to_owned();
    let bound = [("b".to_owned(), Why::Withheld), ("c".to_owned(), Why::PublishedBefore)];
    assert_eq!(why(&other, small(), std::slice::from_ref(&certificate)), bound);
    let mut marked = small();
    mark_earlier(&mut marked, std::slice::from_ref(&certificate));
    assert!(marked.cells[2].published_before && !marked.cells[1].published_before && marked.cells[1].withheld);
    // what is hidden together with what was published before is as good as open
    assert!(why(&other, marked, std::slice::from_ref(&certificate)).contains(&("a".to_owned(), Why::Inferable)));
    // values that are no longer those of the release, and cells that are gone
    let mut changed = small();
    (changed.cells[2].value, changed.cells[3].value) = (91, 121);
    assert_eq!(why(&pattern, changed, std::slice::from_ref(&certificate)), [("c".to_owned(), Why::Changed)]);
    // an equation of an earlier release, or a cell that was hidden then, cannot be left out
    let loose = ProblemFile { equations: Vec::new(), ..small() };
    let missing = why(&pattern, loose, std::slice::from_ref(&certificate));
    assert!(missing.contains(&(r#"+1 "a" +1 "b" +1 "c" -1 "t" = 0"#.to_owned(), Why::Missing)), "{missing:?}");
    let mut less = small();
    less.cells.remove(0);
    less.equations.clear();
    let missing = why(&Pattern::default(), less, std::slice::from_ref(&certificate));
    assert!(missing.contains(&("a".to_owned(), Why::Missing)));
    // what is hidden but can be told would stand in the certificate
    let vain = Pattern { cells: vec![other.cells[1].clone()], ..Pattern::default() };
    let mut open = small();
    open.cells[0].contributors = Some(5);
    assert_eq!(why(&vain, open, &[]), [("c".to_owned(), Why::HiddenInVain)]);
    let gone =
        ProblemFile { cells: small().cells[..2].to_vec(), ..ProblemFile { parameters: small().parameters, ..ProblemFile::default() } };
    assert!(why(&pattern, gone, &[certificate]).contains(&("t".to_owned(), Why::Missing)));
    // a sensitive cell that is not hidden, and one that must be published but is hidden
    assert!(why(&Pattern::default(), small(), &[]).contains(&("a".to_owned(), Why::Inferable)));
    let mut must = small();
    must.cells[1].must_publish = true;
    assert_eq!(why(&pattern, must, &[]), [("b".to_owned(), Why::MustPublish)]);
}

#[test]
fn schemas_are_those_of_the_files() {
    let schemas = [
        ("problem", schemars::schema_for!(ProblemFile)),
        ("pattern", schemars::schema_for!(Pattern)),
        ("plan", schemars::schema_for!(Plan)),
        ("attack", schemars::schema_for!(Attack)),
        ("certificate", schemars::schema_for!(Certificate)),
        ("rejected", schemars::schema_for!(Rejected)),
        ("refused", schemars::schema_for!(Refused)),
    ];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/schemas");
    for (name, schema) in schemas {
        let path = format!("{folder}/{name}.json");
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("WRITE_SCHEMAS").is_some() {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        assert!(std::fs::read_to_string(&path).unwrap_or_default() == text, "{path} is not up to date: run with WRITE_SCHEMAS=1");
    }
}
