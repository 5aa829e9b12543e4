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
    let other = record::seal(2, &key.generations[0], &PLACE, b"invented");
    assert!(matches!(key.open(&PLACE, &other), Err(VaultError::UnknownKey(2))));
    let none = record::seal(0, &key.generations[0], &PLACE, b"invented");
    assert!(matches!(key.open(&PLACE, &none), Err(VaultError::UnknownKey(0))));
}

#[test]
fn a_password_is_known_again_by_its_account_and_key_alone() {
    let (key, other) = (DataKey::generate(), DataKey::generate());
    let named = |key: &DataKey, account, password: &str| key.password_name(account, &secret(password.into()));
    let name = named(&key, "a-1", "invented");
    assert!(name.starts_with("argon2id:") && name.len() == 9 + 32, "{name}");
    assert_ne!(name, named(&key, "a-1", "Invented"));
    assert_ne!(name, named(&key, "a-2", "invented"));
    assert_ne!(name, named(&other, "a-1", "invented"));
    for later in [key.next(), key.shredded()] {
        assert_eq!(name, named(&later, "a-1", "invented"));
    }
}

/// Computed by another implementation: a name that changes lets a refused password be tried again.
#[test]
fn the_names_of_passwords_stay_in_later_versions() {
    let key = DataKey::of_generations(vec![key_of(&[7; LENGTH])]).unwrap();
    let quick = "5bb20ea34911e631a62a2aa1ca3a9b84";
    let name = "argon2id:c193f3ea2597e9a91e067929c671fa44";
    assert_eq!(key.password_name("a-1", &secret("invented".into())), name);
    assert_eq!(key.password_renamed("a-1", quick), name, "of the version before, without the password");
}

#[test]
fn what_was_sealed_before_a_shredding_does_not_open_after_it() {
    let key = DataKey::generate();
    let (old, shredded) = (key.seal(&PLACE, &secret("invented".into())), key.shredded());
    assert!(matches!(shredded.open(&PLACE, &old), Err(VaultError::Damaged { .. })));
    let new = shredded.seal(&PLACE, &secret("invented".into()));
    assert_eq!(shredded.open(&PLACE, &new).unwrap().expose_secret(), "invented");
}

#[test]
fn what_is_no_whole_number_of_keys_is_refused() {
    assert_eq!(DataKey::from_plain(&[7; 96]).unwrap().plain().as_slice(), [7; 96]);
    for length in [0, 1, 31, 32, 33, 63, 65] {
        assert!(matches!(DataKey::from_plain(&vec![7; length]), Err(VaultError::Truncated)), "{length}");
    }
}

#[test]
fn what_is_no_text_is_refused() {
    let key = DataKey::generate();
    let bytes = record::seal(1, &key.generations[0], &PLACE, &[0xff, 0xfe]);
    assert!(matches!(key.open(&PLACE, &bytes), Err(VaultError::Damaged { .. })));
}

#[test]
fn is_not_shown() {
    let key = DataKey::generate();
    let hidden = "SecretBox<[u8; 32]>([REDACTED])";
    assert_eq!(format!("{key:?}"), format!("DataKey {{ passwords: {hidden}, generations: [{hidden}] }}"));
}
