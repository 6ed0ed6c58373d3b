//! What was published stays published: under other rules and tables, after a correction, and beside measures that tell of each other.

use super::{super::file::Parameters, *};
use crate::{
    attack::{Verdict, attack},
    certify::{Certificate, Why, certify, mark_earlier},
    pattern::Pattern,
    plan::{Drift, Plan, TablePlan, propose},
    problem::Problem,
    protect::{Effort, release},
};

const RULES: Parameters = Parameters { min_contributors: Some(3), p_percent: Some(10), dominance: None, zero_counts: false };
const QUICK: Effort = Effort(100_000_000);
const REGIONS: [&str; 3] = ["A", "B", "C"];

fn table(by: &str, told: bool) -> Table {
    Table { by: by.to_owned(), members: REGIONS.map(str::to_owned).to_vec(), apart: true, told, within: None }
}

fn measure(name: &str, tables: Vec<Table>) -> Measure {
    Measure { name: name.to_owned(), adds_up: true, counted: false, tables }
}

fn quarter(number: u8) -> Quarter {
    Quarter { year: 2024, number }
}

fn of(quarter: Quarter, measures: Vec<Measure>, known: Known) -> Release {
    Release { quarter, correction: 0, rules: RULES, measures, known, most: Most::new() }
}

/// Contributions of some groups to the members of a table.
fn known(known: &mut Known, measure: &str, quarter: Quarter, members: [&[(&str, i64)]; 3]) {
    for (region, groups) in REGIONS.into_iter().zip(members) {
        let groups = groups.iter().map(|(group, amount)| ((*group).to_owned(), *amount)).collect();
        known.insert((measure.to_owned(), "region".to_owned(), region.to_owned(), quarter), groups);
    }
}

fn certified(file: ProblemFile, earlier: &[Certificate]) -> (Problem, Pattern, Result<Certificate, Vec<Why>>) {
    let problem: Problem = file.try_into().unwrap();
    let pattern = release(&problem, QUICK);
    let certificate = certify(&problem, &pattern, earlier).unwrap();
    let why = certificate.map_err(|rejected| rejected.violations.into_iter().map(|violation| violation.why).collect());
    (problem, pattern, why)
}

fn hidden(pattern: &Pattern) -> Vec<&str> {
    pattern.cells.iter().map(|cell| cell.id.as_str()).collect()
}

/// Four and more exporters in each region, each as large as the next.
const MANY: [&[(&str, i64)]; 3] = [
    &[("a1", 900), ("a2", 800), ("a3", 700), ("a4", 600)],
    &[("b1", 900), ("b2", 800), ("b3", 700)],
    &[("c1", 900), ("c2", 800), ("c3", 700), ("c4", 600), ("c5", 500)],
];

#[test]
fn stricter_rules_bind_what_comes_and_leave_what_was_published() {
    let exports = vec![measure("exports", vec![table("region", true)])];
    let mut first = Known::new();
    known(&mut first, "exports", quarter(1), MANY);
    let one = of(quarter(1), exports.clone(), first.clone());
    let (_, pattern, certificate) = certified(problem(std::slice::from_ref(&one)), &[]);
    assert_eq!(hidden(&pattern), Vec::<&str>::new());
    let certificate = certificate.unwrap();

    let mut both = first;
    known(&mut both, "exports", quarter(2), MANY);
    let stricter = Parameters { min_contributors: Some(4), ..RULES };
    let mut file = problem(&[one, Release { rules: stricter, ..of(quarter(2), exports, both) }]);
    mark_earlier(&mut file, std::slice::from_ref(&certificate));
    let (problem, pattern, certificate) = certified(file, &[certificate]);
    assert!(certificate.is_ok(), "{certificate:?}");
    // three are too few from now on, and what was shown stays shown
    assert!(hidden(&pattern).contains(&"exports by region|2024-Q2|B"), "{:?}", hidden(&pattern));
    assert!(hidden(&pattern).iter().all(|id| !id.contains("2024-Q1|")), "{:?}", hidden(&pattern));
    assert_eq!(attack(&problem, &pattern).unwrap().verdict, Verdict::Safe);
}

