//! A mailbox on a connection that has signed in.

use super::answers::LONGEST_MESSAGE;
use super::fetch::{ByUid, Fetched};
use super::folders::{Listed, folders};
use super::message::{self, HEADERS, fault};
use super::tagged::{TaggedStream, quoted};
use super::{ImapError, ImapFolders, set};
use crate::model::{Depth, ItemError, ItemFault, Sight};
use chrono::{DateTime, Utc};
use imap_proto::{MailboxDatum, Response, ResponseCode};
use std::collections::{BTreeMap, BTreeSet};
use tokio::io::{AsyncRead, AsyncWrite};

/// A folder as it was opened, without leaving a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapFolder {
    /// Its id: its path as the server writes it.
    pub id: String,
    /// UIDVALIDITY: another one makes every UID that is known void.
    pub validity: u32,
    /// The UID that the next message will have, where the server says it.
    pub next: Option<u32>,
    /// How many messages lie in it.
    pub total: u32,
}

/// What a message's flags say, and when it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageFlags {
    /// Its UID.
    pub uid: u32,
    /// `\Seen`; `None` where the server said no flags.
    pub is_read: Option<bool>,
    /// `\Deleted`: its owner has done with it, although it lies there yet.
    pub is_deleted: Option<bool>,
    /// INTERNALDATE, in whole seconds; `None` where the server left it out (closeio/sync-engine#365).
    pub received: Option<DateTime<Utc>>,
}

/// A message that was asked for: its UID, and what it says or why it was not read.
pub type ItemRead = (u32, Result<Sight, ItemError>);

/// A mailbox. One folder is open at a time.
pub struct ImapMailbox<S> {
    stream: TaggedStream<S>,
    opened: Option<ImapFolder>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> ImapMailbox<S> {
    pub(super) fn new(stream: TaggedStream<S>) -> Self {
        Self { stream, opened: None }
    }

    /// Lists the folders that mail lies in.
    ///
    /// # Errors
    /// `Unreadable` where a line of the list is: a folder that is not named would be taken for gone.
    pub async fn folders(&mut self) -> Result<ImapFolders, ImapError> {
        let mut lines = Vec::new();
        let take = |response: Response<'_>| {
            if let Response::MailboxData(MailboxDatum::List(line)) = response {
                lines.push(Listed::of(&line));
            }
        };
        let unread = self.stream.run("LIST", "LIST \"\" \"*\"", take).await?;
        if unread > 0 || lines.is_empty() {
            return Err(ImapError::Unreadable("list of folders"));
        }
        Ok(folders(lines))
    }

