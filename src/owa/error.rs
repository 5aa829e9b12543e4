//! What can go wrong with Outlook on the web, what it means, and whose turn it is.

use super::drift;
use crate::browser::BrowserError;
use crate::error::{Classify, Disposition, Meaning, WhoseTurn};
use crate::model::aadsts;
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
    #[error("Microsoft refuses the sign-in: {} (AADSTS{code})", aadsts::what(*code))]
    ConditionalAccess {
        /// The number behind `AADSTS`.
        code: u32,
    },
    /// Sign-in goes on at the organisation's own identity provider.
    #[error("the organisation signs in elsewhere")]
    Federated,
    /// Sign-in failed for a reason that has no page of its own here.
    #[error("sign-in failed: {} (AADSTS{code})", aadsts::what(*code))]
    SignIn {
        /// The number behind `AADSTS`.
        code: u32,
    },
    /// First logon: the mailbox has no language and time zone yet.
    #[error("the mailbox has no language and time zone yet")]
    FirstLogon,
    /// Who signs in has no mailbox.
    #[error("there is no mailbox")]
    NoMailbox,
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
    /// The page cannot be led to a folder for certain. Its addresses name only the folders that every mailbox
    /// has; where a click in its pane led is told by the JSON that follows alone.
    #[error("Outlook's page cannot be led to this folder for certain")]
    OutOfReach,
    /// The mailbox has no such folder any more.
    #[error("a folder is not there any more")]
    NoFolder,
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
        /// How long it was waited for.
        limit: Duration,
    },
    /// A stored session that cannot be read.
    #[error("the stored session cannot be read")]
    Session,
    /// What the browser says.
    #[error(transparent)]
    Browser(#[from] BrowserError),
}

impl OwaError {
    pub(super) fn drift(what: &'static str, value: &Value) -> Self {
        Self::Drift { what, seen: drift::shape(value) }
    }

    /// Whether the next tier may succeed where this one failed.
    pub(super) fn is_drift(&self) -> bool {
        self.meaning().disposition == Disposition::Drift
    }

    /// Whether the password that was tried is right, where the end of the sign-in tells. What comes after a
    /// password, such as a policy or a second factor, comes after a right one.
    #[must_use]
    pub fn password_was_right(&self) -> Option<bool> {
        match self {
            Self::WrongPassword => Some(false),
            Self::Mfa { .. }
            | Self::MoreInformation
            | Self::Consent
            | Self::ConditionalAccess { .. }
            | Self::PasswordExpired => Some(true),
            Self::SignIn { code } => {
                aadsts::of(*code).and_then(|known| known.class.is_after_the_password().then_some(true))
            }
            Self::SignInPage
            | Self::UnknownUser
            | Self::Locked
            | Self::Disabled
            | Self::Federated
            | Self::FirstLogon
            | Self::NoMailbox
            | Self::Captcha
            | Self::Throttled { .. }
            | Self::Service { .. }
            | Self::Unauthorized { .. }
            | Self::Drift { .. }
            | Self::OutOfReach
            | Self::NoFolder
            | Self::LightPage
            | Self::WrongMailbox
            | Self::Slow { .. }
            | Self::Session
            | Self::Browser(_) => None,
        }
    }
}

