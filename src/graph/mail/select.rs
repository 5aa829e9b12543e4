//! The members of Graph's message that are read.
//! <https://learn.microsoft.com/graph/api/resources/message>

/// What a list shows of a message, beside its id.
const LISTED: [&str; 17] = [
    "changeKey",
    "conversationId",
    "internetMessageId",
    "subject",
    "from",
    "sender",
    "toRecipients",
    "ccRecipients",
    "bccRecipients",
    "receivedDateTime",
    "sentDateTime",
    "isRead",
    "isDraft",
    "hasAttachments",
    "importance",
    "bodyPreview",
    "parentFolderId",
];
/// What tells one item from another, and when it came.
pub(super) const IDS: &str = "id,changeKey,receivedDateTime";
/// What a round of changes tells: enough to see which messages have to be looked at.
pub(super) const CHANGED: &str = "changeKey,receivedDateTime,isRead,parentFolderId";
/// Properties that no member of Graph's says: `PidTagMessageClass` and `PidTagMessageSize` of MS-OXPROPS.
pub(super) const CLASS: &str = "String 0x001A";
pub(super) const SIZE: &str = "Integer 0x0E08";

pub(super) fn listed() -> String {
    LISTED.join(",")
}

pub(super) fn whole() -> String {
    format!("{},body", listed())
}

/// What `$expand` asks for.
pub(super) fn properties() -> String {
    format!("singleValueExtendedProperties($filter=id eq '{CLASS}' or id eq '{SIZE}')")
}