#[test]
fn a_year_is_told_by_the_tables_of_its_first_release() {
    let exports = vec![measure("exports", vec![table("region", true)])];
    let more = vec![measure("exports", vec![table("region", true), table("activity", true)])];
    let mut all = Known::new();
    known(&mut all, "exports", quarter(1), MANY);
    known(&mut all, "exports", quarter(2), MANY);
    let file = problem(&[of(quarter(1), exports, all.clone()), of(quarter(2), more, all)]);
    assert!(file.cells.iter().all(|cell| !cell.id.contains("by activity")));
}

#[test]
fn a_correction_tells_later_vintages_of_its_quarter_and_nothing_exact() {
    let exports = vec![measure("exports", vec![table("region", true)])];
    let mut wrong = Known::new();
    known(&mut wrong, "exports", quarter(1), MANY);
    let mut right = Known::new();
    let more: Vec<(&str, i64)> = MANY[0].iter().map(|(group, amount)| (*group, amount * 3)).collect();
    known(&mut right, "exports", quarter(1), [&more, MANY[1], MANY[2]]);
    let one = of(quarter(1), exports.clone(), wrong);
    let (_, _, certificate) = certified(problem(std::slice::from_ref(&one)), &[]);
    let mut file = problem(&[one, Release { correction: 1, ..of(quarter(1), exports, right) }]);
    mark_earlier(&mut file, std::slice::from_ref(certificate.as_ref().unwrap()));
    let (problem, pattern, certificate) = certified(file, &[certificate.unwrap()]);
    assert!(certificate.is_ok(), "{certificate:?}");
    let figure = |id: &str| {
        let cell = &problem.cells[problem.place(id).unwrap()];
        (!hidden(&pattern).contains(&id)).then_some(cell.rounded.map(|rounded| rounded.figure)).flatten()
    };
    assert_eq!(figure("exports|2024-Q1 of 2024-Q1 correction 1"), Some(14_900));
    assert_eq!(figure("exports by region|2024-Q1|A of 2024-Q1 correction 1"), Some(9_000));
}

#[test]
fn a_number_of_contributors_is_at_most_what_everybody_knows() {
    let mut all = Known::new();
    known(&mut all, "exports", quarter(1), MANY);
    let exports = Measure { counted: true, ..measure("exports", vec![table("region", true)]) };
    let most = Most::from([(("region".to_owned(), "B".to_owned()), 3)]);
    let file = problem(&[Release { most, ..of(quarter(1), vec![exports], all) }]);
    let bound = |id: &str| file.cells.iter().find(|cell| cell.id == id).unwrap().upper_bound;
    assert_eq!(bound("exports by region|2024-Q1|B|contributors"), Some(3));
    assert_eq!(bound("exports by region|2024-Q1|A|contributors"), None);
}

/// Services of a region where all but one export only: without the link the region's services and exports are both shown, and
/// their difference at the mean rate is what the one earned within the country.
fn services() -> (Vec<Release>, Vec<Link>) {
    let link = Link { whole: "services".to_owned(), part: "exports".to_owned(), rest: "domestic".to_owned() };
    let measures = vec![
        measure("exports", vec![table("region", true)]),
        measure("services", vec![table("region", true)]),
        measure("domestic", vec![table("region", false)]),
    ];
    let local: [&[(&str, i64)]; 3] = [
        &[("a1", 5_000_000), ("a2", 4_000_000), ("a3", 4_500_000), ("a4", 3_000_000)],
        &[("b2", 2_000_000)],
        &[("c1", 4_000_000), ("c2", 5_000_000), ("c3", 3_000_000), ("c4", 2_500_000)],
    ];
    let mut all = Known::new();
    known(&mut all, "exports", quarter(1), MANY);
    known(&mut all, "domestic", quarter(1), local);
    for region in REGIONS {
        let part = |measure: &str| all[&(measure.to_owned(), "region".to_owned(), region.to_owned(), quarter(1))].clone();
        let mut whole = part("domestic");
        for (n, (group, exported)) in (0..).zip(part("exports")) {
            *whole.entry(group).or_default() += exported * (11_400 + 10 * n);
        }
        all.insert(("services".to_owned(), "region".to_owned(), region.to_owned(), quarter(1)), whole);
    }
    (vec![of(quarter(1), measures, all)], vec![link])
}

