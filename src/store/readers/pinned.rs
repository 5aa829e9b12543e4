//! Statements over the catalogue that call nothing but what is the server's own.
//!
//! Of all functions and operators in the schemas where PostgreSQL looks, it takes what fits best: whoever may make
//! one beside the tables would have it called by their owner, who may do everything.

use sqlx::{AssertSqlSafe, PgConnection};

/// Our schema, in a transaction that looks for names in the server's catalogue alone.
pub(super) struct Pinned {
    /// As a name and as a text, quoted.
    name: String,
    text: String,
    /// Where names were looked for before.
    path: String,
}

impl Pinned {
    /// From here on nothing of ours has a name without its schema.
    pub(super) async fn begin(open: &mut PgConnection) -> sqlx::Result<Self> {
        let (name, text, path) = sqlx::query_as(
            "SELECT pg_catalog.quote_ident(s.name), pg_catalog.quote_literal(s.name), pg_catalog.current_setting('search_path')
             FROM (SELECT pg_catalog.current_schema()::pg_catalog.text) s (name)",
        )
        .fetch_one(&mut *open)
        .await?;
        sqlx::raw_sql("SET LOCAL search_path = pg_catalog, pg_temp").execute(open).await?;
        Ok(Self { name, text, path })
    }

    /// Our schema, quoted where it has to be.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A statement in which `:"schema"` stands for our schema's name, and `:'schema'` for the text of it.
    pub(super) fn text(&self, statement: &str) -> AssertSqlSafe<String> {
        AssertSqlSafe(statement.replace(r#":"schema""#, &self.name).replace(":'schema'", &self.text))
    }

    /// Names are looked for where they were before.
    pub(super) async fn end(self, open: &mut PgConnection) -> sqlx::Result<()> {
        sqlx::query("SELECT pg_catalog.set_config('search_path', $1, true)")
            .bind(self.path)
            .execute(open)
            .await?;
        Ok(())
    }
}
