//! Single changes by other means, one at a time, in every table that holds a record or what follows from records: each is
//! found, on both databases.

use domain::form::Field;
use sea_orm::{ConnectionTrait, TransactionTrait};
use services::{
    filings::{
        draft::{amend, save},
        review::{accept, return_for_correction},
    },
    installation,
    reference::official_series,
    verify::{Report, What, verify, verify_at},
};

use crate::{
    on_both,
    support::{A, B, Bench, q, set, three_currencies},
};

/// Two residents: one with a returned, a superseded and an accepted version of a quarter, the other in review; answers,
/// published figures and targets.
pub async fn world(bench: &Bench) {
    let (a, b, reviewer, quarter) = (bench.actor("a").await, bench.actor("b").await, bench.actor("reviewer").await, q("2023-Q3"));
    let mut form = three_currencies();
    form.control_total = "60000000".into();
    set(&mut form.exports[0], Field::Contract, "7/23");
    bench.file(&a, A, quarter, &form).await;
    let id = bench.filing_id(&a, A, quarter).await;
    return_for_correction(&bench.store, &reviewer, id, 1, "Check the pounds.").await.unwrap();
    set(&mut form.exports[2], Field::Amount, "400");
    bench.file(&a, A, quarter, &form).await;
    accept(&bench.store, &reviewer, id, 2).await.unwrap();
    amend(&bench.store, &a, A, quarter, "forgotten invoice").await.unwrap();
    set(&mut form.exports[0], Field::Amount, "900 000");
    bench.file(&a, A, quarter, &form).await;
    accept(&bench.store, &reviewer, id, 3).await.unwrap();
    bench.file(&b, B, quarter, &three_currencies()).await;
    save(&bench.store, &b, B, q("2023-Q2"), 0, &three_currencies()).await.unwrap();
    installation::prepare(&bench.store).await.unwrap();
    let record = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
    let figures = [
        record(&["target", "2023", "USD million", "300", "Exports; set 22 February 2023", "test"]),
        record(&["export_residents", "2022", "USD million", "140", "Services exported by IT Park residents", "test"]),
    ];
    official_series::import(&bench.store, &figures, &[]).await.unwrap();
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
}

