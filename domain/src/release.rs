//! A release of statistics: prepared by one statistician, approved by another, published at its minute, and frozen. What is wrong
//! with a published one is said on record when it is withdrawn; what the public has seen stays seen.
//!
//! ```text
//! Candidate ──approve──▶ Approved ──publish──▶ Published ──withdraw──▶ Withdrawn
//!   │   ▲──────hold──────┘   │
//!   └───────discard──────────┴──▶ Discarded
//! ```

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

use crate::{
    codes::codes,
    filing::LONGEST_REASON,
    ids::PersonId,
    quarter::Quarter,
    typed::{TextError, text},
};

mod figures;
mod name;
mod planned;
mod tables;

pub use figures::{Part, ReleasedFigure, current, with_sums};
pub use name::{NotAName, ReleaseName};
pub use planned::Planned;
pub use tables::{By, Finer, LINKED, Linked, Measured, OTHER, PUBLISHED, Status, Told};

codes! {
    /// How a release stands.
    ReleaseState {
        /// Prepared; nobody sees it but who works on it.
        Candidate = "candidate",
        /// Approved by another; goes out at its minute.
        Approved = "approved",
        /// Public and frozen.
        Published = "published",
        /// Was public; replaced or wrong, and says so.
        Withdrawn = "withdrawn",
        /// Given up before it was public.
        Discarded = "discarded",
    }
}

codes! {
    /// A step of a release.
    ReleaseStep {
        /// Another statistician finds it right.
        Approve = "approve",
        /// An approval is taken back before its minute.
        Hold = "hold",
        /// It becomes public.
        Publish = "publish",
        /// It is no longer valid.
        Withdraw = "withdraw",
        /// It is given up.
        Discard = "discard",
    }
}

codes! {
    /// Why a release that was ordered could not be prepared.
    Unprepared {
        /// What it stands on changed meanwhile.
        Changed = "changed",
        /// No way was found to show it that is safe.
        Unsafe = "unsafe",
        /// The program failed; the log says how.
        Broken = "broken",
    }
}

/// Why a release does not take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReleaseError {
    /// Not in this state.
    #[error("a {state} release takes no step {step}")]
    WrongState {
        /// How it stands.
        state: ReleaseState,
        /// What was asked.
        step: ReleaseStep,
    },
    /// Who prepared a release does not approve it.
    #[error("who prepared a release does not approve it")]
    OwnWork,
    /// The minute has passed, or is so near that others may see it already.
    #[error("the minute of publication has passed or is too near")]
    MinuteHasPassed,
    /// The minute is more than a year ahead.
    #[error("the minute of publication is more than a year ahead")]
    MinuteTooFar,
    /// The minute has not come.
    #[error("the minute of publication has not come")]
    TooEarly,
    /// Releases follow each other, quarter by quarter.
    #[error("the next release is of {expected}")]
    OutOfOrder {
        /// The quarter that comes next.
        expected: Quarter,
    },
    /// The quarter has not ended.
    #[error("{0} has not ended")]
    NotEnded(Quarter),
    /// A year is told from its first quarter on, or not at all: its parts add up to it.
    #[error("the first release is of the first quarter of a year")]
    NotTheFirst,
    /// There is one under way.
    #[error("a release of {0} is under way")]
    UnderWay(Quarter),
    /// Too little of the quarter is in, and no reason was given to release it all the same.
    #[error("{quarter} is not complete: {accepted} of {owed} filings are accepted")]
    Incomplete {
        /// Which quarter.
        quarter: Quarter,
        /// Accepted filings.
        accepted: i64,
        /// Owed filings.
        owed: i64,
    },
    /// A later release tells again what an earlier one told.
    #[error("only the latest release, {0}, can be withdrawn")]
    NotTheLatest(ReleaseName),
    /// What is shown in the year was not decided.
    #[error("the publication plan of {0} was not decided")]
    NoPlan(i32),
    /// What is shown in a year is fixed with its first release.
    #[error("a release follows the plan of {0} already")]
    PlanInUse(i32),
    /// The plan or the rules changed while it was made.
    #[error("the publication plan or the rules changed meanwhile: prepare it again")]
    Changed,
    /// A reason is missing or too long.
    #[error(transparent)]
    Reason(#[from] TextError),
}

/// A release as far as its steps go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// How it stands.
    pub state: ReleaseState,
    /// Who prepared it.
    pub prepared_by: PersonId,
    /// From when on it is public, once it is approved.
    pub publish_at: Option<DateTime<Utc>>,
}

/// So long before its minute a release is not called back: the clocks of servers differ, and a step takes its time.
const NEAR: TimeDelta = TimeDelta::minutes(2);

/// So far ahead a release is approved at most: the calendar announces its day. A rule of ours.
const FAR: TimeDelta = TimeDelta::days(366);

impl Release {
    /// A candidate.
    pub const fn candidate(prepared_by: PersonId) -> Self {
        Self { state: ReleaseState::Candidate, prepared_by, publish_at: None }
    }

