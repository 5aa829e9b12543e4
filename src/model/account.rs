//! The account: one connected mailbox of one owner.

use super::{AccountId, Credential, ImapAddress, Part, shown_login};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

words! {
    /// How mail is read. An account has one road for mail at a time.
    pub enum Road {
        /// A browser session in Outlook on the web.
        Owa = "owa",
        /// Microsoft Graph, with the tokens of a sign-in by OAuth.
        Graph = "graph",
        /// IMAP: Microsoft's, with the tokens of a sign-in by OAuth, or a server of the account's own, with a password.
        Imap = "imap",
    }
}

impl Road {
    /// What lets us in on it, where the account has that IMAP server of its own, or none.
    #[must_use]
    pub fn credential(self, imap: Option<&ImapAddress>) -> Credential {
        match self {
            Self::Owa => Credential::Session,
            Self::Imap if imap.is_some() => Credential::Password,
            Self::Graph | Self::Imap => Credential::Grant,
        }
    }
}

/// How a mailbox writes dates, as its own user options say; what was never seen is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxSettings {
    /// Language tag of the interface, such as `de-DE`.
    pub culture: Option<String>,
    /// Windows name of the zone, such as `W. Europe Standard Time`, or its IANA name.
    pub time_zone: Option<String>,
    /// .NET pattern of the short date.
    pub date_format: Option<String>,
    /// .NET pattern of the short time.
    pub time_format: Option<String>,
}

impl MailboxSettings {
    /// These, and where they are silent, `earlier`.
    #[must_use]
    pub fn or(self, earlier: &Self) -> Self {
        let earlier = earlier.clone();
        Self {
            culture: self.culture.or(earlier.culture),
            time_zone: self.time_zone.or(earlier.time_zone),
            date_format: self.date_format.or(earlier.date_format),
            time_format: self.time_format.or(earlier.time_format),
        }
    }
}

/// One connected mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Ours, for life.
    pub id: AccountId,
    /// The CRM's user id of who connected the mailbox.
    pub owner: String,
    /// What the owner types at sign-in; usually, not always, the mailbox's address.
    pub login: String,
    /// The mailbox's SMTP address in lower case, once Outlook itself has said it, or an organisation whose word
    /// on it counts.
    pub address: Option<String>,
    /// The organisation that the mailbox is of, once Outlook itself has said it.
    pub tenant: Option<String>,
    /// The name that Outlook shows for the mailbox.
    pub display_name: Option<String>,
    /// How it writes dates.
    pub settings: MailboxSettings,
    /// How its mail is read; `None`: not at all, it is connected by OAuth alone, which does not open it.
    pub road: Option<Road>,
    /// The IMAP server that its password is for; `None`: it has no password.
    pub imap: Option<ImapAddress>,
    /// Whether cycles read it at all.
    pub sync_enabled: bool,
    /// When it was connected.
    pub created_at: DateTime<Utc>,
}

impl Account {
    /// What a person calls it: the address, else the login.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        self.address.as_deref().map_or_else(|| shown_login(&self.login), Cow::Borrowed)
    }

    /// What its mail is read with; of one that has no road for it, what a browser would be let in by.
    #[must_use]
    pub fn mail_credential(&self) -> Credential {
        self.road.map_or(Credential::Session, |road| road.credential(self.imap.as_ref()))
    }

    /// What a part of it is read with.
    #[must_use]
    pub fn credential(&self, part: Part) -> Credential {
        part.lives_on(self.mail_credential())
    }
}

/// What is known when an account is made, before Outlook has said anything.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// The id it will have.
    pub id: AccountId,
    /// The CRM's user id of who connects the mailbox.
    pub owner: String,
    /// What the owner types at sign-in.
    pub login: String,
    /// How its mail will be read; `None` until a sign-in says it.
    pub road: Option<Road>,
}