/// What is changed, and one thing that must be found.
const CHANGES: [(&str, What); 105] = [
    ("UPDATE filing_version SET exports_cents = exports_cents + 1 WHERE state = 'accepted'", What::Sums),
    ("UPDATE filing_version SET exports_tiyin = exports_tiyin + 1 WHERE state = 'returned'", What::Sums),
    ("UPDATE filing_version SET domestic_tiyin = 0 WHERE state = 'submitted'", What::Sums),
    ("UPDATE filing_version SET services_tiyin = services_tiyin - 1 WHERE state = 'accepted'", What::Sums),
    ("UPDATE filing_version SET control_tiyin = 1 WHERE state = 'accepted'", What::Digest),
    ("UPDATE filing_version SET employees = 13 WHERE state = 'superseded'", What::Sums),
    ("UPDATE filing_version SET quarter = '2023-Q2' WHERE state = 'submitted'", What::Sums),
    ("UPDATE filing_version SET late = NOT late WHERE state = 'submitted'", What::Late),
    ("UPDATE filing_version SET submitted_by = decided_by WHERE state = 'accepted'", What::Decision),
    ("UPDATE filing_version SET submitted_at = '2023-10-19 05:00:00.000 +00:00' WHERE state = 'accepted'", What::Digest),
    ("UPDATE filing_version SET decided_by = submitted_by WHERE state = 'accepted'", What::Decision),
    ("UPDATE filing_version SET decided_by = NULL WHERE state = 'superseded'", What::Decision),
    ("UPDATE filing_version SET decided_at = '2023-10-21 05:00:00.000 +00:00' WHERE state = 'returned'", What::Changed),
    ("UPDATE filing_version SET return_reason = 'Nothing.' WHERE state = 'returned'", What::Changed),
    ("UPDATE filing_version SET return_reason = 'Nothing.' WHERE state = 'accepted'", What::Decision),
    ("UPDATE filing_version SET reason = 'another' WHERE number = 3", What::Digest),
    ("UPDATE filing_version SET receipt = receipt || '0' WHERE state = 'accepted'", What::Receipt),
    ("UPDATE filing_version SET receipt = '2023Q3-00000001' WHERE state = 'accepted'", What::Receipt),
    ("UPDATE filing_version SET idempotency_key = 'k' WHERE state = 'accepted'", What::Changed),
    ("UPDATE filing_version SET state = 'superseded' WHERE state = 'accepted'", What::State),
    ("UPDATE filing_version SET state = 'withdrawn' WHERE state = 'submitted'", What::State),
    ("UPDATE filing_version SET state = 'gone' WHERE state = 'submitted'", What::Unreadable),
    ("UPDATE filing_version SET digest = 'x' WHERE state = 'accepted'", What::Digest),
    ("UPDATE filing_version SET digest_form = 0 WHERE state = 'accepted'", What::Digest),
    ("UPDATE filing_version SET region = 'UZ-NW' WHERE state = 'accepted'", What::Region),
    ("UPDATE filing_version SET number = 4 WHERE number = 3", What::State),
    ("UPDATE edit_answer SET reason = 'another' WHERE edit = 'books_differ'", What::Digest),
    ("UPDATE edit_answer SET compared = 'books=1 lines=2' WHERE edit = 'books_differ'", What::Digest),
    ("UPDATE edit_answer SET at = 'exports.1.amount' WHERE at = 'exports.0.amount'", What::Digest),
    ("DELETE FROM edit_answer WHERE edit = 'jump'", What::Digest),
    ("UPDATE domestic_line SET amount_tiyin = amount_tiyin + 1", What::Digest),
    ("UPDATE domestic_line SET activity = 'bpo'", What::Digest),
    ("DELETE FROM domestic_line", What::Digest),
    ("UPDATE export_line SET amount_minor = 1 WHERE country = 'GB'", What::Digest),
    ("UPDATE export_line SET country = 'FR' WHERE country = 'DE'", What::Digest),
    ("UPDATE export_line SET category = 'SH' WHERE country = 'DE'", What::Digest),
    ("UPDATE export_line SET unit_rate = unit_rate + 1 WHERE country = 'DE'", What::Digest),
    ("UPDATE export_line SET amount_cents = amount_cents + 1 WHERE country = 'US'", What::Digest),
    ("UPDATE export_line SET contract = NULL WHERE country = 'US'", What::Digest),
    ("DELETE FROM export_line WHERE country = 'GB'", What::Digest),
    ("UPDATE people_line SET women = 1", What::Digest),
    ("UPDATE people_line SET payroll_tiyin = 1", What::Digest),
    ("DELETE FROM people_line", What::Digest),
    ("UPDATE filing SET state = 'submitted' WHERE state = 'accepted'", What::State),
    ("UPDATE filing SET accepted_version = 2 WHERE state = 'accepted'", What::State),
    ("UPDATE filing SET reason = 'another' WHERE state = 'accepted'", What::Changed),
    ("UPDATE filing SET version = 7 WHERE state = 'accepted'", What::State),
    ("UPDATE filing SET quarter = '2023-Q1' WHERE state = 'submitted'", What::Changed),
    ("UPDATE membership SET may_submit = NOT may_submit", What::Changed),
    ("UPDATE membership SET until_day = from_day", What::Changed),
    ("DELETE FROM membership", What::Missing),
    (
        "INSERT INTO membership SELECT p.id, m.resident_id, m.may_prepare, m.may_submit, m.from_day, NULL FROM person p, membership m \
         WHERE p.email LIKE 'reviewer%'",
        What::Unrecorded,
    ),
    ("UPDATE official SET role = 'administrator' WHERE role = 'reviewer'", What::Changed),
    ("DELETE FROM official WHERE role = 'statistician'", What::Missing),
    ("UPDATE person SET password_hash = 'x' WHERE email LIKE 'reviewer%'", What::Changed),
    ("UPDATE person SET email = 'other@test.example' WHERE email LIKE 'reviewer%'", What::Changed),
    ("UPDATE resident SET name = 'Other' WHERE region = 'UZ-SA'", What::Register),
    ("UPDATE resident SET folded_name = 'other' WHERE region = 'UZ-SA'", What::Register),
    ("UPDATE resident SET region = 'UZ-NW' WHERE region = 'UZ-SA'", What::Register),
    ("UPDATE resident SET foreign_owned = NOT foreign_owned", What::Register),
    ("UPDATE resident SET certificate = 'another'", What::Changed),
    ("UPDATE register_entry SET value = 'UZ-NW' WHERE attribute = 'region'", What::Changed),
    ("UPDATE register_entry SET until_day = from_day WHERE attribute = 'owner_group'", What::Changed),
    ("DELETE FROM register_entry WHERE attribute = 'name'", What::Missing),
    ("UPDATE resident_status SET until_day = from_day", What::Changed),
    ("UPDATE obligation SET due_on = '2024-01-01' WHERE quarter = '2023-Q3'", What::DueDay),
    ("UPDATE obligation SET region = 'UZ-NW' WHERE quarter = '2023-Q1'", What::Changed),
    ("DELETE FROM obligation WHERE quarter = '2023-Q1'", What::Missing),
    ("UPDATE period SET due_on = '2024-01-01' WHERE quarter = '2023-Q3'", What::DueDay),
    ("UPDATE period SET closed_on = NULL WHERE quarter = '2022-Q4'", What::Changed),
    ("UPDATE rule_setting SET value = '26' WHERE key = 'filing_due_day'", What::DueDay),
    ("UPDATE rule_setting SET source = 'another' WHERE key = 'least_contributors'", What::Changed),
    ("INSERT INTO day_off VALUES ('2023-10-25', 'another')", What::Unrecorded),
    ("UPDATE rate SET unit_rate = unit_rate + 1 WHERE currency = 'EUR'", What::Changed),
    ("DELETE FROM rate WHERE currency = 'GBP'", What::Changed),
    ("UPDATE target SET amount_cents = 1", What::Changed),
    ("UPDATE official_series SET value_milli = 1", What::Changed),
    ("UPDATE official_series SET region = 'UZ-XX'", What::Unreadable),
    ("UPDATE installation SET value = 'x' WHERE key = 'keep_key'", What::Changed),
    ("UPDATE rollup SET exports_usd_residents = exports_usd_residents + 1", What::Cell),
    ("DELETE FROM rollup WHERE item = 'destination/UK+EU'", What::Cell),
    ("UPDATE rollup SET item = 'country/XX' WHERE item = 'country/DE'", What::Unreadable),
    ("UPDATE contribution SET exports_usd = exports_usd + 1 WHERE scope = 'activity/UZ-NW'", What::Contribution),
    ("DELETE FROM contribution WHERE item = 'country/GB'", What::Contribution),
    ("UPDATE contribution SET quarter = '2023-Q1'", What::Contribution),
    ("UPDATE rollup_coverage SET accepted = 0", What::Coverage),
    ("UPDATE filing SET state = 'gone' WHERE state = 'accepted'", What::Unreadable),
    ("UPDATE export_line SET country = 'XX' WHERE country = 'DE'", What::Unreadable),
    ("UPDATE people_line SET employees = -1", What::Unreadable),
    ("UPDATE edit_answer SET edit = 'gone' WHERE edit = 'jump'", What::Unreadable),
    ("UPDATE obligation SET region = 'UZ-XX' WHERE quarter = '2023-Q1'", What::Unreadable),
    ("UPDATE period SET quarter = '2023-Q9' WHERE quarter = '2022-Q4'", What::Unreadable),
    ("UPDATE resident SET region = 'UZ-XX' WHERE region = 'UZ-SA'", What::Unreadable),
    ("UPDATE register_entry SET attribute = 'gone' WHERE attribute = 'owner_group'", What::Unreadable),
    ("UPDATE register_entry SET value = 'UZ-XX' WHERE attribute = 'region'", What::Unreadable),
    ("UPDATE official SET region = 'UZ-XX' WHERE region IS NOT NULL", What::Unreadable),
    ("UPDATE rule_setting SET value = '31' WHERE key = 'filing_due_day'", What::Unreadable),
    ("UPDATE rollup_coverage SET region = 'UZ-XX' WHERE region = 'UZ-SA'", What::Unreadable),
    ("UPDATE contribution SET scope = 'UZ' WHERE item = 'country/GB' AND scope LIKE 'reg%'", What::Unreadable),
    ("UPDATE domestic_line SET position = 9 WHERE position = 0", What::Unreadable),
    ("UPDATE export_line SET position = 9 WHERE position = 0", What::Unreadable),
    ("UPDATE people_line SET position = 9 WHERE position = 0", What::Unreadable),
    ("UPDATE edit_answer SET position = 9 WHERE position = 0", What::Unreadable),
    ("UPDATE audit_head SET figures = figures + 1", What::Head),
    ("UPDATE audit_head SET id = 2", What::Head),
];

