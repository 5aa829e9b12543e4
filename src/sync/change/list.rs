//! A folder's list by ids, as a sweep goes down it.

use crate::model::{FolderState, IdRow, ItemKey, Sweep};
use crate::sync::mail::MailSource;
use crate::sync::{Failure, SyncError, sweep};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// An item of a list, and where it stood.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub(super) row: IdRow,
    pub(super) offset: u32,
}

/// All that a folder lists that came after an instant, each once, the newest first.
pub(super) async fn list<S: MailSource>(
    source: &mut S,
    state: &FolderState,
    after: DateTime<Utc>,
    began: DateTime<Utc>,
) -> Result<Vec<Listed>, Failure> {
    let (mut found, mut met) = (Vec::new(), HashSet::<ItemKey>::new());
    let mut next = Some(Sweep::new(began));
    while let Some(sweep) = next {
        let from = sweep.next.offset;
        let page = source.ids(&state.folder, sweep.next).await?.ok_or(SyncError::RoadUnlisted)?;
        if from == 0 && page.rows.is_empty() && page.total != Some(0) && state.held > 0 {
            return Err(SyncError::Emptied { folder: state.folder.clone(), held: state.held }.into());
        }
        let step = sweep::take(&sweep, &page, after);
        let rows = page.rows.into_iter().zip(from..);
        let rows = rows.filter(|(row, _)| row.received.is_none_or(|received| received > after));
        let new = rows.filter(|(row, _)| met.insert(row.key.clone()));
        found.extend(new.map(|(row, offset)| Listed { row, offset }));
        next = step.next;
    }
    Ok(found)
}