    fn from(self, states: &[ReleaseState], step: ReleaseStep, to: ReleaseState) -> Result<Self, ReleaseError> {
        if states.contains(&self.state) {
            Ok(Self { state: to, ..self })
        } else {
            Err(ReleaseError::WrongState { state: self.state, step })
        }
    }

    /// Another statistician approves it; it goes out at `publish_at`, at the earliest now.
    ///
    /// # Errors
    /// [`ReleaseError`]: it is no candidate, is one's own work, or the minute has passed or is more than a year ahead.
    pub fn approve(self, by: PersonId, publish_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<Self, ReleaseError> {
        let approved = self.from(&[ReleaseState::Candidate], ReleaseStep::Approve, ReleaseState::Approved)?;
        if by == self.prepared_by {
            return Err(ReleaseError::OwnWork);
        }
        if publish_at < now {
            return Err(ReleaseError::MinuteHasPassed);
        }
        if publish_at > now + FAR {
            return Err(ReleaseError::MinuteTooFar);
        }
        Ok(Self { publish_at: Some(publish_at), ..approved })
    }

    /// An approval is taken back.
    ///
    /// # Errors
    /// [`ReleaseError::WrongState`]; [`ReleaseError::MinuteHasPassed`] once the public may have seen it.
    pub fn hold(self, now: DateTime<Utc>) -> Result<Self, ReleaseError> {
        let held = self.from(&[ReleaseState::Approved], ReleaseStep::Hold, ReleaseState::Candidate)?;
        if self.is_due(now + NEAR) { Err(ReleaseError::MinuteHasPassed) } else { Ok(Self { publish_at: None, ..held }) }
    }

    /// It becomes public.
    ///
    /// # Errors
    /// [`ReleaseError::WrongState`], [`ReleaseError::TooEarly`].
    pub fn publish(self, now: DateTime<Utc>) -> Result<Self, ReleaseError> {
        let published = self.from(&[ReleaseState::Approved], ReleaseStep::Publish, ReleaseState::Published)?;
        if self.is_due(now) { Ok(published) } else { Err(ReleaseError::TooEarly) }
    }

    /// It is no longer valid, be it written down as public or public since its minute; the reason as it is kept.
    ///
    /// # Errors
    /// [`ReleaseError::WrongState`], [`ReleaseError::Reason`].
    pub fn withdraw(self, reason: &str, now: DateTime<Utc>) -> Result<(Self, &str), ReleaseError> {
        let public = self.publish(now).unwrap_or(self);
        let withdrawn = public.from(&[ReleaseState::Published], ReleaseStep::Withdraw, ReleaseState::Withdrawn)?;
        Ok((withdrawn, text(reason, LONGEST_REASON)?))
    }

    /// It is given up before anybody saw it; the reason as it is kept.
    ///
    /// # Errors
    /// [`ReleaseError::WrongState`], [`ReleaseError::Reason`]; [`ReleaseError::MinuteHasPassed`] once the public may have seen it.
    pub fn discard(self, reason: &str, now: DateTime<Utc>) -> Result<(Self, &str), ReleaseError> {
        let open = [ReleaseState::Candidate, ReleaseState::Approved];
        let discarded = self.from(&open, ReleaseStep::Discard, ReleaseState::Discarded)?;
        if self.is_due(now + NEAR) { Err(ReleaseError::MinuteHasPassed) } else { Ok((discarded, text(reason, LONGEST_REASON)?)) }
    }

    /// Whether it is approved and its minute has come.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.state == ReleaseState::Approved && self.publish_at.is_some_and(|minute| minute <= now)
    }
}

/// Since when a release is public, and until when it was valid, if it is no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// Its minute.
    pub from: DateTime<Utc>,
    /// When it was withdrawn.
    pub until: Option<DateTime<Utc>>,
}

impl Validity {
    /// Whether it held at an instant, if no later one did.
    pub fn holds_at(&self, instant: DateTime<Utc>) -> bool {
        self.from <= instant && self.until.is_none_or(|until| instant < until)
    }
}

/// Which release one of a quarter is: of the quarter after the last that was published, or the correction of the last, if that was
/// withdrawn.
///
/// # Errors
/// [`ReleaseError::NotEnded`], [`ReleaseError::OutOfOrder`], [`ReleaseError::NotTheFirst`].
pub fn follows(last: Option<(ReleaseName, ReleaseState)>, quarter: Quarter, ended: Quarter) -> Result<ReleaseName, ReleaseError> {
    if quarter > ended {
        return Err(ReleaseError::NotEnded(quarter));
    }
    match last {
        Some((last, ReleaseState::Withdrawn)) if last.quarter == quarter => Ok(last.correction()),
        Some((last, _)) if last.quarter.next() != quarter => Err(ReleaseError::OutOfOrder { expected: last.quarter.next() }),
        None if quarter.number() != 1 => Err(ReleaseError::NotTheFirst),
        _ => Ok(ReleaseName::first(quarter)),
    }
}

#[cfg(test)]
mod tests;
