//! Writing a page: its messages, the ledger and the folder's state in one transaction.

use super::older::OlderItem;
use super::row::{MessageRow, message_columns, save};
use super::{attachments, gone, ledger, older, parts};
use crate::model::{
    AccountId, Attachment, Depth, FolderId, FolderState, ItemFault, ItemKey, KeySpace, Message, MessageId,
    Recipient, Sight,
};
use crate::store::accounts::{add_held, hold, write_folder};
use crate::store::column::rows_in;
use crate::store::correspondence::{self, CorrespondencePage};
use crate::store::{Claim, Result, Store, Tx, tx};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// One message to be written.
#[derive(Debug, Clone)]
pub struct Upsert {
    /// Ours: of the stored message, or a fresh one.
    pub id: MessageId,
    /// Ids of the item that are not stored yet, to be attached to it.
    pub keys: Vec<ItemKey>,
    /// Where it was seen. A message that lay elsewhere has moved.
    pub folder: FolderId,
    /// What was seen of it; `Message::after` says what becomes of it.
    pub sight: Sight,
}

/// An item that could not be read: for the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Where it was seen.
    pub folder: FolderId,
    /// Its id.
    pub key: ItemKey,
    /// Why.
    pub fault: ItemFault,
}

/// One page of a folder, written with the folder's state in one transaction.
#[derive(Debug, Clone)]
pub struct PageWrite {
    /// The folder as it stands after this page; `None` where only items were read again.
    pub folder_state: Option<FolderState>,
    /// Items that the page names as no longer in its folder.
    pub removed: Vec<ItemKey>,
    /// The messages of the page.
    pub upserts: Vec<Upsert>,
    /// Items of the page that could not be read.
    pub failed: Vec<Unread>,
    /// Items that were asked for and that there are no more.
    pub gone: Vec<ItemKey>,
    /// Items that the page names and that came before the history.
    pub older: Vec<OlderItem>,
    /// What the page came to of the mail of one person that is read beside the folders.
    pub correspondence: Option<CorrespondencePage>,
    /// When it was read.
    pub now: DateTime<Utc>,
}

impl PageWrite {
    /// Of a page without anything on it.
    #[must_use]
    pub const fn at(now: DateTime<Utc>) -> Self {
        Self {
            folder_state: None,
            removed: Vec::new(),
            upserts: Vec::new(),
            failed: Vec::new(),
            gone: Vec::new(),
            older: Vec::new(),
            correspondence: None,
            now,
        }
    }
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
    /// Writes a page and the folder's state behind it, both or neither. Writing the same again writes no
    /// message.
    ///
    /// Which messages the page's items are was looked up before: the lease's epoch shuts out who could have
    /// changed that.
    ///
    /// # Errors
    /// `LeaseLost` when another holder has the account; then nothing is written.
    pub async fn write_page(&self, claim: &Claim, page: &PageWrite) -> Result<PageCounts> {
        let account = &claim.account.id;
        let mut open = self.begin().await?;
        hold(&mut open, claim).await?;
        if let Some(state) = &page.folder_state {
            for key in &page.removed {
                gone::miss(&mut open, account, &state.folder.id, key, page.now).await?;
                ledger::strike(&mut open, account, key, Some(&state.folder.id)).await?;
            }
        }
        let mut writer = Writer::load(&mut open, account, page).await?;
        let mut counts = PageCounts::default();
        for upsert in &page.upserts {
            match writer.write(&mut open, upsert).await? {
                Written::New => counts.new += 1,
                Written::Changed => counts.changed += 1,
                Written::Same => {}
            }
        }
        for unread in &page.failed {
            ledger::enter(&mut open, account, unread, page.now).await?;
        }
        for key in &page.gone {
            gone::lose(&mut open, account, key, page.now).await?;
            ledger::strike(&mut open, account, key, None).await?;
        }
        for item in &page.older {
            older::enter(&mut open, account, item).await?;
        }
        if let Some(state) = &page.folder_state {
            write_folder(&mut open, account, state).await?;
        }
        if let Some(of) = &page.correspondence {
            correspondence::write(&mut open, of, page.now).await?;
            count_beside(&mut open, &of.folder, counts.new).await?;
        }
        for (folder, more) in writer.held.into_iter().filter(|(_, more)| *more != 0) {
            add_held(&mut open, &folder, more).await?;
        }
        open.commit().await?;
        Ok(counts)
    }
}

/// So many messages were stored of a folder beside the reading of it. The server counted them among those that were
/// not: else as many that come there unseen would not be told from these.
async fn count_beside(open: &mut Tx, folder: &FolderId, stored: u64) -> Result<()> {
    tx!(open, execute sqlx::query(
        "UPDATE folder SET beside = beside + $2, unheld = unheld - $2 WHERE id = $1 AND $2 > 0",
    )
    .bind(folder.as_str())
    .bind(stored.cast_signed()))?;
    Ok(())
}

enum Written {
    New,
    Changed,
    Same,
}

#[derive(sqlx::FromRow)]
struct RowToWrite {
    missing: bool,
    #[sqlx(flatten)]
    message: MessageRow,
}

