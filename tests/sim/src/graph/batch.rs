//! `$batch`: up to twenty requests in one, with the limits of each.

use std::collections::{HashMap, HashSet};

use axum::body::to_bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::asked::Asked;
use super::{GraphError, Quirk, access, door, faults};
use crate::cut::HangUp;
use crate::log::Entry;
use crate::sim::Sim;

/// Most parts of a batch.
const MOST: usize = 20;

#[derive(Deserialize)]
struct Batch {
    requests: Vec<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: HashMap<String, String>,
    body: Option<Value>,
    #[serde(default)]
    depends_on: Vec<String>,
}

pub(super) async fn answer(sim: &Sim, account: Option<String>, asked: &Asked) -> Response {
    let smtp = account.clone().unwrap_or_default();
    let kinds = sim.take_failures_about(&smtp, "batch", &asked.text());
    let made = match checked(asked) {
        Ok(batch) => parts(sim, &smtp, asked, &batch).await,
        Err(error) => error.answer(&asked.headers, sim.now()),
    };
    let broken = HangUp::marks(&made);
    let answer = faults::around(sim, &kinds, &asked.headers, || made).await;
    let answer = if broken { HangUp::answer() } else { answer };
    super::traffic::hold(sim, &smtp, &answer);
    let status = answer.status().as_u16();
    sim.record(Entry { account, action: "batch".to_owned(), status, ..Entry::default() });
    answer
}

/// The parts of a batch that can be answered at all.
fn checked(asked: &Asked) -> Result<Batch, GraphError> {
    if asked.method.as_str() != "POST" {
        return Err(GraphError::not_supported());
    }
    let refused = |text: &str| Err(GraphError::bad_request(text));
    let Ok(batch) = serde_json::from_slice::<Batch>(&asked.body) else {
        return refused("Invalid batch payload format.");
    };
    if batch.requests.is_empty() || batch.requests.len() > MOST {
        return refused("Number of batch request steps exceeds the maximum value of 20.");
    }
    let mut seen = HashSet::new();
    for part in &batch.requests {
        if part.depends_on.iter().any(|id| !seen.contains(&id.to_lowercase())) {
            return refused("A dependsOn names a request that does not stand before it.");
        }
        if !seen.insert(part.id.to_lowercase()) {
            return refused("Request ids of a batch have to be unique.");
        }
        if part.body.is_some() && content_type(part).is_none() {
            return refused("A part with a body needs a Content-Type header.");
        }
        if part.url.contains("$batch") || part.url.starts_with("http") {
            return refused("The URL of a part is relative, and leads to no other batch.");
        }
    }
    Ok(batch)
}

fn content_type(part: &Part) -> Option<&str> {
    part.headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, kind)| kind.as_str())
}

/// Answers the parts one after the other, and tells of them in the opposite order.
async fn parts(sim: &Sim, smtp: &str, asked: &Asked, batch: &Batch) -> Response {
    let serial = batch.requests.iter().skip(1).all(|part| !part.depends_on.is_empty());
    let throttles = sim.settings(smtp).graph.has(Quirk::ThrottledBatches) && !serial;
    let mut failed = HashSet::new();
    let mut responses = Vec::new();
    for (index, part) in batch.requests.iter().enumerate() {
        let one = asked_for(part, &asked.headers);
        let answer = if part.depends_on.iter().any(|id| failed.contains(&id.to_lowercase())) {
            let text = "A request that this one depends on failed.";
            GraphError::new(424, "FailedDependency", text).answer(&one.headers, sim.now())
        } else if throttles && index % 4 == 3 {
            GraphError::concurrency().with("retry-after", "1").answer(&one.headers, sim.now())
        } else {
            door::answer(sim, &one).await
        };
        if HangUp::marks(&answer) {
            return answer;
        }
        if !answer.status().is_success() {
            failed.insert(part.id.to_lowercase());
        }
        responses.push(told(&part.id, answer).await);
    }
    responses.reverse();
    let (id, client_id) = access::ids(&asked.headers);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut answer = (StatusCode::OK, kind, json!({ "responses": responses }).to_string()).into_response();
    answer.headers_mut().extend(access::trace(&id, &client_id));
    answer
}

/// A part as a request of its own: with its own headers, and the token of the batch.
fn asked_for(part: &Part, outer: &HeaderMap) -> Asked {
    let own = part.headers.iter();
    let own = own.filter_map(|(name, value)| {
        Some((name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?))
    });
    let mut headers: HeaderMap = own.collect();
    headers.extend(outer.get(header::AUTHORIZATION).map(|token| (header::AUTHORIZATION, token.clone())));
    let body = match (&part.body, content_type(part)) {
        (None, _) => Vec::new(),
        (Some(Value::String(text)), Some(kind)) if !kind.starts_with("application/json") => {
            STANDARD.decode(text).unwrap_or_default()
        }
        (Some(body), _) => body.to_string().into_bytes(),
    };
    let method = part.method.to_uppercase().parse().unwrap_or_default();
    let slash = if part.url.starts_with('/') { "" } else { "/" };
    Asked::new(method, &format!("{slash}{}", part.url), headers, body.into())
}

/// An answer as a part of the batch's: JSON as it is, other bodies in base64.
async fn told(id: &str, answer: Response) -> Value {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers: Map<String, Value> =
        head.headers.iter().map(|(name, value)| (name.to_string(), json!(text(value)))).collect();
    let body = match serde_json::from_slice(&body) {
        _ if body.is_empty() => Value::Null,
        Ok(json @ (Value::Object(_) | Value::Array(_))) => json,
        _ => json!(STANDARD.encode(&body)),
    };
    json!({"id": id, "status": head.status.as_u16(), "headers": headers, "body": body})
}
