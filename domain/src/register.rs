//! The register of residents keeps history: what is said of a resident holds from a day until another.

use std::fmt;

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

/// What is said of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Name.
    Name(String),
    /// Region in which it is registered.
    Region(Region),
    /// Activities that it carries on.
    Activities(Vec<Activity>),
    /// Whether there is any foreign founder's share.
    Ownership(Ownership),
    /// Whom it belongs to.
    OwnerGroup(String),
}

impl Value {
    /// Reads a value as it is typed or stored.
    ///
    /// # Errors
    /// [`RegisterError::BadValue`].
    pub fn read(attribute: Attribute, written: &str) -> Result<Self, RegisterError> {
        let bad = RegisterError::BadValue(attribute);
        let written = text(written, LONGEST_NAME).map_err(|_: TextError| bad)?;
        Ok(match attribute {
            Attribute::Name => Self::Name(written.to_owned()),
            Attribute::Region => Self::Region(written.parse().map_err(|_| bad)?),
            Attribute::Activities => Self::Activities(written.split(' ').map(str::parse).collect::<Result<_, _>>().map_err(|_| bad)?),
            Attribute::Ownership => Self::Ownership(written.parse().map_err(|_| bad)?),
            Attribute::OwnerGroup => Self::OwnerGroup(written.to_owned()),
        })
    }

    /// What it is about.
    pub const fn attribute(&self) -> Attribute {
        match self {
            Self::Name(_) => Attribute::Name,
            Self::Region(_) => Attribute::Region,
            Self::Activities(_) => Attribute::Activities,
            Self::Ownership(_) => Attribute::Ownership,
            Self::OwnerGroup(_) => Attribute::OwnerGroup,
        }
    }
}

/// As it is stored.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(text) | Self::OwnerGroup(text) => f.write_str(text),
            Self::Region(region) => region.fmt(f),
            Self::Activities(activities) => {
                let codes: Vec<&str> = activities.iter().map(|activity| activity.code()).collect();
                f.write_str(&codes.join(" "))
            }
            Self::Ownership(ownership) => ownership.fmt(f),
        }
    }
}

/// What is said, and when; the days named belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// First day.
    pub from: NaiveDate,
    /// Last day; `None` while it holds.
    pub until: Option<NaiveDate>,
    /// What.
    pub value: Value,
}

impl Entry {
    /// What it is about.
    pub const fn attribute(&self) -> Attribute {
        self.value.attribute()
    }
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
pub fn on(entries: &[Entry], attribute: Attribute, day: NaiveDate) -> Option<&Value> {
    let holds = |entry: &&Entry| entry.attribute() == attribute && entry.from <= day && entry.until.is_none_or(|until| day <= until);
    entries.iter().find(holds).map(|entry| &entry.value)
}

/// A change from a day on: the entry that ends the day before, if there is one, and the one that begins.
///
/// # Errors
/// See [`RegisterError`].
pub fn change(entries: &[Entry], value: Value, from: NaiveDate, today: NaiveDate) -> Result<(Option<Entry>, Entry), RegisterError> {
    if from > today {
        return Err(RegisterError::InFuture);
    }
    let last = entries.iter().filter(|entry| entry.attribute() == value.attribute()).max_by_key(|entry| entry.from);
    if last.is_some_and(|last| last.until.is_none() && last.value == value) {
        return Err(RegisterError::Unchanged);
    }
    if last.is_some_and(|last| from <= last.from) {
        return Err(RegisterError::NotLater);
    }
    let ended =
        last.filter(|last| last.until.is_none_or(|until| until >= from)).map(|last| Entry { until: from.pred_opt(), ..last.clone() });
    Ok((ended, Entry { from, until: None, value }))
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
        let begin = Entry { from: day(0), until: None, value: Value::Region(Region::Samarkand) };
        let (ended, begins) = change(std::slice::from_ref(&begin), Value::Region(Region::Navoi), day(90), day(100)).unwrap();
        let entries = [ended.unwrap(), begins];
        let region = |n| on(&entries, Attribute::Region, day(n)).unwrap().to_string();
        assert_eq!([region(0), region(89), region(90), region(1_000)], ["UZ-SA", "UZ-SA", "UZ-NW", "UZ-NW"]);
        assert_eq!(on(&entries, Attribute::Name, day(90)), None);
        for (value, from, error) in [
            (Region::Navoi, 120, RegisterError::Unchanged),
            (Region::Bukhara, 90, RegisterError::NotLater),
            (Region::Bukhara, 201, RegisterError::InFuture),
        ] {
            assert_eq!(change(&entries, Value::Region(value), day(from), day(200)), Err(error), "{value}");
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
            let read = Value::read(attribute, &format!(" {right} ")).unwrap();
            assert_eq!((read.attribute(), read.to_string().as_str()), (attribute, right));
            assert_eq!(Value::read(attribute, wrong), Err(RegisterError::BadValue(attribute)), "{wrong}");
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
                if let Ok((ended, begins)) = change(&entries, Value::Name(names[name].to_owned()), day(at), day(1_000)) {
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
