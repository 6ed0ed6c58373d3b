//! Every use case as each kind of person.

use chrono::TimeDelta;
use domain::{
    access::{Actor, Denied},
    region::Region,
};
use services::{
    Result, ServiceError,
    draft::{amend, find_own, save, sent},
    figures::{national, of_region},
    filings::{Filter, for_official, list},
    my::obligations,
    review::{accept, return_for_correction, review},
    submit::{Submission, check_answers, submit},
};

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
    let submission = || Submission { revision: 1, idempotency_key: "key", confirmed: true };
    let mut table = Vec::new();
    for actor in &actors {
        let row = [
            verdict(obligations(store, actor, A).await),
            verdict(find_own(store, actor, A, quarter, None).await),
            verdict(save(store, actor, A, quarter, 1, &three_currencies()).await),
            verdict(check_answers(store, actor, A, quarter).await),
            verdict(submit(store, actor, A, quarter, submission()).await),
            verdict(amend(store, actor, A, quarter, "reason").await),
            verdict(sent(store, actor, A, quarter).await),
            verdict(for_official(store, actor, id).await),
            verdict(review(store, actor, id).await),
            verdict(list(store, actor, Filter::default()).await),
            verdict(national(store, actor).await),
            verdict(of_region(store, actor, Region::Samarkand).await),
            verdict(of_region(store, actor, Region::Bukhara).await),
            verdict(return_for_correction(store, actor, id, 9, "reason").await),
            verdict(accept(store, actor, id, 9).await),
        ];
        table.push(row.iter().collect::<String>());
    }
    // columns in the order above; s: sign in first, n: not allowed, ?: not found, y: allowed
    assert_eq!(
        table,
        [
            "sssssssssssssss", // anonymous
            "nnnnnnnnnnnnnnn", // another resident
            "nnnnnnn??ynnynn", // viewer of another region
            "nnnnnnnyyynynnn", // viewer of the region
            "nnnnnnnyyyyyynn", // statistician
            "nnnnnnnyyyyyynn", // administrator
            "yyyyyyynnnnnnnn", // the resident
            "nnnnnnnyyyyyyyy", // reviewer
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
        let found = list(&bench.store, &bench.actor(actor).await, filter).await.unwrap();
        found.lines.into_iter().map(|line| line.resident).collect::<Vec<_>>()
    };
    assert_eq!(names("bukhara", everything).await, ["B"], "whatever the filter says");
    assert_eq!(names("samarkand", Filter::default()).await, ["A"]);
    assert_eq!(names("reviewer", Filter::default()).await, ["A", "B"]);
    assert_eq!(names("reviewer", everything).await, ["A"]);
});
