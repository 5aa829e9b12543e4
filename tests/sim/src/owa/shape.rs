//! What a request says about items: which members, which body, how much of it.

use serde_json::Value;

use super::body::BodyShape;
use super::property::{self, Owner};

/// What `BaseShape: Default` cuts a body at, characters (live session of 2026).
const DEFAULT_BODY: usize = 2048;

/// What `BaseShape: Default` has of a folder beside its id (Exchange's web services).
const DEFAULT_FOLDER: [&str; 4] = ["DisplayName", "TotalCount", "ChildFolderCount", "UnreadCount"];

/// Which body the reading pane asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bodies {
    /// `NormalizedBody`, history and all.
    Normalized,
    /// `UniqueBody`: the new part.
    Unique,
    /// `Body`.
    Plain,
    /// None, but the MIME headers (`MessageDetails`).
    Headers,
    /// None.
    None,
}

impl Bodies {
    /// Which body a `ShapeName` means; without one, what base shape and additional properties ask for.
    pub(super) fn of(body: &Value) -> Self {
        match body["ShapeName"].as_str() {
            Some("ItemNormalizedBody") => Self::Normalized,
            Some("ItemBody" | "MailCompose") => Self::Plain,
            Some("MessageDetails") => Self::Headers,
            Some(name) if name.starts_with("ItemPart") => Self::Unique,
            Some(_) => Self::None,
            None => {
                let named = named(&body["ItemShape"]).any(|name| name == "Body");
                if named || base(body) != "IdOnly" { Self::Plain } else { Self::None }
            }
        }
    }
}

/// Which members an item or a folder has.
pub(super) enum Members {
    /// What its shape has.
    All,
    /// These, its type and its id.
    Named(Vec<String>),
}

impl Members {
    /// Of a shape's name, all that it stands for; else the narrow read by `IdOnly` and named properties.
    /// `MessageDetails` is the id and the headers alone (capture of 2018).
    pub(super) fn of(body: &Value) -> Self {
        match body["ShapeName"].as_str() {
            Some("MessageDetails") => Self::Named(vec!["ExtendedProperty".to_owned()]),
            None if base(body) == "IdOnly" => {
                Self::Named(named(&body["ItemShape"]).map(str::to_owned).collect())
            }
            Some(_) | None => Self::All,
        }
    }

    /// The same of folders.
    pub(super) fn of_folders(body: &Value) -> Self {
        let shape = &body["FolderShape"];
        let usual: &[&str] = match (body["ShapeName"].as_str(), shape["BaseShape"].as_str()) {
            (None, Some("IdOnly")) => &[],
            (None, Some("Default")) => &DEFAULT_FOLDER,
            _ => return Self::All,
        };
        Self::Named(usual.iter().copied().chain(named(shape)).map(str::to_owned).collect())
    }
}

/// What else a request says about items.
pub(super) struct ItemShape {
    pub(super) body: BodyShape,
    pub(super) members: Members,
    /// Longest recipient list.
    pub(super) most_recipients: usize,
}

impl ItemShape {
    pub(super) fn of(body: &Value) -> Self {
        let shape = &body["ItemShape"];
        let most = shape["MaximumRecipientsToReturn"].as_u64().filter(|n| *n > 0);
        let most_recipients = most.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        let mut text = BodyShape::of(shape);
        if base(body) == "Default" && body["ShapeName"].is_null() {
            text.most = text.most.min(DEFAULT_BODY);
        }
        Self { body: text, members: Members::of(body), most_recipients }
    }
}

/// Whether a request is one that the server fails over: `Default` with properties beside it.
pub(super) fn is_default_with_more(body: &Value) -> bool {
    base(body) == "Default" && named(&body["ItemShape"]).next().is_some()
}

/// Whether everything is asked for that an item has, over which the server fails where one is a meeting.
pub(super) fn is_all(body: &Value) -> bool {
    base(body) == "AllProperties" && body["ShapeName"].is_null()
}

fn base(body: &Value) -> &str {
    body["ItemShape"]["BaseShape"].as_str().unwrap_or("IdOnly")
}

/// Whether a property is named that only another kind of object has.
pub(super) fn has_foreign_property(body: &Value) -> bool {
    let foreign =
        |shape: &str, owner| uris(&body[shape]).filter_map(property::resolve).any(|(of, _)| of != owner);
    foreign("ItemShape", Owner::Item) || foreign("FolderShape", Owner::Folder)
}

/// Members that hold the additional properties.
fn named(shape: &Value) -> impl Iterator<Item = &str> {
    let fields = shape["AdditionalProperties"].as_array().into_iter().flatten();
    let extended = fields.filter(|field| field["FieldURI"].is_null()).map(|_| "ExtendedProperty");
    uris(shape).filter_map(property::resolve).map(|(_, member)| member).chain(extended)
}

fn uris(shape: &Value) -> impl Iterator<Item = &str> {
    let fields = shape["AdditionalProperties"].as_array().into_iter().flatten();
    fields.filter_map(|field| field["FieldURI"].as_str())
}
