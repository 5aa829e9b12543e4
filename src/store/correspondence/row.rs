//! How it stands in its rows.

use crate::model::{
    AccountId, ContactId, Correspondence, CorrespondenceId, Correspondent, Folder, FolderCorrespondence,
    FolderId, Names, Role, Sweep,
};
use crate::store::column::{Json, Ms, Word, count};
use crate::store::{Result, Store, on};
use std::collections::BTreeSet;

#[derive(sqlx::FromRow)]
pub(super) struct CorrespondenceRow {
    id: Word<CorrespondenceId>,
    account_id: Word<AccountId>,
    contact_id: Option<Word<ContactId>>,
    address: Option<String>,
    addresses: Json<BTreeSet<String>>,
    names: Json<BTreeSet<String>>,
    asked_at: Ms,
    began_at: Option<Ms>,
    ended_at: Option<Ms>,
}

#[derive(sqlx::FromRow)]
struct CorrespondenceFolderRow {
    id: Word<FolderId>,
    role: Word<Role>,
    name: Option<String>,
    path: Option<String>,
    remote_id: Option<String>,
    place: Option<Json<Sweep>>,
    back_to: Option<Ms>,
    found: i64,
    stored: i64,
    unreadable: i64,
    tries: i64,
    stopped: Option<String>,
    ended_at: Option<Ms>,
}

impl From<CorrespondenceFolderRow> for FolderCorrespondence {
    fn from(row: CorrespondenceFolderRow) -> Self {
        let CorrespondenceFolderRow { id, role, name, path, remote_id, .. } = row;
        Self {
            folder: Folder { id: id.0, role: role.0, name, path, remote_id },
            place: row.place.map(|place| place.0),
            back_to: row.back_to.map(|at| at.0),
            found: count(row.found),
            stored: count(row.stored),
            unreadable: count(row.unreadable),
            tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
            stopped: row.stopped,
            ended_at: row.ended_at.map(|at| at.0),
        }
    }
}

/// Whose it is, in the columns `contact_id` and `address`.
pub(super) fn columns(whose: &Correspondent) -> (Option<&str>, Option<&str>) {
    match whose {
        Correspondent::Contact(id) => (Some(id.as_str()), None),
        Correspondent::Address(address) => (None, Some(address)),
    }
}

/// What was found is counted where it lay then.
const FOLDERS: &str = "
SELECT f.id, f.role, f.name, f.path, f.remote_id, c.place, c.back_to, c.tries, c.stopped, c.ended_at,
    COALESCE(SUM(CASE WHEN i.outcome IN ('known', 'stored') THEN 1 ELSE 0 END), 0) AS found,
    COALESCE(SUM(CASE WHEN i.outcome = 'stored' THEN 1 ELSE 0 END), 0) AS stored,
    COALESCE(SUM(CASE WHEN i.outcome = 'unreadable' THEN 1 ELSE 0 END), 0) AS unreadable
FROM correspondence_folder c JOIN folder f ON f.id = c.folder_id
LEFT JOIN correspondence_item i ON i.correspondence_id = c.correspondence_id AND i.folder_id = c.folder_id
WHERE c.correspondence_id = $1
GROUP BY f.id, f.role, f.name, f.path, f.remote_id, c.place, c.back_to, c.tries, c.stopped, c.ended_at";

impl Store {
    pub(super) async fn with_folders(&self, row: CorrespondenceRow) -> Result<Correspondence> {
        let rows: Vec<CorrespondenceFolderRow> =
            on!(self, db => sqlx::query_as(FOLDERS).bind(row.id.0.as_str()).fetch_all(db).await)?;
        let mut folders: Vec<FolderCorrespondence> = rows.into_iter().map(Into::into).collect();
        let order = |FolderCorrespondence { folder, .. }: &FolderCorrespondence| {
            (folder.role, folder.path.clone(), folder.id.clone())
        };
        folders.sort_by_cached_key(order);
        let whose = match (row.contact_id, row.address) {
            (Some(id), _) => Correspondent::Contact(id.0),
            (None, address) => Correspondent::Address(address.unwrap_or_default()),
        };
        Ok(Correspondence {
            id: row.id.0,
            account_id: row.account_id.0,
            whose,
            names: Names { addresses: row.addresses.0, names: row.names.0 },
            asked_at: row.asked_at.0,
            began_at: row.began_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
            folders,
        })
    }
}
