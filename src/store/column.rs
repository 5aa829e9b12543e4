//! How the words of the model stand in columns: instants as milliseconds, enumerations and ids as text.

use super::StoreError;
use chrono::{DateTime, Utc};
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, FromRow, Row, Type};
use std::str::FromStr;

/// How many values one statement with a list of values takes. Lists are cut into pieces of this length and
/// the last piece is filled up with its last value, so that each such statement has one text and is prepared
/// once.
pub(super) const CHUNK: usize = 64;

/// The column type of a wrapper is that of what the database knows.
macro_rules! column_of {
    ($wrapper:ident $(<$value:ident>)?, $column:ty) => {
        impl<$($value,)? DB: Database> Type<DB> for $wrapper$(<$value>)?
        where
            $column: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <$column>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <$column>::compatible(ty)
            }
        }
    };
}

/// A text column that holds a word or an id of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<T>(pub(super) T);

column_of!(Word<T>, String);

impl<'r, T: DeserializeOwned, DB: Database> Decode<'r, DB> for Word<T>
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let text: StrDeserializer<'_, WordError> = <&str>::decode(value)?.into_deserializer();
        Ok(Self(T::deserialize(text)?))
    }
}

/// A text column that holds several words of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WordList<T>(pub(super) T);

column_of!(WordList<T>, String);

impl<'r, T: FromStr, DB: Database> Decode<'r, DB> for WordList<T>
where
    &'r str: Decode<'r, DB>,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(<&str>::decode(value)?.parse()?))
    }
}

/// A column that holds milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ms(pub(super) DateTime<Utc>);

column_of!(Ms, i64);

impl<'r, DB: Database> Decode<'r, DB> for Ms
where
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let millis = i64::decode(value)?;
        Ok(Self(DateTime::from_timestamp_millis(millis).ok_or("no such instant")?))
    }
}

/// A text column that holds JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Json<T>(pub(super) T);

column_of!(Json<T>, String);

impl<'r, T: DeserializeOwned, DB: Database> Decode<'r, DB> for Json<T>
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(serde_json::from_str(<&str>::decode(value)?)?))
    }
}

/// JSON for a text column.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Unexpected(sqlx::Error::Encode(error.into())))
}

/// An optional instant for a column.
pub(super) fn millis(at: Option<DateTime<Utc>>) -> Option<i64> {
    at.map(|at| at.timestamp_millis())
}

/// A count, which the database never gives as negative.
pub(super) fn count(rows: i64) -> u64 {
    rows.unsigned_abs()
}

/// The rows that can be read. Where whoever writes to the database is not trusted, nonsense of theirs is left out and keeps
/// nobody from the rest.
pub(super) fn readable<R: Row, T: for<'r> FromRow<'r, R>>(rows: Vec<R>) -> Vec<T> {
    let read = |row| T::from_row(&row).inspect_err(|error| tracing::warn!(%error, "a row is left out")).ok();
    rows.into_iter().filter_map(read).collect()
}

/// A text as itself in a pattern of `LIKE … ESCAPE '\'`.
pub(super) fn like_literal(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}

/// Pieces of `CHUNK` values each.
pub(super) fn chunks<'a, T: ?Sized>(values: &[&'a T]) -> Vec<Vec<&'a T>> {
    let fill = |piece: &[&'a T]| {
        let last = piece.last().copied();
        piece.iter().copied().chain(std::iter::repeat_n(last, CHUNK - piece.len()).flatten()).collect()
    };
    values.chunks(CHUNK).map(fill).collect()
}

/// `$first, $(first+1), …`: the places of one chunk.
pub(super) fn places(first: usize) -> String {
    (first..first + CHUNK).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// The rows of a query that ends in `IN` and a list of values, chunk by chunk; `run` is `on` or `tx`.
macro_rules! rows_in {
    ($run:ident($target:expr), $text:expr, [$($bind:expr),*], $values:expr) => {{
        let bound: &[&str] = &[$(stringify!($bind)),*];
        let first = 1 + bound.len();
        let keeps_plans = $target.keeps_plans();
        let mut rows = Vec::new();
        for chunk in $crate::store::column::chunks($values) {
            let text = format!("{} ({})", $text, $crate::store::column::places(first));
            rows.extend($run!($target, db => {
                let query = sqlx::query_as(sqlx::AssertSqlSafe(text)).persistent(keeps_plans);
                let mut query = query$(.bind($bind))*;
                for value in chunk {
                    query = query.bind(value);
                }
                query.fetch_all(db).await
            })?);
        }
        rows
    }};
}
pub(super) use rows_in;

#[cfg(test)]
mod tests;
