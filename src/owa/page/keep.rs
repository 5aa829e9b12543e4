//! Keeps what the page fetches for itself.

use super::super::error::OwaError;
use super::super::family::IdFamily;
use super::super::remote::{INBOX, RemoteFolder};
use super::super::session::{ServiceHeaders, preferred};
use super::super::wire::answer::HttpAnswer;
use super::super::wire::list::{Listing, read_conversations, read_items};
use super::super::wire::startup::{self, Startup};
use super::super::wire::{AnswerContext, FolderInfo, request};
use super::FullPage;
use crate::browser::Exchange;
use crate::dates;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::borrow::Cow;
use url::Url;

impl FullPage {
    pub(super) fn keep(&mut self, exchange: &Exchange) {
        let Ok(url) = Url::parse(&exchange.url) else { return };
        let Ok(body) = &exchange.body else { return };
        let answer = HttpAnswer { status: exchange.status, headers: &exchange.response_headers, body };
        if exchange.status == 200
            && let Some(headers) = ServiceHeaders::of_request(self.profile, exchange, self.clock.now())
        {
            self.headers = Some(headers);
        }
        match url.query_pairs().find(|(key, _)| key == "action").as_ref().map(|(_, action)| action.as_ref()) {
            Some("FindItem") => self.keep_list(exchange, &answer, read_items),
            Some("FindConversation") => self.keep_list(exchange, &answer, read_conversations),
            _ if url.path().ends_with(self.profile.paths.startup) => self.keep_startup(exchange, &answer),
            _ => {}
        }
    }

    fn keep_startup(&mut self, exchange: &Exchange, answer: &HttpAnswer<'_>) {
        // The page asks again, up to five times.
        if exchange.status == 404 {
            return;
        }
        match startup::read(answer, family(exchange)) {
            Ok(startup) => {
                let listed = startup.listed();
                let Startup { identity, folders, page_one, is_divided } = startup;
                self.zone = identity.settings.time_zone.as_deref().and_then(dates::zone);
                self.tree = folders;
                let is_divided = is_divided && listed == INBOX;
                self.add(listed, page_one, is_divided);
                self.started = Some(Ok(identity));
            }
            // The page itself sees to these: it fetches a new token, or tries again.
            Err(OwaError::Unauthorized { .. } | OwaError::Service { .. }) => {}
            Err(error) => {
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
        let Some(folder) = self.folder(request::asked_folder(&asked).as_deref()) else { return };
        let reading =
            AnswerContext { family: family(exchange), zone: request::asked_zone(&asked).or(self.zone) };
        let rows = answer.json("list answer").and_then(|value| read(&value, reading));
        self.add(folder, rows, !request::asks_for_all(&asked));
    }

    /// The folder that a distinguished id or a folder's own id names. Where no folder is known, the page asks
    /// for the one that it shows.
    fn folder(&self, id: Option<&str>) -> Option<RemoteFolder> {
        let id = id?;
        let known = || match self.tree.folders.as_slice() {
            [] => Some(self.showing.clone()),
            folders => folders.iter().find(|folder| folder.id == id).map(FolderInfo::remote),
        };
        RemoteFolder::standard(id).or_else(known)
    }

    fn add(&mut self, folder: RemoteFolder, rows: Result<Listing, OwaError>, partial: bool) {
        let list = self.lists.entry(folder).or_default();
        list.fetched.partial |= partial;
        list.add(rows);
    }
}

/// Which ids the page asked for.
fn family(exchange: &Exchange) -> IdFamily {
    let prefer = exchange.request_headers.iter().find(|(name, _)| name == "prefer");
    preferred(prefer.map(|(_, wishes)| wishes.as_str()))
}

/// The request's JSON, from the header of this name or its body.
fn asked(exchange: &Exchange, posted: &str) -> Option<String> {
    let header = exchange.request_headers.iter().find(|(name, _)| name == posted);
    let decoded = header.and_then(|(_, data)| percent_decode_str(data).decode_utf8().ok());
    decoded.map(Cow::into_owned).or_else(|| exchange.request_body.clone())
}
