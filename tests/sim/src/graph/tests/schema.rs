//! Microsoft's published schema as a judge of answers.

use std::sync::LazyLock;

use serde_json::{Map, Value};

static SCHEMAS: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../assets/graph/outlook.openapi3.json");
    let mut whole: Value = serde_json::from_str(text).unwrap();
    whole["components"]["schemas"].take()
});

/// Fails when an answer to a request at this address breaks the schema. Answers that are no JSON object, and
/// those without a schema of their own, pass.
pub(super) fn check(address: &str, body: &Value) {
    let Some(body) = body.as_object() else { return };
    if body.contains_key("error") {
        return conforms("error", &Value::Object(body.clone()));
    }
    let path = address.split('?').next().unwrap_or_default().to_lowercase();
    if path.ends_with("/photo") || path.ends_with("$batch") || path.ends_with("translateexchangeids") {
        return;
    }
    // What each kind of attachment has of its own stands in no part of the schema.
    let kinds = [
        ("/attachments", None),
        ("/contacts", Some("microsoft.graph.contact")),
        ("/contactfolders", Some("microsoft.graph.contactFolder")),
        ("/messages", Some("microsoft.graph.message")),
        ("/mailfolders", Some("microsoft.graph.mailFolder")),
    ];
    let Some((_, Some(kind))) = kinds.into_iter().find(|(part, _)| path.contains(part)) else { return };
    match body.get("value") {
        Some(items) => items.as_array().unwrap().iter().for_each(|item| conforms(kind, item)),
        None => conforms(kind, &Value::Object(body.clone())),
    }
}

fn conforms(kind: &str, value: &Value) {
    let mut faults = Vec::new();
    judge(&SCHEMAS[kind], value, kind, &mut faults);
    assert!(faults.is_empty(), "{faults:?} in {value}");
}

fn judge(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return judge(&SCHEMAS[name], value, at, faults);
    }
    if value.is_null() {
        if schema["nullable"] != true {
            faults.push(format!("{at} is null"));
        }
        return;
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        judge(part, value, at, faults);
    }
    let fits = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer" | "number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    };
    let instant = schema["format"] != "date-time"
        || value.as_str().is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok());
    if !fits || !instant {
        faults.push(format!("{at} is {value}"));
    }
    for item in value.as_array().into_iter().flatten() {
        judge(&schema["items"], item, at, faults);
    }
    if let (Some(members), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        judge_members(schema, members, known, at, faults);
    }
}

/// Members of the protocol (`@odata.etag`, `@removed`) stand in no schema.
fn judge_members(
    schema: &Value,
    members: &Map<String, Value>,
    known: &Map<String, Value>,
    at: &str,
    faults: &mut Vec<String>,
) {
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !members.contains_key(required) {
            faults.push(format!("{at} lacks {required}"));
        }
    }
    for (name, value) in members.iter().filter(|(name, _)| !name.starts_with('@')) {
        match known.get(name).or_else(|| known.get(&name.to_lowercase())) {
            Some(schema) => judge(schema, value, &format!("{at}.{name}"), faults),
            None => faults.push(format!("{at} has no {name}")),
        }
    }
}

#[test]
fn the_judge_finds_what_breaks_the_schema() {
    let broken =
        serde_json::json!({"id": "x", "businessPhones": "1", "birthday": "1974-07-22", "phones": []});
    let mut faults = Vec::new();
    judge(&SCHEMAS["microsoft.graph.contact"], &broken, "contact", &mut faults);
    assert_eq!(faults.len(), 3, "{faults:?}");
}
