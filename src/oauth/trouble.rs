//! What is made of a refusal to renew a token. Pure.

use super::{OAuthError, Refusal};
use crate::error::Classify;
use crate::model::{RefusalClass, Trouble};
use chrono::{DateTime, TimeDelta, Utc};

/// What Microsoft has been seen to say by mistake counts the third time, some minutes apart.
const DOUBTS: u32 = 3;
const APART: TimeDelta = TimeDelta::minutes(2);
/// How often something is asked again that the operator or IT may have mended meanwhile.
const AGAIN: TimeDelta = TimeDelta::minutes(5);

/// What the caller is told, and what is kept with the account, if anything. `before` is what was kept for the
/// resource.
pub(super) fn judge(
    refusal: Refusal,
    before: Option<&Trouble>,
    now: DateTime<Utc>,
) -> (OAuthError, Option<Trouble>) {
    let doubts = if refusal.is_doubtful() { doubts(before, now) } else { (0, now) };
    let class = refusal.class;
    if (1..DOUBTS).contains(&doubts.0) {
        let error = OAuthError::Doubtful(Box::new(refusal));
        let kept = Trouble {
            doubts: doubts.0,
            ..trouble(&error, RefusalClass::Transient, doubts.1, Some(doubts.1 + APART))
        };
        return (error, Some(kept));
    }
    let claims = refusal.claims.clone();
    let wait = refusal.retry_after.and_then(|wait| TimeDelta::from_std(wait).ok());
    let error = OAuthError::Refused(Box::new(refusal));
    let kept = match class {
        // Nobody is asked before the time that was said; without one, nothing has changed.
        RefusalClass::Transient => wait.map(|wait| trouble(&error, class, now, Some(now + wait))),
        RefusalClass::Admin
        | RefusalClass::Registration
        | RefusalClass::Request
        | RefusalClass::Policy
        | RefusalClass::Disabled => Some(trouble(&error, class, now, Some(now + AGAIN))),
        RefusalClass::Reconnect
        | RefusalClass::Interaction
        | RefusalClass::Consent
        | RefusalClass::Declined
        | RefusalClass::CodeExpired => Some(trouble(&error, class, now, None)),
    };
    (error, kept.map(|kept| Trouble { claims, ..kept }))
}

/// How often it was said by now, and when it was last counted.
fn doubts(before: Option<&Trouble>, now: DateTime<Utc>) -> (u32, DateTime<Utc>) {
    match before.filter(|before| before.doubts > 0) {
        Some(before) if now - before.at < APART => (before.doubts, before.at),
        Some(before) => (before.doubts + 1, now),
        None => (1, now),
    }
}

fn trouble(
    error: &OAuthError,
    class: RefusalClass,
    at: DateTime<Utc>,
    retry_at: Option<DateTime<Utc>>,
) -> Trouble {
    Trouble {
        class,
        message: error.to_string(),
        hint: error.meaning().hint(),
        claims: None,
        doubts: 0,
        at,
        retry_at,
    }
}

#[cfg(test)]
mod tests;
