//! Reading what somebody may have changed by other means: a row that cannot be read is told, and does not end the reading.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, Iterable, PrimaryKeyToColumn, QueryResult, QueryTrait, Select};
use uuid::Uuid;

use crate::error::Result;

/// The rows of a query that can be read, and the keys of those that cannot.
pub(crate) async fn readable<E: EntityTrait>(connection: &impl ConnectionTrait, query: Select<E>) -> Result<(Vec<E::Model>, Vec<String>)> {
    let (mut rows, mut unreadable) = (Vec::new(), Vec::new());
    for row in connection.query_all_raw(query.build(connection.get_database_backend())).await? {
        match E::Model::from_query_result(&row, "") {
            Ok(row) => rows.push(row),
            Err(_) => unreadable.push(raw_key::<E>(&row)),
        }
    }
    Ok((rows, unreadable))
}

/// The key of a row that cannot be read, as that of a record is written.
fn raw_key<E: EntityTrait>(row: &QueryResult) -> String {
    let part = |column: &str| {
        let id = row.try_get::<Uuid>("", column).map(|id| id.to_string());
        let day = || row.try_get::<NaiveDate>("", column).map(|day| day.to_string());
        let number = || row.try_get::<i32>("", column).map(|number| number.to_string());
        id.or_else(|_| day()).or_else(|_| row.try_get("", column)).or_else(|_| number()).unwrap_or_default()
    };
    E::PrimaryKey::iter().map(|key| part(key.into_column().as_str())).collect::<Vec<_>>().join("/")
}
