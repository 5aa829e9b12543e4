//! What Microsoft's sign-in says when it says no, and what that means.
//!
//! The class is decided by `suberror` and `error`. A number behind `AADSTS` only chooses where those two
//! leave it open, and words the reason: Microsoft says that numbers may change (its reference of error
//! codes).

use crate::error::Meaning;
use crate::model::RefusalClass;
use crate::model::aadsts::{self, Aadsts};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

/// The answer as it is on the wire.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ErrorResponse {
    pub(super) error: String,
    #[serde(default)]
    pub(super) error_description: Option<String>,
    #[serde(default)]
    pub(super) error_codes: Vec<u32>,
    #[serde(default)]
    pub(super) suberror: Option<String>,
    #[serde(default)]
    pub(super) claims: Option<String>,
    #[serde(default)]
    pub(super) correlation_id: Option<String>,
}

impl ErrorResponse {
    /// What a service says that is too busy to say more.
    pub(super) fn unavailable() -> Self {
        Self { error: "temporarily_unavailable".to_owned(), ..Self::default() }
    }
}

/// A refusal. Microsoft's own description is not kept: it may name the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What it means.
    pub class: RefusalClass,
    /// OAuth's word, such as `invalid_grant`.
    pub error: String,
    /// Microsoft's finer word, such as `bad_token`.
    pub suberror: Option<String>,
    /// The numbers behind `AADSTS`.
    pub codes: Vec<u32>,
    /// What the next sign-in has to hand on.
    pub claims: Option<String>,
    /// By it Microsoft finds the case.
    pub correlation_id: Option<String>,
    /// When it said to come back.
    pub retry_after: Option<Duration>,
    /// Where an administrator allows what is asked for.
    pub admin_link: Option<Url>,
}

/// No word of an answer that we repeat is longer.
const LONGEST_WORD: usize = 64;

impl Refusal {
    pub(super) fn new(wire: ErrorResponse) -> Self {
        let codes = if wire.error_codes.is_empty() {
            numbers_in(wire.error_description.as_deref().unwrap_or_default())
        } else {
            wire.error_codes
        };
        Self {
            class: class(&wire.error, wire.suberror.as_deref(), &codes),
            error: word(&wire.error),
            suberror: wire.suberror.as_deref().filter(|text| !text.is_empty()).map(word),
            codes,
            claims: wire.claims,
            correlation_id: wire.correlation_id.as_deref().map(word),
            retry_after: None,
            admin_link: None,
        }
    }

    /// The first number that is known.
    fn known(&self) -> Option<&'static Aadsts> {
        known(&self.codes)
    }

    /// What it means for the account.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        let meaning = self.class.meaning().after(self.retry_after);
        let link = self.admin_link.as_ref().filter(|_| self.class == RefusalClass::Admin);
        let more = self.known().and_then(|known| known.more);
        let more = link.map(Url::to_string).into_iter().chain(more.map(str::to_owned));
        let next = more.fold(meaning.next.into_owned(), |next, more| format!("{next} {more}"));
        Meaning { next: next.into(), ..meaning }
    }

    /// Whether it is the sign-in that was refused, and not who asked for its tokens.
    pub(super) fn is_of_the_grant(&self) -> bool {
        !matches!(self.class, RefusalClass::Registration | RefusalClass::Transient)
    }

    /// Whether Microsoft has been seen to say this by mistake: it counts only when it is said again and
    /// again.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.class == RefusalClass::Reconnect && self.codes.contains(&aadsts::FLAPPING)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Microsoft answered {}", self.error)?;
        if let Some(suberror) = &self.suberror {
            write!(f, "/{suberror}")?;
        }
        if let Some(code) = self.codes.first() {
            write!(f, " (AADSTS{code})")?;
        }
        if let Some(known) = self.known() {
            write!(f, ": {}", known.what)?;
        }
        if let Some(id) = &self.correlation_id {
            write!(f, "; correlation id {id}")?;
        }
        Ok(())
    }
}

fn known(codes: &[u32]) -> Option<&'static Aadsts> {
    codes.iter().find_map(|&code| aadsts::of(code))
}

/// What a refusal means.
fn class(error: &str, suberror: Option<&str>, codes: &[u32]) -> RefusalClass {
    use RefusalClass as C;
    let by_number = known(codes).map(|known| C::from(known.class));
    match (suberror.unwrap_or_default(), error) {
        ("bad_token", _) => C::Reconnect,
        ("consent_required", _) => by_number.filter(|&class| class == C::Admin).unwrap_or(C::Consent),
        ("message_only" | "additional_action", _) => {
            by_number.filter(|class| matches!(class, C::Policy | C::Disabled)).unwrap_or(C::Interaction)
        }
        ("basic_action" | "user_password_expired", _) => C::Interaction,
        (_, "invalid_client" | "unauthorized_client") => C::Registration,
        (_, "invalid_scope" | "invalid_resource" | "invalid_target" | "unsupported_grant_type") => C::Request,
        (_, "temporarily_unavailable" | "server_error") => C::Transient,
        (_, "authorization_declined") => C::Declined,
        (_, "expired_token" | "bad_verification_code" | "code_expired") => C::CodeExpired,
        (_, "interaction_required" | "login_required") => {
            let finer = |class: &C| matches!(class, C::Consent | C::Admin | C::Policy | C::Disabled);
            by_number.filter(finer).unwrap_or(C::Interaction)
        }
        (_, "consent_required") => by_number.filter(|&class| class == C::Admin).unwrap_or(C::Consent),
        (_, "access_denied") => by_number.unwrap_or(C::Declined),
        (_, "invalid_grant") => by_number.unwrap_or(C::Reconnect),
        _ => by_number.unwrap_or(C::Request),
    }
}

/// The numbers behind `AADSTS` in a description: a redirect has them nowhere else.
fn numbers_in(description: &str) -> Vec<u32> {
    let number = |rest: &str| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest[..digits].parse().ok()
    };
    description.split("AADSTS").skip(1).filter_map(number).collect()
}

/// A word of somebody else's, fit to be shown.
fn word(text: &str) -> String {
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || "_-.".contains(*letter);
    text.chars().filter(plain).take(LONGEST_WORD).collect()
}

#[cfg(test)]
mod tests;
