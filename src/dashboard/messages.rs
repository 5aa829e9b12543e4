//! Stored mail: the list of an account's messages, and one of them to read. What strangers wrote is text here; their HTML
//! is shown in a frame of its own.

use super::Dashboard;
use super::asked::{AskedWith, PageAccount, PageMessage, cut};
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use crate::desk::{MessageDetail, MessagePage, MessageReading, MessageShown, MessageWhole};
use crate::html::SafeHtml;
use crate::model::{
    Account, AccountId, Address, BodyKind, Folder, MessageId, Recipient, RecipientKind, printable,
};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

/// So many stand on a page.
const ON_PAGE: u32 = 50;

/// What the frame of a mail's HTML may do: show it. Its links open elsewhere, and what is not in it is not loaded.
const SHUT: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

/// Which messages.
#[derive(Debug, Deserialize)]
pub(super) struct WhichMessages {
    /// A role, a name, a path or an id.
    folder: Option<String>,
    /// After this one: its instant, milliseconds, and its id.
    at: Option<i64>,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage<'a> {
    page: &'a Frame,
    account: &'a Account,
    name: String,
    /// Those that hold messages: what they are asked for with, their titles, and whether it is the one.
    folders: Vec<(String, String, bool)>,
    messages: &'a [MessageDetail],
    newest: Option<String>,
    behind: Option<String>,
}

pub(super) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    AskedWith(which): AskedWith<WhichMessages>,
) -> Result<Response, PageRefusal> {
    let detail = dashboard.desk.detail(&guest.actor, &id).await?;
    let folder = which.folder.filter(|folder| !folder.is_empty());
    let after = which.after.as_deref().and_then(MessageId::parse).zip(which.at).map(|(id, at)| (at, id));
    let newest = after.is_some().then(|| address(&id, folder.as_deref(), None));
    let wish = MessagePage { folder: folder.clone(), after, limit: ON_PAGE + 1, ..MessagePage::default() };
    let mut messages = dashboard.desk.message_page(&guest.actor, &id, wish).await?;
    let behind = cut(&mut messages, ON_PAGE).map(|last| address(&id, folder.as_deref(), Some(last)));
    let read = detail.folders.iter().filter(|folder| folder.held > 0).map(|found| &found.folder);
    let is_named = |found: &Folder| folder.as_deref() == Some(found.id.as_str());
    Ok(render(&MessagesPage {
        page: &page,
        account: &detail.account,
        name: printable(&detail.account.name()),
        folders: read
            .map(|found| (found.id.to_string(), found.title().to_owned(), is_named(found)))
            .collect(),
        messages: &messages,
        newest,
        behind,
    }))
}

/// Where the messages of a folder are, from the newest on or behind one of them.
fn address(account: &AccountId, folder: Option<&str>, last: Option<&MessageDetail>) -> String {
    let mut query = Serializer::new(String::new());
    query.extend_pairs(folder.map(|folder| ("folder", folder)));
    if let Some(last) = last {
        let at = last.received_at.map_or(0, |at| at.timestamp_millis());
        query.append_pair("at", &at.to_string()).append_pair("after", last.id.as_str());
    }
    format!("/ui/accounts/{account}/messages?{}", query.finish())
}

/// How a message is to be shown.
#[derive(Debug, Deserialize)]
pub(super) struct How {
    #[serde(rename = "as")]
    how: Option<String>,
}

/// What of a message stands on its page, below who wrote it to whom.
enum Content {
    /// Its text; `None` where there is none that can be read.
    Text(Option<String>),
    /// Its HTML, in a frame; `None` where it cannot be read.
    Html(Option<SafeHtml>),
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePageOne<'a> {
    page: &'a Frame,
    account: &'a Account,
    name: String,
    whole: &'a MessageWhole,
    content: &'a Content,
}

impl MessagePageOne<'_> {
    fn recipients(&self, kind: RecipientKind) -> Vec<&Recipient> {
        self.whole.detail.recipients.iter().filter(|recipient| recipient.kind == kind).collect()
    }

    /// The lines of recipients that there are, each with the key of its name.
    fn lines(&self) -> Vec<(&'static str, Vec<&Recipient>)> {
        let kinds = [
            ("message-to", RecipientKind::To),
            ("message-cc", RecipientKind::Cc),
            ("message-bcc", RecipientKind::Bcc),
        ];
        let lines = kinds.map(|(key, kind)| (key, self.recipients(kind)));
        lines.into_iter().filter(|(_, recipients)| !recipients.is_empty()).collect()
    }

    /// The names of what hangs on it and its body does not show.
    fn attached(&self) -> Vec<String> {
        let others = self.whole.attachments.iter().filter(|one| !one.is_inline);
        others.filter_map(|one| one.name.as_deref()).map(printable).collect()
    }

    fn has_html(&self) -> bool {
        self.whole.body.as_ref().is_some_and(|body| body.kind == BodyKind::Html)
    }

    fn is_truncated(&self) -> bool {
        self.whole.body.as_ref().is_some_and(|body| body.truncated)
    }
}

/// A name, and the address where it is not the name itself.
fn names(address: &Address) -> (String, Option<String>) {
    match (&address.name, &address.address) {
        (Some(name), Some(address)) if !name.is_empty() && name != address => {
            (printable(name), Some(printable(address)))
        }
        (_, Some(only)) | (Some(only), None) => (printable(only), None),
        (None, None) => ("–".to_owned(), None),
    }
}

/// A name and an address, in one line.
fn person(address: &Address) -> String {
    match names(address) {
        (name, Some(address)) => format!("{name} <{address}>"),
        (name, None) => name,
    }
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    PageMessage(message): PageMessage,
    AskedWith(How { how }): AskedWith<How>,
) -> Result<Response, PageRefusal> {
    let (desk, actor) = (&dashboard.desk, &guest.actor);
    let account = desk.account(actor, &id).await?;
    let (whole, content) = if how.as_deref() == Some("html") {
        let MessageShown { whole, html } = desk.laid_out(actor, &id, &message).await?;
        (whole, Content::Html(html))
    } else {
        let MessageReading { whole, text } = desk.reading(actor, &id, &message).await?;
        (whole, Content::Text(text.as_deref().map(printable)))
    };
    let name = printable(&account.name());
    Ok(render(&MessagePageOne { page: &page, account: &account, name, whole: &whole, content: &content }))
}

#[derive(Template)]
#[template(path = "message_body.html")]
struct MessageBody<'a> {
    page: &'a Frame,
    safe: &'a SafeHtml,
}

/// The document in the frame: of no origin, without a script, with nothing that is loaded.
pub(super) async fn body(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    PageMessage(message): PageMessage,
) -> Result<Response, PageRefusal> {
    let shown = dashboard.desk.laid_out(&guest.actor, &id, &message).await?;
    let safe = shown.html.as_ref().ok_or_else(PageRefusal::not_found)?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, SHUT),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-frame-options"), "SAMEORIGIN"),
    ];
    Ok((headers, render(&MessageBody { page: &page, safe })).into_response())
}
