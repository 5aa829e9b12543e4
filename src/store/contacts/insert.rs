//! Rows that are new, many in one statement.

/// How many rows one statement writes. What is left of them is written row by row, so that each table has two
/// texts, which are prepared once.
const ROWS: usize = 32;

pub(super) fn pieces<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let (many, few) = rows.split_at(rows.len() / ROWS * ROWS);
    many.chunks(ROWS).chain(few.chunks(1))
}

pub(super) fn insert_text(table: &str, columns: &[&str], rows: usize) -> String {
    let places = |row: usize| {
        let first = 1 + row * columns.len();
        let places: Vec<_> = (first..first + columns.len()).map(|place| format!("${place}")).collect();
        format!("({})", places.join(", "))
    };
    let values: Vec<_> = (0..rows).map(places).collect();
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), values.join(", "))
}

/// Writes new rows; `$bound` is the query with the values of a row bound to it, in the order of the columns.
macro_rules! insert_rows {
    ($open:expr, $table:literal, $columns:expr, $rows:expr, |$query:ident, $row:ident| $bound:expr) => {
        for piece in pieces($rows) {
            let text = insert_text($table, $columns, piece.len());
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
