//! The authorize endpoint: who gets through, who is asked, and how the answer travels.

use serde_json::Value;

use super::super::{App, Audience, Consent, Landed, OTHER_TENANT, settings::AccountKind};
use super::Client;
use super::client::REDIRECT;
use crate::knobs::{Failure, Kind, SignIn};
use crate::{OauthError, world::TENANT};

const SCOPE: &str = "openid profile offline_access User.Read";

fn page(landed: &Landed) -> (&str, &str) {
    match landed {
        Landed::Page { id, code, .. } => (id, code),
        Landed::Redirect { .. } | Landed::Form { .. } => panic!("no page: {landed:?}"),
    }
}

fn error(landed: &Landed) -> (String, String) {
    let parameter = |name| landed.parameter(name).unwrap_or_default();
    (parameter("error"), parameter("error_description").split(':').next().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_code_with_the_state_comes_back_to_the_port_that_asked() {
    let landed = Client::public().visit(SCOPE, &[]).await;
    assert!(landed.url().starts_with(&format!("{REDIRECT}?code=")), "{landed:?}");
    assert_eq!(landed.parameter("state").as_deref(), Some("s1"));
}

#[tokio::test]
async fn the_answer_travels_as_was_asked() {
    let client = Client::public();
    let fragment = client.visit(SCOPE, &[("response_mode", "fragment")]).await;
    assert!(fragment.url().starts_with(&format!("{REDIRECT}#code=")), "{fragment:?}");
    let form = client.visit(SCOPE, &[("response_mode", "form_post"), ("state", "a\"<&b")]).await;
    assert!(matches!(form, Landed::Form { .. }) && form.url() == REDIRECT, "{form:?}");
    assert_eq!(form.parameter("state").as_deref(), Some("a\"<&b"));
    assert!(form.parameter("code").is_some());
}

#[tokio::test]
async fn who_declines_is_told_to_the_application() {
    let client = Client::public();
    let url = client.authorize_url(SCOPE, &[]);
    let landed = client.sim.visit(&url, &client.account.smtp, false).await.unwrap();
    assert_eq!(error(&landed), ("access_denied".to_owned(), "AADSTS65004".to_owned()));
    assert_eq!(landed.parameter("error_subcode").as_deref(), Some("cancel"));
    assert_eq!(landed.parameter("state").as_deref(), Some("s1"));
}

#[tokio::test]
async fn consent_is_asked_once_for_each_scope() {
    let client = Client::public();
    client.visit(SCOPE, &[]).await;
    // Who would decline is not asked again for what was granted.
    let decline = async |scope: &str, more: &[(&str, &str)]| {
        client.sim.visit(&client.authorize_url(scope, more), &client.account.smtp, false).await.unwrap()
    };
    assert!(decline(SCOPE, &[]).await.parameter("code").is_some());
    assert!(decline("User.Read Mail.Read", &[]).await.parameter("error").is_some());
    assert!(decline(SCOPE, &[("prompt", "consent")]).await.parameter("error").is_some());
}

#[tokio::test]
async fn what_nobody_should_be_sent_back_for_is_shown_on_a_page() {
    let client = Client::public();
    for (more, code) in [
        (("client_id", "5e1f0000-0000-4000-8000-00000000dead"), "700016"),
        (("redirect_uri", "http://localhost:4000/elsewhere"), "50011"),
        (("redirect_uri", "https://evil.example/cb"), "50011"),
    ] {
        assert_eq!(page(&client.visit(SCOPE, &[more]).await), ("ConvergedError", code), "{more:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_request_goes_to_the_application() {
    let client = Client::public();
    for (more, name, code) in [
        (("response_type", "token"), "unsupported_response_type", "AADSTS70005"),
        (("scope", " "), "invalid_request", "AADSTS900144"),
        (("scope", "Mail.Everything"), "invalid_scope", "AADSTS70011"),
        (("scope", "https://foo.example/x"), "invalid_resource", "AADSTS500011"),
        (("code_challenge_method", "plain"), "invalid_request", "AADSTS90023"),
        (("code_challenge", "short"), "invalid_request", "AADSTS501491"),
        (("response_mode", "telepathy"), "invalid_request", "AADSTS70007"),
        (("prompt", "none"), "login_required", "AADSTS50058"),
    ] {
        let landed = client.visit(SCOPE, &[more]).await;
        assert_eq!(error(&landed), (name.to_owned(), code.to_owned()), "{more:?}");
    }
    let both = client.visit(SCOPE, &[("prompt", "select_account"), ("login_hint", "a@b.example")]).await;
    assert_eq!(error(&both).1, "AADSTS90005");
}

#[tokio::test]
async fn tenants_and_audiences_are_kept_apart() {
    let tenant_app = App::public("http://localhost/cb").for_audience(Audience::Tenant);
    let mut client = Client::of(tenant_app);
    assert_eq!(page(&client.visit(SCOPE, &[]).await), ("ConvergedError", "50194"));
    client.tenant = "northwind-sim.example";
    assert!(client.visit(SCOPE, &[]).await.parameter("code").is_some());
    client.tenant = "nowhere.example";
    assert_eq!(page(&client.visit(SCOPE, &[]).await), ("ConvergedError", "90002"));
    let mut client = Client::public();
    for tenant in ["consumers", "fabrikam-sim.example"] {
        client.tenant = tenant;
        assert_eq!(page(&client.visit(SCOPE, &[]).await), ("ConvergedError", "50020"), "{tenant}");
    }
    client.sim.set(None, |settings| settings.identity.account = AccountKind::Personal);
    client.tenant = "consumers";
    assert!(client.visit(SCOPE, &[]).await.parameter("code").is_some());
    client.tenant = "organizations";
    assert_eq!(page(&client.visit(SCOPE, &[]).await), ("ConvergedError", "50020"));
    assert_ne!(OTHER_TENANT, TENANT);
}

#[tokio::test]
async fn an_administrator_may_be_needed() {
    let client = Client::public();
    client.sim.set(None, |settings| settings.identity.consent = Consent::Admin);
    assert_eq!(page(&client.visit(SCOPE, &[]).await), ("AdminConsentRequired", "90094"));
    client.sim.set(None, |settings| settings.identity.consent = Consent::Ask);
    assert_eq!(page(&client.visit("User.Read.All", &[]).await), ("AdminConsentRequired", "90094"));
    let id = client.app.client_id;
    let url = format!(
        "https://login.microsoftonline.com/common/adminconsent?client_id={id}&redirect_uri=http://localhost/cb&state=s2"
    );
    let landed = client.sim.visit(&url, &client.account.smtp, true).await.unwrap();
    assert_eq!(landed.parameter("admin_consent").as_deref(), Some("True"));
    assert_eq!(landed.parameter("tenant"), Some(TENANT.to_string()));
    assert!(client.visit("User.Read.All", &[]).await.parameter("code").is_some());
}

#[tokio::test]
async fn the_way_back_from_the_administrators_page() {
    let client = Client::public();
    client.sim.set(None, |settings| settings.identity.consent = Consent::Admin);
    let landed =
        client.sim.visit(&client.authorize_url(SCOPE, &[]), &client.account.smtp, false).await.unwrap();
    assert_eq!(landed.parameter("error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn ordered_refusals_and_policies() {
    let client = Client::public();
    let smtp = client.account.smtp.clone();
    let refuse = |code| Failure::from(Kind::Oauth(OauthError::aadsts(code))).on(&["authorize"]).times(1);
    client.sim.fail(Some(&smtp), refuse(50_076));
    assert_eq!(error(&client.visit(SCOPE, &[]).await).1, "AADSTS50076");
    client.sim.fail(Some(&smtp), refuse(90_095));
    assert_eq!(page(&client.visit(SCOPE, &[]).await), ("AdminConsentRequired", "90095"));
    client.sim.set(Some(&smtp), |settings| settings.sign_in = SignIn::Mfa);
    assert!(client.visit(SCOPE, &[]).await.parameter("code").is_some());
    client.sim.set(Some(&smtp), |settings| settings.sign_in = SignIn::ConditionalAccess);
    assert_eq!(page(&client.visit(SCOPE, &[]).await), ("ConvergedConditionalAccess", "53003"));
}

#[tokio::test]
async fn discovery_and_keys() {
    let client = Client::public();
    let common = client.get("/common/v2.0/.well-known/openid-configuration").await.body;
    assert_eq!(common["issuer"], "https://login.microsoftonline.com/{tenantid}/v2.0");
    let domain = client.get("/northwind-sim.example/v2.0/.well-known/openid-configuration").await.body;
    assert_eq!(domain["issuer"], format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    assert_eq!(
        domain["token_endpoint"],
        format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token")
    );
    let unknown = client.get("/nowhere.example/v2.0/.well-known/openid-configuration").await;
    assert_eq!((unknown.status.as_u16(), unknown.refusal()), (400, ("invalid_tenant", 90_002)));
    let count =
        async || client.get("/common/discovery/v2.0/keys").await.body["keys"].as_array().map(Vec::len);
    assert_eq!(count().await, Some(1));
    client.sim.rotate_keys(true);
    assert_eq!(count().await, Some(2));
    client.sim.rotate_keys(false);
    assert_eq!(count().await, Some(1));
    let ask = async |host: &str| {
        client.get(&format!("/common/discovery/instance?api-version=1.1&authorization_endpoint=https://{host}/common/oauth2/v2.0/authorize")).await
    };
    let known = ask("login.microsoftonline.com").await.body;
    assert_eq!(known["metadata"][0]["preferred_network"], "login.microsoftonline.com");
    assert_eq!(ask("login.evil.example").await.refusal(), ("invalid_instance", 50_049));
    assert_eq!(known["error"], Value::Null);
}
