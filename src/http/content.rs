//! `GET …/messages/{message}/attachments/{position}/content` and `…/mime`: what hangs on a message, and a message as MIME, had
//! of the mailbox and handed on piece by piece.
//!
//! A file of anybody's must do nothing in a browser that opens the address: it is saved (RFC 6266), is of no type that a
//! browser runs, and none is guessed (`nosniff`, as of every answer).

use super::Edge;
use super::asked::{AttachmentInPath, MessageInPath};
use super::caller::Caller;
use super::connections::{OpenConnection, UnderWay};
use super::problem::Problem;
use crate::desk::{DeskError, MessageContent};
use crate::model::printable;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::stream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;

/// What a file is said to be; anything else is bytes. None of them is run by a browser.
const TYPES: [&str; 10] = [
    "application/pdf",
    "application/zip",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "message/rfc822",
    "text/calendar",
    "text/csv",
    "text/plain",
];
const BYTES: &str = "application/octet-stream";
/// A name of a file has no more characters here.
const LONGEST_NAME: usize = 150;
/// What a name has unencoded (`attr-char` of RFC 8187).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Get the content of what hangs on a message
///
/// The bytes of a file, or an item as MIME, had of the mailbox just now; nothing of it is stored, and each time stands in the
/// audit log. Of accounts whose mail is read by Microsoft Graph (else 409 `road_cannot_fetch`). Of a `reference` there is none:
/// 409 `attachment_elsewhere` has the address. More than `attachments.largest_mb` of the configuration is not handed out (409
/// `content_too_large`). It is a file of anybody's: hostile input.
#[utoipa::path(get,
    path = "/v1/accounts/{id}/messages/{message}/attachments/{position}/content",
    operation_id = "getAttachmentContent",
    tag = "messages",
    responses((
        status = 200,
        description = "The file, to be saved. Of a type that is not among these it is bytes.",
        content(
            (String = "application/octet-stream"), (String = "application/pdf"), (String = "application/zip"),
            (String = "image/gif"), (String = "image/jpeg"), (String = "image/png"), (String = "image/webp"),
            (String = "message/rfc822"), (String = "text/calendar"), (String = "text/csv"), (String = "text/plain")
        ),
        headers(("Content-Disposition" = String, description = "`attachment`, with its name (RFC 6266)."))
    )))]
pub(super) async fn attachment(
    State(edge): State<Edge>,
    caller: Caller,
    which: AttachmentInPath,
    connection: Option<Extension<Arc<OpenConnection>>>,
) -> Result<Response, Problem> {
    let AttachmentInPath { account, message, position } = which;
    let content = edge.desk.attachment_content(&caller.actor, &account, &message, position).await?;
    Ok(saved(content, connection))
}

/// Get a message as MIME
///
/// As the server makes it when it is asked. What holds of the content of attachments holds of it.
#[utoipa::path(get,
    path = "/v1/accounts/{id}/messages/{message}/mime",
    operation_id = "getMessageMime",
    tag = "messages",
    responses((
        status = 200,
        description = "The message, to be saved.",
        content((String = "message/rfc822")),
        headers(("Content-Disposition" = String, description = "`attachment`, with its name (RFC 6266)."))
    )))]
pub(super) async fn mime(
    State(edge): State<Edge>,
    caller: Caller,
    which: MessageInPath,
    connection: Option<Extension<Arc<OpenConnection>>>,
) -> Result<Response, Problem> {
    let content = edge.desk.message_mime(&caller.actor, &which.account, &which.message).await?;
    Ok(saved(content, connection))
}

fn saved(content: MessageContent, connection: Option<Extension<Arc<OpenConnection>>>) -> Response {
    let mut headers = HeaderMap::new();
    let media_type = harmless(content.media_type.as_deref());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&content.name));
    if let Some(length) = content.length() {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    (headers, pieces(content, connection.map(|own| own.0))).into_response()
}

/// The pieces as they come. One that does not come ends the answer where it stands, which whoever asked sees. Until the last one
/// the connection makes room for no other.
fn pieces(content: MessageContent, connection: Option<Arc<OpenConnection>>) -> Body {
    let begin: Option<UnderWay> = None;
    Body::from_stream(stream::try_unfold((content, begin), move |(mut content, under_way)| {
        let under_way = under_way.or_else(|| connection.as_ref().map(OpenConnection::under_way));
        async move {
            let piece =
                content.next().await.inspect_err(|error| tracing::warn!(%error, "a content broke off"))?;
            Ok::<_, DeskError>(piece.map(|piece| (piece, (content, under_way))))
        }
    }))
}

/// What a file is said to be.
fn harmless(said: Option<&str>) -> &'static str {
    let said = said.and_then(|said| said.split(';').next()).unwrap_or_default().trim();
    TYPES.into_iter().find(|own| own.eq_ignore_ascii_case(said)).unwrap_or(BYTES)
}

/// That it is saved, and under which name: once in ASCII, for what knows no other, and once as it is.
fn disposition(name: &str) -> HeaderValue {
    let name = file_name(name);
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-._ ".contains(c) { c } else { '_' }).collect();
    let encoded = utf8_percent_encode(&name, ENCODED);
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// A name that leads into no directory, begins with no dot and shows its end where it is: what turns the direction of
/// writing makes `gpj.exe` look like `exe.jpg`.
fn file_name(said: &str) -> String {
    let is_odd = |c: char| c.is_control() || "/\\:*?\"<>|\u{fffd}".contains(c);
    let name: String = printable(said).chars().map(|c| if is_odd(c) { '_' } else { c }).collect();
    let name = name.trim_matches([' ', '.']);
    let (stem, end) = match name.rsplit_once('.') {
        Some((stem, end)) if end.chars().count() <= 10 => (stem, format!(".{end}")),
        _ => (name, String::new()),
    };
    let stem: String = stem.chars().take(LONGEST_NAME).collect();
    if stem.is_empty() { format!("attachment{end}") } else { format!("{stem}{end}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_out_of_no_header_and_into_no_directory() {
        for (said, expected) in [
            ("report.pdf", "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"),
            ("Grüße 1.pdf", "attachment; filename=\"Gr__e 1.pdf\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%201.pdf"),
            (
                "a\"; x=\"b\r\nX: y",
                "attachment; filename=\"a__ x__b _X_ y\"; filename*=UTF-8''a_%3B%20x%3D_b%20_X_%20y",
            ),
            ("../../etc/passwd", "attachment; filename=\"_.._etc_passwd\"; filename*=UTF-8''_.._etc_passwd"),
            ("exe\u{202e}gpj.exe", "attachment; filename=\"exe_gpj.exe\"; filename*=UTF-8''exe_gpj.exe"),
            ("..", "attachment; filename=\"attachment\"; filename*=UTF-8''attachment"),
        ] {
            assert_eq!(disposition(said).to_str().unwrap(), expected);
        }
        let long = file_name(&format!("{}.pdf", "é".repeat(1_000)));
        assert!(long.ends_with("é.pdf") && long.chars().count() == LONGEST_NAME + 4);
    }

    #[test]
    fn a_file_that_a_browser_would_run_is_bytes() {
        for run in [
            "text/html",
            "image/svg+xml",
            "application/xhtml+xml",
            "text/javascript",
            "application/x-msdownload",
            "",
        ] {
            assert_eq!(harmless(Some(run)), BYTES, "{run}");
        }
        assert_eq!(harmless(None), BYTES);
        assert_eq!(harmless(Some("Image/PNG; name=\"a.png\"")), "image/png");
    }
}
