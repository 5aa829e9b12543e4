//! A member that may be absent, `null`, or of a kind that we do not expect.

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;

/// `None` unless the member is there and of the expected kind.
#[derive(Debug, Clone)]
pub(super) struct Lenient<T>(pub(super) Option<T>);

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Lenient<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(T::deserialize(Value::deserialize(from)?).ok()))
    }
}

/// Text that says something.
pub(super) fn filled(text: Lenient<String>) -> Option<String> {
    text.0.filter(|text| !text.trim().is_empty())
}
