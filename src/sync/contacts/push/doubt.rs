//! Writes that fail by what somebody has to mend, such as a right that is missing: in the one item, or in the
//! mailbox. The answer does not say which; whether others are written does.

use super::send::fault;
use super::{Pushed, SEVERAL};
use crate::model::ItemFault;
use crate::store::ContactWritten;
use crate::sync::Failure;
use crate::sync::contacts::reading::ContactsReading;

/// After a group: where others were written, each is its item's. Where several fail and none was written, nothing
/// more is sent.
pub(super) async fn weigh(reading: &ContactsReading<'_>, pushed: &mut Pushed) -> Result<(), Failure> {
    if pushed.done > 0 {
        note(reading, pushed, ContactWritten::PutOff).await
    } else if pushed.doubts.len() >= SEVERAL {
        end(reading, pushed).await
    } else {
        Ok(())
    }
}

/// At the end those that are left are the mailbox's: it is told, and each is tried again in the next turn.
pub(super) async fn end(reading: &ContactsReading<'_>, pushed: &mut Pushed) -> Result<(), Failure> {
    if let Some((_, failure)) = pushed.doubts.first() {
        pushed.stopped.get_or_insert_with(|| failure.clone());
    }
    note(reading, pushed, ContactWritten::Failed).await
}

async fn note(
    reading: &ContactsReading<'_>,
    pushed: &mut Pushed,
    written: fn(ItemFault) -> ContactWritten,
) -> Result<(), Failure> {
    for (write, failure) in std::mem::take(&mut pushed.doubts) {
        let written = written(fault(failure.meaning.code, &failure.message));
        reading.store.end_contact_write(reading.claim, &write, &written, reading.clock.now()).await?;
    }
    Ok(())
}
