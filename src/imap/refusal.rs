//! What a server's NO, BAD and BYE mean, by their texts as Exchange words them. Pure.

use super::ImapError;
use crate::net::LONGEST_WAIT;
use std::time::Duration;

/// The texts that are known, whatever they are an answer to.
fn known(text: &str) -> Option<ImapError> {
    let has = |part: &str| text.contains(part);
    if has("authenticated but not connected") {
        Some(ImapError::NotConnected)
    } else if has("AccessTokenExpired") || has("Command received in Invalid state") {
        Some(ImapError::TokenOver)
    } else if has("throttled") {
        Some(ImapError::Throttled { wait: wait(text) })
    } else if has("Server Unavailable") || is_busy(text) {
        Some(ImapError::Unavailable)
    } else {
        None
    }
}

/// Whether a server says that it is out of order, or asked too much: by the codes of RFC 5530, 3 and RFC 9051, 7.1, else as
/// Dovecot, Gmail and Yahoo word it. It has judged no password then.
fn is_busy(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    [
        "[UNAVAILABLE]",
        "[LIMIT]",
        "[INUSE]",
        "[SERVERBUG]",
        "[OVERQUOTA]",
        "TOO MANY",
        "RATE LIMIT",
        "TRY AGAIN LATER",
    ]
    .iter()
    .any(|said| text.contains(said))
}

/// What a tagged NO or BAD to `what` means.
pub(super) fn no(text: &str, what: &'static str) -> ImapError {
    let other =
        if text.contains("Argument Error") { ImapError::Argument(what) } else { ImapError::Refused(what) };
    known(text).unwrap_or(other)
}

/// What an untagged BYE means.
pub(super) fn bye(text: &str) -> ImapError {
    known(text).unwrap_or(ImapError::Closed)
}

/// `Suggested Backoff Time: 299961 milliseconds`.
fn wait(text: &str) -> Option<Duration> {
    let (_, rest) = text.split_once("Backoff Time: ")?;
    let (number, unit) = rest.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    let wait = if unit.starts_with("milliseconds") {
        Duration::from_millis(number)
    } else {
        Duration::from_secs(number)
    };
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Classify as _;

    #[test]
    fn the_answers_of_exchange_have_their_meanings() {
        for (text, code) in [
            ("User is authenticated but not connected.", "imap_not_connected"),
            ("Session invalidated - AccessTokenExpired", "imap_token_over"),
            ("Command received in Invalid state.", "imap_token_over"),
            ("Request is throttled. Suggested Backoff Time: 299961 milliseconds", "imap_throttled"),
            ("Server Unavailable. 15", "imap_unavailable"),
            ("[LIMIT] LOGIN Rate limit hit", "imap_unavailable"),
            ("[ALERT] Too many simultaneous connections. (Failure)", "imap_unavailable"),
            ("[INUSE] Mailbox is locked", "imap_unavailable"),
            ("Connection closed. 14", "imap_closed"),
        ] {
            assert_eq!(bye(text).meaning().code, code, "{text}");
        }
    }

    #[test]
    fn a_server_is_left_alone_for_as_long_as_it_says_up_to_a_day() {
        let wait = |text: &str| bye(text).meaning().retry_after;
        let said = wait("Request is throttled. Suggested Backoff Time: 299961 milliseconds");
        assert_eq!(said, Some(Duration::from_millis(299_961)));
        let never = wait("throttled. Suggested Backoff Time: 99999999999999 milliseconds");
        assert_eq!(never, Some(LONGEST_WAIT));
        assert_eq!(wait("Request is throttled."), None);
    }
}
