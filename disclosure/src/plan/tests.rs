//! What a plan does to a problem, what is wrong with a plan, and what is proposed.

use proptest::prelude::*;

use super::*;
use crate::{
    attack::{Verdict, attack_hidden},
    file::Parameters,
    problem::{Problem, Publication},
};

fn rules() -> Parameters {
    Parameters { min_contributors: Some(3), p_percent: Some(10), ..Parameters::default() }
}

fn place(member: Option<&str>, year: &str, quarter: Option<&str>) -> Place {
    Place {
        table: "exports by region".to_owned(),
        member: member.map(str::to_owned),
        year: year.to_owned(),
        quarter: quarter.map(str::to_owned),
        vintage: None,
    }
}

/// Amounts of single contributors, each with a name of its own.
fn cell(id: &str, at: Place, contributions: &[(&str, i64)]) -> CellFile {
    let contributions: Vec<_> =
        contributions.iter().map(|(group, amount)| Contribution { group: (*group).to_owned(), amount: *amount }).collect();
    CellFile {
        id: id.to_owned(),
        value: contributions.iter().map(|one| one.amount).sum(),
        contributions: Some(contributions),
        at: Some(at),
        ..CellFile::default()
    }
}

/// A quarter of five regions: a large one, a small one, and three of one and two contributors.
fn quarter(year: &str, quarter: &str) -> ProblemFile {
    let large: Vec<(&str, i64)> = vec![("a", 500), ("b", 400), ("c", 300), ("d", 200), ("e", 200)];
    let small: Vec<(&str, i64)> = vec![("f", 40), ("g", 35), ("h", 30), ("i", 25), ("j", 20)];
    let few: [(&str, &[(&str, i64)]); 3] = [("lone", &[("n", 28)]), ("one", &[("k", 30)]), ("two", &[("l", 20), ("m", 25)])];
    let parts: Vec<(&str, &[(&str, i64)])> = [("large", large.as_slice()), ("small", &small)].into_iter().chain(few).collect();
    let all: Vec<(&str, i64)> = parts.iter().flat_map(|(_, contributions)| contributions.iter().copied()).collect();
    let id = |name: &str| format!("{year}-{quarter}|{name}");
    let mut cells: Vec<CellFile> = parts.iter().map(|(name, some)| cell(&id(name), place(Some(name), year, Some(quarter)), some)).collect();
    cells.push(CellFile { must_publish: true, ..cell(&id("country"), place(None, year, Some(quarter)), &all) });
    let equations = vec![EquationFile::sum(id("country"), parts.iter().map(|(name, _)| id(name)))];
    ProblemFile { parameters: rules(), cells, equations }
}

fn plan(quarterly: &[&str], grouped: &[&str], yearly: &[&str]) -> Plan {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let table =
        TablePlan { table: "exports by region".to_owned(), quarterly: names(quarterly), grouped: names(grouped), yearly: names(yearly) };
    Plan { year: "2024".to_owned(), tables: vec![table] }
}

fn withheld(problem: &Problem) -> Vec<&str> {
    problem.cells.iter().filter(|cell| cell.publication == Publication::Withheld).map(|cell| cell.id.as_str()).collect()
}

#[test]
fn what_is_grouped_is_withheld_and_shown_together() {
    let mut file = quarter("2024", "Q1");
    plan(&["large", "small"], &["one", "lone"], &[]).apply(&mut file).unwrap();
    let problem = Problem::try_from(file).unwrap();
    // the plan does not name "two": it is one of the others
    assert_eq!(withheld(&problem), ["2024-Q1|lone", "2024-Q1|one", "2024-Q1|two"]);
    let group = &problem.cells[problem.place("exports by region|2024-Q1|other").unwrap()];
    assert_eq!((group.value, group.contributors, group.publication), (103, Some(4), Publication::Free));
    assert_eq!(problem.equations.len(), 3);
    let hidden = problem.cells.iter().enumerate().filter(|(_, cell)| cell.publication == Publication::Withheld).map(|(n, _)| n);
    assert_eq!(attack_hidden(&problem, &hidden.collect()).verdict, Verdict::Safe);
}

#[test]
fn a_plan_of_another_year_or_table_changes_nothing() {
    let before = quarter("2023", "Q1");
    let mut file = before.clone();
    plan(&["large"], &["one"], &[]).apply(&mut file).unwrap();
    assert_eq!(file, before);
}

#[test]
fn what_was_published_is_not_withheld() {
    let mut file = quarter("2024", "Q1");
    file.cells[1].published_before = true;
    plan(&["large"], &["small", "one", "two", "lone"], &[]).apply(&mut file).unwrap();
    assert_eq!(withheld(&file.try_into().unwrap()), ["2024-Q1|lone", "2024-Q1|one", "2024-Q1|two"]);
}

#[test]
fn who_is_in_two_members_counts_once_in_the_group() {
    let mut file = quarter("2024", "Q1");
    let count = |name: &str, value: i64| CellFile {
        id: format!("2024-Q1|{name}|contributors"),
        value,
        count: true,
        at: Some(place(Some(name), "2024", Some("Q1"))),
        ..CellFile::default()
    };
    // l is in both
    let one = file.cells.iter_mut().find(|cell| cell.id == "2024-Q1|one").unwrap();
    one.contributions = Some(vec![Contribution { group: "l".to_owned(), amount: 30 }]);
    file.cells.extend([count("one", 1), count("two", 2), count("large", 5), count("small", 5)]);
    plan(&["large", "small", "lone"], &["one", "two"], &[]).apply(&mut file).unwrap();
    let country = file.cells.iter_mut().find(|cell| cell.id == "2024-Q1|country").unwrap();
    country.contributions = None;
    let problem = Problem::try_from(file).unwrap();
    let group = &problem.cells[problem.place("exports by region|2024-Q1|other|contributors").unwrap()];
    assert_eq!((group.value, group.count), (2, true));
}

