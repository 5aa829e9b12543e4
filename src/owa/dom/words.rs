//! Words with which a row's label begins.

/// Language, "unread", "has attachments". Only words that were seen on real pages: elsewhere it stays unsaid.
const WORDS: [(&str, &str, &str); 2] = [("en", "Unread", "Has attachments"), ("zh", "未读", "带附件")];

/// Whether the head of a label, before the sender, says unread and has attachments; `None` in other
/// languages.
pub(super) fn flags(head: &str, tag: &str) -> Option<(bool, bool)> {
    let language = tag.split(['-', '_']).next()?;
    let (_, unread, attachments) = WORDS.iter().find(|(code, ..)| code.eq_ignore_ascii_case(language))?;
    Some((head.contains(unread), head.contains(attachments)))
}
