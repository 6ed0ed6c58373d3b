//! Nothing typed is lost, and nothing is overwritten silently.

use services::{
    ServiceError,
    draft::{Found, find_own, rescue, save},
};

use crate::{
    on_both,
    support::{A, B, Bench, q, three_currencies},
};

on_both!(a_stale_save_is_refused_and_kept_as_a_copy, async |bench: Bench| {
    let a = bench.actor("a").await;
    let quarter = q("2023-Q3");
    let first = three_currencies();
    assert_eq!(save(&bench.store, &a, A, quarter, 0, &first).await.unwrap(), 1);
    let mut one_tab = first.clone();
    one_tab.control_total = "1".into();
    assert_eq!(save(&bench.store, &a, A, quarter, 1, &one_tab).await.unwrap(), 2);
    let mut other_tab = first.clone();
    other_tab.control_total = "2".into();
    let Err(ServiceError::StaleDraft { copy }) = save(&bench.store, &a, A, quarter, 1, &other_tab).await else {
        panic!("a conflict was expected")
    };
    let Found::Draft(stored) = find_own(&bench.store, &a, A, quarter, None).await.unwrap() else { panic!("a draft") };
    assert_eq!(stored.form, one_tab);
    let Found::Draft(shown) = find_own(&bench.store, &a, A, quarter, Some(copy)).await.unwrap() else { panic!("a draft") };
    assert_eq!((shown.form.clone(), shown.revision), (other_tab.clone(), 2));
    assert_eq!(shown.conflict.unwrap().0, "a");
    // seen and saved on purpose, it replaces the other
    assert_eq!(save(&bench.store, &a, A, quarter, 2, &other_tab).await.unwrap(), 3);
    // the same text saved again changes nothing, whatever the revision
    assert_eq!(save(&bench.store, &a, A, quarter, 1, &other_tab).await.unwrap(), 3);
});

on_both!(what_was_sent_with_an_expired_session_is_found_again, async |bench: Bench| {
    let a = bench.actor("a").await;
    let quarter = q("2023-Q3");
    save(&bench.store, &a, A, quarter, 0, &three_currencies()).await.unwrap();
    let mut typed = three_currencies();
    typed.control_total = "7".into();
    let person = a.person().unwrap();
    let copy = rescue(&bench.store, person, A, quarter, &typed).await.unwrap().unwrap();
    assert_eq!(rescue(&bench.store, person, B, quarter, &typed).await.unwrap(), None, "nobody else's filing");
    let Found::Draft(shown) = find_own(&bench.store, &a, A, quarter, Some(copy)).await.unwrap() else { panic!("a draft") };
    assert_eq!(shown.form, typed);
    // somebody else does not see the copy
    let b = bench.actor("b").await;
    save(&bench.store, &b, B, quarter, 0, &three_currencies()).await.unwrap();
    let Found::Draft(other) = find_own(&bench.store, &b, B, quarter, Some(copy)).await.unwrap() else { panic!("a draft") };
    assert_ne!(other.form, typed);
});
