//! Where an item counts that may have moved.

use crate::model::{FolderId, FolderState};

/// What the word of the server comes to that an item lies in a folder.
pub(super) enum ItemPlace<'a> {
    /// It counts there.
    In(&'a FolderId),
    /// The mailbox has not listed that folder.
    Unlisted,
    /// It is gone from what is read.
    Away,
}

/// The folder that an item lies in, by the folder's id on the server, which lay in `from`. To a folder that is not read,
/// it is gone; but not what came before the history or was never read of a folder by itself: there it is followed wherever
/// it goes.
pub(super) fn place<'a>(
    id: &str,
    from: (&FolderId, bool),
    listed: &'a [FolderState],
    is_read: impl Fn(&FolderId) -> bool,
) -> ItemPlace<'a> {
    let (from, is_old) = from;
    let state = listed.iter().find(|state| state.folder.remote_id.as_deref() == Some(id));
    match state.map(|state| &state.folder.id) {
        None => ItemPlace::Unlisted,
        Some(folder) if folder == from || is_read(folder) || is_old || !is_read(from) => {
            ItemPlace::In(folder)
        }
        Some(_) => ItemPlace::Away,
    }
}
