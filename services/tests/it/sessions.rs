//! Signing in and out.

use chrono::TimeDelta;
use services::{
    ServiceError,
    session::{caller, sign_in, sign_out},
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
    let four = enter().await;
    for _ in 0..5 {
        bench.clock.advance(TimeDelta::hours(1));
        assert!(known(&four).await, "used every hour it lives");
    }
    bench.clock.advance(TimeDelta::hours(2));
    let after = caller(&bench.store, Some(&four)).await.unwrap();
    assert!(after.actor.person().is_none() && after.expired.is_some());
    let five = enter().await;
    for _ in 0..11 {
        bench.clock.advance(TimeDelta::hours(1));
        assert!(known(&five).await);
    }
    bench.clock.advance(TimeDelta::hours(1));
    assert!(!known(&five).await, "twelve hours are the most");
    assert!(!known("forged").await);
});

on_both!(too_many_failures_of_an_account_stop_it_for_a_while, async |bench: Bench| {
    for n in 0..10 {
        let refused = sign_in(&bench.store, "a@test.example", "wrong", &format!("10.0.0.{n}")).await;
        assert!(matches!(refused, Err(ServiceError::WrongCredentials)));
    }
    let right = sign_in(&bench.store, "a@test.example", PASSWORD, "10.0.0.99").await;
    assert!(matches!(right, Err(ServiceError::TooManyAttempts { minutes: 15 })));
    sign_in(&bench.store, "b@test.example", PASSWORD, "10.0.0.1").await.unwrap();
    bench.clock.advance(TimeDelta::minutes(16));
    sign_in(&bench.store, "a@test.example", PASSWORD, "10.0.0.99").await.unwrap();
});

on_both!(an_unknown_account_is_told_like_a_wrong_password, async |bench: Bench| {
    let unknown = sign_in(&bench.store, "nobody@test.example", PASSWORD, "::1").await.unwrap_err();
    let wrong = sign_in(&bench.store, "a@test.example", "wrong", "::1").await.unwrap_err();
    assert_eq!(unknown.to_string(), wrong.to_string());
    let long = sign_in(&bench.store, "a@test.example", &"x".repeat(1_000_000), "::1").await.unwrap_err();
    assert_eq!(long.to_string(), wrong.to_string());
});
