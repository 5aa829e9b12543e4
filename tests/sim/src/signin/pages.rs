//! The sign-in pages: one template, a `$Config` per page; the script renders by `pgid`.

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use uuid::Uuid;

use super::flow::Flow;

const TEMPLATE: &str = include_str!("../../assets/signin/page.html");
const HIDDEN_FORM: &str = include_str!("../../assets/signin/hiddenform.html");

static COMMON: LazyLock<Value> = LazyLock::new(|| {
    let config = include_str!("../../assets/signin/config.json");
    serde_json::from_str(config).expect("config.json is JSON")
});

/// A page by its `pgid`, with the numbers and the bundle that go with it.
pub(crate) struct Page {
    pgid: &'static str,
    hpgid: u32,
    hpgact: u32,
    bundle: &'static str,
}

impl Page {
    const fn new(pgid: &'static str, hpgid: u32, hpgact: u32, bundle: &'static str) -> Self {
        Self { pgid, hpgid, hpgact, bundle }
    }
}

pub(super) const SIGN_IN: Page =
    Page::new("ConvergedSignIn", 1104, 1800, "ConvergedLogin_PCore_PNJiIh5iBujKlAwlhUWCsA2.js");
pub(super) const KMSI: Page =
    Page::new("KmsiInterrupt", 1115, 2005, "ConvergedKmsi_Core_OA5AyVOwGgLDp28ShKhVEg2.js");
pub(super) const TFA: Page =
    Page::new("ConvergedTFA", 1114, 2202, "ConvergedSA_Core_HfSNXaD-RasrrbQ8q6YtYw2.js");
pub(super) const PROOF_UP: Page = Page::new(
    "ConvergedProofUpRedirect",
    1121,
    2000,
    "ConvergedProofUpRedirect_Core_Uwepvd6U6ZW03KBgu-wJRQ2.js",
);
pub(super) const BLOCKED: Page =
    Page::new("ConvergedConditionalAccess", 1116, 2000, "ConvergedConditionalAccess_Core.js");
pub(crate) const ERROR: Page = Page::new("ConvergedError", 1107, 2000, "ConvergedError_Core.js");
pub(crate) const CONSENT: Page = Page::new("ConvergedConsent", 1117, 2000, "ConvergedConsent_Core.js");
/// "Are you trying to sign in to …?": always in the device code flow, at times in others.
pub(crate) const CONFIRM: Page = Page::new("CmsiInterrupt", 1118, 2000, "ConvergedCmsi_Core.js");
pub(crate) const NEED_ADMIN: Page = Page::new("AdminConsentRequired", 1119, 2000, "ConvergedConsent_Core.js");
pub(crate) const DEVICE: Page =
    Page::new("RemoteConnectEnterCode", 1122, 2000, "ConvergedRemoteConnect_Core.js");
pub(crate) const DEVICE_DONE: Page =
    Page::new("RemoteConnectDone", 1123, 2000, "ConvergedRemoteConnect_Core.js");
/// Nobody has seen this one before.
pub(super) const UNKNOWN: Page =
    Page::new("ConvergedAccountReminder", 1190, 2900, "ConvergedAccountReminder_Core.js");

fn noise() -> String {
    URL_SAFE_NO_PAD.encode([Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes).concat())
}

fn url(path: &str) -> String {
    format!("https://{}/{path}", crate::hosts::LOGIN)
}

/// Where [`CONFIRM`] is posted to.
pub(crate) fn app_verify() -> String {
    url("appverify")
}

/// The page for this sign-in; `more` adds to `$Config` or replaces what is common.
pub(crate) fn render(page: &Page, flow: &Flow, more: &Value) -> Response {
    let mut config = COMMON.clone();
    let own = json!({
        "urlPost": url("common/login"), "urlGetCredentialType": url("common/GetCredentialType?mkt=en-US"),
        "urlLogin": url("common/reprocess"), "sPOST_Username": flow.login, "sFT": format!("AQABIQEAAAA{}", noise()), "sCtx": flow.ctx(),
        "hpgact": page.hpgact, "hpgid": page.hpgid, "pgid": page.pgid, "apiCanary": format!("PAQABDgEAAAA{}", noise()),
        "canary": format!("{}=9:1", noise()), "correlationId": Uuid::new_v4(), "sessionId": Uuid::new_v4(),
    });
    for (key, value) in own.as_object().into_iter().chain(more.as_object()).flatten() {
        config[key] = value.clone();
    }
    let config = config.to_string().replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e");
    let html = TEMPLATE
        .replace("{{pgid}}", page.pgid)
        .replace("{{bundle}}", page.bundle)
        .replace("{{config}}", &config);
    ([("cache-control", "no-store, no-cache"), ("pragma", "no-cache")], Html(html)).into_response()
}

/// Every page is cut off from the window that opened it: `window.opener` is null there and on what follows,
/// and to the other side the window reads as closed (since February 2026;
/// AzureAD/microsoft-authentication-library-for-js#8393, estuary/ui#1996).
pub(crate) async fn isolated(mut answer: Response) -> Response {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("text/html")) {
        let only_ours = HeaderValue::from_static("same-origin");
        answer.headers_mut().insert("cross-origin-opener-policy", only_ours);
    }
    answer
}

/// The sign-in page with an error of the password step, or of the e-mail step while no name is known.
pub(super) fn refused(flow: &Flow, code: &str) -> Response {
    let text = match code {
        "50126" => {
            "Your account or password is incorrect. If you don't remember your password, reset it now."
        }
        "50053" => {
            "Your account is temporarily locked to prevent unauthorized use. Try again later, and if you still have trouble, contact your admin."
        }
        "50057" => "Your account has been locked. Contact your support person to unlock it, then try again.",
        "50034" => "We couldn't find an account with that username.",
        _ => "",
    };
    render(&SIGN_IN, flow, &json!({"sErrorCode": code, "sErrTxt": text, "arrValErrs": [code]}))
}

/// A page with nothing to do but read: an error, or a policy that says no.
pub(super) fn stop(page: &Page, flow: &Flow, code: u32, text: &str) -> Response {
    let message =
        format!("AADSTS{code}: {text} Trace ID: {} Correlation ID: {}", Uuid::new_v4(), Uuid::new_v4());
    said(page, flow, code, &message)
}

/// The same with its whole message. The page of errors gives its number as one (2026).
pub(crate) fn said(page: &Page, flow: &Flow, code: u32, message: &str) -> Response {
    let mut more = json!({"strServiceExceptionMessage": message});
    if page.pgid == ERROR.pgid {
        more["iErrorCode"] = json!(code);
    } else {
        more["sErrorCode"] = json!(code.to_string());
    }
    render(page, flow, &more)
}

/// "Working...": posts these fields to `action` by itself.
pub(super) fn hidden_form(action: &str, fields: &[(&str, String)]) -> Response {
    let escape = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let input = |(name, value): &(&str, String)| {
        format!(r#"<input type="hidden" name="{name}" value="{}" />"#, escape(value))
    };
    let inputs: String = fields.iter().map(input).collect();
    Html(HIDDEN_FORM.trim_end().replace("{{action}}", &escape(action)).replace("{{inputs}}", &inputs))
        .into_response()
}
