//! The document as a page.

use super::schema::{kind, table};
use crate::http::page::escaped;
use crate::http::problems;
use serde_json::Value;
use std::fmt::Write as _;

/// How the page looks: one scale of type and space, both themes.
pub(in crate::http) const STYLE: &str = include_str!("style.css");

/// The whole page. `nonce` lets its style in.
pub(super) fn of(document: &Value, nonce: &str) -> String {
    let (title, version) = (text(&document["info"]["title"]), text(&document["info"]["version"]));
    let about = prose(&document["info"]["description"]);
    let (mut contents, mut groups) = (String::new(), String::new());
    for tag in document["tags"].as_array().into_iter().flatten() {
        let (links, sections) = group(document, tag);
        contents += &links;
        groups += &sections;
    }
    let (schemas, problems) = (schemas(document), problems::list());
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} API {version}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style nonce=\"{nonce}\">{STYLE}</style></head>\
         <body><a class=\"skip\" href=\"#main\">To the operations</a><nav aria-label=\"Contents\">\
         <p class=\"title\">{title} <small>{version}</small></p>{contents}\
         <p><a href=\"#schemas\">Schemas</a></p><p><a href=\"#problems\">Errors</a></p></nav>\
         <main id=\"main\"><h1>API reference</h1>{about}\
         <p>Callers send <code>Authorization: Bearer …</code>.</p>{groups}\
         <section id=\"schemas\"><h2>Schemas</h2>{schemas}</section>\
         <section id=\"problems\"><h2>Errors</h2><table>{problems}</table></section></main></body></html>"
    )
}

/// The operations of a tag: links to them, and themselves.
fn group(document: &Value, tag: &Value) -> (String, String) {
    let name = text(&tag["name"]);
    let mut links = format!("<p>{name}</p><ul>");
    let mut sections = format!("<section><h2>{name}</h2>{}", prose(&tag["description"]));
    for (path, method, operation) in operations(document, &tag["name"]) {
        let (id, asked) = (text(&operation["operationId"]), asked(method, path));
        let old = if operation["deprecated"] == true { " class=\"old\"" } else { "" };
        let _ = write!(links, "<li{old}><a href=\"#{id}\">{asked}</a></li>");
        sections += &section(&id, &asked, operation);
    }
    (links + "</ul>", sections + "</section>")
}

fn operations<'a>(
    document: &'a Value,
    tag: &'a Value,
) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(|(method, operation)| (&**path, &**method, operation))
    });
    all.filter(move |(.., operation)| operation["tags"][0] == *tag)
}

/// How and where it is asked.
fn asked(method: &str, path: &str) -> String {
    let path = escaped(path).replace('/', "<wbr>/");
    format!("<b class=\"{method}\">{}</b> <code>{path}</code>", method.to_uppercase())
}

fn section(id: &str, asked: &str, operation: &Value) -> String {
    let scope = match operation["security"][0]["bearer"][0].as_str() {
        Some(scope) => format!("<p class=\"scope\">Scope <code>{}</code></p>", escaped(scope)),
        None if operation["security"][0]["bearer"].is_array() => {
            "<p class=\"scope\">Any scope</p>".to_owned()
        }
        None => "<p class=\"scope\">For everybody</p>".to_owned(),
    };
    let old = if operation["deprecated"] == true { "<p class=\"old\">A former name.</p>" } else { "" };
    format!(
        "<article id=\"{id}\"><h3>{}</h3><p class=\"asked\">{asked}</p>{scope}{old}{}{}{}{}</article>",
        text(&operation["summary"]),
        prose(&operation["description"]),
        parameters(&operation["parameters"]),
        body(&operation["requestBody"]),
        responses(&operation["responses"]),
    )
}

fn parameters(parameters: &Value) -> String {
    let rows = parameters.as_array().into_iter().flatten().map(|parameter| {
        let must = if parameter["required"] == true { " <em>required</em>" } else { "" };
        format!(
            "<tr><th scope=\"row\"><code>{}</code>{must}</th><td>{}<br><small>{}</small></td><td>{}</td></tr>",
            text(&parameter["name"]),
            kind(&parameter["schema"]),
            text(&parameter["in"]),
            prose(&parameter["description"]),
        )
    });
    let rows: String = rows.collect();
    if rows.is_empty() { rows } else { format!("<h4>Parameters</h4><table>{rows}</table>") }
}

fn body(body: &Value) -> String {
    let shown = contents(&body["content"]);
    if shown.is_empty() { shown } else { format!("<h4>Body</h4><p>{shown}</p>") }
}

fn responses(responses: &Value) -> String {
    let rows = responses.as_object().into_iter().flatten().map(|(status, response)| {
        let names = response["headers"].as_object().into_iter().flatten();
        let names: Vec<_> = names.map(|(name, _)| format!("<code>{}</code>", escaped(name))).collect();
        let headers =
            if names.is_empty() { String::new() } else { format!("<p>with {}</p>", names.join(" ")) };
        format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}{headers}</td></tr>",
            escaped(status),
            contents(&response["content"]),
            prose(&response["description"]),
        )
    });
    format!("<h4>Answers</h4><table>{}</table>", rows.collect::<String>())
}

/// What something is sent as.
fn contents(content: &Value) -> String {
    let all = content.as_object().into_iter().flatten().map(|(media_type, content)| {
        format!("{} <small>{}</small>", kind(&content["schema"]), escaped(media_type))
    });
    all.collect::<Vec<_>>().join("<br>")
}

fn schemas(document: &Value) -> String {
    let all = document["components"]["schemas"].as_object().into_iter().flatten();
    let article = |(name, schema): (&String, &Value)| {
        let (name, about) = (escaped(name), prose(&schema["description"]));
        format!("<article id=\"{name}\"><h3>{name}</h3>{about}{}</article>", table(schema))
    };
    all.map(article).collect()
}

pub(super) fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

/// Some sentences; what stands between backticks is code.
pub(super) fn prose(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    if text.is_empty() { String::new() } else { format!("<p>{}</p>", with_code(text)) }
}

/// A text with what stands between backticks as code.
pub(in crate::http) fn with_code(text: &str) -> String {
    let text = escaped(text);
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::openapi;
    use std::collections::BTreeSet;

    #[test]
    fn every_operation_and_every_schema_is_on_the_page_and_every_link_leads_somewhere() {
        let page = of(openapi::document(), "n");
        let after = |mark: &str| -> BTreeSet<String> {
            page.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        let (places, links) = (after(" id=\""), after("href=\"#"));
        assert_eq!(links.difference(&places).collect::<Vec<_>>(), Vec::<&String>::new());
        let document = openapi::document();
        let operations =
            document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap());
        let ids = operations.map(|(_, operation)| operation["operationId"].as_str().unwrap());
        for name in
            ids.chain(document["components"]["schemas"].as_object().unwrap().keys().map(String::as_str))
        {
            assert!(places.contains(name), "{name}");
        }
        assert!(!page.contains("<script") && !page.contains("style=\""));
    }

    #[test]
    fn what_stands_between_backticks_is_code_and_nothing_is_markup() {
        assert_eq!(prose(&"a `b` <c>".into()), "<p>a <code>b</code> &lt;c&gt;</p>");
        assert_eq!(prose(&Value::Null), "");
    }
}
