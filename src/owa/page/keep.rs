//! Keeps what the page fetches for itself.

use super::super::error::OwaError;
use super::super::family::IdFamily;
use super::super::remote::{INBOX, RemoteFolder};
use super::super::session::preferred;
use super::super::wire::answer::HttpAnswer;
use super::super::wire::list::{Listing, read_conversations, read_items};
use super::super::wire::startup::{self, Startup};
use super::super::wire::{AnswerContext, FolderInfo, request};
use super::{FullPage, speaker};
use crate::browser::Exchange;
use crate::dates;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use url::Url;

/// The folders that the page was seen to ask for, where none is known.
#[derive(Default)]
pub(super) struct MetFolders(HashMap<String, RemoteFolder>);

impl MetFolders {
    /// The folder of an id: that which was shown when it was first met. An answer that comes late, when
    /// another is shown already, has been met.
    fn folder(&mut self, id: &str, showing: &RemoteFolder) -> RemoteFolder {
        self.0.entry(id.to_owned()).or_insert_with(|| showing.clone()).clone()
    }
}

impl FullPage {
    pub(super) fn keep(&mut self, exchange: &Exchange) {
        let Ok(url) = Url::parse(&exchange.url) else { return };
        let Ok(body) = &exchange.body else { return };
        let answer = HttpAnswer { status: exchange.status, headers: &exchange.response_headers, body };
        if url.path().to_lowercase().ends_with(self.profile.paths.startup) {
            return self.keep_startup(exchange, &answer);
        }
        if !self.is_own(exchange) {
            return;
        }
        if exchange.status == 200 {
            self.headers.of_call(self.profile, exchange, self.clock.now());
        }
        let in_query = url.query_pairs().find(|(key, _)| key == "action").map(|(_, action)| action);
        let in_header = || exchange.header(self.profile.headers.action).map(Cow::Borrowed);
        match in_query.or_else(in_header).as_deref() {
            Some("FindItem") => self.keep_list(exchange, &answer, read_items),
            Some("FindConversation") => self.keep_list(exchange, &answer, read_conversations),
            _ => {}
        }
    }

    /// Whether a request is for the account's own mailbox.
    fn is_own(&self, exchange: &Exchange) -> bool {
        let named = speaker::named_mailbox(self.profile, exchange);
        named.is_none_or(|named| self.address.as_ref() == Some(&named))
    }

    fn keep_startup(&mut self, exchange: &Exchange, answer: &HttpAnswer<'_>) {
        // The page asks again, up to five times.
        if exchange.status == 404 {
            return;
        }
        match startup::read(answer, family(exchange)) {
            Ok(startup) => {
                if startup.is_of_another {
                    return;
                }
                self.headers.of_startup(self.profile, exchange, self.clock.now());
                let listed = startup.listed();
                let Startup { identity, folders, page_one, is_divided, is_sorted_otherwise, .. } = startup;
                self.address = Some(identity.address.clone());
                self.zone = identity.settings.time_zone.as_deref().and_then(dates::zone);
                self.tree = folders;
                if let Some(listed) = listed {
                    let is_part = is_sorted_otherwise || (is_divided && listed == INBOX);
                    self.add(listed, page_one, is_part);
                }
                self.started = Some(Ok(identity));
            }
            // The page itself sees to these: it fetches a new token, or tries again.
            Err(OwaError::Unauthorized { .. } | OwaError::Service { .. }) => {}
            Err(error) => {
                if error.is_drift() && exchange.status == 200 {
                    self.headers.of_startup(self.profile, exchange, self.clock.now());
                }
                if let OwaError::Drift { what, seen } = &error {
                    self.add(INBOX, Err(OwaError::Drift { what, seen: seen.clone() }), false);
                }
                self.started = Some(Err(error));
            }
        }
    }

    fn keep_list(
        &mut self,
        exchange: &Exchange,
        answer: &HttpAnswer<'_>,
        read: fn(&Value, AnswerContext) -> Result<Listing, OwaError>,
    ) {
        let Some(asked) = asked(exchange, self.profile.headers.posted) else { return };
        let folder = request::asked_folder(&asked).and_then(|id| self.folder(&id));
        let Some(folder) = folder else { return };
        let reading =
            AnswerContext { family: family(exchange), zone: request::asked_zone(&asked).or(self.zone) };
        let rows = answer.json("list answer").and_then(|value| read(&value, reading));
        if rows.as_ref().is_ok_and(|rows| self.is_of_another(&folder, rows.remote_id.as_deref())) {
            return;
        }
        self.add(folder, rows, !request::asks_for_all(&asked));
    }

    /// The folder that a distinguished id or a folder's own id names.
    fn folder(&mut self, id: &str) -> Option<RemoteFolder> {
        let known = || match self.tree.folders.as_slice() {
            [] => Some(self.met.folder(id, &self.showing)),
            folders => folders.iter().find(|folder| folder.id == id).map(FolderInfo::remote),
        };
        RemoteFolder::standard(id).or_else(known)
    }

    /// Whether rows say that they lie in a folder other than the one that was asked for.
    fn is_of_another(&self, folder: &RemoteFolder, listed: Option<&str>) -> bool {
        let known = self.tree.get(folder).map(|known| known.id.as_str());
        known.zip(listed).is_some_and(|(known, listed)| known != listed)
    }

    fn add(&mut self, folder: RemoteFolder, rows: Result<Listing, OwaError>, partial: bool) {
        let list = self.lists.entry(folder).or_default();
        list.fetched.partial |= partial;
        list.add(rows);
    }
}

/// Which ids the page asked for.
fn family(exchange: &Exchange) -> IdFamily {
    preferred(exchange.header("prefer"))
}

/// The request's JSON, from the header of this name or its body.
fn asked(exchange: &Exchange, posted: &str) -> Option<String> {
    let header = exchange.header(posted);
    let decoded = header.and_then(|data| percent_decode_str(data).decode_utf8().ok());
    decoded.map(Cow::into_owned).or_else(|| exchange.request_body.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_answer_is_not_that_of_the_folder_that_is_shown_meanwhile() {
        let sent = RemoteFolder::standard("sentitems").expect("a word");
        let mut met = MetFolders::default();
        assert_eq!(met.folder("AAMkInbox=", &INBOX), INBOX);
        assert_eq!(met.folder("AAMkInbox=", &sent), INBOX, "it was asked for before the other was shown");
        assert_eq!(met.folder("AAMkSent=", &sent), sent);
    }
}
