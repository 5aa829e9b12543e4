use super::*;

const PLACE: Place<'_> = Place { table: "sealed_record", column: "sealed", row: "password", account: "a-1" };

#[test]
fn only_the_key_that_sealed_opens() {
    let key = DataKey::generate();
    let sealed = key.seal(&PLACE, &secret("invented".into()));
    assert_eq!(key.open(&PLACE, &sealed).unwrap().expose_secret(), "invented");
    assert!(matches!(DataKey::generate().open(&PLACE, &sealed), Err(VaultError::Damaged { .. })));
}

#[test]
fn a_record_of_another_generation_is_refused_by_name() {
    let key = DataKey::generate();
    let other = record::seal(2, &key.0[0], &PLACE, b"invented");
    assert!(matches!(key.open(&PLACE, &other), Err(VaultError::UnknownKey(2))));
    let none = record::seal(0, &key.0[0], &PLACE, b"invented");
    assert!(matches!(key.open(&PLACE, &none), Err(VaultError::UnknownKey(0))));
}

#[test]
fn a_fingerprint_tells_secrets_purposes_and_keys_apart() {
    let (key, other) = (DataKey::generate(), DataKey::generate());
    let name = key.fingerprint("password", &secret("invented".into()));
    assert_eq!(name, key.fingerprint("password", &secret("invented".into())));
    assert_ne!(name, key.fingerprint("password", &secret("Invented".into())));
    assert_ne!(name, key.fingerprint("token", &secret("invented".into())));
    assert_ne!(name, other.fingerprint("password", &secret("invented".into())));
    assert_eq!(name, key.next().fingerprint("password", &secret("invented".into())));
}

#[test]
fn what_is_no_whole_number_of_keys_is_refused() {
    assert_eq!(DataKey::from_plain(&[7; 64]).unwrap().plain().as_slice(), [7; 64]);
    for length in [0, 1, 31, 33, 63] {
        assert!(matches!(DataKey::from_plain(&vec![7; length]), Err(VaultError::Truncated)), "{length}");
    }
}

#[test]
fn what_is_no_text_is_refused() {
    let key = DataKey::generate();
    let bytes = record::seal(1, &key.0[0], &PLACE, &[0xff, 0xfe]);
    assert!(matches!(key.open(&PLACE, &bytes), Err(VaultError::Damaged { .. })));
}

#[test]
fn is_not_shown() {
    let key = DataKey::generate();
    assert_eq!(format!("{key:?}"), "DataKey([SecretBox<[u8; 32]>([REDACTED])])");
}
