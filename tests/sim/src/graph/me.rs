//! `GET /v1.0/me`.

use serde_json::{Map, Value, json};

use super::GraphError;
use super::access::Caller;
use super::asked::Asked;
use crate::identity::person::Person;
use crate::sim::Sim;

/// Scopes that let a person be read.
const READERS: [&str; 4] = ["User.Read", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All"];

pub(super) fn me(sim: &Sim, caller: &Caller, asked: &Asked) -> Result<Value, GraphError> {
    if !caller.holds(&READERS) {
        let text = "Insufficient privileges to complete the operation.";
        return Err(GraphError::new(403, "Authorization_RequestDenied", text));
    }
    let me = Person::of(sim, &caller.smtp).map(|person| person.me()).unwrap_or_default();
    let base = sim.settings(&caller.smtp).graph.base;
    Ok(selected(me, asked.option("select"), &base))
}

/// The properties that were asked for, in the order of the whole.
fn selected(me: Value, select: Option<&str>, base: &str) -> Value {
    let (context, wanted): (String, Option<Vec<&str>>) = match select {
        Some(select) => {
            (format!("users({select})/$entity"), Some(select.split(',').map(str::trim).collect()))
        }
        None => ("users/$entity".to_owned(), None),
    };
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(format!("{base}/v1.0/$metadata#{context}")));
    let Value::Object(properties) = me else { return Value::Object(body) };
    let is_wanted = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted.contains(&name));
    body.extend(properties.into_iter().filter(|(name, _)| is_wanted(name)));
    Value::Object(body)
}
