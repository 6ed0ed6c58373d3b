//! What was done by mistake is undone on record: a submission withdrawn, a draft or an amendment cancelled, an acceptance
//! taken back. Sums, coverage and the audit chain hold after each.

use domain::{
    filing::{FilingState, StepError, VersionState},
    form::{Field, FormInput},
    ledger::{Scope, Span},
    measure::Measure,
    obligation::Standing,
};
use sea_orm::EntityTrait;
use services::{
    ServiceError,
    entity::audit_event,
    filings::{
        draft::{Found, amend, cancel, find_own, save, sent},
        mine::obligations,
        review::{accept, return_for_correction, take_back},
        submit::{Submission, check_answers, submit, withdraw},
    },
    ledger::figures::national,
    verify::verify,
};

use crate::{
    on_both,
    support::{A, Bench, q, set, three_currencies},
};

/// Cents of exports, filed and accepted of the third quarter; everything must verify.
async fn sums(bench: &Bench) -> (i64, i64, i64) {
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
    let book = national(&bench.store, &bench.actor("reviewer").await).await.unwrap();
    let coverage = book.coverage(q("2023-Q3"), None, Span::Quarter);
    (book.cell(q("2023-Q3"), Scope::National, Span::Quarter).amount(Measure::ExportsUsd), coverage.filed, coverage.accepted)
}

async fn recorded(bench: &Bench, action: &str) -> usize {
    let events = audit_event::Entity::find().all(&bench.store.db).await.unwrap();
    events.iter().filter(|event| event.action == action).count()
}

fn form(amount: &str) -> FormInput {
    let mut form = three_currencies();
    set(&mut form.exports[0], Field::Amount, amount);
    form
}

on_both!(a_submission_is_withdrawn_while_nobody_has_decided, async |bench: Bench| {
    let (a, reviewer, quarter) = (bench.actor("a").await, bench.actor("reviewer").await, q("2023-Q3"));
    let revision = save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    let submission = || Submission { revision, idempotency_key: "one", replies: &[] };
    assert_eq!(submit(&bench.store, &a, A, quarter, submission()).await.unwrap(), 1);
    let id = bench.filing_id(&a, A, quarter).await;
    let wrong = withdraw(&bench.store, &a, A, quarter, 2).await;
    assert!(matches!(wrong, Err(ServiceError::Step(StepError::WrongState { .. }))), "another version than was seen");
    withdraw(&bench.store, &a, A, quarter, 1).await.unwrap();
    assert_eq!((sums(&bench).await, recorded(&bench, "filing.withdraw").await), ((0, 0, 0), 1));
    let back = submit(&bench.store, &a, A, quarter, submission()).await;
    assert!(matches!(back, Err(ServiceError::StaleDraft)), "the page before, pressed once more: {back:?}");
    assert_eq!(sent(&bench.store, &a, A, quarter).await.unwrap().versions[0].state, VersionState::Withdrawn);
    let Found::Draft(draft) = find_own(&bench.store, &a, A, quarter).await.unwrap() else { panic!("a draft") };
    assert_eq!((draft.version, draft.form.exports[0].get(Field::Amount), draft.may_cancel), (2, "1 000,00", false));
    assert!(accept(&bench.store, &reviewer, id, 1).await.is_err(), "nobody decides on what was withdrawn");
    let owed = obligations(&bench.store, &a, A).await.unwrap().owed;
    assert!(matches!(owed.iter().find(|owed| owed.quarter == quarter).unwrap().standing, Standing::Due { begun: true, .. }));
    assert_eq!(bench.file(&a, A, quarter, &form("2 000")).await, 2);
    accept(&bench.store, &reviewer, id, 2).await.unwrap();
    assert!(withdraw(&bench.store, &a, A, quarter, 2).await.is_err());
    assert_eq!(sums(&bench).await, (457_500, 1, 1));
});

on_both!(a_draft_begun_by_mistake_is_cancelled, async |bench: Bench| {
    let (a, quarter) = (bench.actor("a").await, q("2023-Q3"));
    let revision = save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    assert!(matches!(cancel(&bench.store, &a, A, quarter, revision + 1).await, Err(ServiceError::StaleDraft)));
    cancel(&bench.store, &a, A, quarter, revision).await.unwrap();
    let Found::Draft(draft) = find_own(&bench.store, &a, A, quarter).await.unwrap() else { panic!("a draft") };
    assert_eq!((draft.version, draft.revision, draft.may_cancel, draft.form.control_total.as_str()), (1, 0, false, ""));
    assert!(matches!(cancel(&bench.store, &a, A, quarter, 0).await, Err(ServiceError::NotFound)));
    // another window that still has it open loses nothing
    assert!(matches!(save(&bench.store, &a, A, quarter, revision, &form("7")).await, Err(ServiceError::StaleDraft)));
    assert_eq!((sums(&bench).await, recorded(&bench, "filing.cancel").await), ((0, 0, 0), 1));
});

