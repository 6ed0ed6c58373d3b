//! The register of residents keeps history: what is said of a resident holds from a day until another.

use chrono::NaiveDate;
use thiserror::Error;

use crate::{
    classification::Activity,
    codes::codes,
    region::Region,
    typed::{TextError, text},
};

codes! {
    /// What the register says of a resident, beside the status.
    Attribute {
        /// Name.
        Name = "name",
        /// Region in which it is registered.
        Region = "region",
        /// Activities of the List that it carries on: codes, one after the other with a space between.
        Activities = "activities",
        /// Whether there is any foreign founder's share.
        Ownership = "ownership",
        /// Whom it belongs to: residents under common control have one group.
        OwnerGroup = "owner_group",
    }
}

codes! {
    /// Whose a resident is.
    Ownership {
        /// No foreign founder.
        Local = "local",
        /// Any foreign founder's share.
        Foreign = "foreign",
    }
}

/// The longest name, in characters.
const LONGEST_NAME: usize = 300;

/// What is said, and when; the days named belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What about.
    pub attribute: Attribute,
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while it holds.
    pub until: Option<NaiveDate>,
    /// The value.
    pub value: String,
}

/// Why the register does not take a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RegisterError {
    /// Not a value of the attribute.
    #[error("not a value of {0}")]
    BadValue(Attribute),
    /// It would begin before what is known now began: history is not rewritten by a change.
    #[error("it begins no later than what it ends")]
    NotLater,
    /// A day to come: what holds then is entered then.
    #[error("it begins in the future")]
    InFuture,
    /// It says what is said already.
    #[error("nothing changes")]
    Unchanged,
}

/// What held on a day.
pub fn on(entries: &[Entry], attribute: Attribute, day: NaiveDate) -> Option<&str> {
    let holds = |entry: &&Entry| entry.attribute == attribute && entry.from <= day && entry.until.is_none_or(|until| day <= until);
    entries.iter().find(holds).map(|entry| entry.value.as_str())
}

/// A value as it is stored.
///
/// # Errors
/// [`RegisterError::BadValue`].
pub fn checked(attribute: Attribute, value: &str) -> Result<String, RegisterError> {
    let bad = RegisterError::BadValue(attribute);
    let value = text(value, LONGEST_NAME).map_err(|_: TextError| bad)?;
    let right = match attribute {
        Attribute::Name | Attribute::OwnerGroup => true,
        Attribute::Region => value.parse::<Region>().is_ok(),
        Attribute::Activities => value.split(' ').all(|code| code.parse::<Activity>().is_ok()),
        Attribute::Ownership => value.parse::<Ownership>().is_ok(),
    };
    if right { Ok(value.to_owned()) } else { Err(bad) }
}

/// A change from a day on: the entry that ends the day before, if there is one, and the one that begins.
///
/// # Errors
/// See [`RegisterError`].
pub fn change(
    entries: &[Entry],
    attribute: Attribute,
    value: &str,
    from: NaiveDate,
    today: NaiveDate,
) -> Result<(Option<Entry>, Entry), RegisterError> {
    let value = checked(attribute, value)?;
    if from > today {
        return Err(RegisterError::InFuture);
    }
    let last = entries.iter().filter(|entry| entry.attribute == attribute).max_by_key(|entry| entry.from);
    if last.is_some_and(|last| last.until.is_none() && last.value == value) {
        return Err(RegisterError::Unchanged);
    }
    if last.is_some_and(|last| from <= last.from) {
        return Err(RegisterError::NotLater);
    }
    let ended =
        last.filter(|last| last.until.is_none_or(|until| until >= from)).map(|last| Entry { until: from.pred_opt(), ..last.clone() });
    Ok((ended, Entry { attribute, from, until: None, value }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + chrono::Days::new(n)
    }

    #[test]
    fn a_change_ends_what_held_before() {
        let begin = Entry { attribute: Attribute::Region, from: day(0), until: None, value: "UZ-SA".into() };
        let (ended, begins) = change(std::slice::from_ref(&begin), Attribute::Region, " UZ-NW ", day(90), day(100)).unwrap();
        let entries = [ended.unwrap(), begins];
        let region = |n| on(&entries, Attribute::Region, day(n));
        assert_eq!((region(0), region(89), region(90), region(1_000)), (Some("UZ-SA"), Some("UZ-SA"), Some("UZ-NW"), Some("UZ-NW")));
        assert_eq!(on(&entries, Attribute::Name, day(90)), None);
        for (value, from, error) in [
            ("UZ-XX", 120, RegisterError::BadValue(Attribute::Region)),
            ("UZ-NW", 120, RegisterError::Unchanged),
            ("UZ-BU", 90, RegisterError::NotLater),
            ("UZ-BU", 201, RegisterError::InFuture),
        ] {
            assert_eq!(change(&entries, Attribute::Region, value, day(from), day(200)), Err(error), "{value}");
        }
    }

    #[test]
    fn values_are_those_of_the_attribute() {
        for (attribute, right, wrong) in [
            (Attribute::Name, "Zarafshon Soft MCHJ", ""),
            (Attribute::Region, "UZ-TK", "Tashkent"),
            (Attribute::Activities, "software bpo", "software, bpo"),
            (Attribute::Ownership, "foreign", "mixed"),
            (Attribute::OwnerGroup, "group-7", "a\u{0}b"),
        ] {
            assert_eq!(checked(attribute, right).as_deref(), Ok(right));
            assert_eq!(checked(attribute, wrong), Err(RegisterError::BadValue(attribute)), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn one_value_holds_on_each_day(changes in prop::collection::vec((1_u64..30, 0_usize..3), 1..12)) {
            let names = ["one", "two", "three"];
            let mut entries: Vec<Entry> = Vec::new();
            let mut at = 0;
            for (pause, name) in changes {
                at += pause;
                if let Ok((ended, begins)) = change(&entries, Attribute::Name, names[name], day(at), day(1_000)) {
                    if let Some(ended) = ended {
                        entries.retain(|entry| entry.from != ended.from);
                        entries.push(ended);
                    }
                    entries.push(begins);
                }
            }
            let first = entries.iter().map(|entry| entry.from).min().unwrap();
            for n in 0..400 {
                let holding = entries.iter().filter(|entry| entry.from <= day(n) && entry.until.is_none_or(|until| day(n) <= until)).count();
                prop_assert_eq!(holding, usize::from(day(n) >= first));
            }
        }
    }
}
