//! What a perfect reader would know of a contact.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use super::{Contact, DEFAULT, Place};
use crate::world::Mailbox;

/// A contact, whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TruthContact {
    /// Name of its folder; `contacts` for the default one, `deleteditems` once deleted.
    pub folder: String,
    /// Id of its folder.
    pub folder_id: String,
    /// Changes with a move.
    pub id: String,
    /// Does not.
    pub immutable_id: String,
    /// Changes with each update.
    pub change_key: String,
    /// The members that are not empty.
    pub members: Map<String, Value>,
    /// Single-value extended properties, by id.
    pub extended: BTreeMap<String, String>,
    /// JPEG, base64.
    pub photo: Option<String>,
    /// A contact list.
    pub is_list: bool,
}

impl TruthContact {
    pub(super) fn of(contact: &Contact, mailbox: &Mailbox) -> Self {
        Self {
            folder: match contact.place {
                Place::Deleted => "deleteditems".to_owned(),
                Place::Folder(DEFAULT) => "contacts".to_owned(),
                Place::Folder(number) => mailbox.book.folders[number].name.clone(),
            },
            folder_id: mailbox.place_id(contact.place),
            id: contact.id.clone(),
            immutable_id: contact.immutable.clone(),
            change_key: contact.change_key(),
            members: contact.members().clone(),
            extended: contact.extended.clone(),
            photo: contact.photo.as_ref().map(|photo| STANDARD.encode(photo)),
            is_list: contact.is_list,
        }
    }
}

impl Mailbox {
    /// All contacts, in the order in which they were made.
    pub(crate) fn true_contacts(&self) -> Vec<TruthContact> {
        self.book.all().map(|contact| TruthContact::of(contact, self)).collect()
    }
}
