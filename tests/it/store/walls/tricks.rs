//! What readers try beyond what they may.

use super::*;
use futures::StreamExt as _;
use outlook_syncd::store::WallsSeen;
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

#[tokio::test]
async fn whatever_lets_a_reader_do_more_is_seen_from_the_catalogue() {
    let server = Server::start().await;
    let store = &server.store;
    let everybody = server.add(None, false).await;
    let both = ["it's, \"nobody\" {} % \\", "u2"];
    let (one, writer) = (server.add(Some(&["u1"]), false).await, server.add(Some(&both), true).await);
    let seen = store.walls_seen().await.unwrap();
    let untouched = WallsSeen { readers: 3, ..WallsSeen::default() };
    assert_eq!(seen, untouched, "what we have made ourselves");
    for (done, undone, policies, rights) in [
        (
            format!("CREATE POLICY more ON message FOR SELECT TO {one} USING (TRUE)"),
            "DROP POLICY more ON message".to_owned(),
            vec!["more on message".to_owned()],
            vec![],
        ),
        (
            "CREATE TABLE before AS SELECT qual FROM pg_policies WHERE schemaname = current_schema() AND tablename = 'account';
             ALTER POLICY of_reader ON account USING (TRUE)"
                .to_owned(),
            "DO $$ BEGIN EXECUTE 'ALTER POLICY of_reader ON account USING (' || (SELECT qual FROM before) || ')'; END $$;
             DROP TABLE before"
                .to_owned(),
            vec!["of_reader on account".to_owned()],
            vec![],
        ),
        (
            format!("CREATE TABLE copied AS SELECT * FROM message; GRANT SELECT ON copied TO {one}"),
            "DROP TABLE copied".to_owned(),
            vec![],
            vec![format!("{one}: SELECT on copied")],
        ),
        (
            format!("GRANT INSERT ON contact_change TO {everybody}"),
            format!("REVOKE INSERT ON contact_change FROM {everybody}"),
            vec![],
            vec![format!("{everybody}: INSERT on contact_change")],
        ),
        (
            format!("GRANT SELECT (hash) ON api_token TO {writer}"),
            format!("REVOKE SELECT (hash) ON api_token FROM {writer}"),
            vec![],
            vec![format!("{writer}: SELECT on api_token")],
        ),
        (
            format!("GRANT INSERT ON contact_change TO {writer}"),
            format!(
                "REVOKE INSERT ON contact_change FROM {writer}; GRANT INSERT (account_id) ON contact_change TO {writer}"
            ),
            vec![],
            vec![format!("{writer}: INSERT on contact_change")],
        ),
        (
            format!("GRANT SELECT ON data_key TO {writer}"),
            format!("REVOKE SELECT ON data_key FROM {writer}"),
            vec![],
            vec![format!("{writer}: SELECT on data_key")],
        ),
        (
            format!("GRANT UPDATE (subject) ON message TO {writer}"),
            format!("REVOKE UPDATE (subject) ON message FROM {writer}"),
            vec![],
            vec![format!("{writer}: UPDATE on message")],
        ),
    ] {
        run(store, &done).await;
        let found = store.walls_seen().await.unwrap();
        assert_eq!((found.policies, found.rights), (policies, rights), "{done}");
        run(store, &undone).await;
        assert_eq!(store.walls_seen().await.unwrap(), untouched, "{undone}");
    }
    run(store, &format!("ALTER ROLE {one} NOLOGIN")).await;
    assert_eq!(store.walls_seen().await.unwrap().mute, [one]);
}

#[tokio::test]
async fn a_role_as_which_nobody_can_sign_in_is_not_let_in() {
    let server = Server::start().await;
    let (mute, member) = (server.role("").await, server.role("").await);
    run(&server.store, &format!("ALTER ROLE {mute} NOLOGIN")).await;
    let new = NewReader { role: &mute, verifier: None, owners: None, writes_contacts: false };
    let refused = server.store.add_reader(new, &tester(), at(0)).await.unwrap_err();
    assert_eq!(refused.meaning().code, "role_no_login");
    run(&server.store, &format!("GRANT {mute} TO {member}")).await;
    server.store.add_reader(new, &tester(), at(0)).await.unwrap();
    assert_eq!(server.store.walls_seen().await.unwrap().mute, Vec::<String>::new());
}
