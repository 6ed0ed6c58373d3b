//! A quarter filed, returned, corrected, accepted, amended: and what the figures do.

use domain::{
    edits::{Answer, Compared, Edit, Finding, Reply},
    exchange::UnitRate,
    filing::{FilingState, StepError, VersionState},
    form::{Field, FieldPath, FormInput, Section, TypedLine},
    ledger::{Basis, Scope, Span},
    measure::Measure,
    money::{Cents, Tiyin},
    region::Region,
};
use services::{
    ServiceError,
    filings::{
        draft::{Found, amend, find_own, save, sent},
        list::Filter,
        replies::keep,
        review::{accept, return_for_correction, review},
        submit::{Submission, check_answers, submit},
    },
    ledger::figures::{national, of_region},
    reference::rates,
    verify::verify,
};

use crate::{
    on_both,
    support::{A, B, Bench, day, q, rate, set, three_currencies},
};

on_both!(figures_change_by_exactly_what_was_accepted, async |bench: Bench| {
    let (a, reviewer) = (bench.actor("a").await, bench.actor("reviewer").await);
    let quarter = q("2023-Q3");
    assert_eq!(bench.file(&a, A, quarter, &three_currencies()).await, 1);
    let id = bench.filing_id(&a, A, quarter).await;
    let before = national(&bench.store, &reviewer).await.unwrap();
    assert_eq!(before.cell(quarter, Scope::National, Span::Quarter).amount(Measure::ExportsUsd), 0);
    assert_eq!(before.coverage(quarter, None, Span::Quarter).filed, 1);

    return_for_correction(&bench.store, &reviewer, id, 1, "  Check the pounds. ").await.unwrap();
    let Found::Draft(draft) = find_own(&bench.store, &a, A, quarter).await.unwrap() else { panic!("a draft was expected") };
    assert_eq!(draft.return_reason.as_deref(), Some("Check the pounds."));
    assert_eq!((draft.version, draft.form.exports[2].get(Field::Amount)), (2, "300,00"));
    assert_eq!(national(&bench.store, &reviewer).await.unwrap().coverage(quarter, None, Span::Quarter).filed, 0);

    let mut corrected = three_currencies();
    set(&mut corrected.exports[2], Field::Amount, "400");
    assert_eq!(bench.file(&a, A, quarter, &corrected).await, 2);
    accept(&bench.store, &reviewer, id, 2).await.unwrap();

    let after = national(&bench.store, &reviewer).await.unwrap();
    let whole = after.cell(quarter, Scope::National, Span::Quarter);
    // 1,000 + 2,000 × 1.1 + 400 × 1.25 dollars
    assert_eq!(whole.amount(Measure::ExportsUsd), 370_000);
    assert_eq!(whole.amount(Measure::ServicesUzs), 500_000_000 + 370_000 * 12_000);
    assert_eq!((whole.contributors(Measure::ExportsUsd), whole.amount(Measure::EMPLOYEES)), (1, 12));
    let cents = |scope| after.cell(quarter, scope, Span::Quarter).amount(Measure::ExportsUsd);
    assert_eq!(cents(Scope::Registered(Region::Samarkand)), 370_000);
    assert_eq!(cents(Basis::Activity.scope(Region::Samarkand)), 320_000);
    assert_eq!(cents(Basis::Activity.scope(Region::Navoi)), 50_000);
    let coverage = after.coverage(quarter, None, Span::Quarter);
    assert_eq!((coverage.owed, coverage.filed, coverage.accepted), (2, 1, 1));
    let own = of_region(&bench.store, &bench.actor("samarkand").await, Region::Samarkand).await.unwrap();
    assert_eq!(own.cell(quarter, Scope::Registered(Region::Samarkand), Span::YearToDate).amount(Measure::ExportsUsd), 370_000);

    let filing = sent(&bench.store, &a, A, quarter).await.unwrap();
    assert_eq!(filing.versions.iter().map(|v| v.state).collect::<Vec<_>>(), [VersionState::Accepted, VersionState::Returned]);
    assert_eq!(filing.versions[1].totals.exports_usd, Cents(357_500));
    assert!(!filing.versions[0].late && filing.versions[0].receipt.starts_with("2023Q3-"));
    let report = verify(&bench.store).await.unwrap();
    assert_eq!((report.versions, report.filings, report.findings), (2, 1, vec![]));
});

