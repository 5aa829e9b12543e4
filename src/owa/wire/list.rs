//! Pages of a list: the answers to `FindItem` (messages) and `FindConversation` (conversations).

use super::answer::{self, Fault};
use super::item::{self, Id, Item, id};
use super::lenient::Lenient;
use super::people::SingleRecipient;
use super::{AnswerContext, date};
use crate::model::{Address, Depth, Instant, Precision, Sight};
use crate::owa::error::OwaError;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// A page of a list as a server gave it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(in crate::owa) struct Listing {
    /// Newest first, as far as the view sorts by date.
    pub(in crate::owa) rows: Vec<Sight>,
    /// What tells each row from all others of its list, in either family of ids.
    pub(in crate::owa) marks: Vec<String>,
    /// The index after the last row, in the whole list.
    pub(in crate::owa) offset: Option<i64>,
    /// How many rows the whole list has.
    pub(in crate::owa) total: Option<i64>,
    /// Whether the server says that the whole list ends with this page; `None` where it only counts.
    pub(in crate::owa) ended: Option<bool>,
    /// Whether its rows are messages; in conversation view they are not.
    pub(in crate::owa) counts_items: bool,
    /// The folder that it lists, where it says so.
    pub(in crate::owa) remote_id: Option<String>,
    /// Whether it lists one half of a divided folder: that is a search folder of its own.
    pub(in crate::owa) is_part: bool,
}

impl Listing {
    /// Whether the whole list begins with this page.
    pub(in crate::owa) fn is_top(&self) -> bool {
        self.offset.is_some_and(|offset| usize::try_from(offset) == Ok(self.rows.len()))
    }

    /// Whether the whole list ends with this page, as the server says, else as it counts.
    pub(in crate::owa) fn is_last(&self) -> bool {
        self.ended.unwrap_or_else(|| self.is_counted_out())
    }

