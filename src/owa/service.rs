//! OWA's JSON service, called from a document on its own origin: ours, or OWA's full page where that is open
//! anyway.

use super::error::OwaError;
use super::family::IdFamily;
use super::profile::Profile;
use super::remote::{INBOX, RemoteFolder};
use super::session::{Identity, ServiceHeaders, prefer};
use super::wire::answer::{HttpAnswer, read_details};
use super::wire::list::{Listing, read_items};
use super::wire::request::{self, Call, MOST_RECIPIENTS, Transport};
use super::wire::{AnswerContext, FolderTree, read_folders, startup};
use crate::browser::{Context, FetchCall, Page};
use crate::model::{ItemFault, ItemKey, Looked, Sight, Tier};
use crate::secret::{ExposeSecret, SecretText, secret};
use chrono_tz::Tz;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How every answer is to be read: with the ids and in the zone that every call asks for.
const READING: AnswerContext = AnswerContext { family: IdFamily::Immutable, zone: Some(Tz::UTC) };

/// A list is refused so when its folder is not there.
const NO_FOLDER: [&str; 2] = ["ErrorFolderNotFound", "ErrorItemNotFound"];

/// The service of one mailbox.
pub(super) struct Service {
    profile: &'static Profile,
    page: Arc<Page>,
    limit: Duration,
    calls: u32,
}

impl Service {
    /// Opens the document; nothing is asked of OWA.
    pub(super) async fn open(
        context: &Context,
        profile: &'static Profile,
        headers: &ServiceHeaders,
        limit: Duration,
    ) -> Result<Self, OwaError> {
        let page = context.hidden_page().await?;
        page.open_blank(&headers.origin).await?;
        Ok(Self::within(profile, Arc::new(page), limit))
    }

    /// Called from a page of OWA's origin that is open already.
    pub(super) fn within(profile: &'static Profile, page: Arc<Page>, limit: Duration) -> Self {
        Self { profile, page, limit, calls: 0 }
    }

    /// One page of a folder's messages, newest first.
    pub(super) async fn list(
        &mut self,
        headers: &ServiceHeaders,
        folder: &RemoteFolder,
        offset: u32,
        count: u32,
    ) -> Result<Listing, OwaError> {
        self.find(headers, request::find_item(self.profile.versions.lists, folder, offset, count)).await
    }

    /// One page of a folder's messages, newest first, by ids, versions and times alone.
    pub(super) async fn ids(
        &mut self,
        headers: &ServiceHeaders,
        folder: &RemoteFolder,
        offset: u32,
    ) -> Result<Listing, OwaError> {
        self.find(headers, request::find_ids(self.profile.versions.lists, folder, offset)).await
    }

    async fn find(&mut self, headers: &ServiceHeaders, call: Call) -> Result<Listing, OwaError> {
        let answer = self.call(headers, call).await?;
        read_items(&answer, READING).map_err(without_folder)
    }

    /// Up to `request::MOST_ITEMS` whole items, by keys of either family. An item names itself by the family
    /// that every call asks for.
    pub(super) async fn items(
        &mut self,
        headers: &ServiceHeaders,
        keys: &[ItemKey],
    ) -> Result<Vec<Looked>, OwaError> {
        let answer = self.call(headers, request::get_item(self.profile.versions.items, keys)).await?;
        let items = read_details(&answer)?;
        if items.len() != keys.len() {
            return Err(OwaError::drift("GetItem answer", &answer));
        }
        let unreadable =
            || ItemFault { code: ItemFault::UNREADABLE.to_owned(), text: "an item without an id".to_owned() };
        let whole = |item: super::wire::item::Item| {
            let sight = item.whole(READING, MOST_RECIPIENTS).ok_or_else(unreadable)?;
            Ok(Sight { seen_by: Tier::Service.as_str().into(), ..sight })
        };
        Ok(keys.iter().cloned().zip(items.into_iter().map(|item| item.and_then(whole))).collect())
    }

