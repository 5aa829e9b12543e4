//! The outer shape of answers.

use serde_json::{Value, json};

use super::object::{Object, object, typed};
use crate::knobs::KeyOrder;

/// An error that the service reports within an answer: code, text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ItemError(pub(super) &'static str, pub(super) String);

impl ItemError {
    pub(super) fn not_found() -> Self {
        Self("ErrorItemNotFound", "The specified object was not found in the store.".to_owned())
    }

    pub(super) fn malformed() -> Self {
        Self("ErrorInvalidIdMalformed", "Id is malformed.".to_owned())
    }

    pub(super) fn invalid_property() -> Self {
        Self("ErrorInvalidPropertyRequest", "Property is not valid for this object type.".to_owned())
    }

    pub(super) fn no_folder() -> Self {
        Self("ErrorFolderNotFound", "The specified folder could not be found in the store.".to_owned())
    }
}

/// One entry of `ResponseMessages.Items`, or the flat body: a payload or an error.
pub(super) type Outcome = Result<Object, ItemError>;

/// `Header` and `Body` around the entries of a batch.
pub(super) fn batch(style: KeyOrder, action: &str, contract: &str, outcomes: Vec<Outcome>) -> Value {
    let start = |outcome: &Outcome| match style {
        KeyOrder::Untyped if outcome.is_err() => typed(contract).put(payload(contract), Value::Null),
        KeyOrder::Cloud | KeyOrder::Untyped | KeyOrder::Onprem => typed(contract),
    };
    let message = |outcome| message(style, start(&outcome), outcome);
    let items: Vec<Value> = outcomes.into_iter().map(message).collect();
    let body = match style {
        KeyOrder::Cloud => typed(&format!("{action}Response")),
        KeyOrder::Untyped | KeyOrder::Onprem => object(),
    };
    around(style, &body.put("ResponseMessages", json!({ "Items": items })).done())
}

/// What an entry of this contract holds when nothing failed.
fn payload(contract: &str) -> &'static str {
    match contract {
        "FindItemResponseMessage" | "FindFolderResponseMessage" => "RootFolder",
        "FolderInfoResponseMessage" => "Folders",
        "GetConversationItemsResponseMessage" => "Conversation",
        _ => "Items",
    }
}

/// `Header` and `Body` where the message is the body, without a type.
pub(super) fn flat(style: KeyOrder, outcome: Outcome) -> Value {
    around(style, &message(style, object(), outcome))
}

fn message(style: KeyOrder, start: Object, outcome: Outcome) -> Value {
    let ok = || object().put("ResponseCode", "NoError").put("ResponseClass", "Success");
    let message = match (outcome, style) {
        (Ok(payload), KeyOrder::Cloud | KeyOrder::Untyped) => start.join(payload).join(ok()),
        (Ok(payload), KeyOrder::Onprem) => start.join(ok()).join(payload),
        (Err(ItemError(code, text)), _) => {
            let start = start.put("MessageText", text).put("ResponseCode", code);
            start.put("DescriptiveLinkKey", 0).put("ResponseClass", "Error")
        }
    };
    message.done()
}

fn around(style: KeyOrder, body: &Value) -> Value {
    let (minor, build, revision, version) = match style {
        KeyOrder::Cloud | KeyOrder::Untyped => (21, 406, 6, "V2018_01_18"),
        KeyOrder::Onprem => (2, 1258, 34, "V2017_07_11"),
    };
    json!({
        "Header": {"ServerVersionInfo": {
            "MajorVersion": 15, "MinorVersion": minor, "MajorBuildNumber": build, "MinorBuildNumber": revision,
            "Version": version,
        }},
        "Body": body,
    })
}
