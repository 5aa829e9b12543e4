//! IMAP, for mailboxes that neither a browser nor Graph reaches: a folder is listed by the arrival of its mail first, as far
//! as its history goes, and then it tells what is different.
//!
//! ```text
//! account    what lets in to an account's mailbox
//! door       how a connection is had, and had again       list       a folder's messages in the order of their arrival
//! cursor     what a folder was when it was last told      changes    what differs since
//! ```
//!
//! Lists say of a message its number, when it arrived and whether it was read, and nothing else: headers are asked for
//! of those that are not stored, so that one that was moved, or has another number since, is recognised before its
//! body is read. Exchange has no CONDSTORE (MailKit#2016): what was told is kept in the cursor and compared.

mod account;
mod changes;
mod cursor;
mod door;
mod list;

pub use door::{ImapDoor, ImapStop};

use self::account::AccountDoor;
use self::cursor::BEGINNING;
use self::door::{ImapSession, ask};
use self::list::ArrivalList;
use crate::clock::Clock;
use crate::imap::{ImapError, ImapFolder, ImapKey, ItemRead};
use crate::model::{
    Batch, Credential, Cursor, Folder, FolderListing, IdPage, IdRow, ItemError, ItemFault, ItemKey,
    KeySpaces, Looked, Position, RoadChangeState, Role, RowPage, Window,
};
use crate::sync::change::RoadLook;
use crate::sync::mail::{MailReading, MailSource, Placed};
use crate::sync::turn::{Read, Turn};
use crate::sync::{Cycle, Failure};
use std::collections::{BTreeMap, HashMap};

/// The word for how mail was had.
const SEEN_BY: &str = "imap";
/// Rows of a window.
const WINDOW: u32 = 50;
/// Rows of a page by ids.
const IDS: u32 = 1000;

/// An account's mail by IMAP.
pub struct ImapMail<D: ImapDoor> {
    session: ImapSession<D>,
    clock: Clock,
    /// By their ids.
    lists: HashMap<String, ArrivalList>,
}

impl<D: ImapDoor> ImapMail<D> {
    /// The mail behind a door, which is opened when something is asked for.
    #[must_use]
    pub fn new(door: D, clock: Clock) -> Self {
        Self { session: ImapSession::new(door), clock, lists: HashMap::new() }
    }

    /// Takes leave.
    pub async fn close(self) {
        self.session.close().await;
    }

    /// A folder's list: as it is now at its beginning, and further down as it was then.
    async fn list(&mut self, id: &str, from: Position) -> Result<&ArrivalList, ImapStop> {
        let is_known = from.offset > 0 && self.lists.contains_key(id);
        if !is_known {
            let opened = self.session.examine(id).await?;
            self.list_anew(opened).await?;
        }
        self.lists.get(id).ok_or_else(|| ImapError::FolderGone.into())
    }

    /// Asks for the list of a folder that was opened.
    async fn list_anew(&mut self, opened: ImapFolder) -> Result<(), ImapStop> {
        let mut messages = Vec::new();
        for (first, last) in list::stretches(&opened) {
            messages.extend(match last {
                Some(last) => ask!(self.session, flags(first, last))?,
                None => ask!(self.session, since(first))?,
            });
        }
        self.lists.insert(opened.id.clone(), ArrivalList::new(opened, messages));
        Ok(())
    }

    async fn window(&mut self, folder: &Folder, from: Position) -> Result<Window, ImapStop> {
        let list = self.list(path(folder)?, from).await?;
        let rows = list.page(from, WINDOW);
        Ok(Window {
            seen_by: SEEN_BY.into(),
            whole: true,
            next: list.after(from, rows.len()),
            rows: rows.iter().map(|row| list::bare(&list.folder, row)).collect(),
            count: Some(list.total()),
            exact: true,
            remote_id: Some(list.folder.id.clone()),
            then: Some(BEGINNING.to_owned()),
        })
    }

    async fn id_page(&mut self, folder: &Folder, from: Position) -> Result<IdPage, ImapStop> {
        let list = self.list(path(folder)?, from).await?;
        let rows = list.page(from, IDS);
        let is_last = list.after(from, rows.len()).is_none();
        let rows = rows.iter().filter_map(|row| IdRow::of(&list::bare(&list.folder, row))).collect();
        Ok(IdPage { rows, total: Some(list.total()), is_last })
    }

