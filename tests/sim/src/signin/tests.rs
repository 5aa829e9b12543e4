//! The sign-in as a client without a browser sees it: routes called in order, cookies carried by hand.

mod ways;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::flow::{Asked, Flow};
use crate::hosts;
use crate::knobs::SignIn;
use crate::sessions::What;
use crate::sim::{Options, Sim};
use crate::world::Account;

struct Browser {
    sim: Sim,
    router: Router,
    cookies: Vec<(String, String)>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    /// The page's `$Config`.
    fn config(&self) -> Value {
        let start = self.body.find("$Config=").expect("a sign-in page") + "$Config=".len();
        let end = self.body[start..].find(";\n").expect("the script ends") + start;
        serde_json::from_str(&self.body[start..end]).unwrap()
    }

    fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(header::SET_COOKIE).into_iter().map(|line| line.to_str().unwrap());
        lines.into_iter().find(|line| line.starts_with(&format!("{name}="))).map(str::to_owned)
    }

    fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

impl Browser {
    fn new() -> (Self, Account) {
        let sim = Sim::new(&Options { messages: 1, ..Options::default() });
        let account = sim.accounts().remove(0);
        (
            Self {
                router: super::router(sim.clone()).merge(crate::identity::router(sim.clone())),
                sim,
                cookies: Vec::new(),
            },
            account,
        )
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: String) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, cookies.join("; ")).body(Body::from(body)).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            self.cookies.push((name.to_owned(), rest.split(';').next().unwrap().to_owned()));
        }
        let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&mut self, url: &str) -> Answer {
        self.send(Request::get(url), String::new()).await
    }

    async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", super::flow::encode(value))).collect();
        let request = Request::post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, pairs.join("&")).await
    }

    /// Sends a page's form, as its script would.
    async fn submit(&mut self, page: &Answer, more: &[(&str, &str)]) -> Answer {
        let config = page.config();
        let text = |key: &str| config[key].as_str().unwrap().to_owned();
        let (ctx, token, canary) = (text("sCtx"), text("sFT"), text("canary"));
        let fields =
            [&[("ctx", ctx.as_str()), ("flowToken", token.as_str()), ("canary", canary.as_str())], more]
                .concat();
        self.post(&text("urlPost"), &fields).await
    }

    async fn password(&mut self, smtp: &str, password: &str) -> Answer {
        let page = self.get(&interactive().url(None, None)).await;
        self.submit(&page, &[("login", smtp), ("loginfmt", smtp), ("passwd", password)]).await
    }
}

fn interactive() -> Asked {
    Asked {
        client_id: hosts::CLIENT_ID.to_owned(),
        redirect_uri: format!("https://{}/owa/", hosts::CLOUD),
        response_type: "code id_token".to_owned(),
        response_mode: Some("form_post".to_owned()),
        state: "L21haWwv".to_owned(),
        nonce: "n".to_owned(),
        ..Asked::default()
    }
}

fn silent() -> String {
    let redirect_uri = format!("https://{}/mail/", hosts::CLOUD);
    let asked = Asked {
        redirect_uri,
        response_type: "code".to_owned(),
        response_mode: Some("fragment".to_owned()),
        ..interactive()
    };
    asked.url(Some("none"), None)
}

