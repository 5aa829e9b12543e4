//! The second factor: a number to type into the phone, and polling until the phone has answered.

use axum::Json;
use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::flow::{Flow, Posted};
use super::{pages, record, stay};
use crate::sim::Sim;

/// The person reaches for the phone: so many polls go unanswered.
const POLLS: u32 = 2;

pub(super) fn page(flow: &Flow) -> Response {
    let sas = |end: &str| format!("https://{}/common/SAS/{end}", crate::hosts::LOGIN);
    let proof = |method: &str, display: &str, default: bool| json!({"authMethodId": method, "data": method, "display": display, "isDefault": default, "isLocationAware": false});
    let more = json!({
        "arrUserProofs": [proof("PhoneAppNotification", "+XX XXXXXXX89", true), proof("PhoneAppOTP", "+XX XXXXXXX89", false)],
        "oPerAuthPollingInterval": {"PhoneAppNotification": 1.0, "PhoneAppOTP": 1.0}, "iMaxPollAttempts": 10,
        "urlBeginAuth": sas("BeginAuth"), "urlEndAuth": sas("EndAuth"), "urlPost": sas("ProcessAuth"), "sErrorCode": "50074",
    });
    pages::render(&pages::TFA, flow, &more)
}

#[derive(Deserialize)]
pub(super) struct Begin {
    ctx: String,
    #[serde(rename = "flowToken")]
    flow_token: String,
}

pub(super) async fn begin(State(sim): State<Sim>, Json(begin): Json<Begin>) -> Response {
    let login = Flow::of(&begin.ctx).map(|flow| flow.login);
    let number = 10 + Uuid::new_v4().as_u128() % 90;
    let answer =
        Json(answer(true, "Success", &begin.ctx, &begin.flow_token, u8::try_from(number).unwrap_or(42)))
            .into_response();
    record(&sim, "BeginAuth", login.as_deref(), &answer);
    answer
}

#[derive(Deserialize)]
pub(super) struct Poll {
    #[serde(rename = "pollCount")]
    count: u32,
}

pub(super) async fn end(Query(poll): Query<Poll>, headers: HeaderMap) -> Json<Value> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let approved = poll.count > POLLS;
    let value = if approved { "Success" } else { "AuthenticationPending" };
    Json(answer(approved, value, header("x-ms-ctx"), header("x-ms-flowToken"), 0))
}

fn answer(success: bool, value: &str, ctx: &str, flow_token: &str, entropy: u8) -> Value {
    json!({
        "Success": success, "ResultValue": value, "Message": null, "AuthMethodId": "PhoneAppNotification", "ErrCode": 0, "Retry": false,
        "FlowToken": flow_token, "Ctx": ctx, "SessionId": Uuid::new_v4(), "CorrelationId": Uuid::new_v4(), "Timestamp": "2020-01-01T00:00:00Z",
        "Entropy": entropy,
    })
}

pub(super) async fn process(State(sim): State<Sim>, Form(posted): Form<Posted>) -> Response {
    let Some(flow) = posted.flow().filter(|flow| flow.accepted) else {
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
