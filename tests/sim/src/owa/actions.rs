//! The actions of `service.svc`, one per name.

use serde_json::Value;

use super::envelope::{self, Outcome};
use super::lens::Lens;
use super::request::Refusal;
use super::{find, folders, get};

/// What an answer held, for the log.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) requested: Vec<String>,
    pub(super) returned: Vec<String>,
    pub(super) bodies: usize,
}

impl Seen {
    pub(super) fn requested(&mut self, id: &str) {
        self.requested.push(id.to_owned());
    }

    pub(super) fn returned<'a>(&mut self, ids: impl Iterator<Item = &'a str>) {
        self.returned.extend(ids.map(str::to_owned));
    }
}

/// Answers a call.
pub(super) fn perform(lens: &Lens, action: &str, json: &Value, seen: &mut Seen) -> Result<Value, Refusal> {
    let body = &json["Body"];
    let each = |field: &str| body[field].as_array().cloned().unwrap_or_default();
    let batch =
        |contract: &str, outcomes: Vec<Outcome>| envelope::batch(lens.style, action, contract, outcomes);
    Ok(match action {
        "FindItem" => {
            let parents = each("ParentFolderIds");
            batch(
                "FindItemResponseMessage",
                parents.iter().map(|id| find::items(lens, body, id, seen)).collect(),
            )
        }
        "FindConversation" => {
            let outcome = find::conversations(lens, body, seen);
            envelope::flat(lens.style, "FindConversationResponseMessage", outcome)
        }
        "GetItem" => {
            let ids = each("ItemIds");
            batch("ItemInfoResponseMessage", ids.iter().map(|id| get::item(lens, body, id, seen)).collect())
        }
        "GetConversationItems" => {
            let asked = each("Conversations");
            let outcomes = asked.iter().map(|id| get::conversation(lens, body, id, seen)).collect();
            batch("GetConversationItemsResponseMessage", outcomes)
        }
        "FindFolder" => {
            let deep = body["Traversal"] == "Deep";
            let parents = each("ParentFolderIds");
            batch(
                "FindFolderResponseMessage",
                parents.iter().map(|id| folders::find(lens, id, deep)).collect(),
            )
        }
        "GetFolder" => {
            let ids = each("FolderIds");
            batch("FolderInfoResponseMessage", ids.iter().map(|id| folders::get(lens, id)).collect())
        }
        _ => {
            return Err(Refusal::Fault(
                "NotImplementedException",
                format!("The action {action} is not implemented."),
            ));
        }
    })
}
