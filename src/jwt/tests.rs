//! Tokens are signed here by hand, not by the library that reads them.

use super::*;
use crate::testing::now;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

const SECRET: &str = "thirty-two bytes are the very least.";
const RSA_PRIVATE: &str = include_str!("../../tests/data/jwt/rsa.pem");
const RSA_PUBLIC: &str = include_str!("../../tests/data/jwt/rsa.pub.pem");

fn part(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

fn claims() -> Value {
    json!({"sub": "u1", "aud": "outlook-syncd", "exp": now().timestamp() + 60})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn signed(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn by_secret(secret: &str) -> impl FnOnce(&[u8]) -> Vec<u8> {
    move |message| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message).as_ref().to_vec()
    }
}

fn by_rsa(message: &[u8]) -> Vec<u8> {
    let base64: String = RSA_PRIVATE.lines().filter(|line| !line.starts_with('-')).collect();
    let pair = RsaKeyPair::from_pkcs8(&BASE64_STANDARD.decode(base64).unwrap()).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
    signature
}

fn elliptic() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

fn by_curve(pair: &EcdsaKeyPair) -> impl FnOnce(&[u8]) -> Vec<u8> {
    |message| pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
}

fn point(pair: &EcdsaKeyPair) -> (String, String) {
    let point = pair.public_key().as_ref();
    (BASE64_URL_SAFE_NO_PAD.encode(&point[1..33]), BASE64_URL_SAFE_NO_PAD.encode(&point[33..]))
}

fn verifier(algorithm: Algorithm, keys: &str) -> Verifier {
    Verifier::new(KeySet::parse(algorithm, keys).unwrap(), "outlook-syncd", None)
}

fn verify(verifier: &Verifier, token: &str) -> Result<Value, JwtError> {
    verifier.verify(token, now())
}

fn hs256(claims: &Value) -> Result<Value, JwtError> {
    let token = signed(&json!({"alg": "HS256"}), claims, by_secret(SECRET));
    verify(&verifier(Algorithm::Hs256, SECRET), &token)
}

#[test]
fn a_good_token_gives_its_claims() {
    assert_eq!(hs256(&claims()).unwrap()["sub"], "u1");
    let token = signed(&json!({"alg": "RS256", "typ": "JWT"}), &claims(), by_rsa);
    assert_eq!(verify(&verifier(Algorithm::Rs256, RSA_PUBLIC), &token), Ok(claims()));
}

#[test]
fn claims_that_must_be_there_are_missed() {
    for claim in ["exp", "aud", "sub"] {
        assert_eq!(hs256(&without(claim)), Err(JwtError::Missing(claim.to_owned())));
    }
    assert_eq!(hs256(&with("aud", json!("another"))), Err(JwtError::Audience));
    assert_eq!(hs256(&with("aud", json!([]))), Err(JwtError::Audience));
    assert!(hs256(&with("aud", json!(["another", "outlook-syncd"]))).is_ok());
    assert!(hs256(&with("sub", json!(42))).is_err(), "a number is no user");
}

#[test]
fn one_that_is_good_for_longer_than_any_may_be_is_refused() {
    let at = |seconds: i64| json!(now().timestamp() + seconds);
    let hour = verifier(Algorithm::Hs256, SECRET).at_most(TimeDelta::hours(1));
    for (iat, exp, expected) in [
        (None, 3600, None),
        (None, 3631, Some(JwtError::TooLong)),
        (Some(-60), 3540, None),
        (Some(-60), 3600, Some(JwtError::TooLong)),
        (Some(-86_400), 10, Some(JwtError::TooLong)),
        (Some(31), 60, Some(JwtError::NotYet)),
    ] {
        let mut claims = with("exp", at(exp));
        if let Some(iat) = iat {
            claims["iat"] = at(iat);
        }
        let token = signed(&json!({"alg": "HS256"}), &claims, by_secret(SECRET));
        assert_eq!(verify(&hour, &token).err(), expected, "{iat:?} {exp}");
    }
}

#[test]
fn a_token_for_something_else_is_told_by_its_type_where_one_is_wanted() {
    let access = verifier(Algorithm::Hs256, SECRET).of_type("at+jwt");
    for (header, good) in [
        (json!({"alg": "HS256", "typ": "at+jwt"}), true),
        (json!({"alg": "HS256", "typ": "application/AT+JWT"}), true),
        (json!({"alg": "HS256", "typ": "JWT"}), false),
        (json!({"alg": "HS256"}), false),
    ] {
        let found = verify(&access, &signed(&header, &claims(), by_secret(SECRET)));
        assert_eq!(found.err(), (!good).then_some(JwtError::Type), "{header}");
    }
}

#[test]
fn its_time_is_looked_at() {
    let at = |seconds: i64| json!(now().timestamp() + seconds);
    assert!(hs256(&with("exp", at(-29))).is_ok(), "clocks are never quite alike");
    assert_eq!(hs256(&with("exp", at(-30))), Err(JwtError::Expired));
    assert_eq!(hs256(&with("exp", json!("tomorrow"))), Err(JwtError::Missing("exp".to_owned())));
    assert!(hs256(&with("nbf", at(30))).is_ok());
    assert_eq!(hs256(&with("nbf", at(31))), Err(JwtError::NotYet));
}

#[test]
fn an_issuer_is_asked_for_where_one_is_known() {
    let keys = KeySet::parse(Algorithm::Hs256, SECRET).unwrap();
    let verifier = Verifier::new(keys, "outlook-syncd", Some("crm"));
    let from = |claims: &Value| {
        let token = signed(&json!({"alg": "HS256"}), claims, by_secret(SECRET));
        verify(&verifier, &token).map(drop)
    };
    assert_eq!(from(&with("iss", json!("crm"))), Ok(()));
    assert_eq!(from(&with("iss", json!("another"))), Err(JwtError::Issuer));
    assert_eq!(from(&claims()), Err(JwtError::Missing("iss".to_owned())));
}

#[test]
fn a_token_does_not_choose_how_it_is_verified() {
    let (hmac, rsa) = (verifier(Algorithm::Hs256, SECRET), verifier(Algorithm::Rs256, RSA_PUBLIC));
    let unsigned = |_: &[u8]| Vec::new();
    // The classic: the public key, which everybody has, as the secret.
    let confused = signed(&json!({"alg": "HS256"}), &claims(), by_secret(RSA_PUBLIC));
    assert_eq!(verify(&rsa, &confused), Err(JwtError::Algorithm));
    for none in ["none", "None", "nOnE", ""] {
        let token = signed(&json!({"alg": none}), &claims(), unsigned);
        assert!(verify(&rsa, &token).is_err() && verify(&hmac, &token).is_err(), "{none}");
    }
    let other = signed(&json!({"alg": "HS512"}), &claims(), by_secret(SECRET));
    assert_eq!(verify(&hmac, &other), Err(JwtError::Algorithm));
    let own_key = elliptic();
    let (x, y) = point(&own_key);
    let header =
        json!({"alg": "ES256", "jwk": {"kty": "EC", "crv": "P-256", "x": x, "y": y}, "jku": "https://x"});
    let token = signed(&header, &claims(), by_curve(&own_key));
    let ours = point(&elliptic());
    let set = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": ours.0, "y": ours.1}]}).to_string();
    assert_eq!(verify(&verifier(Algorithm::Es256, &set), &token), Err(JwtError::Signature));
    let critical =
        signed(&json!({"alg": "HS256", "crit": ["b64"], "b64": false}), &claims(), by_secret(SECRET));
    assert_eq!(verify(&hmac, &critical), Err(JwtError::Critical));
}

#[test]
fn what_was_altered_is_refused() {
    let verifier = verifier(Algorithm::Hs256, SECRET);
    let token = signed(&json!({"alg": "HS256"}), &claims(), by_secret(SECRET));
    let parts: Vec<_> = token.split('.').collect();
    let forged = part(&with("sub", json!("u2")));
    assert_eq!(verify(&verifier, &format!("{}.{forged}.{}", parts[0], parts[2])), Err(JwtError::Signature));
    for cut in 0..token.len() {
        assert!(verify(&verifier, &token[..cut]).is_err(), "{cut}");
    }
    let foreign = signed(&json!({"alg": "HS256"}), &claims(), by_secret(&"x".repeat(40)));
    assert_eq!(verify(&verifier, &foreign), Err(JwtError::Signature));
    for text in ["", ".", "..", "a.b.c", "a.b.c.d", &"a".repeat(20_000)] {
        assert_eq!(verify(&verifier, text), Err(JwtError::Malformed), "{text:.10}");
    }
}

#[test]
fn a_set_is_searched_by_key_id_and_keys_for_other_things_are_passed_over() {
    let (old, new) = (elliptic(), elliptic());
    let jwk = |kid: &str, pair: &EcdsaKeyPair, usage: &str| {
        let (x, y) = point(pair);
        json!({"kty": "EC", "crv": "P-256", "kid": kid, "use": usage, "x": x, "y": y})
    };
    let set = json!({"keys": [
        {"kty": "OKP", "crv": "Ed25519", "kid": "new", "x": "AAAA"},
        {"kty": "something else", "kid": "new"},
        jwk("old", &old, "sig"), jwk("new", &new, "sig"), jwk("enc", &new, "enc"),
    ]})
    .to_string();
    let verifier = verifier(Algorithm::Es256, &set);
    let by = |kid: Option<&str>, pair| {
        let mut header = json!({"alg": "ES256"});
        if let Some(kid) = kid {
            header["kid"] = kid.into();
        }
        verify(&verifier, &signed(&header, &claims(), by_curve(pair))).map(drop)
    };
    for (kid, pair) in [(Some("old"), &old), (Some("new"), &new), (None, &old), (None, &new)] {
        assert_eq!(by(kid, pair), Ok(()), "{kid:?}");
    }
    for (kid, pair) in [(Some("old"), &new), (Some("enc"), &new), (Some("unknown"), &new)] {
        assert_eq!(by(kid, pair), Err(JwtError::Signature), "{kid:?}");
    }
}

#[test]
fn keys_that_do_not_fit_are_refused_without_being_shown() {
    let pem = |der: &[u8]| {
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64_STANDARD.encode(der))
    };
    for (algorithm, text, expected) in [
        (Algorithm::Hs256, "hunter2".to_owned(), KeyError::Short),
        (Algorithm::Rs256, "hunter2".to_owned(), KeyError::NoKey),
        (Algorithm::Rs256, RSA_PRIVATE.to_owned(), KeyError::NoKey),
        (Algorithm::Es256, RSA_PUBLIC.to_owned(), KeyError::OtherKind),
        (Algorithm::Rs256, "{\"keys\": 1}".to_owned(), KeyError::NoKey),
        (Algorithm::Rs256, "{\"keys\": []}".to_owned(), KeyError::Empty),
        (
            Algorithm::Rs256,
            r#"{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}"#.to_owned(),
            KeyError::Empty,
        ),
        (Algorithm::Rs256, pem(b"\x30\x82\xff\xff\x30\x00"), KeyError::OtherKind),
        (Algorithm::Es256, pem(b"\x30\x04\x30\x02\x05\x00"), KeyError::OtherKind),
    ] {
        assert_eq!(KeySet::parse(algorithm, &text).map(drop), Err(expected), "{text:.20}");
    }
    assert!(!format!("{:?}", KeySet::parse(Algorithm::Hs256, SECRET)).contains("thirty"));
}

#[test]
fn a_curve_point_in_pem_verifies() {
    let pair = elliptic();
    let head = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
    let der = [&head[..], pair.public_key().as_ref()].concat();
    let pem =
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64_STANDARD.encode(der));
    let token = signed(&json!({"alg": "ES256"}), &claims(), by_curve(&pair));
    assert_eq!(verify(&verifier(Algorithm::Es256, &pem), &token), Ok(claims()));
}
