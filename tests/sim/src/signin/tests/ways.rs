//! Other ways in than the password alone, and what a page's own client is given at the end of one.

use super::*;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

#[tokio::test]
async fn a_passkey_or_the_telephone_may_be_asked_for_before_the_password() {
    let (mut browser, account) = Browser::new();
    for (sign_in, preferred) in [(SignIn::Plain, 1), (SignIn::Passwordless, 2), (SignIn::Passkey, 7)] {
        browser.sim.set(None, |settings| settings.sign_in = sign_in);
        let request =
            Request::post("/common/GetCredentialType").header(header::CONTENT_TYPE, "application/json");
        let body = json!({"username": account.smtp, "flowToken": "f"}).to_string();
        let answer: Value = serde_json::from_str(&browser.send(request, body).await.body).unwrap();
        assert_eq!(answer["Credentials"]["PrefCredential"], preferred);
        assert_eq!(answer["Credentials"]["HasPassword"], true, "the password is behind a link");
    }
}

#[tokio::test]
async fn a_telephone_may_say_no_or_nothing() {
    for (sign_in, said) in [(SignIn::MfaDenied, "PhoneAppDenied"), (SignIn::MfaTimeout, "PhoneAppNoResponse")]
    {
        let (mut browser, account) = Browser::new();
        browser.sim.set(None, |settings| settings.sign_in = sign_in);
        let page = browser.password(&account.smtp, &account.password).await;
        let state = async |browser: &mut Browser, count| {
            serde_json::from_str::<Value>(&browser.send(poll(&page, count), String::new()).await.body)
                .unwrap()
        };
        assert_eq!(state(&mut browser, 1).await["ResultValue"], "AuthenticationPending");
        let last = state(&mut browser, 3).await;
        assert_eq!((&last["ResultValue"], &last["Success"]), (&json!(said), &json!(false)));
        let ctx = last["Ctx"].as_str().unwrap();
        let refused = browser.submit(&page, &[("type", "22"), ("request", ctx)]).await;
        assert_eq!(refused.cookie("ESTSAUTH"), None);
        assert_eq!(refused.config()["iErrorCode"], 500_121);
    }
}

#[tokio::test]
async fn it_may_be_asked_whether_the_application_is_meant() {
    let (mut browser, account) = Browser::new();
    browser.sim.set(None, |settings| settings.sign_in = SignIn::AppConfirm);
    let page = browser.password(&account.smtp, &account.password).await;
    let config = page.config();
    assert_eq!((&config["pgid"], &config["sErrorCode"]), (&json!("CmsiInterrupt"), &json!("")));
    assert_eq!(config["urlPost"], "https://login.microsoftonline.com/appverify");
    let kmsi = browser.submit(&page, &[("ContinueAuth", "true"), ("iscsrfspeedbump", "true")]).await;
    assert_eq!(kmsi.config()["pgid"], "KmsiInterrupt");
    let cancelled = browser.submit(&page, &[("ContinueAuth", "false")]).await;
    assert_eq!(cancelled.config()["pgid"], "ConvergedSignIn");
}

/// The answer to a code of OWA's own page.
async fn tokens(browser: &mut Browser, account: &Account) -> Value {
    browser.password(&account.smtp, &account.password).await;
    let code = fragment(&browser.get(&silent()).await, "code").unwrap();
    let fields =
        [("client_id", hosts::CLIENT_ID), ("grant_type", "authorization_code"), ("code", code.as_str())];
    serde_json::from_str(&browser.post("/common/oauth2/v2.0/token", &fields).await.body).unwrap()
}

async fn refresh(browser: &mut Browser, token: &Value, origin: Option<&str>) -> Value {
    let mut request = Request::post("/common/oauth2/v2.0/token")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(origin) = origin {
        request = request.header(header::ORIGIN, origin);
    }
    let token = token["refresh_token"].as_str().unwrap();
    let body = format!("client_id={}&grant_type=refresh_token&refresh_token={token}", hosts::CLIENT_ID);
    serde_json::from_str(&browser.send(request, body).await.body).unwrap()
}

#[tokio::test]
async fn a_page_gets_claims_an_id_token_and_a_refresh_token_of_a_day() {
    let (mut browser, account) = Browser::new();
    let issued = tokens(&mut browser, &account).await;
    let claims = |name: &str| -> Value {
        let part = issued[name].as_str().unwrap().split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let access = claims("access_token");
    for (name, value) in
        [("puid", json!(account.puid)), ("oid", json!(account.oid)), ("upn", json!(account.smtp))]
    {
        assert_eq!(access[name], value, "{name}");
    }
    assert!(access["exp"].as_i64() > access["iat"].as_i64());
    assert_eq!(claims("id_token")["tid"], json!(account.tenant));
    assert_eq!(issued["refresh_token_expires_in"], 86_400);
    let origin = Some("https://outlook.cloud.microsoft");
    let refused = refresh(&mut browser, &issued, None).await;
    assert_eq!(refused["error_codes"], json!([9_002_327]));
    let next = refresh(&mut browser, &issued, origin).await;
    assert!(browser.sim.holder(What::Bearer, next["access_token"].as_str().unwrap()).is_some());
    let frequency = crate::Failure::from(crate::Kind::Oauth(crate::OauthError::aadsts(70_043)));
    browser.sim.fail(Some(&account.smtp), frequency.on(&["refresh_token"]).times(1));
    let too_old = refresh(&mut browser, &next, origin).await;
    assert_eq!((&too_old["error"], &too_old["error_codes"]), (&json!("invalid_grant"), &json!([70_043])));
    let used = refresh(&mut browser, &issued, origin).await;
    assert_eq!(used["error_codes"], json!([700_084]));
    browser.sim.pass(chrono::TimeDelta::hours(25));
    let late = refresh(&mut browser, &next, origin).await;
    assert_eq!((&late["error"], &late["error_codes"]), (&json!("invalid_grant"), &json!([700_084])));
}

#[tokio::test]
async fn a_live_session_may_meet_the_sign_in_page_which_a_second_load_passes() {
    let (mut browser, account) = Browser::new();
    browser.password(&account.smtp, &account.password).await;
    let once = crate::Failure::from(crate::Kind::SignInPage).on(&["authorize"]).times(1);
    browser.sim.fail(Some(&account.smtp), once);
    let page = browser.get(&interactive().url(None, None)).await;
    assert_eq!(page.config()["pgid"], "ConvergedSignIn");
    let page = browser.get(&interactive().url(None, None)).await;
    assert!(page.body.contains("hiddenform"), "{}", page.body);
}
