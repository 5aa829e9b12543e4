//! The token endpoint and `/me`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::super::settings::{AccountKind, IdToken, Rotation, ScopeForm};
use super::super::{App, CONSUMERS, Ended};
use super::{Client, decoded};
use crate::OauthError;
use crate::knobs::{Failure, Kind};
use crate::world::TENANT;

const SCOPE: &str = "openid profile email offline_access User.Read";
const IMAP: &str = "https://outlook.office.com/IMAP.AccessAsUser.All";

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let client = Client::public();
    let code = client.code(SCOPE).await;
    let answer = client.redeem(&code, SCOPE).await;
    assert_eq!((answer.status, &answer.body["token_type"]), (StatusCode::OK, &json!("Bearer")));
    assert_eq!(answer.body["scope"], "User.Read email openid profile");
    assert_eq!(answer.body["expires_in"], 3599);
    assert_eq!(answer.headers["cache-control"], "no-store, no-cache");
    assert_eq!(client.redeem(&code, SCOPE).await.refusal(), ("invalid_grant", 54_005));
    let claims = decoded(&answer.text("id_token"));
    assert_eq!((&claims["aud"], &claims["nonce"]), (&json!(client.app.client_id), &json!("n1")));
    assert_eq!((&claims["tid"], &claims["oid"]), (&json!(TENANT), &json!(client.account.oid)));
    assert_eq!(claims["iss"], format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    assert_eq!((&claims["ver"], &claims["preferred_username"]), (&json!("2.0"), &json!(client.account.smtp)));
    let info = answer.text("client_info");
    let info: Value = serde_json::from_slice(
        &base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, info).unwrap(),
    )
    .unwrap();
    assert_eq!(info, json!({"uid": client.account.oid, "utid": TENANT}));
}

#[tokio::test]
async fn a_code_is_bound_to_its_request() {
    let client = Client::public();
    let redeem = async |name: &str, value: Option<&str>| {
        let code = client.code(SCOPE).await;
        let usual = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", super::client::REDIRECT),
            ("code_verifier", "a-verifier-of-forty-three-characters-or-more-0123456789"),
        ];
        let fields: Vec<(&str, &str)> = usual
            .iter()
            .filter_map(|(key, usual)| Some((*key, if *key == name { value? } else { *usual })))
            .collect();
        client.post("token", &fields).await
    };
    assert_eq!(redeem("code_verifier", Some("another")).await.refusal(), ("invalid_grant", 501_481));
    assert_eq!(redeem("code_verifier", None).await.refusal(), ("invalid_grant", 501_481));
    assert_eq!(redeem("redirect_uri", Some("http://localhost:4000/x")).await.refusal().0, "invalid_grant");
    assert_eq!(redeem("redirect_uri", None).await.refusal(), ("invalid_request", 900_144));
    assert_eq!(redeem("code", Some("made-up")).await.refusal(), ("invalid_grant", 9_002_313));
    assert_eq!(redeem("grant_type", Some("password")).await.refusal(), ("unsupported_grant_type", 70_003));
    let mut client = Client::public();
    let code = client.code(SCOPE).await;
    client.tenant = "organizations";
    assert_eq!(client.redeem(&code, SCOPE).await.refusal(), ("invalid_grant", 700_005));
    client.tenant = "common";
    let late = client.code(SCOPE).await;
    assert_eq!(client.sim.end(&client.account.smtp, Ended::Code), 1);
    assert_eq!(client.redeem(&late, SCOPE).await.refusal(), ("invalid_grant", 70_008));
}

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused() {
    let client = Client::public();
    let twice =
        format!("client_id={}&grant_type=refresh_token&grant_type=refresh_token", client.app.client_id);
    assert_eq!(client.post_raw("token", twice).await.refusal(), ("invalid_request", 9_000_411));
}

#[tokio::test]
async fn a_refresh_token_serves_every_resource_one_at_a_time() {
    let client = Client::public();
    let answer = client.tokens_for_both().await;
    let refresh = answer.text("refresh_token");
    let graph = client.refresh(&refresh, SCOPE).await;
    let imap = client.refresh(&refresh, IMAP).await;
    assert_eq!(decoded(&graph.text("access_token"))["aud"], "https://graph.microsoft.com");
    assert_eq!(decoded(&imap.text("access_token"))["aud"], "https://outlook.office.com");
    assert_eq!(imap.body["scope"], IMAP);
    assert_eq!(
        client.refresh(&refresh, &format!("{SCOPE} {IMAP}")).await.refusal(),
        ("invalid_scope", 28_000)
    );
    assert_eq!(client.refresh(&refresh, "Mail.ReadWrite").await.refusal(), ("invalid_grant", 65_001));
    assert_eq!(client.me(&graph.text("access_token")).await.body["mail"], client.account.smtp.as_str());
    let wrong = client.me(&imap.text("access_token")).await;
    assert_eq!(wrong.body["error"]["message"], "Access token validation failure. Invalid audience.");
    assert_eq!(client.sim.count("refresh_token", &client.account.smtp), 4);
}

