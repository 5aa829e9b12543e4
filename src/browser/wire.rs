//! Typed DevTools calls, each under a limit.

use super::{BrowserError, bridge::Bridge};
use crate::clock::Clock;
use crate::json;
use chromiumoxide::types::Command;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

const BETWEEN_DOCUMENTS: &str = "Not attached to an active page";
const MOMENT: Duration = Duration::from_millis(10);

/// One end of DevTools: the browser itself, or a session attached to a page of it.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) bridge: Bridge,
    pub(super) session: Option<String>,
    pub(super) limit: Duration,
}

#[derive(Deserialize)]
#[serde(bound = "R: DeserializeOwned")]
struct Reply<R> {
    result: Option<R>,
    error: Option<CallRefusal>,
}

#[derive(Deserialize)]
struct CallRefusal {
    message: String,
}

impl Wire {
    /// The same browser, another session.
    pub(super) fn session(&self, session: &str) -> Self {
        Self { session: Some(session.to_owned()), ..self.clone() }
    }

    /// Calls, under the usual limit.
    pub(super) async fn call<C: Command>(&self, command: C) -> Result<C::Response, BrowserError> {
        self.call_within(self.limit, command).await
    }

    /// Calls, under a limit of its own.
    pub(super) async fn call_within<C: Command>(
        &self,
        limit: Duration,
        command: C,
    ) -> Result<C::Response, BrowserError> {
        let method = command.identifier();
        let timeout = |_| BrowserError::Timeout { what: method.to_string(), limit };
        let params = params(&command)?;
        Clock::limit(limit, self.ask::<C>(&method, &params)).await.map_err(timeout)?
    }

    /// Asks until the page is there to be asked: for a moment of a navigation the session hangs between the
    /// old document and the new, and calls are refused without being begun.
    async fn ask<C: Command>(
        &self,
        method: &str,
        params: &serde_json::Value,
    ) -> Result<C::Response, BrowserError> {
        loop {
            let answer = self.bridge.call(self.session.as_deref(), method, params).await?;
            match read::<C::Response>(&answer) {
                Err(Some(BrowserError::Protocol(why))) if why == BETWEEN_DOCUMENTS => {
                    Clock::System.sleep(MOMENT).await;
                }
                read => return read.map_err(|error| error.unwrap_or_else(|| unexpected(method))),
            }
        }
    }

    /// Calls without waiting for an answer; for `Drop`, and where a failure changes nothing.
    pub(super) fn post<C: Command>(&self, command: &C) {
        if let Ok(params) = params(command) {
            self.bridge.post(self.session.as_deref(), &command.identifier(), &params);
        }
    }
}

fn params<C: Command>(command: &C) -> Result<serde_json::Value, BrowserError> {
    serde_json::to_value(command).map_err(|_| unexpected(&command.identifier()))
}

/// The error names the call alone: what serde quotes may be a page's.
fn unexpected(method: &str) -> BrowserError {
    BrowserError::Protocol(format!("{method}: unexpected form"))
}

fn read<R: DeserializeOwned>(answer: &[u8]) -> Result<R, Option<BrowserError>> {
    // As it is, where it can be read so: a body of NULs says something.
    let reply: Reply<R> =
        serde_json::from_slice(answer).or_else(|_| json::from_slice(answer)).map_err(|_| None)?;
    match (reply.result, reply.error) {
        (Some(result), _) => Ok(result),
        (None, Some(refusal)) => Err(Some(BrowserError::Protocol(refusal.message))),
        (None, None) => Err(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_emoji_in_a_text_of_a_page_takes_no_answer_away() {
        assert_eq!(read::<String>(br#"{"result":"x\ud83d y"}"#).unwrap(), "x\u{fffd} y");
    }

    #[test]
    fn refusals_and_surprises_are_told_apart() {
        let refused =
            read::<u8>(br#"{"id":1,"error":{"code":-32602,"message":"no such thing"}}"#).unwrap_err();
        assert!(matches!(refused, Some(BrowserError::Protocol(why)) if why == "no such thing"));
        assert!(read::<u8>(br#"{"id":1,"result":"text"}"#).unwrap_err().is_none());
    }
}