on_both!(an_amendment_replaces_the_figures_and_keeps_frozen_rates, async |bench: Bench| {
    let (a, reviewer) = (bench.actor("a").await, bench.actor("reviewer").await);
    let quarter = q("2023-Q3");
    bench.file(&a, A, quarter, &three_currencies()).await;
    let id = bench.filing_id(&a, A, quarter).await;
    accept(&bench.store, &reviewer, id, 1).await.unwrap();
    // the Central Bank corrects a rate afterwards
    let correction = (vec![rate("EUR", day(2023, 7, 3), "20000.00")], vec![]);
    assert_eq!(rates::import(&bench.store, correction, "correction", true).await.unwrap().taken, 1);
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);

    let reason = amend(&bench.store, &a, A, quarter, "  ").await;
    assert!(matches!(reason, Err(ServiceError::Step(StepError::ReasonMissing))));
    amend(&bench.store, &a, A, quarter, "forgotten invoice").await.unwrap();
    let mut amended = three_currencies();
    set(&mut amended.exports[1], Field::Amount, "3000");
    bench.file(&a, A, quarter, &amended).await;
    let shown = review(&bench.store, &reviewer, id, &Filter::default()).await.unwrap();
    assert_eq!(shown.in_force.unwrap().exports_usd, Cents(357_500));
    let book = national(&bench.store, &reviewer).await.unwrap();
    assert_eq!(book.cell(quarter, Scope::National, Span::Quarter).amount(Measure::ExportsUsd), 357_500, "in force until accepted");
    assert_eq!(book.coverage(quarter, None, Span::Quarter).filed, 1);

    accept(&bench.store, &reviewer, id, 2).await.unwrap();
    let filing = sent(&bench.store, &a, A, quarter).await.unwrap();
    let euros = filing.versions[0].converted.conversions[1];
    assert_eq!((euros.rate, euros.usd), (UnitRate(13_200_000_000), Cents(330_000)));
    assert_eq!(filing.versions[0].reason.as_deref(), Some("forgotten invoice"));
    assert_eq!(filing.versions[1].state, VersionState::Superseded);
    let book = national(&bench.store, &reviewer).await.unwrap();
    let cell = book.cell(quarter, Scope::National, Span::Quarter);
    assert_eq!(
        (cell.amount(Measure::ExportsUsd), cell.contributors(Measure::ExportsUsd), cell.contributors(Measure::Filings)),
        (467_500, 1, 1)
    );
    assert_eq!(book.coverage(quarter, None, Span::Quarter).accepted, 1);
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
});

on_both!(sent_twice_it_is_received_once, async |bench: Bench| {
    let a = bench.actor("a").await;
    let quarter = q("2023-Q3");
    let revision = save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    let submission = || Submission { revision, idempotency_key: "one", replies: &[] };
    assert_eq!(submit(&bench.store, &a, A, quarter, submission()).await.unwrap(), 1);
    assert_eq!(submit(&bench.store, &a, A, quarter, submission()).await.unwrap(), 1);
    assert_eq!(sent(&bench.store, &a, A, quarter).await.unwrap().versions.len(), 1);
    let again = submit(&bench.store, &a, A, quarter, Submission { idempotency_key: "two", ..submission() }).await;
    assert!(matches!(again, Err(ServiceError::Step(_))));
    // another resident may have the same key, and learns nothing of the filing by it
    let b = bench.actor("b").await;
    let of_b = save(&bench.store, &b, B, quarter, 0, &three_currencies()).await.unwrap();
    assert_eq!(submit(&bench.store, &b, B, quarter, Submission { revision: of_b, ..submission() }).await.unwrap(), 1);
    assert_eq!(sent(&bench.store, &b, B, quarter).await.unwrap().versions.len(), 1);
    // retried after all that followed, it is still the same version; for other content the key is a conflict
    let (reviewer, id) = (bench.actor("reviewer").await, bench.filing_id(&a, A, quarter).await);
    return_for_correction(&bench.store, &reviewer, id, 1, "again").await.unwrap();
    assert_eq!(submit(&bench.store, &a, A, quarter, submission()).await.unwrap(), 1);
    let late = save(&bench.store, &a, A, quarter, revision, &three_currencies()).await;
    assert!(matches!(late, Err(ServiceError::StaleDraft)), "a window of before it was sent: {late:?}");
    let corrected = save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    assert_eq!(submit(&bench.store, &a, A, quarter, submission()).await.unwrap(), 1);
    let other = submit(&bench.store, &a, A, quarter, Submission { revision: corrected, ..submission() }).await;
    assert!(matches!(other, Err(ServiceError::KeyReused)), "{other:?}");
    for key in ["", "two words", "кириллица", "a\0b", &"x".repeat(101)] {
        let wrong = submit(&bench.store, &a, A, quarter, Submission { revision: corrected, idempotency_key: key, ..submission() }).await;
        assert!(matches!(wrong, Err(ServiceError::BadKey)), "{key:?}");
    }
});

