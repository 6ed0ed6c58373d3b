//! The states of a filing and the steps between them.
//!
//! ```text
//! Draft ──submit──▶ Submitted ──accept──▶ Accepted ──amend──▶ Draft of the next version
//!   ▲ ▲─withdraw────────┤ ▲────take_back────┘ ▲────cancel─────────┘
//!   └────correct──── Returned
//! ```
//! A draft of the first version that is cancelled is no filing any more.
//! A step takes the state by value, so an impossible step does not compile and a refused one names its reason.
//! A version is never overwritten. The accepted version stays in force until the next one is accepted.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    clock::tashkent_date,
    codes::codes,
    ids::PersonId,
    typed::{TextError, text},
};

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
    reason: Option<String>,
    by: PersonId,
}

/// Sent back to the resident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    version: u32,
    accepted: Option<u32>,
    reason: Option<String>,
}

/// In force; part of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    version: u32,
    /// The last number given: later than `version` when an amendment was begun and did not come into force.
    latest: u32,
    /// Why the version in force amended the one before.
    reason: Option<String>,
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
        /// Taken back by the resident before anybody decided.
        Withdrawn = "withdrawn",
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
    Withdraw,
    Cancel,
    TakeBack,
}

/// Stored columns that no filing can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the columns of a filing contradict each other")]
pub struct CorruptFiling;

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
    /// The reason has a control character.
    #[error("the reason has a control character")]
    ReasonUnreadable,
}

/// A reason as it is stored.
///
/// # Errors
/// [`StepError::ReasonMissing`] and its neighbours.
pub fn reason_text(reason: &str) -> Result<String, StepError> {
    match text(reason, LONGEST_REASON) {
        Ok(reason) => Ok(reason.to_owned()),
        Err(TextError::Missing) => Err(StepError::ReasonMissing),
        Err(TextError::TooLong(_)) => Err(StepError::ReasonTooLong),
        Err(TextError::ControlCharacter) => Err(StepError::ReasonUnreadable),
    }
}

impl Draft {
    /// Number of the version being written, from 1.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Number of the version in force, if this one amends it.
    pub fn accepted(&self) -> Option<u32> {
        self.accepted
    }

    /// Why this version is written, if it is not the first.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Sends the version.
    #[must_use]
    pub fn submit(self, by: PersonId) -> Submitted {
        Submitted { version: self.version, accepted: self.accepted, reason: self.reason, by }
    }

    /// Gives up what was begun by mistake: the version in force is all there is again, or, before the first submission,
    /// nothing (`None`). `reason` is why the version in force amended the one before.
    ///
    /// # Errors
    /// [`StepError::WrongState`] for the correction of what was returned or withdrawn: it is owed.
    pub fn cancel(self, reason: Option<String>) -> Result<Option<Accepted>, StepError> {
        match self.accepted {
            Some(version) => Ok(Some(Accepted { version, latest: self.version - 1, reason })),
            None if self.version == 1 => Ok(None),
            None => Err(StepError::WrongState { state: FilingState::Draft, step: Step::Cancel }),
        }
    }
}

impl Submitted {
    /// Takes the version into force.
    ///
    /// # Errors
    /// [`StepError::SamePerson`].
    pub fn accept(self, by: PersonId) -> Result<Accepted, StepError> {
        if by == self.by {
            return Err(StepError::SamePerson);
        }
        Ok(Accepted { version: self.version, latest: self.version, reason: self.reason })
    }

    /// Sends the version back with a reason, which is returned trimmed.
    ///
    /// # Errors
    /// [`StepError::SamePerson`], or no or too long a reason.
    pub fn return_for_correction(self, by: PersonId, reason: &str) -> Result<(Returned, String), StepError> {
        if by == self.by {
            return Err(StepError::SamePerson);
        }
        Ok((Returned { version: self.version, accepted: self.accepted, reason: self.reason }, reason_text(reason)?))
    }

    /// Takes the version back before anybody decided; what it says is the draft of the next one.
    #[must_use]
    pub fn withdraw(self) -> Draft {
        Draft { version: self.version + 1, accepted: self.accepted, reason: self.reason }
    }
}

