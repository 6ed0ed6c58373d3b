use uuid::Uuid;

use super::*;

const ONE: PersonId = PersonId(Uuid::from_u128(1));
const OTHER: PersonId = PersonId(Uuid::from_u128(2));

fn at(minute: i64) -> DateTime<Utc> {
    "2023-08-25T05:00:00Z".parse::<DateTime<Utc>>().unwrap() + chrono::TimeDelta::minutes(minute)
}

fn in_state(state: ReleaseState) -> Release {
    Release { state, prepared_by: ONE, publish_at: (state != ReleaseState::Candidate).then(|| at(10)) }
}

#[test]
fn every_step_from_every_state_is_decided() {
    use ReleaseState::{Approved, Candidate, Discarded, Published, Withdrawn};
    let allowed = [
        (Candidate, ReleaseStep::Approve, Approved),
        (Candidate, ReleaseStep::Discard, Discarded),
        (Approved, ReleaseStep::Hold, Candidate),
        (Approved, ReleaseStep::Publish, Published),
        (Approved, ReleaseStep::Discard, Discarded),
        (Published, ReleaseStep::Withdraw, Withdrawn),
    ];
    for state in ReleaseState::ALL {
        for step in ReleaseStep::ALL {
            let release = in_state(*state);
            // publishing at its minute, the rest before it
            let after = match step {
                ReleaseStep::Approve => release.approve(OTHER, at(10), at(0)),
                ReleaseStep::Hold => release.hold(at(7)),
                ReleaseStep::Publish => release.publish(at(10)),
                ReleaseStep::Withdraw => release.withdraw("a filing was wrong", at(9)).map(|(release, _)| release),
                ReleaseStep::Discard => release.discard("made anew", at(7)).map(|(release, _)| release),
            };
            let expected = allowed.iter().find(|(from, by, _)| from == state && by == step).map(|(.., to)| *to);
            match expected {
                Some(to) => assert_eq!(after.map(|release| release.state), Ok(to), "{state} {step}"),
                None => assert_eq!(after, Err(ReleaseError::WrongState { state: *state, step: *step })),
            }
        }
    }
}

#[test]
fn four_eyes_and_the_minute() {
    let candidate = Release::candidate(ONE);
    assert_eq!(candidate.approve(ONE, at(10), at(0)), Err(ReleaseError::OwnWork));
    assert_eq!(candidate.approve(OTHER, at(-1), at(0)), Err(ReleaseError::MinuteHasPassed));
    let approved = candidate.approve(OTHER, at(10), at(0)).unwrap();
    assert_eq!((approved.is_due(at(9)), approved.is_due(at(10))), (false, true));
    assert_eq!(approved.publish(at(9)), Err(ReleaseError::TooEarly));
    // from its minute on the public may have seen it
    assert_eq!(approved.hold(at(10)), Err(ReleaseError::MinuteHasPassed));
    // and others' clocks may be ahead
    assert_eq!(approved.hold(at(8)), Err(ReleaseError::MinuteHasPassed));
    assert_eq!(approved.discard("made anew", at(10)), Err(ReleaseError::MinuteHasPassed));
    assert_eq!(approved.hold(at(7)).unwrap(), candidate);
    let published = approved.publish(at(10)).unwrap();
    assert_eq!(published.publish_at, Some(at(10)));
    assert_eq!(published.withdraw(" \n", at(10)), Err(ReleaseError::Reason(TextError::Missing)));
    // public since its minute, though nobody has written that down
    assert_eq!(approved.withdraw("wrong", at(10)).map(|(release, _)| release.state), Ok(ReleaseState::Withdrawn));
}

#[test]
fn releases_follow_each_other() {
    use ReleaseState::{Published, Withdrawn};
    let q = |text: &str| text.parse::<Quarter>().unwrap();
    let name = |text: &str| text.parse::<ReleaseName>().unwrap();
    let after = |last: Option<(&str, ReleaseState)>, quarter: &str| {
        follows(last.map(|(last, state)| (name(last), state)), q(quarter), q("2023-Q3")).map(|name| name.to_string())
    };
    let out_of_order = Err(ReleaseError::OutOfOrder { expected: q("2023-Q1") });
    assert_eq!(after(None, "2022-Q1"), Ok("2022-Q1".into()));
    assert_eq!(after(None, "2022-Q2"), Err(ReleaseError::NotTheFirst));
    assert_eq!(after(Some(("2022-Q4", Published)), "2023-Q1"), Ok("2023-Q1".into()));
    assert_eq!(after(Some(("2022-Q4", Published)), "2022-Q4"), out_of_order);
    assert_eq!(after(Some(("2022-Q4", Published)), "2023-Q2"), out_of_order);
    assert_eq!(after(Some(("2023-Q3", Published)), "2023-Q4"), Err(ReleaseError::NotEnded(q("2023-Q4"))));
    // what was withdrawn is corrected, or the next quarter follows
    assert_eq!(after(Some(("2022-Q4", Withdrawn)), "2022-Q4"), Ok("2022-Q4.1".into()));
    assert_eq!(after(Some(("2022-Q4.1", Withdrawn)), "2022-Q4"), Ok("2022-Q4.2".into()));
    assert_eq!(after(Some(("2022-Q4", Withdrawn)), "2023-Q1"), Ok("2023-Q1".into()));
    assert_eq!(after(Some(("2022-Q4", Withdrawn)), "2022-Q3"), out_of_order);
}

#[test]
fn a_release_is_named_in_one_way() {
    for text in ["2023-Q3", "2023-Q3.1", "2023-Q3.255"] {
        assert_eq!(text.parse::<ReleaseName>().unwrap().to_string(), text);
    }
    for text in ["", "2023", "2023-Q3.0", "2023-Q3.01", "2023-Q3.", "2023-Q3.256", "2023-Q5", "2023-Q3.1.1"] {
        assert_eq!(text.parse::<ReleaseName>(), Err(NotAName), "{text}");
    }
}
