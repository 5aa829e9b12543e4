//! Rows of conversation view, and conversations opened into nodes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::item;
use super::lens::Lens;
use super::object::{Object, object};
use super::person;
use super::shape::{Bodies, ItemShape};
use crate::knobs::KeyOrder;
use crate::world::{Importance, Mailbox, Message, Person};

/// A conversation with its messages of one folder and of all folders, newest first.
pub(super) struct Thread<'a> {
    pub(super) id: &'a str,
    pub(super) instance_key: String,
    here: Vec<&'a Message>,
    everywhere: Vec<&'a Message>,
}

/// The conversations of a folder, by their newest message there.
pub(super) fn threads<'a>(
    lens: &Lens<'a>,
    folder: usize,
    keep: impl Fn(&Message) -> bool,
) -> Vec<Thread<'a>> {
    let mut place: HashMap<&str, usize> = HashMap::new();
    let mut threads: Vec<Thread> = Vec::new();
    for message in lens.in_folder(folder).into_iter().filter(|m| keep(m)) {
        let at = *place.entry(&message.conversation).or_insert_with(|| {
            let instance_key = Mailbox::conversation_key(folder, &message.conversation);
            threads.push(Thread {
                id: &message.conversation,
                instance_key,
                here: Vec::new(),
                everywhere: Vec::new(),
            });
            threads.len() - 1
        });
        threads[at].here.push(message);
    }
    for message in lens.mailbox.messages.iter().chain(lens.contacts) {
        if let Some(at) = place.get(message.conversation.as_str()) {
            threads[*at].everywhere.push(message);
        }
    }
    threads
}

