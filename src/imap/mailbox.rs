//! A mailbox on a connection that has signed in.

use super::fetch::{ByUid, Fetched};
use super::folders::{Listed, folders};
use super::message::{self, HEADERS, Place, fault};
use super::tagged::{TaggedStream, quoted};
use super::{ImapError, ImapFolders, set};
use crate::model::{Depth, ItemError, Sight};
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

/// What a message's flags say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageFlags {
    /// Its UID.
    pub uid: u32,
    /// `\Seen`; `None` where the server said no flags.
    pub is_read: Option<bool>,
    /// `\Deleted`: its owner has done with it, although it lies there yet.
    pub is_deleted: Option<bool>,
}

/// A message that was asked for: its UID, and what it says or why it was not read.
pub type ItemRead = (u32, Result<Sight, ItemError>);

/// A mailbox. One folder is open at a time.
pub struct ImapMailbox<S> {
    stream: TaggedStream<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> ImapMailbox<S> {
    pub(super) fn new(stream: TaggedStream<S>) -> Self {
        Self { stream }
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
        Ok(ImapFolder { id: id.to_owned(), validity, next, total })
    }

    /// The flags of the messages with these UIDs, both ends included, in order. A UID that is not among them is gone from
    /// the folder.
    ///
    /// # Errors
    /// What the server refused, how the connection ended.
    pub async fn flags(&mut self, first: u32, last: u32) -> Result<Vec<MessageFlags>, ImapError> {
        self.flags_of(&format!("{first}:{last}"), |uid| (first..=last).contains(&uid)).await
    }

    /// The flags of all messages from a UID on, in order.
    ///
    /// # Errors
    /// What the server refused, how the connection ended.
    pub async fn since(&mut self, first: u32) -> Result<Vec<MessageFlags>, ImapError> {
        self.flags_of(&format!("{first}:*"), |uid| uid >= first).await
    }

    async fn flags_of(
        &mut self,
        set: &str,
        is_wanted: impl Fn(u32) -> bool,
    ) -> Result<Vec<MessageFlags>, ImapError> {
        let fetched = self.fetch(set, "(UID FLAGS)", is_wanted).await?;
        let of = |(uid, fetched): (u32, Fetched)| MessageFlags {
            uid,
            is_read: fetched.has("\\Seen"),
            is_deleted: fetched.has("\\Deleted"),
        };
        Ok(fetched.into_iter().map(of).collect())
    }

    /// The headers of messages of the open folder: an answer for each UID.
    ///
    /// # Errors
    /// How the connection ended, or what was refused for all of them.
    pub async fn headers(&mut self, folder: &ImapFolder, uids: &[u32]) -> Result<Vec<ItemRead>, ImapError> {
        let part = format!("BODY.PEEK[HEADER.FIELDS ({HEADERS})]");
        self.read(folder, uids, &part, Depth::Listed).await
    }

    /// Whole messages of the open folder: an answer for each UID. All of them are held at once.
    ///
    /// # Errors
    /// How the connection ended, or what was refused for all of them.
    pub async fn messages(&mut self, folder: &ImapFolder, uids: &[u32]) -> Result<Vec<ItemRead>, ImapError> {
        self.read(folder, uids, "BODY.PEEK[]", Depth::Whole).await
    }

    async fn read(
        &mut self,
        folder: &ImapFolder,
        uids: &[u32],
        part: &str,
        depth: Depth,
    ) -> Result<Vec<ItemRead>, ImapError> {
        let place = Place { folder: &folder.id, validity: folder.validity };
        let uids: BTreeSet<u32> = uids.iter().copied().collect();
        let uids: Vec<u32> = uids.into_iter().collect();
        let members = format!("(UID FLAGS INTERNALDATE RFC822.SIZE {part})");
        let fetched = self.by_halves(&uids, &members).await?;
        let silent: Vec<u32> = uids.into_iter().filter(|uid| !fetched.contains_key(uid)).collect();
        let mut read = self.silent(&silent).await?;
        for (uid, one) in fetched {
            read.push((uid, message::sight(&place, uid, &one, depth).map_err(ItemError::from)));
        }
        read.sort_by_key(|(uid, _)| *uid);
        Ok(read)
    }

    /// What comes with bytes. A broken item spoils the set that it is in (DirectoryTree/ImapEngine#109), so a set that is
    /// refused is asked for in halves, down to that item.
    async fn by_halves(&mut self, uids: &[u32], members: &str) -> Result<BTreeMap<u32, Fetched>, ImapError> {
        let (mut all, mut sets) = (BTreeMap::new(), uids.chunks(set::MOST).collect::<Vec<_>>());
        while let Some(asked) = sets.pop() {
            match self.fetch(&set::spelled(asked), members, |uid| asked.contains(&uid)).await {
                Ok(fetched) => all.extend(fetched.into_iter().filter(|(_, one)| one.bytes.is_some())),
                Err(ImapError::Argument(_)) if asked.len() > 1 => {
                    let (one, other) = asked.split_at(asked.len() / 2);
                    sets.extend([one, other]);
                }
                Err(ImapError::Argument(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// Of what an answer had no data: it has gone, or it is there and broken (OfflineIMAP/offlineimap#62).
    async fn silent(&mut self, uids: &[u32]) -> Result<Vec<ItemRead>, ImapError> {
        let mut answers = Vec::new();
        for asked in uids.chunks(set::MOST) {
            let there = self.fetch(&set::spelled(asked), "(UID FLAGS)", |uid| asked.contains(&uid)).await?;
            let of = |uid: &u32| {
                let broken = || ItemError::Fault(fault("NoData", "the server has no data for the item"));
                (*uid, Err(if there.contains_key(uid) { broken() } else { ItemError::Gone }))
            };
            answers.extend(asked.iter().map(of));
        }
        Ok(answers)
    }

    async fn fetch(
        &mut self,
        set: &str,
        members: &str,
        is_wanted: impl Fn(u32) -> bool,
    ) -> Result<BTreeMap<u32, Fetched>, ImapError> {
        let mut by_uid = ByUid::default();
        self.stream
            .run("FETCH", &format!("UID FETCH {set} {members}"), |response| by_uid.take(response))
            .await?;
        Ok(by_uid.wanted(is_wanted))
    }

    /// Takes leave, unless a command was given up before its answer. Whether the server hears it does not matter.
    pub async fn close(mut self) {
        let left = self.stream.run("LOGOUT", "LOGOUT", |_| ()).await;
        tracing::trace!(?left, "left the IMAP server");
    }
}