#[test]
fn what_two_measures_tell_of_a_third_is_kept_from_being_told() {
    let (releases, links) = services();
    let (_, open, _) = certified(problem(&releases), &[]);
    let shown = |pattern: &Pattern, id: &str| !hidden(pattern).contains(&id);
    let both = ["services by region|2024-Q1|B", "exports by region|2024-Q1|B"];
    assert!(both.iter().all(|id| shown(&open, id)), "without the link both are shown");

    let mut file = problem(&releases);
    keep_apart(&mut file, &links);
    let (linked, pattern, certificate) = certified(file, &[]);
    assert!(certificate.is_ok(), "{certificate:?}");
    assert!(!both.iter().all(|id| shown(&pattern, id)), "{:?}", hidden(&pattern));
    assert!(!shown(&pattern, "domestic by region|2024-Q1|B"));
    // an engine that does not know the link is found by the attacker who does
    let untold = |id: &&str| id.starts_with("domestic by");
    let cells = pattern.cells.iter().filter(|cell| untold(&cell.id.as_str())).cloned().collect();
    let forgets = Pattern { cells, ..pattern };
    assert_eq!(attack(&linked, &forgets).unwrap().verdict, Verdict::Unsafe);
}

#[test]
fn a_plan_knows_what_measures_tell_of_each_other() {
    let (mut releases, links) = services();
    let plan = |releases: &[Release], links: &[Link]| -> Plan { propose(&problem(releases), "2025", Drift::default(), links) };
    let of = |plan: &Plan, table: &str| -> TablePlan { plan.tables.iter().find(|plan| plan.table == table).unwrap().clone() };
    let before = quarter(1);
    let renamed: Known = std::mem::take(&mut releases[0].known);
    // enough of them that nothing is near being sensitive by itself
    let mut all = Known::new();
    for ((measure, by, region, _), groups) in renamed {
        let twice = groups.iter().flat_map(|(group, amount)| [(group.clone(), *amount), (format!("{group}'"), *amount)]);
        let alone = measure == "domestic" && region == "B";
        all.insert((measure, by, region, before), if alone { groups } else { twice.collect() });
    }
    releases[0].known = all;
    let together = of(&plan(&releases, &links), "services by region").grouped;
    assert!(together.contains(&"B".to_owned()), "{together:?}");
    assert_eq!(of(&plan(&releases, &[]), "services by region").grouped, Vec::<String>::new());
    assert!(plan(&releases, &links).tables.iter().all(|plan| !plan.table.starts_with("domestic")), "what is not told is not planned");
}

#[test]
fn what_a_plan_shows_together_is_together_for_what_is_left() {
    let (releases, links) = services();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let table =
        TablePlan { table: "services by region".to_owned(), quarterly: names(&["A"]), grouped: names(&["B", "C"]), yearly: Vec::new() };
    let mut file = problem(&releases);
    Plan { year: "2024".to_owned(), tables: vec![table] }.apply(&mut file).unwrap();
    keep_apart(&mut file, &links);
    let group = file.cells.iter().find(|cell| cell.id == "domestic beside services by region|2024-Q1|other").unwrap();
    assert_eq!((group.value, group.contributors, group.withheld), (16_500_000, Some(5), true));
    let (_, _, certificate) = certified(file, &[]);
    assert!(certificate.is_ok(), "{certificate:?}");
}

