//! `translateExchangeIds`: ids of one family in the other.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::GraphError;
use super::door::Job;
use super::shelf::Shelved as _;
use crate::world::ids::from_rest;

/// Most ids of a request.
const MOST: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    input_ids: Vec<String>,
    source_id_type: String,
    target_id_type: String,
}

pub(super) fn ids(job: &Job) -> Result<Response, GraphError> {
    let asked: Asked = serde_json::from_slice(&job.asked.body).map_err(|_| GraphError::unreadable())?;
    let (from, to) = (asked.source_id_type.as_str(), asked.target_id_type.as_str());
    let rest = ["restId", "restImmutableEntryId"];
    if !rest.contains(&from) || !rest.contains(&to) {
        return Err(GraphError::bad_request("The id types cannot be translated."));
    }
    if asked.input_ids.len() > MOST {
        return Err(GraphError::bad_request("The number of ids exceeds 1000."));
    }
    let smtp = job.mailbox()?;
    let value = job.read(&smtp, |mailbox| {
        let one = |id: &String| {
            let immutable = to != "restId";
            let contact = mailbox.book.find(id).map(|contact| contact.id(immutable));
            let message = || mailbox.message(&from_rest(id)).map(|message| message.id(immutable));
            match contact.or_else(message) {
                Some(target) => json!({"sourceId": id, "targetId": target}),
                None => json!({"sourceId": id, "errorDetails": {"code": "ErrorItemNotFound"}}),
            }
        };
        Ok(asked.input_ids.iter().map(one).collect::<Vec<Value>>())
    })?;
    let context =
        format!("{}/v1.0/$metadata#Collection(microsoft.graph.convertIdResult)", job.settings().base);
    Ok(job.json(StatusCode::OK, &json!({"@odata.context": context, "value": value})))
}
