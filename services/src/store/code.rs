//! Codes of lists in columns: the one mapping between what the domain names and what the database stores.

use std::{any::type_name, fmt, str::FromStr};

use sea_orm::{
    ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value,
    sea_query::{ArrayType, ColumnType, Nullable, StringLen, ValueType, ValueTypeErr},
};

/// A value of the domain in a column, stored as its stable code. A row with a code that is not in the list cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code<T>(pub T);

impl<T: fmt::Display> From<Code<T>> for Value {
    fn from(code: Code<T>) -> Self {
        Self::from(code.0.to_string())
    }
}

impl<T: FromStr> TryGetable for Code<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, column: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, column)?;
        text.parse().map(Self).map_err(|_| DbErr::Type(format!("{text:?} is no {}", type_name::<T>())).into())
    }
}

impl<T: FromStr> ValueType for Code<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <String as ValueType>::try_from(value)?.parse().map(Self).map_err(|_| ValueTypeErr)
    }

    fn type_name() -> String {
        type_name::<T>().to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::String(StringLen::None)
    }
}

impl<T> Nullable for Code<T> {
    fn null() -> Value {
        Value::String(None)
    }
}

// keys of tables must be able to say that they are no number
impl<T> TryFromU64 for Code<T> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64(type_name::<T>()))
    }
}

impl<T: fmt::Display> fmt::Display for Code<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
