//! What can go wrong with Outlook on the web, what it means, and whose turn it is.

use super::drift;
use crate::browser::BrowserError;
use crate::error::{Classify, Disposition, Extent};
use serde_json::Value;
use std::time::Duration;

/// A failure of Outlook on the web. No variant carries content of mail, an address or a secret.
#[derive(Debug, thiserror::Error)]
pub enum OwaError {
    /// The stored session no longer signs in: Outlook shows its sign-in page.
    #[error("Outlook asks for a sign-in")]
    SignInPage,
    /// The password was refused.
    #[error("the password was refused")]
    WrongPassword,
    /// Nobody has this sign-in name.
    #[error("the sign-in name is not known")]
    UnknownUser,
    /// Too many attempts, by whomever.
    #[error("the account is locked for now")]
    Locked,
    /// The administrator has disabled the account.
    #[error("the account is disabled")]
    Disabled,
    /// The password has expired; Outlook wants a new one.
    #[error("the password has expired")]
    PasswordExpired,
    /// A second factor is wanted and nobody waits for it.
    #[error("a second factor is wanted")]
    Mfa {
        /// The number that the owner would have to enter, where the page shows one.
        number: Option<String>,
    },
    /// The owner has to register a second factor.
    #[error("Outlook wants more information about the owner")]
    MoreInformation,
    /// The application is not consented to.
    #[error("consent is wanted")]
    Consent,
    /// A policy of the organisation says no.
    #[error("a policy of the organisation refuses the sign-in (AADSTS{code})")]
    ConditionalAccess {
        /// The number behind `AADSTS`.
        code: u32,
    },
    /// Sign-in goes on at the organisation's own identity provider.
    #[error("the organisation signs in elsewhere")]
    Federated,
    /// Sign-in failed for a reason that has no page of its own here.
    #[error("sign-in failed: {} (AADSTS{code})", super::sign_in::codes::words(*code))]
    SignIn {
        /// The number behind `AADSTS`.
        code: u32,
    },
    /// First logon: the mailbox has no language and time zone yet.
    #[error("the mailbox has no language and time zone yet")]
    FirstLogon,
    /// Outlook wants a person to solve a captcha.
    #[error("Outlook asks whether this is a person")]
    Captcha,
    /// Too many calls.
    #[error("Outlook asks us to slow down")]
    Throttled {
        /// When to come back, if it said.
        retry_after: Option<Duration>,
    },
    /// The service failed and may not next time.
    #[error("OWA's service failed: {code}")]
    Service {
        /// Its own word for it, or the HTTP status.
        code: String,
    },
    /// The service no longer takes the session's headers. `Mailbox` answers it with the full page.
    #[error("OWA's service refuses the headers (HTTP {status})")]
    Unauthorized {
        /// As it came; 200 where a sign-in page or nothing came in place of JSON.
        status: u16,
    },
    /// What came is not what we know.
    #[error("unknown {what}: {seen}")]
    Drift {
        /// What it should have been.
        what: &'static str,
        /// Its shape: key paths, ids of inputs; no content.
        seen: String,
    },
    /// The light page came; it has no list that we can read and no JSON.
    #[error("Outlook served its light page")]
    LightPage,
    /// The session opens a mailbox other than the account's.
    #[error("the session opens another mailbox")]
    WrongMailbox,
    /// It took too long.
    #[error("{what} took longer than {} s", .limit.as_secs())]
    Slow {
        /// What was waited for.
        what: &'static str,
        /// How long.
        limit: Duration,
    },
    /// The caller said no to a step of a sign-in.
    #[error("the sign-in was stopped: {0}")]
    Refused(String),
    /// A stored session that cannot be read.
    #[error("the stored session cannot be read")]
    Session,
    /// The browser.
    #[error(transparent)]
    Browser(#[from] BrowserError),
}

impl OwaError {
    pub(super) fn drift(what: &'static str, value: &Value) -> Self {
        Self::Drift { what, seen: drift::shape(value) }
    }