on_both!(a_finding_must_be_confirmed_and_its_answer_is_kept_until_the_values_change, async |bench: Bench| {
    let (a, reviewer, quarter) = (bench.actor("a").await, bench.actor("reviewer").await, q("2023-Q3"));
    let mut form = three_currencies();
    form.control_total = "50000000".into();
    let revision = save(&bench.store, &a, A, quarter, 0, &form).await.unwrap();
    let asked = async || check_answers(&bench.store, &a, A, quarter).await.unwrap().asked;
    let first = asked().await.pop().unwrap();
    let compared = Compared::BooksDiffer { books: Tiyin(5_000_000_000), lines: Tiyin(4_790_000_000) };
    assert_eq!((&first.finding, &first.reply), (&Finding { at: FieldPath::Books, compared }, &None));
    let reply = |confirmed, reason: &str| [Reply { digest: first.digest.clone(), confirmed, reason: reason.to_owned() }];
    for wrong in [reply(false, "refund"), reply(true, "  "), reply(true, &"x".repeat(2_001))] {
        let submission = Submission { revision, idempotency_key: "k", replies: &wrong };
        assert!(matches!(submit(&bench.store, &a, A, quarter, submission).await, Err(ServiceError::Unanswered)));
        // kept as typed, and what is wrong with it can be said
        keep(&bench.store, &a, A, quarter, &wrong).await.unwrap();
        let kept = asked().await.pop().unwrap();
        assert_eq!(kept.reply.as_ref(), wrong.first());
        assert!(kept.answer().is_err());
    }
    keep(&bench.store, &a, A, quarter, &reply(true, "refund")).await.unwrap();
    // what was said before need not be sent again
    submit(&bench.store, &a, A, quarter, Submission { revision, idempotency_key: "k", replies: &[] }).await.unwrap();
    let answer = Answer { finding: first.finding.clone(), reason: Some("refund".into()) };
    let sent = sent(&bench.store, &a, A, quarter).await.unwrap();
    assert_eq!(sent.versions[0].answers, [answer]);
    // the next version says the same of the same values, and is asked anew about others
    return_for_correction(&bench.store, &reviewer, sent.id, 1, "again").await.unwrap();
    let revision = save(&bench.store, &a, A, quarter, 0, &form).await.unwrap();
    assert_eq!(asked().await.pop().unwrap().reply, reply(true, "refund").into_iter().next());
    form.control_total = "50000001".into();
    save(&bench.store, &a, A, quarter, revision, &form).await.unwrap();
    assert_eq!(asked().await.pop().unwrap().reply, None);
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
});

on_both!(a_thousandfold_is_asked_about_where_it_stands, async |bench: Bench| {
    let (a, quarter) = (bench.actor("a").await, q("2023-Q3"));
    let mut usual = three_currencies();
    set(&mut usual.exports[0], Field::Amount, "388 471");
    bench.file(&a, A, q("2023-Q1"), &usual).await;
    // the quarter between was not filed: the nearest before it counts
    set(&mut usual.exports[0], Field::Amount, "388 500 000");
    save(&bench.store, &a, A, quarter, 0, &usual).await.unwrap();
    let asked = check_answers(&bench.store, &a, A, quarter).await.unwrap().asked;
    let jumps: Vec<_> = asked.iter().filter(|asked| asked.finding.edit() == Edit::Jump).map(|asked| asked.finding.at).collect();
    assert_eq!(jumps, [FieldPath::Total(Measure::ExportsUsd), FieldPath::of(Section::Exports, 0, Field::Amount)]);
});

on_both!(an_untouched_amendment_is_refused_and_a_touched_one_is_held_against_the_version_in_force, async |bench: Bench| {
    let (a, reviewer, quarter) = (bench.actor("a").await, bench.actor("reviewer").await, q("2023-Q3"));
    bench.file(&a, A, quarter, &three_currencies()).await;
    let id = bench.filing_id(&a, A, quarter).await;
    accept(&bench.store, &reviewer, id, 1).await.unwrap();
    amend(&bench.store, &a, A, quarter, "forgotten invoice").await.unwrap();
    let untouched = check_answers(&bench.store, &a, A, quarter).await.unwrap();
    assert!(untouched.unchanged);
    let submission = Submission { revision: untouched.revision, idempotency_key: "k", replies: &[] };
    assert!(matches!(submit(&bench.store, &a, A, quarter, submission).await, Err(ServiceError::Unchanged)));
    let mut changed = three_currencies();
    set(&mut changed.exports[1], Field::Amount, "2 000 000");
    save(&bench.store, &a, A, quarter, untouched.revision, &changed).await.unwrap();
    let changed = check_answers(&bench.store, &a, A, quarter).await.unwrap();
    assert!(!changed.unchanged && changed.in_force.unwrap().exports_usd == Cents(357_500));
    assert!(changed.asked.iter().any(|asked| asked.finding.at.line().is_some()), "{:?}", changed.asked);
});

