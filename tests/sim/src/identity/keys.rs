//! The platform's signing keys. Three RSA pairs travel with the simulator, since making one takes long; each
//! rollover takes the next of them under a `kid` that was never used before.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::{RSA_PKCS1_SHA256, RsaPublicKeyComponents};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const PAIRS: [&[u8]; 3] = [
    include_bytes!("../../assets/identity/key1.der"),
    include_bytes!("../../assets/identity/key2.der"),
    include_bytes!("../../assets/identity/key3.der"),
];

/// Every key that is published; the last one signs.
pub(crate) struct Keys {
    generation: usize,
    published: Vec<Key>,
}

struct Key {
    kid: String,
    pair: KeyPair,
}

impl Key {
    fn new(generation: usize) -> Self {
        let pair = KeyPair::from_pkcs8(PAIRS[generation % PAIRS.len()]).expect("the pairs are PKCS #8");
        let noise = Sha256::digest(format!("signing key {generation}"));
        Self { kid: URL_SAFE_NO_PAD.encode(&noise[..20]), pair }
    }

    fn jwk(&self, issuer: &str) -> Value {
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(self.pair.public());
        let (n, e) = (URL_SAFE_NO_PAD.encode(public.n), URL_SAFE_NO_PAD.encode(public.e));
        json!({"kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid, "n": n, "e": e, "cloud_instance_name": "microsoftonline.com", "issuer": issuer})
    }

    fn signature(&self, text: &str) -> String {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("a whole key signs");
        URL_SAFE_NO_PAD.encode(signature)
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self { generation: 0, published: vec![Key::new(0)] }
    }
}

impl Keys {
    /// A new key signs from now on. The old ones stay published, or vanish at once.
    pub(super) fn rotate(&mut self, old_stay: bool) {
        self.generation += 1;
        if !old_stay {
            self.published.clear();
        }
        self.published.push(Key::new(self.generation));
    }

    /// The key set as `jwks_uri` gives it.
    pub(super) fn jwks(&self, issuer: &str) -> Value {
        let keys: Vec<Value> = self.published.iter().map(|key| key.jwk(issuer)).collect();
        json!({ "keys": keys })
    }

    /// A JWT of these claims by the key that signs now.
    pub(super) fn sign(&self, claims: &Value) -> String {
        let key = self.published.last().expect("there is always a key");
        let head = json!({"typ": "JWT", "alg": "RS256", "kid": key.kid});
        jwt(&head, claims, |text| key.signature(text))
    }

    /// The same claims by a key that is not, and never will be, published.
    pub(super) fn sign_by_stranger(&self, claims: &Value) -> String {
        let stranger = Key::new(self.generation + 1);
        let head = json!({"typ": "JWT", "alg": "RS256", "kid": "a-key-of-somebody-else"});
        jwt(&head, claims, |text| stranger.signature(text))
    }

    /// The right `kid`, and a signature by another key.
    pub(super) fn forge(&self, claims: &Value) -> String {
        let (genuine, stranger) = (self.sign(claims), self.sign_by_stranger(claims));
        let head = genuine.split('.').next().unwrap_or_default();
        let text = format!("{head}.{}", stranger.split('.').nth(1).unwrap_or_default());
        format!("{text}.{}", Key::new(self.generation + 1).signature(&text))
    }
}

/// Unsigned, with `alg` `none`.
pub(super) fn unsigned(claims: &Value) -> String {
    jwt(&json!({"typ": "JWT", "alg": "none"}), claims, |_| String::new())
}

fn jwt(head: &Value, claims: &Value, sign: impl FnOnce(&str) -> String) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(head), part(claims));
    let signature = sign(&text);
    format!("{text}.{signature}")
}

#[cfg(test)]
mod tests {
    use ring::signature::RSA_PKCS1_2048_8192_SHA256;

    use super::*;

    fn part(jwt: &str, index: usize) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(jwt.split('.').nth(index).unwrap()).unwrap()
    }

    /// Whether the published key with the token's `kid` made its signature.
    fn verifies(keys: &Keys, jwt: &str) -> bool {
        let head: Value = serde_json::from_slice(&part(jwt, 0)).unwrap();
        let set = keys.jwks("issuer");
        let Some(key) = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == head["kid"]) else {
            return false;
        };
        let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
        let (n, e) = (number("n"), number("e"));
        let text = jwt.rsplit_once('.').unwrap().0;
        RsaPublicKeyComponents { n: &n, e: &e }
            .verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), &part(jwt, 2))
            .is_ok()
    }

    #[test]
    fn a_published_key_verifies_what_was_signed_and_no_other_does() {
        let keys = Keys::default();
        let claims = json!({"sub": "x"});
        assert!(verifies(&keys, &keys.sign(&claims)));
        assert!(!verifies(&keys, &keys.sign_by_stranger(&claims)));
        assert!(!verifies(&keys, &keys.forge(&claims)));
    }

    #[test]
    fn a_rollover_keeps_old_tokens_valid_or_does_not() {
        let mut keys = Keys::default();
        let first = keys.sign(&json!({}));
        keys.rotate(true);
        let second = keys.sign(&json!({}));
        assert!(verifies(&keys, &first) && verifies(&keys, &second));
        assert_ne!(part(&first, 0), part(&second, 0));
        keys.rotate(false);
        assert!(!verifies(&keys, &first) && !verifies(&keys, &second));
        assert!(verifies(&keys, &keys.sign(&json!({}))));
    }

    #[test]
    fn no_kid_comes_twice() {
        let mut keys = Keys::default();
        (0..6).for_each(|_| keys.rotate(true));
        let set = keys.jwks("issuer");
        let kids: std::collections::HashSet<_> =
            set["keys"].as_array().unwrap().iter().map(|key| key["kid"].to_string()).collect();
        assert_eq!(kids.len(), 7);
    }
}