    /// Whether the next tier may succeed where this one failed.
    pub(super) fn is_drift(&self) -> bool {
        self.disposition() == Disposition::Drift
    }
}

impl Classify for OwaError {
    fn disposition(&self) -> Disposition {
        match self {
            Self::SignInPage
            | Self::WrongPassword
            | Self::UnknownUser
            | Self::PasswordExpired
            | Self::Mfa { .. }
            | Self::MoreInformation
            | Self::FirstLogon
            | Self::Captcha
            | Self::WrongMailbox
            | Self::Refused(_)
            | Self::Session => Disposition::NeedsLogin,
            Self::Disabled
            | Self::Consent
            | Self::ConditionalAccess { .. }
            | Self::Federated
            | Self::SignIn { .. } => Disposition::Blocked,
            Self::Locked | Self::Throttled { .. } | Self::Service { .. } | Self::Slow { .. } => {
                Disposition::Retry
            }
            Self::Unauthorized { .. } | Self::Drift { .. } | Self::LightPage => Disposition::Drift,
            Self::Browser(error) => error.disposition(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::SignInPage => "sign_in_page",
            Self::WrongPassword => "wrong_password",
            Self::UnknownUser => "unknown_user",
            Self::Locked => "locked",
            Self::Disabled => "disabled",
            Self::PasswordExpired => "password_expired",
            Self::Mfa { .. } => "mfa",
            Self::MoreInformation => "more_information",
            Self::Consent => "consent",
            Self::ConditionalAccess { .. } => "conditional_access",
            Self::Federated => "federated",
            Self::SignIn { .. } => "sign_in_failed",
            Self::FirstLogon => "first_logon",
            Self::Captcha => "captcha",
            Self::Throttled { .. } => "throttled",
            Self::Service { .. } => "service",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Drift { .. } => "drift",
            Self::LightPage => "light_page",
            Self::WrongMailbox => "wrong_mailbox",
            Self::Slow { .. } => "slow",
            Self::Refused(_) => "refused",
            Self::Session => "session",
            Self::Browser(error) => error.code(),
        }
    }

    fn hint(&self) -> String {
        let hint = match self {
            Self::SignInPage => "Outlook has ended the session. Owner: connect the account again.",
            Self::WrongPassword => {
                "The password was tried once and refused; it will not be tried again. Owner: connect the account with the right one."
            }
            Self::UnknownUser => {
                "Nobody has this sign-in name. Owner: connect the account with the right one."
            }
            Self::Locked => {
                "Microsoft has locked the account after failed sign-ins. Nobody: it is tried again later."
            }
            Self::Disabled => "The account is disabled. IT: enable it, or disconnect it here.",
            Self::PasswordExpired => {
                "The password has expired. Owner: choose a new one in Outlook, then connect the account again."
            }
            Self::Mfa { .. } => {
                "Outlook wants a second factor. Owner: connect the account again and answer it."
            }
            Self::MoreInformation => {
                "Outlook wants the owner to register a second factor. Owner: sign in to Outlook once in your own browser and follow it, then connect again."
            }
            Self::Consent => {
                "Outlook wants consent. IT: grant it for the organisation, or say that this is not wanted."
            }
            Self::ConditionalAccess { code } | Self::SignIn { code } => return policy_hint(*code),
            Self::Federated => {
                "The organisation signs in on pages of its own, which this version does not know. IT or operator: use another road for this account."
            }
            Self::FirstLogon => {
                "Nobody has opened this mailbox yet. Owner: sign in to Outlook once and choose language and time zone."
            }
            Self::Captcha => {
                "Outlook wants to see a person. Owner: sign in once in your own browser, then connect again."
            }
            Self::Throttled { .. } => {
                "Outlook asked us to slow down. Nobody: it goes on at the time that it said."
            }
            Self::Service { .. } => "Outlook's service failed. Nobody: it is tried again.",
            Self::Unauthorized { .. } => {
                "Outlook's service refuses what its own page sends. Operator: look for a newer version."
            }
            Self::Drift { .. } => {
                "Outlook no longer looks as we know it. Operator: report what was seen, look for a newer version."
            }
            Self::LightPage => {
                "Outlook takes this browser for an old one. Operator: install a current Chromium."
            }
            Self::WrongMailbox => {
                "The session belongs to another mailbox. Owner: connect the account with its own sign-in name."
            }
            Self::Slow { .. } => "Outlook or the network is slow. Nobody: it is tried again.",
            Self::Refused(_) => "The sign-in was not gone on with. Owner: connect the account again.",
            Self::Session => "What was stored of the session is damaged. Owner: connect the account again.",
            Self::Browser(error) => return error.hint(),
        };
        hint.to_owned()
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after } => *retry_after,
            Self::Browser(error) => error.retry_after(),
            Self::SignInPage
            | Self::WrongPassword
            | Self::UnknownUser
            | Self::Locked
            | Self::Disabled
            | Self::PasswordExpired
            | Self::Mfa { .. }
            | Self::MoreInformation
            | Self::Consent
            | Self::ConditionalAccess { .. }
            | Self::Federated
            | Self::SignIn { .. }
            | Self::FirstLogon
            | Self::Captcha
            | Self::Service { .. }
            | Self::Unauthorized { .. }
            | Self::Drift { .. }
            | Self::LightPage
            | Self::WrongMailbox
            | Self::Slow { .. }
            | Self::Refused(_)
            | Self::Session => None,
        }
    }

    fn extent(&self) -> Extent {
        if let Self::Browser(error) = self { error.extent() } else { Extent::Account }
    }
}

fn policy_hint(code: u32) -> String {
    let words = super::sign_in::codes::words(code);
    format!(
        "Microsoft refused the sign-in: {words} (AADSTS{code}). IT: change it, or use another road for this account."
    )
}
