//! What the platform remembers: codes, device codes, refresh tokens and access tokens, with the consent
//! behind them.

use std::collections::{BTreeSet, HashMap};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::device::Device;
use super::errors::OauthError;
use super::scopes::{Resource, Scope, Scopes};
use super::settings::Rotation;

/// How long a code can be redeemed.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// Who asked for what: behind a code as behind a refresh token.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) client_id: Uuid,
    pub(super) smtp: String,
    pub(super) scopes: Scopes,
    pub(super) nonce: Option<String>,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: String,
    pub(super) tenant: String,
    pub(super) challenge: Option<String>,
    until: DateTime<Utc>,
    redeemed: bool,
}

impl Code {
    pub(super) fn new(
        grant: Grant,
        redirect_uri: &str,
        tenant: &str,
        challenge: Option<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let (redirect_uri, tenant) = (redirect_uri.to_owned(), tenant.to_owned());
        Self { grant, redirect_uri, tenant, challenge, until: now + CODE_LIFE, redeemed: false }
    }
}

/// Why a refresh token is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    /// Used, and rotation is strict.
    Used,
    /// A used one of its family came back.
    Reuse,
    /// Unused for too long.
    Expired,
    /// By a new password or an administrator.
    Revoked,
}

#[derive(Clone, Debug)]
struct Refresh {
    grant: Grant,
    family: Uuid,
    until: DateTime<Utc>,
    death: Option<Death>,
}

/// An access token.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) smtp: String,
    pub(crate) resource: Resource,
    pub(crate) scopes: BTreeSet<Scope>,
    pub(crate) until: DateTime<Utc>,
}

/// Everything in force.
#[derive(Default)]
pub(crate) struct Grants {
    codes: HashMap<String, Code>,
    pub(super) devices: HashMap<String, Device>,
    refresh: HashMap<String, Refresh>,
    access: HashMap<String, Access>,
    consents: HashMap<(Uuid, String), BTreeSet<Scope>>,
    /// Applications that an administrator has consented to, with the tenant.
    admin_consents: BTreeSet<(Uuid, Uuid)>,
}

/// Random text of `bytes` bytes behind a prefix.
pub(super) fn opaque(prefix: &str, bytes: usize) -> String {
    let noise: Vec<u8> =
        std::iter::repeat_with(Uuid::new_v4).flat_map(Uuid::into_bytes).take(bytes).collect();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(noise))
}

/// Codes.
impl Grants {
    pub(super) fn issue_code(&mut self, code: Code) -> String {
        let name = opaque("1.AXoA", 300);
        self.codes.insert(name.clone(), code);
        name
    }

    pub(super) fn code(&self, name: &str) -> Option<&Code> {
        self.codes.get(name)
    }

    /// Redeems a code: it works once and for ten minutes.
    pub(super) fn redeem(&mut self, name: &str, now: DateTime<Utc>) -> Result<Code, OauthError> {
        let code = self.codes.get_mut(name).ok_or_else(|| OauthError::aadsts(9_002_313))?;
        if std::mem::replace(&mut code.redeemed, true) {
            return Err(OauthError::aadsts(54_005));
        }
        if code.until <= now { Err(OauthError::aadsts(70_008)) } else { Ok(code.clone()) }
    }

    /// Ends every code of an account that was not redeemed; returns how many.
    pub(super) fn expire_codes(&mut self, smtp: &str) -> usize {
        let open = |code: &&mut Code| !code.redeemed && code.grant.smtp.eq_ignore_ascii_case(smtp);
        self.codes.values_mut().filter(open).fold(0, |ended, code| {
            code.until = DateTime::UNIX_EPOCH;
            ended + 1
        })
    }
}

/// Refresh tokens.
impl Grants {
    /// A token of a new family, or of the family of the token that it follows.
    pub(super) fn issue_refresh(
        &mut self,
        grant: &Grant,
        personal: bool,
        after: Option<&str>,
        until: DateTime<Utc>,
    ) -> String {
        let family =
            after.and_then(|token| self.refresh.get(token)).map_or_else(Uuid::new_v4, |old| old.family);
        // Work tokens are longer than columns of 1,024 characters.
        let name = if personal { opaque("M.C507_BAY.0.U.-", 300) } else { opaque("1.AXoA", 1000) };
        self.refresh.insert(name.clone(), Refresh { grant: grant.clone(), family, until, death: None });
        name
    }

