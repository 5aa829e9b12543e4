//! The roles of readers: let in, bound, put out; and who makes them.

use super::super::upgrade::left_at;
use super::*;

#[tokio::test]
async fn who_was_let_in_with_grant_before_goes_on_and_can_be_bound() {
    let url = postgres_url().await;
    let store = left_at(154, &url).await;
    let server = Server { url, store };
    run(&server.store, ROWS).await;
    let (crm, narrow) = (server.role("").await, server.role("").await);
    let schema = text(&server.store, "SELECT current_schema()::text").await.unwrap();
    for role in [&crm, &narrow] {
        run(
            &server.store,
            &format!(
                "GRANT USAGE ON SCHEMA {schema} TO {role}; ALTER ROLE {role} SET search_path = {schema}"
            ),
        )
        .await;
    }
    // A later one was granted to nobody.
    let then: Vec<_> = VIEWS.into_iter().filter(|view| *view != "attachment_v").collect();
    let views = then.join(", ");
    let columns = "account_id, contact_id, external_id, change, card, based_on";
    run(
        &server.store,
        &format!("GRANT SELECT ON {views} TO {crm}; GRANT INSERT ({columns}) ON contact_change_v TO {crm}"),
    )
    .await;
    run(&server.store, &format!("GRANT SELECT (subject, owner) ON message_v TO {narrow}")).await;
    // A view of their own, for a colleague who was granted nothing of ours.
    let colleague = server.role("").await;
    run(&server.store, &format!(
        "GRANT USAGE ON SCHEMA {schema} TO {colleague}; CREATE VIEW crm_mail AS SELECT subject, owner FROM message_v;
         ALTER VIEW crm_mail OWNER TO {crm}; GRANT SELECT ON crm_mail TO {colleague}; ALTER ROLE {colleague} SET search_path = {schema}"
    )).await;
    server.store.migrate().await.unwrap();
    run(&server.store, LATER_ROWS).await;
    let pool = server.sign_in(&crm).await.unwrap();
    for view in then {
        assert_eq!(owners_in(&pool, view).await, "u1,u2", "{view}");
    }
    sqlx::raw_sql(
        "INSERT INTO contact_change_v (account_id, external_id, change) VALUES ('a2', 'x', 'remove')",
    )
    .execute(&pool)
    .await
    .unwrap();
    let other = server.sign_in(&narrow).await.unwrap();
    assert_eq!(owners_in(&other, "message_v").await, "u1,u2");
    for refused in ["SELECT body FROM message_v", "SELECT * FROM folder_v"] {
        assert_eq!(refusal(&other, refused).await, FORBIDDEN, "{refused}");
    }
    let through = server.sign_in(&colleague).await.unwrap();
    assert_eq!(
        refusal(&through, "SELECT * FROM crm_mail").await,
        FORBIDDEN,
        "our views look with their own eyes"
    );
    let readers = server.store.readers().await.unwrap();
    let mut found: Vec<_> =
        readers.iter().map(|reader| (reader.role.clone(), reader.writes_contacts)).collect();
    let mut expected = vec![(crm.clone(), true), (narrow.clone(), false)];
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    assert!(readers.iter().all(|reader| reader.origin == ReaderOrigin::Granted && reader.owners.is_none()));
    assert_eq!(server.store.walls_seen().await.unwrap().strangers, Vec::<String>::new());
    // Bound to one user, and then put out; the role is somebody else's, and stays.
    let owners = ["u1".to_owned()];
    let new = NewReader { role: &crm, verifier: None, owners: Some(&owners), writes_contacts: false };
    assert_eq!(server.store.add_reader(new, &tester(), at(0)).await.unwrap().origin, ReaderOrigin::Existing);
    for view in VIEWS {
        assert_eq!(owners_in(&pool, view).await, "u1", "{view}");
    }
    let others = ["u2".to_owned()];
    let own = NewReader { role: &colleague, owners: Some(&others), ..new };
    server.store.add_reader(own, &tester(), at(0)).await.unwrap();
    assert_eq!(owners_in(&through, "crm_mail").await, "u2", "what they may see themselves");
    assert_eq!(
        refusal(
            &pool,
            "INSERT INTO contact_change_v (account_id, external_id, change) VALUES ('a1', 'x', 'remove')"
        )
        .await,
        FORBIDDEN
    );
    assert_eq!(server.store.remove_reader(&crm, &tester(), at(0)).await.unwrap(), None);
    for view in VIEWS {
        assert_eq!(refusal(&pool, &format!("SELECT * FROM {view}")).await, FORBIDDEN, "{view}");
    }
    assert!(server.sign_in(&crm).await.is_ok());
}

