//! Which contact folders a mailbox has, after it listed them. Pure.

use crate::model::{ContactFolder, ContactFolderId, ContactFolderSight};
use chrono::{DateTime, Utc};

/// What is known of the folders after a list: one that is named stays what it was, whatever it is called now;
/// one that is not named has vanished.
pub(super) fn after(
    known: &[ContactFolder],
    listed: &[ContactFolderSight],
    now: DateTime<Utc>,
    new_id: impl Fn() -> ContactFolderId,
) -> Vec<ContactFolder> {
    let named = |folder: &ContactFolder| listed.iter().any(|sight| sight.remote_id == folder.remote_id);
    let vanished = known.iter().filter(|folder| !named(folder)).map(|folder| {
        let vanished_at = folder.vanished_at.or(Some(now));
        // What it held is looked for by its ids; should it be back, it is read from the beginning.
        ContactFolder { vanished_at, cursor: None, round: None, ..folder.clone() }
    });
    let here = listed.iter().enumerate().map(|(at, sight)| {
        let before = known.iter().find(|folder| folder.remote_id == sight.remote_id).cloned();
        let folder = before.unwrap_or_else(|| ContactFolder::new(new_id(), sight.remote_id.clone()));
        let name = sight.name.clone().or_else(|| folder.name.clone());
        ContactFolder {
            parent: sight.parent.clone(),
            name,
            is_default: at == 0,
            listed_at: Some(now),
            vanished_at: None,
            ..folder
        }
    });
    here.chain(vanished).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(ids: &[(&str, &str)]) -> Vec<ContactFolderSight> {
        let sight = |(id, name): &(&str, &str)| ContactFolderSight {
            remote_id: (*id).to_owned(),
            parent: None,
            name: Some((*name).to_owned()),
        };
        ids.iter().map(sight).collect()
    }

    #[test]
    fn a_renamed_folder_is_the_same_and_one_made_anew_under_its_name_is_another() {
        let now = DateTime::UNIX_EPOCH;
        let new_id = || ContactFolderId::new(now);
        let mut before = after(&[], &listed(&[("d", "Contacts"), ("a", "Friends")]), now, new_id);
        assert_eq!(before.iter().map(|folder| folder.is_default).collect::<Vec<_>>(), [true, false]);
        before[1].held = 7;
        let renamed = after(&before, &listed(&[("d", "Kontakte"), ("a", "Freunde")]), now, new_id);
        assert_eq!((&renamed[1].id, renamed[1].held), (&before[1].id, 7));
        assert_eq!(renamed[1].name.as_deref(), Some("Freunde"));
        let anew = after(&renamed, &listed(&[("d", "Kontakte"), ("b", "Freunde")]), now, new_id);
        assert_eq!(anew.len(), 3);
        assert!(anew[1].id != before[1].id && anew[2].vanished_at == Some(now) && anew[2].held == 7);
        let back = after(&anew, &listed(&[("d", "Kontakte"), ("a", "Freunde")]), now, new_id);
        assert_eq!((&back[1].id, back[1].vanished_at), (&before[1].id, None));
    }
}
