//! JSON objects whose members stand in the order in which they are put, and are missing rather than null.

use serde_json::{Map, Value};

use crate::knobs::KeyOrder;

/// An object under construction.
#[derive(Default)]
pub(super) struct Object(Map<String, Value>);

/// An object without `__type`.
pub(super) fn object() -> Object {
    Object::default()
}

/// An object whose first member is `"__type": "<contract>:#Exchange"`.
pub(super) fn typed(contract: &str) -> Object {
    object().put("__type", format!("{contract}:#Exchange"))
}

/// As [`typed`] where the style marks declared types too: the cloud's `Body` and ids.
pub(super) fn typed_in_cloud(style: KeyOrder, contract: &str) -> Object {
    match style {
        KeyOrder::Cloud | KeyOrder::Untyped => typed(contract),
        KeyOrder::Onprem => object(),
    }
}

impl Object {
    pub(super) fn put(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A member that is missing when it has no value.
    pub(super) fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    /// A list that is missing when it is empty.
    pub(super) fn list(self, name: &str, values: Vec<Value>) -> Self {
        let values = (!values.is_empty()).then_some(values);
        self.maybe(name, values)
    }

    /// The members of another object after its `__type`.
    pub(super) fn join(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Its type, its id and the members with these names.
    pub(super) fn only(self, names: &[String]) -> Self {
        let always = ["__type", "ItemId", "FolderId"];
        let kept = |name: &str| always.contains(&name) || names.iter().any(|kept| kept == name);
        Self(self.0.into_iter().filter(|(name, _)| kept(name)).collect())
    }

    /// The object with these members first, in this order, and the others as they are.
    pub(super) fn with_first(self, names: &[&str]) -> Value {
        let mut members: Vec<(String, Value)> = self.0.into_iter().collect();
        members.sort_by_key(|(name, _)| rank(names, name));
        Value::Object(members.into_iter().collect())
    }

    /// The object with its members in the order of `names`; those not named come last, by name.
    pub(super) fn ordered(self, names: &[&str]) -> Value {
        let mut members: Vec<(String, Value)> = self.0.into_iter().collect();
        members.sort_by_cached_key(|(name, _)| (rank(names, name), name.clone()));
        Value::Object(members.into_iter().collect())
    }

    pub(super) fn done(self) -> Value {
        Value::Object(self.0)
    }
}

/// The type comes before all, what is not named behind all.
fn rank(names: &[&str], name: &str) -> usize {
    if name == "__type" { 0 } else { 1 + names.iter().position(|n| *n == name).unwrap_or(names.len()) }
}
