//! The mail of one person, read in every folder: asked for, and how far it is.

use super::Desk;
use super::error::{DeskError, Result};
use crate::error::WhoseTurn;
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, ContactId, Correspondence, Correspondent, Folder,
    FolderCorrespondence, Names, Part,
};
use crate::store::{Asked, NewCorrespondence};
use crate::sync::correspondence::folded;
use crate::sync::health::AccountHealth;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeSet;

/// So many are read of an account at a time, one after the other.
const MOST: u32 = 10;
/// The longest address, characters (RFC 3696, erratum 1690, has fewer).
const LONGEST: usize = 320;

words! {
    /// How it stands.
    pub enum CorrespondenceStanding {
        /// No turn has begun with it.
        Waiting = "waiting",
        /// Turns are at it.
        Reading = "reading",
        /// Every folder was gone through to its end.
        Done = "done",
        /// It has ended, and some folder could not be gone through.
        Incomplete = "incomplete",
    }
}

/// The mail of one person, as far as it was read.
#[derive(Debug, Serialize)]
pub struct CorrespondenceDetail {
    /// In whose mailbox.
    pub account_id: AccountId,
    /// Whose, where that of a contact was asked for.
    pub contact_id: Option<ContactId>,
    /// By which addresses it is known, in lower case.
    pub addresses: BTreeSet<String>,
    /// How it stands.
    pub state: CorrespondenceStanding,
    /// When somebody asked for it.
    pub asked_at: DateTime<Utc>,
    /// When a turn first read of it.
    pub began_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Messages of theirs, in all folders.
    pub found: u64,
    /// Those of them that were not stored before.
    pub stored: u64,
    /// Items of theirs that could not be read.
    pub unreadable: u64,
    /// How far each folder was gone through; none before a turn has begun.
    pub folders: Vec<FolderCorrespondenceDetail>,
    /// Who has to act before it goes on; `None` while nobody has.
    pub whose_turn: Option<WhoseTurn>,
    /// Whose turn it is and the next step.
    pub hint: Option<String>,
}

/// How far a folder was gone through.
#[derive(Debug, Serialize)]
pub struct FolderCorrespondenceDetail {
    /// Which.
    #[serde(flatten)]
    pub folder: Folder,
    /// When the oldest message came down to which its list was gone through.
    pub back_to: Option<DateTime<Utc>>,
    /// Messages of theirs.
    pub found: u64,
    /// Those of them that were not stored before.
    pub stored: u64,
    /// Items of theirs that could not be read.
    pub unreadable: u64,
    /// When it was gone through, or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// A word for what kept the last turn from getting on, or ended it early.
    pub stopped: Option<String>,
}

impl From<FolderCorrespondence> for FolderCorrespondenceDetail {
    fn from(of: FolderCorrespondence) -> Self {
        let FolderCorrespondence { folder, back_to, found, stored, unreadable, ended_at, stopped, .. } = of;
        Self { folder, back_to, found, stored, unreadable, ended_at, stopped }
    }
}

impl CorrespondenceDetail {
    /// Of an account that does so.
    fn of(of: Correspondence, card: &AccountHealth) -> Self {
        let state = standing(&of);
        let mail = card.parts.iter().find(|part| part.part == Part::Mail && !part.verdict.is_healthy());
        let stands_still = mail.and_then(|mail| Some((mail.whose_turn?, mail.hint.clone()?)));
        let (whose_turn, hint) = stands_still.filter(|_| of.ended_at.is_none()).unzip();
        let sum = |count: fn(&FolderCorrespondence) -> u64| of.folders.iter().map(count).sum();
        Self {
            state,
            found: sum(|folder| folder.found),
            stored: sum(|folder| folder.stored),
            unreadable: sum(|folder| folder.unreadable),
            contact_id: match of.whose {
                Correspondent::Contact(id) => Some(id),
                Correspondent::Address(_) => None,
            },
            account_id: of.account_id,
            addresses: of.names.addresses,
            asked_at: of.asked_at,
            began_at: of.began_at,
            ended_at: of.ended_at,
            folders: of.folders.into_iter().map(Into::into).collect(),
            whose_turn,
            hint,
        }
    }
}

fn standing(of: &Correspondence) -> CorrespondenceStanding {
    match (of.began_at, of.ended_at) {
        (None, _) => CorrespondenceStanding::Waiting,
        (Some(_), None) => CorrespondenceStanding::Reading,
        (Some(_), Some(_)) if of.folders.iter().any(|folder| folder.stopped.is_some()) => {
            CorrespondenceStanding::Incomplete
        }
        (Some(_), Some(_)) => CorrespondenceStanding::Done,
    }
}

