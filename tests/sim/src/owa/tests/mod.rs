//! What the service answers, as a browser with its cookies and its bearer would see it.

mod failing;
mod listing;
mod paths;
mod reading;
mod views;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::sessions::What;
use crate::{Account, Options, Sim};

/// An account that is signed in.
struct Client {
    sim: Sim,
    account: Account,
    owa: String,
    bearer: String,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The only entry of the batch.
    fn message(&self) -> Value {
        self.json()["Body"]["ResponseMessages"]["Items"][0].clone()
    }
}

/// A day in winter whose 60 days before reach into summer time.
fn winter() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn options() -> Options {
    Options { now: Some(winter()), accounts: 3, messages: 90, ..Options::default() }
}

/// The account with this index, signed in: 0 New York, 1 Berlin, 2 London.
fn client(index: usize) -> Client {
    Client::of(Sim::new(&options()), index)
}

impl Client {
    fn of(sim: Sim, index: usize) -> Self {
        let account = sim.accounts()[index].clone();
        let (owa, bearer) = (sim.grant(What::Owa, &account.smtp), sim.grant(What::Bearer, &account.smtp));
        Self { sim, account, owa, bearer }
    }

    fn smtp(&self) -> &str {
        &self.account.smtp
    }

    fn request(&self, path: &str) -> axum::http::request::Builder {
        let request =
            Request::post(path).header("cookie", format!("UC=1; OpenIdConnect.token.v1={}", self.owa));
        request.header("authorization", format!("Bearer {}", self.bearer))
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = super::router(self.sim.clone()).oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        Answer { status: head.status, headers: head.headers, body: body.into() }
    }

    async fn call(&self, action: &str, json: &Value) -> Answer {
        let request = self.request(&format!("/owa/service.svc?action={action}&app=Mail&n=1"));
        self.send(request.body(json.to_string().into()).unwrap()).await
    }

    async fn startup(&self) -> Answer {
        let request = self.request("/owa/startupdata.ashx?app=Mail&n=0").header("x-message-count", "20");
        self.send(request.body(Body::empty()).unwrap()).await
    }
}

fn envelope(contract: &str, zone: Option<&str>, body: &Value) -> Value {
    let header = match zone {
        None => json!({"RequestServerVersion": "V2018_01_08"}),
        Some(id) => {
            json!({"RequestServerVersion": "V2018_01_08", "TimeZoneContext": {"TimeZoneDefinition": {"Id": id}}})
        }
    };
    json!({"__type": format!("{contract}JsonRequest:#Exchange"), "Header": header, "Body": body})
}

/// `FolderId` or `DistinguishedFolderId`.
fn folder_id(contract: &str, id: &str) -> Value {
    json!({"__type": format!("{contract}:#Exchange"), "Id": id})
}

fn offset(start: usize, most: usize) -> Value {
    json!({"__type": "IndexedPageView:#Exchange", "BasePoint": "Beginning", "Offset": start, "MaxEntriesReturned": most})
}

fn seek(key: &Value, most: usize) -> Value {
    let constant = json!({"__type": "Constant:#Exchange", "Value": key});
    let field = json!({"__type": "PropertyUri:#Exchange", "FieldURI": "InstanceKey"});
    json!({
        "__type": "SeekToConditionPageView:#Exchange", "BasePoint": "Beginning", "MaxEntriesReturned": most,
        "Condition": {"Item": {"__type": "IsEqualTo:#Exchange", "Item": field, "FieldURIOrConstant": {"Item": constant}}},
    })
}

fn find_items(folder: &str, paging: &Value) -> Value {
    let body = json!({
        "ParentFolderIds": [folder_id("DistinguishedFolderId", folder)], "ItemShape": {"BaseShape": "IdOnly"},
        "ShapeName": "MailListItem", "Traversal": "Shallow", "Paging": paging,
    });
    envelope("FindItem", None, &body)
}

fn find_conversations(folder: &str, paging: &Value) -> Value {
    let parent = json!({"BaseFolderId": folder_id("DistinguishedFolderId", folder)});
    let body = json!({"ParentFolderId": parent, "ShapeName": "ReactConversationListView", "Paging": paging});
    envelope("FindConversation", None, &body)
}

fn get_items(ids: &[&str], shape: &str) -> Value {
    let ids: Vec<Value> = ids.iter().map(|id| json!({"__type": "ItemId:#Exchange", "Id": id})).collect();
    let item_shape =
        json!({"BaseShape": "IdOnly", "CssScopeClassName": "rps_ab12", "MaximumRecipientsToReturn": 20});
    envelope("GetItem", None, &json!({"ItemShape": item_shape, "ItemIds": ids, "ShapeName": shape}))
}

fn get_conversation(id: &str, more: &Value) -> Value {
    let asked = json!([{"ConversationId": {"__type": "ItemId:#Exchange", "Id": id}, "SyncState": ""}]);
    let mut body =
        json!({"Conversations": asked, "ItemShape": {"BaseShape": "IdOnly"}, "ShapeName": "ItemPart"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    envelope("GetConversationItems", None, &body)
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}
