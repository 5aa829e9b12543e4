//! Languages and zones of the world's people. Every name and every sentence is invented.

mod de_de;
mod en_gb;
mod en_in;
mod en_us;
mod he_il;
mod ja_jp;
mod ko_kr;
mod ru_ru;
mod zh_cn;

use chrono_tz::Tz;

/// What differs from one mailbox's language to the next.
#[derive(Debug)]
pub(crate) struct Locale {
    pub(crate) culture: &'static str,
    pub(crate) windows_zone: &'static str,
    pub(crate) zone: Tz,
    pub(crate) date_format: &'static str,
    pub(crate) time_format: &'static str,
    /// Owner of the first mailbox in this language: local part of the address, display name.
    pub(crate) owner: (&'static str, &'static str),
    /// Inbox, Drafts, Sent Items, Deleted Items, Junk, Archive, Outbox, and two of the owner's own.
    pub(crate) folders: [&'static str; 9],
    /// Calendar and Contacts.
    pub(crate) other_folders: [&'static str; 2],
    pub(crate) people: &'static [(&'static str, &'static str)],
    pub(crate) subjects: &'static [&'static str],
    pub(crate) sentences: &'static [&'static str],
    /// In front of the subject of an answer.
    pub(crate) reply: &'static str,
    /// In front of the subject of a message that did not arrive.
    pub(crate) undeliverable: &'static str,
}

/// In the order in which accounts are made.
pub(crate) static LOCALES: [Locale; 9] = [
    en_us::LOCALE,
    de_de::LOCALE,
    en_gb::LOCALE,
    ja_jp::LOCALE,
    ko_kr::LOCALE,
    zh_cn::LOCALE,
    ru_ru::LOCALE,
    he_il::LOCALE,
    en_in::LOCALE,
];
