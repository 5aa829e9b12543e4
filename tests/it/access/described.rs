//! What is answered is what the document says, and the document says what is served.

use super::*;
use crate::stage::{contested, matched, repository, with_contacts, written};
use jsonschema::Validator;
use std::collections::{BTreeMap, BTreeSet};

/// So many differences are told.
const TOLD: usize = 25;

fn document() -> Value {
    serde_json::from_str(http::openapi()).unwrap()
}

/// Where two documents differ, by JSON pointer (RFC 6901).
fn differences(at: &str, one: &Value, other: &Value, into: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
                let null = &Value::Null;
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                differences(&at, one.get(key).unwrap_or(null), other.get(key).unwrap_or(null), into);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                differences(&format!("{at}/{index}"), one, other, into);
            }
        }
        _ if one == other => {}
        _ => into.push(at.to_owned()),
    }
}

#[test]
fn the_document_that_is_kept_is_the_one_that_is_answered() {
    let kept = std::fs::read_to_string(repository().join("docs/openapi.json")).unwrap();
    let mut found = Vec::new();
    differences("", &serde_json::from_str(&kept).unwrap(), &document(), &mut found);
    found.truncate(TOLD);
    assert!(
        found.is_empty() && kept == http::openapi(),
        "`outlook-syncd openapi > docs/openapi.json` writes it anew; it differs at {found:#?}"
    );
}

#[test]
fn a_difference_is_told_by_its_pointer() {
    let mut found = Vec::new();
    let (one, other) = (json!({"a/b": [1, {"c": 2}], "d": 1}), json!({"a/b": [1, {"c": 3}]}));
    differences("", &one, &other, &mut found);
    assert_eq!(found, ["/a~1b/1/c", "/d"]);
}

#[test]
fn every_route_is_described_with_its_scope_and_nothing_else_is() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scope = operation["security"][0]["bearer"][0].as_str().map(str::to_owned);
            described.insert((method.to_uppercase(), path.clone(), scope));
        }
    }
    let served: BTreeSet<_> = http::routes()
        .map(|(method, path, scope)| (method.to_string(), path, scope.map(|scope| scope.as_str().to_owned())))
        .collect();
    assert_eq!(described, served);
}

#[test]
fn every_operation_has_a_name_of_its_own_a_group_a_summary_and_an_answer_to_what_goes_wrong() {
    let document = document();
    let groups: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
            assert!(groups.contains(&&operation["tags"][0]), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
            assert!(operation["responses"]["default"]["content"].is_object(), "{method} {path}");
        }
    }
}

/// Has nothing be in an object that is not described: of what is told together (`allOf`), as a whole.
fn close(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    if ["$ref", "properties", "allOf"].iter().any(|word| schema.contains_key(*word)) {
        schema.insert("unevaluatedProperties".to_owned(), false.into());
    }
    close_within(schema);
}

fn close_within(schema: &mut serde_json::Map<String, Value>) {
    for member in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        close(member.1);
    }
    for inner in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get_mut(inner) {
            close(inner);
        }
    }
    for several in ["oneOf", "anyOf"] {
        for one in schema.get_mut(several).and_then(Value::as_array_mut).into_iter().flatten() {
            close(one);
        }
    }
    // What is told together is closed as a whole, by whoever names it.
    for one in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        let one = one.as_object_mut().unwrap();
        if !one.contains_key("oneOf") {
            close_within(one);
        }
    }
}