fn fragment(answer: &Answer, name: &str) -> Option<String> {
    let (_, fragment) = answer.location().split_once('#')?;
    fragment.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

#[tokio::test]
async fn a_fresh_page_has_both_steps_and_no_error_to_show() {
    let (mut browser, _) = Browser::new();
    let page = browser.get(&interactive().url(None, None)).await;
    let config = page.config();
    assert_eq!((&config["pgid"], &config["sErrorCode"]), (&json!("ConvergedSignIn"), &json!("50058")));
    assert!(page.body.contains(r#"<meta name="PageID" content="ConvergedSignIn" />"#));
    assert!(page.body.contains(r#"style="display: none""#));
}

#[tokio::test]
async fn a_wrong_password_is_counted_and_shown() {
    let (mut browser, account) = Browser::new();
    let page = browser.password(&account.smtp, "not it").await;
    assert_eq!(
        (&page.config()["sErrorCode"], &page.config()["sPOST_Username"]),
        (&json!("50126"), &json!(account.smtp))
    );
    assert_eq!(page.cookie("ESTSAUTH"), None);
    let tried = browser.sim.password_attempts(&account.smtp);
    assert_eq!((tried.right, tried.wrong), (0, 1));
}

#[tokio::test]
async fn ten_wrong_passwords_lock_the_account_even_for_the_right_one() {
    let (mut browser, account) = Browser::new();
    for _ in 0..10 {
        browser.password(&account.smtp, "not it").await;
    }
    let page = browser.password(&account.smtp, &account.password).await;
    assert_eq!(page.config()["sErrorCode"], "50053");
    assert_eq!(page.cookie("ESTSAUTH"), None);
}

#[tokio::test]
async fn an_unknown_user_is_told_apart_before_the_password() {
    let (mut browser, account) = Browser::new();
    let mut exists = async |username: &str| {
        let request =
            Request::post("/common/GetCredentialType").header(header::CONTENT_TYPE, "application/json");
        let answer = browser.send(request, json!({"username": username, "flowToken": "f"}).to_string()).await;
        serde_json::from_str::<Value>(&answer.body).unwrap()["IfExistsResult"].clone()
    };
    assert_eq!(exists("nobody@northwind-sim.example").await, 1);
    assert_eq!(exists(&account.smtp).await, 0);
}

#[tokio::test]
async fn federated_users_are_sent_elsewhere() {
    let (mut browser, account) = Browser::new();
    browser.sim.set(None, |settings| settings.sign_in = SignIn::Federated);
    let request = Request::post("/common/GetCredentialType").header(header::CONTENT_TYPE, "application/json");
    let answer = browser.send(request, json!({"username": account.smtp, "flowToken": "f"}).to_string()).await;
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer["EstsProperties"]["DomainType"], 4);
    assert!(
        answer["Credentials"]["FederationRedirectUrl"]
            .as_str()
            .unwrap()
            .starts_with("https://adfs.northwind-sim.example/adfs/ls/")
    );
}

#[tokio::test]
async fn the_accepted_password_signs_in_before_kmsi_and_yes_makes_it_last() {
    let (mut browser, account) = Browser::new();
    let kmsi = browser.password(&account.smtp, &account.password).await;
    assert_eq!(kmsi.config()["pgid"], "KmsiInterrupt");
    assert!(kmsi.cookie("ESTSAUTH").is_some_and(|cookie| !cookie.contains("Max-Age")));
    let form = browser.submit(&kmsi, &[("LoginOptions", "1"), ("type", "28")]).await;
    assert!(form.body.contains("<title>Working...</title>") && form.body.contains(r#"name="id_token""#));
    assert!(form.cookie("ESTSAUTHPERSISTENT").is_some_and(|cookie| cookie.contains("Max-Age=7776000")));
}

#[tokio::test]
async fn no_leaves_nothing_that_outlives_the_browser() {
    let (mut browser, account) = Browser::new();
    let kmsi = browser.password(&account.smtp, &account.password).await;
    let form = browser.submit(&kmsi, &[("LoginOptions", "0")]).await;
    assert!(form.body.contains("hiddenform"));
    assert_eq!(form.cookie("ESTSAUTHPERSISTENT"), None);
}

#[tokio::test]
async fn a_silent_walk_needs_a_session_and_yields_a_bearer() {
    let (mut browser, account) = Browser::new();
    let answer = browser.get(&silent()).await;
    assert_eq!(fragment(&answer, "error").as_deref(), Some("login_required"));
    browser.password(&account.smtp, &account.password).await;
    let answer = browser.get(&silent()).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    let code = fragment(&answer, "code").unwrap();
    let fields =
        [("client_id", hosts::CLIENT_ID), ("grant_type", "authorization_code"), ("code", code.as_str())];
    let token: Value =
        serde_json::from_str(&browser.post("/common/oauth2/v2.0/token", &fields).await.body).unwrap();
    let bearer = token["access_token"].as_str().unwrap();
    assert_eq!(browser.sim.holder(What::Bearer, bearer), Some(account.smtp));
    let again = browser.post("/common/oauth2/v2.0/token", &fields).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_expired_session_is_no_session() {
    let (mut browser, account) = Browser::new();
    browser.password(&account.smtp, &account.password).await;
    browser.sim.expire(&account.smtp, What::Ests);
    let answer = browser.get(&silent()).await;
    assert_eq!(fragment(&answer, "error").as_deref(), Some("login_required"));
    let page = browser.get(&interactive().url(None, None)).await;
    assert_eq!(page.config()["pgid"], "ConvergedSignIn");
}

#[tokio::test]
async fn policies_and_factors_stand_between_password_and_session() {
    for (sign_in, pgid, code) in [
        (SignIn::ConditionalAccess, "ConvergedConditionalAccess", "53003"),
        (SignIn::Disabled, "ConvergedSignIn", "50057"),
        (SignIn::Mfa, "ConvergedTFA", "50074"),
        (SignIn::Code, "ConvergedTFA", "50074"),
        (SignIn::ProofUp, "ConvergedProofUpRedirect", "50072"),
    ] {
        let number = |config: &Value| {
            let text = || config["sErrorCode"].as_str().unwrap().to_owned();
            config["iErrorCode"].as_u64().map_or_else(text, |number| number.to_string())
        };
        let (mut browser, account) = Browser::new();
        browser.sim.set(None, |settings| settings.sign_in = sign_in);
        let page = browser.password(&account.smtp, &account.password).await;
        assert_eq!((&page.config()["pgid"], number(&page.config()).as_str()), (&json!(pgid), code));
        assert_eq!(page.cookie("ESTSAUTH"), None, "{pgid}");
    }
}

#[tokio::test]
async fn an_approved_factor_signs_in_and_a_forged_one_does_not() {
    let (mut browser, account) = Browser::new();
    browser.sim.set(None, |settings| settings.sign_in = SignIn::Mfa);
    let refused = browser.password(&account.smtp, "not it").await;
    let ctx = refused.config()["sCtx"].as_str().unwrap().to_owned();
    let forged =
        browser.post("/common/SAS/ProcessAuth", &[("ctx", &ctx), ("flowToken", "f"), ("canary", "c")]).await;
    assert_eq!((&forged.config()["pgid"], forged.cookie("ESTSAUTH")), (&json!("ConvergedError"), None));
    let page = browser.password(&account.smtp, &account.password).await;
    let too_soon = browser.submit(&page, &[("type", "22"), ("request", ctx_of(&page).as_str())]).await;
    assert_eq!(too_soon.cookie("ESTSAUTH"), None, "nobody has approved it");
    let polled = browser.send(poll(&page, 3), String::new()).await;
    let proven: Value = serde_json::from_str(&polled.body).unwrap();
    let kmsi = browser.submit(&page, &[("type", "22"), ("request", proven["Ctx"].as_str().unwrap())]).await;
    assert!(kmsi.cookie("ESTSAUTH").is_some());
}

fn ctx_of(page: &Answer) -> String {
    page.config()["sCtx"].as_str().unwrap().to_owned()
}

fn poll(page: &Answer, count: u32) -> axum::http::request::Builder {
    let url = format!("/common/SAS/EndAuth?authMethodId=PhoneAppNotification&pollCount={count}");
    Request::get(url).header("x-ms-ctx", ctx_of(page)).header("x-ms-flowToken", "f")
}

#[tokio::test]
async fn a_right_code_signs_in_and_a_wrong_one_is_said() {
    let (mut browser, account) = Browser::new();
    browser.sim.set(None, |settings| settings.sign_in = SignIn::Code);
    let page = browser.password(&account.smtp, &account.password).await;
    let mut give = async |method: &str, code: &str| {
        let request = Request::post("/common/SAS/EndAuth").header(header::CONTENT_TYPE, "application/json");
        let body = json!({"AuthMethodId": method, "Method": "EndAuth", "SessionId": "s", "FlowToken": "f", "Ctx": ctx_of(&page), "AdditionalAuthData": code});
        serde_json::from_str::<Value>(&browser.send(request, body.to_string()).await.body).unwrap()
    };
    for (method, said) in
        [("PhoneAppOTP", "OathCodeIncorrect"), ("OneWaySMS", "SMSAuthFailedWrongCodeEntered")]
    {
        let wrong = give(method, "not it").await;
        assert_eq!((&wrong["Success"], &wrong["ResultValue"]), (&json!(false), &json!(said)));
        assert!(!Flow::of(wrong["Ctx"].as_str().unwrap()).unwrap().proven);
    }
    let right = give("PhoneAppOTP", &account.one_time_code).await;
    let kmsi = browser.submit(&page, &[("type", "19"), ("request", right["Ctx"].as_str().unwrap())]).await;
    assert!(kmsi.cookie("ESTSAUTH").is_some());
}

#[tokio::test]
async fn the_account_picker_names_the_session() {
    let (mut browser, account) = Browser::new();
    browser.password(&account.smtp, &account.password).await;
    let page = browser.get(&interactive().url(Some("select_account"), None)).await;
    assert_eq!(page.config()["arrSessions"][0]["name"], json!(account.smtp));
}

#[test]
fn a_context_survives_its_way_through_the_page() {
    let flow = Flow { asked: interactive(), login: "a@b.example".to_owned(), accepted: true, proven: false };
    let back = Flow::of(&flow.ctx()).unwrap();
    assert_eq!((back.login, back.accepted, back.asked.state), (flow.login, flow.accepted, flow.asked.state));
    assert!(Flow::of("rQQIARAAnonsense").is_none());
}
