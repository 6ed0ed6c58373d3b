//! A database that an earlier version of the program made: it is taken over as it is, verifies for ever, and goes on.

use sea_orm::{ConnectionTrait, Database};
use services::{
    filings::{
        draft::sent,
        review::accept,
        submit::{check_answers, withdraw},
    },
    installation,
    store::connect_options,
    verify::{What, verify},
};

use crate::{
    support::{A, B, Bench, migrated, q, sqlite_url, three_currencies},
    tampering::with,
};

async fn taken_over() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite_url(&folder);
    let db = Database::connect(connect_options(&url, 1)).await.unwrap();
    db.execute_unprepared(include_str!("../data/form-0.sql")).await.unwrap();
    db.close().await.unwrap();
    migrated(&url).await;
    Bench::connect(&url, folder).await
}

#[tokio::test]
async fn records_of_form_0_are_taken_over_and_verify() {
    let bench = taken_over().await;
    let before = verify(&bench.store).await.unwrap();
    // nor can anything be added up again by rules that it does not have yet
    let unknown = |what| matches!(what, What::Unrecorded | What::Contribution | What::Cell | What::Unreadable | What::Coverage);
    assert!(before.findings.iter().all(|finding| unknown(finding.what)), "{:?}", before.findings);
    installation::prepare(&bench.store).await.unwrap();
    let taken = verify(&bench.store).await.unwrap();
    assert_eq!((taken.findings.as_slice(), taken.versions), (&[][..], 6));
    installation::prepare(&bench.store).await.unwrap();
    assert_eq!(verify(&bench.store).await.unwrap(), taken, "once");
    // the answers of that time moved over, and a change of them is found though their digest does not hold them
    let a = bench.actor("a").await;
    let versions = sent(&bench.store, &a, A, q("2023-Q3")).await.unwrap().versions;
    assert_eq!(versions.iter().map(|version| version.answers.len()).collect::<Vec<_>>(), [3, 1, 1]);
    for change in
        ["UPDATE edit_answer SET reason = 'another'", "UPDATE export_line SET amount_minor = 1", "UPDATE membership SET may_submit = 0"]
    {
        let report = with(&bench, change).await.unwrap();
        assert!(!report.findings.is_empty(), "{change}");
    }
}

#[tokio::test]
async fn work_goes_on_where_it_was() {
    let bench = taken_over().await;
    installation::prepare(&bench.store).await.unwrap();
    let (a, b, reviewer, quarter) = (bench.actor("a").await, bench.actor("b").await, bench.actor("reviewer").await, q("2023-Q3"));
    // what waited then is decided now, and what was withdrawn is sent again
    let id = bench.filing_id(&a, A, q("2023-Q2")).await;
    accept(&bench.store, &reviewer, id, 1).await.unwrap();
    withdraw(&bench.store, &b, B, quarter, 2).await.unwrap();
    bench.file(&b, B, quarter, &three_currencies()).await;
    let asked = check_answers(&bench.store, &b, B, q("2023-Q2")).await.unwrap();
    assert_eq!(asked.version, 1, "a draft of then");
    let whole = verify(&bench.store).await.unwrap();
    assert_eq!((whole.findings.as_slice(), whole.versions), (&[][..], 7));
}
