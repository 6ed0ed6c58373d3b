//! Every use case as each kind of person.

use chrono::TimeDelta;
use domain::{
    access::{Actor, Denied},
    filing::VersionState,
    ledger::{Basis, Span},
    region::Region,
};
use services::{
    Result, ServiceError,
    filings::{
        draft::{amend, cancel, find_own, save, sent},
        kept::{Subject, find_form, find_reason, token},
        list::{Filter, list, next_of},
        mine::obligations,
        missing::missing,
        review::{accept, return_for_correction, review, take_back},
        submit::{Submission, check_answers, submit, withdraw},
        versions::for_official,
    },
    ledger::figures::{national, of_region},
};
use uuid::Uuid;

use crate::{
    on_both,
    support::{A, B, Bench, q, three_currencies},
};

/// What an answer says about permission.
#[expect(clippy::needless_pass_by_value, reason = "the answer of a use case, looked at once")]
fn verdict<T>(result: Result<T>) -> char {
    match result {
        Err(ServiceError::Denied(Denied::SignInFirst)) => 's',
        Err(ServiceError::Denied(Denied::NotAllowed)) => 'n',
        Err(ServiceError::NotFound) => '?',
        Ok(_) | Err(_) => 'y',
    }
}

on_both!(every_use_case_as_each_role, async |bench: Bench| {
    let store = &bench.store;
    let (a, quarter) = (bench.actor("a").await, q("2023-Q3"));
    bench.file(&a, A, quarter, &three_currencies()).await;
    let id = bench.filing_id(&a, A, quarter).await;
    let mut actors = vec![Actor::Anonymous];
    for name in ["b", "bukhara", "samarkand", "statistician", "administrator", "a", "reviewer"] {
        actors.push(bench.actor(name).await);
    }
    let submission = || Submission { revision: 1, idempotency_key: "key", replies: &[] };
    let mut table = Vec::new();
    for actor in &actors {
        let row = [
            verdict(obligations(store, actor, A).await),
            verdict(find_own(store, actor, A, quarter).await),
            verdict(save(store, actor, A, quarter, 1, &three_currencies()).await),
            verdict(check_answers(store, actor, A, quarter).await),
            verdict(submit(store, actor, A, quarter, submission()).await),
            verdict(amend(store, actor, A, quarter, "reason").await),
            verdict(sent(store, actor, A, quarter).await),
            verdict(for_official(store, actor, id).await),
            verdict(review(store, actor, id, &Filter::default()).await),
            verdict(list(store, actor, &Filter::default(), None).await),
            verdict(next_of(store, actor, &Filter::default(), id, 1).await),
            verdict(missing(store, actor, quarter, None, None).await),
            verdict(national(store, actor).await),
            verdict(of_region(store, actor, Region::Samarkand).await),
            verdict(of_region(store, actor, Region::Bukhara).await),
            verdict(return_for_correction(store, actor, id, 9, "reason").await),
            verdict(accept(store, actor, id, 9).await),
            verdict(take_back(store, actor, id, 9).await),
            verdict(find_form(store, actor, A, quarter, Uuid::nil()).await),
            verdict(find_reason(store, actor, Subject::Return(id), Uuid::nil()).await),
            verdict(token(store, actor, Subject::Form(A, quarter)).await),
            verdict(token(store, actor, Subject::Return(id)).await),
            verdict(cancel(store, actor, A, quarter, 9).await),
            verdict(withdraw(store, actor, A, quarter, 9).await),
        ];
        table.push(row.iter().collect::<String>());
    }
    // columns in the order above; s: sign in first, n: not allowed, ?: not found, y: allowed
    assert_eq!(
        table,
        [
            "ssssssssssssssssssssssss", // anonymous
            "nnnnnnnnnnnnnnnnnnnnnnnn", // another resident
            "nnnnnnn??yyynnynnnnnnnnn", // viewer of another region
            "nnnnnnnyyyyynynnnnnnnnnn", // viewer of the region
            "nnnnnnnyyyyyyyynnnnnnnnn", // statistician
            "nnnnnnnyyyyyyyynnnnnnnnn", // administrator
            "yyyyyyynnnnnnnnnnn?nynyy", // the resident
            "nnnnnnnyyyyyyyyyyyn?nynn", // reviewer
        ]
    );
});

on_both!(a_regional_viewer_lists_only_the_own_region, async |bench: Bench| {
    let quarter = q("2023-Q3");
    for (name, resident) in [("a", A), ("b", B)] {
        bench.file(&bench.actor(name).await, resident, quarter, &three_currencies()).await;
        bench.clock.advance(TimeDelta::minutes(1));
    }
    let everything = Filter { region: Some(Region::Samarkand), ..Filter::default() };
    let names = async |actor: &str, filter| {
        let found = list(&bench.store, &bench.actor(actor).await, &filter, None).await.unwrap();
        found.lines.into_iter().map(|line| line.resident).collect::<Vec<_>>()
    };
    assert_eq!(names("bukhara", everything.clone()).await, ["B"], "whatever the filter says");
    assert_eq!(names("samarkand", Filter::default()).await, ["A"]);
    assert_eq!(names("reviewer", Filter::default()).await, ["A", "B"]);
    assert_eq!(names("reviewer", everything).await, ["A"]);
});

on_both!(a_figure_leads_to_the_filings_behind_it, async |bench: Bench| {
    use Basis::{Activity, Registered};
    use Region::{Bukhara, Navoi, Samarkand};
    use Span::{Quarter, YearToDate};
    let reviewer = bench.actor("reviewer").await;
    for (name, resident, quarter) in [("a", A, "2023-Q1"), ("b", B, "2023-Q3")] {
        let actor = bench.actor(name).await;
        bench.file(&actor, resident, q(quarter), &three_currencies()).await;
        let id = bench.filing_id(&actor, resident, q(quarter)).await;
        accept(&bench.store, &reviewer, id, 1).await.unwrap();
    }
    let behind = async |actor: &str, span, region, basis| {
        let filter = Filter {
            quarter: Some(q("2023-Q3")),
            span,
            region: Some(region),
            basis,
            state: Some(VersionState::Accepted),
            ..Filter::default()
        };
        let found = list(&bench.store, &bench.actor(actor).await, &filter, None).await.unwrap();
        let mut names: Vec<_> = found.lines.into_iter().map(|line| line.resident).collect();
        names.sort();
        names.join(" ")
    };
    // both have lines of activity in Samarkand and Navoi, wherever they are registered
    assert_eq!(behind("reviewer", Quarter, Samarkand, Registered).await, "");
    assert_eq!(behind("reviewer", YearToDate, Samarkand, Registered).await, "A");
    assert_eq!(behind("reviewer", Quarter, Navoi, Activity).await, "B");
    assert_eq!(behind("reviewer", YearToDate, Navoi, Activity).await, "A B");
    assert_eq!(behind("reviewer", YearToDate, Bukhara, Activity).await, "");
    // a regional viewer sees those of the own region only
    assert_eq!(behind("samarkand", YearToDate, Samarkand, Activity).await, "A");
    assert_eq!(behind("bukhara", YearToDate, Samarkand, Activity).await, "B");
});
