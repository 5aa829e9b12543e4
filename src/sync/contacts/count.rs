//! How many items the server counts: asked for anew at the end of a turn in which a folder got or lost some, since it
//! is told beside how many are held.

use super::reading::ContactsReading;
use super::source::ContactSource;
use crate::model::{ContactFolder, ContactList};
use crate::sync::Failure;

/// Counts the folders that hold another number than when they were last counted. A count that is not told is asked
/// for in the next turn; nothing else depends on it.
pub(super) async fn count<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
) -> Result<(), Failure> {
    let folders = reading.store.contact_folders(&reading.claim.account.id).await?;
    for folder in folders.iter().filter(|folder| is_due(folder)) {
        if reading.stop.is_cancelled() || reading.is_over() {
            break;
        }
        match source.list(&folder.remote_id, None).await {
            Ok(ContactList::Page(page)) => {
                let Some(total) = page.total else { continue };
                reading.store.keep_contact_count(reading.claim, folder, total).await?;
            }
            Ok(ContactList::Lost | ContactList::NoFolder) => {}
            Err(failure) => {
                tracing::debug!(folder = %folder.id, error = failure.message, "not counted");
                break;
            }
        }
    }
    Ok(())
}

/// The first count is that of the comparison.
fn is_due(folder: &ContactFolder) -> bool {
    let was_counted = folder.server_total.is_some() && folder.vanished_at.is_none();
    was_counted && folder.counted != Some(folder.held)
}
