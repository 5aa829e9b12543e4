//! Photos of contacts: set by PUT of `$value`, a JPEG of at most 4 MB, and kept as another JPEG; the contact has
//! another change key then, which delta tells as it tells any touch, without a word of the photo. PATCH says 200 and does
//! nothing; DELETE is documented for users and groups alone, and was answered 405 for years
//! (microsoftgraph/microsoft-graph-docs#6255, #4153, msgraph-sdk-java#2279; mguessan/davmail 07263ba4;
//! jobisoft/EAS-4-TbSync 3624d691).

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::door::Job;
use super::target::Item;
use super::{GraphError, Quirk, one};

/// Longest photo, bytes.
const MOST: usize = 4 << 20;

pub(super) fn about(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    job.read(&smtp, |mailbox| one::find(mailbox, item)?.photo.as_ref().map(|_| ()).ok_or_else(none))?;
    let body = json!({"@odata.mediaContentType": "image/jpeg", "id": "default", "height": 96, "width": 96});
    Ok(job.entity(StatusCode::OK, "contacts/photo", body.as_object().cloned().unwrap_or_default()))
}

pub(super) fn get(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let photo = job.read(&smtp, |mailbox| one::find(mailbox, item)?.photo.clone().ok_or_else(none))?;
    Ok(job.bytes("image/jpeg", photo))
}

/// PATCH says 200 and does nothing.
pub(super) fn put(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let smtp = job.mailbox()?;
    let photo = match job.asked.method.as_str() {
        "PUT" => Some(taken(job)?),
        _ => None,
    };
    let now = job.sim.now();
    job.change(&smtp, |mailbox| {
        let key = one::find(mailbox, item)?.key;
        if let Some(photo) = photo {
            mailbox.book.edit(key, Vec::new(), now, |contact| contact.photo = Some(photo));
        }
        Ok(())
    })?;
    Ok(job.bytes("text/plain", Vec::new()))
}

pub(super) fn delete(job: &Job, item: &Item) -> Result<Response, GraphError> {
    let (smtp, now) = (job.mailbox()?, job.sim.now());
    if job.settings().has(Quirk::FixedPhotos) {
        return Err(GraphError::not_supported());
    }
    job.change(&smtp, |mailbox| {
        let contact = one::find(mailbox, item)?;
        let key = contact.photo.as_ref().map(|_| contact.key).ok_or_else(none)?;
        mailbox.book.edit(key, Vec::new(), now, |contact| contact.photo = None);
        Ok(())
    })?;
    Ok(job.no_content())
}

fn none() -> GraphError {
    GraphError::new(404, "ErrorItemNotFound", "The photo wasn't found.")
}

/// The photo as it is kept: another JPEG than was sent.
fn taken(job: &Job) -> Result<Vec<u8>, GraphError> {
    let sent = &job.asked.body;
    if job.settings().has(Quirk::FixedPhotos) {
        return Err(GraphError::not_supported());
    }
    if job.settings().full {
        return Err(GraphError::quota());
    }
    if sent.len() > MOST {
        return Err(GraphError::new(413, "RequestEntityTooLarge", "The image is larger than 4 MB."));
    }
    let Some(rest) = sent.strip_prefix(&[0xff, 0xd8]) else {
        return Err(GraphError::new(400, "ErrorInvalidImage", "The image is not a JPEG."));
    };
    // A segment with a comment behind the start of the image.
    let comment: &[u8] = &[0xff, 0xd8, 0xff, 0xfe, 0x00, 0x06, b'k', b'e', b'p', b't'];
    Ok(if rest.starts_with(&comment[2..]) { sent.to_vec() } else { [comment, rest].concat() })
}
