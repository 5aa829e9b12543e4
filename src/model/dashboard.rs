//! The dashboard: who may sign in to it, by what, and who is signed in.

use super::{Actor, DashboardSessionId, Reach};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A link that lets somebody in is good for so long.
pub const LINK_LIFE: TimeDelta = TimeDelta::minutes(10);
/// A card that another site's page frames is good for so long.
pub const CARD_LIFE: TimeDelta = TimeDelta::hours(1);
/// Who is signed in and does nothing for so long has to sign in again.
const IDLE: TimeDelta = TimeDelta::hours(12);
/// A sign-in is good for so long, whatever is done.
pub const SIGN_IN_LIFE: TimeDelta = TimeDelta::days(7);
/// What cannot be taken back wants a sign-in that is no older.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// How the names of operators begin who have a password.
pub(super) const OPERATOR: &str = "operator:";
/// What operators are called who come by a link: they are one.
pub(super) const BY_LINK: &str = "operator by link";
/// The longest name of an operator, bytes.
const LONGEST_NAME: usize = 64;

/// An operator who signs in to the dashboard by name and password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DashboardUser {
    /// What they are called.
    pub name: String,
    /// Since when they may.
    pub created_at: DateTime<Utc>,
}

/// Whether an operator may be called so: it is shown in logs and on terminals.
#[must_use]
pub fn is_operator_name(text: &str) -> bool {
    let is_whole = text.trim() == text && !text.is_empty() && text.len() <= LONGEST_NAME;
    is_whole && !text.contains(char::is_control)
}

/// Who comes to the dashboard, and whose accounts they reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Their name in the audit log: `operator:<name>`, `operator by link`, `user:<id>`.
    pub name: String,
    /// The one user whose accounts they reach; `None`: an operator.
    pub owner: Option<String>,
    /// The page of the CRM that they go back to.
    pub return_to: Option<String>,
}

impl Visitor {
    /// An operator who has a password.
    #[must_use]
    pub fn operator(name: &str) -> Self {
        Self { name: format!("{OPERATOR}{name}"), owner: None, return_to: None }
    }

    /// Whoever was given a link by a command on this machine.
    #[must_use]
    pub fn by_link() -> Self {
        Self { name: BY_LINK.to_owned(), owner: None, return_to: None }
    }

    /// A user of the CRM's.
    #[must_use]
    pub fn owner(id: &str, return_to: Option<String>) -> Self {
        Self { name: format!("user:{id}"), owner: Some(id.to_owned()), return_to }
    }

    /// The operator's name, where they have a password.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.name.strip_prefix(OPERATOR).filter(|_| self.owner.is_none())
    }

    /// As whom they ask.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::named(&self.name, self.owner.clone().map_or(Reach::Everyone, Reach::Owner))
    }
}

/// A link that lets somebody in once, without what opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardLink {
    /// Whom it lets in.
    pub visitor: Visitor,
    /// From when on it opens nothing.
    pub expires_at: DateTime<Utc>,
}

/// A card of an owner's mailboxes, which pages of one origin may frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardCard {
    /// Whose mailboxes it shows.
    pub owner: String,
    /// Whose pages may frame it.
    pub origin: String,
    /// When it was made.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub made_at: DateTime<Utc>,
    /// From when on it shows nothing.
    #[serde(with = "chrono::serde::ts_milliseconds")]
    pub expires_at: DateTime<Utc>,
}

/// A browser that is signed in to the dashboard, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardSession {
    /// Its id, by which sign-ins sort by age.
    pub id: DashboardSessionId,
    /// Who signed in.
    pub visitor: Visitor,
    /// When they did.
    pub signed_in_at: DateTime<Utc>,
    /// From when on they have to again.
    pub expires_at: DateTime<Utc>,
    /// When they last asked for something, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// The address that they signed in from; `None`: a socket of this machine.
    pub peer: Option<String>,
    /// What their browser calls itself.
    pub browser: Option<String>,
}

impl DashboardSession {
    /// Whether it is good at a time: neither too old nor idle for too long. A time out of the database may be any: nothing is
    /// added to it.
    #[must_use]
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at && now - self.last_seen_at < IDLE
    }

    /// Whether the sign-in is new enough for what cannot be taken back.
    #[must_use]
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        now - self.signed_in_at < FRESH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_ends_when_it_is_idle_or_old_and_is_fresh_for_five_minutes() {
        let at = |hours: i64| DateTime::from_timestamp(hours * 3600, 0).unwrap();
        let session = DashboardSession {
            id: DashboardSessionId::new(at(0)),
            visitor: Visitor::operator("ada"),
            signed_in_at: at(0),
            expires_at: at(0) + SIGN_IN_LIFE,
            last_seen_at: at(0),
            peer: None,
            browser: None,
        };
        assert!(session.is_good(at(11)) && !session.is_good(at(12)));
        let seen = DashboardSession { last_seen_at: at(167), ..session.clone() };
        assert!(seen.is_good(at(167)) && !seen.is_good(at(168)));
        assert!(session.is_fresh(at(0)) && !session.is_fresh(at(1)));
        let ahead = DashboardSession { last_seen_at: DateTime::<Utc>::MAX_UTC, ..session };
        assert!(ahead.is_good(at(1)) && !ahead.is_good(at(168)));
    }

    #[test]
    fn nobody_is_called_what_a_log_cannot_show_or_taken_for_an_operator_whose_id_says_so() {
        for wrong in ["", " ada", "ada ", "a\u{7}da", "a\nda", &"a".repeat(65)] {
            assert!(!is_operator_name(wrong), "{wrong:?}");
        }
        assert!(is_operator_name("Ada Lovelace"));
        assert_eq!(Visitor::operator("ada").user(), Some("ada"));
        let named_so = Visitor { name: "operator:ada".to_owned(), ..Visitor::owner("u1", None) };
        assert_eq!((named_so.user(), named_so.actor().operator()), (None, None));
        assert_eq!(Visitor::operator("ada").actor().operator(), Some("operator:ada"));
        assert_eq!(Visitor::by_link().actor().operator(), Some("operator by link"));
        for nobody in [Actor::command_line(), Actor::named("token:osd_x", Reach::Everyone)] {
            assert_eq!(nobody.operator(), None);
        }
    }
}
