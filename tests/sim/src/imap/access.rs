//! Who asks: XOAUTH2 (developers.google.com/gmail/imap/xoauth2-protocol; "Authenticate an IMAP, POP or SMTP connection
//! using OAuth", learn.microsoft.com) and LOGIN.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};

use super::command::Command;
use crate::identity::scopes::Resource;
use crate::sim::{PasswordCheck, Sim};

/// Who has signed in.
pub(super) struct Visitor {
    /// Whose mailbox it is.
    pub(super) smtp: String,
    /// Whether they reach it. Where they do not, the sign-in succeeds and all else fails.
    pub(super) connected: bool,
    /// The token, which may end while the session lasts.
    token: Option<String>,
}

/// The life of a token, and whose it is.
fn access(sim: &Sim, token: &str) -> Option<(String, DateTime<Utc>)> {
    let access = sim.platform().grants.access(token).cloned()?;
    let held = access.scopes.iter().any(|scope| scope.name == "IMAP.AccessAsUser.All");
    (access.resource == Resource::Outlook && held).then_some((access.smtp, access.until))
}

impl Visitor {
    /// Whoever says this: `user=` address, `auth=Bearer ` token, each with ^A behind it, and another ^A.
    pub(super) fn by_token(sim: &Sim, said: &[u8]) -> Option<Self> {
        let (user, token) = said_by_token(said)?;
        let (person, until) = access(sim, &token)?;
        if until <= sim.now() || !sim.settings(&user).imap.enabled {
            return None;
        }
        let shared = sim.settings(&person).shared_mailboxes;
        let own = person.eq_ignore_ascii_case(&user);
        let connected = own || shared.iter().any(|shared| shared.eq_ignore_ascii_case(&user));
        Some(Self { smtp: user, connected, token: Some(token) })
    }

    /// Whoever has the account's password, where passwords are taken.
    pub(super) fn by_password(sim: &Sim, user: &str, password: &str) -> Option<Self> {
        if sim.check_password(user, password) != PasswordCheck::Right {
            return None;
        }
        let settings = sim.settings(user).imap;
        let admitted = settings.passwords && settings.enabled;
        admitted.then(|| Self { smtp: user.to_lowercase(), connected: true, token: None })
    }

    /// Whether the token is over.
    pub(super) fn has_expired(&self, sim: &Sim) -> bool {
        let until = self.token.as_ref().map(|token| access(sim, token).map(|(_, until)| until));
        until.is_some_and(|until| until.is_none_or(|until| until <= sim.now()))
    }
}

fn said_by_token(said: &[u8]) -> Option<(String, String)> {
    let said = STANDARD.decode(said).ok()?;
    let said = String::from_utf8(said).ok()?;
    let (user, rest) = said.strip_prefix("user=")?.split_once('\u{1}')?;
    let token = rest.strip_prefix("auth=Bearer ")?.strip_suffix("\u{1}\u{1}")?;
    Some((user.to_lowercase(), token.to_owned()))
}

/// Whom a command that signs in names; nobody where the name comes later.
pub(super) fn claimed(command: &Command) -> Option<String> {
    match command.name.as_str() {
        "LOGIN" => command.text(0).map(str::to_lowercase),
        "AUTHENTICATE" => said_by_token(command.text(1)?.as_bytes()).map(|(user, _)| user),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of learn.microsoft.com.
    #[test]
    fn the_published_example_is_read() {
        let said = "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==";
        let read = said_by_token(said.as_bytes()).unwrap();
        assert_eq!(
            read,
            ("someuser@example.com".to_owned(), "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg".to_owned())
        );
        assert_eq!(said_by_token(b"dXNlcj1h"), None);
    }
}
