//! Which members the objects of a request may have, which they must, and of what kind.
//!
//! `contracts.json` has the data contracts of Exchange's server, and what the cloud's own page sent beyond them
//! in 2025. `"Name!"` is required there, `"Name[]"` a list; a list of names stands for an abstract contract, of
//! which an object must say which it is, and a text of words for an enumeration. A real server may pass over
//! members that it does not know: here they are refused, so that no request depends on one.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::property;

static CONTRACTS: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../assets/owa/contracts.json")).expect("contracts.json is JSON")
});

/// Checks the request of an action. Actions without a contract pass.
///
/// # Errors
/// What is wrong with it, and where.
pub fn check(action: &str, request: &Value) -> Result<(), String> {
    let contract = format!("{action}JsonRequest");
    if CONTRACTS.contains_key(&contract) { member(&contract, request, &contract) } else { Ok(()) }
}

/// Checks a value of a declared kind; `path` tells where it stands.
fn member(kind: &str, value: &Value, path: &str) -> Result<(), String> {
    let wrong = || Err(format!("{path} is no {kind}"));
    let not = |word: &str| format!("{path} is no {kind}: {word}");
    match (kind, value) {
        ("any", _) | (_, Value::Null) | ("text", Value::String(_)) | ("number", Value::Number(_)) => Ok(()),
        ("property", Value::String(uri)) => property::resolve(uri).map(drop).ok_or_else(|| not(uri)),
        (kind, Value::String(word)) if CONTRACTS.get(kind).is_some_and(Value::is_string) => {
            let words = CONTRACTS[kind].as_str().unwrap_or_default().split(' ');
            if words.into_iter().any(|known| known == word) { Ok(()) } else { Err(not(word)) }
        }
        // The client of 2020 writes 0 and 1.
        ("flag", value) => {
            if matches!(value.as_u64(), Some(0 | 1)) || value.is_boolean() {
                Ok(())
            } else {
                wrong()
            }
        }
        (kind, Value::Array(values)) if kind.ends_with("[]") => {
            let kind = kind.trim_end_matches("[]");
            values
                .iter()
                .enumerate()
                .try_for_each(|(at, value)| member(kind, value, &format!("{path}[{at}]")))
        }
        (kind, Value::Object(members)) if CONTRACTS.contains_key(kind) => object(kind, members, path),
        _ => wrong(),
    }
}

fn object(declared: &str, members: &Map<String, Value>, path: &str) -> Result<(), String> {
    let name = actual(declared, members.get("__type"), path)?;
    let Some(Value::Object(contract)) = CONTRACTS.get(name) else {
        return Err(format!("{path} is of the abstract {name}"));
    };
    for (key, value) in members.iter().filter(|(key, _)| *key != "__type") {
        let kind = contract.get(key).or_else(|| contract.get(&format!("{key}!")));
        let kind = kind.and_then(Value::as_str).ok_or_else(|| format!("{path} has no member {key}"))?;
        member(kind, value, &format!("{path}.{key}"))?;
    }
    let required = contract.keys().filter_map(|key| key.strip_suffix('!'));
    match required.into_iter().find(|key| !members.contains_key(*key)) {
        Some(missing) => Err(format!("{path} lacks {missing}")),
        None => Ok(()),
    }
}

/// The contract that `__type` names: the declared one or one of its kinds. The declared one without a word.
fn actual<'a>(declared: &'a str, said: Option<&'a Value>, path: &str) -> Result<&'a str, String> {
    let Some(said) = said else { return Ok(declared) };
    let name = said.as_str().and_then(|said| said.strip_suffix(":#Exchange")).unwrap_or_default();
    let kinds = CONTRACTS[declared].as_array();
    let is_one = kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == name));
    if name == declared || is_one { Ok(name) } else { Err(format!("{path} is no {said}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn find_item(change: impl FnOnce(&mut Value)) -> Result<(), String> {
        let mut request = json!({
            "__type": "FindItemJsonRequest:#Exchange", "Header": {"__type": "JsonRequestHeaders:#Exchange", "RequestServerVersion": "Exchange2013"},
            "Body": {
                "__type": "FindItemRequest:#Exchange", "ItemShape": {"__type": "ItemResponseShape:#Exchange", "BaseShape": "IdOnly"},
                "ParentFolderIds": [{"__type": "DistinguishedFolderId:#Exchange", "Id": "inbox"}], "Traversal": "Shallow", "Grouping": null,
                "Paging": {"__type": "IndexedPageView:#Exchange", "BasePoint": "Beginning", "Offset": 0, "MaxEntriesReturned": 25},
            },
        });
        change(&mut request);
        check("FindItem", &request)
    }

    #[test]
    fn every_member_has_a_kind_that_there_is() {
        let known = |kind: &str| {
            let kind = kind.trim_end_matches("[]");
            ["text", "flag", "number", "any", "property"].contains(&kind) || CONTRACTS.contains_key(kind)
        };
        let kinds = |contract: &Value| -> Vec<String> {
            let members = contract.as_object().into_iter().flat_map(|members| members.values());
            let choices = contract.as_array().into_iter().flatten();
            members.chain(choices).map(|kind| kind.as_str().unwrap().to_owned()).collect()
        };
        let unknown: Vec<String> = CONTRACTS.values().flat_map(kinds).filter(|kind| !known(kind)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(find_item(|_| ()), Ok(()));
        let says = |change: fn(&mut Value), text: &str| assert_eq!(find_item(change).unwrap_err(), text);
        says(|r| r["Body"]["ShapeNames"] = json!("x"), "FindItemJsonRequest.Body has no member ShapeNames");
        says(|r| r["Body"]["ViewFilter"] = json!(1), "FindItemJsonRequest.Body.ViewFilter is no ViewFilter");
        says(
            |r| r["Body"]["Traversal"] = json!("Shallo"),
            "FindItemJsonRequest.Body.Traversal is no Traversal: Shallo",
        );
        says(
            |r| {
                let path = json!({"__type": "PropertyUri:#Exchange", "FieldURI": "DateTimeRecieved"});
                r["Body"]["SortOrder"] = json!([{"Order": "Descending", "Path": path}]);
            },
            "FindItemJsonRequest.Body.SortOrder[0].Path.FieldURI is no property: DateTimeRecieved",
        );
        says(
            |r| _ = r["Body"].as_object_mut().unwrap().remove("Traversal"),
            "FindItemJsonRequest.Body lacks Traversal",
        );
        says(
            |r| _ = r["Body"]["Paging"].as_object_mut().unwrap().remove("__type"),
            "FindItemJsonRequest.Body.Paging is of the abstract BasePagingType",
        );
        says(
            |r| r["Body"]["ParentFolderIds"][0]["__type"] = json!("ItemId:#Exchange"),
            "FindItemJsonRequest.Body.ParentFolderIds[0] is no \"ItemId:#Exchange\"",
        );
    }
}
