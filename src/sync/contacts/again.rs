//! Contacts that could not be read are asked for again, ever more rarely.

use super::page;
use super::push::made;
use super::reading::{ContactsReading, Tally};
use super::source::ContactSource;
use crate::model::{ContactFolder, ContactSight, ItemError};
use crate::store::{ContactPageWrite, UnreadContact};
use crate::sync::Failure;

/// So many are asked for in one turn.
const MOST: u32 = 100;

pub(super) async fn read<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    folders: &[ContactFolder],
) -> Result<Tally, Failure> {
    let account = &reading.claim.account.id;
    let mut tally = Tally::default();
    let due = reading.store.contact_ledger_due(account, reading.began, MOST).await?;
    for folder in folders {
        let ids: Vec<_> =
            due.iter().filter(|(_, place)| *place == folder.id).map(|(id, _)| id.clone()).collect();
        if !ids.is_empty() {
            tally.add(read_in(reading, source, folder, &ids).await?);
        }
    }
    Ok(tally)
}

/// Asks for contacts that are to lie in a folder, and takes in what they say.
pub(super) async fn read_in<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    folder: &ContactFolder,
    ids: &[String],
) -> Result<Tally, Failure> {
    let mut write = ContactPageWrite::at(reading.clock.now());
    let mut sights: Vec<ContactSight> = Vec::new();
    for (remote_id, looked) in source.contacts(ids).await? {
        match looked {
            Ok(sight) if sight.folder == folder.remote_id => sights.push(sight),
            // What lies elsewhere its own folder tells.
            Ok(_) | Err(ItemError::Gone) => write.gone.push(remote_id),
            Err(ItemError::Fault(fault)) => {
                write.failed.push(UnreadContact { folder: folder.id.clone(), remote_id, fault });
            }
        }
    }
    made::claim(reading, source, &sights).await?;
    page::write(reading, folder, &sights, write).await
}
