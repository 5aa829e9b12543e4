//! Rows that are new, many in one statement.

use crate::store::Tx;

/// How many rows one statement writes, the most first: each table has so many texts, which are prepared once.
const ROWS: [usize; 5] = [256, 64, 16, 4, 1];

pub(super) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    ROWS.into_iter().flat_map(move |most| {
        let (many, few) = rows.split_at(rows.len() / most * most);
        rows = few;
        many.chunks(most)
    })
}

pub(super) fn insert_text(open: &Tx, table: &str, columns: &[&str], rows: usize) -> String {
    let mut text = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    for place in 0..rows * columns.len() {
        text.push_str(match (place, place % columns.len()) {
            (0, _) => "(",
            (_, 0) => "), (",
            _ => ", ",
        });
        open.place(&mut text, place + 1);
    }
    text + ")"
}

/// Writes new rows; `$bound` is the query with the values of a row bound to it, in the order of the columns.
macro_rules! insert_rows {
    ($open:expr, $table:literal, $columns:expr, $rows:expr, |$query:ident, $row:ident| $bound:expr) => {
        for piece in pieces($rows) {
            let text = insert_text($open, $table, $columns, piece.len());
            tx!(&mut *$open, execute {
                let mut $query = sqlx::query(AssertSqlSafe(text));
                for $row in piece {
                    $query = $bound;
                }
                $query
            })?;
        }
    };
}
pub(super) use insert_rows;