on_both!(what_cannot_be_filed_is_refused_and_nothing_changes, async |bench: Bench| {
    let a = bench.actor("a").await;
    let form = three_currencies();
    assert!(matches!(save(&bench.store, &a, A, q("2023-Q4"), 0, &form).await, Err(ServiceError::NotYetOpen)));
    assert!(matches!(save(&bench.store, &a, A, q("2022-Q4"), 0, &form).await, Err(ServiceError::QuarterClosed)));
    assert!(matches!(save(&bench.store, &a, A, q("2021-Q4"), 0, &form).await, Err(ServiceError::NotFound)));
    let mut unknown_rate = form.clone();
    let blank = TypedLine::of(Section::Exports, [(Field::Currency, "USD"), (Field::Region, "UZ-SA")]);
    unknown_rate.exports.insert(0, blank);
    set(&mut unknown_rate.exports[2], Field::Currency, "CHF");
    let revision = save(&bench.store, &a, A, q("2023-Q3"), 0, &unknown_rate).await.unwrap();
    let Err(ServiceError::Invalid(findings)) = check_answers(&bench.store, &a, A, q("2023-Q3")).await else { panic!("no rate is known") };
    let at = FieldPath::of(Section::Exports, 2, Field::Currency);
    assert_eq!(findings, [Finding { at, compared: Compared::NoRate("CHF".parse().unwrap()) }]);
    let huge = FormInput { control_total: "x".repeat(1_000_000), ..form };
    assert!(matches!(save(&bench.store, &a, A, q("2023-Q3"), revision, &huge).await, Err(ServiceError::Invalid(_))));
    let Found::Draft(draft) = find_own(&bench.store, &a, A, q("2023-Q3")).await.unwrap() else { panic!("a draft was expected") };
    assert_eq!((draft.revision, draft.form), (revision, unknown_rate));
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
});

on_both!(a_version_that_the_reviewer_has_not_read_is_not_decided_on, async |bench: Bench| {
    let (a, reviewer) = (bench.actor("a").await, bench.actor("reviewer").await);
    let quarter = q("2023-Q3");
    bench.file(&a, A, quarter, &three_currencies()).await;
    let id = bench.filing_id(&a, A, quarter).await;
    return_for_correction(&bench.store, &reviewer, id, 1, "again").await.unwrap();
    bench.file(&a, A, quarter, &three_currencies()).await;
    assert!(matches!(accept(&bench.store, &reviewer, id, 1).await, Err(ServiceError::Step(StepError::WrongState { .. }))));
    accept(&bench.store, &reviewer, id, 2).await.unwrap();
    assert!(matches!(accept(&bench.store, &reviewer, id, 2).await, Err(ServiceError::Step(_))));
    assert_eq!(sent(&bench.store, &a, A, quarter).await.unwrap().state, FilingState::Accepted);
});

on_both!(writers_at_the_same_time_all_succeed, async |bench: Bench| {
    let (a, b) = (bench.actor("a").await, bench.actor("b").await);
    let quarters = [q("2023-Q1"), q("2023-Q2"), q("2023-Q3")];
    let mut tasks = tokio::task::JoinSet::new();
    for (actor, resident) in [(a.clone(), A), (b, B)] {
        for quarter in quarters {
            let (store, actor) = (bench.store.clone(), actor.clone());
            tasks.spawn(async move {
                let (mut form, mut revision) = (three_currencies(), 0);
                let mut revisions = Vec::new();
                for n in 0..10 {
                    form.control_total = n.to_string();
                    revision = save(&store, &actor, resident, quarter, revision, &form).await.unwrap();
                    revisions.push(revision);
                }
                assert!(revisions.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{revisions:?}");
            });
        }
    }
    assert_eq!(tasks.join_all().await.len(), 6);
    let Found::Draft(draft) = find_own(&bench.store, &a, A, q("2023-Q3")).await.unwrap() else { panic!("a draft was expected") };
    assert_eq!(draft.form.control_total, "9");
    assert_eq!(verify(&bench.store).await.unwrap().findings, []);
});
