//! What the page changes by itself: the read state of what it shows.

use serde_json::Value;

use super::envelope;
use super::object::object;
use crate::knobs::KeyOrder;
use crate::sim::Sim;

/// The answer to a change of read states, which is made; `None` for other actions.
pub(super) fn perform(sim: &Sim, smtp: &str, style: KeyOrder, action: &str, json: &Value) -> Option<Value> {
    let (changes, contract) = match action {
        "ApplyConversationAction" => {
            (&json["Body"]["ConversationActions"], "ApplyConversationActionResponseMessage")
        }
        "UpdateItem" => (&json["Body"]["ItemChanges"], "UpdateItemResponseMessage"),
        _ => return None,
    };
    let changes = changes.as_array().map_or(&[][..], Vec::as_slice);
    for (ids, read) in changes.iter().filter_map(|change| read_state(sim, smtp, change)) {
        // Who asks has a mailbox.
        let _ = sim.mark_read(smtp, &ids, read);
    }
    let done = changes.iter().map(|_| Ok(object())).collect();
    Some(envelope::batch(style, action, contract, done))
}

/// Which items a change means, and what they become.
fn read_state(sim: &Sim, smtp: &str, change: &Value) -> Option<(Vec<String>, bool)> {
    if let Some(id) = change["ItemId"]["Id"].as_str() {
        let read = change["Updates"][0]["Item"]["IsRead"].as_bool()?;
        return Some((vec![id.to_owned()], read));
    }
    let (id, read) = (change["ConversationId"]["Id"].as_str()?, change["IsRead"].as_bool()?);
    let folder = change["ContextFolderId"]["BaseFolderId"]["Id"].as_str()?;
    let ids = sim.read(smtp, |mailbox| {
        let inside = mailbox.folder(folder);
        let messages = mailbox.in_conversation(id).into_iter().filter(|m| Some(m.folder) == inside);
        messages.map(|m| m.id.clone()).collect()
    });
    Some((ids.ok()?, read))
}