    /// Whose refresh token this is, alive or dead.
    pub(super) fn refresh_holder(&self, token: &str) -> Option<&Grant> {
        self.refresh.get(token).map(|refresh| &refresh.grant)
    }

    /// Uses a refresh token. Under strict rotation it dies of it, and a dead one takes its family along.
    pub(super) fn use_refresh(
        &mut self,
        token: &str,
        client_id: Uuid,
        personal: bool,
        rotation: Rotation,
        now: DateTime<Utc>,
    ) -> Result<Grant, OauthError> {
        let held = self.refresh.get_mut(token).filter(|refresh| refresh.grant.client_id == client_id);
        let Some(refresh) = held else {
            return Err(malformed(personal));
        };
        if refresh.death.is_none() && refresh.until <= now {
            refresh.death = Some(Death::Expired);
        }
        match refresh.death {
            None => {
                refresh.death = (rotation == Rotation::Strict).then_some(Death::Used);
                Ok(refresh.grant.clone())
            }
            Some(death) => {
                let family = refresh.family;
                if death == Death::Used {
                    self.kill(Death::Reuse, |refresh| refresh.family == family);
                }
                Err(buried(death, personal))
            }
        }
    }

    fn kill(&mut self, death: Death, whose: impl Fn(&Refresh) -> bool) -> usize {
        let alive = self.refresh.values_mut().filter(|refresh| refresh.death.is_none() && whose(refresh));
        alive.fold(0, |killed, refresh| {
            refresh.death = Some(death);
            killed + 1
        })
    }

    pub(super) fn expire_refresh(&mut self, smtp: &str) -> usize {
        self.kill(Death::Expired, |refresh| refresh.grant.smtp.eq_ignore_ascii_case(smtp))
    }

    pub(super) fn revoke(&mut self, smtp: &str) -> usize {
        self.kill(Death::Revoked, |refresh| refresh.grant.smtp.eq_ignore_ascii_case(smtp))
    }

    /// How many refresh tokens of an account work.
    pub(super) fn live_refresh(&self, smtp: &str, now: DateTime<Utc>) -> usize {
        let alive = |refresh: &&Refresh| refresh.death.is_none() && refresh.until > now;
        self.refresh
            .values()
            .filter(alive)
            .filter(|refresh| refresh.grant.smtp.eq_ignore_ascii_case(smtp))
            .count()
    }
}

fn malformed(personal: bool) -> OauthError {
    if personal {
        OauthError::aadsts(70_000)
            .text("The provided value for the input parameter 'refresh_token' or 'assertion' is not valid.")
    } else {
        OauthError::aadsts(9_002_313)
    }
}

fn buried(death: Death, personal: bool) -> OauthError {
    match death {
        _ if personal => OauthError::aadsts(70_000),
        Death::Expired => OauthError::aadsts(700_082),
        Death::Used | Death::Reuse | Death::Revoked => OauthError::aadsts(50_173),
    }
}

/// Access tokens.
impl Grants {
    pub(super) fn keep_access(&mut self, token: &str, access: Access) {
        self.access.insert(token.to_owned(), access);
    }

    pub(crate) fn access(&self, token: &str) -> Option<&Access> {
        self.access.get(token)
    }

    /// Ends every access token of an account; returns how many lived.
    pub(super) fn expire_access(&mut self, smtp: &str, now: DateTime<Utc>) -> usize {
        let alive = |access: &&mut Access| access.until > now && access.smtp.eq_ignore_ascii_case(smtp);
        self.access.values_mut().filter(alive).fold(0, |ended, access| {
            access.until = now;
            ended + 1
        })
    }
}

/// Consent.
impl Grants {
    pub(super) fn consent(&mut self, client_id: Uuid, smtp: &str, scopes: &BTreeSet<Scope>) {
        self.consents.entry((client_id, smtp.to_lowercase())).or_default().extend(scopes);
    }

