//! Contacts over the control interface.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::sim::{Options, Sim};

struct Control(axum::Router);

impl Control {
    async fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let answer = self.0.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        assert_eq!(status, 200, "{method} {path}: {body}");
        body
    }
}

#[tokio::test]
async fn the_owner_edits_over_the_control_interface() {
    let sim = Sim::new(&Options { messages: 0, accounts: 0, ..Options::default() });
    let control = Control(crate::control::router(sim.clone()));
    let account = control.ask("POST", "/accounts", json!({"messages": 0, "contacts": 12})).await;
    let smtp = account["smtp"].as_str().unwrap();
    let base = format!("/contacts/{smtp}");
    assert_eq!(control.ask("GET", &base, json!(null)).await.as_array().unwrap().len(), 12);
    let draft = json!({"members": {"givenName": "Ann", "fax": "1"}, "extended": {"String 0x3a24": "1"}});
    let made = control.ask("POST", &base, draft).await;
    let one = format!("{base}/{}", made["immutable_id"].as_str().unwrap());
    assert_eq!((&made["folder"], &made["members"]["displayName"]), (&json!("contacts"), &json!("Ann")));
    let edited = control.ask("PATCH", &one, json!({"members": {"surname": "Kite"}})).await;
    assert_eq!(edited["members"]["fileAs"], "Kite, Ann");
    let folder = control.ask("POST", &format!("/contact-folders/{smtp}"), json!({"name": "Owls"})).await;
    let moved = control.ask("POST", &format!("{one}/move"), json!({"folder": "Owls"})).await;
    assert_eq!((&moved["folder"], &moved["folder_id"]), (&json!("Owls"), &folder["id"]));
    let copy = control.ask("POST", &format!("{one}/copy"), json!({})).await;
    assert_eq!(copy["extended"], made["extended"]);
    assert_ne!(copy["immutable_id"], made["immutable_id"]);
    control.ask("PUT", &format!("{one}/photo"), json!("any bytes")).await;
    control.ask("PATCH", &format!("/contact-folders/{smtp}/Owls"), json!({"name": "Kites"})).await;
    control.ask("DELETE", &one, json!(null)).await;
    control.ask("DELETE", &format!("/contact-folders/{smtp}/Kites"), json!(null)).await;
    let all = control.ask("GET", &base, json!(null)).await;
    let deleted =
        all.as_array().unwrap().iter().filter(|contact| contact["folder"] == "deleteditems").count();
    assert_eq!(deleted, 2);
    control.ask("DELETE", &format!("{one}?hard=true"), json!(null)).await;
    control.ask("POST", &format!("{base}/lose-cursors"), json!({})).await;
    control.ask("POST", &format!("{base}/seed"), json!({"count": 3})).await;
    let token =
        control.ask("POST", "/identity/access", json!({"account": smtp, "scope": "Contacts.Read"})).await;
    assert!(token["access_token"].is_string());
    let knobs = json!({"set": {"graph": {"quirks": ["empty_pages"], "most_page": 5}},
        "fail": [{"kind": "graph", "status": 429, "code": "TooManyRequests", "headers": {"retry-after": "2.5"}, "about": "Ann", "after": 1}]});
    control.ask("POST", "/knobs", knobs).await;
    assert_eq!(sim.settings(smtp).graph.most_page, 5);
    let mail = control.ask("POST", &format!("/accounts/{smtp}/deliver"), json!({"count": 1})).await;
    let one = format!(
        "/mail/{smtp}/{}",
        mail[0]["immutable_id"].as_str().unwrap().replace('/', "%2F").replace('+', "%2B")
    );
    control.ask("PATCH", &one, json!({"subject": "Another"})).await;
    assert_eq!(sim.truth(smtp).unwrap()[0].subject.as_deref(), Some("Another"));
    control.ask("POST", &format!("/mail/{smtp}/lose-cursors"), json!({})).await;
    let folders = format!("/mail-folders/{smtp}");
    control.ask("POST", &folders, json!({"name": "Owls", "parent": "inbox"})).await;
    control.ask("PATCH", &format!("{folders}/Owls"), json!({"name": "Kites", "parent": "archive"})).await;
}
