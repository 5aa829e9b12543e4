//! Several requests in one. <https://learn.microsoft.com/graph/json-batching>
//!
//! Outlook works at four of them at a time and refuses others as too many, each for itself: those are asked
//! again, and only those.

use super::answer::Said;
use super::mailbox::{PREFER, SOON};
use super::{GraphError, GraphMailbox};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::time::Duration;
use url::Url;

/// A batch has no more requests.
const LARGEST: usize = 20;
/// How often those are asked that were refused as too many.
const ROUNDS: usize = 6;

#[derive(Deserialize)]
struct BatchWire {
    responses: Vec<PartWire>,
}

#[derive(Deserialize)]
struct PartWire {
    id: String,
    status: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
}

impl GraphMailbox {
    /// Gets several addresses, and what came of each, in their order.
    ///
    /// # Errors
    /// What keeps all of them from being answered.
    pub(super) async fn get_each(
        &self,
        addresses: &[Url],
    ) -> Result<Vec<Result<Value, GraphError>>, GraphError> {
        let mut answers = Vec::with_capacity(addresses.len());
        for addresses in addresses.chunks(LARGEST) {
            match self.get_batch(addresses).await {
                Err(error) if error.is_too_big() && addresses.len() > 1 => {
                    answers.extend(self.get_alone(addresses).await?);
                }
                batch => answers.extend(batch?),
            }
        }
        Ok(answers)
    }

    /// One by one what is too much together.
    async fn get_alone(&self, addresses: &[Url]) -> Result<Vec<Result<Value, GraphError>>, GraphError> {
        let mut answers = Vec::with_capacity(addresses.len());
        for address in addresses {
            match self.get_batch(std::slice::from_ref(address)).await {
                Err(error) if error.is_too_big() => answers.push(Err(error)),
                one => answers.extend(one?),
            }
        }
        Ok(answers)
    }

    async fn get_batch(&self, addresses: &[Url]) -> Result<Vec<Result<Value, GraphError>>, GraphError> {
        let mut answers: HashMap<usize, Result<Value, GraphError>> = HashMap::new();
        for round in 1..=ROUNDS {
            let is_open = |at: &usize| answers.get(at).is_none_or(|answer| put_off(answer).is_some());
            let open: Vec<_> = (0..addresses.len()).filter(is_open).collect();
            answers.extend(self.batch(addresses, &open).await?);
            match answers.values().filter_map(put_off).max() {
                Some(wait) if round < ROUNDS && wait <= SOON => self.rest(wait).await,
                Some(_) | None => break,
            }
        }
        let unanswered = || Err(GraphError::Unreadable { what: "part of a batch", status: 200 });
        Ok((0..addresses.len()).map(|at| answers.remove(&at).unwrap_or_else(unanswered)).collect())
    }

    async fn batch(
        &self,
        addresses: &[Url],
        open: &[usize],
    ) -> Result<Vec<(usize, Result<Value, GraphError>)>, GraphError> {
        let request = |&at: &usize| {
            let url = self.relative(&addresses[at]);
            json!({"id": at.to_string(), "method": "GET", "url": url, "headers": {"Prefer": PREFER}})
        };
        let body = json!({"requests": open.iter().map(request).collect::<Vec<_>>()});
        let answer = self.post(self.address(&["$batch"], &[]), &body, open.len()).await?;
        let unreadable = |_| GraphError::Unreadable { what: "batch", status: answer.status };
        let wire: BatchWire = serde_json::from_value(answer.body).map_err(unreadable)?;
        let mut answers = Vec::with_capacity(wire.responses.len());
        for part in wire.responses {
            let at = part.id.parse().ok().filter(|at| open.contains(at));
            match (at, part.said()) {
                // A token that died in the middle is no fault of one part.
                (_, Err(error @ GraphError::Unauthorized(_))) => return Err(error),
                (Some(at), said) => answers.push((at, said)),
                (None, _) => {}
            }
        }
        Ok(answers)
    }
}

/// After how long a request wants to be made again that the server puts off.
fn put_off(answer: &Result<Value, GraphError>) -> Option<Duration> {
    match answer {
        Err(GraphError::Busy { wait, .. }) => *wait,
        _ => None,
    }
}

impl PartWire {
    fn said(self) -> Result<Value, GraphError> {
        let unreadable = GraphError::Unreadable { what: "status", status: self.status };
        let Ok(status) = StatusCode::from_u16(self.status) else { return Err(unreadable) };
        if status.is_success() {
            return Ok(self.body);
        }
        Err(Said { status, headers: &headers(&self.headers), body: self.body }.refusal())
    }
}

fn headers(wire: &Map<String, Value>) -> HeaderMap {
    let header = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(&text).ok()?))
    };
    wire.iter().filter_map(header).collect()
}
