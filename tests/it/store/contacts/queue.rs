//! Changes that another program hands in.

use super::statements::{count, run, text, try_run};
use super::*;
use crate::store::upgrade::{drop_role, with_role};
use outlook_syncd::model::{Actor, ContactEdit, HandedChange};
use outlook_syncd::store::{Edited, Editor, NewReader};

#[tokio::test]
async fn changes_that_are_handed_in_are_taken_in_their_order_each_once() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let table = if matches!(store, Store::Sqlite(_)) { "contact_change" } else { "contact_change_v" };
        let rows = format!(
            r#"INSERT INTO {table} (account_id, external_id, change, card) VALUES
               ('{account}', 'crm-1', 'put', '{{"texts": {{"surname": "Fort"}}}}'), ('{account}', 'crm-2', 'remove', NULL)"#
        );
        run(&store, &rows).await;
        let waiting = store.handed_changes(account, 10).await.unwrap();
        let [first, second] = waiting.as_slice() else { panic!("{waiting:?}") };
        assert!(first.number < second.number, "{waiting:?}");
        let HandedChange { contact: None, external_id: Some(external_id), card: Some(json), based_on: None, .. } = first
        else {
            panic!("{first:?}")
        };
        assert_eq!((external_id.as_str(), &second.card), ("crm-1", &None));
        let card = Card::default().overlaid(json).unwrap();
        let new = ContactEdit {
            id: ContactId::new(at(1)),
            external_id: first.external_id.clone(),
            card,
            forms: ContactForms::default(),
        };
        let done = store.add_contact(account, &new, Editor::Program(&crate::stage::by_crm(at(5)), first.number, &claim), at(5)).await.unwrap();
        assert_eq!(done, Edited::Done(1));
        store.refuse_change(&claim, second.number, ("refused", "there is no such contact\0"), at(6)).await.unwrap();
        assert_eq!(store.handed_changes(account, 10).await.unwrap(), []);
        for (column, expected) in [
            ("contact_id", Some(new.id.as_str())),
            ("outcome", Some("done")),
            ("done_iso", Some("2026-01-01T00:00:05.000Z")),
            ("message", None),
        ] {
            let seen = text(&store, &format!("SELECT {column} FROM contact_change_v WHERE external_id = 'crm-1'")).await;
            assert_eq!(seen.as_deref(), expected, "{column}");
        }
        let why = text(&store, "SELECT message FROM contact_change_v WHERE outcome = 'refused'").await;
        assert_eq!(why.as_deref(), Some("there is no such contact\u{fffd}"));
    })
    .await;
}

#[tokio::test]
async fn a_change_that_another_machine_has_made_since_is_not_made_again_over_what_a_person_wrote() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        let anna = ContactEdit {
            id: ContactId::new(at(1)),
            external_id: None,
            card: card("Anna"),
            forms: ContactForms::default(),
        };
        let line = || crate::stage::by_crm(at(1));
        store.add_contact(account, &anna, Editor::Person(&line()), at(1)).await.unwrap();
        let table = if matches!(store, Store::Sqlite(_)) { "contact_change" } else { "contact_change_v" };
        let row = format!(
            "INSERT INTO {table} (account_id, contact_id, change, card) VALUES ('{account}', '{}', 'put', '{{}}')",
            anna.id
        );
        run(&store, &row).await;
        let number = store.handed_changes(account, 10).await.unwrap()[0].number;
        let called = |name: &str| ContactEdit { card: card(name), ..anna.clone() };
        let handed = async |claim: &Claim, based_on: i64| {
            let line = line();
            let by = Editor::Program(&line, number, claim);
            store.edit_contact(account, &called("Handed in"), based_on, by, at(2)).await
        };
        let lost = handed(&late, 1).await;
        assert!(matches!(lost, Err(StoreError::LeaseLost)), "{lost:?}");
        let lost = store.refuse_change(&late, number, ("stale", "it has another revision"), at(2)).await;
        assert!(matches!(lost, Err(StoreError::LeaseLost)), "{lost:?}");
        assert_eq!(handed(&claim, 1).await.unwrap(), Edited::Done(2));
        store.edit_contact(account, &called("By a person"), 2, Editor::Person(&line()), at(3)).await.unwrap();
        assert_eq!(handed(&claim, 3).await.unwrap(), Edited::Stale, "it is made once");
        store.refuse_change(&claim, number, ("stale", "it has another revision"), at(4)).await.unwrap();
        let stored = store.contact(&anna.id).await.unwrap().unwrap();
        assert_eq!((stored.card, stored.revision), (card("By a person"), 3));
        let outcome = text(&store, "SELECT outcome FROM contact_change_v").await;
        assert_eq!(outcome.as_deref(), Some("done"));
    })
    .await;
}

