//! The endpoints of a CRM's pages, as they are meant to be used.

use crate::stage::{CALLBACK, OPENER, Stage, new_account, now};
use outlook_sim::App as Registration;
use outlook_sim::identity::{AccountKind, Consent, ScopeForm};
use outlook_syncd::model::{AccountId, AuditAction, Reach, Road, Scope, SessionState};
use outlook_syncd::secret::secret;
use outlook_syncd::store::Store;
use reqwest::{Method, StatusCode};
use serde_json::json;

const STATUS: &str = "/v1/integrations/outlook/status";

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_connects_and_who_finishes_it_is_told() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let reader = stage.bearer(&[Scope::Read], Some("u1")).await;
    assert_eq!(stage.get(STATUS, &reader).await.json(), json!({"connected": false}));
    let answer = stage.sign_in("u1", &ada.smtp, "", true).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let told = answer.json();
    assert_eq!(told["type"], "MICROSOFT_AUTH_SUCCESS");
    assert_eq!(told["address"], ada.smtp.to_lowercase());
    let status = stage.get(STATUS, &reader).await.json();
    assert_eq!((&status["connected"], &status["expiry"]), (&json!(true), &json!("good")), "{status}");
    assert_eq!((&status["provider"], &status["display_name"]), (&json!("microsoft"), &json!(ada.name)));
    assert!(status["scopes"].as_array().unwrap().contains(&json!("contacts.readwrite")), "{status}");
    let account: AccountId = told["account"].as_str().unwrap().to_owned().into();
    let kept = stage.store().account(&account).await.unwrap().unwrap();
    assert_eq!(
        (kept.road, kept.owner.as_str(), &*kept.name()),
        (None, "u1", ada.smtp.to_lowercase().as_str())
    );
    let card = stage.get(&format!("/v1/accounts/{account}"), &reader).await.json();
    assert_eq!((&card["verdict"], &card["oauth"]["standing"]), (&json!("no_mail"), &json!("good")), "{card}");
    let said = stage.get(&format!("/v1/accounts/{account}/explanations"), &reader).await.json();
    let verdicts: Vec<_> =
        said["explanations"].as_array().unwrap().iter().map(|said| &said["state"]).collect();
    assert_eq!(verdicts, ["no_mail", "new"], "its mail is not read, and its contacts are yet to be: {said}");
    assert_eq!(
        stage
            .store()
            .make_due(&Reach::Everyone, None, outlook_syncd::clock::Clock::System.now())
            .await
            .unwrap(),
        1,
        "its contacts are read"
    );
    let log = stage.store().audit_log(10).await.unwrap();
    assert!(
        log.iter()
            .any(|entry| entry.action == AuditAction::Connected && entry.actor.starts_with("token:osd_")),
        "who finished it: {log:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_that_cannot_be_written_down_connects_nobody_and_says_so() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let Store::Sqlite(pool) = stage.store() else { unreachable!() };
    let full = "CREATE TRIGGER full BEFORE INSERT ON audit_log WHEN NEW.action = 'connected' BEGIN SELECT RAISE(ABORT, 'full'); END";
    sqlx::query(full).execute(pool).await.unwrap();
    let answer = stage.sign_in("u1", &ada.smtp, "", true).await;
    assert_ne!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "it is as the answer says");
    sqlx::query("DROP TRIGGER full").execute(pool).await.unwrap();
    stage.connected("u1", &ada.smtp).await;
}

