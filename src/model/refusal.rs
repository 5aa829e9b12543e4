//! What Microsoft's refusal of a token comes to, and how it is kept with the account.

use super::{AadstsClass, Resource};
use crate::error::{Meaning, WhoseTurn};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What a refusal by Microsoft means.
    pub enum RefusalClass {
        /// Time will tell.
        Transient = "transient",
        /// The sign-in has ended: expired, unused for too long, or revoked.
        Reconnect = "reconnect",
        /// Microsoft wants to see the person: a second factor, a new password, terms of use.
        Interaction = "interaction",
        /// The person has not yet allowed what is asked for.
        Consent = "consent",
        /// Only an administrator may allow it.
        Admin = "admin",
        /// Our registration is wrong: its secret, its certificate, its tenant.
        Registration = "registration",
        /// What we ask for is wrong: scope, resource, or the request itself.
        Request = "request",
        /// A policy of the organisation says no.
        Policy = "policy",
        /// The account is disabled.
        Disabled = "disabled",
        /// The person said no.
        Declined = "declined",
        /// The code was not used in time, or twice.
        CodeExpired = "code_expired",
    }
}

impl RefusalClass {
    /// What it means for the account.
    #[must_use]
    pub fn meaning(self) -> Meaning {
        use WhoseTurn::{It, Nobody, Operator, Owner};
        match self {
            Self::Transient => Meaning::retry("oauth_transient", Nobody, "it is tried again."),
            Self::Reconnect => Meaning::needs_login(
                "oauth_reconnect",
                Owner,
                "connect the mailbox with Microsoft again. Everything stored stays.",
            ),
            Self::Interaction => Meaning::needs_login(
                "oauth_interaction",
                Owner,
                "connect the mailbox with Microsoft again and do what Microsoft asks for there, such as a \
                 second factor.",
            ),
            Self::Consent => Meaning::needs_login(
                "oauth_consent",
                Owner,
                "connect the mailbox with Microsoft again and accept what is asked for.",
            ),
            Self::Admin => Meaning::blocked(
                "oauth_admin_consent",
                It,
                "an administrator of the organisation has to allow this application first; the owner \
                 connects afterwards.",
            ),
            Self::Registration => Meaning::blocked(
                "oauth_registration",
                Operator,
                "the application's registration at Microsoft and section [oauth] of the configuration do not \
                 fit. The owner need not do anything.",
            ),
            Self::Request => Meaning::blocked(
                "oauth_request",
                Operator,
                "Microsoft does not accept what is asked for; compare oauth.uses with the permissions of the \
                 registration, then report it.",
            ),
            Self::Policy => Meaning::blocked(
                "oauth_policy",
                It,
                "a policy of the organisation refuses this sign-in. Nothing here works around it.",
            ),
            Self::Disabled => {
                Meaning::blocked("oauth_disabled", It, "enable the account, or disconnect it here.")
            }
            Self::Declined => Meaning::needs_login(
                "oauth_declined",
                Owner,
                "the sign-in was cancelled or refused; connect again and accept.",
            ),
            Self::CodeExpired => Meaning::needs_login(
                "oauth_code_expired",
                Owner,
                "begin the sign-in again; its code was not used in time, or twice.",
            ),
        }
    }
}

impl From<AadstsClass> for RefusalClass {
    fn from(class: AadstsClass) -> Self {
        match class {
            AadstsClass::Transient | AadstsClass::Locked => Self::Transient,
            AadstsClass::Password
            | AadstsClass::Name
            | AadstsClass::PasswordExpired
            | AadstsClass::Factor
            | AadstsClass::FactorRefused
            | AadstsClass::NewFactor
            | AadstsClass::OutsideCheck => Self::Interaction,
            AadstsClass::Reconnect => Self::Reconnect,
            AadstsClass::CodeExpired => Self::CodeExpired,
            AadstsClass::Consent => Self::Consent,
            AadstsClass::Declined => Self::Declined,
            AadstsClass::Admin => Self::Admin,
            AadstsClass::Disabled => Self::Disabled,
            AadstsClass::Policy => Self::Policy,
            AadstsClass::Registration => Self::Registration,
            AadstsClass::Request => Self::Request,
        }
    }
}

/// Why there is no access token for a resource; kept, so that nobody asks again in vain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What it means.
    pub class: RefusalClass,
    /// What happened. Holds no secret.
    pub message: String,
    /// Whose turn it is and the next step.
    pub hint: String,
    /// What the next sign-in has to hand on, where Microsoft named it.
    pub claims: Option<String>,
    /// How often, some minutes apart, it was said without being believed yet.
    pub doubts: u32,
    /// When it was said, or last counted.
    pub at: DateTime<Utc>,
    /// When it is asked again; `None`: not before the next sign-in.
    pub retry_at: Option<DateTime<Utc>>,
}

impl Trouble {
    /// Whether nobody need ask again now.
    #[must_use]
    pub fn stands(&self, now: DateTime<Utc>) -> bool {
        self.retry_at.is_none_or(|at| at > now)
    }
}

/// The troubles of an account.
pub type Troubles = BTreeMap<Resource, Trouble>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::aadsts;

    #[test]
    fn a_number_comes_by_oauth_to_the_verdict_of_the_table() {
        for known in aadsts::NUMBERS {
            let meaning = RefusalClass::from(known.class).meaning();
            let verdict = (meaning.disposition, meaning.whose_turn);
            assert_eq!(verdict, known.class.verdict(), "{}", known.number);
        }
    }
}
