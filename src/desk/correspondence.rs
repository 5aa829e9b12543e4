//! The mail of one person, read in every folder: asked for, and how far it is.

mod detail;

pub use detail::{CorrespondenceDetail, CorrespondenceStanding, FolderCorrespondenceDetail};

use super::Desk;
use super::error::{DeskError, Result};
use crate::model::{
    Account, AccountId, Actor, AuditAction, AuditEntry, Card, CardText, Correspondent, Names,
};
use crate::store::{AskOutcome, NewCorrespondence};
use crate::sync::correspondence::folded;
use std::collections::BTreeSet;

/// So many are read of an account at a time, one after the other.
const MOST: u32 = 10;
/// The longest address, characters (RFC 3696, erratum 1690, has fewer).
const LONGEST: usize = 320;

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
        if self.store.ask_for_correspondence(&new, MOST, &line).await? == AskOutcome::TooMany {
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
                let addresses = addresses(&card);
                if addresses.is_empty() {
                    return Err(DeskError::NoAddress(id));
                }
                let names = called(&card);
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

/// What a person of that card is called, by which a list may show them; what their company is called is not.
fn called(card: &Card) -> BTreeSet<String> {
    let text = |text| card.text(text).trim();
    let (given, surname) = (text(CardText::GivenName), text(CardText::Surname));
    let whole = (!given.is_empty() && !surname.is_empty())
        .then(|| [format!("{given} {surname}"), format!("{surname}, {given}")]);
    let written = [text(CardText::DisplayName), text(CardText::FileAs)].map(str::to_owned);
    let company = folded(text(CardText::CompanyName));
    let names = written.into_iter().chain(whole.into_iter().flatten()).map(|name| folded(&name));
    names.filter(|name| !name.is_empty() && *name != company).collect()
}

/// The addresses of a contact by which its mail is found.
fn addresses(card: &Card) -> BTreeSet<String> {
    let addresses = card.emails.iter().map(|email| folded(&email.address));
    addresses.filter(|address| is_address(address)).collect()
}

/// Whether a contact has an address by which its mail is found.
#[must_use]
pub fn has_address(card: &Card) -> bool {
    !addresses(card).is_empty()
}

fn is_address(text: &str) -> bool {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control();
    let parts = text.split_once('@');
    parts.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
        && text.chars().all(is_plain)
        && text.chars().count() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_not_called_what_their_company_job_or_telephone_is() {
        for (texts, expected) in [
            (&[(CardText::CompanyName, "Acme"), (CardText::JobTitle, "Buyer")][..], &[][..]),
            (&[(CardText::CompanyName, "Acme"), (CardText::DisplayName, "ACME")], &[]),
            (&[(CardText::DisplayName, "Bo Berg"), (CardText::FileAs, "Berg, Bo")], &["berg, bo", "bo berg"]),
            (&[(CardText::GivenName, "Bo"), (CardText::Surname, "Berg")], &["berg, bo", "bo berg"]),
            (&[(CardText::GivenName, "Bo"), (CardText::NickName, "Bobo")], &[]),
        ] {
            let mut card = Card::default();
            card.texts.extend(texts.iter().map(|(text, value)| (*text, (*value).to_owned())));
            assert_eq!(called(&card).iter().map(String::as_str).collect::<Vec<_>>(), expected, "{texts:?}");
        }
    }
}
