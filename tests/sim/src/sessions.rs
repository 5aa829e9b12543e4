//! What the identity platform and OWA remember of a sign-in. Tokens are random; every one has an expiry and
//! can be ended on demand.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use uuid::Uuid;

/// Session cookie of login.microsoftonline.com.
pub(crate) const ESTSAUTH: &str = "ESTSAUTH";
/// Persistent cookie of login.microsoftonline.com, set after "Stay signed in? Yes".
pub(crate) const ESTSAUTHPERSISTENT: &str = "ESTSAUTHPERSISTENT";
/// The cookie that carries the OWA session.
pub(crate) const OWA_TOKEN: &str = "OpenIdConnect.token.v1";

/// The cookie that requests repeat in a header of the same name.
pub(crate) const CANARY: &str = "X-OWA-CANARY";

/// How long an authorization code can be redeemed.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// One kind of credential, to be expired by a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// The sign-in itself: the next authorize is interactive.
    Ests,
    /// An authorization code: single use.
    Code,
    /// The OWA session cookie: the page is not shown without it, and on-premises service calls answer 440.
    Owa,
    /// What `X-OWA-CANARY` holds: where it is required, service calls answer 449.
    Canary,
    /// The access token: service calls answer 401.
    Bearer,
    /// The refresh token of OWA's own page.
    Refresh,
}

struct Grant {
    what: What,
    smtp: String,
    until: DateTime<Utc>,
}

/// Every credential in force.
#[derive(Default)]
pub(crate) struct Sessions {
    grants: HashMap<String, Grant>,
}

impl Sessions {
    /// Makes a credential that lives until `until`, and returns its token.
    pub(crate) fn grant(&mut self, what: What, smtp: &str, until: DateTime<Utc>) -> String {
        self.grant_as(opaque(), what, smtp, until)
    }

    /// The same with this token.
    pub(crate) fn grant_as(&mut self, token: String, what: What, smtp: &str, until: DateTime<Utc>) -> String {
        self.grants.insert(token.clone(), Grant { what, smtp: smtp.to_owned(), until });
        token
    }

    /// Takes a refresh token back; until when it and its successors are good.
    pub(crate) fn exchange(&mut self, token: &str, now: DateTime<Utc>) -> Option<(String, DateTime<Utc>)> {
        self.holder(What::Refresh, token, now)?;
        self.grants.remove(token).map(|grant| (grant.smtp, grant.until))
    }

    /// A code can be redeemed for ten minutes.
    pub(crate) fn grant_code(&mut self, smtp: &str, now: DateTime<Utc>) -> String {
        self.grant(What::Code, smtp, now + CODE_LIFE)
    }

    /// Whose live credential of this kind `token` is.
    pub(crate) fn holder(&self, what: What, token: &str, now: DateTime<Utc>) -> Option<String> {
        let grant = self.grants.get(token)?;
        (grant.what == what && grant.until > now).then(|| grant.smtp.clone())
    }

    /// Redeems a code: it works once.
    pub(crate) fn redeem(&mut self, code: &str, now: DateTime<Utc>) -> Option<String> {
        let smtp = self.holder(What::Code, code, now);
        self.grants.remove(code);
        smtp
    }

    /// Ends every credential of this kind that the account holds; returns how many there were.
    pub(crate) fn expire(&mut self, what: What, smtp: &str) -> usize {
        let before = self.grants.len();
        self.grants.retain(|_, grant| grant.what != what || !grant.smtp.eq_ignore_ascii_case(smtp));
        before - self.grants.len()
    }
}

fn opaque() -> String {
    let bytes = [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes).concat();
    format!("0.A{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// A token with these claims, as OWA's own page gets them; the signature is noise.
pub(crate) fn jwt(claims: &serde_json::Value) -> String {
    let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = serde_json::json!({"typ": "JWT", "alg": "RS256", "kid": "outlook-sim"});
    format!("{}.{}.{}", part(&head), part(claims), URL_SAFE_NO_PAD.encode(Uuid::new_v4().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    #[test]
    fn a_credential_dies_at_its_time() {
        let mut sessions = Sessions::default();
        let token = sessions.grant(What::Bearer, "a@sim.example", noon() + TimeDelta::hours(1));
        assert_eq!(sessions.holder(What::Bearer, &token, noon()).as_deref(), Some("a@sim.example"));
        assert_eq!(sessions.holder(What::Bearer, &token, noon() + TimeDelta::hours(1)), None);
    }

    #[test]
    fn a_credential_is_good_for_its_kind_only() {
        let mut sessions = Sessions::default();
        let token = sessions.grant(What::Owa, "a@sim.example", noon() + TimeDelta::hours(1));
        assert_eq!(sessions.holder(What::Bearer, &token, noon()), None);
    }

    #[test]
    fn a_code_works_once_and_for_ten_minutes() {
        let mut sessions = Sessions::default();
        let code = sessions.grant_code("a@sim.example", noon());
        assert_eq!(sessions.redeem(&code, noon()).as_deref(), Some("a@sim.example"));
        assert_eq!(sessions.redeem(&code, noon()), None);
        let late = sessions.grant_code("a@sim.example", noon());
        assert_eq!(sessions.redeem(&late, noon() + TimeDelta::minutes(10)), None);
    }

    #[test]
    fn expiry_on_demand_touches_one_account_and_one_kind() {
        let mut sessions = Sessions::default();
        let until = noon() + TimeDelta::hours(1);
        let mine = sessions.grant(What::Owa, "a@sim.example", until);
        let bearer = sessions.grant(What::Bearer, "a@sim.example", until);
        let theirs = sessions.grant(What::Owa, "b@sim.example", until);
        assert_eq!(sessions.expire(What::Owa, "A@sim.example"), 1);
        assert_eq!(sessions.holder(What::Owa, &mine, noon()), None);
        assert!(sessions.holder(What::Bearer, &bearer, noon()).is_some());
        assert!(sessions.holder(What::Owa, &theirs, noon()).is_some());
    }
}
