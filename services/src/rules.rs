//! Rules with a date, and days off.

use chrono::NaiveDate;
use domain::{
    audit::AuditAction,
    quarter::Quarter,
    rules::{Calendar, Dated, due_day, in_force},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    entity::{day_off, rule_setting},
    error::{Result, ServiceError},
    store::{Store, audit::Event},
};

/// Day of the month after the quarter on which a filing is due.
pub const DUE_DAY: &str = "filing_due_day";
/// A public cell with contributors but fewer than this is confidential.
pub const LEAST_CONTRIBUTORS: &str = "least_contributors";

/// How far the books and the lines of a filing may differ before a reason is asked for, in hundredths of a percent.
pub const BOOKS_TOLERANCE: &str = "books_tolerance";
/// From which share of accepted filings, in hundredths of a percent, a quarter whose due day has passed counts as complete.
pub const COMPLETE_SHARE: &str = "complete_share";

/// The rules that an installation starts with: key, value, source. One that a later version of the program brings is added
/// to an earlier installation.
const FIRST_RULES: [(&str, &str, &str); 4] = [
    (DUE_DAY, "25", "Assumption until the Directorate says otherwise: no official day was found"),
    (LEAST_CONTRIBUTORS, "3", "Assumption: no minimum number of respondents was found in the Law on Official Statistics of 11.08.2021"),
    (BOOKS_TOLERANCE, "100", "Assumption: exporters' books use other rates than the mean of the quarter; 1% is asked about"),
    (COMPLETE_SHARE, "9000", "Assumption: a quarter is complete once its due day has passed and nine of ten filings are accepted"),
];

/// Enters the first rules that are not there.
///
/// # Errors
/// The database's.
pub(crate) async fn ensure_first(store: &Store) -> Result<()> {
    let known: Vec<String> =
        rule_setting::Entity::find().select_only().column(rule_setting::Column::Key).into_tuple().all(&store.db).await?;
    if FIRST_RULES.iter().all(|(key, ..)| known.iter().any(|known| known == key)) {
        return Ok(());
    }
    let write = store.write().await?;
    let from_day = NaiveDate::from_ymd_opt(2019, 7, 15).unwrap_or_default(); // day of Cabinet Resolution 589
    for (key, value, source) in FIRST_RULES {
        // looked up in the transaction: two servers may start at once
        if rule_setting::Entity::find().filter(rule_setting::Column::Key.eq(key)).one(&*write).await?.is_none() {
            let row = rule_setting::Model { key: key.to_owned(), from_day, value: value.to_owned(), source: source.to_owned() };
            write.insert(row).await?;
            write.say(Event::of_system(AuditAction::RulesFirst, format!("rule_setting/{key}"))).await?;
        }
    }
    write.commit([]).await
}

/// The whole number that a rule has on `day`.
///
/// # Errors
/// When no such rule is in force, or it is not a number.
pub async fn number(connection: &impl ConnectionTrait, key: &str, day: NaiveDate) -> Result<i64> {
    let rows = rule_setting::Entity::find().filter(rule_setting::Column::Key.eq(key)).all(connection).await?;
    let rules: Vec<_> = rows.into_iter().map(|r| Dated { from: r.from_day, value: r.value, source: r.source }).collect();
    let rule = in_force(&rules, day).ok_or(ServiceError::Corrupt("rule_setting"))?;
    rule.value.parse().map_err(ServiceError::corrupt("rule_setting"))
}

/// The due day of a quarter by the rule in force on its last day.
///
/// # Errors
/// When no rule is in force.
pub async fn due_day_of(connection: &impl ConnectionTrait, quarter: Quarter) -> Result<NaiveDate> {
    let day = number(connection, DUE_DAY, quarter.last_day()).await?;
    let days_off = day_off::Entity::find().all(connection).await?.into_iter().map(|row| row.day).collect();
    let day = u32::try_from(day).map_err(ServiceError::corrupt("rule_setting"))?;
    Ok(due_day(quarter, day, &Calendar { days_off }))
}
