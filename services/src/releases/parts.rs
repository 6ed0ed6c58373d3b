//! Tables of the parts of a member: countries within their group. The plan of a year names those that are told each quarter; the others
//! are told together, and of them it is not even said who exports there.

use disclosure::plan::{Plan, TablePlan};
use domain::{
    classification::{Country, Destination, DestinationGroups},
    release::{Finer, PUBLISHED, Told},
};

use super::snapshot::table_name;

/// How many are told together at least: one alone would be told.
const LEAST_TOGETHER: usize = 2;

/// The whole of which a table of a measure, by its name without that, tells the parts; nothing if it tells none.
pub(super) fn whole_in<'a>(told: &Told, by: &'a str) -> Option<(Finer, &'a str)> {
    let finer = told.finer?;
    Some((finer, finer.whole_of(by)?))
}

/// The same of the name of a table.
pub(super) fn whole_of(table: &str) -> Option<(&'static Told, Finer, &str)> {
    let (name, by) = table.split_once(" by ")?;
    let told = PUBLISHED.iter().find(|told| told.measured.code() == name)?;
    let (finer, whole) = whole_in(told, by)?;
    Some((told, finer, whole))
}

/// A plan without tables of parts: these tell nothing but what it shows of them.
pub(super) fn without(plan: &Plan) -> Plan {
    let tables = plan.tables.iter().filter(|table| whole_of(&table.table).is_none());
    Plan { year: plan.year.clone(), tables: tables.cloned().collect() }
}

fn countries(whole: &str, groups: &DestinationGroups) -> Vec<&'static str> {
    let group = whole.parse::<Destination>().ok();
    group.into_iter().flat_map(|group| groups.countries(group)).map(Country::code).filter(|country| *country != whole).collect()
}

/// Whether a plan shows the whole of a table each quarter: with its parts it would be told otherwise.
fn shows(plan: &Plan, (told, finer, whole): (&Told, Finer, &str)) -> bool {
    let name = table_name(told.measured, finer.whole.code());
    plan.tables.iter().find(|table| table.table == name).is_none_or(|table| table.quarterly.iter().any(|member| member == whole))
}

/// Leaves of proposed tables of parts what can be told.
pub(super) fn settle(plan: &mut Plan, groups: &DestinationGroups) {
    let wholes = without(plan);
    plan.tables.retain_mut(|table| {
        let Some(of) = whole_of(&table.table) else { return true };
        let countries = countries(of.2, groups);
        table.quarterly.retain(|member| countries.contains(&member.as_str()));
        table.quarterly.truncate(countries.len().saturating_sub(LEAST_TOGETHER));
        !table.quarterly.is_empty() && shows(&wholes, of)
    });
    for table in plan.tables.iter_mut().filter(|table| whole_of(&table.table).is_some()) {
        (table.grouped, table.yearly) = (Vec::new(), Vec::new());
    }
}

/// Why a table of parts cannot be followed; nothing of another table.
pub(super) fn problem(plan: &Plan, table: &TablePlan, groups: &DestinationGroups) -> Option<&'static str> {
    let of = whole_of(&table.table)?;
    let countries = countries(of.2, groups);
    if !table.grouped.is_empty() || !table.yearly.is_empty() {
        return Some("parts are told each quarter, or together");
    }
    if !table.quarterly.iter().all(|member| countries.contains(&member.as_str())) {
        return Some("no such member");
    }
    if !shows(plan, of) {
        return Some("with its parts the whole would be told, which is not shown");
    }
    (countries.len() < table.quarterly.len() + LEAST_TOGETHER).then_some("a member would be alone in its group")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(shown: &[&str], group: &str, quarterly: &[&str]) -> Plan {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let table = |by: String, quarterly| TablePlan { table: format!("exports by {by}"), quarterly, ..TablePlan::default() };
        let tables = vec![table("destination".to_owned(), names(shown)), table(format!("country in {group}"), names(quarterly))];
        Plan { year: "2024".to_owned(), tables }
    }

    #[test]
    fn countries_are_told_of_their_group_if_that_is_shown_and_never_leave_one_alone() {
        let groups: DestinationGroups = "US=US CIS=AM,AZ,KZ".parse().unwrap();
        for (shown, group, quarterly, wrong) in [
            (&["CIS"][..], "CIS", &["KZ"][..], false),
            (&["US"], "CIS", &["KZ"], true),
            (&["CIS"], "CIS", &["DE"], true),
            (&["CIS"], "CIS", &["AM", "KZ"], true),
            (&["US"], "US", &["US"], true),
            (&["OTHER"], "OTHER", &["DE", "FR"], false),
            (&["OTHER"], "OTHER", &["DE", "US"], true),
            (&["OTHER"], "OTHER", &["UZ"], true),
            (&["XX"], "XX", &["DE"], true),
        ] {
            let mut plan = plan(shown, group, quarterly);
            assert_eq!(problem(&plan, &plan.tables[1], &groups).is_some(), wrong, "{plan:?}");
            assert_eq!(problem(&plan, &plan.tables[0], &groups), None);
            settle(&mut plan, &groups);
            assert!(plan.tables.iter().all(|table| problem(&plan, table, &groups).is_none()), "{plan:?}");
            assert!(wrong || plan.tables.len() == 2);
        }
    }
}
