//! UIDs and UIDVALIDITY (RFC 3501, 2.3.1.1): given when a folder is looked at, in the order of arrival, and kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::sim::Sim;
use crate::world::{Mailbox, Message};

/// Flags that mail has by IMAP alone.
pub(super) const OWN_FLAGS: [&str; 3] = ["\\Answered", "\\Deleted", "$MDNSent"];

/// The numbers of every folder that was looked at, by mailbox and the folder's index.
#[derive(Default)]
pub(crate) struct Numbers(HashMap<(String, usize), FolderNumbers>);

/// The numbers of one folder.
#[derive(Clone, Debug)]
pub(super) struct FolderNumbers {
    pub(super) validity: u32,
    pub(super) next: u32,
    /// Item ids: those of items that were moved away and back are others.
    pub(super) by_uid: BTreeMap<u32, String>,
    flags: BTreeMap<u32, BTreeSet<&'static str>>,
}

impl FolderNumbers {
    fn new(validity: u32) -> Self {
        Self { validity, next: 1, by_uid: BTreeMap::new(), flags: BTreeMap::new() }
    }

    /// As the folder is now: what left it has no UID any more, what came has the next ones.
    fn bring_up(&mut self, mailbox: &Mailbox, folder: usize) {
        let mut here: Vec<&Message> = mailbox.messages.iter().filter(|m| m.folder == folder).collect();
        here.sort_by_key(|message| (message.received, message.key));
        let ids: BTreeSet<&String> = here.iter().map(|message| &message.id).collect();
        self.by_uid.retain(|_, id| ids.contains(id));
        let known: BTreeSet<String> = self.by_uid.values().cloned().collect();
        for message in here.into_iter().filter(|message| !known.contains(&message.id)) {
            self.by_uid.insert(self.next, message.id.clone());
            self.next += 1;
        }
        self.flags.retain(|uid, _| self.by_uid.contains_key(uid));
    }

    pub(super) fn uid_of(&self, id: &str) -> Option<u32> {
        self.by_uid.iter().find(|(_, known)| *known == id).map(|(uid, _)| *uid)
    }

    /// The flags of a message, the world's and its own.
    pub(super) fn flags(&self, uid: u32, message: &Message) -> Vec<&'static str> {
        let world =
            [("\\Seen", message.read), ("\\Flagged", message.flagged), ("\\Draft", message.is_draft())];
        let world = world.into_iter().filter(|(_, is)| *is).map(|(flag, _)| flag);
        world.chain(self.flags.get(&uid).into_iter().flatten().copied()).collect()
    }

    /// Whether a message is to go at the next EXPUNGE.
    pub(super) fn is_deleted(&self, uid: u32) -> bool {
        self.flags.get(&uid).is_some_and(|flags| flags.contains("\\Deleted"))
    }
}

impl Sim {
    /// The numbers of a folder as it is now, and its mailbox.
    pub(super) fn numbered<T>(
        &self,
        smtp: &str,
        folder: usize,
        look: impl FnOnce(&Mailbox, &mut FolderNumbers) -> T,
    ) -> anyhow::Result<T> {
        let mut all = self.numbers();
        let validity = 14 + u32::try_from(folder).unwrap_or_default();
        let numbers =
            all.0.entry((smtp.to_lowercase(), folder)).or_insert_with(|| FolderNumbers::new(validity));
        self.read(smtp, |mailbox| {
            numbers.bring_up(mailbox, folder);
            look(mailbox, numbers)
        })
    }

    /// Sets or takes away one of [`OWN_FLAGS`].
    pub(super) fn set_own_flag(&self, smtp: &str, folder: usize, uid: u32, flag: &str, on: bool) {
        let Some(flag) = OWN_FLAGS.into_iter().find(|own| own.eq_ignore_ascii_case(flag)) else { return };
        if let Some(numbers) = self.numbers().0.get_mut(&(smtp.to_lowercase(), folder)) {
            let flags = numbers.flags.entry(uid).or_default();
            if on {
                flags.insert(flag)
            } else {
                flags.remove(flag)
            };
        }
    }

    /// Gives a folder another UIDVALIDITY and its messages other UIDs.
    pub(super) fn renumber_folder(&self, smtp: &str, folder: usize) {
        let mut all = self.numbers();
        if let Some(numbers) = all.0.get_mut(&(smtp.to_lowercase(), folder)) {
            *numbers = FolderNumbers::new(numbers.validity + 1);
        }
    }
}
