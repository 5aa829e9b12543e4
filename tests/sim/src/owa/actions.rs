//! The actions of `service.svc`, one per name.

use serde_json::Value;

use super::envelope::{self, ItemError, Outcome};
use super::lens::Lens;
use super::request::Refusal;
use super::{failures, find, folders, get, shape};

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
    if shape::is_default_with_more(body) {
        let text = "Attempt to access the method failed.".to_owned();
        return Err(Refusal::Fault("MemberAccessException", text));
    }
    if !body["Restriction"].is_null() {
        let text = "Cannot deserialize object of type RestrictionType".to_owned();
        return Err(Refusal::Fault("OwaSerializationException", text));
    }
    let batch = |contract: &str, field: &str, one: &mut dyn FnMut(&Value) -> Outcome| {
        let asked = body[field].as_array().map_or(&[][..], Vec::as_slice);
        let outcome = |asked: &Value| {
            if shape::has_foreign_property(body) { Err(ItemError::invalid_property()) } else { one(asked) }
        };
        envelope::batch(lens.style, action, contract, asked.iter().map(outcome).collect())
    };
    Ok(match action {
        "FindItem" => {
            batch("FindItemResponseMessage", "ParentFolderIds", &mut |id| find::items(lens, body, id, seen))
        }
        "FindFolder" => {
            batch("FindFolderResponseMessage", "ParentFolderIds", &mut |id| folders::find(lens, id, body))
        }
        "GetFolder" => {
            batch("FolderInfoResponseMessage", "FolderIds", &mut |id| folders::get(lens, id, body))
        }
        "GetItem" => {
            let answer =
                batch("ItemInfoResponseMessage", "ItemIds", &mut |id| get::item(lens, body, id, seen));
            // Narrower shapes read the same meetings well (report of 2026-09).
            if shape::is_all(body) && failures::has_meeting(&answer) {
                return Err(Refusal::HalfWay(answer));
            }
            answer
        }
        "GetConversationItems" => batch("GetConversationItemsResponseMessage", "Conversations", &mut |id| {
            get::conversation(lens, body, id, seen)
        }),
        "FindConversation" => envelope::flat(lens.style, find::conversations(lens, body, seen)),
        _ => {
            let text = format!("The operation {action} is not supported.");
            return Err(Refusal::Fault("OwaOperationNotSupportedException", text));
        }
    })
}
