//! `translateExchangeIds`: ids of one family in the other.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::GraphError;
use super::door::Job;

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
            let Some(contact) = mailbox.book.find(id) else {
                return json!({"sourceId": id, "errorDetails": {"code": "ErrorItemNotFound"}});
            };
            let target = if to == "restId" { &contact.id } else { &contact.immutable };
            json!({"sourceId": id, "targetId": target})
        };
        Ok(asked.input_ids.iter().map(one).collect::<Vec<Value>>())
    })?;
    let context =
        format!("{}/v1.0/$metadata#Collection(microsoft.graph.convertIdResult)", job.settings().base);
    Ok(job.json(StatusCode::OK, &json!({"@odata.context": context, "value": value})))
}
