//! How a connection by OAuth stands, for people. Pure.

use super::health::Hint;
use crate::error::{Disposition, WhoseTurn};
use crate::model::{Grant, RefusalClass, Resource, Trouble};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Microsoft ends a sign-in that was not used for 90 days; it is said from here on.
const UNUSED: TimeDelta = TimeDelta::days(60);

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As far as we know, good until it is revoked.
    Good,
    /// Good, and it ends soon for want of use.
    Unused,
    /// The owner has to sign in.
    Ended,
    /// Somebody else has to change something: IT or the operator.
    Waiting,
}

/// A connection by OAuth. No token is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Connection {
    /// Who signs people in.
    pub provider: &'static str,
    /// The mailbox's address, where it is known for sure; else what its owner signs in with.
    pub address: String,
    /// The person's name.
    pub display_name: Option<String>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// How it stands.
    pub standing: Standing,
    /// When the person signed in.
    pub connected_at: DateTime<Utc>,
    /// When a token was last had.
    pub refreshed_at: DateTime<Utc>,
    /// A stable word for what is wrong.
    pub error: Option<&'static str>,
    /// Who has to act; `None` when there is nothing to say.
    pub whose_turn: Option<WhoseTurn>,
    /// Whose turn it is and the next step.
    pub hint: Option<String>,
    /// How mail and contacts are read by it at Graph, whatever else tokens are asked for.
    #[serde(skip)]
    pub reading: GrantAccess,
    /// How mail is read by it by IMAP.
    #[serde(skip)]
    pub imap: GrantAccess,
}

impl Connection {
    /// Who has to act, and the sentence that says so.
    pub(super) fn hint(&self) -> Option<Hint> {
        Some((self.whose_turn?, self.hint.clone()?))
    }
}

/// How access tokens are had by a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantAccess {
    /// How it stands.
    pub standing: Standing,
    /// A stable word for what is wrong.
    pub error: Option<&'static str>,
    /// Who has to act, and the sentence that says so; `None` when there is nothing to say.
    pub hint: Option<Hint>,
}

/// The connection that a grant makes.
#[must_use]
pub fn connection(grant: &Grant, now: DateTime<Utc>) -> Connection {
    let GrantAccess { standing, error, hint } = access(grant.worst(), grant, now);
    Connection {
        provider: "microsoft",
        address: grant.name.clone(),
        display_name: grant.given.display_name.clone(),
        scopes: grant.given.scopes.clone(),
        standing,
        connected_at: grant.granted_at,
        refreshed_at: grant.refreshed_at,
        error,
        whose_turn: hint.as_ref().map(|hint| hint.0),
        hint: hint.map(|hint| hint.1),
        reading: access(grant.last_trouble(Resource::Graph), grant, now),
        imap: access(grant.last_trouble(Resource::Outlook), grant, now),
    }
}

fn access(trouble: Option<&Trouble>, grant: &Grant, now: DateTime<Utc>) -> GrantAccess {
    let standing = standing(trouble, grant, now);
    let said = trouble.filter(|trouble| trouble.class != RefusalClass::Transient);
    let unused = "connect the mailbox with Microsoft again; a sign-in ends when it was not used for 90 days.";
    let hint = match said {
        Some(trouble) => Some((trouble.class.meaning().whose_turn, trouble.hint.clone())),
        None if standing == Standing::Unused => Some((WhoseTurn::Owner, WhoseTurn::Owner.sentence(unused))),
        None => None,
    };
    GrantAccess { standing, error: said.map(|trouble| trouble.class.meaning().code), hint }
}

fn standing(trouble: Option<&Trouble>, grant: &Grant, now: DateTime<Utc>) -> Standing {
    match trouble.map(|trouble| trouble.class.meaning().disposition) {
        Some(Disposition::NeedsLogin) => Standing::Ended,
        Some(Disposition::Blocked) => Standing::Waiting,
        Some(Disposition::Retry | Disposition::Drift | Disposition::Fatal) | None => {
            if now - grant.refreshed_at >= UNUSED { Standing::Unused } else { Standing::Good }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::model::{AccountId, NewGrant, Person};
    use crate::testing::now;

    pub(in crate::sync) fn grant(refreshed_days_ago: i64, trouble: Option<RefusalClass>) -> Grant {
        let given = NewGrant {
            authority: String::new(),
            client_id: String::new(),
            person: Person { tenant: "t".to_owned(), object: "o".to_owned() },
            address: "ada@example.test".to_owned(),
            login: "ada@example.test".to_owned(),
            display_name: None,
            uses: Vec::new(),
            scopes: vec!["user.read".to_owned()],
        };
        let trouble = trouble.map(|class| {
            let (message, hint) = ("m".to_owned(), "h".to_owned());
            let trouble =
                Trouble { class, message, hint, claims: None, doubts: 0, at: now(), retry_at: None };
            (Resource::Graph, trouble)
        });
        Grant {
            account_id: AccountId::from("a".to_owned()),
            name: "ada@example.test".to_owned(),
            given,
            troubles: trouble.into_iter().collect(),
            granted_at: now(),
            refreshed_at: now() - TimeDelta::days(refreshed_days_ago),
        }
    }

    /// Tokens for IMAP and SMTP are refused, those for Graph are not.
    #[test]
    fn a_refusal_of_other_tokens_is_none_of_what_mail_and_contacts_are_read_with() {
        for (class, reading) in [
            (RefusalClass::Consent, Standing::Good),
            (RefusalClass::Policy, Standing::Good),
            (RefusalClass::Reconnect, Standing::Ended),
        ] {
            let mut grant = grant(0, Some(class));
            let trouble = grant.troubles.remove(&Resource::Graph).unwrap();
            grant.troubles.insert(Resource::Outlook, trouble);
            let connection = connection(&grant, now());
            assert_ne!(connection.standing, Standing::Good, "{class:?}");
            assert_eq!(connection.reading.standing, reading, "{class:?}");
            assert_eq!(connection.reading.hint.is_some(), reading == Standing::Ended, "{class:?}");
        }
    }

    #[test]
    fn standings() {
        for (days, trouble, expected, said) in [
            (0, None, Standing::Good, false),
            (59, None, Standing::Good, false),
            (60, None, Standing::Unused, true),
            (0, Some(RefusalClass::Transient), Standing::Good, false),
            (0, Some(RefusalClass::Reconnect), Standing::Ended, true),
            (0, Some(RefusalClass::Consent), Standing::Ended, true),
            (0, Some(RefusalClass::Admin), Standing::Waiting, true),
            (0, Some(RefusalClass::Registration), Standing::Waiting, true),
        ] {
            let connection = connection(&grant(days, trouble), now());
            assert_eq!(
                (connection.standing, connection.hint.is_some()),
                (expected, said),
                "{days} {trouble:?}"
            );
        }
    }
}