impl Client {
    async fn tokens_for_both(&self) -> super::client::Answer {
        let code = self.code(&format!("{SCOPE} {IMAP}")).await;
        self.redeem(&code, SCOPE).await
    }
}

#[tokio::test]
async fn rotation_lax_strict_and_none() {
    let client = Client::public();
    let rotate = |rotation| client.sim.set(None, move |settings| settings.identity.rotation = rotation);
    let first = client.tokens(SCOPE).await.text("refresh_token");
    let second = client.refresh(&first, SCOPE).await.text("refresh_token");
    assert_ne!(first, second);
    assert_eq!(client.refresh(&first, SCOPE).await.status, StatusCode::OK);
    rotate(Rotation::None);
    assert_eq!(client.refresh(&second, SCOPE).await.body["refresh_token"], Value::Null);
    rotate(Rotation::Strict);
    let third = client.refresh(&second, SCOPE).await.text("refresh_token");
    assert_eq!(client.refresh(&second, SCOPE).await.refusal(), ("invalid_grant", 50_173));
    assert_eq!(client.refresh(&third, SCOPE).await.refusal(), ("invalid_grant", 50_173));
    assert_eq!(client.sim.live_refresh_tokens(&client.account.smtp), 0);
}

#[tokio::test]
async fn tokens_die_on_demand_and_consent_can_be_withdrawn() {
    let client = Client::public();
    let answer = client.tokens(SCOPE).await;
    let (access, refresh) = (answer.text("access_token"), answer.text("refresh_token"));
    assert_eq!(client.sim.end(&client.account.smtp, Ended::Access), 1);
    let dead = client.me(&access).await;
    assert_eq!(
        (dead.status, &dead.body["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &json!("InvalidAuthenticationToken"))
    );
    assert_eq!(dead.body["error"]["message"], "Lifetime validation failed, the token is expired.");
    assert!(
        dead.headers["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Bearer realm=\"\", authorization_uri=")
    );
    assert!(client.sim.withdraw_consent(client.app.client_id, &client.account.smtp));
    let withdrawn = client.refresh(&refresh, SCOPE).await;
    assert_eq!(withdrawn.refusal(), ("invalid_grant", 65_001));
    assert_eq!(withdrawn.body["suberror"], "consent_required");
    assert_eq!(client.sim.end(&client.account.smtp, Ended::Refresh), 1);
    client.visit(SCOPE, &[]).await;
    assert_eq!(client.refresh(&refresh, SCOPE).await.refusal(), ("invalid_grant", 700_082));
}

#[tokio::test]
async fn the_application_proves_itself_as_it_was_registered() {
    let app = App::confidential("http://localhost/cb", "s&cret");
    let mut client = Client::of(app.clone());
    let refresh = client.tokens(SCOPE).await.text("refresh_token");
    client.app.secret = Some("wrong".to_owned());
    let wrong = client.refresh(&refresh, SCOPE).await;
    assert_eq!((wrong.status, wrong.refusal()), (StatusCode::UNAUTHORIZED, ("invalid_client", 7_000_215)));
    client.app.secret = None;
    assert_eq!(client.refresh(&refresh, SCOPE).await.refusal(), ("invalid_client", 7_000_218));
    client.app.secret = app.secret.clone();
    client.sim.register(App { secret_expired: true, ..app.clone() }).unwrap();
    assert_eq!(client.refresh(&refresh, SCOPE).await.refusal(), ("invalid_client", 7_000_222));
    client.sim.register(App { disabled: true, ..app }).unwrap();
    assert_eq!(client.refresh(&refresh, SCOPE).await.refusal(), ("unauthorized_client", 7_000_112));
    let mut public = Client::public();
    let refresh = public.tokens(SCOPE).await.text("refresh_token");
    public.app.secret = Some("none was registered".to_owned());
    assert_eq!(public.refresh(&refresh, SCOPE).await.refusal(), ("invalid_client", 700_025));
}

#[tokio::test]
async fn a_secret_may_come_as_basic_authorization() {
    let client = Client::of(App::confidential("http://localhost/cb", "s&c:ret"));
    let refresh = client.tokens(SCOPE).await.text("refresh_token");
    let basic = |secret: &str| {
        let text = format!("{}:{secret}", client.app.client_id);
        format!("Basic {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text))
    };
    for (secret, status) in [("s%26c%3Aret", StatusCode::OK), ("wrong", StatusCode::UNAUTHORIZED)] {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request =
            axum::http::Request::post("/common/oauth2/v2.0/token").header("authorization", basic(secret));
        let router = super::super::router(client.sim.clone());
        let answer = client.send(&router, request.body(body.into()).unwrap()).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn a_personal_account_has_opaque_tokens_and_numbers_of_its_own() {
    let client = Client::public();
    client.sim.set(None, |settings| settings.identity.account = AccountKind::Personal);
    let answer = client.tokens_for_both().await;
    assert!(answer.text("access_token").starts_with("EwB") && !answer.text("access_token").contains('.'));
    let claims = decoded(&answer.text("id_token"));
    assert_eq!(claims["tid"], json!(CONSUMERS));
    assert_eq!(claims["email"], Value::Null);
    let me = client.me(&answer.text("access_token")).await.body;
    assert_eq!((&me["mail"], &me["userPrincipalName"]), (&Value::Null, &json!(client.account.smtp)));
    let refresh = answer.text("refresh_token");
    assert_eq!(
        client.refresh(&refresh, &format!("{SCOPE} {IMAP}")).await.refusal(),
        ("invalid_scope", 70_011)
    );
    client.sim.end(&client.account.smtp, Ended::Revoked);
    assert_eq!(client.refresh(&refresh, SCOPE).await.refusal(), ("invalid_grant", 70_000));
    client.sim.end(&client.account.smtp, Ended::Access);
    let dead = client.me(&answer.text("access_token")).await.body;
    assert_eq!(dead["error"]["message"], "CompactToken validation failed with reason code: 80049228.");
}

#[tokio::test]
async fn the_person_may_grant_less_and_the_answer_may_spell_otherwise() {
    let client = Client::public();
    client.sim.set(None, |settings| {
        settings.identity.declined_scopes = vec!["Contacts.ReadWrite".to_owned()];
        settings.identity.scope_form = ScopeForm::Prefixed;
    });
    let answer = client.tokens("offline_access User.Read Contacts.ReadWrite").await;
    assert_eq!(answer.body["scope"], "https://graph.microsoft.com/User.Read");
    let refresh = answer.text("refresh_token");
    assert_eq!(client.refresh(&refresh, "Contacts.ReadWrite").await.refusal(), ("invalid_grant", 65_001));
}

#[tokio::test]
async fn each_fault_of_the_id_token() {
    let client = Client::public();
    let id_token = async |fault| {
        client.sim.set(None, move |settings| settings.identity.id_token = fault);
        client.tokens(SCOPE).await.body["id_token"].as_str().map(decoded)
    };
    let right = id_token(IdToken::Right).await.unwrap();
    assert_eq!(id_token(IdToken::Missing).await, None);
    for (fault, claim) in [
        (IdToken::Audience, "aud"),
        (IdToken::Issuer, "iss"),
        (IdToken::Nonce, "nonce"),
        (IdToken::NoNonce, "nonce"),
    ] {
        assert_ne!(id_token(fault).await.unwrap()[claim], right[claim], "{fault:?}");
    }
    let now = client.sim.now().timestamp();
    assert!(id_token(IdToken::Expired).await.unwrap()["exp"].as_i64().unwrap() < now - 3600);
    assert!(id_token(IdToken::Early).await.unwrap()["nbf"].as_i64().unwrap() > now + 3600);
}

#[tokio::test]
async fn ordered_failures_of_a_refresh() {
    let client = Client::public();
    let smtp = client.account.smtp.clone();
    let refresh = client.tokens(SCOPE).await.text("refresh_token");
    let fail = |kind| client.sim.fail(Some(&smtp), Failure::from(kind).on(&["refresh_token"]).times(1));
    fail(Kind::Oauth(OauthError::aadsts(50_076)));
    let mfa = client.refresh(&refresh, SCOPE).await;
    assert_eq!((mfa.refusal(), &mfa.body["suberror"]), (("invalid_grant", 50_076), &json!("basic_action")));
    fail(Kind::TooManyRequests { retry_after: 17 });
    let busy = client.refresh(&refresh, SCOPE).await;
    assert_eq!((busy.status.as_u16(), &busy.headers["retry-after"]), (429, &"17".parse().unwrap()));
    fail(Kind::Fault { status: 502, back_off_ms: None });
    assert_eq!(client.refresh(&refresh, SCOPE).await.status, StatusCode::BAD_GATEWAY);
    let live = client.sim.live_refresh_tokens(&smtp);
    fail(Kind::HangUp);
    client.refresh(&refresh, SCOPE).await;
    assert_eq!(client.sim.live_refresh_tokens(&smtp), live);
    fail(Kind::AnswerLost);
    client.refresh(&refresh, SCOPE).await;
    assert_eq!(client.sim.live_refresh_tokens(&smtp), live + 1);
    assert_eq!(client.refresh(&refresh, SCOPE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn graph_challenges_and_refuses() {
    let client = Client::public();
    let access = client.tokens(SCOPE).await.text("access_token");
    client.sim.fail(None, Failure::from(Kind::ClaimsChallenge).on(&["me"]).times(1));
    let challenge = client.me(&access).await;
    let header = challenge.headers["www-authenticate"].to_str().unwrap();
    assert!(header.contains("error=\"insufficient_claims\", claims=\""), "{header}");
    assert_eq!(client.me(&access).await.status, StatusCode::OK);
    assert_eq!(client.me("").await.body["error"]["message"], "Access token is empty.");
    let mail = client.tokens("Mail.Read").await.text("access_token");
    assert_eq!(client.me(&mail).await.body["error"]["code"], "Authorization_RequestDenied");
}
