//! One account with its folders and messages.

use chrono::{DateTime, Utc};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::Letter;
use super::contacts::Book;
use super::folder::{self, Folder, INBOX};
use super::journal::{Change, Journal, What};
use super::messages::Messages;
use super::truth::Truth;
use super::{Account, Importance, Message, Person, ids, text};

/// What happened to mail, for who asks for changes.
#[derive(Default)]
pub(crate) struct MailHistory {
    pub(crate) changes: Journal<Change>,
    /// Numbers of folders, in the order in which they were made, renamed or moved.
    pub(crate) folders: Journal<usize>,
    /// Cursors of an older generation are lost.
    pub(crate) generation: u32,
}

impl MailHistory {
    pub(super) fn log(&mut self, at: DateTime<Utc>, key: u64, folder: usize, what: What) -> u64 {
        self.changes.log(Change { at, key, folder, what })
    }
}

/// A mailbox.
pub(crate) struct Mailbox {
    pub(crate) account: Account,
    pub(crate) folders: Vec<Folder>,
    pub(crate) messages: Messages,
    pub(crate) history: MailHistory,
    pub(crate) book: Book,
    /// What was sent from it, in the order in which it was accepted.
    pub(crate) letters: Vec<Letter>,
    pub(super) rng: StdRng,
    pub(super) last_key: u64,
}

impl Mailbox {
    pub(super) fn new(seed: u64, index: usize, messages: usize, now: DateTime<Utc>) -> Self {
        let account = Account::new(seed, index);
        let folders = folder::standard(account.locale, account.mailbox_guid);
        let rng = StdRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(index as u64));
        let book = Book::new(account.mailbox_guid, account.locale.other_folders[1]);
        let held = Messages::default();
        let history = MailHistory { generation: 149, ..MailHistory::default() };
        let letters = Vec::new();
        let mut mailbox = Self { account, folders, messages: held, history, book, letters, rng, last_key: 0 };
        super::seed::fill(&mut mailbox, messages, now);
        mailbox
    }

    /// A number that nothing else in this mailbox has.
    pub(super) fn next_key(&mut self) -> u64 {
        self.last_key += 1;
        self.last_key
    }

    /// A message of its own conversation, from somebody to the owner; the caller changes what it needs and
    /// adds it.
    pub(super) fn blank(&mut self, folder: usize, at: DateTime<Utc>) -> Message {
        let (key, guid, locale) = (self.next_key(), self.account.mailbox_guid, self.account.locale);
        let topic = text::subject(&mut self.rng, locale, key);
        Message {
            key,
            folder,
            id: ids::item(guid, folder, key),
            immutable: ids::immutable(guid, key),
            version: 0,
            conversation: ids::conversation(guid, key),
            topic: Some(topic.clone()),
            internet_id: Some(self.internet_id(key)),
            parent_internet_id: None,
            class: Some("IPM.Note"),
            subject: Some(topic),
            from: Some(text::person(&mut self.rng, locale)),
            to: vec![self.owner()],
            cc: Vec::new(),
            bcc: Vec::new(),
            sent: Some(at - chrono::TimeDelta::seconds(4)),
            received: at,
            renewed: None,
            modified: at,
            read: folder != INBOX,
            importance: Importance::Normal,
            flagged: false,
            attachments: Vec::new(),
            meeting: None,
            text: text::paragraphs(&mut self.rng, locale, 3),
            quoted: None,
            plain: false,
            external_image: false,
            body_limit: None,
            hides_from: false,
            withheld: false,
            since: 0,
        }
    }

    /// The immutable id of a message, of gone ones too.
    pub(crate) fn immutable(&self, key: u64) -> String {
        self.message_of(key)
            .map_or_else(|| ids::immutable(self.account.mailbox_guid, key), |m| m.immutable.clone())
    }

    pub(super) fn internet_id(&self, key: u64) -> String {
        format!(
            "<{key:08X}.{}@sim.example>",
            &self.account.mailbox_guid.simple().to_string()[..12].to_uppercase()
        )
    }

    /// The owner as an address of the own directory.
    pub(crate) fn owner(&self) -> Person {
        Person { mailbox_type: "Mailbox", ..Person::smtp(&self.account.name, &self.account.smtp) }
    }

    /// Messages of a folder that lists have, newest first.
    pub(crate) fn in_folder(&self, folder: usize) -> Vec<&Message> {
        self.messages.listed_in(folder).collect()
    }

    /// Messages of a conversation in all folders, newest first.
    pub(crate) fn in_conversation(&self, id: &str) -> Vec<&Message> {
        self.messages.of_conversation(id).collect()
    }

    /// Row key of a conversation in a folder's table.
    pub(crate) fn conversation_key(folder: usize, conversation: &str) -> String {
        let noise = ids::noise(&[conversation.as_bytes()]);
        ids::instance_key(folder, u64::from_be_bytes(noise[..8].try_into().expect("eight bytes")))
    }

    /// Id of the search folder that holds one half of a folder.
    pub(crate) fn search_folder(&self, folder: usize, half: u64) -> String {
        let half = usize::try_from(half).unwrap_or_default();
        ids::folder(self.account.mailbox_guid, (1 + half) * 1000 + folder)
    }

    /// The message with this item id, of either family; letter case counts.
    pub(crate) fn message(&self, id: &str) -> Option<&Message> {
        self.messages.with_id(id)
    }

    /// The message with this number.
    pub(crate) fn message_of(&self, key: u64) -> Option<&Message> {
        self.messages.with_key(key)
    }

    /// The folder with this id, distinguished id or display name.
    pub(crate) fn folder(&self, name: &str) -> Option<usize> {
        let by_id = |f: &Folder| f.id == name || f.distinguished == Some(name);
        let mut folders = self.folders.iter();
        folders.position(by_id).or_else(|| self.folders.iter().position(|f| f.name == name))
    }

    /// All messages, newest first.
    pub(crate) fn truth(&self) -> Vec<Truth> {
        self.messages.newest_first().map(|m| Truth::of(m, self)).collect()
    }
}
