//! What commands answer where nothing is there to be done, or what was typed is none of it.

use super::contacts::{ADA, run, world};
use crate::stage::{new_account, now};

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_says_that_nothing_waits_and_of_whom_contacts_are_not_read() {
    let (world, store, _) = world().await;
    store.add_account(&new_account("42", "mail@example.test", now()), now()).await.unwrap();
    for verb in ["approve", "reject"] {
        let said = world.run(&["contacts", "brake", verb, ADA]).await.expect(0).out;
        assert!(said.contains("nothing waits"), "{said}");
        let none = world.run(&["contacts", "brake", verb, "mail@example.test", "--json"]).await.expect(77);
        assert_eq!(none.json()["error"], "contacts_not_connected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_consent_is_told_so_with_the_plan_and_the_approval() {
    let (world, _, _) = world().await;
    run(&world, "add", &[ADA, "--given-name", "Charles"]).await;
    for args in [&["contacts", "plan", ADA][..], &["contacts", "brake", "approve", ADA]] {
        let said = world.run(args).await.expect(0).out;
        assert!(said.contains("The owner's turn: "), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn taking_a_photo_away_where_there_is_none_is_no_failure_of_the_program() {
    let (world, _, _) = world().await;
    let made = run(&world, "add", &[ADA, "--given-name", "Charles"]).await;
    let none = ["contacts", "edit", made["id"].as_str().unwrap(), "--no-photo", "--json"];
    assert_eq!(world.run(&none).await.expect(64).json()["error"], "no_photo");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undo_of_what_there_is_not_is_told_from_one_that_has_nothing_to_do() {
    let (world, store, _) = world().await;
    let other = new_account("42", "other@example.test", now());
    store.add_account(&other, now()).await.unwrap();
    let made = run(&world, "add", &[ADA, "--display-name", "Charles", "--external-id", "crm-17"]).await;
    let before = serde_json::json!({"texts": {"display_name": "Charles"}});
    let write = crate::stage::written(&store, &made, &before).await.to_string();
    for which in [
        &[ADA, "--run", "nonsense"][..],
        &[ADA, "--contact", "crm-18"],
        &[ADA, "--write", "nonsense"],
        &["other@example.test", "--write", &write],
        &["other@example.test", "--contact", "crm-17"],
    ] {
        for verb in ["undo", "journal"] {
            let said = world.run(&[&["contacts", verb], which].concat()).await.expect(64).err;
            assert!(said.contains("no such") || said.contains("no contact"), "{verb} {which:?}: {said}");
        }
    }
    for which in [&["--contact", "crm-17"][..], &["--write", &write], &["--run", crate::stage::WRITING_RUN]] {
        assert_eq!(run(&world, "journal", &[&[ADA], which].concat()).await["writes"][0]["id"], write);
    }
    assert!(world.run(&["contacts", "undo", ADA, "--since", "2h"]).await.expect(0).out.contains("nothing"));
    let said = world.run(&["contacts", "undo", ADA, "--since", "yesterday"]).await.expect(64).err;
    assert!(said.contains("such as 2h"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_says_where_it_stops_and_names_who_has_a_given_name_and_a_surname() {
    let (world, _, _) = world().await;
    for n in 0..3 {
        run(&world, "add", &[ADA, "--given-name", "Ada", "--surname", &format!("Lovelace {n}")]).await;
    }
    let all = world.run(&["contacts", "list", ADA]).await.expect(0);
    assert!(all.out.contains("Ada Lovelace 0"), "{all:?}");
    assert!(!all.err.contains("--limit"), "{all:?}");
    let some = world.run(&["contacts", "list", ADA, "--limit", "2"]).await.expect(0);
    assert!(some.err.contains("2 are shown") && some.err.contains("--limit"), "{some:?}");
    assert!(!some.out.contains("Lovelace 2"), "{some:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_excel_in_german_is_taken_and_a_file_of_another_encoding_says_what_to_do() {
    let (world, _, _) = world().await;
    let import = async |file: &[u8]| world.run_with(&["contacts", "import", ADA], file).await;
    let table = "\u{feff}given_name;surname\r\nAda;Lovelace, Countess\r\n";
    assert!(import(table.as_bytes()).await.expect(0).out.contains("1 contact made"));
    for mark in [[0xff, 0xfe], [0xfe, 0xff]] {
        let wide: Vec<u8> = table[3..]
            .encode_utf16()
            .flat_map(|unit| if mark[0] == 0xff { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect();
        let said = import(&[&mark[..], &wide].concat()).await.expect(64).err;
        assert!(said.contains("UTF-16") && said.contains("iconv"), "{said}");
    }
    let said = import(b"").await.expect(64).err;
    assert!(said.contains("empty"), "{said}");
    let said = import(b"colour|size\nred|1\nblue|2\n").await.expect(64);
    assert_eq!(said.out.matches("no column").count() + said.err.matches("no column").count(), 1, "{said:?}");
    assert!(said.err.contains("comma"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_ends_with_the_command_that_lets_out_what_it_shows() {
    let (world, store, account) = world().await;
    run(&world, "add", &[ADA, "--given-name", "Charles"]).await;
    let counted = format!(
        "UPDATE contact SET met = TRUE;
         INSERT INTO contact_gate (account_id, asked_at, asked_until, asked_why, creates, overwrites, deletes)
         VALUES ('{account}', 1, 1, 'first_plan', 1, 0, 0);"
    );
    crate::store::run(&store, &counted).await;
    let plan = run(&world, "plan", &[ADA]).await;
    let command = format!(
        "`outlook-syncd contacts brake approve ACCOUNT --seen {}`",
        plan["revision"].as_str().unwrap()
    );
    let said = world.run(&["contacts", "plan", ADA]).await.expect(0).out;
    assert!(said.contains(&command), "{command}: {said}");
}