#[tokio::test]
async fn a_reader_is_put_out_let_in_again_and_keeps_what_is_its_own() {
    let server = Server::start().await;
    let role = server.add(Some(&["u1"]), false).await;
    let pool = server.sign_in(&role).await.unwrap();
    assert_eq!(owners_in(&pool, "message_v").await, "u1");
    let verifier = scram_verifier(&secret(PASSWORD.to_owned()));
    let again = NewReader { role: &role, verifier: Some(&verifier), owners: None, writes_contacts: false };
    let taken = server.store.add_reader(again, &tester(), at(0)).await.unwrap_err();
    assert!(matches!(taken, ReaderError::Taken(_)), "{taken}");
    assert_eq!(server.store.remove_reader(&role, &tester(), at(1)).await.unwrap(), None);
    assert!(said(&pool, "SELECT subject FROM message_v").await.is_err(), "who is signed in reads no more");
    assert!(server.sign_in(&role).await.is_err());
    let none = server.store.remove_reader(&role, &tester(), at(0)).await.unwrap_err();
    assert_eq!(none.meaning().code, "no_such_reader");
    server.store.add_reader(again, &tester(), at(2)).await.unwrap();
    let pool = server.sign_in(&role).await.unwrap();
    assert_eq!(owners_in(&pool, "message_v").await, "u1,u2");
    // One that has a table of its own.
    let schema = name("theirs");
    run(&server.store, &format!("CREATE SCHEMA {schema} AUTHORIZATION {role}")).await;
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE TABLE {schema}.kept AS SELECT 1 AS one")))
        .execute(&pool)
        .await
        .unwrap();
    let kept = server.store.remove_reader(&role, &tester(), at(3)).await.unwrap().unwrap();
    assert!(kept.contains(&schema), "{kept}");
    assert_eq!(count(&server.store, &format!("SELECT COUNT(*) FROM {schema}.kept")).await, 1);
    assert!(said(&pool, "SELECT subject FROM message_v").await.is_err());
    assert!(server.sign_in(&role).await.is_err(), "it cannot sign in any more");
    let log = server.store.audit_log(9).await.unwrap();
    let lines: Vec<_> = log
        .iter()
        .filter(|line| line.actor == "test")
        .map(|line| (line.action, line.detail.clone()))
        .collect();
    let removed = || (AuditAction::ReaderRemoved, Some(role.clone()));
    let added = |whom: &str| (AuditAction::ReaderAdded, Some(format!("{role}: sees {whom}")));
    assert_eq!(lines, [removed(), added("everybody"), removed(), added("u1")]);
}