on_both!(an_amendment_begun_by_mistake_is_cancelled, async |bench: Bench| {
    let (a, reviewer, quarter) = (bench.actor("a").await, bench.actor("reviewer").await, q("2023-Q3"));
    bench.file(&a, A, quarter, &three_currencies()).await;
    let id = bench.filing_id(&a, A, quarter).await;
    accept(&bench.store, &reviewer, id, 1).await.unwrap();
    amend(&bench.store, &a, A, quarter, "forgotten invoice").await.unwrap();
    let revision = bench.revision(&a, A, quarter).await;
    cancel(&bench.store, &a, A, quarter, revision).await.unwrap();
    assert_eq!(sent(&bench.store, &a, A, quarter).await.unwrap().state, FilingState::Accepted);
    // sent, returned, and only then given up: its number is not given again, its reason stayed while it was corrected
    amend(&bench.store, &a, A, quarter, "forgotten invoice").await.unwrap();
    assert_eq!(bench.file(&a, A, quarter, &form("1 500")).await, 2);
    return_for_correction(&bench.store, &reviewer, id, 2, "line 1").await.unwrap();
    let Found::Draft(draft) = find_own(&bench.store, &a, A, quarter).await.unwrap() else { panic!("a draft") };
    assert_eq!((draft.version, draft.reason.as_deref(), draft.may_cancel), (3, Some("forgotten invoice"), true));
    let revision = save(&bench.store, &a, A, quarter, draft.revision, &form("1 600")).await.unwrap();
    cancel(&bench.store, &a, A, quarter, revision).await.unwrap();
    assert_eq!(sums(&bench).await, (357_500, 1, 1));
    let taken = take_back(&bench.store, &reviewer, id, 1).await;
    assert!(taken.is_err(), "a later version was built on it");
    amend(&bench.store, &a, A, quarter, "another invoice").await.unwrap();
    assert_eq!(bench.file(&a, A, quarter, &form("1 700")).await, 3);
    accept(&bench.store, &reviewer, id, 3).await.unwrap();
    assert_eq!(sums(&bench).await, (427_500, 1, 1));
    let filing = sent(&bench.store, &a, A, quarter).await.unwrap();
    assert_eq!(filing.versions[0].reason.as_deref(), Some("another invoice"));
});

on_both!(an_acceptance_is_taken_back_while_nobody_built_on_it, async |bench: Bench| {
    let (a, reviewer, quarter) = (bench.actor("a").await, bench.actor("reviewer").await, q("2023-Q3"));
    bench.file(&a, A, quarter, &three_currencies()).await;
    let id = bench.filing_id(&a, A, quarter).await;
    accept(&bench.store, &reviewer, id, 1).await.unwrap();
    take_back(&bench.store, &reviewer, id, 1).await.unwrap();
    assert_eq!((sums(&bench).await, recorded(&bench, "filing.take_back").await), ((0, 1, 0), 1));
    let version = &sent(&bench.store, &a, A, quarter).await.unwrap().versions[0];
    assert_eq!((version.state, version.decided.is_none()), (VersionState::Submitted, true));
    accept(&bench.store, &reviewer, id, 1).await.unwrap();
    // of an amendment, what it replaced is in force again
    amend(&bench.store, &a, A, quarter, "forgotten invoice").await.unwrap();
    assert!(take_back(&bench.store, &reviewer, id, 1).await.is_err(), "an amendment was begun");
    bench.file(&a, A, quarter, &form("2 000")).await;
    accept(&bench.store, &reviewer, id, 2).await.unwrap();
    assert_eq!(sums(&bench).await, (457_500, 1, 1));
    take_back(&bench.store, &reviewer, id, 2).await.unwrap();
    assert_eq!(sums(&bench).await, (357_500, 1, 1));
    assert!(take_back(&bench.store, &reviewer, id, 2).await.is_err(), "once");
    return_for_correction(&bench.store, &reviewer, id, 2, "line 1").await.unwrap();
    let Found::Draft(draft) = find_own(&bench.store, &a, A, quarter).await.unwrap() else { panic!("a draft") };
    save(&bench.store, &a, A, quarter, draft.revision, &form("2 100")).await.unwrap();
    assert_eq!(check_answers(&bench.store, &a, A, quarter).await.unwrap().in_force.unwrap().exports_usd.0, 357_500);
    assert_eq!(sums(&bench).await, (357_500, 1, 1));
});
