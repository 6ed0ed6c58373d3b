//! Nothing typed is lost, and nothing is overwritten silently.

use domain::access::Denied;
use services::{
    ServiceError,
    filings::{
        draft::{Found, cancel, find_own, save},
        kept::{Subject, find_form, find_reason, keep_form, keep_reason, person_of, token},
    },
};

use crate::{
    on_both,
    support::{A, B, Bench, q, three_currencies},
};

on_both!(a_stale_save_is_refused, async |bench: Bench| {
    let a = bench.actor("a").await;
    let quarter = q("2023-Q3");
    let first = three_currencies();
    let begun = save(&bench.store, &a, A, quarter, 0, &first).await.unwrap();
    let mut one_tab = first.clone();
    one_tab.control_total = "1".into();
    assert_eq!(save(&bench.store, &a, A, quarter, begun, &one_tab).await.unwrap(), begun + 1);
    let mut other_tab = first.clone();
    other_tab.control_total = "2".into();
    assert!(matches!(save(&bench.store, &a, A, quarter, begun, &other_tab).await, Err(ServiceError::StaleDraft)));
    let Found::Draft(stored) = find_own(&bench.store, &a, A, quarter).await.unwrap() else { panic!("a draft") };
    assert_eq!((&stored.form, stored.revision), (&one_tab, begun + 1));
    // seen and saved on purpose, it replaces the other
    assert_eq!(save(&bench.store, &a, A, quarter, begun + 1, &other_tab).await.unwrap(), begun + 2);
    // the same text saved again changes nothing, whatever the revision
    assert_eq!(save(&bench.store, &a, A, quarter, begun, &other_tab).await.unwrap(), begun + 2);
});

on_both!(a_window_that_shows_a_draft_that_was_given_up_saves_over_nothing, async |bench: Bench| {
    let (store, a, quarter) = (&bench.store, bench.actor("a").await, q("2023-Q3"));
    let form = |total: u32| domain::form::FormInput { control_total: total.to_string(), ..three_currencies() };
    let mut shown = save(store, &a, A, quarter, 0, &form(0)).await.unwrap();
    for n in 1..4 {
        shown = save(store, &a, A, quarter, shown, &form(n)).await.unwrap();
    }
    cancel(store, &a, A, quarter, shown).await.unwrap();
    let mut revision = 0;
    for n in 10..20 {
        revision = save(store, &a, A, quarter, revision, &form(n)).await.unwrap();
        assert!(matches!(save(store, &a, A, quarter, shown, &form(7)).await, Err(ServiceError::StaleDraft)));
        assert!(matches!(cancel(store, &a, A, quarter, shown).await, Err(ServiceError::StaleDraft)));
    }
});

on_both!(what_could_not_be_taken_is_kept_for_its_sender_alone, async |bench: Bench| {
    let (store, quarter) = (&bench.store, q("2023-Q3"));
    let (a, b) = (bench.actor("a").await, bench.actor("b").await);
    let mut typed = three_currencies();
    typed.control_total = "7".repeat(1_000_000);
    // nothing was begun, and it is far too large for a draft
    let kept = keep_form(store, a.person().unwrap(), A, quarter, &typed).await.unwrap();
    assert_eq!(find_form(store, &a, A, quarter, kept).await.unwrap().0, typed);
    assert_eq!(keep_form(store, a.person().unwrap(), A, quarter, &typed).await.unwrap(), kept, "sent twice, kept once");
    let nothing_owed = keep_form(store, a.person().unwrap(), A, q("2001-Q2"), &typed).await;
    assert!(matches!(nothing_owed, Err(ServiceError::NotFound)));
    let denied = keep_form(store, b.person().unwrap(), A, quarter, &typed).await;
    assert!(matches!(denied, Err(ServiceError::Denied(Denied::NotAllowed))));
    assert!(matches!(find_form(store, &b, A, quarter, kept).await, Err(ServiceError::Denied(_))));
    assert!(matches!(find_form(store, &b, B, quarter, kept).await, Err(ServiceError::NotFound)));
    assert!(matches!(find_form(store, &a, A, q("2023-Q2"), kept).await, Err(ServiceError::NotFound)));
});

on_both!(the_latest_twenty_texts_of_a_person_are_kept, async |bench: Bench| {
    let (store, a) = (&bench.store, bench.actor("a").await);
    let subjects = [Subject::Amendment(A, q("2023-Q2")), Subject::Replies(A, q("2023-Q3"))];
    let mut ids = Vec::new();
    for n in 0..22 {
        bench.clock.advance(chrono::TimeDelta::seconds(1));
        ids.push(keep_reason(store, a.person().unwrap(), subjects[n % 2], &n.to_string()).await.unwrap());
    }
    assert!(matches!(find_reason(store, &a, subjects[1], ids[1]).await, Err(ServiceError::NotFound)));
    for (n, id) in ids.into_iter().enumerate().skip(2) {
        let subject = subjects[n % 2];
        assert_eq!(find_reason(store, &a, subject, id).await.unwrap(), n.to_string());
    }
});

on_both!(a_form_says_for_whom_it_is_kept_and_nothing_else, async |bench: Bench| {
    let (store, a) = (&bench.store, bench.actor("a").await);
    let (own, other) = (Subject::Form(A, q("2023-Q3")), Subject::Form(A, q("2023-Q2")));
    let made = token(store, &a, own).await.unwrap();
    assert_eq!(person_of(store, &made, own).await.unwrap(), a.person());
    assert_eq!(person_of(store, &made, other).await.unwrap(), None, "bound to its form");
    assert_eq!(person_of(store, &made, Subject::Amendment(A, q("2023-Q3"))).await.unwrap(), None);
    let b = bench.actor("b").await.person().unwrap();
    let parts: Vec<&str> = made.split('.').collect();
    for forged in [
        String::new(),
        "x".to_owned(),
        format!("{b}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], parts[1].replace('1', "2"), parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{made}.x"),
        made[..made.len() - 2].to_owned(),
    ] {
        assert_eq!(person_of(store, &forged, own).await.unwrap(), None, "{forged}");
    }
    // a form left open overnight, or over a holiday; not for ever
    bench.clock.advance(chrono::TimeDelta::days(30));
    assert_eq!(person_of(store, &made, own).await.unwrap(), a.person());
    bench.clock.advance(chrono::TimeDelta::days(61));
    assert_eq!(person_of(store, &made, own).await.unwrap(), None);
});