/// What is stored of the messages of a page, kept up to date while the page is written.
struct Writer<'a> {
    account: &'a AccountId,
    now: DateTime<Utc>,
    messages: HashMap<MessageId, Message>,
    /// What hangs on those of which the page says it.
    attachments: HashMap<MessageId, Vec<Attachment>>,
    /// Those that are missing.
    missing: HashSet<MessageId>,
    /// How many more lie in each folder than before.
    held: BTreeMap<FolderId, i64>,
}

impl<'a> Writer<'a> {
    async fn load(open: &mut Tx, account: &'a AccountId, page: &PageWrite) -> Result<Self> {
        let wanted: Vec<&str> = page.upserts.iter().map(|upsert| upsert.id.as_str()).collect();
        let rows: Vec<RowToWrite> = rows_in!(
            tx(&mut *open),
            concat!(
                "SELECT ",
                message_columns!(),
                ", m.missing_at IS NOT NULL AS missing FROM message m WHERE m.id IN"
            ),
            [],
            &wanted
        );
        let mut recipients = parts::stored_recipients(open, &page.upserts).await?;
        let attachments = attachments::stored(open, &page.upserts).await?;
        let (mut messages, mut missing) = (HashMap::new(), HashSet::new());
        for row in rows {
            let message = with_recipients(row.message.into(), &mut recipients);
            missing.extend(row.missing.then(|| message.id.clone()));
            messages.insert(message.id.clone(), message);
        }
        Ok(Self { account, now: page.now, messages, attachments, missing, held: BTreeMap::new() })
    }

    async fn write(&mut self, open: &mut Tx, upsert: &Upsert) -> Result<Written> {
        let Upsert { id, keys, folder, sight } = upsert;
        let stored = self.messages.get(id);
        let blank = || Message::new(id.clone(), self.account.clone(), folder.clone());
        let before = stored.cloned().unwrap_or_else(blank);
        let next = before.after(sight, folder);
        let mut written = match stored {
            None => Written::New,
            Some(_) if before != next => Written::Changed,
            Some(_) => Written::Same,
        };
        if !matches!(written, Written::Same) {
            save(open, &next, self.now).await?;
        } else if self.missing.remove(id) {
            gone::found(open, id).await?;
        }
        if before.recipients != next.recipients {
            parts::write_recipients(open, &next).await?;
        }
        let has_other_body = match &sight.body {
            Some(body) => parts::write_body(open, id, body).await?,
            None => false,
        };
        let has_other_parts = self.hang(open, id, sight).await? || has_other_body;
        if has_other_parts && matches!(written, Written::Same) {
            save(open, &next, self.now).await?;
            written = Written::Changed;
        }
        for key in keys {
            attach(open, self.account, id, key).await?;
        }
        if sight.depth == Depth::Whole {
            ledger::strike_all(open, id).await?;
        }
        self.count_held(&next);
        self.messages.insert(id.clone(), next);
        Ok(written)
    }

    /// Writes what hangs on a message that is stored already, where that differs; whether it did.
    async fn hang(&mut self, open: &mut Tx, id: &MessageId, sight: &Sight) -> Result<bool> {
        let Some(said) = &sight.attachments else { return Ok(false) };
        let said = Attachment::storable(said);
        if self.attachments.get(id).map_or(said.is_empty(), |stored| *stored == said) {
            return Ok(false);
        }
        attachments::replace(open, id, &said).await?;
        self.attachments.insert(id.clone(), said);
        Ok(true)
    }

    /// Counts a message where it lies, and no longer where it lay.
    fn count_held(&mut self, next: &Message) {
        if let Some(before) = self.messages.get(&next.id).filter(|before| before.gone_at.is_none()) {
            *self.held.entry(before.folder.clone()).or_default() -= 1;
        }
        *self.held.entry(next.folder.clone()).or_default() += 1;
    }
}

/// Has a message known by a key that nothing is known by yet.
pub(in crate::store) async fn attach(
    open: &mut Tx,
    account: &AccountId,
    message: &MessageId,
    key: &ItemKey,
) -> Result<()> {
    if key.space == KeySpace::IMAP {
        // A message has one place there: another one ends it.
        tx!(&mut *open, execute sqlx::query("DELETE FROM message_key WHERE message_id = $1 AND space = $2")
            .bind(message.as_str())
            .bind(key.space.as_str()))?;
    }
    tx!(&mut *open, execute sqlx::query(
        "INSERT INTO message_key (account_id, space, item_id, message_id) VALUES ($1, $2, $3, $4)",
    )
    .bind(account.as_str())
    .bind(key.space.as_str())
    .bind(&key.id)
    .bind(message.as_str()))?;
    Ok(())
}

/// Where its recipients were not asked for, they are none: what is seen then does not touch them.
pub(super) fn with_recipients(
    message: Message,
    recipients: &mut HashMap<MessageId, Vec<Recipient>>,
) -> Message {
    Message { recipients: recipients.remove(&message.id).unwrap_or_default(), ..message }
}
