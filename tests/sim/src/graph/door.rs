//! From a request to an answer.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::access::{self, Caller, trace};
use super::asked::Asked;
use super::shelf;
use super::target::Target;
use super::{
    GraphError, Quirk, attachments, batch, delta, faults, folders, list, mail, mail_acts, mail_folders, me,
    one, photo, send, translate,
};
use crate::knobs::Kind;
use crate::log::Entry;
use crate::sim::Sim;
use crate::world::Message;
use crate::world::contacts::Contact;
use crate::world::journal::{Change, Journal};

/// Answers a request, when its mailbox has room for it.
pub(super) async fn enter(sim: &Sim, asked: &Asked) -> Response {
    let account = Caller::of(sim, &asked.headers).ok().map(|caller| caller.smtp);
    let admitted = account.as_deref().map(|smtp| super::traffic::admit(sim, smtp));
    let _visit = match admitted.transpose() {
        Ok(visit) => visit,
        Err((action, error)) => {
            let answer = error.answer(&asked.headers, sim.now());
            record(sim, account, action, &answer, None);
            return answer;
        }
    };
    match asked.segments.as_slice() {
        [only] if only == "$batch" => batch::answer(sim, account, asked).await,
        _ => answer(sim, asked).await,
    }
}

/// Answers one request, alone or in a batch.
pub(super) async fn answer(sim: &Sim, asked: &Asked) -> Response {
    let found = Target::of(&asked.segments);
    let action = found.as_ref().map_or("unknown", |(_, target)| target.action(&asked.method));
    let caller = Caller::of(sim, &asked.headers);
    let account = caller.as_ref().ok().map(|caller| caller.smtp.clone());
    let smtp = account.clone().unwrap_or_default();
    let kinds = sim.take_failures_about(&smtp, action, &asked.text());
    let named = found.as_ref().and_then(|(_, target)| target.named().map(str::to_owned));
    if kinds.contains(&Kind::Held) {
        return held(sim, account, action).await;
    }
    let made = faults::around(sim, &kinds, &asked.headers, || {
        let answer = caller.and_then(|caller| {
            let (whose, target) =
                found.ok_or_else(|| GraphError::no_resource(asked.segments.last().map_or("", |s| s)))?;
            let (lost, is_of_mail) = (kinds.contains(&Kind::CursorLost), target.is_of_mail());
            let job = Job { sim, asked, caller, whose, lost, is_of_mail };
            job.answer(&target)
        });
        answer.unwrap_or_else(|error| error.answer(&asked.headers, sim.now()))
    });
    let answer = made.await;
    if kinds.contains(&Kind::AnswerHeld) {
        return held(sim, account, action).await;
    }
    super::traffic::hold(sim, &smtp, &answer);
    record(sim, account, action, &answer, named);
    answer
}

/// No answer, for as long as whoever asked waits for one.
async fn held(sim: &Sim, account: Option<String>, action: &str) -> Response {
    sim.record(Entry { account, action: format!("held:{action}"), ..Entry::default() });
    std::future::pending().await
}

fn record(sim: &Sim, account: Option<String>, action: &str, answer: &Response, named: Option<String>) {
    let status = answer.status().as_u16();
    let requested = named.into_iter().collect();
    sim.record(Entry { account, action: action.to_owned(), status, requested, ..Entry::default() });
}

/// A request of a caller who is known.
pub(super) struct Job<'a> {
    pub(super) sim: &'a Sim,
    pub(super) asked: &'a Asked,
    caller: Caller,
    /// Whose mailbox the path names.
    whose: Option<String>,
    /// The cursor of the request is to be lost.
    pub(super) lost: bool,
    is_of_mail: bool,
}

