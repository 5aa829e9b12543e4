//! Every route of the table: without credentials, with wrong ones, with the wrong scope and with the right one.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn every_route_wants_its_scope() {
    let edges = edges().await;
    let account = account(&edges, "u1").await;
    edges.store().schedule(&account, Part::Contacts, tomorrow()).await.unwrap();
    let named = |card: &Card| {
        card.overlaid(r#"{"texts": {"surname": "Fort"}, "emails": [{"address": "fort@example.test"}]}"#)
    };
    let attempt = attempt(&edges).await;
    let put = edges.app.desk.put_contact(&Actor::user("u1"), &account, None, named).await.unwrap();
    let photo = Some(photos::jpeg(3));
    edges.app.desk.set_photo(&Actor::user("u1"), &put.contact, photo, PhotoSeen::Any).await.unwrap();
    messages::store(&edges, &account).await;
    // One that is made while somebody guesses is not known at once.
    let mut bearers = Vec::new();
    for (scope, owner) in Scope::ALL.into_iter().flat_map(|scope| [(scope, None), (scope, Some("u1"))]) {
        let others: Vec<_> = Scope::ALL.into_iter().filter(|other| *other != scope).collect();
        let wrong = edges.bearer_until(&others, owner, tomorrow()).await;
        bearers.push((scope, wrong, edges.bearer_until(&[scope], owner, tomorrow()).await));
    }
    let mut open = Vec::new();
    for (method, path, scope) in http::routes() {
        let at = path.replace("{id}", account.as_str()).replace("{contact}", put.contact.id.as_str());
        let at = at.replace("{match}", put.contact.id.as_str()).replace("{attempt}", attempt.as_str());
        let at = at.replace("{message}", messages::ONE).replace("{address}", "bo%40example.test");
        let Some(scope) = scope else {
            // That wants credentials, and no scope: it has a test of its own.
            open.extend(Some(path).filter(|path| path != "/problems/{error}"));
            continue;
        };
        assert_eq!(ask(&edges, &method, &at, None).await.0, StatusCode::UNAUTHORIZED, "{method} {path}");
        for bad in ["x", "osd_x", "a.b.c", &format!("{READ} {RUN}")] {
            assert_eq!(
                ask(&edges, &method, &at, Some(bad)).await.0,
                StatusCode::UNAUTHORIZED,
                "{method} {path} {bad}"
            );
        }
        for (_, wrong, right) in bearers.iter().filter(|(wanted, ..)| *wanted == scope) {
            let (status, body) = ask(&edges, &method, &at, Some(wrong)).await;
            assert_eq!((status, &body["scope"]), (StatusCode::FORBIDDEN, &json!(scope)), "{method} {path}");
            let at = of_its_own(&edges, &method, &path, &at).await;
            let (status, body) = ask(&edges, &method, &at, Some(right)).await;
            // Of connects, of mail that is sent and of attachments there is none here.
            let passed = ["sign_in_lost", "no_such_sending", "no_such_attachment"]
                .iter()
                .any(|none| body["error"] == *none)
                || !matches!(
                    status,
                    StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND
                );
            assert!(passed, "{method} {path}: {status} {body}");
            assert_eq!(
                described::faults(&method, &path, status, &body),
                Vec::<String>::new(),
                "{method} {path}: {body}"
            );
        }
    }
    let popup = ["/v1/integrations/outlook", "/api/oauth/microsoft"]
        .map(|at| [format!("{at}/start"), format!("{at}/start"), format!("{at}/callback")]);
    let all: Vec<_> = std::iter::once("/health/live".to_owned()).chain(popup.into_iter().flatten()).collect();
    assert_eq!(open, all, "what is open is said here");
    assert_eq!(ask(&edges, &Method::GET, "/health/live", None).await.0, StatusCode::OK);
    assert_eq!(get(&edges, "/v1", READ).await.0, StatusCode::NOT_FOUND);
}

/// What a route destroys is there for each who asks.
async fn of_its_own(edges: &Stage, method: &Method, path: &str, at: &str) -> String {
    if path.contains("{token}") {
        edges.bearer(&[Scope::Read], Some("u1")).await;
        let newest = edges.store().api_tokens().await.unwrap().pop().unwrap();
        return at.replace("{token}", newest.id.as_str());
    }
    if *method == Method::POST && path == "/v1/accounts/{id}/disconnect" {
        let id = AccountId::new(now());
        let new = NewAccount { id: id.clone(), ..new_account("u1", &format!("{id}@example.test"), now()) };
        edges.store().add_account(&new, now()).await.unwrap();
        edges.store().begin_session(&id, None, tomorrow()).await.unwrap();
        return format!("/v1/accounts/{id}/disconnect");
    }
    at.to_owned()
}