    async fn row_page(&mut self, folder: &Folder, from: Position) -> Result<RowPage, ImapStop> {
        let list = self.list(path(folder)?, from).await?;
        let rows = list.page(from, WINDOW);
        let is_last = list.after(from, rows.len()).is_none();
        let (total, opened) = (Some(list.total()), list.folder.clone());
        let uids: Vec<u32> = rows.iter().map(|row| row.uid).collect();
        let bare: Vec<_> = rows.iter().map(|row| list::bare(&opened, row)).collect();
        let said: BTreeMap<u32, _> = self.headers_of(&opened, &uids).await?.into_iter().collect();
        let with_headers = uids.iter().zip(bare).map(|(uid, bare)| match said.get(uid) {
            Some(Ok(sight)) => sight.clone().over(&bare),
            Some(Err(_)) | None => bare,
        });
        Ok(RowPage { rows: with_headers.collect(), total, is_last })
    }

    /// The places that these keys name, folder by folder; those of folders that number their messages anew since, or are
    /// not there, are gone.
    async fn by_folder(&mut self, keys: &[ItemKey]) -> Result<Vec<(ImapFolder, Vec<u32>)>, ImapStop> {
        let mut by_folder: BTreeMap<(String, u32), Vec<u32>> = BTreeMap::new();
        for place in keys.iter().filter_map(ImapKey::of) {
            by_folder.entry((place.folder, place.validity)).or_default().push(place.uid);
        }
        let mut there = Vec::new();
        for ((id, validity), mut uids) in by_folder {
            match self.session.opened(&id).await {
                Ok(opened) if opened.validity == validity => {
                    uids.sort_unstable();
                    uids.dedup();
                    there.push((opened, uids));
                }
                Ok(_) | Err(ImapStop::Imap(ImapError::FolderGone)) => {}
                Err(stop) => return Err(stop),
            }
        }
        Ok(there)
    }

    /// An answer for each key of this road.
    async fn look(&mut self, keys: &[ItemKey], whole: bool) -> Result<Vec<Looked>, ImapStop> {
        let mut said = HashMap::new();
        for (folder, uids) in self.by_folder(keys).await? {
            self.session.open_again(&folder).await?;
            let read = if whole { self.whole(&uids).await } else { self.headers_of(&folder, &uids).await }?;
            let key = |uid| ImapKey { folder: folder.id.clone(), validity: folder.validity, uid }.item();
            said.extend(read.into_iter().map(|(uid, one)| (key(uid), one)));
        }
        let own = keys.iter().filter(|key| ImapKey::of(key).is_some());
        Ok(own.map(|key| (key.clone(), said.remove(key).unwrap_or(Err(ItemError::Gone)))).collect())
    }

