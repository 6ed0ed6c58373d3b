//! Rules with a date: what the law or the practice of statistics sets and may set anew. The registry names every rule with the type of its
//! value; an installation stores each value with the day from which it applies and its source. What counts at a boundary is the
//! last day of the quarter.

use std::{fmt, marker::PhantomData, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use thiserror::Error;

mod calendar;
mod registry;
mod value;

pub use calendar::{Calendar, due_day};
pub use registry::*;
pub use value::{Days, Thresholds, Within};

/// A value and when it begins to apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    /// First day on which it applies.
    pub from: NaiveDate,
    /// The value.
    pub value: T,
    /// The legal act, or that it is our assumption.
    pub source: String,
}

/// The value in force on `day`: the latest that began on or before it.
pub fn in_force<'a, T: 'a>(rules: impl IntoIterator<Item = &'a Dated<T>>, day: NaiveDate) -> Option<&'a Dated<T>> {
    rules.into_iter().filter(|rule| rule.from <= day).max_by_key(|rule| rule.from)
}

/// A text that is no value of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a value of the rule")]
pub struct NotAValue;

/// A rule of the registry, whose values are of a type.
pub struct Rule<T> {
    key: &'static str,
    first: &'static str,
    source: &'static str,
    value: PhantomData<fn() -> T>,
}

impl<T> Rule<T> {
    const fn new(key: &'static str, first: &'static str, source: &'static str) -> Self {
        Self { key, first, source, value: PhantomData }
    }
}

/// What is known of a rule whatever the type of its values.
pub trait Registered: Sync {
    /// The stable key, as stored.
    fn key(&self) -> &'static str;
    /// The value with which an installation begins.
    fn first(&self) -> &'static str;
    /// Where that value is from.
    fn source(&self) -> &'static str;
    /// Whether a text is a value of the rule.
    fn takes(&self, value: &str) -> bool;
}

impl<T: FromStr> Registered for Rule<T> {
    fn key(&self) -> &'static str {
        self.key
    }

    fn first(&self) -> &'static str {
        self.first
    }

    fn source(&self) -> &'static str {
        self.source
    }

    fn takes(&self, value: &str) -> bool {
        value.parse::<T>().is_ok()
    }
}

/// No value that can be read is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("rule {0} has no value in force that can be read")]
pub struct NotInForce(pub &'static str);

/// The values of all rules with their days.
#[derive(Debug, Clone, Default)]
pub struct RuleBook(Vec<(String, Dated<String>)>);

impl RuleBook {
    /// The first values of every rule, in force from `day`.
    pub fn first(day: NaiveDate) -> Self {
        let first = |rule: &&dyn Registered| {
            let value = Dated { from: day, value: rule.first().to_owned(), source: rule.source().to_owned() };
            (rule.key().to_owned(), value)
        };
        REGISTRY.iter().map(first).collect()
    }

    /// The value of a rule on `day`.
    ///
    /// # Errors
    /// When none is in force, or it is not one of the rule's type.
    pub fn value<T: FromStr>(&self, rule: &Rule<T>, day: NaiveDate) -> Result<T, NotInForce> {
        let of_rule = self.0.iter().filter(|(key, _)| key == rule.key).map(|(_, value)| value);
        in_force(of_rule, day).and_then(|value| value.value.parse().ok()).ok_or(NotInForce(rule.key))
    }
}

impl FromIterator<(String, Dated<String>)> for RuleBook {
    fn from_iter<I: IntoIterator<Item = (String, Dated<String>)>>(rules: I) -> Self {
        Self(rules.into_iter().collect())
    }
}

impl<T> fmt::Debug for Rule<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn the_latest_rule_that_has_begun_is_in_force() {
        let rule = |from, value| Dated { from, value, source: String::new() };
        let rules = [rule(day(2024, 10, 1), 10), rule(day(2026, 1, 1), 20), rule(day(2027, 1, 1), 35)];
        assert_eq!(in_force(&rules, day(2024, 9, 30)), None);
        assert_eq!(in_force(&rules, day(2025, 12, 31)).unwrap().value, 10);
        assert_eq!(in_force(&rules, day(2027, 1, 1)).unwrap().value, 35);
    }

    #[test]
    fn every_rule_begins_with_a_value_of_its_own() {
        let keys: BTreeSet<_> = REGISTRY.iter().map(|rule| rule.key()).collect();
        assert_eq!(keys.len(), REGISTRY.len());
        let page = include_str!("../../docs/rules.md");
        for rule in REGISTRY {
            assert!(rule.takes(rule.first()), "{}", rule.key());
            assert!(!rule.takes("") && !rule.takes("many") && !rule.takes("-1 0"), "{}", rule.key());
            assert!(!rule.source().is_empty(), "{}", rule.key());
            assert!(page.contains(&format!("| `{}` | `{}` |", rule.key(), rule.first())), "{}", rule.key());
        }
    }

    #[test]
    fn a_book_reads_the_value_of_the_day_in_the_type_of_the_rule() {
        let mut book = RuleBook::first(day(2019, 7, 15));
        assert_eq!(book.value(&FILING_DUE_DAY, day(2019, 7, 14)), Err(NotInForce("filing_due_day")));
        assert_eq!(book.value(&FILING_DUE_DAY, day(2023, 9, 30)), Ok(Within(25)));
        let later = |from, value: &str| (FILING_DUE_DAY.key().to_owned(), Dated { from, value: value.to_owned(), source: String::new() });
        book.0.push(later(day(2024, 1, 1), "20"));
        book.0.push(later(day(2025, 1, 1), "31"));
        assert_eq!(book.value(&FILING_DUE_DAY, day(2023, 12, 31)), Ok(Within(25)));
        assert_eq!(book.value(&FILING_DUE_DAY, day(2024, 1, 1)), Ok(Within(20)));
        assert_eq!(book.value(&FILING_DUE_DAY, day(2025, 1, 1)), Err(NotInForce("filing_due_day")));
    }
}
