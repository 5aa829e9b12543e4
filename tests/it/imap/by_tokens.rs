//! Accounts whose mail is read by IMAP with the tokens of a sign-in with Microsoft, by the real program.

use super::by_password::{self, assert_read};
use crate::oauth::{connect, world_that_asks_for};
use crate::stage::{Stage, World};
use crate::store::postgres_url;
use outlook_sim::{Failure, ImapFault, Kind};
use serde_json::{Value, json};

/// A world whose sign-ins ask for these uses, all of which an administrator has allowed: with a code Graph's alone are asked for.
async fn allowed(uses: &str) -> World {
    let world = world_that_asks_for(uses).await;
    world.sim().grant_admin_consent(world.client_id(), world.account(0).tenant);
    world
}

/// An account that is connected by a code, and has its mail read by IMAP.
async fn by_imap(world: &World, smtp: &str) {
    connect(world, smtp).await;
    let taken = world.run(&["account", "road", smtp, "imap", "--json"]).await.expect(0).json();
    assert_eq!((&taken["road"], &taken["imap"]), (&json!("imap"), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_whose_sign_in_allows_imap_is_read_so_and_tokens_that_end_are_renewed() {
    for on_postgres in [false, true] {
        let mut world = allowed(r#"["contacts", "imap"]"#).await;
        if on_postgres {
            world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
        }
        let ada = world.account(0);
        by_imap(&world, &ada.smtp).await;
        let over = Failure::from(Kind::Imap(ImapFault::TokenExpired { after: 3 })).on(&["imap_fetch"]);
        world.sim().fail(Some(&ada.smtp), over.times(1));
        let renewed = world.sim().count("refresh_token", &ada.smtp);
        world.once().await.expect(0);
        assert!(world.sim().count("refresh_token", &ada.smtp) > renewed);
        assert_read(&world, &ada.smtp).await;
        let card = world.run(&["account", "show", &ada.smtp, "--json"]).await.expect(0).json();
        assert_eq!((&card["health"]["verdict"], &card["health"]["tier"]), (&json!("ok"), &json!("imap")));
        let before = world.messages(&ada.smtp).await;
        world.cycle().await.expect(0);
        assert_eq!(world.messages(&ada.smtp).await, before);
        // The same login at another server is another mailbox: its mail is not put among this one's.
        world.sim().set(None, |settings| settings.imap.passwords = true);
        let other = by_password::connect(&world, "outlook.office.com", &ada.smtp, &ada.password).await;
        assert_eq!(other.expect(77).json()["error"], "road_with_mail");
        world.cycle().await.expect(0);
        assert_eq!(world.messages(&ada.smtp).await, before);
    }
}

/// Its messages, as no road changes them.
async fn rows(world: &World, smtp: &str) -> Vec<Value> {
    let of = |message: &Value| {
        let members = ["id", "subject", "received_at", "is_read", "folder", "internet_message_id"];
        Value::from(members.map(|member| message[member].clone()).to_vec())
    };
    let mut rows: Vec<_> = world.messages(smtp).await.iter().map(of).collect();
    rows.sort_by_key(Value::to_string);
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_goes_from_graph_to_imap_and_back_with_the_same_rows_and_no_body_read_again() {
    for on_postgres in [false, true] {
        let mut world = allowed(r#"["contacts", "mail", "imap"]"#).await;
        if on_postgres {
            world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
        }
        let smtp = &world.account(0).smtp;
        connect(&world, smtp).await;
        world.once().await.expect(0);
        let before = rows(&world, smtp).await;
        assert!(before.len() > 30, "{}", before.len());
        for (to, ids) in [("imap", 0), ("graph", before.len()), ("imap", before.len())] {
            world.sim().clear_requests();
            world.run(&["account", "road", smtp, to]).await.expect(0);
            world.once().await.expect(0);
            let went = world.run(&["account", "road", smtp, "--json"]).await.expect(0).json();
            assert_eq!((&went["road"], &went["change"]["state"]), (&json!(to), &json!("taken")), "{went}");
            assert_eq!(went["change"]["report"]["stored"]["recognised"], before.len(), "{went}");
            assert_eq!(
                went["change"]["report"]["by"]["id"], ids,
                "by the ids of a road it was read on before: {went}"
            );
            world.cycle().await.expect(0);
            assert_eq!(rows(&world, smtp).await, before, "{to}");
            let graph = world.sim().count("get_message", smtp);
            assert!(
                world.sim().items_fetched(smtp) + graph < before.len() / 4,
                "few bodies are read again: {to}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_graph_is_not_allowed_and_imap_is_the_road_that_is_left_is_named() {
    let world = world_that_asks_for(r#"["contacts", "mail", "imap"]"#).await;
    world.sim().set(None, |settings| settings.identity.declined_scopes = vec!["Mail.ReadWrite".to_owned()]);
    let stage = Stage::on(world).await;
    let ada = stage.account(0);
    stage.connected("u1", &ada.smtp).await;
    let refused = stage.run(&["account", "road", &ada.smtp, "graph", "--json"]).await.expect(77).json();
    assert_eq!(refused["error"], "road_by_imap_alone");
    assert!(refused["hint"].as_str().unwrap().contains("account road ACCOUNT imap"), "{refused}");
    let shown = stage.run(&["account", "road", &ada.smtp]).await.expect(0);
    assert!(shown.err.contains("account road ACCOUNT imap"), "{}", shown.err);
    let taken = stage.run(&["account", "road", &ada.smtp, "imap"]).await.expect(0);
    assert!(taken.out.contains("by IMAP, with the sign-in with Microsoft"), "{}", taken.out);
    stage.once().await.expect(0);
    assert_read(&stage, &ada.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_allows_no_imap_opens_none_and_what_it_allows_goes_on() {
    let of = [
        (r#"["contacts", "mail"]"#, "road_without_consent"),
        (r#"["contacts", "mail", "imap"]"#, "oauth_consent"),
    ];
    for (uses, code) in of {
        let world = world_that_asks_for(uses).await;
        let ada = world.account(0);
        connect(&world, &ada.smtp).await;
        let refused = world.run(&["account", "road", &ada.smtp, "imap", "--json"]).await.expect(77).json();
        assert_eq!(refused["error"], code, "{refused}");
        assert_eq!(world.run(&["account", "road", &ada.smtp, "--json"]).await.json()["road"], "graph");
        world.once().await.expect(0);
        assert_read(&world, &ada.smtp).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_where_imap_is_off_is_its_administrators_turn_at_the_second_sight() {
    let world = allowed(r#"["contacts", "imap"]"#).await;
    let ada = world.account(0);
    by_imap(&world, &ada.smtp).await;
    world.sim().set(None, |settings| settings.imap.enabled = false);
    let of = |report: &Value| report["accounts"][0]["error"].clone();
    assert_eq!(of(&world.once().await.expect(75).json())["whose_turn"], "nobody");
    let error = of(&world.cycle().await.expect(77).json());
    assert_eq!((&error["code"], &error["whose_turn"]), (&json!("imap_unauthorized"), &json!("it")));
    let card = world.run(&["status", "--json"]).await.expect(1).json()["accounts"][0].clone();
    assert_eq!(card["verdict"], "blocked", "{card}");
    world.sim().set(None, |settings| settings.imap.enabled = true);
    world.cycle().await.expect(0);
    assert_read(&world, &ada.smtp).await;
}

/// What is the same of a message whichever way it came.
fn alike(messages: &[Value]) -> Vec<String> {
    let members = ["internet_message_id", "subject", "received_at", "is_read", "folder"];
    let of = |message: &Value| json!(members.map(|member| message[member].clone())).to_string();
    let mut all: Vec<_> = messages.iter().map(of).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mailbox_by_a_browser_by_graph_and_by_imap_is_the_same_messages() {
    let mut world = allowed(r#"["contacts", "mail", "imap"]"#).await;
    world.sim().set(None, |settings| settings.imap.passwords = true);
    let ada = world.account(0);
    let read: Vec<_> =
        world.sim().truth(&ada.smtp).unwrap().into_iter().take(3).map(|one| one.item_id).collect();
    world.sim().mark_read(&ada.smtp, &read, true).unwrap();
    let mut by_road = Vec::new();
    for road in ["graph", "owa", "imap", "imap by password"] {
        let state = world.dir.path().join(format!("of {road}"));
        std::fs::create_dir(&state).unwrap();
        world.set("STATE_DIR", &state.display().to_string());
        match road {
            "owa" => world.connect(&ada).await,
            "imap by password" => {
                by_password::connect(&world, "outlook.office365.com", &ada.smtp, &ada.password)
                    .await
                    .expect(0);
            }
            _ => {
                connect(&world, &ada.smtp).await.expect(0);
                world.run(&["account", "road", &ada.smtp, road]).await.expect(0);
            }
        }
        world.once().await.expect(0);
        assert_read(&world, &ada.smtp).await;
        by_road.push((road, alike(&world.messages(&ada.smtp).await)));
    }
    let (_, first) = &by_road[0];
    assert!(first.len() > 30);
    for (road, messages) in &by_road {
        assert_eq!(messages, first, "{road}");
    }
}