/// What an answer has against the document.
pub(super) fn faults(method: &Method, path: &str, status: StatusCode, body: &Value) -> Vec<String> {
    let mut document = document();
    let operation = &document["paths"][path][method.as_str().to_lowercase()];
    let told = &operation["responses"][status.as_str()];
    let told = if told.is_null() { &operation["responses"]["default"] } else { told };
    let Some(content) = told["content"].as_object() else {
        return if *body == "" { Vec::new() } else { vec![format!("{status} has no body")] };
    };
    let schemas = content.values().map(|content| content["schema"].clone());
    let mut schema = json!({ "anyOf": schemas.collect::<Vec<_>>() });
    close(&mut schema);
    for schema in document["components"]["schemas"].as_object_mut().unwrap().values_mut() {
        close_within(schema.as_object_mut().unwrap());
    }
    schema["components"] = document["components"].take();
    let validator: Validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Ids by where they stand in paths.
pub(super) type Ids = BTreeMap<&'static str, String>;

/// Endpoints with an account of u1's that has messages, contacts, and whatever may be amiss with them.
async fn filled() -> (Stage, Ids) {
    let mut world = World::new().await;
    world.set("CONTACTS__CONFLICT", "ask");
    let edges = edges_of(world).await;
    let account = account(&edges, "u1").await;
    messages::store(&edges, &account).await;
    with_contacts(edges.store()).await;
    let mut ids = with_book(&edges, "u1", &account, ["Babbage", "Lovelace", "Peirce"]).await;
    ids.insert("{message}", messages::ONE.to_owned());
    ids.insert("{position}", "0".to_owned());
    ids.insert("{attempt}", attempt(&edges).await.to_string());
    (edges, ids)
}

/// Contacts of these names in an account: two of them may be one, the third was written and is contested.
pub(super) async fn with_book(edges: &Stage, owner: &str, account: &AccountId, names: [&str; 3]) -> Ids {
    let bearer = edges.bearer(&[Scope::Contacts], Some(owner)).await;
    let at = format!("/v1/accounts/{account}/contacts");
    let mut made = Vec::new();
    for name in names {
        let card = json!({"card": {"texts": {"surname": name, "job_title": "Inventor"}, "birthday": "1791-12-26",
            "emails": [{"address": "c@example.org"}], "phones": [{"kind": "mobile", "number": "+44 7700 900123"}],
            "places": {"home": {"city": "London"}}}});
        let answer = contacts::add(edges, &at, &bearer, &card).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        made.push(answer.json());
    }
    let asked = matched(edges.store(), &made[0], &made[1]).await;
    written(edges.store(), &made[2], &json!({})).await;
    contested(edges.store(), &made[2], "Peer").await;
    BTreeMap::from([
        ("{id}", account.to_string()),
        ("{contact}", made[2]["id"].as_str().unwrap().to_owned()),
        ("{match}", asked.to_string()),
    ])
}

fn at(path: &str, ids: &Ids) -> String {
    ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_is_what_is_described() {
    let (edges, ids) = filled().await;
    let bearer = edges.bearer(&Scope::ALL, Some("u1")).await;
    let gets = http::routes().filter(|(method, ..)| method == Method::GET);
    for (method, path, _) in gets.filter(|(_, _, scope)| scope.is_some()) {
        let (status, body) = ask(&edges, &method, &at(&path, &ids), Some(&bearer)).await;
        assert_eq!(faults(&method, &path, status, &body), Vec::<String>::new(), "{path}: {status} {body}");
        let lists = [
            "folders",
            "tokens",
            "matches",
            "writes",
            "conflicts",
            "contacts",
            "messages",
            "lines",
            "accounts",
        ];
        for list in lists.iter().filter_map(|name| body[name].as_array()) {
            assert!(!list.is_empty(), "{path} has nothing to be looked at: {body}");
        }
    }
    let shown = get(&edges, &at("/v1/accounts/{id}/contacts/{contact}", &ids), &bearer).await.1;
    assert!(!shown["conflict"].is_null(), "what is null is not looked at: {shown}");
}

#[test]
fn what_is_not_described_is_a_fault() {
    let card = |more: Value| {
        let mut health = json!({"healthy": true, "at": "2026-01-01T00:00:00Z", "accounts": []});
        health.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        faults(&Method::GET, "/health", StatusCode::OK, &health)
    };
    assert_eq!(card(json!({})), Vec::<String>::new());
    assert_eq!(card(json!({"more": 1})).len(), 1);
    assert_eq!(card(json!({"healthy": "yes"})).len(), 1);
    assert_eq!(card(json!({"whose_turn": "Owner"})).len(), 1, "a word is the word that is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_a_page_too() {
    let edges = edges().await;
    let page = edges.get("/v1/reference", READ).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(page.text.contains("id=\"listAccounts\"") && !page.text.contains("<script"), "{}", page.text);
    let document = edges.get("/v1/openapi.json", READ).await;
    assert_eq!((document.header("content-type"), &*document.text), ("application/json", http::openapi()));
}
