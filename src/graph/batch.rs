//! Several requests in one. <https://learn.microsoft.com/graph/json-batching>
//!
//! Outlook works at four of them at a time and refuses others as too many, each for itself: those are asked
//! again, and only those.

use super::answer::Said;
use super::mailbox::{PREFER, SOON};
use super::{GraphError, GraphMailbox};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::time::Duration;
use url::Url;

/// A batch has no more requests.
pub(super) const LARGEST: usize = 20;
/// How often those are asked that were refused as too many.
const ROUNDS: usize = 6;

/// What came of a request of a batch.
pub(super) type PartAnswer = Result<Value, GraphError>;

/// A request of a batch.
pub(super) struct PartRequest {
    pub(super) method: Method,
    pub(super) address: Url,
    pub(super) body: Option<Value>,
}

impl PartRequest {
    fn get(address: &Url) -> Self {
        Self { method: Method::GET, address: address.clone(), body: None }
    }
}

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
    pub(super) async fn get_each(&self, addresses: &[Url]) -> Result<Vec<PartAnswer>, GraphError> {
        let mut answers = Vec::with_capacity(addresses.len());
        let parts: Vec<_> = addresses.iter().map(PartRequest::get).collect();
        for parts in parts.chunks(LARGEST) {
            match self.get_batch(parts).await {
                Err(error) if error.is_too_big() && parts.len() > 1 => {
                    answers.extend(self.get_alone(parts).await?);
                }
                batch => answers.extend(batch?),
            }
        }
        Ok(answers)
    }

    /// One by one what is too much together.
    async fn get_alone(&self, parts: &[PartRequest]) -> Result<Vec<PartAnswer>, GraphError> {
        let mut answers = Vec::with_capacity(parts.len());
        for part in parts {
            match self.get_batch(std::slice::from_ref(part)).await {
                Err(error) if error.is_too_big() => answers.push(Err(error)),
                one => answers.extend(one?),
            }
        }
        Ok(answers)
    }

    /// Asks for as many as a batch has. A token that died in the middle is no fault of one part.
    async fn get_batch(&self, parts: &[PartRequest]) -> Result<Vec<PartAnswer>, GraphError> {
        let mut answers = HashMap::new();
        self.ask_each(parts, &mut answers).await.map_err(|(_, error)| error)?;
        let whole = |answer| match answer {
            Err(error @ GraphError::Unauthorized(_)) => Err(error),
            answer => Ok(answer),
        };
        in_order(answers, parts.len()).into_iter().map(whole).collect()
    }

    /// Does as many as a batch has, each of which may be done again.
    ///
    /// # Errors
    /// What keeps all of them from being answered.
    pub(super) async fn do_batch(&self, parts: &[PartRequest]) -> Result<Vec<PartAnswer>, GraphError> {
        let mut answers = HashMap::new();
        match self.ask_each(parts, &mut answers).await {
            Err((_, error)) if answers.is_empty() => return Err(error),
            // Those that were sent once more may have been done by now; else it is known that they were put off.
            Err((sent, error)) if !error.is_undone() => {
                let unknown = || Err(GraphError::Unreadable { what: "answer of a batch", status: 0 });
                answers.extend(sent.into_iter().map(|at| (at, unknown())));
            }
            Err(_) | Ok(()) => {}
        }
        Ok(in_order(answers, parts.len()))
    }

    /// Asks in rounds: again only those that were put off, until the token is taken no longer. What was answered before
    /// something failed stays; what fails comes with those that were sent then.
    async fn ask_each(
        &self,
        parts: &[PartRequest],
        answers: &mut HashMap<usize, PartAnswer>,
    ) -> Result<(), (Vec<usize>, GraphError)> {
        for round in 1..=ROUNDS {
            let is_open = |at: &usize| answers.get(at).is_none_or(|answer| put_off(answer).is_some());
            let open: Vec<_> = (0..parts.len()).filter(is_open).collect();
            match self.batch(parts, &open).await {
                Ok(more) => answers.extend(more),
                Err(error) => return Err((open, error)),
            }
            if answers.values().any(|answer| matches!(answer, Err(GraphError::Unauthorized(_)))) {
                break;
            }
            match answers.values().filter_map(put_off).max() {
                Some(wait) if round < ROUNDS && wait <= SOON => self.rest(wait).await,
                Some(_) | None => break,
            }
        }
        Ok(())
    }

    async fn batch(
        &self,
        parts: &[PartRequest],
        open: &[usize],
    ) -> Result<Vec<(usize, PartAnswer)>, GraphError> {
        let request = |&at: &usize| self.part(at, &parts[at]);
        let body = json!({"requests": open.iter().map(request).collect::<Vec<_>>()});
        let answer = self.post(self.address(&["$batch"], &[]), &body, open.len()).await?;
        let unreadable = |_| GraphError::Unreadable { what: "batch", status: answer.status };
        let wire: BatchWire = serde_json::from_value(answer.body).map_err(unreadable)?;
        let mut answers = Vec::with_capacity(wire.responses.len());
        for part in wire.responses {
            let at = part.id.parse().ok().filter(|at| open.contains(at));
            answers.extend(at.map(|at| (at, part.said())));
        }
        Ok(answers)
    }

    /// A request as a batch has it: what stands in the head of the batch counts for none of them.
    fn part(&self, at: usize, part: &PartRequest) -> Value {
        let (method, url) = (part.method.as_str(), self.relative(&part.address));
        let mut request =
            json!({"id": at.to_string(), "method": method, "url": url, "headers": {"Prefer": PREFER}});
        if let Some(body) = &part.body {
            request["headers"]["Content-Type"] = json!("application/json");
            request["body"] = body.clone();
        }
        request
    }
}

/// The answers of so many requests.
fn in_order(mut answers: HashMap<usize, PartAnswer>, requests: usize) -> Vec<PartAnswer> {
    let unanswered = || Err(GraphError::Unreadable { what: "part of a batch", status: 200 });
    (0..requests).map(|at| answers.remove(&at).unwrap_or_else(unanswered)).collect()
}

/// After how long a request wants to be made again that the server puts off.
fn put_off(answer: &PartAnswer) -> Option<Duration> {
    match answer {
        Err(GraphError::Busy { wait, .. }) => *wait,
        _ => None,
    }
}

impl PartWire {
    fn said(self) -> PartAnswer {
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