/// Without an address to go back to: the last page is ours.
async fn ending_here() -> Stage {
    Stage::of(Registration::confidential(CALLBACK, "canary-client-secret"), &[("OAUTH__RETURNS", "[]")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_page_tells_its_opener_how_to_finish_under_its_own_policy() {
    let stage = ending_here().await;
    let ada = stage.account(0);
    let begun = stage.begun("u1", "").await;
    let answer = stage.go_on(begun["url"].as_str().unwrap(), Some(OPENER)).await;
    let landed = stage.sim().visit(answer.goes_on_to().as_str(), &ada.smtp, true).await.unwrap();
    let page = stage.browse(landed.url(), Some(&answer.cookie())).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'nonce-"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert_eq!(page.text.matches(&format!("nonce=\"{nonce}\"")).count(), 2);
    assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("no-referrer", "no-store"));
    assert!(page.header("set-cookie").contains("Max-Age=0"), "{}", page.header("set-cookie"));
    let (told, origin) = page.told().unwrap();
    assert_eq!((&told["type"], origin.as_str()), (&json!("MICROSOFT_AUTH_FINISH"), OPENER));
    assert_eq!(told["attempt"], begun["attempt"]);
    assert_eq!(stage.sim().count("authorization_code", &ada.smtp), 0, "Microsoft was asked for nothing yet");
    stage.finish("u1", told["finish"].as_str().unwrap()).await.connected();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_page_that_may_open_popups_the_origin_need_not_be_said() {
    let stage = ending_here().await;
    let bearer = stage.bearer(&[Scope::Admin], None).await;
    let answer = stage.get("/v1/integrations/outlook/auth-url?user=u1", &bearer).await.json();
    let start = stage.go_on(answer["url"].as_str().unwrap(), Some(OPENER)).await;
    let landed = stage.sim().visit(start.goes_on_to().as_str(), &stage.account(0).smtp, true).await.unwrap();
    let page = stage.browse(landed.url(), Some(&start.cookie())).await;
    assert_eq!(page.told().unwrap().1, OPENER);
    let two = [
        ("OAUTH__OPENERS", "[\"https://a.example.test\", \"https://b.example.test\"]"),
        ("OAUTH__RETURNS", "[]"),
    ];
    let stage = Stage::of(Registration::public(CALLBACK), &two).await;
    let bearer = stage.bearer(&[Scope::Admin], Some("u1")).await;
    let answer = stage.get("/v1/integrations/outlook/auth-url", &bearer).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::BAD_REQUEST, &json!("unknown_origin")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_that_is_cancelled_or_needs_an_administrator_says_so() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let answer = stage.sign_in("u1", &ada.smtp, "", false).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::CONFLICT, &json!("oauth_declined")));
    stage.sim().set(Some(&ada.smtp), |settings| settings.identity.consent = Consent::Admin);
    let (location, cookie) = stage.popup("u1", "").await;
    let csrf = super::hostile::parameter(location.as_str(), "state");
    let url = format!("{CALLBACK}?error=access_denied&error_description=AADSTS90094%3A+x&state={csrf}");
    let finish = stage.come_back(&url, &cookie).await;
    let told = stage.finish("u1", &finish).await.json();
    assert_eq!(told["error"], "oauth_admin_consent");
    let link = format!("/common/adminconsent?client_id={}", stage.client_id());
    assert!(told["hint"].as_str().unwrap().contains(&link), "{told}");
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_addresses_do_the_same() {
    let callback = "https://sync.example.test/api/oauth/microsoft/callback";
    let stage = Stage::of(Registration::public(callback), &[("OAUTH__REDIRECT_URI", callback)]).await;
    let ada = stage.account(0);
    let bearer = stage.bearer(&[Scope::Admin], Some("u1")).await;
    let path = format!("/api/oauth/microsoft/authorize?origin={OPENER}/");
    let answer = stage.ask(Method::POST, &path, Some(&bearer), None).await.json();
    let url = answer["url"].as_str().unwrap();
    assert!(url.starts_with("https://sync.example.test/api/oauth/microsoft/start?h="), "{url}");
    let start = stage.go_on(url, Some("https://sync.example.test")).await;
    let landed = stage.sim().visit(start.goes_on_to().as_str(), &ada.smtp, true).await.unwrap();
    let finish = stage.come_back(landed.url(), &start.cookie()).await;
    stage.finish("u1", &finish).await.connected();
    let gone = stage.ask(Method::POST, "/api/oauth/microsoft/disconnect", Some(&bearer), None).await.json();
    assert_eq!(gone["tokens"], true, "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_account_is_called_by_its_principal_name() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    stage.sim().set(Some(&ada.smtp), |settings| {
        settings.identity.account = AccountKind::Personal;
        settings.identity.scope_form = ScopeForm::Lower;
    });
    let account = stage.connected("u1", &ada.smtp).await;
    let grant = stage.store().grant(&account).await.unwrap().unwrap();
    assert_eq!(grant.given.person.tenant, "9188040d-6c67-4c5b-b112-36a304b66dad");
    assert_eq!(grant.given.address, ada.smtp.to_lowercase());
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_again_keeps_the_account_and_another_person_is_refused() {
    let stage = Stage::start().await;
    let (ada, bob) = (stage.account(0), stage.account(1));
    let first = stage.connected("u1", &ada.smtp).await;
    let again = stage.connected("u1", &ada.smtp).await;
    assert_eq!(first, again);
    let answer = stage.sign_in("u1", &bob.smtp, &format!("&account={first}"), true).await;
    assert_eq!(answer.json()["error"], "another_person");
    let answer = stage.sign_in("u2", &ada.smtp, "", true).await;
    assert_eq!(answer.json()["error"], "not_the_owner");
    assert_eq!(stage.store().accounts(&Reach::Everyone).await.unwrap().len(), 1);
    let answer = stage.sign_in("u1", &ada.smtp, &format!("&account={first}"), true).await;
    assert_eq!(answer.json()["account"], first.as_str());
    assert_eq!(stage.store().grant(&first).await.unwrap().unwrap().given.address, ada.smtp.to_lowercase());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_go_to_the_account_of_the_same_address_which_keeps_its_road() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let new = new_account("u1", &ada.smtp.to_uppercase(), now());
    stage.store().add_account(&new, now()).await.unwrap();
    let id = new.id;
    let strongbox = &stage.app.services.strongbox;
    strongbox.put_session(&id, "u1", &secret("cookies".to_owned())).await.unwrap();
    stage.store().begin_session(&id, None, now()).await.unwrap();
    assert_eq!(stage.connected("u1", &ada.smtp).await, id);
    let bearer = stage.bearer(&[Scope::Admin, Scope::Read], Some("u1")).await;
    let path = "/v1/integrations/outlook/disconnect";
    let gone = stage.ask(Method::DELETE, path, Some(&bearer), None).await.json();
    assert_eq!(gone, json!({"tokens": true, "contacts": {"destroyed": 0, "kept": 0}, "wiped": null}));
    let kept = stage.store().account(&id).await.unwrap().unwrap();
    assert_eq!(kept.road, Some(Road::Owa));
    assert_eq!(stage.store().state(&id).await.unwrap().unwrap().session, SessionState::Valid);
    assert!(strongbox.session(&id).await.unwrap().is_some());
    assert!(stage.store().sealed(&id, "tokens").await.unwrap().is_none());
    assert_eq!(stage.get(STATUS, &bearer).await.json(), json!({"connected": false}));
    let again = stage.ask(Method::DELETE, path, Some(&bearer), None).await;
    assert_eq!((again.status, again.json()["tokens"].clone()), (StatusCode::OK, json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnect_destroys_an_account_that_has_nothing_else() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stage.connected("u1", &ada.smtp).await;
    let other = stage.bearer(&[Scope::Admin], Some("u2")).await;
    let path = "/v1/integrations/outlook/disconnect";
    let named = format!("{path}?account={id}");
    assert_eq!(stage.ask(Method::DELETE, &named, Some(&other), None).await.status, StatusCode::NOT_FOUND);
    let own = stage.bearer(&[Scope::Admin], Some("u1")).await;
    let gone = stage.ask(Method::DELETE, &named, Some(&own), None).await.json();
    assert_eq!((&gone["tokens"], gone["wiped"].is_object()), (&json!(true), true), "{gone}");
    assert!(stage.store().account(&id).await.unwrap().is_none());
    let log = stage.store().audit_log(10).await.unwrap();
    assert_eq!(
        log.iter().filter(|entry| entry.action == AuditAction::Disconnected).count(),
        1,
        "it outlives it"
    );
}

/// With one connection in the installation it would be clear which is meant, and with two it would not.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_says_whose_connection_it_ends() {
    let stage = Stage::start().await;
    let id = stage.connected("u1", &stage.account(0).smtp).await;
    let service = stage.bearer(&[Scope::Admin], None).await;
    let end = async |query: &str| {
        let path = format!("/v1/integrations/outlook/disconnect{query}");
        let answer = stage.ask(Method::DELETE, &path, Some(&service), None).await;
        (answer.status.as_u16(), answer.json())
    };
    let (status, body) = end("").await;
    assert_eq!((status, &body["error"]), (400, &json!("user_missing")), "{body}");
    assert_eq!(end(&format!("?user={}", "x".repeat(256))).await.0, 400);
    assert!(stage.store().grant(&id).await.unwrap().is_some(), "nothing was ended");
    assert_eq!(end("?user=u1").await.1["tokens"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_accounts_one_is_named() {
    let stage = Stage::start().await;
    let (ada, bob) = (stage.account(0), stage.account(1));
    let (one, two) = (stage.connected("u1", &ada.smtp).await, stage.connected("u1", &bob.smtp).await);
    let bearer = stage.bearer(&[Scope::Read], Some("u1")).await;
    let several = stage.get(STATUS, &bearer).await;
    assert_eq!(several.status, StatusCode::CONFLICT);
    assert_eq!(several.json()["accounts"].as_array().unwrap().len(), 2);
    for (id, person) in [(&one, &ada), (&two, &bob)] {
        let status = stage.get(&format!("{STATUS}?account={id}"), &bearer).await.json();
        assert_eq!(status["address"], person.smtp.to_lowercase());
    }
    let service = stage.bearer(&[Scope::Read], None).await;
    assert_eq!(stage.get(&format!("{STATUS}?user=u2"), &service).await.json(), json!({"connected": false}));
    assert_eq!(stage.get(&format!("{STATUS}?user=u1"), &service).await.status, StatusCode::CONFLICT);
    assert_eq!(stage.get(&format!("{STATUS}?user=u2"), &bearer).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_given_access_tokens_and_each_is_written_down() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stage.connected("u1", &ada.smtp).await;
    let bearer = stage.bearer(&[Scope::Tokens], None).await;
    for (query, resource) in [("", "graph"), ("?resource=graph", "graph"), ("?resource=outlook", "outlook")] {
        let answer = stage.get(&format!("/v1/accounts/{id}/access-token{query}"), &bearer).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["resource"]), (StatusCode::OK, &json!(resource)), "{body}");
        assert!(!body["access_token"].as_str().unwrap().is_empty() && body["expires_at"].is_string());
        assert_eq!(body.as_object().unwrap().len(), 4, "and nothing else: {body}");
    }
    let log = stage.store().audit_log(10).await.unwrap();
    let given: Vec<_> = log.iter().filter(|entry| entry.action == AuditAction::AccessTokenGiven).collect();
    assert_eq!(given.len(), 3);
    assert!(given.iter().all(|entry| entry.actor.starts_with("token:osd_")), "{given:?}");
    let bad = stage.get(&format!("/v1/accounts/{id}/access-token?resource=x"), &bearer).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let other = stage.bearer(&[Scope::Tokens], Some("u2")).await;
    let none = stage.get(&format!("/v1/accounts/{id}/access-token"), &other).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_what_the_sign_in_did_not_ask_for_is_refused_without_asking() {
    let registration = Registration::confidential(CALLBACK, "canary-client-secret");
    let stage = Stage::of(registration, &[("OAUTH__USES", "[\"contacts\"]")]).await;
    let ada = stage.account(0);
    let id = stage.connected("u1", &ada.smtp).await;
    let bearer = stage.bearer(&[Scope::Tokens], None).await;
    let path = format!("/v1/accounts/{id}/access-token");
    let refused = stage.get(&format!("{path}?resource=outlook"), &bearer).await;
    let body = refused.json();
    assert_eq!((refused.status, &body["error"]), (StatusCode::CONFLICT, &json!("oauth_not_asked")), "{body}");
    assert_eq!(body["whose_turn"], "operator", "{body}");
    assert!(body["hint"].as_str().unwrap().contains("oauth.uses"), "{body}");
    assert_eq!(stage.sim().count("refresh_token", &ada.smtp), 0, "Microsoft was not asked");
    let log = stage.store().audit_log(10).await.unwrap();
    assert!(log.iter().all(|entry| entry.action != AuditAction::AccessTokenGiven), "{log:?}");
    assert_eq!(stage.get(&path, &bearer).await.status, StatusCode::OK, "Graph's is given all the same");
}
