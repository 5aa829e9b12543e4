//! Schemas as HTML.

use super::page::{prose, text};
use crate::http::page::escaped;
use serde_json::Value;

/// What a value is, in a word or two.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|place| place.rsplit('/').next()) {
        let name = escaped(name);
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(|word| format!("<code>{}</code>", text(word))).collect::<Vec<_>>().join(" ");
    }
    for several in ["oneOf", "allOf"] {
        if let Some(all) = schema[several].as_array() {
            return all.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    let of_one = |name: &Value| match name.as_str() {
        Some("array") => format!("list of {}", kind(&schema["items"])),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!("map of {}", kind(&schema["additionalProperties"]))
        }
        _ => text(name),
    };
    let types = match schema["type"].as_array() {
        Some(types) => types.iter().map(of_one).collect::<Vec<_>>().join(" or "),
        None if schema["type"].is_null() => "anything".to_owned(),
        None => of_one(&schema["type"]),
    };
    let format = schema["format"].as_str().filter(|format| !format.starts_with("int"));
    let limits = match (&schema["minimum"], &schema["maximum"]) {
        (Value::Number(least), Value::Number(most)) => format!(", {least} to {most}"),
        _ => String::new(),
    };
    format.map_or(types.clone(), |format| format!("{types}, {}", escaped(format))) + &limits
}

/// The members of an object; of anything else what it is.
pub(super) fn table(schema: &Value) -> String {
    for several in ["allOf", "oneOf"] {
        if let Some(all) = schema[several].as_array() {
            let between = if several == "allOf" { "<p>and</p>" } else { "<p>or</p>" };
            return all.iter().map(table).collect::<Vec<_>>().join(between);
        }
    }
    let Some(members) = schema["properties"].as_object() else { return format!("<p>{}</p>", kind(schema)) };
    let must = |name: &str| {
        schema["required"].as_array().is_some_and(|all| all.iter().any(|required| required == name))
    };
    let rows = members.iter().map(|(name, member)| {
        let always = if must(name) { "" } else { " <em>optional</em>" };
        let name = escaped(name);
        let about = prose(described(member));
        format!(
            "<tr><th scope=\"row\"><code>{name}</code>{always}</th><td>{}</td><td>{about}</td></tr>",
            kind(member)
        )
    });
    format!("<table>{}</table>", rows.collect::<String>())
}

/// Of what may be null, the description stands with what it is else.
fn described(member: &Value) -> &Value {
    let of = |schema: &'_ Value| !schema["description"].is_null();
    let alternatives = member["oneOf"].as_array().into_iter().flatten();
    if of(member) {
        &member["description"]
    } else {
        alternatives.into_iter().find(|one| of(one)).map_or(&Value::Null, |one| &one["description"])
    }
}
