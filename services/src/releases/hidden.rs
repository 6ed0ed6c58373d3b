//! Why figures are hidden: by a rule, for whose sake, or because they are not told at all or were hidden before.

use std::{collections::BTreeSet, fmt, str::FromStr};

use disclosure::pattern::{Status, SuppressedCell};
pub use disclosure::sensitive::Reason;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A figure that is hidden, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// Its name in disclosure control.
    pub figure: String,
    /// Why.
    pub why: Why,
}

/// Why a figure is hidden. It is kept and told to programs as a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Why {
    /// It tells too much itself.
    Rule(Reason),
    /// The publication plan does not show it.
    Plan,
    /// A release before hid it, and it would tell what that hid.
    Earlier,
    /// Another could be found by it: which, by its name in disclosure control, if it is one.
    Covers(Option<String>),
}

/// A text that is no reason to hide a figure.
#[derive(Debug, Error)]
#[error("nothing is hidden for this: {0}")]
pub struct NoWhy(String);

const PLAN: &str = "publication plan";
const EARLIER: &str = "earlier release";
/// What was kept when both were one reason.
const PLAN_OR_EARLIER: &str = "publication plan or earlier release";
const COVER: &str = "for cover";
/// What was kept of a cell that nobody tells.
const AUXILIARY: &str = "for auxiliary";

impl Why {
    /// Of a hidden cell, with the names of those that the plan does not show.
    pub(super) fn of(cell: &SuppressedCell, not_planned: &BTreeSet<String>) -> Result<Self, NoWhy> {
        match cell.status {
            Status::Primary => Self::by_rule(&cell.reason),
            Status::Secondary => Ok(Self::Covers(cell.reason.strip_prefix("cover of ").map(str::to_owned))),
            Status::Planned if not_planned.contains(&cell.id) => Ok(Self::Plan),
            Status::Planned => Ok(Self::Earlier),
        }
    }

    fn by_rule(code: &str) -> Result<Self, NoWhy> {
        Reason::of_code(code).map(Self::Rule).ok_or_else(|| NoWhy(code.to_owned()))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(rule) => f.write_str(rule.code()),
            Self::Plan => f.write_str(PLAN),
            Self::Earlier => f.write_str(EARLIER),
            Self::Covers(None) => f.write_str(COVER),
            Self::Covers(Some(figure)) => write!(f, "{COVER} of {figure}"),
        }
    }
}

impl FromStr for Why {
    type Err = NoWhy;

    fn from_str(text: &str) -> Result<Self, NoWhy> {
        match text {
            PLAN | PLAN_OR_EARLIER => return Ok(Self::Plan),
            EARLIER => return Ok(Self::Earlier),
            COVER | AUXILIARY => return Ok(Self::Covers(None)),
            _ => {}
        }
        if let Some(figure) = text.strip_prefix(COVER).and_then(|rest| rest.strip_prefix(" of ")) {
            return Ok(Self::Covers(Some(figure.to_owned())));
        }
        Self::by_rule(text)
    }
}

impl TryFrom<String> for Why {
    type Error = NoWhy;

    fn try_from(text: String) -> Result<Self, NoWhy> {
        text.parse()
    }
}

impl From<Why> for String {
    fn from(why: Why) -> Self {
        why.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_back_as_it_is_written() {
        let covers = Why::Covers(Some("exports|2023|Q1|BU".to_owned()));
        let all = Reason::ALL.map(Why::Rule).into_iter().chain([Why::Plan, Why::Earlier, Why::Covers(None), covers]);
        for why in all {
            assert_eq!(why.to_string().parse::<Why>().unwrap(), why);
        }
        for (kept, why) in [("publication plan or earlier release", Why::Plan), ("for auxiliary", Why::Covers(None))] {
            assert_eq!(kept.parse::<Why>().unwrap(), why);
        }
        assert_eq!("for covers".parse::<Why>().unwrap_err().to_string(), "nothing is hidden for this: for covers");
    }

    #[test]
    fn the_plan_comes_before_what_was_hidden_earlier() {
        let cell = |status, reason: &str| SuppressedCell { id: "a".to_owned(), status, reason: reason.to_owned() };
        let planned = BTreeSet::from(["a".to_owned()]);
        for (status, reason, not_planned, why) in [
            (Status::Planned, "plan", &planned, Why::Plan),
            (Status::Planned, "plan", &BTreeSet::new(), Why::Earlier),
            (Status::Primary, "p_percent", &planned, Why::Rule(Reason::PPercent)),
            (Status::Secondary, "cover of b", &planned, Why::Covers(Some("b".to_owned()))),
            (Status::Secondary, "cover", &planned, Why::Covers(None)),
        ] {
            assert_eq!(Why::of(&cell(status, reason), not_planned).unwrap(), why);
        }
    }
}