/// Changes of the chain itself.
const OF_THE_CHAIN: [(&str, What); 8] = [
    ("UPDATE audit_event SET details = '{}' WHERE action = 'filing.accept'", What::EventChanged),
    ("UPDATE audit_event SET actor = NULL WHERE action = 'filing.submit'", What::EventChanged),
    ("UPDATE audit_event SET form = 0 WHERE action = 'filing.return'", What::EventChanged),
    ("DELETE FROM audit_event WHERE seq = 3", What::EventGap),
    ("UPDATE audit_record SET digest = 'x' WHERE kind = 'membership'", What::EventChanged),
    ("DELETE FROM audit_record WHERE kind = 'target'", What::Unrecorded),
    ("UPDATE audit_record SET seq = 1000000 WHERE kind = 'target'", What::EventRecords),
    // the last events and their records cut together with the head: what they wrote is unknown to those before
    (
        "DELETE FROM audit_record WHERE seq > (SELECT max(seq) FROM audit_event WHERE action = 'filing.submit') - 1;\
         DELETE FROM audit_event WHERE seq > (SELECT max(seq) FROM audit_event WHERE action = 'filing.submit') - 1;\
         UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_event), \
         hash = (SELECT hash FROM audit_event ORDER BY seq DESC LIMIT 1)",
        What::Unrecorded,
    ),
];