#[tokio::test]
async fn a_program_that_was_let_in_hands_changes_in_and_reads_what_came_of_them_and_nothing_else() {
    let store = migrated(&postgres_url().await).await;
    let claim = ready(&store).await;
    let (program, _) = with_role(&store).await;
    let new = NewReader { role: &program, verifier: None, owners: None, writes_contacts: true };
    store.add_reader(new, &Actor::command_line(), at(0)).await.unwrap();
    let as_program = async |sql: &str| {
        try_run(&store, &format!("SET LOCAL ROLE {program}; SET LOCAL row_security = on; {sql}")).await
    };
    let account = &claim.account.id;
    let row = |columns: &str, values: &str| {
        format!("INSERT INTO contact_change_v (account_id, {columns}) VALUES ('{account}', {values})")
    };
    as_program(&row("external_id, change, card", "'crm-1', 'put', '{}'")).await.unwrap();
    as_program("SELECT * FROM contact_change_v").await.unwrap();
    assert_eq!(store.handed_changes(account, 10).await.unwrap().len(), 1);
    for refused in [
        row("external_id, change, outcome", "'crm-1', 'put', 'done'"),
        row("external_id, change", "'crm-1', 'destroy'"),
        row("change, card", "'put', '{}'"),
        "DELETE FROM contact_change_v".to_owned(),
        "UPDATE contact_change_v SET card = ''".to_owned(),
        "UPDATE contact_change SET card = ''".to_owned(),
        "SELECT * FROM contact".to_owned(),
    ] {
        assert!(as_program(&refused).await.is_err(), "{refused}");
    }
    drop_role(&store, &program).await;
}

#[tokio::test]
async fn a_change_that_no_contact_could_be_is_not_taken_and_one_of_before_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    for url in [sqlite_url(&dir), postgres_url().await] {
        let store = crate::store::left_at(177, &url).await;
        let account = add(&store, "anna").await;
        let long = |bytes: usize| format!("'{{\"texts\": {{\"surname\": \"{}\"}}}}'", "a".repeat(bytes));
        let handed = |name: &str, card: &str| {
            format!(
                "INSERT INTO contact_change (account_id, external_id, change, card) VALUES ('{account}', '{name}', 'put', {card})"
            )
        };
        for number in 0..4 {
            run(&store, &handed(&format!("old-{number}"), &long(8_000_000))).await;
        }
        store.migrate().await.unwrap();
        let refused = try_run(&store, &handed("new", &long(600_000))).await.unwrap_err();
        assert!(!refused.to_string().contains("aaaa"), "{refused}");
        let id = format!(
            "INSERT INTO contact_change (account_id, contact_id, change) VALUES ('{account}', '{}', 'remove')",
            "z".repeat(1_000_000)
        );
        try_run(&store, &id).await.unwrap_err();
        run(&store, &handed("good", &long(100_000))).await;
        let waiting = store.handed_changes(&account, 10).await.unwrap();
        let [good] = waiting.as_slice() else { panic!("{}", waiting.len()) };
        assert_eq!(good.external_id.as_deref(), Some("good"));
        let told = "SELECT COUNT(*) FROM contact_change_v WHERE outcome = 'refused' AND card IS NULL
                    AND message = 'the card has more than 512 KiB' AND done_ms > 1";
        assert_eq!(count(&store, told).await, 4);
    }
}

#[tokio::test]
async fn who_has_handed_a_change_in_is_kept_with_it_and_nobody_says_so_themselves() {
    let store = migrated(&postgres_url().await).await;
    let claim = ready(&store).await;
    let (program, _) = with_role(&store).await;
    let new = NewReader { role: &program, verifier: None, owners: None, writes_contacts: true };
    store.add_reader(new, &Actor::command_line(), at(0)).await.unwrap();
    let account = &claim.account.id;
    let me = text(&store, "SELECT session_user::text").await.unwrap();
    let insert = format!(
        "INSERT INTO contact_change_v (account_id, external_id, change, card) VALUES ('{account}', 'crm-1', 'put', '{{}}')"
    );
    let as_program = async |sql: &str| {
        try_run(&store, &format!("SET LOCAL ROLE {program}; SET LOCAL row_security = on; {sql}")).await
    };
    as_program(&insert).await.unwrap();
    let said = text(&store, "SELECT handed_in_by FROM contact_change").await;
    assert_eq!(said, Some(me), "who has signed in, whatever role they took");
    for table in ["contact_change", "contact_change_v"] {
        let forged = format!(
            "INSERT INTO {table} (account_id, external_id, change, card, handed_in_by)
             VALUES ('{account}', 'crm-2', 'put', '{{}}', 'ada')"
        );
        assert!(as_program(&forged).await.is_err(), "{table}");
    }
    drop_role(&store, &program).await;
}
