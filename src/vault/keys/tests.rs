use super::*;
use crate::error::{Classify, Disposition};
use crate::secret::secret;

const FIRST: &str = "Wty/bYLSyVq/qBDy9UYih85TVCc+oxcZ8HAnSPejSZI=";
const ACCOUNT: &str = "0198c0de-0000-7000-8000-000000000001";
const OWNER: &str = "crm-1";

fn ring(text: &str) -> WrappingKeys {
    WrappingKeys::parse(text, "the test").unwrap()
}

fn fresh(id: u32) -> String {
    format!("{id}:{}\n", BASE64_STANDARD.encode(random_key().expose_secret()))
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn what_editors_put_around_a_line_is_none_of_the_key() {
    for text in
        [format!("\u{feff}{FIRST}\r\n"), format!("\u{feff}1:{FIRST}\n"), format!("\u{a0}{FIRST} \u{feff}\n")]
    {
        assert_eq!(ring(&text).ids(), [1], "{text:?}");
    }
}

/// Made once by another implementation of the format from the format's description. What is in
/// people's databases must open for ever: these texts never change.
#[test]
fn frozen_vectors_open() {
    let ring = ring(&format!("# frozen\n7:{FIRST}\nactive:7\n"));
    for (canary, forms) in [
        (
            "0200000007000102030405060708090a0b99cb2b99cb768d9f903e0741bcd94915f3a5eed2ea30c745c0bd42256c4639e5aede2fee",
            Forms::Today,
        ),
        (
            "0200000007000102030405060708090a0b99cb2b99cb768d9f903e0741bcd94915f3a5eed2e2a6f14cc0d9334916fcac95b6f68912b\
             09ca2d57b051c11536f5a6f008e311abe",
            Forms::Mixed,
        ),
    ] {
        assert_eq!(ring.canary_open(&hex(canary)).unwrap(), forms);
    }
    let wrapped = hex(
        "0200000007000102030405060708090a0bd49c7dd7863bc490c1654b00fadb0856bfe6be89faa4b5019096624b55aceb97\
                       e8acc244e79a26e7fe8c5fdcde1a7a3a1bafffd9efdb732ddb3f5aedee6f5c660744a77755426d1bc8959c50482ce2d7",
    );
    let key = ring.unwrap(ACCOUNT, OWNER, &wrapped).unwrap();
    let place = Place { table: "sealed_record", column: "sealed", row: "session/3", account: ACCOUNT };
    let record =
        hex("02000000010c0d0e0f1011121314151617e5115a495e8bbd95d12ab5e48557d985f604d898d0eb36f7856cc9df262c");
    assert_eq!(key.open(&place, &record).unwrap().expose_secret(), r#"{"cookies":[]}"#);
    let name = key.password_name(ACCOUNT, &secret("correct horse".into()));
    assert_eq!(name, "argon2id:340639e61309c12d288744011087bde7");
    let mark = hex("0200000007eab6ac51fa8ddd52615588c04c5c9f3f1a5936f3ca5e19d307e61223f4b28f9a");
    let fields = [Some(&b"read"[..]), None];
    assert_eq!(ring.mark("api_token", &fields), mark);
    assert!(ring.is_marked("api_token", &fields, &mark).unwrap());
}

/// The same of the form before, in which databases of then are.
#[test]
fn frozen_vectors_of_the_form_before_open_to_be_sealed_anew() {
    let ring = ring(&format!("# frozen\n7:{FIRST}\nactive:7\n"));
    let canary = hex(
        "0100000007000102030405060708090a0b99cb2b99cb768d9f903e0741bcd94915f3a5eed2ab87293a4637d1a5c83c68447150e0b3",
    );
    assert_eq!(ring.canary_open(&canary).unwrap(), Forms::Old);
    let wrapped = hex(
        "0100000007000102030405060708090a0bac72a1e1186a9e64dcae21c95ff19d83b6f57c9eefc8c9c96408d15c3ad84424c228e2e9c00d0682c9f8f5f7774cbd14",
    );
    assert!(matches!(ring.unwrap(ACCOUNT, ACCOUNT, &wrapped), Err(VaultError::OtherForm(1))));
    let key = ring.unwrap_old(ACCOUNT, &wrapped).unwrap();
    let place = Place { table: "sealed_record", column: "sealed", row: "session", account: ACCOUNT };
    let record =
        hex("01000000010c0d0e0f1011121314151617a2fce22a1a714aa4083f6ae6c727e6119bc4eba7b3719a89c545d88581b0");
    assert!(matches!(key.open(&place, &record), Err(VaultError::OtherForm(1))));
    assert_eq!(key.open_old(&place, &record).unwrap().expose_secret(), r#"{"cookies":[]}"#);
    let name = key.password_name(ACCOUNT, &secret("correct horse".into()));
    assert_eq!(name, "argon2id:e898970377a471fefa0c08b9c9baa322");
    assert_eq!(key.password_renamed(ACCOUNT, "cd0fd9ec99d3540baa053a6a97ffbf1f"), name);
}

#[test]
fn a_bare_key_is_key_one() {
    let (bare, numbered) = (ring(FIRST), ring(&format!("1:{FIRST}")));
    numbered.canary_open(&bare.canary_seal(Forms::Today)).unwrap();
}

#[test]
fn old_keys_open_and_the_active_one_seals() {
    let (one, two) = (fresh(1), fresh(2));
    let old = ring(&one).wrap(ACCOUNT, OWNER, &DataKey::generate());
    let mark = ring(&one).mark("api_token", &[]);
    let both = ring(&format!("{one}{two}active:2"));
    let again = both.wrap(ACCOUNT, OWNER, &both.unwrap(ACCOUNT, OWNER, &old).unwrap());
    assert_eq!((old.len(), again.len()), (97, 97));
    assert!(both.is_marked("api_token", &[], &mark).unwrap());
    assert!(ring(&two).unwrap(ACCOUNT, OWNER, &again).is_ok());
    assert!(matches!(ring(&two).unwrap(ACCOUNT, OWNER, &old), Err(VaultError::UnknownKey(1))));
    assert!(matches!(ring(&two).is_marked("api_token", &[], &mark), Err(VaultError::UnknownKey(1))));
}

#[test]
fn a_ring_is_written_as_it_is_read_and_new_keys_have_new_numbers() {
    let three = WrappingKeys::fresh().with_a_fresh_one().with_a_fresh_one();
    let read = ring(&three.text());
    assert_eq!((read.ids(), read.active()), (vec![1, 2, 3], 3));
    read.canary_open(&three.canary_seal(Forms::Mixed)).unwrap();
    let two = read.without(2);
    assert_eq!((two.ids(), two.active()), (vec![1, 3], 3));
    assert_eq!(two.with_a_fresh_one().ids(), [1, 3, 4]);
}

#[test]
fn a_data_key_keeps_its_generations_when_it_is_wrapped() {
    let ring = ring(&fresh(1));
    let place = Place { table: "sealed_record", column: "sealed", row: "session", account: ACCOUNT };
    let first = DataKey::generate();
    let old = first.seal(&place, &secret("old".into()));
    let wrapped = ring.wrap(ACCOUNT, OWNER, &first.next());
    assert_eq!(wrapped.len(), 97 + 32);
    let both = ring.unwrap(ACCOUNT, OWNER, &wrapped).unwrap();
    assert_eq!(both.open(&place, &old).unwrap().expose_secret(), "old");
    let new = both.seal(&place, &secret("new".into()));
    assert_eq!(both.open(&place, &new).unwrap().expose_secret(), "new");
    assert!(matches!(first.open(&place, &new), Err(VaultError::UnknownKey(2))));
}

#[test]
fn a_wrapped_key_serves_its_own_account_and_owner_only() {
    let ring = ring(&fresh(1));
    let wrapped = ring.wrap("a-1", OWNER, &DataKey::generate());
    for (account, owner) in [("a-2", OWNER), ("a-1", "crm-2"), (OWNER, "a-1"), ("a-1", "")] {
        assert!(matches!(ring.unwrap(account, owner, &wrapped), Err(VaultError::OwnerChanged)));
    }
    assert!(ring.canary_open(&wrapped).is_err(), "a wrapped key is no canary");
}

#[test]
fn the_canary_knows_its_ring() {
    let canary = ring(&fresh(1)).canary_seal(Forms::Today);
    let refusal = ring(&fresh(1)).canary_open(&canary).unwrap_err();
    assert!(matches!(refusal, VaultError::WrongKey), "{refusal}");
    assert_eq!(refusal.meaning().disposition, Disposition::Fatal);
    assert!(matches!(ring(&fresh(2)).canary_open(&canary), Err(VaultError::UnknownKey(1))));
    assert!(matches!(ring(&fresh(1)).canary_open(b"\x01"), Err(VaultError::Truncated)));
}

#[test]
fn a_mark_fits_its_own_row_and_purpose_only() {
    let own = ring(&fresh(1));
    let fields = [Some(&b"ab"[..]), Some(b""), None];
    let mark = own.mark("api_token", &fields);
    assert!(own.is_marked("api_token", &fields, &mark).unwrap());
    for other in [
        [Some(&b"a"[..]), Some(b"b"), None],
        [Some(b"ab"), None, None],
        [Some(b"ab"), None, Some(b"")],
        [None, Some(b"ab"), Some(b"")],
    ] {
        assert!(!own.is_marked("api_token", &other, &mark).unwrap(), "{other:?}");
    }
    assert!(!own.is_marked("api_token", &fields[..2], &mark).unwrap());
    assert!(!own.is_marked("another", &fields, &mark).unwrap());
    assert!(!ring(&fresh(1)).is_marked("api_token", &fields, &mark).unwrap());
    for at in 0..mark.len() * 8 {
        let mut bad = mark.clone();
        bad[at / 8] ^= 1 << (at % 8);
        assert!(!own.is_marked("api_token", &fields, &bad).unwrap_or(false), "bit {at}");
        assert!(!own.is_marked("api_token", &fields, &mark[..at / 8]).unwrap_or(false));
    }
}

#[test]
fn what_is_no_ring_is_refused() {
    let (one, two) = (fresh(1), fresh(2));
    for text in [
        String::new(),
        "# only a comment".into(),
        "change-me".into(),
        "1:".into(),
        FIRST[..43].into(),
        format!("x:{FIRST}"),
        format!("{one}{two}"),
        format!("{one}{one}"),
        format!("{one}active:2"),
        format!("{one}active:1\nactive:1"),
        "0".repeat(64),
        BASE64_STANDARD.encode([7_u8; 16]),
    ] {
        assert!(
            matches!(WrappingKeys::parse(&text, "the test"), Err(VaultError::Malformed { .. })),
            "{text}"
        );
    }
}

#[test]
fn what_can_be_guessed_is_refused() {
    let mut counting = [0_u8; 32];
    (1_u8..).zip(&mut counting).for_each(|(n, byte)| *byte = n);
    for key in [[0_u8; 32], [0xff; 32], counting, *b"correct horse battery staple 123", {
        let mut halves = [1_u8; 32];
        halves[..16].fill(200);
        halves
    }] {
        let refusal = WrappingKeys::parse(&BASE64_STANDARD.encode(key), "the test").unwrap_err();
        assert!(matches!(refusal, VaultError::Weak { .. }), "{refusal}");
    }
}

#[test]
fn refusals_do_not_repeat_the_text() {
    let refusal = WrappingKeys::parse("hunter2-invented", "the test").unwrap_err();
    assert!(!format!("{refusal} {refusal:?} {}", refusal.meaning().hint()).contains("hunter2"));
}
