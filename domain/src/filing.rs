//! The states of a filing and the steps between them.
//!
//! ```text
//! Draft ──submit──▶ Submitted ──accept──▶ Accepted ──amend──▶ Draft of the next version
//!   ▲                   │ return_for_correction
//!   └────correct──── Returned
//! ```
//! A step takes the state by value, so an impossible step does not compile and a refused one names its reason.
//! A version is never overwritten. The accepted version stays in force until the next one is accepted.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{clock::tashkent_date, codes::codes, ids::PersonId};

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 2_000;

/// Being written by the resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    version: u32,
    accepted: Option<u32>,
    reason: Option<String>,
}

/// Sent; an official decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    version: u32,
    accepted: Option<u32>,
    by: PersonId,
}

/// Sent back to the resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    version: u32,
    accepted: Option<u32>,
}

/// In force; part of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    version: u32,
}

/// A filing in one of its states.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Filing {
    Draft(Draft),
    Submitted(Submitted),
    Returned(Returned),
    Accepted(Accepted),
}

codes! {
    /// The name of a filing's state, as stored and shown.
    FilingState {
        /// See [`Draft`].
        Draft = "draft",
        /// See [`Submitted`].
        Submitted = "submitted",
        /// See [`Returned`].
        Returned = "returned",
        /// See [`Accepted`].
        Accepted = "accepted",
    }
}

codes! {
    /// What became of one version of a filing. Versions are append-only.
    VersionState {
        /// In review.
        Submitted = "submitted",
        /// Sent back; the next version follows it.
        Returned = "returned",
        /// In force.
        Accepted = "accepted",
        /// Was in force until the next version was accepted.
        Superseded = "superseded",
    }
}

/// A step from one state to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Step {
    Submit,
    Accept,
    Return,
    Correct,
    Amend,
}

/// Why a step was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StepError {
    /// The state does not allow the step.
    #[error("a filing in state {state:?} cannot take the step {step:?}")]
    WrongState {
        /// The state the filing is in.
        state: FilingState,
        /// The step asked for.
        step: Step,
    },
    /// Who submitted a version may not decide on it (four eyes).
    #[error("a person may not decide on a filing that the same person submitted")]
    SamePerson,
    /// A return or an amendment needs a reason.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The reason is longer than [`LONGEST_REASON`].
    #[error("the reason is too long")]
    ReasonTooLong,
}

fn reason_text(reason: &str) -> Result<String, StepError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(StepError::ReasonMissing);
    }
    if reason.chars().nth(LONGEST_REASON).is_some() {
        return Err(StepError::ReasonTooLong);
    }
    Ok(reason.to_owned())
}

impl Draft {
    /// Number of the version being written, from 1.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Why this version is written, if it is not the first.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Sends the version.
    #[must_use]
    pub fn submit(self, by: PersonId) -> Submitted {
        Submitted { version: self.version, accepted: self.accepted, by }
    }
}

impl Submitted {
    /// Takes the version into force.
    ///
    /// # Errors
    /// [`StepError::SamePerson`].
    pub fn accept(self, by: PersonId) -> Result<Accepted, StepError> {
        if by == self.by { Err(StepError::SamePerson) } else { Ok(Accepted { version: self.version }) }
    }

    /// Sends the version back with a reason, which is returned trimmed.
    ///
    /// # Errors
    /// [`StepError::SamePerson`], or no or too long a reason.
    pub fn return_for_correction(self, by: PersonId, reason: &str) -> Result<(Returned, String), StepError> {
        if by == self.by {
            return Err(StepError::SamePerson);
        }
        Ok((Returned { version: self.version, accepted: self.accepted }, reason_text(reason)?))
    }
}

impl Returned {
    /// Begins the next version.
    #[must_use]
    pub fn correct(self) -> Draft {
        Draft { version: self.version + 1, accepted: self.accepted, reason: None }
    }
}

impl Accepted {
    /// Begins the next version. This one stays in force until that is accepted.
    ///
    /// # Errors
    /// No or too long a reason.
    pub fn amend(self, reason: &str) -> Result<Draft, StepError> {
        Ok(Draft { version: self.version + 1, accepted: Some(self.version), reason: Some(reason_text(reason)?) })
    }
}

impl Filing {
    /// A filing that begins.
    pub fn begin() -> Self {
        Self::Draft(Draft { version: 1, accepted: None, reason: None })
    }

    /// Builds a filing from its stored columns. `submitted_by` is needed in state submitted; a row without it is read
    /// as submitted by nobody, on whom everybody may decide.
    pub fn restore(
        state: FilingState,
        version: u32,
        accepted: Option<u32>,
        reason: Option<String>,
        submitted_by: Option<PersonId>,
    ) -> Self {
        match state {
            FilingState::Draft => Self::Draft(Draft { version, accepted, reason }),
            FilingState::Submitted => {
                Self::Submitted(Submitted { version, accepted, by: submitted_by.unwrap_or(PersonId(uuid::Uuid::nil())) })
            }
            FilingState::Returned => Self::Returned(Returned { version, accepted }),
            FilingState::Accepted => Self::Accepted(Accepted { version }),
        }
    }

    /// Name of the state.
    pub fn state(&self) -> FilingState {
        match self {
            Self::Draft(_) => FilingState::Draft,
            Self::Submitted(_) => FilingState::Submitted,
            Self::Returned(_) => FilingState::Returned,
            Self::Accepted(_) => FilingState::Accepted,
        }
    }

