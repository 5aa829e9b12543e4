//! Writes of photos of which it is not known what came of them: the process was killed, the answer never came, or the
//! item did not show yet what was answered as done.
//!
//! An item that shows what it showed before was not written. Where it shows another photo, that is ours as the server
//! keeps it, if it was answered so. If nobody answered, it is most likely ours; somebody may have set another, and no
//! hash tells the two apart: so that both sides have the same in either case, what is there is ours from then on.

use super::push::not_done;
use super::there;
use crate::model::ContactWrite;
use crate::store::{PhotoLine, PhotoWritten};
use crate::sync::Failure;
use crate::sync::contacts::reading::ContactsReading;
use crate::sync::contacts::source::ContactSource;
use chrono::TimeDelta;
use std::collections::HashMap;

/// An item whose photo cannot be seen for so long keeps its contact from being written no longer.
const SEEN_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Notes what can be told by looking at the items' photos.
pub(in crate::sync::contacts) async fn look_up<S: ContactSource>(
    reading: &ContactsReading<'_>,
    source: &mut S,
    writes: &[ContactWrite],
) -> Result<(), Failure> {
    let (store, claim) = (reading.store, reading.claim);
    let ids: Vec<_> = writes.iter().filter_map(|write| write.remote_id.clone()).collect();
    let found: HashMap<_, _> = source.photos(&ids).await?.into_iter().collect();
    for write in writes {
        let found = write.remote_id.as_ref().and_then(|id| found.get(id));
        let line = store.photo_line(&write.id).await?;
        let (Some(shown), Some(PhotoLine { before, sent, shown: answered })) = (found.map(there), line)
        else {
            continue;
        };
        let written = match shown {
            // Until then nothing else of the contact is written either.
            Err(_) if reading.clock.now() < write.begun_at + SEEN_WITHIN => continue,
            Err(fault) => PhotoWritten::PutOff(fault.clone()),
            Ok(Some(photo)) if write.kind.sets_photo() && before.as_ref() != Some(photo) => {
                let sha256 = photo.sha256();
                let is_sent = answered.is_some() || Some(&sha256) == sent.as_ref();
                if is_sent { PhotoWritten::Done(Some(sha256)) } else { PhotoWritten::Found(photo.clone()) }
            }
            Ok(None) if !write.kind.sets_photo() => PhotoWritten::Done(None),
            Ok(_) => PhotoWritten::PutOff(not_done()),
        };
        store.end_photo_write(claim, write, &written, reading.clock.now()).await?;
    }
    Ok(())
}
