//! What is done to a message: `PATCH`, `move`, `DELETE`, `permanentDelete`.
//! <https://learn.microsoft.com/graph/api/message-update>, `message-move`, `message-delete`, `message-permanentdelete`

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::door::Job;
use super::mail::find;
use super::query::View;
use super::target::Item;
use super::{GraphError, message};
use crate::world::{DELETED, Mailbox};

/// Whether it is read; of all that can be written, no more is known here.
pub(super) fn update(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    let sent = sent(job)?;
    let Some(is_read) = sent.get("isRead").and_then(Value::as_bool).filter(|_| sent.len() == 1) else {
        return Err(GraphError::unreadable());
    };
    let shown = job.change(&smtp, |mailbox| {
        let id = find(mailbox, item)?.immutable.clone();
        mailbox.mark_read(std::slice::from_ref(&id), is_read, now);
        shown(job, mailbox, &id)
    })?;
    Ok(job.entity(StatusCode::OK, "messages", shown))
}

/// 201 and the message as it lies there: under another id, unless immutable ones are preferred.
pub(super) fn relocate(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    let sent = sent(job)?;
    let to = sent.get("destinationId").and_then(Value::as_str).ok_or_else(GraphError::unreadable)?;
    let shown = job.change(&smtp, |mailbox| {
        let to = mailbox.mail_folder(to).ok_or_else(GraphError::no_item)?;
        let id = moved(mailbox, item, to, now)?;
        shown(job, mailbox, &id)
    })?;
    Ok(job.entity(StatusCode::CREATED, "messages", shown))
}

/// To Deleted Items.
pub(super) fn delete(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    job.change(&smtp, |mailbox| moved(mailbox, item, DELETED, now))?;
    Ok(job.no_content())
}

/// For good.
pub(super) fn purge(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    job.change(&smtp, |mailbox| {
        let id = find(mailbox, item)?.immutable.clone();
        mailbox.delete(&[id], true, now).map_err(|_| GraphError::no_item())
    })?;
    Ok(job.no_content())
}

fn sent(job: &Job) -> Result<Map<String, Value>, GraphError> {
    serde_json::from_slice(&job.asked.body).map_err(|_| GraphError::unreadable())
}

/// The id that outlives the move.
fn moved(
    mailbox: &mut Mailbox,
    item: &Item,
    to: usize,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<String, GraphError> {
    let id = find(mailbox, item)?.immutable.clone();
    let to = mailbox.folders[to].id.clone();
    mailbox.move_to(std::slice::from_ref(&id), &to, now).map_err(|_| GraphError::no_item())?;
    Ok(id)
}

fn shown(job: &Job, mailbox: &Mailbox, id: &str) -> Result<Map<String, Value>, GraphError> {
    let message = mailbox.message(id).ok_or_else(GraphError::no_item)?;
    Ok(message::entity(mailbox, message, &View::default(), job.asked.immutable()))
}