    pub(super) fn consented(&self, client_id: Uuid, smtp: &str) -> BTreeSet<Scope> {
        self.consents.get(&(client_id, smtp.to_lowercase())).cloned().unwrap_or_default()
    }

    pub(super) fn withdraw(&mut self, client_id: Uuid, smtp: &str) -> bool {
        self.consents.remove(&(client_id, smtp.to_lowercase())).is_some()
    }

    pub(super) fn admin_consent(&mut self, client_id: Uuid, tenant: Uuid) {
        self.admin_consents.insert((client_id, tenant));
    }

    pub(super) fn has_admin_consent(&self, client_id: Uuid, tenant: Uuid) -> bool {
        self.admin_consents.contains(&(client_id, tenant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMTP: &str = "a@sim.example";

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn grant() -> Grant {
        let scopes = Scopes::parse("offline_access User.Read").unwrap();
        Grant { client_id: Uuid::nil(), smtp: SMTP.to_owned(), scopes, nonce: None }
    }

    fn used(grants: &mut Grants, token: &str, rotation: Rotation) -> Result<(), u32> {
        let used = grants.use_refresh(token, Uuid::nil(), false, rotation, noon());
        used.map(|_| ()).map_err(|error| error.code)
    }

    #[test]
    fn a_code_works_once_and_for_ten_minutes() {
        let mut grants = Grants::default();
        let mut issue =
            || grants.issue_code(Code::new(grant(), "https://crm.example/cb", "common", None, noon()));
        let (first, second) = (issue(), issue());
        assert!(grants.redeem(&first, noon()).is_ok());
        assert_eq!(grants.redeem(&first, noon()).unwrap_err().code, 54_005);
        assert_eq!(grants.redeem(&second, noon() + TimeDelta::minutes(10)).unwrap_err().code, 70_008);
        assert_eq!(grants.redeem("no code", noon()).unwrap_err().code, 9_002_313);
    }

    #[test]
    fn lax_rotation_leaves_the_old_token_alive() {
        let mut grants = Grants::default();
        let first = grants.issue_refresh(&grant(), false, None, noon() + TimeDelta::days(90));
        assert!(first.len() > 1024);
        assert_eq!(used(&mut grants, &first, Rotation::Lax), Ok(()));
        let second = grants.issue_refresh(&grant(), false, Some(&first), noon() + TimeDelta::days(90));
        assert_eq!(used(&mut grants, &first, Rotation::Lax), Ok(()));
        assert_eq!(used(&mut grants, &second, Rotation::Lax), Ok(()));
    }

    #[test]
    fn reuse_under_strict_rotation_kills_the_family_and_no_other() {
        let mut grants = Grants::default();
        let until = noon() + TimeDelta::days(90);
        let first = grants.issue_refresh(&grant(), false, None, until);
        let stranger = grants.issue_refresh(&grant(), false, None, until);
        assert_eq!(used(&mut grants, &first, Rotation::Strict), Ok(()));
        let second = grants.issue_refresh(&grant(), false, Some(&first), until);
        assert_eq!(used(&mut grants, &first, Rotation::Strict), Err(50_173));
        assert_eq!(used(&mut grants, &second, Rotation::Strict), Err(50_173));
        assert_eq!(used(&mut grants, &stranger, Rotation::Strict), Ok(()));
    }

    #[test]
    fn each_death_has_its_number() {
        let mut grants = Grants::default();
        let old = grants.issue_refresh(&grant(), false, None, noon());
        assert_eq!(used(&mut grants, &old, Rotation::Lax), Err(700_082));
        let token = grants.issue_refresh(&grant(), false, None, noon() + TimeDelta::days(90));
        assert_eq!(grants.revoke("A@sim.example"), 1);
        assert_eq!(used(&mut grants, &token, Rotation::Lax), Err(50_173));
        assert_eq!(
            grants.use_refresh(&token, Uuid::new_v4(), false, Rotation::Lax, noon()).unwrap_err().code,
            9_002_313
        );
        let personal = grants.use_refresh(&token, Uuid::nil(), true, Rotation::Lax, noon());
        assert_eq!(personal.unwrap_err().code, 70_000);
    }
}
