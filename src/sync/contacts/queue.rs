//! Changes of contacts that other programs have handed in are made here, in their order, each once.

use super::reading::ContactsReading;
use crate::model::{AuditAction, AuditEntry, Card, Contact, ContactEdit, ContactId, HandedChange};
use crate::store::{Edited, Editor};
use crate::sync::Failure;

/// So many are taken at a time, each with half a mebibyte at most.
const BATCH: u32 = 50;
/// How often a change of whatever revision is made anew because somebody else was faster.
const TRIES: usize = 5;

/// Why a change is not made.
enum NotMade {
    /// The contact has another revision by now.
    Stale(&'static str),
    /// It never can be.
    Never(String),
}

/// Takes what waits. What was kept when the mailbox was disconnected is the account's again before: a change
/// may name it.
pub(super) async fn take(reading: &ContactsReading<'_>) -> Result<(), Failure> {
    if reading.store.handed_changes(&reading.claim.account.id, 1).await?.is_empty() {
        return Ok(());
    }
    reading.store.adopt_kept_contacts(reading.claim).await?;
    loop {
        let changes = reading.store.handed_changes(&reading.claim.account.id, BATCH).await?;
        if changes.is_empty() {
            return Ok(());
        }
        for change in &changes {
            if reading.stop.is_cancelled() || reading.is_over() {
                return Ok(());
            }
            let refusal = match make(reading, change).await? {
                Ok(()) => continue,
                Err(NotMade::Stale(why)) => ("stale", why.to_owned()),
                Err(NotMade::Never(why)) => ("refused", why),
            };
            let (outcome, why) = refusal;
            let (number, now) = (change.number, reading.clock.now());
            reading.store.refuse_change(reading.claim, number, (outcome, &why), now).await?;
        }
    }
}

async fn make(reading: &ContactsReading<'_>, change: &HandedChange) -> Result<Result<(), NotMade>, Failure> {
    for _ in 0..TRIES {
        let edited = match once(reading, change).await? {
            Ok(edited) => edited,
            Err(why) => return Ok(Err(NotMade::Never(why))),
        };
        match edited {
            Edited::Done(_) => return Ok(Ok(())),
            Edited::Taken(_) if change.contact.is_some() => {
                return Ok(Err(NotMade::Never("another contact has this external id".to_owned())));
            }
            Edited::Stale if change.based_on.is_some() => {
                return Ok(Err(NotMade::Stale("the contact has another revision")));
            }
            Edited::Stale | Edited::Taken(_) => {}
        }
    }
    Ok(Err(NotMade::Stale("the contact was changed here as often as this was tried")))
}

/// Makes a change of the contact as it stands; why it cannot be made.
async fn once(
    reading: &ContactsReading<'_>,
    change: &HandedChange,
) -> Result<Result<Edited, String>, Failure> {
    let made = match (meant(reading, change).await?, &change.card) {
        (Some(contact), Some(json)) => match contact.card.overlaid(json).and_then(Card::kept) {
            Ok(card) => Ok(edited(reading, change, &contact, card).await?),
            Err(why) => Err(why),
        },
        (Some(contact), None) if contact.gone_at.is_none() => Ok(removed(reading, change, &contact).await?),
        (None, Some(json)) if change.contact.is_none() && change.based_on.is_none() => {
            match Card::default().overlaid(json).and_then(Card::kept) {
                Ok(card) => Ok(added(reading, change, card).await?),
                Err(why) => Err(why),
            }
        }
        (Some(_) | None, _) => Err("there is no such contact".to_owned()),
    };
    Ok(made)
}

/// The contact that a change names, also one that is gone; `None` where the account has none.
async fn meant(reading: &ContactsReading<'_>, change: &HandedChange) -> Result<Option<Contact>, Failure> {
    let account = &reading.claim.account.id;
    let contact = match (&change.contact, &change.external_id) {
        (Some(id), _) => reading.store.contact(id).await?,
        (None, Some(external_id)) => reading.store.contact_by_external_id(account, external_id).await?,
        (None, None) => None,
    };
    Ok(contact.filter(|contact| contact.account_id.as_ref() == Some(account)))
}

fn edit(reading: &ContactsReading<'_>, change: &HandedChange, id: ContactId, card: Card) -> ContactEdit {
    let external_id = change.external_id.clone();
    ContactEdit { id, external_id, forms: reading.joining().canon.forms(&card), card }
}

async fn edited(
    reading: &ContactsReading<'_>,
    change: &HandedChange,
    contact: &Contact,
    card: Card,
) -> Result<Edited, Failure> {
    let edit = edit(reading, change, contact.id.clone(), card);
    let based_on = change.based_on.unwrap_or(contact.revision);
    let line = line(reading, change, AuditAction::ContactEdited, &contact.id);
    let by = Editor::Program(&line, change.number, reading.claim);
    Ok(reading.store.edit_contact(&reading.claim.account.id, &edit, based_on, by, line.at).await?)
}

async fn added(reading: &ContactsReading<'_>, change: &HandedChange, card: Card) -> Result<Edited, Failure> {
    let new = edit(reading, change, ContactId::new(reading.clock.now()), card);
    let line = line(reading, change, AuditAction::ContactAdded, &new.id);
    let by = Editor::Program(&line, change.number, reading.claim);
    Ok(reading.store.add_contact(&reading.claim.account.id, &new, by, line.at).await?)
}

async fn removed(
    reading: &ContactsReading<'_>,
    change: &HandedChange,
    contact: &Contact,
) -> Result<Edited, Failure> {
    let based_on = change.based_on.unwrap_or(contact.revision);
    let line = line(reading, change, AuditAction::ContactRemoved, &contact.id);
    let by = Editor::Program(&line, change.number, reading.claim);
    Ok(reading.store.remove_contact(&reading.claim.account.id, &contact.id, based_on, by, line.at).await?)
}

/// The line that tells who had a contact changed: as the server of the database knows them.
fn line(
    reading: &ContactsReading<'_>,
    change: &HandedChange,
    action: AuditAction,
    id: &ContactId,
) -> AuditEntry {
    let by =
        change.handed_in_by.as_ref().map_or_else(|| "database".to_owned(), |role| format!("reader:{role}"));
    let (account, detail) = (Some(reading.claim.account.id.clone()), Some(id.to_string()));
    AuditEntry { account, detail, ..AuditEntry::new(reading.clock.now(), &by, action) }
}
