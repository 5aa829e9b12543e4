//! Writing a page: its messages, the ledger and the folder's state in one transaction.

use super::ledger;
use super::parts;
use super::record::{Record, record_columns};
use crate::model::{
    AccountId, Detail, Folder, FolderState, IdFamily, Importance, ItemKey, ListRow, MessageId, Precision,
    Tier,
};
use crate::store::accounts::hold;
use crate::store::accounts::write_folder;
use crate::store::column::{Word, rows_in};
use crate::store::{Claim, Result, Store, Tx, tx};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashMap;

/// One message to be written. What is `None` leaves the stored value. Once an item itself has been read, a list says
/// nothing new of it but whether it was read; and nothing read off the page replaces what JSON said.
#[derive(Debug, Clone)]
pub struct Upsert {
    /// Ours: of the stored message, or a fresh one. When one of `keys` is stored already, that message is the one
    /// that is written, whatever stands here: a message is never doubled.
    pub id: MessageId,
    /// The item's ids, to be attached to it.
    pub keys: Vec<ItemKey>,
    /// Where it was seen. A message that lay elsewhere has moved.
    pub folder: Folder,
    /// What the list shows. Its `key` and `others` are not looked at.
    pub row: Option<ListRow>,
    /// What the item itself says; where both say something, this counts.
    pub detail: Option<Detail>,
    /// How it was had.
    pub tier: Tier,
    /// Seen only on the page so far. One writing that says no settles it.
    pub provisional: bool,
}

/// An item that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFailure {
    /// Which.
    pub key: ItemKey,
    /// A stable word, such as `ErrorItemCorrupt`.
    pub code: String,
    /// What the server said.
    pub text: String,
}

/// One page of a folder, written with the folder's state in one transaction.
#[derive(Debug, Clone)]
pub struct PageWrite {
    /// The folder as it stands after this page.
    pub folder_state: FolderState,
    /// The messages of the page.
    pub upserts: Vec<Upsert>,
    /// Items of the page that could not be read: for the ledger.
    pub failed: Vec<ItemFailure>,
    /// When.
    pub now: DateTime<Utc>,
}

/// What a page changed. Writing the same again changes nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PageCounts {
    /// Messages that were not stored before.
    pub new: u64,
    /// Messages of which something differs now.
    pub changed: u64,
}

impl Store {
    /// Writes a page and the folder's state behind it, both or neither. Writing the same again writes no message.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn write_page(&self, claim: &Claim, page: &PageWrite) -> Result<PageCounts> {
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        let mut writer = Writer::load(&mut open, &claim.account.id, page).await?;
        let mut counts = PageCounts::default();
        for upsert in &page.upserts {
            match writer.write(&mut open, upsert).await? {
                Written::New => counts.new += 1,
                Written::Changed => counts.changed += 1,
                Written::Same => {}
            }
        }
        for failure in &page.failed {
            ledger::enter(&mut open, writer.account, page.folder_state.folder, failure, page.now).await?;
        }
        write_folder(&mut open, writer.account, &page.folder_state).await?;
        open.commit().await?;
        Ok(counts)
    }
}

enum Written {
    New,
    Changed,
    Same,
}

/// What is stored of the messages of a page, kept up to date while the page is written.
struct Writer<'a> {
    account: &'a AccountId,
    now: DateTime<Utc>,
    ids: HashMap<ItemKey, MessageId>,
    records: HashMap<MessageId, Record>,
}

impl<'a> Writer<'a> {
    async fn load(open: &mut Tx, account: &'a AccountId, page: &PageWrite) -> Result<Self> {
        let ids = message_ids(open, account, &page.upserts).await?;
        let wanted: Vec<&str> =
            page.upserts.iter().map(|upsert| &upsert.id).chain(ids.values()).map(MessageId::as_str).collect();
        let rows: Vec<Record> = rows_in!(
            tx(&mut *open),
            concat!("SELECT ", record_columns!(), " FROM message m WHERE m.id IN"),
            [],
            &wanted
        );
        let records = rows.into_iter().map(|record| (record.id.0.clone(), record)).collect();
        Ok(Self { account, now: page.now, ids, records })
    }

    async fn write(&mut self, open: &mut Tx, upsert: &Upsert) -> Result<Written> {
        let id = upsert.keys.iter().find_map(|key| self.ids.get(key)).unwrap_or(&upsert.id).clone();
        let stored = self.records.get(&id);
        let next = stored.map_or_else(|| Record::new(id.clone(), upsert), |record| record.merged(upsert));
        let mut written = match stored {
            None => Written::New,
            Some(stored) if *stored != next => Written::Changed,
            Some(_) => Written::Same,
        };
        if !matches!(written, Written::Same) {
            self.save(open, &next).await?;
        }
        if let Some(detail) = &upsert.detail {
            if parts::write(open, &id, detail).await? && matches!(written, Written::Same) {
                self.save(open, &next).await?;
                written = Written::Changed;
            }
            ledger::strike(open, self.account, &upsert.keys).await?;
        }
        self.attach(open, &id, &upsert.keys).await?;
        self.records.insert(id, next);
        Ok(written)
    }