#[test]
fn what_is_wrong_with_a_plan_is_told() {
    let wrong = |plan: &Plan| plan.apply(&mut quarter("2024", "Q1")).unwrap_err().to_string();
    let mut twice = plan(&["large"], &["one", "two"], &[]);
    twice.tables.push(twice.tables[0].clone());
    assert_eq!(wrong(&twice), "the plan of 2024 names the table \"exports by region\" twice");
    let member = "the plan of 2024, table \"exports by region\": \"one\" is neither quarterly nor grouped just once, or yearly without being grouped";
    assert_eq!(wrong(&plan(&["one"], &["one", "two"], &[])), member);
    assert_eq!(wrong(&plan(&["large"], &["two"], &["one"])), member);
    assert_eq!(
        wrong(&plan(&["large", "small", "two", "lone"], &["one"], &[])),
        "the plan of 2024, table \"exports by region\": \"one\" would be alone in its group in 2024-Q1, which would tell it"
    );
    let mut file = quarter("2024", "Q1");
    plan(&["large", "small"], &[], &[]).apply(&mut file).unwrap();
    let again = plan(&["large", "small"], &[], &[]).apply(&mut file).unwrap_err();
    assert_eq!(again, PlanError::GroupThere("exports by region|2024-Q1|other".to_owned()));
}

/// Quarters one after another.
fn history(quarters: &[(&str, &str)]) -> ProblemFile {
    let mut all = ProblemFile { parameters: rules(), ..ProblemFile::default() };
    for (year, number) in quarters {
        let file = quarter(year, number);
        all.cells.extend(file.cells);
        all.equations.extend(file.equations);
    }
    all
}

#[test]
fn members_are_shown_that_stay_far_from_being_sensitive() {
    let quarters = [("2023", "Q1"), ("2023", "Q2"), ("2023", "Q3"), ("2023", "Q4")];
    let proposed = propose(&history(&quarters), "2024", Drift { contributors: 1, percent: 2 }, &[]);
    // the three small ones are four together, and none of them can tell another
    assert_eq!(proposed, plan(&["large", "small"], &["lone", "one", "two"], &[]));
    // with less of a margin than two contributors they are not enough: the smallest other one joins them
    let careful = propose(&history(&quarters), "2024", Drift { contributors: 2, percent: 2 }, &[]);
    assert_eq!(careful, plan(&["large"], &["lone", "one", "small", "two"], &[]));
    // what is later than the plan is not looked at
    assert_eq!(propose(&history(&[("2024", "Q1")]), "2024", Drift::default(), &[]).tables, []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// What is proposed would have been safe in the quarters that it was made from.
    #[test]
    fn a_proposed_plan_was_safe(amounts in prop::collection::vec(prop::collection::vec((0..40_u32, 1..400_i64), 0..7), 5 * 4)) {
        let mut file = ProblemFile { parameters: rules(), ..ProblemFile::default() };
        for (n, quarter) in amounts.chunks(5).enumerate() {
            let quarter_name = format!("Q{}", n + 1);
            let mut ids = Vec::new();
            let mut all: BTreeMap<String, i64> = BTreeMap::new();
            for (member, contributions) in quarter.iter().enumerate() {
                let mut groups: BTreeMap<String, i64> = BTreeMap::new();
                for (group, amount) in contributions {
                    *groups.entry(format!("g{group}")).or_default() += amount;
                    *all.entry(format!("g{group}")).or_default() += amount;
                }
                let groups: Vec<(&str, i64)> = groups.iter().map(|(group, amount)| (group.as_str(), *amount)).collect();
                ids.push(format!("{n}|{member}"));
                file.cells.push(cell(&ids[member], place(Some(&member.to_string()), "2023", Some(&quarter_name)), &groups));
            }
            let all: Vec<(&str, i64)> = all.iter().map(|(group, amount)| (group.as_str(), *amount)).collect();
            file.cells.push(cell(&format!("{n}|total"), place(None, "2023", Some(&quarter_name)), &all));
            file.equations.push(EquationFile::sum(format!("{n}|total"), ids));
        }
        let mut proposed = propose(&file, "2024", Drift::default(), &[]);
        proposed.year = "2023".to_owned();
        proposed.apply(&mut file).unwrap();
        let problem = Problem::try_from(file).unwrap();
        let table = &proposed.tables[0];
        if table.quarterly.is_empty() {
            return Ok(()); // nothing but totals
        }
        let hidden = problem.cells.iter().enumerate().filter(|(_, cell)| cell.publication == Publication::Withheld).map(|(n, _)| n);
        let attacked = attack_hidden(&problem, &hidden.collect());
        let open: Vec<_> = attacked.cells.iter().filter(|cell| !cell.protected && !cell.id.ends_with("total")).map(|cell| &cell.id).collect();
        prop_assert!(open.is_empty(), "{open:?} with {proposed:?}");
    }
}
