//! Contacts as they are kept: folders, cards, and which item of the mailbox each card is.

use super::{Card, CardText, PlacePart};
use crate::model::{AccountId, ContactFolderId, ContactId, storable};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;

/// How many characters of a name lists are ordered by.
const LISTED: usize = 200;

/// A contact folder of a mailbox, and how far it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFolder {
    /// Ours, for life: it stays when the folder is renamed or moved.
    pub id: ContactFolderId,
    /// Its id on the server.
    pub remote_id: String,
    /// The folder that it lies in, by its id on the server; `None` of the default one.
    pub parent: Option<String>,
    /// What the mailbox calls it.
    pub name: Option<String>,
    /// Whether it is the one that every mailbox has.
    pub is_default: bool,
    /// Where reading goes on; `None` where it begins.
    pub cursor: Option<FolderCursor>,
    /// The full round that is under way; `None` while only changes are read.
    pub round: Option<FullRound>,
    /// How many contacts the server counted in it.
    pub server_total: Option<i64>,
    /// How many contacts were held when it was last counted, and the count was to be believed; `None` where it is to
    /// be asked for anew.
    pub counted: Option<u64>,
    /// How many of its items are linked with a contact. The store counts it.
    pub held: u64,
    /// When it was last read to its end.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When the mailbox last listed it.
    pub listed_at: Option<DateTime<Utc>>,
    /// Since when the mailbox does not list it; `None` while it does.
    pub vanished_at: Option<DateTime<Utc>>,
    /// How far it is compared with its list. The comparison alone writes it.
    pub comparison: Comparison,
}

impl ContactFolder {
    /// A folder of which nothing was read yet.
    #[must_use]
    pub const fn new(id: ContactFolderId, remote_id: String) -> Self {
        Self {
            id,
            remote_id,
            parent: None,
            name: None,
            is_default: false,
            cursor: None,
            round: None,
            server_total: None,
            counted: None,
            held: 0,
            last_success_at: None,
            listed_at: None,
            vanished_at: None,
            comparison: Comparison { began: None, link: None, ended: None },
        }
    }
}

/// Where reading a folder goes on. Its link lets in whoever has a token: it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct FolderCursor {
    /// The server's own text, which nobody else reads.
    pub link: String,
    /// The format of ids that it was made with: with another one it is good for nothing.
    pub id_format: String,
}

impl fmt::Debug for FolderCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderCursor").field("id_format", &self.id_format).finish_non_exhaustive()
    }
}

/// The slow comparison of a folder with its list by ids. Its link is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// When the one under way began; `None` while none is.
    pub began: Option<DateTime<Utc>>,
    /// Where the list goes on; `None` where it begins.
    pub link: Option<String>,
    /// When the last one came to its end.
    pub ended: Option<DateTime<Utc>>,
}

impl fmt::Debug for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Comparison")
            .field("began", &self.began)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// A folder read as a whole. What it shows is marked with when it began, so that what it does not show is
/// known at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FullRound {
    /// When it began.
    pub began: DateTime<Utc>,
    /// Whether it was read to its end; what it did not show is left to be looked at then.
    pub is_read: bool,
}

/// A contact as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Ours, for life.
    pub id: ContactId,
    /// The account it belongs to; `None` once it was kept when its account was disconnected.
    pub account_id: Option<AccountId>,
    /// The id that another program has for it.
    pub external_id: Option<String>,
    /// What is written on it.
    pub card: Card,
    /// When it was last changed here, while some of that is left to go out.
    pub edited_at: Option<DateTime<Utc>>,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
    /// When it last changed here.
    pub changed_at: DateTime<Utc>,
    /// 1 when new, one more with each change.
    pub revision: i64,
    /// When it was deleted, here or in the mailbox; `None` while it is there.
    pub gone_at: Option<DateTime<Utc>>,
}

/// How an external id begins that is made of what is written on a contact, because nobody has one for it.
pub const BY_CONTENT: &str = "sha256:";

impl Contact {
    /// Whether another program has an id for it.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.external_id.as_ref().is_some_and(|id| !id.starts_with(BY_CONTENT))
    }
}

/// The forms by which addresses and numbers of a card are compared, in the card's order; `None` of what is
/// none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactForms {
    /// Of each e-mail address.
    pub emails: Vec<Option<String>>,
    /// Of each phone number: E.164.
    pub phones: Vec<Option<String>>,
}

/// Which item of the mailbox a contact is, and what both had written on it when they last agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLink {
    /// The item's id on the server. Case-sensitive.
    pub remote_id: String,
    /// Where the item lies.
    pub folder: ContactFolderId,
    /// The version of the item.
    pub change_key: Option<String>,
    /// When the server last wrote it.
    pub modified_at: Option<DateTime<Utc>>,
    /// Our card when both last agreed.
    pub ours: Card,
    /// The server's card then, as it came.
    pub theirs: Card,
    /// Members that are not of the card, as they came: those that come unasked.
    pub others: Map<String, Value>,
    /// The server's card as it was last seen, while a person is to say whose values hold; `None` while nobody
    /// is.
    pub contested: Option<Box<Card>>,
}