    async fn save(&self, open: &mut Tx, record: &Record) -> Result<()> {
        tx!(open, execute sqlx::query(SAVE)
            .bind(record.id.0.as_str())
            .bind(self.account.as_str())
            .bind(record.folder.0.as_str())
            .bind(record.listed_at())
            .bind(&record.change_key)
            .bind(&record.conversation_id)
            .bind(&record.internet_message_id)
            .bind(&record.subject)
            .bind(&record.from_name)
            .bind(&record.from_address)
            .bind(&record.sender_name)
            .bind(&record.sender_address)
            .bind(record.recipients_truncated)
            .bind(record.received_at.map(|at| at.0.timestamp_millis()))
            .bind(record.received_precision.as_ref().map(|Word(precision)| Precision::as_str(*precision)))
            .bind(record.sent_at.map(|at| at.0.timestamp_millis()))
            .bind(record.is_read)
            .bind(record.is_draft)
            .bind(record.has_attachments)
            .bind(record.importance.as_ref().map(|Word(importance)| Importance::as_str(*importance)))
            .bind(&record.item_class)
            .bind(&record.preview)
            .bind(record.size)
            .bind(record.tier.0.as_str())
            .bind(record.provisional)
            .bind(record.has_detail)
            .bind(self.now.timestamp_millis()))?;
        Ok(())
    }

    async fn attach(&mut self, open: &mut Tx, id: &MessageId, keys: &[ItemKey]) -> Result<()> {
        for key in keys {
            if self.ids.contains_key(key) {
                continue;
            }
            tx!(&mut *open, execute sqlx::query(
                "INSERT INTO message_key (account_id, family, item_id, message_id) VALUES ($1, $2, $3, $4)",
            )
            .bind(self.account.as_str())
            .bind(key.family.as_str())
            .bind(&key.id)
            .bind(id.as_str()))?;
            self.ids.insert(key.clone(), id.clone());
        }
        Ok(())
    }
}

const SAVE: &str = "
INSERT INTO message AS m (id, account_id, folder, listed_at, change_key, conversation_id, internet_message_id, subject,
    from_name, from_address, sender_name, sender_address, recipients_truncated, received_at, received_precision, sent_at,
    is_read, is_draft, has_attachments, importance, item_class, preview, size, tier, provisional, has_detail,
    first_seen_at, changed_at, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25, $26, $27, $27, 1)
ON CONFLICT (id) DO UPDATE SET folder = excluded.folder, listed_at = excluded.listed_at,
    change_key = excluded.change_key, conversation_id = excluded.conversation_id,
    internet_message_id = excluded.internet_message_id, subject = excluded.subject, from_name = excluded.from_name,
    from_address = excluded.from_address, sender_name = excluded.sender_name,
    sender_address = excluded.sender_address, recipients_truncated = excluded.recipients_truncated,
    received_at = excluded.received_at, received_precision = excluded.received_precision, sent_at = excluded.sent_at,
    is_read = excluded.is_read, is_draft = excluded.is_draft, has_attachments = excluded.has_attachments,
    importance = excluded.importance, item_class = excluded.item_class, preview = excluded.preview,
    size = excluded.size, tier = excluded.tier, provisional = excluded.provisional, has_detail = excluded.has_detail,
    changed_at = excluded.changed_at, revision = m.revision + 1";

#[derive(sqlx::FromRow)]
struct KeyRow {
    family: Word<IdFamily>,
    item_id: String,
    message_id: Word<MessageId>,
}

/// Which messages the items of a page are.
async fn message_ids(
    open: &mut Tx,
    account: &AccountId,
    upserts: &[Upsert],
) -> Result<HashMap<ItemKey, MessageId>> {
    let wanted: Vec<&str> =
        upserts.iter().flat_map(|upsert| &upsert.keys).map(|key| key.id.as_str()).collect();
    let rows: Vec<KeyRow> = rows_in!(
        tx(&mut *open),
        "SELECT family, item_id, message_id FROM message_key
         WHERE account_id = $1 AND family IN ('entry', 'immutable') AND item_id IN",
        [account.as_str()],
        &wanted
    );
    let key = |row: KeyRow| (ItemKey { family: row.family.0, id: row.item_id }, row.message_id.0);
    Ok(rows.into_iter().map(key).collect())
}