impl Desk {
    /// Has the mail of a contact or an address read in all folders of an account, in its turns; while that is under
    /// way, to ask again changes nothing. A contact's addresses are those that it has now.
    ///
    /// # Errors
    /// `NoSuchAccount`, `NoSuchContact`; `NoMailRoad` where no mail is read of the account, `NoAddress` of a contact
    /// without one, `WrongAddress`, `TooManyCorrespondences`.
    pub async fn ask_for_correspondence(
        &self,
        actor: &Actor,
        id: &AccountId,
        whose: Correspondent,
    ) -> Result<CorrespondenceDetail> {
        let account = self.account(actor, id).await?;
        if account.road.is_none() {
            return Err(DeskError::NoMailRoad(account.name().into_owned()));
        }
        let (whose, names, detail) = self.known_by(actor, id, whose).await?;
        let (line, at) = (self.line(actor, AuditAction::CorrespondentAsked, id), self.clock.now());
        let line = AuditEntry { detail: Some(detail), ..line };
        let new = NewCorrespondence { account: id.clone(), whose: whose.clone(), names, at };
        if self.store.ask_for_correspondence(&new, MOST, &line).await? == Asked::TooMany {
            return Err(DeskError::TooManyCorrespondences(MOST));
        }
        self.store.make_due(&actor.reach, Some(id), at).await?;
        self.cycle.wake();
        self.correspondence(actor, id, whose).await
    }

    /// How far the mail of a contact or an address is read that was last asked for.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NotAsked`.
    pub async fn correspondence(
        &self,
        actor: &Actor,
        id: &AccountId,
        whose: Correspondent,
    ) -> Result<CorrespondenceDetail> {
        let card = self.card(actor, id).await?;
        let whose = match whose {
            Correspondent::Address(address) => Correspondent::Address(folded(&address)),
            contact @ Correspondent::Contact(_) => contact,
        };
        let found = self.store.correspondence(id, &whose).await?.ok_or(DeskError::NotAsked)?;
        Ok(CorrespondenceDetail::of(found, &card))
    }

    /// Whom a person means: a contact of the account by its id, its external id or an address of it; else an address.
    ///
    /// # Errors
    /// `NoSuchContact` where it is neither; `SeveralContacts`.
    pub async fn correspondent(&self, actor: &Actor, account: &Account, name: &str) -> Result<Correspondent> {
        let is_address = name.contains('@');
        match self.contact_named(actor, name).await {
            Ok(contact) if contact.account_id.as_ref() == Some(&account.id) => {
                Ok(Correspondent::Contact(contact.id))
            }
            Ok(_) | Err(DeskError::NoSuchContact(_) | DeskError::SeveralContacts { .. }) if is_address => {
                Ok(Correspondent::Address(name.to_owned()))
            }
            Ok(_) => Err(DeskError::NoSuchContact(name.to_owned())),
            Err(error) => Err(error),
        }
    }

    /// Whose it is, by what it is known, and how the audit log has them.
    async fn known_by(
        &self,
        actor: &Actor,
        account: &AccountId,
        whose: Correspondent,
    ) -> Result<(Correspondent, Names, String)> {
        match whose {
            Correspondent::Contact(id) => {
                let card = self.contact(actor, account, &id).await?.card;
                let addresses = card.emails.iter().map(|email| folded(&email.address));
                let addresses: BTreeSet<_> = addresses.filter(|address| is_address(address)).collect();
                if addresses.is_empty() {
                    return Err(DeskError::NoAddress(id));
                }
                let called = card.namesakes().into_iter().chain(card.called());
                let names = called.map(|name| folded(&name)).filter(|name| !name.is_empty()).collect();
                let detail = id.to_string();
                Ok((Correspondent::Contact(id), Names { addresses, names }, detail))
            }
            Correspondent::Address(given) => {
                let address = folded(&given);
                if !is_address(&address) {
                    return Err(DeskError::WrongAddress(given));
                }
                let names = Names { addresses: BTreeSet::from([address.clone()]), names: BTreeSet::new() };
                Ok((Correspondent::Address(address.clone()), names, address))
            }
        }
    }
}

fn is_address(text: &str) -> bool {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
    let parts = text.split_once('@');
    parts.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
        && text.chars().all(is_plain)
        && text.chars().count() <= LONGEST
}
