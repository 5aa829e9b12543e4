//! A client of Graph in a few lines. Every answer is held against Microsoft's schema.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use bytes::Bytes;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::schema;
use crate::graph::{Quirk, Settings};
use crate::sim::{Options, Sim};
use crate::{ContactDraft, TruthContact};

pub(super) const IMMUTABLE: (&str, &str) = ("prefer", "IdType=\"ImmutableId\"");
pub(super) const OUR_ID: &str = "String {0b5c6f2e-7d1a-4c36-9f6e-2f1f7c0a9d11} Name OurId";

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Bytes,
    pub(super) body: Value,
}

impl Answer {
    /// Status and `error.code`.
    pub(super) fn refusal(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or_default())
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.body)).to_owned()
    }

    /// A member of each item.
    pub(super) fn each(&self, name: &str) -> Vec<String> {
        texts(self.body["value"].as_array().unwrap_or_else(|| panic!("no value in {}", self.body)), name)
    }
}

/// A member of each item; nothing for items without it.
pub(super) fn texts(items: &[Value], name: &str) -> Vec<String> {
    items.iter().map(|item| item[name].as_str().unwrap_or_default().to_owned()).collect()
}

pub(super) struct Graph {
    pub(super) sim: Sim,
    pub(super) smtp: String,
    pub(super) token: String,
    router: Router,
}

impl Graph {
    pub(super) fn new() -> Self {
        Self::with_contacts(0)
    }

    pub(super) fn with_contacts(contacts: usize) -> Self {
        Self::of(&Options { messages: 0, contacts, ..Options::default() }, "Contacts.ReadWrite User.Read")
    }

    /// Of a mailbox with so many messages, for who may read mail.
    pub(super) fn with_mail(messages: usize) -> Self {
        Self::of(&Options { messages, contacts: 0, ..Options::default() }, "Mail.Read")
    }

    fn of(options: &Options, scopes: &str) -> Self {
        let sim = Sim::new(options);
        let smtp = sim.accounts().remove(0).smtp;
        let token = sim.access_token(&smtp, scopes).unwrap();
        let router = crate::graph::router(sim.clone());
        Self { sim, smtp, token, router }
    }

    pub(super) async fn send(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let address =
            address.strip_prefix("https://graph.microsoft.com").unwrap_or(address).replace(' ', "%20");
        let address = address.as_str();
        let mut request = Request::builder().method(method).uri(address);
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).unwrap();
        let (head, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        schema::check(address, &body);
        Answer { status: head.status.as_u16(), headers: head.headers, bytes, body }
    }

    pub(super) async fn get(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", address, headers, Body::empty()).await
    }

    pub(super) async fn with(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let kind = ("content-type", "application/json");
        self.send(method, address, &[headers, &[kind]].concat(), Body::from(body.to_string())).await
    }

    pub(super) async fn post(&self, body: Value) -> Answer {
        self.with("POST", "/v1.0/me/contacts", &[], body).await
    }

    pub(super) async fn patch(&self, id: &str, body: Value) -> Answer {
        self.with("PATCH", &format!("/v1.0/me/contacts/{id}"), &[], body).await
    }

    /// The contact with this id, by a GET.
    pub(super) async fn contact(&self, id: &str) -> Answer {
        self.get(&format!("/v1.0/me/contacts/{id}"), &[]).await
    }

    /// Follows a round to its end: its items, and the link to the next.
    pub(super) async fn round(&self, start: &str, prefer: &str) -> (Vec<Value>, String) {
        let (mut items, mut address) = (Vec::new(), start.to_owned());
        for _ in 0..1000 {
            let page = self.get(&address, &[("prefer", prefer)]).await;
            assert_eq!(page.status, 200, "{}", page.body);
            items.extend(page.body["value"].as_array().unwrap().clone());
            match page.body["@odata.nextLink"].as_str() {
                Some(next) => next.clone_into(&mut address),
                None => return (items, page.text("@odata.deltaLink")),
            }
        }
        panic!("no end after 1000 pages")
    }

    pub(super) fn add(&self, members: &Value) -> TruthContact {
        let draft: ContactDraft = serde_json::from_value(json!({ "members": members })).unwrap();
        self.sim.add_contact(&self.smtp, &draft).unwrap()
    }

    pub(super) fn edit(&self, id: &str, members: &Value) -> TruthContact {
        let draft: ContactDraft = serde_json::from_value(json!({ "members": members })).unwrap();
        self.sim.edit_contact(&self.smtp, id, &draft).unwrap()
    }

    pub(super) fn set(&self, change: impl Fn(&mut Settings)) {
        self.sim.set(None, |settings| change(&mut settings.graph));
    }

    pub(super) fn quirk(&self, quirk: Quirk) {
        self.set(|graph| graph.quirks = [quirk].into());
    }
}
