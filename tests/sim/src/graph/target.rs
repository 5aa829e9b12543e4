//! What a path leads to.

use axum::http::Method;

/// Where in a mailbox, or what of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Me,
    /// The contacts of a folder; none: of the default one.
    Contacts(Option<String>),
    Count(Option<String>),
    ContactDelta(Option<String>),
    /// A contact, wherever it lies, or in a folder.
    Contact(Item),
    PermanentDelete(Item),
    Photo(Item),
    PhotoValue(Item),
    /// Folders below one; none: below the default one.
    Folders(Option<String>),
    Folder(String),
    FolderDelta,
    /// The messages of a folder; none: of all.
    Messages(Option<String>),
    MessageCount(Option<String>),
    MessageDelta(Option<String>),
    Message(Item),
    MessageValue(Item),
    /// Where a message is moved by.
    MoveMessage(Item),
    PurgeMessage(Item),
    Attachments(Item),
    Attachment(Item, String),
    AttachmentValue(Item, String),
    /// Folders of mail below one; none: at the top.
    MailFolders(Option<String>),
    MailFolder(String),
    MailFolderDelta,
    TranslateIds,
    SendMail,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) folder: Option<String>,
    pub(super) id: String,
}

impl Target {
    /// What the path leads to, and whose it is as the path says: none is who asks.
    pub(super) fn of(segments: &[String]) -> Option<(Option<String>, Self)> {
        let segments: Vec<String> = segments.iter().flat_map(|segment| keyed(segment)).collect();
        let (first, rest) = segments.split_first()?;
        let (whose, rest) = match (first.to_ascii_lowercase().as_str(), rest) {
            ("me", rest) => (None, rest),
            ("users", [user, rest @ ..]) => (Some(user.clone()), rest),
            _ => return None,
        };
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        Some((whose, Self::within(&rest)?))
    }

    fn within(path: &[&str]) -> Option<Self> {
        let (first, rest) = path.split_first().map_or(("", path), |(first, rest)| (*first, rest));
        Some(match (first.to_ascii_lowercase().as_str(), rest) {
            ("", []) => Self::Me,
            ("translateexchangeids" | "microsoft.graph.translateexchangeids", []) => Self::TranslateIds,
            ("sendmail" | "microsoft.graph.sendmail", []) => Self::SendMail,
            ("contacts", rest) => return Self::of_contacts(None, rest),
            ("contactfolders", []) => Self::Folders(None),
            ("contactfolders", [delta]) if is_delta(delta) => Self::FolderDelta,
            ("contactfolders", [id, rest @ ..]) => return Self::of_folder(id, rest),
            ("messages", rest) => return Self::of_messages(None, rest),
            ("mailfolders", []) => Self::MailFolders(None),
            ("mailfolders", [delta]) if is_delta(delta) => Self::MailFolderDelta,
            ("mailfolders", [id, rest @ ..]) => return Self::of_mail_folder(id, rest),
            _ => return None,
        })
    }

    fn of_folder(id: &str, path: &[&str]) -> Option<Self> {
        let Some((first, rest)) = path.split_first() else { return Some(Self::Folder(id.to_owned())) };
        match (first.to_ascii_lowercase().as_str(), rest) {
            ("childfolders", []) => Some(Self::Folders(Some(id.to_owned()))),
            ("childfolders", [child, rest @ ..]) if !is_delta(child) => Self::of_folder(child, rest),
            ("contacts", rest) => Self::of_contacts(Some(id.to_owned()), rest),
            _ => None,
        }
    }

    fn of_contacts(folder: Option<String>, path: &[&str]) -> Option<Self> {
        let item = |id: &str| Item { folder: folder.clone(), id: id.to_owned() };
        Some(match path {
            [] => Self::Contacts(folder),
            ["$count"] => Self::Count(folder),
            [delta] if is_delta(delta) => Self::ContactDelta(folder),
            [id] => Self::Contact(item(id)),
            [id, "photo"] => Self::Photo(item(id)),
            [id, "photo", "$value"] => Self::PhotoValue(item(id)),
            [id, "permanentDelete" | "microsoft.graph.permanentDelete"] => Self::PermanentDelete(item(id)),
            _ => return None,
        })
    }

    fn of_mail_folder(id: &str, path: &[&str]) -> Option<Self> {
        let Some((first, rest)) = path.split_first() else { return Some(Self::MailFolder(id.to_owned())) };
        match (first.to_ascii_lowercase().as_str(), rest) {
            ("childfolders", []) => Some(Self::MailFolders(Some(id.to_owned()))),
            ("childfolders", [child, rest @ ..]) if !is_delta(child) => Self::of_mail_folder(child, rest),
            ("messages", rest) => Self::of_messages(Some(id.to_owned()), rest),
            _ => None,
        }
    }

    fn of_messages(folder: Option<String>, path: &[&str]) -> Option<Self> {
        let item = |id: &str| Item { folder: folder.clone(), id: id.to_owned() };
        Some(match path {
            [] => Self::Messages(folder),
            ["$count"] => Self::MessageCount(folder),
            [delta] if is_delta(delta) => Self::MessageDelta(folder),
            [id] => Self::Message(item(id)),
            [id, "$value"] => Self::MessageValue(item(id)),
            [id, "move" | "microsoft.graph.move"] => Self::MoveMessage(item(id)),
            [id, "permanentDelete" | "microsoft.graph.permanentDelete"] => Self::PurgeMessage(item(id)),
            [id, "attachments"] => Self::Attachments(item(id)),
            [id, "attachments", file] => Self::Attachment(item(id), (*file).to_owned()),
            [id, "attachments", file, "$value"] => Self::AttachmentValue(item(id), (*file).to_owned()),
            _ => return None,
        })
    }

