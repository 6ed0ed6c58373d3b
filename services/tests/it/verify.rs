//! What was changed by other means is found.

use sea_orm::ConnectionTrait;
use services::{
    filings::review::accept,
    verify::{Finding, What, verify},
};

use crate::{
    on_both,
    support::{A, B, Bench, q, three_currencies},
};

async fn accepted(bench: &Bench) {
    let (a, reviewer, quarter) = (bench.actor("a").await, bench.actor("reviewer").await, q("2023-Q3"));
    bench.file(&a, A, quarter, &three_currencies()).await;
    let id = bench.filing_id(&a, A, quarter).await;
    accept(&bench.store, &reviewer, id, 1).await.unwrap();
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
}

on_both!(a_changed_roll_up_is_found, async |bench: Bench| {
    accepted(&bench).await;
    let change = "UPDATE rollup SET exports_usd = exports_usd + 1 WHERE period = '2023-9M' AND scope = 'registered/UZ-SA' AND item = 'all'";
    bench.by_hand().await.execute_unprepared(change).await.unwrap();
    bench
        .by_hand()
        .await
        .execute_unprepared("UPDATE rollup SET exports_usd_residents = 2 WHERE period = '2023' AND scope = 'UZ' AND item = 'country/DE'")
        .await
        .unwrap();
    bench
        .by_hand()
        .await
        .execute_unprepared("UPDATE rollup_coverage SET filed = 0 WHERE region = 'UZ-SA' AND quarter = '2023-Q3'")
        .await
        .unwrap();
    let findings = verify(&bench.store).await.unwrap().findings;
    let expected =
        [(What::Cell, "rollup/2023-9M/registered/UZ-SA/all"), (What::Cell, "rollup/2023/UZ/country/DE"), (What::Coverage, "2023-Q3 UZ-SA")];
    let findings: Vec<_> = findings.iter().map(|finding| (finding.what, finding.at.as_str())).collect();
    assert_eq!(findings, expected);
});

on_both!(a_changed_line_is_found_by_its_digest, async |bench: Bench| {
    accepted(&bench).await;
    bench.by_hand().await.execute_unprepared("UPDATE export_line SET amount_minor = 1 WHERE country = 'GB'").await.unwrap();
    let findings = verify(&bench.store).await.unwrap().findings;
    assert!(matches!(&findings[..], [Finding { what: What::Digest, at, .. }] if at.contains("(2023Q3-")), "{findings:?}");
});

on_both!(a_changed_or_missing_audit_event_is_found, async |bench: Bench| {
    accepted(&bench).await;
    bench
        .by_hand()
        .await
        .execute_unprepared("UPDATE audit_event SET action = 'filing.reject' WHERE action = 'filing.accept'")
        .await
        .unwrap();
    let findings = verify(&bench.store).await.unwrap().findings;
    let [Finding { what: What::EventChanged, since: Some(seq), .. }] = findings[..] else { panic!("{findings:?}") };
    bench.by_hand().await.execute_unprepared(&format!("DELETE FROM audit_event WHERE seq = {seq}")).await.unwrap();
    let findings = verify(&bench.store).await.unwrap().findings;
    let gap = |finding: &Finding| matches!(finding.what, What::EventGap | What::Head | What::EventRecords);
    assert!(findings.iter().all(gap) && findings.iter().any(|finding| finding.what != What::EventRecords), "{findings:?}");
});

on_both!(a_server_at_work_looks_whole_at_every_instant, async |bench: Bench| {
    let (a, b, reviewer) = (bench.actor("a").await, bench.actor("b").await, bench.actor("reviewer").await);
    let mut waiting = Vec::new();
    for quarter in ["2023-Q1", "2023-Q2", "2023-Q3"].map(q) {
        for (actor, resident) in [(&a, A), (&b, B)] {
            bench.file(actor, resident, quarter, &three_currencies()).await;
            waiting.push(bench.filing_id(actor, resident, quarter).await);
        }
    }
    let store = bench.store.clone();
    let work = tokio::spawn(async move {
        for id in waiting {
            accept(&store, &reviewer, id, 1).await.unwrap();
        }
    });
    let mut seen = Vec::new();
    while !work.is_finished() {
        let report = verify(&bench.store).await.unwrap();
        assert_eq!(report.findings, []);
        seen.push(report.filings);
    }
    work.await.unwrap();
    assert!(seen.is_sorted(), "{seen:?}");
    assert_eq!(verify(&bench.store).await.unwrap().filings, 6);
});
