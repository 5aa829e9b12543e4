//! The second factor: a number to type into the phone, polled until it has answered; or a code, which is
//! given.

use axum::Json;
use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::flow::{Flow, Posted};
use super::{pages, record, stay};
use crate::knobs::SignIn;
use crate::sim::Sim;

/// The person reaches for the phone: so many polls go unanswered.
const POLLS: u32 = 2;
pub(super) const APPROVAL: &str = "PhoneAppNotification";
pub(super) const APP_CODE: &str = "PhoneAppOTP";
const TEXT_MESSAGE: &str = "OneWaySMS";

/// The page; without a default it asks first which factor it shall be.
pub(super) fn page(flow: &Flow, default: Option<&str>) -> Response {
    let sas = |end: &str| format!("https://{}/common/SAS/{end}", crate::hosts::LOGIN);
    let proof = |method: &str| json!({"authMethodId": method, "data": method, "display": "+XX XXXXXXX89", "isDefault": default == Some(method), "isLocationAware": false});
    let proofs = [APPROVAL, APP_CODE, TEXT_MESSAGE].map(proof);
    let more = json!({
        "arrUserProofs": proofs,
        "oPerAuthPollingInterval": {"PhoneAppNotification": 1.0, "PhoneAppOTP": 1.0}, "iMaxPollAttempts": 10, "iSAOtcLength": 6,
        "urlBeginAuth": sas("BeginAuth"), "urlEndAuth": sas("EndAuth"), "urlPost": sas("ProcessAuth"), "sErrorCode": "50074",
    });
    pages::render(&pages::TFA, flow, &more)
}

#[derive(Deserialize)]
pub(super) struct Begin {
    ctx: String,
    #[serde(rename = "flowToken")]
    flow_token: String,
    #[serde(rename = "AuthMethodId")]
    method: String,
}

pub(super) async fn begin(State(sim): State<Sim>, Json(begin): Json<Begin>) -> Response {
    let login = Flow::of(&begin.ctx).map(|flow| flow.login);
    let number = u8::try_from(10 + Uuid::new_v4().as_u128() % 90).unwrap_or(42);
    let entropy = if begin.method == APPROVAL { number } else { 0 };
    let answer = answer(&begin.method, "Success", &begin.ctx, &begin.flow_token, entropy).into_response();
    record(&sim, "BeginAuth", login.as_deref(), &answer);
    answer
}

#[derive(Deserialize)]
pub(super) struct Poll {
    #[serde(rename = "pollCount")]
    count: u32,
}

pub(super) async fn polled(
    State(sim): State<Sim>,
    Query(poll): Query<Poll>,
    headers: HeaderMap,
) -> Json<Value> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ctx = header("x-ms-ctx");
    let sign_in = Flow::of(ctx).map(|flow| sim.settings(&flow.login).sign_in);
    let (value, ctx) = match sign_in {
        _ if poll.count <= POLLS => ("AuthenticationPending", ctx.to_owned()),
        Some(SignIn::MfaDenied) => ("PhoneAppDenied", ctx.to_owned()),
        Some(SignIn::MfaTimeout) => ("PhoneAppNoResponse", ctx.to_owned()),
        _ => ("Success", proven(ctx)),
    };
    answer(APPROVAL, value, &ctx, header("x-ms-flowToken"), 0)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Given {
    auth_method_id: String,
    ctx: String,
    flow_token: String,
    /// The code.
    additional_auth_data: String,
}

pub(super) async fn given(State(sim): State<Sim>, Json(given): Json<Given>) -> Response {
    let login = Flow::of(&given.ctx).map(|flow| flow.login).unwrap_or_default();
    let right =
        sim.account(&login).is_some_and(|account| account.one_time_code == given.additional_auth_data);
    let method = given.auth_method_id.as_str();
    let answer = match (right, method) {
        (true, _) => answer(method, "Success", &proven(&given.ctx), &given.flow_token, 0),
        (false, TEXT_MESSAGE) => {
            answer(method, "SMSAuthFailedWrongCodeEntered", &given.ctx, &given.flow_token, 0)
        }
        (false, _) => answer(method, "OathCodeIncorrect", &given.ctx, &given.flow_token, 0),
    };
    let answer = answer.into_response();
    record(&sim, "EndAuth", Some(&login), &answer);
    answer
}

/// The context of a sign-in whose second factor was right.
pub(crate) fn proven(ctx: &str) -> String {
    Flow::of(ctx).map(|flow| Flow { proven: true, ..flow }.ctx()).unwrap_or_default()
}

fn answer(method: &str, value: &str, ctx: &str, flow_token: &str, entropy: u8) -> Json<Value> {
    Json(json!({
        "Success": value == "Success", "ResultValue": value, "Message": null, "AuthMethodId": method, "ErrCode": 0, "Retry": false,
        "FlowToken": flow_token, "Ctx": ctx, "SessionId": Uuid::new_v4(), "CorrelationId": Uuid::new_v4(), "Timestamp": "2020-01-01T00:00:00Z",
        "Entropy": entropy,
    }))
}

pub(super) async fn process(State(sim): State<Sim>, Form(posted): Form<Posted>) -> Response {
    let Some(flow) = posted.proven() else {
        return pages::stop(
            &pages::ERROR,
            &Flow::default(),
            500_121,
            "Authentication failed during strong authentication request.",
        );
    };
    let answer = stay::signed_in(&sim, &flow);
    record(&sim, "ProcessAuth", Some(&flow.login), &answer);
    answer
}
