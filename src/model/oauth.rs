//! OAuth: who signs people in, what may be done with a token, who is connected.

use super::{AccountId, RefusalClass, Trouble, Troubles};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Whose sign-in is asked for, as it stands in Microsoft's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenant {
    /// Work, school and personal accounts.
    Common,
    /// Work and school accounts.
    Organizations,
    /// Personal accounts, such as those of outlook.com.
    Consumers,
    /// One organisation, by its id in lower case.
    Id(String),
    /// One organisation, by one of its domains.
    Domain(String),
}

/// The tenant that all personal accounts belong to.
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

impl Tenant {
    /// The tenant that a text names: `common`, `organizations`, `consumers`, a GUID or a domain.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        Some(match text.as_str() {
            "common" => Self::Common,
            "organizations" => Self::Organizations,
            "consumers" => Self::Consumers,
            id if uuid::Uuid::try_parse(id).is_ok() && id.len() == 36 => Self::Id(text),
            domain if is_domain(domain) => Self::Domain(text),
            _ => return None,
        })
    }

    /// As it stands in an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Common => "common",
            Self::Organizations => "organizations",
            Self::Consumers => "consumers",
            Self::Id(id) => id,
            Self::Domain(domain) => domain,
        }
    }

    /// Whether a person of the organisation `tid` may come in by it. What a domain stands for only Microsoft
    /// knows: the issuer says it.
    #[must_use]
    pub fn admits(&self, tid: &str) -> bool {
        match self {
            Self::Common | Self::Domain(_) => true,
            Self::Organizations => !tid.eq_ignore_ascii_case(PERSONAL),
            Self::Consumers => tid.eq_ignore_ascii_case(PERSONAL),
            Self::Id(id) => id.eq_ignore_ascii_case(tid),
        }
    }
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.contains('.') && text.split('.').all(label)
}

words! {
    /// What a token opens. Each has access tokens of its own, all from one refresh token.
    #[derive(PartialOrd, Ord)]
    pub enum Resource {
        /// Microsoft Graph, where contacts are.
        Graph = "graph",
        /// IMAP and SMTP of Outlook.
        Outlook = "outlook",
    }
}

words! {
    /// What a sign-in is asked for.
    #[derive(PartialOrd, Ord)]
    pub enum Use {
        /// To read and write contacts.
        Contacts = "contacts",
        /// To read mail by Graph.
        Mail = "mail",
        /// To mark, move and delete mail by Graph.
        MailWrite = "mail_write",
        /// To send mail by Graph.
        MailSend = "mail_send",
        /// To read mail by IMAP.
        Imap = "imap",
        /// To send mail by SMTP.
        Smtp = "smtp",
    }
}

impl Use {
    /// Whose token it takes.
    #[must_use]
    pub fn resource(self) -> Resource {
        match self {
            Self::Contacts | Self::Mail | Self::MailWrite | Self::MailSend => Resource::Graph,
            Self::Imap | Self::Smtp => Resource::Outlook,
        }
    }
}

/// The person at Microsoft. Both together never change and are never given to another; an address may be
/// both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The organisation: `tid`.
    pub tenant: String,
    /// The person in it: `oid`.
    pub object: String,
}

impl Person {
    /// Whether it is a personal account, such as one of outlook.com.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.tenant.eq_ignore_ascii_case(PERSONAL)
    }
}

/// What a sign-in gave, but for the tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// Who gave it: every refresh goes there.
    pub authority: String,
    /// To which registration of ours.
    pub client_id: String,
    /// Who signed in.
    pub person: Person,
    /// What Graph calls the mailbox, in lower case: its `mail`, else the login. Whoever administers the person's
    /// organisation can write there what they like.
    pub address: String,
    /// What the person signs in with, in lower case: the `userPrincipalName`.
    pub login: String,
    /// The person's name.
    pub display_name: Option<String>,
    /// What was asked for.
    pub uses: Vec<Use>,
    /// What was granted: scopes in lower case, without their resource.
    pub scopes: Vec<String>,
}

/// One account's connection by OAuth. The tokens themselves are sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The account that the sign-in connected.
    pub account_id: AccountId,
    /// What a person calls that account. What Graph says of its address may be made up.
    pub name: String,
    /// What the sign-in gave.
    pub given: NewGrant,
    /// Why there is no token, per resource.
    pub troubles: Troubles,
    /// When the person last signed in.
    pub granted_at: DateTime<Utc>,
    /// When a token was last had.
    pub refreshed_at: DateTime<Utc>,
}

impl Grant {
    /// What stands in the way of a token for `resource` now. A sign-in that has ended stands in the way of
    /// all.
    #[must_use]
    pub fn trouble(&self, resource: Resource, now: DateTime<Utc>) -> Option<&Trouble> {
        self.last_trouble(resource).filter(|trouble| trouble.stands(now))
    }

    /// What stood in its way when one was last asked for.
    #[must_use]
    pub fn last_trouble(&self, resource: Resource) -> Option<&Trouble> {
        let ended = self.troubles.values().find(|trouble| trouble.class == RefusalClass::Reconnect);
        ended.or_else(|| self.troubles.get(&resource))
    }

    /// The trouble that a person should hear of first: one that ends only with a sign-in, else any.
    #[must_use]
    pub fn worst(&self) -> Option<&Trouble> {
        self.troubles.values().max_by_key(|trouble| trouble.class.meaning().disposition)
    }
}

#[cfg(test)]
mod tests;
