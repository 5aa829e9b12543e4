//! Typed DevTools calls, each under a limit.

use super::{BrowserError, bridge::Bridge};
use crate::clock::Clock;
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
    let reply: Reply<R> = match serde_json::from_slice(answer) {
        Ok(reply) => reply,
        Err(_) => serde_json::from_slice(&well_formed(answer)).map_err(|_| None)?,
    };
    match (reply.result, reply.error) {
        (Some(result), _) => Ok(result),
        (None, Some(refusal)) => Err(Some(BrowserError::Protocol(refusal.message))),
        (None, None) => Err(None),
    }
}

/// A text of a page may hold half of a surrogate pair, as where a preview was cut in the middle of an emoji.
/// Chromium sends it as an escape that no JSON reader takes; it becomes the replacement character.
fn well_formed(json: &[u8]) -> Vec<u8> {
    let mut fixed = json.to_vec();
    let mut at = 0;
    while at < fixed.len() {
        if fixed[at] != b'\\' {
            at += 1;
            continue;
        }
        match (escape(&fixed, at), escape(&fixed, at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                fixed[at..at + 6].copy_from_slice(b"\\ufffd");
                at += 6;
            }
            _ => at += 2,
        }
    }
    fixed
}

/// The code unit of the `\uXXXX` that begins here.
fn escape(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_surrogates_become_replacement_characters() {
        let whole = br#"{"result":"a\ud83d\ude00b\\ud83d"}"#;
        assert_eq!(read::<String>(whole).unwrap(), "a\u{1f600}b\\ud83d");
        let halves = br#"{"result":"x\ud83d y\ude00\ud83d\ud83d\ude00\\"}"#;
        assert_eq!(read::<String>(halves).unwrap(), "x\u{fffd} y\u{fffd}\u{fffd}\u{1f600}\\");
    }

    #[test]
    fn refusals_and_surprises_are_told_apart() {
        let refused =
            read::<u8>(br#"{"id":1,"error":{"code":-32602,"message":"no such thing"}}"#).unwrap_err();
        assert!(matches!(refused, Some(BrowserError::Protocol(why)) if why == "no such thing"));
        assert!(read::<u8>(br#"{"id":1,"result":"text"}"#).unwrap_err().is_none());
    }
}