impl Classify for OwaError {
    fn meaning(&self) -> Meaning {
        use WhoseTurn::{It, Nobody, Operator, Owner};
        match self {
            // A session that is good may need a second load, and a passing trouble looks the same.
            Self::SignInPage => {
                Meaning::needs_login("sign_in_page", Owner, "connect the account again.").doubtful()
            }
            Self::WrongPassword => Meaning::needs_login(
                "wrong_password",
                Owner,
                "connect the account with the right password; this one will not be tried again.",
            ),
            Self::UnknownUser => Meaning::needs_login(
                "unknown_user",
                Owner,
                "connect the account with the right sign-in name; nobody has this one.",
            ),
            Self::Locked => Meaning::retry(
                "locked",
                Nobody,
                "Microsoft has locked the account after failed sign-ins; it is tried again later.",
            ),
            Self::Disabled => Meaning::blocked("disabled", It, "enable the account, or disconnect it here."),
            Self::PasswordExpired => Meaning::needs_login(
                "password_expired",
                Owner,
                "choose a new password in Outlook, then connect the account again.",
            ),
            Self::Mfa { .. } => {
                Meaning::needs_login("mfa", Owner, "connect the account again and answer the second factor.")
            }
            Self::MoreInformation => Meaning::needs_login(
                "more_information",
                Owner,
                "Outlook wants a second factor registered: sign in to Outlook once in your own browser and \
                 follow it, then connect again.",
            ),
            Self::Consent => Meaning::needs_login(
                "consent",
                Owner,
                "sign in to Outlook once in your own browser and accept what it asks for, then connect \
                 again. Where Outlook asks for an administrator, IT has to accept it.",
            ),
            Self::ConditionalAccess { code } => refused_by_policy(*code),
            Self::Federated => Meaning::blocked(
                "federated",
                It,
                "the organisation signs in on pages of its own, which this version does not know: use \
                 another road for this account.",
            ),
            Self::SignIn { code } => sign_in_failed(*code),
            Self::FirstLogon => Meaning::blocked(
                "first_logon",
                Owner,
                "nobody has opened this mailbox yet: sign in to Outlook once and choose language and time \
                 zone.",
            )
            .on_request(),
            Self::NoMailbox => Meaning::blocked("no_mailbox", It, GIVE_MAILBOX).on_request(),
            Self::Captcha => Meaning::needs_login(
                "captcha",
                Owner,
                "Outlook wants to see a person: sign in once in your own browser, then connect again.",
            ),
            Self::Throttled { retry_after } => {
                Meaning::retry("throttled", Nobody, WAIT).after(Some(retry_after.unwrap_or(UNSAID)))
            }
            Self::Service { .. } => Meaning::retry("service", Nobody, "it is tried again."),
            Self::Unauthorized { .. } => Meaning::drift(
                "unauthorized",
                Operator,
                "Outlook's service refuses what its own page sends: look for a newer version.",
            ),
            Self::Drift { .. } => Meaning::drift(
                "drift",
                Operator,
                "Outlook no longer looks as we know it: report what was seen, look for a newer version.",
            ),
            Self::OutOfReach => Meaning::drift("folder_out_of_reach", Operator, ALLOW_JSON).folder(),
            Self::NoFolder => Meaning::retry("no_folder", Nobody, LISTED_AGAIN).folder(),
            Self::LightPage => Meaning::drift(
                "light_page",
                Operator,
                "Outlook takes this browser for an old one: install a current Chromium.",
            ),
            Self::WrongMailbox => Meaning::needs_login(
                "wrong_mailbox",
                Owner,
                "connect the account with its own sign-in name; the session belongs to another mailbox.",
            ),
            Self::Slow { .. } => {
                Meaning::retry("slow", Nobody, "Outlook or the network is slow; it is tried again.")
            }
            Self::Session => Meaning::needs_login(
                "session",
                Owner,
                "connect the account again; what was stored of the session is damaged.",
            ),
            Self::Browser(error) => error.meaning(),
        }
    }
}

/// In the names of the exceptions behind `NoMailbox`.
pub(super) const NO_MAILBOX: &str = "HasNoMailbox";

/// How long Outlook is left alone where it asks for that and does not say how long.
const UNSAID: Duration = Duration::from_mins(5);

const WAIT: &str = "it goes on by itself at the time that Outlook said, and for nobody before; \
                    `outlook-syncd status` shows when that is.";

const GIVE_MAILBOX: &str = "give the account a mailbox, which as a rule it lacks for want of a licence, or \
                            disconnect it here.";

const ALLOW_JSON: &str = "let owa.tiers have `service` or `network`, or take the folder out of sync.folders. \
                          The other folders are read.";

const LISTED_AGAIN: &str = "the mailbox lists its folders again. The other folders are read.";

const CHANGE_POLICY: &str = "change what refuses the sign-in, or use another road for this account.";

/// What the table adds is said too.
fn refused_by_policy(code: u32) -> Meaning {
    let more = aadsts::of(code).and_then(|known| known.more);
    let next = more.map_or(CHANGE_POLICY.to_owned(), |more| format!("{CHANGE_POLICY} {more}"));
    Meaning::blocked("conditional_access", WhoseTurn::It, next)
}

/// A number without a page of its own comes to what the table says; one that is not known, to what a policy
/// does.
fn sign_in_failed(code: u32) -> Meaning {
    let verdict = aadsts::of(code).map(|known| known.class.verdict());
    match verdict.map(|(disposition, _)| disposition) {
        Some(Disposition::Retry) => Meaning::retry("sign_in_failed", WhoseTurn::Nobody, "it is tried again."),
        Some(Disposition::NeedsLogin) => Meaning::needs_login(
            "sign_in_failed",
            WhoseTurn::Owner,
            "sign in to Outlook once in your own browser and do what it asks for, then connect again.",
        ),
        // The application is Outlook's own: what is wrong with it, IT has to see to.
        Some(Disposition::Blocked | Disposition::Drift | Disposition::Fatal) | None => {
            Meaning::blocked("sign_in_failed", WhoseTurn::It, CHANGE_POLICY)
        }
    }
}

#[cfg(test)]
mod tests;
