//! A mailbox that goes from the browser to Microsoft Graph and back, by the real program.

use super::mail::{Mail, connect, world_that_asks_for};
use crate::main_job::assert_complete;
use crate::stage::{Answer, HOST, World};
use crate::store::postgres_url;
use outlook_sim::{Failure, GraphError, Kind};
use outlook_syncd::model::Scope;
use reqwest::Method;
use serde_json::{Value, json};

/// What there is of each message that no road changes.
fn rows(messages: &[Value]) -> Vec<Value> {
    let of = |message: &Value| {
        let members = ["id", "subject", "received_at", "is_read", "folder", "internet_message_id", "preview"];
        Value::from(members.map(|member| message[member].clone()).to_vec())
    };
    let mut rows: Vec<_> = messages.iter().map(of).collect();
    rows.sort_by_key(Value::to_string);
    rows
}

async fn road(world: &World, smtp: &str, more: &[&str]) -> Value {
    world.run(&[&["account", "road", smtp, "--json"], more].concat()).await.expect(0).json()
}

/// A mailbox of a few hundred messages that is connected by OAuth and in a browser, and was read by Graph.
async fn both(on_postgres: bool) -> World {
    let mut world = world_that_asks_for(r#"["contacts", "mail"]"#).await;
    if on_postgres {
        world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
    }
    let ada = world.account(0);
    world.sim().deliver(&ada.smtp, 240).unwrap();
    connect(&world, &ada.smtp).await.expect(0);
    world.connect(&ada).await;
    world.once().await.expect(0);
    assert_complete(&world, &ada.smtp).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_goes_from_graph_to_the_browser_and_back_with_the_same_rows_and_no_body_read_again() {
    for on_postgres in [false, true] {
        let world = both(on_postgres).await;
        let smtp = world.account(0).smtp;
        let before = world.messages(&smtp).await;
        assert!(before.len() > 250, "{}", before.len());
        for to in ["owa", "graph", "owa"] {
            assert_eq!(road(&world, &smtp, &[to]).await["change"]["state"], "wanted");
            world.sim().clear_requests();
            world.once().await.expect(0);
            let went = road(&world, &smtp, &[]).await;
            assert_eq!((&went["road"], &went["change"]["state"]), (&json!(to), &json!("taken")), "{went}");
            let report = &went["change"]["report"];
            assert_eq!(report["stored"]["recognised"], before.len(), "{report}");
            assert_eq!(report["by"]["id"], before.len(), "both name Exchange's lasting ids: {report}");
            for _ in 0..2 {
                let bodies = world.sim().items_fetched(&smtp) + world.sim().count("get_message", &smtp);
                assert_eq!(bodies, 0, "no body is read again: {to}");
                assert_eq!(rows(&world.messages(&smtp).await), rows(&before), "{to}");
                world.run(&["sync", &smtp]).await;
                world.once().await.expect(0);
            }
            let card = world.run(&["account", "show", &smtp, "--json"]).await.expect(0).json();
            assert_eq!((&card["health"]["verdict"], &card["health"]["road"]), (&json!("ok"), &json!(to)));
            assert_eq!(card["road_change"], went["change"]);
        }
        world.sim().deliver(&smtp, 3).unwrap();
        world.run(&["sync", &smtp]).await;
        world.once().await.expect(0);
        assert_complete(&world, &smtp).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shadow_of_the_browser_beside_graph_tells_what_differs_and_changes_nothing() {
    let world = both(false).await;
    let smtp = world.account(0).smtp;
    let before = world.messages(&smtp).await;
    road(&world, &smtp, &["owa", "--shadow"]).await;
    world.once().await.expect(0);
    let compared = road(&world, &smtp, &[]).await;
    assert_eq!((&compared["road"], &compared["change"]["state"]), (&json!("graph"), &json!("compared")));
    let report = &compared["change"]["report"];
    assert_eq!(report["stored"], json!({"all": before.len(), "recognised": before.len()}));
    assert!(report["compared"].as_u64().unwrap() >= 100, "{report}");
    assert_eq!(report["differences"], json!([]), "{report}");
    assert_eq!(world.messages(&smtp).await, before);
    let text = world.run(&["account", "road", &smtp]).await.expect(0).out;
    assert!(text.contains("compared, and nothing was changed"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_road_that_cannot_be_looked_at_is_not_taken_and_mail_is_read_on_the_other() {
    let world = both(false).await;
    let smtp = world.account(0).smtp;
    road(&world, &smtp, &["owa"]).await;
    world.once().await.expect(0);
    let denied = Kind::Graph(GraphError::new(403, "ErrorAccessDenied", ""));
    world.sim().fail(Some(&smtp), Failure::from(denied).on(&["list_mail_folders"]).times(9));
    road(&world, &smtp, &["graph"]).await;
    world.sim().deliver(&smtp, 3).unwrap();
    world.once().await.expect(0);
    let failed = road(&world, &smtp, &[]).await;
    let change = &failed["change"];
    assert_eq!((&failed["road"], &change["state"]), (&json!("owa"), &json!("failed")), "{failed}");
    assert_eq!(change["error"]["code"], "graph_mail_denied");
    assert_complete(&world, &smtp).await;
    // What may pass is tried again.
    world.sim().clear_knobs(None);
    let busy = Kind::Graph(GraphError::new(503, "ServiceUnavailable", ""));
    world.sim().fail(Some(&smtp), Failure::from(busy).on(&["list_mail_folders"]).times(1));
    road(&world, &smtp, &["graph"]).await;
    world.once().await.expect(0);
    let waits = road(&world, &smtp, &[]).await;
    assert_eq!((&waits["road"], &waits["change"]["state"]), (&json!("owa"), &json!("wanted")), "{waits}");
    assert!(waits["change"]["error"].is_object());
    world.run(&["sync"]).await;
    world.once().await.expect(0);
    assert_eq!(road(&world, &smtp, &[]).await["road"], "graph");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_road_is_asked_for_by_the_api_and_who_asked_stands_in_the_audit_log() {
    let mail = Mail::of(world_that_asks_for(r#"["contacts", "mail"]"#).await).await;
    mail.cycle().await;
    let path = format!("/v1/accounts/{}/road", mail.id);
    let (admin, read) = (
        mail.stage.bearer(&[Scope::Admin, Scope::Read], Some("u1")).await,
        mail.stage.bearer(&[Scope::Read], Some("u1")).await,
    );
    let stands = mail.stage.get(&path, &read).await.json();
    assert_eq!(stands, json!({"road": "graph", "change": null}));
    let ask = async |bearer: &str, body: Value| {
        let address = format!("http://{}{path}", mail.stage.address);
        let request = mail.stage.client.post(address).header("host", HOST).bearer_auth(bearer);
        Answer::of(request.header("content-type", "application/json").body(body.to_string())).await
    };
    assert_eq!(ask(&read, json!({"road": "owa"})).await.status, 403);
    let without = ask(&admin, json!({"road": "owa", "shadow": true})).await;
    assert_eq!((without.status.as_u16(), &without.json()["error"]), (409, &json!("road_without_session")));
    mail.stage.store().begin_session(&mail.id, None, crate::stage::now()).await.unwrap();
    for shadow in [true, false] {
        let wanted = ask(&admin, json!({"road": "owa", "shadow": shadow})).await.json();
        assert_eq!(wanted["change"]["state"], "wanted");
        assert_eq!(wanted["change"]["shadow"], shadow);
    }
    assert_eq!(ask(&admin, json!({"road": "graph"})).await.json()["change"], Value::Null);
    let audit =
        mail.stage.ask(Method::GET, &format!("/v1/accounts/{}/audit", mail.id), Some(&read), None).await;
    for action in ["road_asked", "road_compared"] {
        assert!(audit.text.contains(action), "{}", audit.text);
    }
}
