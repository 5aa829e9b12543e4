//! Requests to OWA's service, and how they travel.

use crate::model::ItemKey;
use crate::owa::remote::RemoteFolder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// How many recipients of a line to ask for; OWA's own page asks for 20.
pub(in crate::owa) const MOST_RECIPIENTS: usize = 500;
/// How many items one `GetItem` asks for.
pub(in crate::owa) const MOST_ITEMS: usize = 20;
/// How many items one page by ids alone asks for; pages of 2,000 rows were answered.
pub(in crate::owa) const MOST_IDS: u32 = 500;
/// How many folders one `FindFolder` asks for.
const MOST_FOLDERS: u32 = 1000;
/// How many bytes of a body to ask for: what OWA's own page asks for.
pub(in crate::owa) const LARGEST_BODY: u32 = 2_097_152;
/// OWA's own page moves a longer text from the header to the body.
const LONGEST_HEADER: usize = 2048;
/// All but what `encodeURIComponent` leaves alone.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// An object of a contract. Its `__type` comes first: the server's reader insists on it.
struct Contract {
    name: &'static str,
    members: Vec<(&'static str, Member)>,
}

enum Member {
    One(Contract),
    Many(Vec<Contract>),
    Plain(Value),
}

impl Contract {
    fn new(name: &'static str) -> Self {
        Self { name, members: Vec::new() }
    }

    fn with(mut self, key: &'static str, member: impl Into<Member>) -> Self {
        self.members.push((key, member.into()));
        self
    }
}

impl From<Contract> for Member {
    fn from(one: Contract) -> Self {
        Self::One(one)
    }
}

impl From<Vec<Contract>> for Member {
    fn from(many: Vec<Contract>) -> Self {
        Self::Many(many)
    }
}

macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Member {
            fn from(plain: $kind) -> Self {
                Self::Plain(Value::from(plain))
            }
        }
    )*};
}
plain!(&str, bool, u32, i32, usize);

impl Serialize for Contract {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.members.len() + 1))?;
        map.serialize_entry("__type", &format!("{}:#Exchange", self.name))?;
        for (key, member) in &self.members {
            map.serialize_entry(key, member)?;
        }
        map.end()
    }
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(one) => one.serialize(to),
            Self::Many(many) => many.serialize(to),
            Self::Plain(plain) => plain.serialize(to),
        }
    }
}

/// A call to make: its action and its JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::owa) struct Call {
    /// `FindItem`, `GetItem`, `FindFolder`, `GetFolder`, `GetOwaUserConfiguration`.
    pub(in crate::owa) action: &'static str,
    /// The request, as JSON.
    pub(in crate::owa) json: String,
}

/// How a call travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::owa) enum Transport {
    /// In `X-OWA-UrlPostData`, percent-encoded, with an empty body.
    Header(String),
    /// In the body, as JSON.
    Body(String),
}

impl Call {
    fn new(
        action: &'static str,
        version: &'static str,
        request: (&'static str, &'static str),
        body: Contract,
    ) -> Self {
        let zone = Contract::new("TimeZoneDefinitionType").with("Id", "UTC");
        let header = Contract::new("JsonRequestHeaders")
            .with("RequestServerVersion", version)
            .with("TimeZoneContext", Contract::new("TimeZoneContext").with("TimeZoneDefinition", zone));
        let whole = Contract::new(request.0)
            .with("Header", header)
            .with("Body", Contract { name: request.1, ..body });
        Self { action, json: serde_json::to_string(&whole).expect("keys are text and nothing else can fail") }
    }

    /// In the header while it is short.
    pub(in crate::owa) fn post(self) -> Transport {
        let encoded = utf8_percent_encode(&self.json, ENCODED).to_string();
        if encoded.len() > LONGEST_HEADER { Transport::Body(self.json) } else { Transport::Header(encoded) }
    }
}

/// One page of a folder's messages, newest first.
pub(in crate::owa) fn find_item(
    version: &'static str,
    folder: &RemoteFolder,
    offset: u32,
    count: u32,
) -> Call {
    let shape = Contract::new("ItemResponseShape").with("BaseShape", "IdOnly");
    let body = find(folder, page(offset, count), shape).with("ShapeName", "MailListItem");
    Call::new("FindItem", version, ("FindItemJsonRequest", "FindItemRequest"), body)
}

/// The same page by ids, versions, times and classes alone: a shape without a name has nothing but what it asks for. The
/// folder of an item has a word of its own: `ParentFolderId` is that of a folder, which no item has.
pub(in crate::owa) fn find_ids(version: &'static str, folder: &RemoteFolder, offset: u32) -> Call {
    let more = ["DateTimeReceived", "ItemParentId", "ItemClass"].map(property).into();
    let shape = Contract::new("ItemResponseShape")
        .with("BaseShape", "IdOnly")
        .with("AdditionalProperties", Member::Many(more));
    let body = find(folder, page(offset, MOST_IDS), shape);
    Call::new("FindItem", version, ("FindItemJsonRequest", "FindItemRequest"), body)
}