    /// Opens a folder by its id.
    ///
    /// # Errors
    /// `FolderGone` where there is none.
    pub async fn open(&mut self, id: &str) -> Result<ImapFolder, ImapError> {
        self.opened = None;
        let name = quoted(id).ok_or(ImapError::FolderGone)?;
        let (mut validity, mut next, mut total) = (None, None, None);
        let take = |response: Response<'_>| {
            if let Response::Data { outcome, .. } = response {
                match outcome.code {
                    Some(ResponseCode::UidValidity(said)) => validity = Some(said),
                    Some(ResponseCode::UidNext(said)) => next = Some(said),
                    _ => {}
                }
            } else if let Response::MailboxData(MailboxDatum::Exists(said)) = response {
                total = Some(said);
            }
        };
        let opened = self.stream.run("EXAMINE", &format!("EXAMINE {name}"), take).await;
        opened.map_err(
            |error| if matches!(error, ImapError::Refused(_)) { ImapError::FolderGone } else { error },
        )?;
        let (Some(validity), Some(total)) = (validity, total) else {
            return Err(ImapError::Unreadable("answer to EXAMINE"));
        };
        let folder = ImapFolder { id: id.to_owned(), validity, next, total };
        Ok(self.opened.insert(folder).clone())
    }

    fn opened(&self) -> Result<ImapFolder, ImapError> {
        self.opened.clone().ok_or(ImapError::FolderGone)
    }

    /// The flags of the messages with these UIDs, both ends included, in order. A UID that is not among them is gone from
    /// the folder.
    ///
    /// # Errors
    /// What the server refused, how the connection ended; `Unreadable` where an answer is, for its message would be taken for
    /// gone.
    pub async fn flags(&mut self, first: u32, last: u32) -> Result<Vec<MessageFlags>, ImapError> {
        self.flags_of(&format!("{first}:{last}"), |uid| (first..=last).contains(&uid)).await
    }

    /// The flags of all messages from a UID on, in order.
    ///
    /// # Errors
    /// Those of `flags`.
    pub async fn since(&mut self, first: u32) -> Result<Vec<MessageFlags>, ImapError> {
        self.flags_of(&format!("{first}:*"), |uid| uid >= first).await
    }

    async fn flags_of(
        &mut self,
        set: &str,
        is_wanted: impl Fn(u32) -> bool,
    ) -> Result<Vec<MessageFlags>, ImapError> {
        let (fetched, unread) = self.fetch(set, "(UID FLAGS INTERNALDATE)", is_wanted).await?;
        if unread > 0 {
            return Err(ImapError::Unreadable("answer to FETCH"));
        }
        let of = |(uid, fetched): (u32, Fetched)| MessageFlags {
            uid,
            is_read: fetched.has("\\Seen"),
            is_deleted: fetched.has("\\Deleted"),
            received: message::arrival(fetched.internal_date.as_deref()),
        };
        Ok(fetched.into_iter().map(of).collect())
    }

    /// Which of these messages lie in the open folder.
    ///
    /// # Errors
    /// Those of `flags`.
    pub async fn there(&mut self, uids: &[u32]) -> Result<BTreeSet<u32>, ImapError> {
        let mut there = BTreeSet::new();
        for asked in uids.chunks(set::MOST) {
            let flags = self.flags_of(&set::spelled(asked), |uid| asked.contains(&uid)).await?;
            there.extend(flags.iter().map(|flags| flags.uid));
        }
        Ok(there)
    }

    /// The headers of messages of the open folder: an answer for each UID.
    ///
    /// # Errors
    /// How the connection ended, or what was refused for all of them; `FolderGone` where no folder is open.
    pub async fn headers(&mut self, uids: &[u32]) -> Result<Vec<ItemRead>, ImapError> {
        self.read(uids, set::MOST, &format!("BODY.PEEK[HEADER.FIELDS ({HEADERS})]"), Depth::Listed).await
    }

    /// Whole messages of the open folder: an answer for each UID. They are asked for one by one, so that no more than one is
    /// held; of one that is too long the beginning is read.
    ///
    /// # Errors
    /// Those of `headers`.
    pub async fn messages(&mut self, uids: &[u32]) -> Result<Vec<ItemRead>, ImapError> {
        self.read(uids, 1, &format!("BODY.PEEK[]<0.{LONGEST_MESSAGE}>"), Depth::Whole).await
    }

    async fn read(
        &mut self,
        uids: &[u32],
        at_once: usize,
        part: &str,
        depth: Depth,
    ) -> Result<Vec<ItemRead>, ImapError> {
        let folder = self.opened()?;
        let uids: Vec<u32> = uids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let members = format!("(UID FLAGS INTERNALDATE RFC822.SIZE {part})");
        let (mut read, mut all_unread) = (BTreeMap::new(), 0);
        let mut sets: Vec<_> = uids.chunks(at_once).collect();
        while let Some(asked) = sets.pop() {
            match self.fetch(&set::spelled(asked), &members, |uid| asked.contains(&uid)).await {
                Ok((fetched, unread)) => {
                    all_unread += unread;
                    let said = fetched.into_iter().filter(|(_, one)| one.bytes.is_some());
                    read.extend(said.map(|(uid, one)| (uid, message::sight(&folder, uid, &one, depth))));
                }
                // A broken item spoils the set that it is in (DirectoryTree/ImapEngine#109). After ten such answers
                // the server hangs up, so none is spent on finding it among the others.
                Err(ImapError::Argument(_)) if asked.len() > 1 => sets.extend(asked.chunks(1)),
                Err(ImapError::Argument(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let silent: Vec<u32> = uids.into_iter().filter(|uid| !read.contains_key(uid)).collect();
        let read = read.into_iter().map(|(uid, one)| (uid, one.map_err(ItemError::from)));
        let mut read: Vec<ItemRead> = read.chain(self.silent(&silent, all_unread).await?).collect();
        read.sort_by_key(|(uid, _)| *uid);
        Ok(read)
    }

    /// Of what an answer had no data: it has gone, or it is there and broken (OfflineIMAP/offlineimap#62). Where some of the
    /// answers were `unread`, or now are, nobody knows.
    async fn silent(&mut self, uids: &[u32], unread: usize) -> Result<Vec<ItemRead>, ImapError> {
        let mut answers = Vec::new();
        for asked in uids.chunks(set::MOST) {
            let (there, unread_now) =
                self.fetch(&set::spelled(asked), "(UID FLAGS)", |uid| asked.contains(&uid)).await?;
            let of = |uid: &u32| match there.contains_key(uid) {
                true if unread == 0 => fault("NoData", "the server has no data for the item").into(),
                false if unread_now == 0 => ItemError::Gone,
                _ => fault(ItemFault::UNREADABLE, "an answer cannot be read, and may be the item's").into(),
            };
            answers.extend(asked.iter().map(|uid| (*uid, Err(of(uid)))));
        }
        Ok(answers)
    }

    /// What is said of the messages that are wanted, and how many answers could not be read: they may be about any of them.
    async fn fetch(
        &mut self,
        set: &str,
        members: &str,
        is_wanted: impl Fn(u32) -> bool,
    ) -> Result<(BTreeMap<u32, Fetched>, usize), ImapError> {
        let mut by_uid = ByUid::default();
        let command = format!("UID FETCH {set} {members}");
        let unread = self.stream.run("FETCH", &command, |response| by_uid.take(response)).await?;
        Ok((by_uid.wanted(is_wanted), unread))
    }

    /// Takes leave, unless a command was given up before its answer. Whether the server hears it does not matter.
    pub async fn close(mut self) {
        let left = self.stream.run("LOGOUT", "LOGOUT", |_| ()).await;
        tracing::trace!(?left, "left the IMAP server");
    }
}
