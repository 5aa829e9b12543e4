//! Views that others have made in SQLite, over ours or over our tables.
//!
//! SQLite changes no table while any view names what is not there: an upgrade that makes our own views anew
//! would end at somebody else's. So these are taken away before it, and made again after it in the same
//! transaction. PostgreSQL looks at what depends on the changed thing alone.

use sqlx::{AssertSqlSafe, SqliteConnection};

/// A view, or a trigger of one, as SQLite keeps it.
#[derive(sqlx::FromRow)]
struct Made {
    r#type: String,
    name: String,
    /// The view that a trigger belongs to.
    tbl_name: String,
    sql: String,
}

/// Takes away each view that is not among our `own`; the answer is the statements that make them again.
pub(super) async fn set_aside(open: &mut SqliteConnection, own: &[String]) -> sqlx::Result<Vec<String>> {
    let made: Vec<Made> = sqlx::query_as(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type = 'view'
         OR type = 'trigger' AND tbl_name IN (SELECT name FROM sqlite_schema WHERE type = 'view') ORDER BY rowid",
    )
    .fetch_all(&mut *open)
    .await?;
    let foreign: Vec<_> = made.into_iter().filter(|made| !own.contains(&made.tbl_name)).collect();
    for view in foreign.iter().filter(|made| made.r#type == "view") {
        let name = view.name.replace('"', "\"\"");
        sqlx::query(AssertSqlSafe(format!("DROP VIEW \"{name}\""))).execute(&mut *open).await?;
    }
    Ok(foreign.into_iter().map(|made| made.sql).collect())
}

/// Makes again what was set aside. SQLite looks into a view when it is read, not when it is made.
pub(super) async fn put_back(open: &mut SqliteConnection, statements: Vec<String>) -> sqlx::Result<()> {
    for statement in statements {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *open).await?;
    }
    Ok(())
}
