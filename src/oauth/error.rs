//! What can go wrong with a sign-in by OAuth or with a token, what it means, and whose turn it is.

use super::{Refusal, scope};
use crate::error::{Classify, Meaning, WhoseTurn};
use crate::jwt::JwtError;
use crate::model::{Resource, Trouble, Use};
use crate::net::{self, ProxyError};
use crate::store::StoreError;
use crate::strongbox::StrongboxError;
use crate::vault::CHANGED;
use std::sync::Arc;
use std::time::Duration;

/// A failure of OAuth. No variant carries a token, a code or a secret. All who waited for the same answer are
/// told the same.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OAuthError {
    /// No registration of ours is configured.
    #[error("OAuth is not configured")]
    Off,
    /// The application's secret or certificate cannot be read.
    #[error("{0}")]
    Credential(String),
    /// Nobody has signed in for this account.
    #[error("the account is not connected by OAuth")]
    NotConnected,
    /// Microsoft said no.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// Microsoft said no, in a way that it has been seen to take back.
    #[error("{0}; it is asked again")]
    Doubtful(Box<Refusal>),
    /// Microsoft said no before, and it would be no use to ask again, or not yet.
    #[error("{}", .trouble.message)]
    Known {
        /// What it said.
        trouble: Box<Trouble>,
        /// After how long it is asked again; `None`: not before the next sign-in.
        wait: Option<Duration>,
    },
    /// The tokens were given to another registration than the one that is configured now.
    #[error("the sign-in was given to another registration than the configured one")]
    OtherRegistration,
    /// The person allowed less than is needed.
    #[error("the sign-in does not cover {}", .0.as_str())]
    NotGranted(Use),
    /// The person was asked for nothing that opens it.
    #[error("the sign-in asked for no access to {}", .0.as_str())]
    NotAsked(Resource),
    /// The address of a popup was opened before, or is too old.
    #[error("this address was opened before, or is older than ten minutes")]
    OldLink,
    /// Nobody waits for what was brought to finish a sign-in.
    #[error("no sign-in waits for this: it was finished before, is older than ten minutes or was made up")]
    NotUnderWay,
    /// Somebody finishes what another has begun.
    #[error("this sign-in was begun by another user")]
    AnotherUser,
    /// Another mailbox than the expected one.
    #[error("{expected} was to be connected, and {found} signed in")]
    AnotherMailbox {
        /// Which was to be.
        expected: String,
        /// Which it was.
        found: String,
    },
    /// The code of a sign-in could not be redeemed for a while: it can be finished again.
    #[error("{0}")]
    NotRedeemed(Box<OAuthError>),
    /// No answer came, or its connection broke: nobody knows what became of the question.
    #[error("the sign-in service does not answer")]
    Unreachable(#[source] Arc<reqwest::Error>),
    /// The firm's proxy did not lead there.
    #[error(transparent)]
    Proxy(ProxyError),
    /// An answer that cannot be read, such as a proxy's page.
    #[error("the sign-in service answered {status} and what cannot be read: no {what}")]
    Unreadable {
        /// What it should have been.
        what: &'static str,
        /// The HTTP status.
        status: u16,
    },
    /// A token that ends as it comes. What came with it is kept.
    #[error("the sign-in service gave a token that is not good for any time")]
    DeadToken,
    /// The database names somebody as the sign-in service who is neither Microsoft nor configured.
    #[error("the database names {0} as the sign-in service, which is neither Microsoft's nor configured")]
    Stranger(String),
    /// The authority describes itself in a way that is not to be trusted.
    #[error("the description of the sign-in service is wrong: {0}")]
    Authority(&'static str),
    /// The identity that came with the tokens is not to be trusted.
    #[error("the identity that came with the tokens is refused: {0}")]
    Identity(#[from] IdentityFault),
    /// Microsoft sent the browser back with something that is no answer to our question.
    #[error("the answer to the sign-in is refused: {0}")]
    Callback(#[from] CallbackFault),
    /// The code was redeemed, and then something failed that passes.
    #[error("the sign-in was good, and could not be brought to its end: {0}")]
    Spent(Box<Self>),
    /// Graph did not say who signed in.
    #[error("Microsoft Graph did not say who signed in (status {0})")]
    Nobody(u16),
    /// Another process renews the token and did not end in time.
    #[error("another process renews the token")]
    Busy,
    /// A secret was not put away or found.
    #[error(transparent)]
    Strongbox(Arc<StrongboxError>),
}

/// Why an identity is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityFault {
    /// There is none.
    #[error("there is none")]
    Missing,
    /// Its signature, audience, issuer or time is wrong.
    #[error(transparent)]
    Token(#[from] JwtError),
    /// It answers another sign-in.
    #[error("it answers another sign-in")]
    Nonce,
    /// Its organisation is not the one that was asked for.
    #[error("it is of another tenant")]
    Tenant,
}

/// Why an answer is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackFault {
    /// A parameter stands twice.
    #[error("a parameter stands twice in it")]
    Twice,
    /// It answers no sign-in that is under way in this browser: used before, too old, of another browser, or
    /// made up.
    #[error("it belongs to no sign-in that is under way in this browser")]
    Unknown,
    /// It comes from another issuer.
    #[error("it comes from another issuer")]
    Issuer,
    /// Neither a code nor an error.
    #[error("it holds neither a code nor an error")]
    Empty,
}

/// The same of a sign-in that is kept.
fn kept(error: &OAuthError) -> Meaning {
    const MORE: &str = "The sign-in is kept, and can be finished again until ten minutes after it began.";
    let meaning = error.meaning();
    let next = format!("{} {MORE}", meaning.next);
    Meaning { next: next.into(), ..meaning }
}

impl OAuthError {
    /// A failed request. Its address is left out: it may hold what nobody should read in a log.
    pub(super) fn unreachable(error: reqwest::Error) -> Self {
        net::of_proxy(&error).map_or_else(|| Self::Unreachable(error.without_url().into()), Self::Proxy)
    }
}

impl From<StrongboxError> for OAuthError {
    fn from(error: StrongboxError) -> Self {
        Self::Strongbox(Arc::new(error))
    }
}

impl From<StoreError> for OAuthError {
    fn from(error: StoreError) -> Self {
        StrongboxError::from(error).into()
    }
}

impl Classify for OAuthError {
    #[expect(clippy::too_many_lines, reason = "one row per variant")]
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{Nobody, Operator, Owner};
        match self {
            Self::Off => Meaning::blocked(
                "oauth_off",
                Operator,
                "register an application at Microsoft and set oauth.client_id.",
            ),
            Self::Credential(_) => Meaning::retry(
                "oauth_client_secret",
                Operator,
                "mend the file that oauth.client_secret_file or oauth.client_certificate_file names. It is read again by \
                 itself.",
            ),
            Self::NotConnected => {
                Meaning::needs_login("oauth_not_connected", Owner, "connect the mailbox with Microsoft.")
            }
            Self::Refused(refusal) => refusal.meaning(),
            Self::Doubtful(refusal) => Meaning::retry(
                "oauth_doubtful",
                Nobody,
                "Microsoft has been seen to say this by mistake; it counts the third time.",
            )
            .after(refusal.retry_after),
            Self::Known { trouble, wait } => {
                let next = WhoseTurn::next_step(&trouble.hint).to_owned();
                Meaning { next: next.into(), ..trouble.class.meaning() }.after(*wait)
            }
            Self::OtherRegistration => Meaning::needs_login(
                "oauth_other_registration",
                Owner,
                "connect the mailbox with Microsoft again; oauth.client_id was changed.",
            ),
            Self::NotGranted(of) => Meaning::needs_login(
                "oauth_not_granted",
                Owner,
                format!(
                    "connect the mailbox with Microsoft again and allow {}, which was left out.",
                    scope::name(*of)
                ),
            ),
            Self::NotAsked(_) => Meaning::needs_login(
                "oauth_not_asked",
                Operator,
                "name in oauth.uses what the token is for (outlook: imap, smtp). The owner connects the \
                 mailbox with Microsoft again afterwards.",
            ),
            Self::OldLink => Meaning::needs_login("old_link", Owner, "close this window and begin again."),
            Self::NotUnderWay => Meaning::needs_login("sign_in_over", Owner, "begin the connect again."),
            Self::AnotherUser => Meaning::blocked(
                "another_user",
                Owner,
                "begin the connect yourself, in your own session. Nothing was stored.",
            ),
            Self::AnotherMailbox { .. } => Meaning::blocked(
                "another_mailbox",
                Owner,
                "sign in with the expected address, in a private window if the browser remembers another. \
                 Nothing was stored. Where both are names of one mailbox, the operator can have its address count \
                 (docs/oauth.md, What is kept).",
            ),
            Self::NotRedeemed(error) => kept(error),
            Self::Spent(_) => Meaning::needs_login(
                "oauth_code_spent",
                Owner,
                "begin the connect again in a moment. What Microsoft gave for this one is good once.",
            ),
            Self::Unreachable(_) => Meaning::retry(
                "oauth_unreachable",
                Nobody,
                "it is tried again. If it stays, look at the network, DNS and firewall of this machine.",
            ),
            Self::Proxy(error) => error.meaning(),
            Self::Unreadable { .. } => Meaning::retry(
                "oauth_unreadable",
                Nobody,
                "it is tried again. If it stays, look for a proxy between this machine and Microsoft.",
            ),
            Self::DeadToken => Meaning::retry(
                "oauth_dead_token",
                Nobody,
                "it is tried again. If it stays, look at the token lifetime policy of the application.",
            ),
            Self::Stranger(_) => Meaning::fatal("oauth_stranger", Operator, CHANGED),
            Self::Authority(_) => Meaning::drift(
                "oauth_authority",
                Operator,
                "see that oauth.tenant is right. If it is, report the message.",
            ),
            Self::Identity(_) => Meaning::blocked(
                "oauth_identity",
                Operator,
                "look at oauth.client_id, oauth.tenant and this machine's clock; nothing was stored.",
            ),
            Self::Callback(_) => Meaning::needs_login(
                "oauth_callback",
                Owner,
                "close the window and begin again. A sign-in has to end within ten minutes in the browser \
                 that began it.",
            ),
            Self::Nobody(_) => Meaning::needs_login(
                "oauth_nobody",
                Owner,
                "connect again. If it stays, the account may have no mailbox.",
            ),
            Self::Busy => Meaning::retry("oauth_busy", Nobody, "it is tried again."),
            Self::Strongbox(error) => error.meaning(),
        }
    }
}