impl Returned {
    /// Begins the next version.
    #[must_use]
    pub fn correct(self) -> Draft {
        Draft { version: self.version + 1, accepted: self.accepted, reason: self.reason }
    }
}

impl Accepted {
    /// Begins the next version. This one stays in force until that is accepted.
    ///
    /// # Errors
    /// No or too long a reason.
    pub fn amend(self, reason: &str) -> Result<Draft, StepError> {
        Ok(Draft { version: self.latest + 1, accepted: Some(self.version), reason: Some(reason_text(reason)?) })
    }

    /// Takes an acceptance back: the version is in review again, and the one `before` it in force. `by` submitted it.
    ///
    /// # Errors
    /// [`StepError::WrongState`] when a later version was begun after it.
    pub fn take_back(self, before: Option<u32>, by: PersonId) -> Result<Submitted, StepError> {
        if self.latest == self.version {
            Ok(Submitted { version: self.version, accepted: before, reason: self.reason, by })
        } else {
            Err(StepError::WrongState { state: FilingState::Accepted, step: Step::TakeBack })
        }
    }
}

impl Filing {
    /// A filing that begins.
    pub fn begin() -> Self {
        Self::Draft(Draft { version: 1, accepted: None, reason: None })
    }

    /// Builds a filing from its stored columns: the state, the last number given, the version in force, the reason of the
    /// amendment, and who submitted, which state submitted needs.
    ///
    /// # Errors
    /// [`CorruptFiling`] when the columns contradict each other: a submitted filing of which nobody knows who submitted it
    /// must not be decidable by everybody.
    pub fn restore(
        state: FilingState,
        version: u32,
        accepted: Option<u32>,
        reason: Option<String>,
        submitted_by: Option<PersonId>,
    ) -> Result<Self, CorruptFiling> {
        Ok(match state {
            FilingState::Draft => Self::Draft(Draft { version, accepted, reason }),
            FilingState::Submitted => Self::Submitted(Submitted { version, accepted, reason, by: submitted_by.ok_or(CorruptFiling)? }),
            FilingState::Returned => Self::Returned(Returned { version, accepted, reason }),
            FilingState::Accepted => {
                let latest = version;
                let version = accepted.filter(|version| *version <= latest).ok_or(CorruptFiling)?;
                Self::Accepted(Accepted { version, latest, reason })
            }
        })
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

    /// The last number that was given to a version.
    pub fn version(&self) -> u32 {
        match self {
            Self::Draft(draft) => draft.version,
            Self::Submitted(submitted) => submitted.version,
            Self::Returned(returned) => returned.version,
            Self::Accepted(accepted) => accepted.latest,
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

    /// Why the version being written or in review, else the one in force, amends the one before.
    pub fn reason(&self) -> Option<&str> {
        let reason = match self {
            Self::Draft(draft) => &draft.reason,
            Self::Submitted(submitted) => &submitted.reason,
            Self::Returned(returned) => &returned.reason,
            Self::Accepted(accepted) => &accepted.reason,
        };
        reason.as_deref()
    }

    fn wrong(&self, step: Step) -> StepError {
        StepError::WrongState { state: self.state(), step }
    }

    /// The draft, ready for a step.
    ///
    /// # Errors
    /// [`StepError::WrongState`] in any other state.
    pub fn into_draft(self, step: Step) -> Result<Draft, StepError> {
        match self {
            Self::Draft(draft) => Ok(draft),
            Self::Returned(_) | Self::Submitted(_) | Self::Accepted(_) => Err(self.wrong(step)),
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

    /// The accepted version, ready for a step.
    ///
    /// # Errors
    /// [`StepError::WrongState`] in any other state.
    pub fn into_accepted(self, step: Step) -> Result<Accepted, StepError> {
        match self {
            Self::Accepted(accepted) => Ok(accepted),
            Self::Draft(_) | Self::Returned(_) | Self::Submitted(_) => Err(self.wrong(step)),
        }
    }
}

/// Whether a filing received at `at` came after its due day. Late is a fact about a submission, not a state.
pub fn is_late(at: DateTime<Utc>, due: NaiveDate) -> bool {
    tashkent_date(at) > due
}

#[cfg(test)]
mod tests;
