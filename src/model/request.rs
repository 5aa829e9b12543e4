//! What stands for a request that its caller may make again.

use super::Actor;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A request under a key of its caller's. Of all only digests are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// Stands for the caller and the key.
    pub key: String,
    /// Stands for the caller.
    pub caller: String,
    /// Stands for what is asked.
    pub request: String,
}

impl RequestKey {
    /// Of what a caller asks under a key, in parts.
    #[must_use]
    pub fn new(actor: &Actor, key: &str, request: &[&[u8]]) -> Self {
        let (name, owner) = (actor.name.as_bytes(), actor.reach.owner().unwrap_or_default().as_bytes());
        let (key, caller) = (digest(&[name, owner, key.as_bytes()]), digest(&[name, owner]));
        Self { key, caller, request: digest(request) }
    }
}

/// Each part with its length before it, so that no two lists of parts are one text.
fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    BASE64_URL_SAFE_NO_PAD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_callers_own() {
        let of = |actor: &Actor, key| RequestKey::new(actor, key, &[b"body"]);
        let (one, other) = (Actor::user("u1"), Actor::user("u2"));
        assert_eq!(of(&one, "k"), of(&one, "k"));
        assert_ne!(of(&one, "k").key, of(&one, "l").key);
        assert_ne!(of(&one, "k").key, of(&other, "k").key);
        assert_ne!(RequestKey::new(&one, "k", &[b"other"]).request, of(&one, "k").request);
    }
}