impl Job<'_> {
    fn answer(&self, target: &Target) -> Result<Response, GraphError> {
        let method = self.asked.method.as_str();
        match (target, method) {
            (Target::Me, "GET") if self.whose.is_none() => {
                me::me(self.sim, &self.caller, self.asked).map(|me| self.json(StatusCode::OK, &me))
            }
            (Target::Contacts(folder), "GET") => list::contacts(self, folder.as_deref()),
            (Target::Contacts(folder), "POST") => one::create(self, folder.as_deref()),
            (Target::Contacts(_), _) => Err(GraphError::new(
                405,
                "ErrorInvalidRequest",
                &format!(
                    "Method '{method}' not allowed for 'Microsoft.OData.UriParser.NavigationPropertySegment'"
                ),
            )),
            (Target::Count(folder), "GET") => list::count(self, folder.as_deref()),
            (Target::ContactDelta(folder), "GET") => delta::items::<Contact>(self, folder.as_deref()),
            (Target::Contact(item), "GET") => one::get(self, item),
            (Target::Contact(item), "PATCH") => one::update(self, item),
            (Target::Contact(item), "DELETE") => one::delete(self, item),
            (Target::PermanentDelete(item), "POST") => one::purge(self, item),
            (Target::Photo(item), "GET") => photo::about(self, item),
            (Target::PhotoValue(item), "GET") => photo::get(self, item),
            (Target::Photo(item) | Target::PhotoValue(item), "PUT" | "PATCH") => photo::put(self, item),
            (Target::Photo(item) | Target::PhotoValue(item), "DELETE") => photo::delete(self, item),
            (Target::Folders(parent), "GET") => folders::children(self, parent.as_deref()),
            (Target::Folder(id), "GET") => folders::get(self, id),
            (Target::FolderDelta, "GET") => delta::folders(self, shelf::Kind::ContactFolders),
            (Target::Messages(folder), "GET") => mail::list(self, folder.as_deref()),
            (Target::MessageCount(folder), "GET") => mail::count(self, folder.as_deref()),
            (Target::MessageDelta(Some(folder)), "GET") => delta::items::<Message>(self, Some(folder)),
            // Published, and not there (microsoftgraph/msgraph-sdk-python#1087).
            (Target::MessageDelta(None), "GET") => Err(GraphError::new(
                400,
                "ErrorInvalidRequest",
                "Change tracking is not supported against 'microsoft.graph.message'.",
            )),
            (Target::Message(item), "GET") => mail::get(self, item),
            (Target::Message(item), "PATCH") => mail_acts::update(self, item),
            (Target::Message(item), "DELETE") => mail_acts::delete(self, item),
            (Target::MoveMessage(item), "POST") => mail_acts::relocate(self, item),
            (Target::PurgeMessage(item), "POST") => mail_acts::purge(self, item),
            (Target::MessageValue(item), "GET") => mail::value(self, item),
            (Target::Attachments(item), "GET") => attachments::list(self, item),
            (Target::Attachment(item, file), "GET") => attachments::get(self, item, file),
            (Target::AttachmentValue(item, file), "GET") => attachments::value(self, item, file),
            (Target::MailFolders(parent), "GET") => mail_folders::children(self, parent.as_deref()),
            (Target::MailFolder(id), "GET") => mail_folders::get(self, id),
            (Target::MailFolderDelta, "GET") => delta::folders(self, shelf::Kind::MailFolders),
            (Target::SendMail, "POST") => send::mail(self),
            (Target::TranslateIds, "POST") => translate::ids(self),
            _ => Err(GraphError::not_supported()),
        }
    }

    /// The mailbox that is read or written, when the caller may.
    pub(super) fn mailbox(&self) -> Result<String, GraphError> {
        let writes = self.asked.method.as_str() != "GET";
        let area = if self.is_of_mail { "Mail" } else { "Contacts" };
        self.caller.mailbox(self.sim, self.whose.as_deref(), area, writes)
    }

    /// Whose mailbox something is sent from, when the caller may: `Mail.Send` and no other scope lets them.
    pub(super) fn sender(&self) -> Result<String, GraphError> {
        if self.whose.is_none() && self.caller.holds(&["Mail.Send"]) {
            return Ok(self.caller.smtp.clone());
        }
        Err(GraphError::new(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."))
    }

    /// Whose mailbox it is.
    pub(super) fn whose(&self) -> &str {
        self.whose.as_ref().unwrap_or(&self.caller.smtp)
    }

    /// The link to the next page of a list.
    fn next_list(&self, skip: usize) -> String {
        format!("{}/v1.0{}?{}", self.settings().base, self.asked.path(), self.asked.query_with_skip(skip))
    }

    /// A page of a list of a set from so many items on; of one item more than fits, the next page has it.
    pub(super) fn page(
        &self,
        set: &str,
        mut items: Vec<Value>,
        (skip, size): (usize, usize),
        count: Option<usize>,
    ) -> Response {
        let more = items.len() > size;
        items.truncate(size);
        let mut body = Map::new();
        body.insert("@odata.context".to_owned(), json!(self.context(set)));
        body.extend(count.map(|count| ("@odata.count".to_owned(), json!(count))));
        body.insert("value".to_owned(), items.into());
        let has = |quirk| self.is_of_mail && self.settings().has(quirk);
        if more && !has(Quirk::NoLinks) {
            let next = if has(Quirk::SelfLink) { skip } else { skip + size };
            body.insert("@odata.nextLink".to_owned(), json!(self.next_list(next)));
        }
        self.json(StatusCode::OK, &body.into())
    }

    /// The number of the last change that is told by now.
    pub(super) fn settled(&self, changes: &Journal<Change>) -> u64 {
        changes.settled(self.sim.now() - TimeDelta::milliseconds(self.settings().late_ms.into()))
    }

    pub(super) fn settings(&self) -> super::Settings {
        self.sim.settings(&self.caller.smtp).graph
    }

    pub(super) fn json(&self, status: StatusCode, body: &Value) -> Response {
        let odata = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
        let text = super::entity::serialized(body, &self.settings());
        let mut answer = self.finish((status, text).into_response());
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(odata));
        headers.insert("odata-version", HeaderValue::from_static("4.0"));
        answer
    }

    pub(super) fn bytes(&self, kind: &'static str, bytes: Vec<u8>) -> Response {
        self.finish(([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response())
    }

    pub(super) fn accepted(&self) -> Response {
        self.finish(StatusCode::ACCEPTED.into_response())
    }

    pub(super) fn no_content(&self) -> Response {
        self.finish(StatusCode::NO_CONTENT.into_response())
    }

    /// Adds the headers that every answer has.
    fn finish(&self, mut answer: Response) -> Response {
        let (id, client_id) = access::ids(&self.asked.headers);
        answer.headers_mut().extend(trace(&id, &client_id));
        if self.asked.immutable() {
            let applied = HeaderValue::from_static("IdType=ImmutableId");
            answer.headers_mut().append("preference-applied", applied);
        }
        answer
    }
}