    /// Headers, in short sets; where one message spoils its set, one by one.
    async fn headers_of(&mut self, folder: &ImapFolder, uids: &[u32]) -> Result<Vec<ItemRead>, ImapStop> {
        self.session.open_again(folder).await?;
        let mut read = Vec::new();
        for set in uids.chunks(WINDOW as usize) {
            match ask!(self.session, headers(set)) {
                Ok(said) => read.extend(said),
                Err(ImapStop::Imap(error)) if spoils(&error) => {
                    for uid in set {
                        read.extend(item(*uid, ask!(self.session, headers(&[*uid])))?);
                    }
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(read)
    }

    /// Whole messages: what one of them is at fault for, the others are not.
    async fn whole(&mut self, uids: &[u32]) -> Result<Vec<ItemRead>, ImapStop> {
        let mut read = Vec::new();
        for uid in uids {
            if self.session.is_spent() {
                let lost = fault(ItemFault::UNREADABLE, "the connection was lost too often in this turn");
                read.push((*uid, Err(lost)));
            } else {
                read.extend(item(*uid, ask!(self.session, messages(&[*uid])))?);
            }
        }
        Ok(read)
    }

    /// Where items lie: where they lay, or not there any more.
    async fn places_of(&mut self, keys: &[ItemKey]) -> Result<Vec<Placed>, ImapStop> {
        let mut said = HashMap::new();
        for (folder, uids) in self.by_folder(keys).await? {
            self.session.open_again(&folder).await?;
            for uid in ask!(self.session, there(&uids))? {
                let place = ImapKey { folder: folder.id.clone(), validity: folder.validity, uid };
                said.insert(place.item(), folder.id.clone());
            }
        }
        let own = keys.iter().filter(|key| ImapKey::of(key).is_some());
        Ok(own.map(|key| (key.clone(), said.remove(key).ok_or(ItemError::Gone))).collect())
    }
}

impl<D: ImapDoor> MailSource for ImapMail<D> {
    fn spaces(&self) -> KeySpaces {
        KeySpaces::IMAP
    }

    fn begins(&self) -> Option<String> {
        Some(BEGINNING.to_owned())
    }

    async fn list_folders(&mut self) -> Result<Option<FolderListing>, Failure> {
        let folders = ask!(self.session, folders())?;
        for (role, ids) in &folders.unclear {
            tracing::warn!(
                role = role.as_str(),
                folders = ids.len(),
                "several folders may be meant by a role"
            );
        }
        Ok(Some(folders.listing))
    }

    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure> {
        let read = match from {
            Cursor::At(place) => self.window(folder, *place).await.map(Batch::Window),
            Cursor::Since { since } => self.changes(folder, since).await.map(Batch::Changes),
        };
        read.map_err(|stop| Failure::from(stop).of(folder))
    }

    async fn headers(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        Ok(self.look(keys, false).await?)
    }

    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        Ok(self.look(keys, true).await?)
    }

    async fn places(&mut self, keys: &[ItemKey]) -> Result<Option<Vec<Placed>>, Failure> {
        Ok(Some(self.places_of(keys).await?))
    }

    async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, Failure> {
        let page = self.id_page(folder, from).await;
        page.map(Some).map_err(|stop| Failure::from(stop).of(folder))
    }

    async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, Failure> {
        let page = self.row_page(folder, from).await;
        page.map(Some).map_err(|stop| Failure::from(stop).of(folder))
    }
}

/// Reads under the account's time limit, and no longer than the grace after a soft stop.
pub(super) async fn read(turn: &Turn<'_>) -> Read {
    let (cycle, claim) = (turn.cycle, turn.claim);
    let reading = async {
        let mut mail = ImapMail::new(AccountDoor::of(cycle, claim).await?, cycle.clock.clone());
        let read = MailReading::of(turn).read(&mut mail).await;
        mail.close().await;
        read
    };
    let read = tokio::select! {
        read = Box::pin(reading) => read,
        why = turn.end() => why,
    };
    let is_own = claim.account.mail_credential() == Credential::Password;
    read.map_err(|failure| if is_own { failure.of_another_server() } else { failure })
}

/// Looks at the mailbox for an account that may take this road.
pub(super) async fn look(cycle: &Cycle, look: &RoadLook<'_>) -> Result<RoadChangeState, Failure> {
    let mut mail = ImapMail::new(AccountDoor::of(cycle, look.claim).await?, cycle.clock.clone());
    let looked = look.take(&mut mail).await;
    mail.close().await;
    // Whatever keeps us from a server that no other account has says nothing of the network.
    looked.map_err(Failure::of_another_server)
}

/// A folder's id. Of the inbox it is known before the mailbox has listed its folders (RFC 3501, 5.1).
fn path(folder: &Folder) -> Result<&str, ImapStop> {
    let inbox = (folder.role == Role::Inbox).then_some("INBOX");
    folder.remote_id.as_deref().or(inbox).ok_or_else(|| ImapError::FolderGone.into())
}

/// Whether an answer was none because of what a message is like.
fn spoils(error: &ImapError) -> bool {
    matches!(error, ImapError::TooLong | ImapError::Unreadable(_))
}

/// What came of one message: what is too much to be read, or no answer at all, is its fault.
fn item(uid: u32, asked: Result<Vec<ItemRead>, ImapStop>) -> Result<Vec<ItemRead>, ImapStop> {
    match asked {
        Err(ImapStop::Imap(error)) if spoils(&error) => {
            Ok(vec![(uid, Err(fault(ItemFault::MALFORMED, &error.to_string())))])
        }
        asked => asked,
    }
}

fn fault(code: &str, text: &str) -> ItemError {
    ItemFault { code: code.to_owned(), text: text.to_owned() }.into()
}