/// What is found in a transaction with the change, which is then rolled back; nothing if the database refuses the change.
#[expect(clippy::disallowed_methods, reason = "a change that is not kept")]
pub async fn with(bench: &Bench, change: &str) -> Option<Report> {
    let by_hand = bench.by_hand().await;
    let transaction = by_hand.begin().await.unwrap();
    if transaction.execute_unprepared(change).await.is_err() {
        return None;
    }
    let report = verify_at(&transaction, &mut |_| {}).await.unwrap_or_else(|error| panic!("{change}: {error}"));
    transaction.rollback().await.unwrap();
    Some(report)
}

on_both!(every_single_change_is_found, async |bench: Bench| {
    world(&bench).await;
    let mut unseen = Vec::new();
    for (change, what) in CHANGES.iter().chain(&OF_THE_CHAIN) {
        let report = with(&bench, change).await.unwrap_or_else(|| panic!("{change}"));
        // what no event tells of, or many do, is not dated
        let is_dated = !matches!(what, What::Cell | What::Coverage | What::Unrecorded | What::Unreadable | What::Head | What::EventRecords);
        if !report.findings.iter().any(|finding| finding.what == *what && (finding.since.is_some() || !is_dated)) {
            unseen.push((change, report.findings));
        }
    }
    assert!(unseen.is_empty(), "{unseen:#?}");
    let whole = verify(&bench.store).await.unwrap();
    assert_eq!(whole.findings, []);
    assert!(whole.records > 40 && whole.versions == 4 && whole.lines > 15 && whole.events > 20, "{whole:?}");
});