#[test]
fn a_correction_does_not_uncover_what_the_first_release_hid() {
    let exports = vec![measure("exports", vec![table("region", true)])];
    // B is of one, and C is hidden with it
    let mut all = Known::new();
    known(&mut all, "exports", quarter(1), [MANY[0], &[("b1", 900)], MANY[2]]);
    let one = of(quarter(1), exports.clone(), all.clone());
    let (_, first, certificate) = certified(problem(std::slice::from_ref(&one)), &[]);
    let hidden_first: Vec<String> = hidden(&first).into_iter().map(str::to_owned).collect();
    assert!(hidden_first.len() >= 2, "{hidden_first:?}");
    let mut file = problem(&[one, Release { correction: 1, ..of(quarter(1), exports, all) }]);
    mark_earlier(&mut file, std::slice::from_ref(certificate.as_ref().unwrap()));
    let (_, pattern, certificate) = certified(file, &[certificate.unwrap()]);
    assert!(certificate.is_ok(), "{certificate:?}");
    for figure in hidden_first {
        let again = format!("{figure} of 2024-Q1 correction 1");
        assert!(hidden(&pattern).contains(&again.as_str()), "{again}");
    }
}

#[test]
fn that_the_only_resident_of_a_region_earned_nothing_is_not_told() {
    const NONE_IN_C: [&[(&str, i64)]; 3] = [MANY[0], MANY[1], &[]];
    let measures = vec![Measure { counted: true, ..measure("exports", vec![table("region", true)]) }];
    let mut knows = Known::new();
    known(&mut knows, "exports", quarter(1), NONE_IN_C);
    for (residents, told) in [(0, true), (1, false), (2, false), (3, true)] {
        let most = [(("region".to_owned(), "C".to_owned()), residents)].into();
        let one = Release { most, ..of(quarter(1), measures.clone(), knows.clone()) };
        let (problem, pattern, certificate) = certified(super::problem(&[one]), &[]);
        assert!(certificate.is_ok(), "{residents}: {certificate:?}");
        let hidden = hidden(&pattern);
        let is_told = |id: &str| !hidden.contains(&id);
        assert_eq!(is_told("exports by region|2024-Q1|C"), told, "{residents} residents: {hidden:?}");
        assert_eq!(is_told("exports by region|2024-Q1|C|contributors"), told, "{residents} residents: {hidden:?}");
        // it could have been a tenth of what the least exporter has
        let report = attack(&problem, &pattern).unwrap();
        let cell = report.cells.iter().find(|cell| cell.id == "exports by region|2024-Q1|C");
        let enough = num_rational::BigRational::from_integer(60.into());
        assert_eq!(cell.is_some_and(|cell| cell.upper.as_ref().is_none_or(|upper| *upper >= enough)), !told, "{residents}: {cell:?}");
    }
}

#[test]
fn nothing_in_a_year_is_nothing_in_its_quarter_of_few() {
    const NONE_IN_C: [&[(&str, i64)]; 3] = [MANY[0], MANY[1], &[]];
    let measures = vec![measure("exports", vec![table("region", true)])];
    let mut knows = Known::new();
    let (mut releases, mut certificates) = (Vec::new(), Vec::new());
    for number in 1..=4 {
        known(&mut knows, "exports", quarter(number), NONE_IN_C);
        // the region has one resident at first, and four at last
        let most = [(("region".to_owned(), "C".to_owned()), number.into())].into();
        releases.push(Release { most, ..of(quarter(number), measures.clone(), knows.clone()) });
        let mut file = super::problem(&releases);
        mark_earlier(&mut file, &certificates);
        let (_, pattern, certificate) = certified(file, &certificates);
        let is_hidden = |id: &str| hidden(&pattern).contains(&id);
        assert!(is_hidden("exports by region|2024-Q1|C"), "{number}");
        assert!(number < 4 || is_hidden("exports by region|2024|C"), "{number}");
        assert!(number < 3 || !is_hidden(&format!("exports by region|2024-Q{number}|C")), "{number}");
        certificates.push(certificate.unwrap());
    }
}