#[tokio::test]
async fn a_service_that_is_no_superuser_lets_readers_in_or_says_what_an_administrator_can_do() {
    let url = postgres_url().await;
    let admin = Server { store: Store::connect(&url).await.unwrap(), url: url.clone() };
    let service = admin.role("CREATEROLE").await;
    let schema = text(&admin.store, "SELECT current_schema()::text").await.unwrap();
    run(&admin.store, &format!("ALTER SCHEMA {schema} OWNER TO {service}")).await;
    let base = url::Url::parse(&url).unwrap();
    let mut own = base.clone();
    own.set_username(&service).unwrap();
    own.set_password(Some(&PASSWORD.replace(' ', "%20"))).unwrap();
    let server = Server { store: migrated(own.as_str()).await, url };
    run(&server.store, ROWS).await;
    run(&server.store, LATER_ROWS).await;
    let role = server.add(Some(&["u2"]), true).await;
    let pool = server.sign_in(&role).await.unwrap();
    for view in VIEWS {
        assert_eq!(owners_in(&pool, view).await, "u2", "{view}");
    }
    server.store.claim("test", at(0), at(0), LEASE).await.unwrap();
    assert_eq!(count(&server.store, "SELECT COUNT(*) FROM message").await, 2, "the owner sees all");
    assert_eq!(server.store.remove_reader(&role, &tester(), at(0)).await.unwrap(), None);
    run(&admin.store, &format!("ALTER ROLE {service} NOCREATEROLE")).await;
    let (verifier, role) = (scram_verifier(&secret(PASSWORD.to_owned())), name("Read er"));
    let new = NewReader { role: &role, verifier: Some(&verifier), owners: None, writes_contacts: false };
    let refused = server.store.add_reader(new, &tester(), at(0)).await.unwrap_err();
    assert_eq!(refused.meaning().code, "may_make_no_roles");
    let line = format!("CREATE ROLE \"{role}\" LOGIN NOINHERIT;");
    assert!(refused.to_string().ends_with(&line), "{refused}");
    let missing =
        server.store.add_reader(NewReader { verifier: None, ..new }, &tester(), at(0)).await.unwrap_err();
    assert!(matches!(missing, ReaderError::Missing(_)), "{missing}");
    run(&admin.store, &format!("{line} ALTER ROLE \"{role}\" PASSWORD '{PASSWORD}' ; ALTER ROLE \"{role}\" SET search_path = {schema}")).await;
    server.store.add_reader(NewReader { verifier: None, ..new }, &tester(), at(0)).await.unwrap();
    assert_eq!(owners_in(&server.sign_in(&role).await.unwrap(), "message_v").await, "u1,u2");
}

#[tokio::test]
async fn a_role_that_no_wall_holds_is_not_let_in_and_is_told_of_when_it_becomes_one() {
    let server = Server::start().await;
    let owner = text(&server.store, "SELECT current_user::text").await.unwrap();
    for (attributes, said) in [
        ("SUPERUSER", "is a superuser"),
        ("BYPASSRLS", "has BYPASSRLS"),
        (&format!("IN ROLE {owner}"), "may act as the owner of the tables"),
        ("IN ROLE pg_read_all_data", "is a member of pg_read_all_data"),
    ] {
        let role = server.role(attributes).await;
        let new = NewReader { role: &role, verifier: None, owners: None, writes_contacts: false };
        let refused = server.store.add_reader(new, &tester(), at(0)).await.unwrap_err();
        assert!(refused.to_string().contains(said), "{refused}");
    }
    let role = server.add(None, false).await;
    let seen = server.store.walls_seen().await.unwrap();
    assert_eq!((seen.readers, seen.bare, seen.strangers, seen.loose), (1, vec![], vec![], vec![]));
    let stranger = server.role("").await;
    run(
        &server.store,
        &format!(
            "ALTER ROLE {role} BYPASSRLS; GRANT SELECT (sealed) ON sealed_record TO {stranger};
        GRANT SELECT ON folder_v TO PUBLIC; ALTER TABLE message DISABLE ROW LEVEL SECURITY;
        ALTER VIEW message_plain RESET (security_invoker)"
        ),
    )
    .await;
    let seen = server.store.walls_seen().await.unwrap();
    assert_eq!(seen.bare, ["message", "message_plain"]);
    assert_eq!(seen.strangers, ["PUBLIC".to_owned(), stranger]);
    assert_eq!(seen.loose, [role]);
}
