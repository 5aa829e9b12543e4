//! Properties as requests name them: by the name that Exchange's web services document (`item:Subject`), or by
//! the word of OWA's own page (`Subject`). That is the same without its prefix, but where two kinds of object
//! have a property of one name (captured requests of 2014 to 2025).

/// What has a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Item,
    Folder,
    Conversation,
}

/// Documented names by their prefixes.
const DOCUMENTED: [(&str, Owner, &str); 5] = [
    (
        "item",
        Owner::Item,
        "ItemId ParentFolderId ItemClass MimeContent Subject Sensitivity Body Attachments HasAttachments Size \
         DateTimeReceived ReceivedOrRenewTime Importance IsDraft InReplyTo DateTimeSent DateTimeCreated DisplayTo \
         DisplayCc ConversationId LastModifiedTime InstanceKey Preview Flag Categories UniqueBody NormalizedBody \
         TextBody EffectiveRights IconIndex",
    ),
    (
        "message",
        Owner::Item,
        "From Sender ToRecipients CcRecipients BccRecipients ReplyTo IsRead References InternetMessageId \
         IsReadReceiptRequested IsDeliveryReceiptRequested ConversationIndex ConversationTopic",
    ),
    ("calendar", Owner::Item, "Start End Location Organizer IsMeeting IsCancelled UID"),
    (
        "folder",
        Owner::Folder,
        "FolderId ParentFolderId DisplayName UnreadCount TotalCount ChildFolderCount FolderClass \
         DistinguishedFolderId EffectiveRights",
    ),
    (
        "conversation",
        Owner::Conversation,
        "InstanceKey LastDeliveryTime LastDeliveryOrRenewTime Preview UniqueSenders ItemIds",
    ),
];

/// The page's words that another kind of object has taken.
const TAKEN: [(&str, &str); 3] = [
    ("ItemParentId", "item:ParentFolderId"),
    ("ItemEffectiveRights", "item:EffectiveRights"),
    ("ParentFolderId", "folder:ParentFolderId"),
];

/// Whose property it is, and the member that holds it; `None` when there is no such property.
pub(super) fn resolve(uri: &str) -> Option<(Owner, &'static str)> {
    let uri = TAKEN.iter().find(|(word, _)| *word == uri).map_or(uri, |(_, name)| name);
    let (prefix, name) = uri.split_once(':').map_or((None, uri), |(prefix, name)| (Some(prefix), name));
    let asked = DOCUMENTED.iter().filter(|(of, ..)| prefix.is_none_or(|prefix| prefix == *of));
    let found = |(_, owner, names): &(&str, Owner, &'static str)| {
        let name = match (owner, prefix) {
            (Owner::Conversation, None) => name.strip_prefix("Conversation")?,
            (Owner::Item | Owner::Folder | Owner::Conversation, _) => name,
        };
        names.split(' ').find(|known| *known == name).map(|known| (*owner, known))
    };
    asked.into_iter().find_map(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_the_documentation_name_the_same() {
        for (word, name) in [
            ("Subject", "item:Subject"),
            ("IsRead", "message:IsRead"),
            ("ItemParentId", "item:ParentFolderId"),
            ("ParentFolderId", "folder:ParentFolderId"),
            ("ConversationLastDeliveryTime", "conversation:LastDeliveryTime"),
        ] {
            assert!(resolve(word).is_some(), "{word}");
            assert_eq!(resolve(word), resolve(name), "{word}");
        }
        assert_eq!(resolve("ItemParentId"), Some((Owner::Item, "ParentFolderId")));
        assert_eq!(resolve("ConversationId"), Some((Owner::Item, "ConversationId")));
        for none in ["DateTimeRecieved", "item:DisplayName", "message:Subject", "items:Subject", ""] {
            assert_eq!(resolve(none), None, "{none}");
        }
    }
}