fn find(folder: &RemoteFolder, page: Contract, shape: Contract) -> Contract {
    let by_date =
        Contract::new("SortResults").with("Order", "Descending").with("Path", property("DateTimeReceived"));
    Contract::new("")
        .with("ParentFolderIds", vec![folder_id(folder)])
        .with("ItemShape", shape)
        .with("Traversal", "Shallow")
        .with("Paging", page)
        .with("ViewFilter", "All")
        .with("FocusedViewFilter", -1)
        .with("IsWarmUpSearch", false)
        .with("SortOrder", vec![by_date])
}

fn property(name: &'static str) -> Contract {
    Contract::new("PropertyUri").with("FieldURI", name)
}

/// Whole items, in the shape of the reading pane: bodies, recipients, Internet message ids.
pub(in crate::owa) fn get_item(version: &'static str, keys: &[ItemKey]) -> Call {
    let ids = keys.iter().map(|key| Contract::new("ItemId").with("Id", key.id.as_str())).collect::<Vec<_>>();
    let shape = Contract::new("ItemResponseShape")
        .with("BaseShape", "IdOnly")
        .with("AddBlankTargetToLinks", true)
        .with("BlockContentFromUnknownSenders", false)
        .with("BlockExternalImagesIfSenderUntrusted", true)
        .with("ClientSupportsIrm", true)
        .with("FilterHtmlContent", true)
        .with("MaximumBodySize", LARGEST_BODY)
        .with("MaximumRecipientsToReturn", MOST_RECIPIENTS);
    let body = Contract::new("")
        .with("ItemIds", ids)
        .with("ItemShape", shape)
        .with("ShapeName", "ItemNormalizedBody");
    Call::new("GetItem", version, ("GetItemJsonRequest", "GetItemRequest"), body)
}

/// Every folder below the root, in the shape of the folder pane.
pub(in crate::owa) fn find_folder(version: &'static str) -> Call {
    let body = Contract::new("")
        .with("FolderShape", Contract::new("FolderResponseShape").with("BaseShape", "IdOnly"))
        .with("Paging", page(0, MOST_FOLDERS))
        .with("ParentFolderIds", vec![Contract::new("DistinguishedFolderId").with("Id", "msgfolderroot")])
        .with("ReturnParentFolder", true)
        .with("ShapeName", "Folder")
        .with("Traversal", "Deep");
    Call::new("FindFolder", version, ("FindFolderJsonRequest", "FindFolderRequest"), body)
}

fn page(offset: u32, count: u32) -> Contract {
    Contract::new("IndexedPageView")
        .with("BasePoint", "Beginning")
        .with("Offset", offset)
        .with("MaxEntriesReturned", count)
}

/// The configuration of who is signed in, which startup data has too.
pub(in crate::owa) fn configuration() -> Call {
    Call { action: "GetOwaUserConfiguration", json: "{}".to_owned() }
}

/// One folder: whose mailbox is this?
pub(in crate::owa) fn get_folder(version: &'static str, folder: &RemoteFolder) -> Call {
    let body = Contract::new("")
        .with("FolderShape", Contract::new("FolderResponseShape").with("BaseShape", "Default"))
        .with("FolderIds", vec![folder_id(folder)]);
    Call::new("GetFolder", version, ("GetFolderJsonRequest", "GetFolderRequest"), body)
}

fn folder_id(folder: &RemoteFolder) -> Contract {
    let contract = match folder {
        RemoteFolder::Standard(_) => "DistinguishedFolderId",
        RemoteFolder::Own(_) => "FolderId",
    };
    Contract::new(contract).with("Id", folder.id())
}

/// The folder that a request of OWA's own page asks for: a distinguished id or a plain one.
pub(in crate::owa) fn asked_folder(json: &str) -> Option<String> {
    let value: Value = serde_json::from_str(json).ok()?;
    let body = value.get("Body")?;
    let id =
        body.pointer("/ParentFolderId/BaseFolderId/Id").or_else(|| body.pointer("/ParentFolderIds/0/Id"));
    id?.as_str().map(str::to_owned)
}

/// Whether a request of OWA's own page asks for all of the folder, the newest first: not for the Focused part
/// of it, the unread, the flagged…, nor as the owner has it sorted by sender or size.
pub(in crate::owa) fn asks_for_all(json: &str) -> bool {
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    let focused = value.pointer("/Body/FocusedViewFilter").and_then(Value::as_i64);
    let filter = value.pointer("/Body/ViewFilter").and_then(Value::as_str);
    focused.is_none_or(|focused| focused < 0)
        && filter.is_none_or(|filter| filter == "All")
        && value.pointer("/Body/SortOrder").is_none_or(is_newest_first)
}

/// Whether a list with this `SortOrder` begins with the newest; where it says nothing, so it does. Fields of
/// time have that word in their names (`DateTimeReceived`, `ReceivedOrRenewTime`, `LastDeliveryOrRenewTime`).
pub(super) fn is_newest_first(sort: &Value) -> bool {
    let field = sort.pointer("/0/Path/FieldURI").and_then(Value::as_str);
    let order = sort.pointer("/0/Order").and_then(Value::as_str);
    field.is_none_or(|field| field.contains("Time")) && order != Some("Ascending")
}

/// The zone that a request of OWA's own page names.
pub(in crate::owa) fn asked_zone(json: &str) -> Option<chrono_tz::Tz> {
    let value: Value = serde_json::from_str(json).ok()?;
    crate::dates::zone(value.pointer("/Header/TimeZoneContext/TimeZoneDefinition/Id")?.as_str()?)
}
