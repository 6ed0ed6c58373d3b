//! What can be wrong with a problem. Equations are counted from 1, as in the file.

use thiserror::Error;

/// Why a problem cannot be taken. Each names the place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the messages are the documentation")]
pub enum ProblemError {
    #[error("cell {0:?} is there twice")]
    CellTwice(String),
    #[error("equation {equation} names the cell {cell:?}, which is not there")]
    UnknownCell { equation: usize, cell: String },
    #[error("equation {0} needs either a total and its parts, or terms")]
    Shape(usize),
    #[error("equation {equation} (with {cell:?}) does not hold: {left} instead of {right}")]
    DoesNotHold { equation: usize, cell: String, left: i128, right: i64 },
    #[error("equation {0}: a number is larger than 10^18, or the sum does not fit")]
    EquationTooLarge(usize),
    #[error("cell {cell:?}: the value {value} is outside what is known to be possible (at least 0 unless lower_bound says otherwise)")]
    OutsideBounds { cell: String, value: i64 },
    #[error("cell {0:?}: lower_bound is above upper_bound")]
    BoundsCrossed(String),
    #[error("cell {0:?}: a number is larger than 10^18")]
    TooLarge(String),
    #[error("cell {0:?}: a weight, protection or contribution is negative")]
    Negative(String),
    #[error("cell {cell:?}: the group {group:?} is there twice")]
    GroupTwice { cell: String, group: String },
    #[error("cell {cell:?}: the contributions add up to {sum}, the value is {value}")]
    ContributionsSum { cell: String, sum: i128, value: i64 },
    #[error("cell {cell:?}: contributors differs from the {listed} groups that contribute something")]
    ContributorsCount { cell: String, listed: usize },
    #[error("cell {0:?}: largest and second do not fit together, the number of contributors, the contributions or the value")]
    Largest(String),
    #[error("cell {0:?} is a structural zero, but its value is not 0")]
    NotZero(String),
    #[error("cell {0:?}: an auxiliary cell is never published, so no other flag fits it")]
    Auxiliary(String),
    #[error("cell {0:?}: rounded_to is a number from 1 to 10^18, and fits no auxiliary cell and no structural zero")]
    Rounding(String),
    #[error("cell {0:?} is withheld, so it is neither published before nor must be, nor auxiliary, nor a structural zero")]
    Withheld(String),
    #[error("parameter {0} is out of range")]
    Parameter(&'static str),
}
