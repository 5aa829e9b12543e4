//! The reading pane: `GetItem` and `GetConversationItems`.

use serde_json::Value;

use super::actions::Seen;
use super::conversation::{self, NodeShape};
use super::envelope::{ItemError, Outcome};
use super::folders;
use super::item;
use super::lens::Lens;
use super::object::object;
use super::shape::{Bodies, ItemShape};
use crate::world::DELETED;

/// One entry of `GetItem`.
pub(super) fn item(lens: &Lens, body: &Value, id: &Value, seen: &mut Seen) -> Outcome {
    let id = id["Id"].as_str().unwrap_or_default();
    seen.requested(id);
    if !["AAMk", "AQMk", "AAkA"].iter().any(|family| id.starts_with(family)) {
        return Err(ItemError::malformed());
    }
    let message = lens.item(id).ok_or_else(ItemError::not_found)?;
    let bodies = Bodies::of(body);
    seen.returned(std::iter::once(lens.id(message)));
    seen.bodies += usize::from(bodies != Bodies::None);
    let item = item::reading(lens, message, &ItemShape::of(body), bodies, false);
    Ok(object().put("Items", vec![item]))
}

/// One entry of `GetConversationItems`.
pub(super) fn conversation(lens: &Lens, body: &Value, asked: &Value, seen: &mut Seen) -> Outcome {
    let id = asked["ConversationId"]["Id"].as_str().unwrap_or_default();
    seen.requested(id);
    let messages = lens.mailbox.in_conversation(id);
    if messages.is_empty() {
        return Err(if id.starts_with("AAQk") { ItemError::not_found() } else { ItemError::malformed() });
    }
    let shape = node_shape(lens, body);
    let nodes = conversation::nodes(lens, &messages, &shape);
    let items = || nodes.iter().filter_map(|node| node["Items"].as_array()).flatten();
    seen.returned(items().filter_map(|item| item["ItemId"]["Id"].as_str()));
    seen.bodies +=
        items().filter(|item| item["UniqueBody"].is_object() || item["NormalizedBody"].is_object()).count();
    let conversation = object()
        .put("ConversationId", lens.conversation_id(id))
        .put("SyncState", sync_state(&messages))
        .put("ConversationNodes", nodes);
    Ok(object().put("Conversation", conversation.done()))
}

fn node_shape(lens: &Lens, body: &Value) -> NodeShape {
    let ids = body["FoldersToIgnore"].as_array().into_iter().flatten();
    let mut ignored: Vec<usize> = ids.filter_map(|id| folders::named(lens, id).ok()).collect();
    if body["ReturnDeletedItems"] != true {
        ignored.push(DELETED);
    }
    NodeShape {
        items: ItemShape::of(body),
        bodies: Bodies::of(body),
        newest_first: body["SortOrder"] != "DateOrderAscending",
        most: body["MaxItemsToReturn"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX),
        only_first_body: body["ItemShape"]["CalculateOnlyFirstBody"] == true,
        root: body["Action"] == "ReturnRootNode",
        ignored,
    }
}

fn sync_state(messages: &[&crate::world::Message]) -> String {
    let versions: u32 = messages.iter().map(|m| m.version + 1).sum();
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("sync {versions}"))
}