impl Thread<'_> {
    /// A row of `FindConversation`: display names only; with `recipients`, those of whom the owner wrote to.
    pub(super) fn row(&self, lens: &Lens, recipients: bool) -> Value {
        let (newest, global) = (self.here[0], self.global());
        let drafts: Vec<&Message> = global.iter().copied().filter(|m| m.is_draft()).collect();
        let ids = |messages: &[&Message]| messages.iter().map(|m| lens.item_id(m)).collect::<Vec<_>>();
        let row = object()
            .put("ConversationId", lens.conversation_id(self.id))
            .put("ConversationTopic", newest.topic.as_deref().map_or(Value::Null, Value::from))
            .list(if recipients { "UniqueRecipients" } else { "UniqueSenders" }, self.names(recipients))
            .put("LastDeliveryTime", lens.date(newest.received))
            .join(self.totals())
            .put("ItemIds", ids(&self.here))
            .put("GlobalItemIds", ids(&global))
            .put("LastModifiedTime", lens.date(newest.modified))
            .put("InstanceKey", self.instance_key.as_str())
            .put("Preview", newest.preview())
            .put("IconIndex", "Default")
            .put("GlobalIconIndex", "Default")
            .list("DraftItemIds", ids(&drafts))
            .put("HasIrm", false)
            .put("LastDeliveryOrRenewTime", lens.date(self.listed_at()));
        match lens.style {
            KeyOrder::Onprem => row.done(),
            KeyOrder::Cloud | KeyOrder::Untyped => row.join(self.last_sender(lens)).done(),
        }
    }

    fn totals(&self) -> Object {
        let unread = |messages: &[&Message]| messages.iter().filter(|m| !m.read).count();
        let flagged = self.here.iter().find(|m| m.flagged);
        object()
            .put("FlagStatus", flagged.map_or("NotFlagged", |m| item::flag(m)))
            .put("HasAttachments", self.here.iter().any(|m| !m.attachments.is_empty()))
            .put("MessageCount", self.here.len())
            .put("GlobalMessageCount", self.everywhere.len())
            .put("UnreadCount", unread(&self.here))
            .put("GlobalUnreadCount", unread(&self.everywhere))
            .put("Size", self.here.iter().map(|m| m.size()).sum::<usize>())
            .list("ItemClasses", self.classes())
            .put("Importance", item::importance(self.importance()))
    }

    /// Its messages of all folders, newest first.
    fn global(&self) -> Vec<&Message> {
        let mut everywhere = self.everywhere.clone();
        everywhere.sort_by_key(|m| std::cmp::Reverse((m.received, m.key)));
        everywhere
    }

    /// Where it stands in a list that goes by `LastDeliveryOrRenewTime`.
    pub(super) fn listed_at(&self) -> DateTime<Utc> {
        self.here.iter().map(|m| m.listed_at()).max().expect("a thread has a message")
    }

    /// What only the cloud tells: who wrote last in the whole conversation, in whatever folder.
    fn last_sender(&self, lens: &Lens) -> Object {
        let global = self.global();
        let last = global.iter().find(|m| !m.is_draft());
        object()
            .put("FamilyId", lens.conversation_id(self.id))
            .maybe(
                "LastSender",
                last.and_then(|m| m.from.as_ref()).map(|from| person::wrapped(lens.style, from)),
            )
            .maybe("LastSentTime", last.and_then(|m| m.sent).map(|at| lens.date(at)))
    }

    fn names(&self, recipients: bool) -> Vec<Value> {
        let people = |message: &'_ &Message| -> Vec<Person> {
            if recipients { message.to.clone() } else { message.from.iter().cloned().collect() }
        };
        distinct(self.here.iter().flat_map(people).map(|person| person.name))
    }

    fn classes(&self) -> Vec<Value> {
        distinct(self.here.iter().filter_map(|m| m.class).map(str::to_owned))
    }

    fn importance(&self) -> Importance {
        let high = self.here.iter().any(|m| m.importance == Importance::High);
        if high { Importance::High } else { Importance::Normal }
    }
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    for name in names.map(Value::from) {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// What a request for the items of conversations says.
pub(super) struct NodeShape {
    pub(super) items: ItemShape,
    pub(super) bodies: Bodies,
    pub(super) newest_first: bool,
    pub(super) most: usize,
    /// Only the first node has a body.
    pub(super) only_first_body: bool,
    /// The node of the message that started the conversation comes even when the mailbox lacks it.
    pub(super) root: bool,
    pub(super) ignored: Vec<usize>,
}

/// The nodes of a conversation: one per Internet message id, with its copies in all folders.
pub(super) fn nodes(lens: &Lens, messages: &[&Message], shape: &NodeShape) -> Vec<Value> {
    let mut groups: Vec<Vec<&Message>> = Vec::new();
    for message in messages.iter().copied().filter(|m| !shape.ignored.contains(&m.folder)) {
        let same = |group: &&mut Vec<&Message>| {
            message.internet_id.is_some() && group[0].internet_id == message.internet_id
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(message),
            None => groups.push(vec![message]),
        }
    }
    if !shape.newest_first {
        groups.reverse();
    }
    groups.truncate(shape.most);
    let known: Vec<_> = groups.iter().filter_map(|group| group[0].internet_id.clone()).collect();
    let missing =
        groups.iter().filter_map(|group| group[0].parent_internet_id.clone()).find(|id| !known.contains(id));
    let root = missing.filter(|_| shape.root).map(|id| json!({ "InternetMessageId": id }));
    root.into_iter()
        .chain(groups.iter().enumerate().map(|(at, group)| node(lens, group, shape, at)))
        .collect()
}

fn node(lens: &Lens, group: &[&Message], shape: &NodeShape, at: usize) -> Value {
    let bodies = if shape.only_first_body && at > 0 { Bodies::None } else { shape.bodies };
    let items: Vec<Value> =
        group.iter().map(|m| item::reading(lens, m, &shape.items, bodies, true)).collect();
    object()
        .maybe("InternetMessageId", group[0].internet_id.as_deref())
        .maybe("ParentInternetMessageId", group[0].parent_internet_id.as_deref())
        .put("Items", items)
        .done()
}
