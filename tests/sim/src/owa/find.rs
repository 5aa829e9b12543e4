//! The list: `FindItem` and `FindConversation`.

use serde_json::Value;

use super::actions::Seen;
use super::conversation::{self, Thread};
use super::envelope::{ItemError, Outcome};
use super::item;
use super::lens::Lens;
use super::object::{Object, object, typed_in_cloud};
use super::shape::Members;
use super::{folders, paging};
use crate::world::{DRAFTS, Message, SENT};

/// One entry of `FindItem`: the messages of a folder. Without a shape's name it is answered too (live session
/// of 2026-03).
pub(super) fn items(lens: &Lens, body: &Value, parent: &Value, seen: &mut Seen) -> Outcome {
    if body["Traversal"] == "Deep" {
        let text = "Invalid argument used to call method FindItem";
        return Err(ItemError("ErrorInvalidArgument", text.to_owned()));
    }
    let folder = folders::named(lens, parent)?;
    let mut messages = lens.in_folder(folder);
    if goes_by_renewal(body) {
        messages.sort_by_key(|m| std::cmp::Reverse(m.listed_at()));
    }
    let filter = Filter::of(body);
    if filter != Filter::default() {
        messages.retain(|m| filter.keeps(lens, m));
    }
    if body["SortOrder"][0]["Order"] == "Ascending" {
        messages.reverse();
    }
    let view = item_view(lens, &messages, &body["Paging"], &Members::of(body), seen);
    Ok(view.maybe("SearchFolderId", search_folder(lens, body, folder)))
}

/// Whether a list goes by the time at which its rows were renewed, as the page's own lists do.
fn goes_by_renewal(body: &Value) -> bool {
    let field = body["SortOrder"][0]["Path"]["FieldURI"].as_str();
    field.is_some_and(|field| field.ends_with("OrRenewTime"))
}

/// One half of a divided folder is a search folder of its own.
fn search_folder(lens: &Lens, body: &Value, folder: usize) -> Option<Value> {
    let half = body["FocusedViewFilter"].as_u64()?;
    Some(lens.search_folder_id(folder, half))
}

fn item_view(
    lens: &Lens,
    messages: &[&Message],
    paging: &Value,
    members: &Members,
    seen: &mut Seen,
) -> Object {
    let position = |key: &str| messages.iter().position(|m| m.instance_key() == key);
    let wanted = paging::rows(paging, messages.len(), lens.most_rows, position);
    seen.returned(messages[wanted.clone()].iter().map(|m| lens.id(m)));
    let rows: Vec<Value> = messages[wanted.clone()].iter().map(|m| item::row(lens, m, members)).collect();
    let root = typed_in_cloud(lens.style, "FindItemParentWrapper")
        .put("IncludesLastItemInRange", wanted.end == messages.len())
        .put("IndexedPagingOffset", wanted.end)
        .put("TotalItemsInView", lens.total(messages.len()))
        .put("Groups", Value::Null)
        .put("Items", rows);
    object().put("HighlightTerms", Value::Null).put("RootFolder", root.done())
}

/// The body of `FindConversation`: the conversations of a folder.
pub(super) fn conversations(lens: &Lens, body: &Value, seen: &mut Seen) -> Outcome {
    if body["ShapeName"].as_str().is_none() {
        let text = "There is no query string, traversal not allowed.";
        return Err(ItemError("ErrorInvalidOperation", text.to_owned()));
    }
    let folder = folders::named(lens, &body["ParentFolderId"]["BaseFolderId"])?;
    let filter = Filter::of(body);
    let mut threads = conversation::threads(lens, folder, |m| filter.keeps(lens, m));
    if goes_by_renewal(body) {
        threads.sort_by_key(|thread| std::cmp::Reverse(thread.listed_at()));
    }
    if body["SortOrder"][0]["Order"] == "Ascending" {
        threads.reverse();
    }
    let view = conversation_view(lens, folder, &threads, &body["Paging"], seen);
    let view = view.maybe("SearchFolderId", search_folder(lens, body, folder));
    Ok(view.maybe("FolderId", lens.style.is_cloud().then(|| lens.folder_id(&lens.mailbox.folders[folder]))))
}

fn conversation_view(
    lens: &Lens,
    folder: usize,
    threads: &[Thread],
    paging: &Value,
    seen: &mut Seen,
) -> Object {
    let position = |key: &str| threads.iter().position(|t| t.instance_key == key);
    let wanted = paging::rows(paging, threads.len(), lens.most_rows, position);
    let recipients = [SENT, DRAFTS].contains(&folder);
    let rows: Vec<Value> = threads[wanted.clone()].iter().map(|t| t.row(lens, recipients)).collect();
    seen.returned(threads[wanted.clone()].iter().map(|t| t.id));
    object()
        .put("Conversations", rows)
        .put("TotalConversationsInView", lens.total(threads.len()))
        .put("IndexedOffset", wanted.end)
}

/// `FocusedViewFilter`, `ViewFilter` and `QueryString`, as far as they leave something out.
#[derive(Default, PartialEq, Eq)]
struct Filter<'a> {
    is_focused: Option<bool>,
    view: Option<&'a str>,
    query: Option<&'a str>,
}

impl<'a> Filter<'a> {
    fn of(body: &'a Value) -> Self {
        let is_focused = match body["FocusedViewFilter"].as_i64() {
            Some(0) => Some(true),
            Some(1) => Some(false),
            _ => None,
        };
        let view = body["ViewFilter"].as_str().filter(|view| *view != "All");
        Self { is_focused, view, query: body["QueryString"]["Value"].as_str() }
    }

    fn keeps(&self, lens: &Lens, message: &Message) -> bool {
        self.is_focused.is_none_or(|focused| message.is_focused() == focused)
            && self.view.is_none_or(|view| is_in_view(lens, view, message))
            && self.query.is_none_or(|query| says(message, query))
    }
}

fn is_in_view(lens: &Lens, view: &str, message: &Message) -> bool {
    match view {
        "Unread" => !message.read,
        "Flagged" => message.flagged,
        "HasFile" => !message.attachments.is_empty(),
        "ToOrCcMe" => {
            message.to.iter().chain(&message.cc).any(|one| one.address == lens.mailbox.account.smtp)
        }
        "HasCalendarInvite" => message.meeting.is_some(),
        // Nobody is mentioned here, and nothing is in a category.
        "Mentioned" | "UserCategory" => false,
        _ => true,
    }
}

/// Whether every word of a query stands in subject, sender or text, whatever field the query names.
fn says(message: &Message, query: &str) -> bool {
    let sender = message.from.iter().flat_map(|from| [from.name.as_str(), from.address.as_str()]);
    let texts = message.subject.as_deref().into_iter().chain(sender).chain([message.text.as_str()]);
    let texts = texts.collect::<Vec<_>>().join("\n").to_lowercase();
    let words = query
        .split(|c: char| c.is_whitespace() || c == '"')
        .map(|word| word.rsplit(':').next().unwrap_or(word));
    words.into_iter().all(|word| texts.contains(&word.to_lowercase()))
}
