//! Words with which a row's label begins.

/// Language, "unread", "has attachments". Only words that were seen on real pages: elsewhere it stays unsaid.
const WORDS: [(&str, &str, &str); 2] = [("en", "Unread", "Has attachments"), ("zh", "未读", "带附件")];

/// What the head of a label, before the sender, says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags {
    /// Every build marks what is unread.
    pub(super) unread: bool,
    /// `None` without the word: some builds have none for attachments.
    pub(super) attachments: Option<bool>,
}

/// What the head of a label says; `None` in languages whose words are not known.
pub(super) fn flags(head: &str, tag: &str) -> Option<Flags> {
    let language = tag.split(['-', '_']).next()?;
    let (_, unread, attachments) = WORDS.iter().find(|(code, ..)| code.eq_ignore_ascii_case(language))?;
    Some(Flags { unread: head.contains(unread), attachments: head.contains(attachments).then_some(true) })
}
