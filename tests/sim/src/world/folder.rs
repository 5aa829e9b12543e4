//! Folders: the standard ones with localised names, two of the owner's own, and two that hold no mail.

use super::ids;
use super::locale::Locale;
use uuid::Uuid;

/// Index of the root in a mailbox's folders; the others hang below it.
pub(crate) const ROOT: usize = 0;
/// Index of the inbox.
pub(crate) const INBOX: usize = 1;
/// Index of Drafts.
pub(crate) const DRAFTS: usize = 2;
/// Index of Sent Items.
pub(crate) const SENT: usize = 3;
/// Index of Deleted Items.
pub(crate) const DELETED: usize = 4;
/// Index of Junk Email.
pub(crate) const JUNK: usize = 5;
/// Index of the archive.
pub(crate) const ARCHIVE: usize = 6;
/// Index of the owner's own folder.
pub(crate) const PROJECTS: usize = 8;

/// Distinguished ids, by index; the owner's own folders have none.
const DISTINGUISHED: [&str; 8] =
    ["msgfolderroot", "inbox", "drafts", "sentitems", "deleteditems", "junkemail", "archive", "outbox"];

/// Those that hold no mail, behind the others: distinguished id, class of their items, contract.
const OTHERS: [(&str, &str, &str); 2] =
    [("calendar", "IPF.Appointment", "CalendarFolder"), ("contacts", "IPF.Contact", "ContactsFolder")];

/// A folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) id: String,
    pub(crate) change_key: String,
    pub(crate) distinguished: Option<&'static str>,
    pub(crate) name: String,
    /// Class of its items.
    pub(crate) class: &'static str,
    /// What answers call it: `Folder`, `CalendarFolder` …
    pub(crate) contract: &'static str,
    /// Index of the parent; the root is its own.
    pub(crate) parent: usize,
    /// Not shown to people.
    pub(crate) hidden: bool,
}

pub(super) fn standard(locale: &Locale, mailbox: Uuid) -> Vec<Folder> {
    let names = std::iter::once(&"Top of Information Store").chain(&locale.folders);
    let make = |(index, name): (usize, &&str)| Folder {
        id: ids::folder(mailbox, index),
        change_key: "AQAAAA==".to_owned(),
        distinguished: DISTINGUISHED.get(index).copied(),
        name: (*name).to_owned(),
        class: "IPF.Note",
        contract: "Folder",
        // The last folder lies below the inbox, so that the tree is more than a list.
        parent: if index == locale.folders.len() { INBOX } else { ROOT },
        hidden: false,
    };
    let mut folders: Vec<Folder> = names.enumerate().map(make).collect();
    for ((distinguished, class, contract), name) in OTHERS.into_iter().zip(locale.other_folders) {
        folders.push(Folder {
            id: ids::folder(mailbox, folders.len()),
            change_key: "AQAAAA==".to_owned(),
            distinguished: Some(distinguished),
            name: name.to_owned(),
            class,
            contract,
            parent: ROOT,
            hidden: false,
        });
    }
    folders
}
