//! Steps of a filing: which are possible from where, and for whom.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const RESIDENT: PersonId = PersonId(Uuid::from_u128(1));
const REVIEWER: PersonId = PersonId(Uuid::from_u128(2));

fn take(filing: Filing, step: Step) -> Result<Filing, StepError> {
    Ok(match step {
        Step::Submit => Filing::Submitted(filing.into_draft(step)?.submit(RESIDENT)),
        Step::Accept => Filing::Accepted(filing.into_submitted(step)?.accept(REVIEWER)?),
        Step::Return => Filing::Returned(filing.into_submitted(step)?.return_for_correction(REVIEWER, "see line 2")?.0),
        Step::Correct => match filing {
            Filing::Returned(returned) => Filing::Draft(returned.correct()),
            other => return Err(StepError::WrongState { state: other.state(), step }),
        },
        Step::Amend => Filing::Draft(filing.into_accepted(step)?.amend("forgotten invoice")?),
        Step::Withdraw => Filing::Draft(filing.into_submitted(step)?.withdraw()),
        Step::Cancel => match filing.into_draft(step)?.cancel(None)? {
            Some(accepted) => Filing::Accepted(accepted),
            None => Filing::begin(),
        },
        Step::TakeBack => Filing::Submitted(filing.into_accepted(step)?.take_back(None, RESIDENT)?),
    })
}

const STEPS: [Step; 8] =
    [Step::Submit, Step::Accept, Step::Return, Step::Correct, Step::Amend, Step::Withdraw, Step::Cancel, Step::TakeBack];

fn any_step() -> impl Strategy<Value = Step> {
    prop::sample::select(&STEPS[..])
}

#[test]
fn only_the_steps_of_the_table_are_taken() {
    use FilingState as S;
    let table = [
        (S::Draft, Step::Submit, S::Submitted),
        (S::Submitted, Step::Accept, S::Accepted),
        (S::Submitted, Step::Return, S::Returned),
        (S::Returned, Step::Correct, S::Draft),
        (S::Accepted, Step::Amend, S::Draft),
        (S::Submitted, Step::Withdraw, S::Draft),
        (S::Draft, Step::Cancel, S::Accepted),
        (S::Accepted, Step::TakeBack, S::Submitted),
    ];
    for state in [S::Draft, S::Submitted, S::Returned, S::Accepted] {
        for step in STEPS {
            let in_force = if state == S::Draft { 2 } else { 3 };
            let filing = Filing::restore(state, 3, Some(in_force), None, Some(RESIDENT)).unwrap();
            let expected = table.iter().find(|row| row.0 == state && row.1 == step).map(|row| row.2);
            match take(filing, step) {
                Ok(next) => assert_eq!(Some(next.state()), expected, "{state:?} {step:?}"),
                Err(error) => {
                    assert_eq!(error, StepError::WrongState { state, step });
                    assert_eq!(expected, None, "{state:?} {step:?}");
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn versions_only_grow_and_the_accepted_one_is_never_lost(steps in prop::collection::vec(any_step(), 0..40)) {
        let mut filing = Filing::begin();
        for step in steps {
            let (version, accepted) = (filing.version(), filing.accepted());
            let before = filing.clone();
            filing = take(filing, step).unwrap_or(before);
            // a number that was submitted is never given again
            let cancelled = step == Step::Cancel && filing.version() + 1 == version;
            prop_assert!(filing.version() == version || filing.version() == version + 1 || cancelled);
            prop_assert!(filing.accepted() >= accepted || step == Step::TakeBack);
            prop_assert!(filing.accepted().unwrap_or(0) <= filing.version());
        }
    }
}

#[test]
fn nobody_decides_on_what_they_submitted() {
    let submitted = || Filing::begin().into_draft(Step::Submit).unwrap().submit(RESIDENT);
    assert_eq!(submitted().accept(RESIDENT), Err(StepError::SamePerson));
    assert_eq!(submitted().return_for_correction(RESIDENT, "x"), Err(StepError::SamePerson));
}

#[test]
fn a_return_and_an_amendment_need_a_reason() {
    let submitted = || Filing::begin().into_draft(Step::Submit).unwrap().submit(RESIDENT);
    assert_eq!(submitted().return_for_correction(REVIEWER, "  "), Err(StepError::ReasonMissing));
    let long = "x".repeat(LONGEST_REASON + 1);
    assert_eq!(submitted().return_for_correction(REVIEWER, &long), Err(StepError::ReasonTooLong));
    assert_eq!(submitted().accept(REVIEWER).unwrap().amend(""), Err(StepError::ReasonMissing));
    assert_eq!(submitted().accept(REVIEWER).unwrap().amend("a\0b"), Err(StepError::ReasonUnreadable));
}

#[test]
fn what_was_begun_by_mistake_is_given_up_and_what_is_owed_is_not() {
    let submit = |filing: Filing| filing.into_draft(Step::Submit).unwrap().submit(RESIDENT);
    assert_eq!(Filing::begin().into_draft(Step::Cancel).unwrap().cancel(None), Ok(None));
    let correction = submit(Filing::begin()).withdraw();
    assert_eq!(correction.version(), 2);
    assert!(correction.cancel(None).is_err());
    // an amendment that was sent, returned and given up leaves its number behind
    let accepted = submit(Filing::begin()).accept(REVIEWER).unwrap();
    let amendment = accepted.amend("forgotten invoice").unwrap().submit(RESIDENT);
    let correction = amendment.return_for_correction(REVIEWER, "line 2").unwrap().0.correct();
    assert_eq!((correction.version(), correction.reason()), (3, Some("forgotten invoice")));
    let accepted = correction.cancel(None).unwrap().unwrap();
    assert_eq!(
        accepted.clone().take_back(None, RESIDENT).unwrap_err(),
        StepError::WrongState { state: FilingState::Accepted, step: Step::TakeBack }
    );
    let again = accepted.amend("another invoice").unwrap();
    assert_eq!((again.version(), again.accepted()), (3, Some(1)));
}

#[test]
fn contradicting_columns_are_no_filing() {
    assert_eq!(Filing::restore(FilingState::Submitted, 1, None, None, None), Err(CorruptFiling));
    assert_eq!(Filing::restore(FilingState::Accepted, 1, None, None, None), Err(CorruptFiling));
    assert_eq!(Filing::restore(FilingState::Accepted, 1, Some(2), None, None), Err(CorruptFiling));
}

#[test]
fn late_begins_with_the_day_after_the_due_day_in_tashkent() {
    let due = NaiveDate::from_ymd_opt(2023, 10, 25).unwrap();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert!(!is_late(at("2023-10-25T18:59:59.999Z"), due));
    assert!(is_late(at("2023-10-25T19:00:00Z"), due));
}
