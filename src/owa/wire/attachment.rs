//! What hangs on an item: `FileAttachment:#Exchange` and its kin, of which the reading pane has no content.

use super::item::{Id, id};
use super::lenient::{Lenient, filled};
use crate::model::{AttachedKind, Attachment, bare_content_id};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct AttachmentWire {
    #[serde(rename = "__type")]
    contract: Lenient<String>,
    attachment_id: Lenient<Id>,
    name: Lenient<String>,
    content_type: Lenient<String>,
    content_id: Lenient<String>,
    size: Lenient<i64>,
    is_inline: Lenient<bool>,
    /// Where the file of a `ReferenceAttachment` lies (MS-OXWSATT, `ReferenceAttachmentType`).
    attach_long_path_name: Lenient<String>,
}

impl From<AttachmentWire> for Attachment {
    fn from(wire: AttachmentWire) -> Self {
        Self {
            item_id: id(wire.attachment_id),
            kind: kind(wire.contract.0.as_deref().unwrap_or_default()),
            name: filled(wire.name),
            content_type: filled(wire.content_type),
            size: wire.size.0,
            content_id: filled(wire.content_id).map(|id| bare_content_id(&id).to_owned()),
            is_inline: wire.is_inline.0.unwrap_or_default(),
            url: filled(wire.attach_long_path_name),
        }
    }
}

/// `FileAttachment:#Exchange`. What is of no kind that we know is taken for a file.
fn kind(contract: &str) -> AttachedKind {
    match contract.split(':').next() {
        Some("ItemAttachment") => AttachedKind::Item,
        Some("ReferenceAttachment") => AttachedKind::Reference,
        _ => AttachedKind::File,
    }
}

/// All of them; `None` where the item has none beside a word that it has some: they were not shown.
pub(super) fn attachments(
    shown: Lenient<Vec<Lenient<AttachmentWire>>>,
    has_some: bool,
) -> Option<Vec<Attachment>> {
    match shown.0 {
        Some(shown) => Some(shown.into_iter().filter_map(|one| one.0).map(Attachment::from).collect()),
        None => (!has_some).then(Vec::new),
    }
}