    /// Whether the count has no more rows than these, by which the page itself goes. It may be wrong.
    pub(in crate::owa) fn is_counted_out(&self) -> bool {
        match (self.offset, self.total) {
            (Some(offset), Some(total)) => offset >= total,
            (None, _) | (_, None) => self.rows.is_empty(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct FindItemResponseMessage {
    #[serde(flatten)]
    fault: Fault,
    root_folder: Option<RootFolder>,
    search_folder_id: Lenient<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct RootFolder {
    includes_last_item_in_range: Lenient<bool>,
    indexed_paging_offset: Lenient<i64>,
    total_items_in_view: Lenient<i64>,
    items: Option<Vec<Item>>,
}

/// Reads the answer to `FindItem`, whole (`Header`, `Body`). Rows without a single date, or one without an id,
/// are a shape that we do not know.
pub(in crate::owa) fn read_items(value: &Value, reading: AnswerContext) -> Result<Listing, OwaError> {
    let what = "FindItem answer";
    let message: FindItemResponseMessage = answer::only_message(what, value)?;
    message.fault.check(what)?;
    let folder = message.root_folder.ok_or_else(|| OwaError::drift(what, value))?;
    let items = folder.items.unwrap_or_default();
    let folders: BTreeSet<_> = items.iter().filter_map(Item::folder_id).collect();
    if folders.len() > 1 {
        return Err(OwaError::Drift { what, seen: "rows of several folders".to_owned() });
    }
    let marks = items.iter().map(Item::mark).collect();
    let are_dated = items.is_empty() || items.iter().any(Item::is_dated);
    let rows: Option<Vec<_>> = items.into_iter().map(|item| item.listed(reading)).collect();
    let rows = rows.filter(|_| are_dated).ok_or_else(|| OwaError::drift(what, value))?;
    let offset = folder.indexed_paging_offset.0;
    let total = folder.total_items_in_view.0;
    let ended = folder.includes_last_item_in_range.0;
    let remote_id = folders.into_iter().next();
    Ok(Listing {
        rows,
        marks,
        is_part: is_part(id(message.search_folder_id), remote_id.as_ref()),
        remote_id,
        offset: if ended == Some(true) && offset.is_none() { total } else { offset },
        total,
        ended,
        counts_items: true,
    })
}

fn is_part(searched: Option<String>, listed: Option<&String>) -> bool {
    searched.is_some_and(|searched| listed != Some(&searched))
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ConversationBody {
    #[serde(flatten)]
    fault: Fault,
    conversations: Option<Vec<Conversation>>,
    indexed_offset: Lenient<i64>,
    total_conversations_in_view: Lenient<i64>,
    folder_id: Lenient<Id>,
    search_folder_id: Lenient<Id>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(clippy::struct_field_names, reason = "the members are named by the contract")]
struct Conversation {
    instance_key: Lenient<String>,
    conversation_id: Lenient<Id>,
    conversation_topic: Lenient<String>,
    unique_senders: Lenient<Vec<String>>,
    last_sender: Lenient<SingleRecipient>,
    last_delivery_time: Lenient<String>,
    has_attachments: Lenient<bool>,
    unread_count: Lenient<i64>,
    item_ids: Lenient<Vec<Id>>,
    global_item_ids: Lenient<Vec<Id>>,
    item_classes: Lenient<Vec<String>>,
    preview: Lenient<String>,
}

/// Reads the answer to `FindConversation`: its message is the body itself.
pub(in crate::owa) fn read_conversations(value: &Value, reading: AnswerContext) -> Result<Listing, OwaError> {
    let what = "FindConversation answer";
    let body: ConversationBody = answer::body(what, value)?;
    body.fault.check(what)?;
    let conversations = body.conversations.ok_or_else(|| OwaError::drift(what, value))?;
    let marks = conversations.iter().map(Conversation::mark).collect();
    let are_dated = conversations.is_empty() || conversations.iter().any(Conversation::is_dated);
    let rows: Option<Vec<_>> = conversations.into_iter().map(|row| row.into_row(reading)).collect();
    let remote_id = id(body.folder_id);
    Ok(Listing {
        rows: rows.filter(|_| are_dated).ok_or_else(|| OwaError::drift(what, value))?,
        marks,
        offset: body.indexed_offset.0,
        total: body.total_conversations_in_view.0,
        ended: None,
        counts_items: false,
        is_part: is_part(id(body.search_folder_id), remote_id.as_ref()),
        remote_id,
    })
}

impl Conversation {
    /// What tells its row from all others of its list.
    fn mark(&self) -> String {
        item::mark(&self.instance_key, &self.conversation_id)
    }

    fn is_dated(&self) -> bool {
        self.last_delivery_time.0.as_deref().is_some_and(date::is_date)
    }

    /// The newest message of the conversation in this folder; the others by their ids alone.
    fn into_row(self, reading: AnswerContext) -> Option<Sight> {
        let mut ids = self.item_ids.0?.into_iter();
        let first = ids.next()?;
        let change_key = first.change_key.0.clone();
        let key = first.key(reading)?;
        let others: Vec<_> = ids.filter_map(|id| id.key(reading)).collect();
        let newest_anywhere =
            self.global_item_ids.0.and_then(|ids| ids.into_iter().next()).and_then(|id| id.key(reading));
        let last_sender = self.last_sender.0.and_then(SingleRecipient::into_address);
        let received = self.last_delivery_time.0.and_then(|text| date::parse(&text, reading.zone));
        let single = others.is_empty();
        Some(Sight {
            depth: Depth::Listed,
            // The last sender may have written from another folder: an answer of ours, in Sent items.
            from: sender(
                self.unique_senders.0,
                last_sender,
                newest_anywhere.is_none_or(|newest| newest == key),
            ),
            is_read: is_read(self.unread_count.0, others.len() + 1),
            has_attachments: self.has_attachments.0.filter(|any| single || !any),
            key: Some(key),
            others,
            change_key,
            conversation_id: id(self.conversation_id),
            subject: Some(self.conversation_topic.0.unwrap_or_default()),
            received: received.map(|at| Instant { at, precision: Precision::Second }),
            item_class: self.item_classes.0.and_then(one_class),
            preview: self.preview.0,
            ..Sight::default()
        })
    }
}

/// The class that all items of a conversation have: of several it is not said whose each is.
fn one_class(classes: Vec<String>) -> Option<String> {
    let mut classes = classes.into_iter();
    let first = classes.next().filter(|class| !class.is_empty())?;
    classes.all(|class| class == first).then_some(first)
}

/// Rows of Sent items have `UniqueRecipients` instead of `UniqueSenders`: then the sender is not said.
fn sender(unique: Option<Vec<String>>, last: Option<Address>, last_is_here: bool) -> Option<Address> {
    let unique = unique?;
    match (last.filter(|_| last_is_here), unique.as_slice()) {
        (Some(address), _) => Some(address),
        (None, [name]) => Some(Address { name: Some(name.clone()), address: None }),
        (None, _) => None,
    }
}

/// Of a conversation with some unread messages we do not know which.
fn is_read(unread: Option<i64>, messages: usize) -> Option<bool> {
    match unread? {
        0 => Some(true),
        all if usize::try_from(all).is_ok_and(|all| all >= messages) => Some(false),
        _ => None,
    }
}
