//! `GET /v1.0/me`.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::access::{Caller, Refusal, good};
use crate::hosts::GRAPH;
use crate::identity::faults;
use crate::identity::person::Person;
use crate::knobs::Kind;
use crate::log::Entry;
use crate::sim::Sim;

#[derive(Deserialize)]
pub(super) struct Options {
    #[serde(rename = "$select")]
    select: Option<String>,
}

/// Scopes that let a person be read.
const READERS: [&str; 4] = ["User.Read", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All"];

pub(super) async fn me(
    State(sim): State<Sim>,
    Query(options): Query<Options>,
    headers: HeaderMap,
) -> Response {
    let caller = Caller::of(&sim, &headers);
    let account = caller.as_ref().ok().map(|caller| caller.smtp.clone());
    let made = faults::around(&sim, account.as_deref().unwrap_or_default(), "me", &headers, |kinds| {
        let challenged = kinds.contains(&Kind::ClaimsChallenge);
        match caller.and_then(|caller| person(&sim, &caller, challenged)) {
            Ok(me) => good(&headers, &selected(me, options.select.as_deref())),
            Err(refusal) => refusal.answer(&sim, &headers),
        }
    });
    let answer = made.await;
    let status = answer.status().as_u16();
    sim.record(Entry { account, action: "me".to_owned(), status, ..Entry::default() });
    answer
}

fn person(sim: &Sim, caller: &Caller, challenged: bool) -> Result<Value, Refusal> {
    if challenged {
        return Err(Refusal::claims_challenge(sim));
    }
    caller.may(&READERS)?;
    Ok(Person::of(sim, &caller.smtp).map(|person| person.me()).unwrap_or_default())
}

/// The properties that were asked for, in the order of the whole.
fn selected(me: Value, select: Option<&str>) -> Value {
    let (context, wanted): (String, Option<Vec<&str>>) = match select {
        Some(select) => {
            (format!("users({select})/$entity"), Some(select.split(',').map(str::trim).collect()))
        }
        None => ("users/$entity".to_owned(), None),
    };
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(format!("https://{GRAPH}/v1.0/$metadata#{context}")));
    let Value::Object(properties) = me else { return Value::Object(body) };
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(&name));
    body.extend(properties.into_iter().filter(|(name, _)| is_wanted(name)));
    Value::Object(body)
}
