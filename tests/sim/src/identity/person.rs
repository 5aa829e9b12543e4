//! An account as the identity platform knows it: in a tenant (work), or in the tenant of all personal
//! accounts.

use serde_json::{Value, json};
use uuid::Uuid;

use super::settings::AccountKind;
use super::tenant::CONSUMERS;
use crate::sim::Sim;
use crate::world::Account;

/// Who signs in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) smtp: String,
    pub(crate) name: String,
    pub(crate) tid: Uuid,
    pub(crate) oid: Uuid,
    /// 16 hexadecimal digits: a personal account's id at Graph.
    pub(crate) puid: String,
    /// What Graph says in `mail`.
    pub(crate) mail: Option<String>,
    /// The `userPrincipalName`.
    pub(crate) principal: String,
    /// The id token says that `mail` is theirs for sure.
    pub(crate) is_verified: bool,
}

impl Person {
    pub(crate) fn of(sim: &Sim, smtp: &str) -> Option<Self> {
        let account = sim.account(smtp)?;
        let settings = sim.settings(smtp).identity;
        let personal = settings.account == AccountKind::Personal;
        let has_mail = settings.graph_mail.unwrap_or(!personal);
        let mut person = Self::new(account, personal);
        person.mail = settings.mail.or_else(|| has_mail.then(|| person.smtp.clone()));
        person.principal = settings.principal.unwrap_or(person.principal);
        person.tid = settings.tenant.unwrap_or(person.tid);
        person.is_verified = settings.verified_email;
        Some(person)
    }

    fn new(account: Account, personal: bool) -> Self {
        let puid = format!("{:016x}", u64::from_str_radix(&account.puid, 16).unwrap_or_default());
        let (tid, oid) = if personal {
            let oid = format!("00000000-0000-0000-{}-{}", &puid[..4], &puid[4..]);
            (CONSUMERS, oid.parse().expect("16 hexadecimal digits complete a GUID"))
        } else {
            (account.tenant, account.oid)
        };
        let (mail, principal) = (None, account.smtp.clone());
        Self { smtp: account.smtp, name: account.name, tid, oid, puid, mail, principal, is_verified: false }
    }

    pub(crate) fn is_personal(&self) -> bool {
        self.tid == CONSUMERS
    }

    /// `GET /me` of Graph, v1.0.
    pub(crate) fn me(&self) -> Value {
        let (given, family) = self.name.split_once(' ').unwrap_or((&self.name, ""));
        let id = if self.is_personal() { self.puid.clone() } else { self.oid.to_string() };
        json!({
            "businessPhones": [], "displayName": self.name, "givenName": given, "jobTitle": null,
            "mail": self.mail, "mobilePhone": null, "officeLocation": null,
            "preferredLanguage": null, "surname": family, "userPrincipalName": self.principal, "id": id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    #[test]
    fn one_account_in_its_work_and_its_personal_form() {
        let sim = Sim::new(&Options { messages: 0, ..Options::default() });
        let account = sim.accounts().remove(0);
        let work = Person::of(&sim, &account.smtp).unwrap();
        assert_eq!((work.tid, work.oid), (account.tenant, account.oid));
        assert_eq!(work.me()["mail"], account.smtp.as_str());
        sim.set(Some(&account.smtp), |settings| settings.identity.account = AccountKind::Personal);
        let personal = Person::of(&sim, &account.smtp).unwrap();
        assert_eq!(personal.tid, CONSUMERS);
        assert!(personal.oid.to_string().starts_with("00000000-0000-0000-"));
        assert_eq!(personal.me()["mail"], Value::Null);
        assert_eq!(personal.me()["userPrincipalName"], account.smtp.as_str());
        assert_eq!(personal.me()["id"].as_str().unwrap().len(), 16);
    }
}