    /// Every folder of the mailbox.
    pub(super) async fn folders(&mut self, headers: &ServiceHeaders) -> Result<FolderTree, OwaError> {
        let call = request::find_folder(self.profile.versions.lists);
        read_folders(&self.call(headers, call).await?)
    }

    /// The id of the inbox.
    pub(super) async fn inbox_id(&mut self, headers: &ServiceHeaders) -> Result<String, OwaError> {
        let call = request::get_folder(self.profile.versions.lists, &INBOX);
        let answer = self.call(headers, call).await?;
        let folder = read_folders(&answer)?.folders.into_iter().next();
        folder.map(|folder| folder.id).ok_or_else(|| OwaError::drift("folder answer", &answer))
    }

    /// Whose mailbox it is, where no startup data has said it.
    pub(super) async fn identity(&mut self, headers: &ServiceHeaders) -> Result<Identity, OwaError> {
        let answer = self.call(headers, request::configuration()).await?;
        let inbox_id = self.inbox_id(headers).await?;
        let identity = startup::read_configuration(&answer, Some(inbox_id));
        identity.ok_or_else(|| OwaError::drift("configuration", &answer))
    }

    async fn call(&mut self, headers: &ServiceHeaders, call: Call) -> Result<Value, OwaError> {
        let what = call.action;
        self.calls += 1;
        let fetch = self.fetch_call(headers, call, self.canary().await)?;
        let answer = self.page.fetch(&fetch).await?;
        if answer.redirected {
            return Err(OwaError::Unauthorized { status: 302 });
        }
        HttpAnswer { status: answer.status, headers: &answer.headers, body: answer.body.as_bytes() }
            .json(what)
    }

    /// What the cookie holds that calls repeat, if there is one: any answer may have brought a new one.
    async fn canary(&self) -> Option<SecretText> {
        let name = self.profile.cookies.canary;
        let value =
            "document.cookie.split('; ').find((pair) => pair.startsWith(name))?.slice(name.length) ?? null";
        let script = format!("((name) => {value})('{name}=')");
        self.page.eval::<Option<String>>(&script).await.ok().flatten().map(secret)
    }

    /// The call as the page's own script would make it.
    fn fetch_call(
        &self,
        headers: &ServiceHeaders,
        call: Call,
        canary: Option<SecretText>,
    ) -> Result<FetchCall, OwaError> {
        let Profile { paths, headers: names, .. } = self.profile;
        let (path, action) = (format!("{}{}", headers.path, paths.service), call.action);
        let address = format!("{path}?action={action}&app=Mail&n={}", self.calls);
        let url = headers.origin.join(&address).map_err(|_| OwaError::Session)?;
        let is_ours = |name: &str| name == "prefer" || (name == names.canary && canary.is_some());
        let of_session = headers.headers.iter().filter(|(name, _)| !is_ours(name));
        let mut sent: Vec<(String, SecretText)> =
            of_session.map(|(name, value)| (name.clone(), secret(value.expose_secret().clone()))).collect();
        sent.extend(canary.map(|canary| (names.canary.to_owned(), canary)));
        sent.push((names.action.to_owned(), secret(call.action.to_owned())));
        sent.push(("content-type".to_owned(), secret("application/json; charset=utf-8".to_owned())));
        sent.push(("prefer".to_owned(), secret(prefer(headers.header("prefer")))));
        let body = match call.post() {
            Transport::Header(encoded) => {
                sent.push((names.posted.to_owned(), secret(encoded)));
                None
            }
            Transport::Body(json) => Some(json),
        };
        Ok(FetchCall { method: "POST".to_owned(), url, headers: sent, body, limit: self.limit })
    }
}

fn without_folder(error: OwaError) -> OwaError {
    let is_absent = matches!(&error, OwaError::Service { code } if NO_FOLDER.contains(&code.as_str()));
    if is_absent { OwaError::NoFolder } else { error }
}