    /// Number of the version that the state speaks of.
    pub fn version(&self) -> u32 {
        match self {
            Self::Draft(draft) => draft.version,
            Self::Submitted(submitted) => submitted.version,
            Self::Returned(returned) => returned.version,
            Self::Accepted(accepted) => accepted.version,
        }
    }

    /// Number of the version in force, if one was accepted.
    pub fn accepted(&self) -> Option<u32> {
        match self {
            Self::Draft(draft) => draft.accepted,
            Self::Submitted(submitted) => submitted.accepted,
            Self::Returned(returned) => returned.accepted,
            Self::Accepted(accepted) => Some(accepted.version),
        }
    }

    fn wrong(&self, step: Step) -> StepError {
        StepError::WrongState { state: self.state(), step }
    }

    /// The draft, ready to be submitted.
    ///
    /// # Errors
    /// [`StepError::WrongState`] in any other state.
    pub fn into_draft(self) -> Result<Draft, StepError> {
        match self {
            Self::Draft(draft) => Ok(draft),
            Self::Returned(_) | Self::Submitted(_) | Self::Accepted(_) => Err(self.wrong(Step::Submit)),
        }
    }

    /// The draft that the resident may write in: the present one, or the next version of a returned filing.
    ///
    /// # Errors
    /// [`StepError::WrongState`] when submitted or accepted.
    pub fn into_editable(self) -> Result<Draft, StepError> {
        match self {
            Self::Draft(draft) => Ok(draft),
            Self::Returned(returned) => Ok(returned.correct()),
            Self::Submitted(_) | Self::Accepted(_) => Err(self.wrong(Step::Correct)),
        }
    }

    /// The submitted version, ready for a decision.
    ///
    /// # Errors
    /// [`StepError::WrongState`] in any other state.
    pub fn into_submitted(self, step: Step) -> Result<Submitted, StepError> {
        match self {
            Self::Submitted(submitted) => Ok(submitted),
            Self::Draft(_) | Self::Returned(_) | Self::Accepted(_) => Err(self.wrong(step)),
        }
    }

    /// The accepted version, ready to be amended.
    ///
    /// # Errors
    /// [`StepError::WrongState`] in any other state.
    pub fn into_accepted(self) -> Result<Accepted, StepError> {
        match self {
            Self::Accepted(accepted) => Ok(accepted),
            Self::Draft(_) | Self::Returned(_) | Self::Submitted(_) => Err(self.wrong(Step::Amend)),
        }
    }
}

/// Whether a filing received at `at` came after its due day. Late is a fact about a submission, not a state.
pub fn is_late(at: DateTime<Utc>, due: NaiveDate) -> bool {
    tashkent_date(at) > due
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const RESIDENT: PersonId = PersonId(Uuid::from_u128(1));
    const REVIEWER: PersonId = PersonId(Uuid::from_u128(2));

    fn take(filing: Filing, step: Step) -> Result<Filing, StepError> {
        Ok(match step {
            Step::Submit => Filing::Submitted(filing.into_draft()?.submit(RESIDENT)),
            Step::Accept => Filing::Accepted(filing.into_submitted(step)?.accept(REVIEWER)?),
            Step::Return => Filing::Returned(filing.into_submitted(step)?.return_for_correction(REVIEWER, "see line 2")?.0),
            Step::Correct => match filing {
                Filing::Returned(returned) => Filing::Draft(returned.correct()),
                other => return Err(StepError::WrongState { state: other.state(), step }),
            },
            Step::Amend => Filing::Draft(filing.into_accepted()?.amend("forgotten invoice")?),
        })
    }

    const STEPS: [Step; 5] = [Step::Submit, Step::Accept, Step::Return, Step::Correct, Step::Amend];

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
        ];
        for state in [S::Draft, S::Submitted, S::Returned, S::Accepted] {
            for step in STEPS {
                let filing = Filing::restore(state, 3, None, None, Some(RESIDENT));
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
                prop_assert!(filing.version() == version || filing.version() == version + 1);
                prop_assert!(filing.accepted() >= accepted);
                prop_assert!(filing.accepted().unwrap_or(0) <= filing.version());
            }
        }
    }

    #[test]
    fn nobody_decides_on_what_they_submitted() {
        let submitted = || Filing::begin().into_draft().unwrap().submit(RESIDENT);
        assert_eq!(submitted().accept(RESIDENT), Err(StepError::SamePerson));
        assert_eq!(submitted().return_for_correction(RESIDENT, "x"), Err(StepError::SamePerson));
    }

    #[test]
    fn a_return_and_an_amendment_need_a_reason() {
        let submitted = || Filing::begin().into_draft().unwrap().submit(RESIDENT);
        assert_eq!(submitted().return_for_correction(REVIEWER, "  "), Err(StepError::ReasonMissing));
        let long = "x".repeat(LONGEST_REASON + 1);
        assert_eq!(submitted().return_for_correction(REVIEWER, &long), Err(StepError::ReasonTooLong));
        assert_eq!(submitted().accept(REVIEWER).unwrap().amend(""), Err(StepError::ReasonMissing));
    }

    #[test]
    fn late_begins_with_the_day_after_the_due_day_in_tashkent() {
        let due = NaiveDate::from_ymd_opt(2023, 10, 25).unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert!(!is_late(at("2023-10-25T18:59:59.999Z"), due));
        assert!(is_late(at("2023-10-25T19:00:00Z"), due));
    }
}