impl Card {
    /// The same without U+0000, which PostgreSQL stores in no text, and with lines that end with `\n`: Outlook has them
    /// end with `\r\n`.
    #[must_use]
    pub fn storable(&self) -> Self {
        let mut card = self.clone();
        card.texts.values_mut().for_each(mend);
        for email in &mut card.emails {
            mend(&mut email.address);
            mend(&mut email.name);
        }
        card.phones.iter_mut().for_each(|phone| mend(&mut phone.number));
        for place in card.places.values_mut() {
            for part in PlacePart::ALL {
                mend(place.part_mut(part));
            }
        }
        let lists = [&mut card.im_addresses, &mut card.children, &mut card.categories];
        lists.into_iter().flatten().for_each(mend);
        card
    }

    /// What a person calls the contact: its name, or else the first line of whatever tells it; `None` where
    /// nothing does.
    #[must_use]
    pub fn called(&self) -> Option<String> {
        let text = |text: CardText| self.text(text).to_owned();
        let parts = [CardText::GivenName, CardText::Surname].map(text);
        let others =
            [CardText::NickName, CardText::CompanyName, CardText::FileAs, CardText::JobTitle].map(text);
        let emails = self.emails.iter().map(|email| email.shown().to_owned());
        let phones = self.phones.iter().map(|phone| phone.number.clone());
        let places = self.places.values().flat_map(|place| [&place.street, &place.city]).cloned();
        let named = [text(CardText::DisplayName), parts.join(" ")].into_iter().chain(others);
        let mut all =
            named.chain(emails).chain(phones).chain(self.im_addresses.iter().cloned()).chain(places);
        all.find_map(|text| text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned))
    }

    /// What lists are ordered by, in lower case.
    #[must_use]
    pub fn listed_as(&self) -> String {
        listed(self.filed())
    }

    /// Under what it is filed: what it says itself, else the name or whatever else tells the contact; empty where nothing
    /// does.
    #[must_use]
    pub fn filed(&self) -> &str {
        let names = [
            CardText::FileAs,
            CardText::DisplayName,
            CardText::Surname,
            CardText::GivenName,
            CardText::CompanyName,
        ];
        let names = names.iter().map(|name| self.text(*name));
        let emails = self.emails.iter().flat_map(|email| [email.address.as_str(), email.name.as_str()]);
        let phones = self.phones.iter().map(|phone| phone.number.as_str());
        let first = names.chain(emails).chain(phones).map(str::trim).find(|text| !text.is_empty());
        first.unwrap_or_default()
    }

    /// By what others that have its name may be listed: as `listed_as` has it of them.
    #[must_use]
    pub fn namesakes(&self) -> BTreeSet<String> {
        let text = |text| self.text(text).trim();
        let (display, given, surname) =
            (text(CardText::DisplayName), text(CardText::GivenName), text(CardText::Surname));
        let turned = display.rsplit_once(' ').map(|(first, last)| format!("{last}, {first}"));
        let whole = (!given.is_empty() && !surname.is_empty())
            .then(|| [format!("{given} {surname}"), format!("{surname}, {given}")]);
        let written = [display, text(CardText::FileAs), text(CardText::CompanyName)].map(str::to_owned);
        let names = written.into_iter().chain(turned).chain(whole.into_iter().flatten());
        names.filter(|name| !name.is_empty()).map(|name| listed(&name)).collect()
    }

    /// What a search looks through: names, company, addresses and numbers, a line each, in lower case. Of a
    /// number its digits stand there once more.
    #[must_use]
    pub fn searched(&self) -> String {
        const NAMES: [CardText; 11] = [
            CardText::DisplayName,
            CardText::FileAs,
            CardText::GivenName,
            CardText::MiddleName,
            CardText::Surname,
            CardText::NickName,
            CardText::YomiGivenName,
            CardText::YomiSurname,
            CardText::CompanyName,
            CardText::Department,
            CardText::JobTitle,
        ];
        let names = NAMES.iter().map(|name| self.text(*name).to_owned());
        let emails = self.emails.iter().flat_map(|email| [email.address.clone(), email.name.clone()]);
        let digits = |number: &str| number.chars().filter(char::is_ascii_digit).collect::<String>();
        let phones = self.phones.iter().flat_map(|phone| [phone.number.clone(), digits(&phone.number)]);
        let mut lines: Vec<String> = Vec::new();
        for line in names.chain(emails).chain(phones).map(|line| storable(&line).to_lowercase()) {
            if !line.is_empty() && !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.join("\n")
    }
}

/// What `Card::storable` says, of one text.
fn mend(text: &mut String) {
    if text.bytes().any(|byte| matches!(byte, 0 | b'\r')) {
        *text = storable(text).replace("\r\n", "\n").replace('\r', "\n");
    }
}

fn listed(name: &str) -> String {
    storable(name).to_lowercase().chars().take(LISTED).collect()
}
