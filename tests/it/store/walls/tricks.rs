//! What readers try beyond what they may.

use super::*;
use futures::StreamExt as _;
use sqlx::postgres::PgPoolCopyExt as _;

#[tokio::test]
async fn no_trick_shows_a_reader_what_is_anothers() {
    let server = Server::start().await;
    let one = server.reader(Some(&["u1"]), true).await;
    let owner = text(&server.store, "SELECT current_user::text").await.unwrap();
    let schema = text(&server.store, "SELECT current_schema()::text").await.unwrap();
    let other = server.add(None, false).await;
    run(&server.store, "ANALYZE").await;
    for (sql, seen) in [
        ("SELECT string_agg(id, ',') FROM account", "a1"),
        ("SELECT string_agg(subject, ',') FROM message", "secret of u1"),
        ("SELECT string_agg(content, ',') FROM message_body", "secret of u1"),
        ("SELECT string_agg(name, ',') FROM recipient", "secret of u1"),
        ("SELECT string_agg(account_id, ',') FROM oauth_grant", "a1"),
        (
            "SELECT string_agg(DISTINCT tablename, ',') FROM pg_stats WHERE tablename IN ('message', 'account')",
            "",
        ),
    ] {
        assert_eq!(words(&one, sql).await, seen, "{sql}");
    }
    // A function of their own that costs nothing and tells all that it is shown; and an error that tells.
    let mut session = one.acquire().await.unwrap();
    let leak = "CREATE TEMP TABLE shown (subject TEXT);
        CREATE FUNCTION pg_temp.tell(subject TEXT) RETURNS BOOLEAN LANGUAGE plpgsql COST 0.0000001 AS
        $$ BEGIN INSERT INTO pg_temp.shown VALUES (subject); RETURN TRUE; END $$;
        SELECT COUNT(*) FROM message_v WHERE pg_temp.tell(subject);
        SELECT COUNT(*) FROM message WHERE pg_temp.tell(subject);
        SELECT COUNT(*) FROM message_v WHERE pg_temp.tell(body);
        SELECT 1 / (CASE WHEN subject LIKE '%u2' THEN 0 ELSE 1 END) FROM message_v;
        CREATE TEMP VIEW mine AS SELECT * FROM message_v;
        CREATE TEMP VIEW barred WITH (security_barrier) AS SELECT * FROM message_v;
        CREATE TEMP TABLE account (id TEXT, owner TEXT);
        INSERT INTO pg_temp.account VALUES ('a2', 'u1');
        SET search_path = pg_temp";
    sqlx::raw_sql(AssertSqlSafe(leak)).execute(&mut *session).await.unwrap();
    let mut seen = async |sql: String| -> String {
        sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(sql))
            .fetch_one(&mut *session)
            .await
            .unwrap()
            .unwrap()
    };
    assert_eq!(seen("SELECT string_agg(DISTINCT subject, ',') FROM shown".to_owned()).await, "secret of u1");
    for view in ["mine", "barred", &format!("{schema}.message_v")] {
        let sql = format!("SELECT string_agg(subject, ',') FROM {view}");
        assert_eq!(seen(sql).await, "secret of u1", "{view}, with a table of theirs before ours");
    }
    sqlx::raw_sql("RESET search_path; DISCARD TEMP").execute(&mut *session).await.unwrap();
    drop(session);
    for sql in [
        format!("SET ROLE {owner}"),
        format!("SET ROLE {other}"),
        format!("SET SESSION AUTHORIZATION {owner}"),
        format!("GRANT {other} TO current_user"),
        "SET row_security = off; SELECT * FROM message".to_owned(),
        "ALTER TABLE message DISABLE ROW LEVEL SECURITY".to_owned(),
        format!("ALTER POLICY {other} ON account TO PUBLIC"),
        "CREATE POLICY mine ON account TO PUBLIC USING (TRUE)".to_owned(),
        "ALTER VIEW message_v SET (security_invoker = false)".to_owned(),
        format!("CREATE VIEW {schema}.theirs AS SELECT 1"),
        "UPDATE account SET owner = 'u1'".to_owned(),
        "DELETE FROM message".to_owned(),
        "INSERT INTO account (id) VALUES ('x')".to_owned(),
        "UPDATE contact_change_v SET card = NULL".to_owned(),
        "COPY message TO STDOUT".to_owned(),
        "TRUNCATE audit_log".to_owned(),
    ] {
        assert_eq!(refusal(&one, &sql).await, FORBIDDEN, "{sql}");
    }
    let plan: String = sqlx::query_scalar(
        "EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) SELECT * FROM message_v WHERE subject LIKE 'secret%'",
    )
    .fetch_one(&one)
    .await
    .map(|plan: serde_json::Value| plan.to_string())
    .unwrap();
    assert!(!plan.contains("u2") && !plan.contains("secret of"), "{plan}");
    let mut copied = one.copy_out_raw("COPY (SELECT subject FROM message_v) TO STDOUT").await.unwrap();
    let mut lines = Vec::new();
    while let Some(piece) = copied.next().await {
        lines.extend(piece.unwrap());
    }
    assert_eq!(lines, b"secret of u1\n", "what they see they may copy");
}

#[tokio::test]
async fn only_who_may_hands_in_changes_of_contacts_and_of_their_own_accounts_alone() {
    let server = Server::start().await;
    let (reads, writes) =
        (server.reader(Some(&["u1"]), false).await, server.reader(Some(&["u1"]), true).await);
    let insert = |account: &str| {
        format!(
            "INSERT INTO contact_change_v (account_id, external_id, change, card) VALUES ('{account}', 'x', 'put', '{{}}')"
        )
    };
    assert_eq!(refusal(&reads, &insert("a1")).await, FORBIDDEN);
    assert_eq!(refusal(&writes, &insert("a2")).await, FORBIDDEN);
    assert_eq!(refusal(&writes, &insert("a3")).await, FORBIDDEN, "whether there is an account nobody learns");
    sqlx::raw_sql(AssertSqlSafe(insert("a1"))).execute(&writes).await.unwrap();
    let forged = "INSERT INTO contact_change_v (account_id, external_id, change, outcome) VALUES ('a1', 'x', 'put', 'done')";
    assert_eq!(refusal(&writes, forged).await, FORBIDDEN);
    assert_eq!(count(&server.store, "SELECT COUNT(*) FROM contact_change WHERE external_id = 'x'").await, 1);
}