    /// Whether it is mail's, which has scopes of its own.
    pub(super) fn is_of_mail(&self) -> bool {
        match self {
            Self::Messages(_)
            | Self::MessageCount(_)
            | Self::MessageDelta(_)
            | Self::Message(_)
            | Self::MessageValue(_)
            | Self::MoveMessage(_)
            | Self::PurgeMessage(_)
            | Self::Attachments(_)
            | Self::Attachment(..)
            | Self::AttachmentValue(..)
            | Self::MailFolders(_)
            | Self::MailFolder(_)
            | Self::MailFolderDelta
            | Self::SendMail => true,
            Self::Me
            | Self::Contacts(_)
            | Self::Count(_)
            | Self::ContactDelta(_)
            | Self::Contact(_)
            | Self::PermanentDelete(_)
            | Self::Photo(_)
            | Self::PhotoValue(_)
            | Self::Folders(_)
            | Self::Folder(_)
            | Self::FolderDelta
            | Self::TranslateIds => false,
        }
    }

    /// The action of the log and of failures.
    pub(super) fn action(&self, method: &Method) -> &'static str {
        match (self, method.as_str()) {
            (Self::Me, _) => "me",
            (Self::Contacts(_), "POST") => "create_contact",
            (Self::Contacts(_), _) => "list_contacts",
            (Self::Count(_), _) => "count_contacts",
            (Self::ContactDelta(_), _) => "contact_delta",
            (Self::Contact(_), "PATCH") => "update_contact",
            (Self::Contact(_), "DELETE") => "delete_contact",
            (Self::Contact(_), _) => "get_contact",
            (Self::PermanentDelete(_), _) => "purge_contact",
            (Self::Photo(_) | Self::PhotoValue(_), "PUT" | "PATCH") => "put_photo",
            (Self::Photo(_) | Self::PhotoValue(_), "DELETE") => "delete_photo",
            (Self::Photo(_) | Self::PhotoValue(_), _) => "get_photo",
            (Self::Folders(_), _) => "list_contact_folders",
            (Self::Folder(_), _) => "get_contact_folder",
            (Self::FolderDelta, _) => "contact_folder_delta",
            (Self::Messages(_), _) => "list_messages",
            (Self::MessageCount(_), _) => "count_messages",
            (Self::MessageDelta(_), _) => "message_delta",
            (Self::Message(_), "PATCH") => "update_message",
            (Self::Message(_), "DELETE") => "delete_message",
            (Self::Message(_), _) => "get_message",
            (Self::MoveMessage(_), _) => "move_message",
            (Self::PurgeMessage(_), _) => "purge_message",
            (Self::MessageValue(_), _) => "get_mime",
            (Self::Attachments(_), _) => "list_attachments",
            (Self::Attachment(..) | Self::AttachmentValue(..), _) => "get_attachment",
            (Self::MailFolders(_), _) => "list_mail_folders",
            (Self::MailFolder(_), _) => "get_mail_folder",
            (Self::MailFolderDelta, _) => "mail_folder_delta",
            (Self::TranslateIds, _) => "translate_ids",
            (Self::SendMail, _) => "send_mail",
        }
    }

    /// The id that the path names.
    pub(super) fn named(&self) -> Option<&str> {
        match self {
            Self::Contact(item)
            | Self::PermanentDelete(item)
            | Self::Photo(item)
            | Self::PhotoValue(item)
            | Self::Message(item)
            | Self::MessageValue(item)
            | Self::MoveMessage(item)
            | Self::PurgeMessage(item)
            | Self::Attachments(item)
            | Self::Attachment(item, _)
            | Self::AttachmentValue(item, _) => Some(&item.id),
            Self::Contacts(folder)
            | Self::Count(folder)
            | Self::ContactDelta(folder)
            | Self::Folders(folder)
            | Self::Messages(folder)
            | Self::MessageCount(folder)
            | Self::MessageDelta(folder)
            | Self::MailFolders(folder) => folder.as_deref(),
            Self::Folder(id) | Self::MailFolder(id) => Some(id),
            Self::Me | Self::FolderDelta | Self::MailFolderDelta | Self::TranslateIds | Self::SendMail => {
                None
            }
        }
    }
}

/// `mailFolders('inbox')` is `mailFolders/inbox`, as links have it.
fn keyed(segment: &str) -> Vec<String> {
    let parts = segment.strip_suffix("')").and_then(|segment| segment.split_once("('"));
    parts.map_or_else(|| vec![segment.to_owned()], |(name, key)| vec![name.to_owned(), key.to_owned()])
}

/// The three spellings of one function.
fn is_delta(segment: &str) -> bool {
    matches!(
        segment.to_ascii_lowercase().as_str(),
        "delta" | "delta()" | "microsoft.graph.delta" | "microsoft.graph.delta()"
    )
}