#[test]
fn what_is_shown_together_is_told_again_by_a_correction() {
    let exports = vec![measure("exports", vec![table("region", true)])];
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let table =
        TablePlan { table: "exports by region".to_owned(), quarterly: names(&["A"]), grouped: names(&["B", "C"]), yearly: Vec::new() };
    let plan = Plan { year: "2024".to_owned(), tables: vec![table] };
    let mut wrong = Known::new();
    known(&mut wrong, "exports", quarter(1), MANY);
    let mut right = Known::new();
    let more: Vec<(&str, i64)> = MANY[2].iter().map(|(group, amount)| (*group, amount * 2)).collect();
    known(&mut right, "exports", quarter(1), [MANY[0], MANY[1], &more]);
    for (again, figure) in [(wrong.clone(), 5_900), (right, 9_400)] {
        let one = of(quarter(1), exports.clone(), wrong.clone());
        let mut file = problem(std::slice::from_ref(&one));
        plan.apply(&mut file).unwrap();
        let (_, _, certificate) = certified(file, &[]);
        let mut file = problem(&[one, Release { correction: 1, ..of(quarter(1), exports.clone(), again) }]);
        plan.apply(&mut file).unwrap();
        mark_earlier(&mut file, std::slice::from_ref(certificate.as_ref().unwrap()));
        let (problem, pattern, certificate) = certified(file, &[certificate.unwrap()]);
        assert!(certificate.is_ok(), "{certificate:?}");
        let id = "exports by region|2024-Q1|other of 2024-Q1 correction 1";
        let cell = &problem.cells[problem.place(id).unwrap()];
        assert!(!hidden(&pattern).contains(&id), "{:?}", hidden(&pattern));
        assert_eq!(cell.rounded.map(|rounded| rounded.figure), Some(figure));
        assert!(problem.place(&format!("{id} less exports by region|2024-Q1|other")).is_some());
    }
}

#[test]
fn parts_of_a_member_add_up_to_it() {
    let finer = Table {
        members: vec!["x".to_owned(), "other".to_owned()],
        within: Some(("region".to_owned(), "C".to_owned())),
        ..table("country in C", true)
    };
    let measures = vec![Measure { counted: true, ..measure("exports", vec![table("region", true), finer]) }];
    // of the five of C some export elsewhere than to x
    for (elsewhere, all_told) in [(0, true), (1, false), (2, false)] {
        let mut knows = Known::new();
        known(&mut knows, "exports", quarter(1), MANY);
        let (other, x) = MANY[2].split_at(elsewhere);
        for (member, groups) in [("x", x), ("other", other)] {
            let groups = groups.iter().map(|(group, amount)| ((*group).to_owned(), *amount)).collect();
            knows.insert(("exports".to_owned(), "country in C".to_owned(), member.to_owned(), quarter(1)), groups);
        }
        let (problem, pattern, certificate) = certified(super::problem(&[of(quarter(1), measures.clone(), knows)]), &[]);
        assert!(certificate.is_ok(), "{elsewhere}: {certificate:?}");
        let hidden = hidden(&pattern);
        let is_hidden = |figure: &str| hidden.contains(&figure);
        assert_eq!(hidden.is_empty(), all_told, "{elsewhere}: {hidden:?}");
        // what is told of the whole and of x would tell the other
        let whole_or_x = is_hidden("exports by region|2024-Q1|C") || is_hidden("exports by country in C|2024-Q1|x");
        assert_eq!(whole_or_x, !all_told, "{elsewhere}: {hidden:?}");
        let forgets =
            Pattern { cells: pattern.cells.iter().filter(|cell| cell.id.contains("other")).cloned().collect(), ..pattern.clone() };
        assert_eq!(attack(&problem, &forgets).unwrap().verdict == Verdict::Safe, all_told, "{elsewhere}");
    }
}
