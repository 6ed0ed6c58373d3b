//! Signing in and out.

use chrono::TimeDelta;
use services::{
    ServiceError,
    accounts::session::{caller, sign_in, sign_out},
};

use crate::{
    on_both,
    support::{Bench, PASSWORD},
};

on_both!(a_session_ends_of_age_and_on_sign_out, async |bench: Bench| {
    let enter = async || sign_in(&bench.store, " A@Test.Example ", PASSWORD, "::1").await.unwrap();
    let (one, two) = (enter().await, enter().await);
    assert_ne!(one, two);
    let known = async |token: &str| caller(&bench.store, Some(token)).await.unwrap().actor.person().is_some();
    assert!(known(&one).await && known(&two).await);
    sign_out(&bench.store, &one, false).await.unwrap();
    assert!(!known(&one).await && known(&two).await);
    let three = enter().await;
    sign_out(&bench.store, &two, true).await.unwrap();
    assert!(!known(&two).await && !known(&three).await);
    assert!(caller(&bench.store, Some(&two)).await.unwrap().former.is_some(), "what a page of before sends is kept for its person");
    let four = enter().await;
    for _ in 0..5 {
        bench.clock.advance(TimeDelta::hours(1));
        assert!(known(&four).await, "used every hour it lives");
    }
    bench.clock.advance(TimeDelta::hours(2));
    let after = caller(&bench.store, Some(&four)).await.unwrap();
    assert!(after.actor.person().is_none() && after.former.is_some());
    let five = enter().await;
    for _ in 0..11 {
        bench.clock.advance(TimeDelta::hours(1));
        assert!(known(&five).await);
    }
    bench.clock.advance(TimeDelta::hours(1));
    assert!(!known(&five).await, "twelve hours are the most");
    assert!(!known("forged").await);
});

/// Whether the attempts were refused for the password, not for their number.
async fn wrong(bench: &Bench, email: &str, address: &str, times: usize) -> bool {
    let mut wrong = true;
    for _ in 0..times {
        wrong &= matches!(sign_in(&bench.store, email, "wrong", address).await, Err(ServiceError::WrongCredentials));
    }
    wrong
}

on_both!(too_many_failures_of_an_account_stop_their_address_for_a_while, async |bench: Bench| {
    let enter = async |name: &str, address: &str| sign_in(&bench.store, &format!("{name}@test.example"), PASSWORD, address).await;
    enter("a", "10.0.0.1").await.unwrap();
    assert!(wrong(&bench, "a@test.example", "10.0.0.1", 10).await);
    assert!(matches!(enter("a", "10.0.0.1").await, Err(ServiceError::TooManyAttempts { minutes: 15 })));
    enter("b", "10.0.0.1").await.unwrap();
    enter("a", "10.0.0.2").await.expect("the owner elsewhere is not kept out");
    bench.clock.advance(TimeDelta::minutes(16));
    enter("a", "10.0.0.1").await.unwrap();
});

on_both!(guesses_from_many_addresses_are_counted_together, async |bench: Bench| {
    for n in 0..10 {
        assert!(wrong(&bench, "a@test.example", &format!("10.0.1.{n}"), 10).await);
    }
    let right = sign_in(&bench.store, "a@test.example", PASSWORD, "10.0.2.1").await;
    assert!(matches!(right, Err(ServiceError::TooManyAttempts { .. })));
});

on_both!(attempts_sent_at_once_are_counted_like_those_in_turn, async |bench: Bench| {
    let mut attempts = tokio::task::JoinSet::new();
    for _ in 0..15 {
        let store = bench.store.clone();
        attempts.spawn(async move { sign_in(&store, "a@test.example", "wrong", "::1").await });
    }
    let answers = attempts.join_all().await;
    let looked_at = answers.iter().filter(|answer| matches!(answer, Err(ServiceError::WrongCredentials))).count();
    assert_eq!(looked_at, 10);
});

on_both!(an_unknown_account_is_told_like_a_wrong_password, async |bench: Bench| {
    let unknown = sign_in(&bench.store, "nobody@test.example", PASSWORD, "::1").await.unwrap_err();
    let wrong = sign_in(&bench.store, "a@test.example", "wrong", "::1").await.unwrap_err();
    assert_eq!(unknown.to_string(), wrong.to_string());
    let long = sign_in(&bench.store, "a@test.example", &"x".repeat(1_000_000), "::1").await.unwrap_err();
    assert_eq!(long.to_string(), wrong.to_string());
});
