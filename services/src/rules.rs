//! Rules with a date as the installation has them, and days off.

use std::collections::{BTreeMap, btree_map::Entry};

use chrono::NaiveDate;
use domain::{
    audit::AuditAction,
    classification::DestinationGroups,
    quarter::Quarter,
    rules::{Calendar, DESTINATION_GROUPS, Dated, FILING_DUE_DAY, FIRST_DAY, REGISTRY, Registered, RuleBook, due_day},
};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};

use crate::{
    entity::{day_off, rule_setting},
    error::Result,
    store::{Store, audit::Event},
};

/// Enters the first value of every rule of the registry that the installation does not have.
///
/// # Errors
/// The database's.
pub(crate) async fn ensure_first(store: &Store) -> Result<()> {
    if missing(&store.db).await?.is_empty() {
        return Ok(());
    }
    let write = store.write().await?;
    let from_day = FIRST_DAY.unwrap_or_default();
    // looked up in the transaction: two servers may start at once
    for rule in missing(&*write).await? {
        let row =
            rule_setting::Model { key: rule.key().to_owned(), from_day, value: rule.first().to_owned(), source: rule.source().to_owned() };
        write.insert(row).await?;
        write.say(Event::of_system(AuditAction::RulesFirst, format!("rule_setting/{}", rule.key()))).await?;
    }
    write.commit([]).await
}

/// The rules that the installation does not have.
async fn missing(connection: &impl ConnectionTrait) -> Result<Vec<&'static dyn Registered>> {
    let known: Vec<String> =
        rule_setting::Entity::find().select_only().column(rule_setting::Column::Key).into_tuple().all(connection).await?;
    Ok(REGISTRY.into_iter().filter(|rule| !known.iter().any(|known| known == rule.key())).collect())
}

/// Every rule with its days.
///
/// # Errors
/// The database's.
pub async fn rule_book(connection: &impl ConnectionTrait) -> Result<RuleBook> {
    let rows = rule_setting::Entity::find().all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.key, Dated { from: row.from_day, value: row.value, source: row.source })).collect())
}

/// By what due days follow.
pub(crate) struct DueDays {
    book: RuleBook,
    calendar: Calendar,
}

impl DueDays {
    /// The rules and the days off of the installation.
    pub(crate) async fn load(connection: &impl ConnectionTrait) -> Result<Self> {
        let days_off = day_off::Entity::find().all(connection).await?.into_iter().map(|row| row.day).collect();
        Ok(Self { book: rule_book(connection).await?, calendar: Calendar { days_off } })
    }

    /// The due day of a quarter by the rule in force on its last day.
    pub(crate) fn of(&self, quarter: Quarter) -> Result<NaiveDate> {
        let day = self.book.value(&FILING_DUE_DAY, quarter.last_day())?;
        Ok(due_day(quarter, u32::try_from(day.0).unwrap_or(1), &self.calendar))
    }
}

/// The groups of destinations year by year: a year keeps those of its first day, as it keeps its tables.
#[derive(Default)]
pub(crate) struct Groups {
    book: RuleBook,
    known: BTreeMap<i32, DestinationGroups>,
}

impl Groups {
    pub(crate) async fn load(connection: &impl ConnectionTrait) -> Result<Self> {
        Ok(Self { book: rule_book(connection).await?, known: BTreeMap::new() })
    }

    /// The groups of the year of a quarter.
    pub(crate) fn of(&mut self, quarter: Quarter) -> Result<&DestinationGroups> {
        let first = Quarter::new(quarter.year(), 1).unwrap_or(quarter);
        Ok(match self.known.entry(quarter.year()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(self.book.value(&DESTINATION_GROUPS, FIRST_DAY.map_or(first.first_day(), |day| day.max(first.first_day())))?)
            }
        })
    }
}
