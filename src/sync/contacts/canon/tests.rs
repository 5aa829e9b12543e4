use super::*;
use crate::model::{CardPhone, PhoneKind};
use proptest::prelude::*;

fn canon() -> Canon {
    Canon { region: PhoneRegion::parse("de") }
}

#[test]
fn notes_with_other_line_ends_and_trailing_space_are_the_same_notes() {
    for written in ["one\ntwo", "one \r\ntwo\r\n", "one\rtwo  ", "one\u{b}two\u{0}", "\n one\ntwo\t\n\n"] {
        assert_eq!(text(written), "one\ntwo", "{written:?}");
    }
    assert_ne!(text("one two"), text("one\ntwo"));
    assert_eq!(text("Zoe\u{308}"), "Zoë");
}

#[test]
fn an_email_address_is_the_same_in_any_case_and_in_both_writings_of_its_domain() {
    for (one, other) in [
        ("Anna@Example.COM", " anna@example.com "),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("ÄNNE@example.com", "änne@example.com"),
    ] {
        assert_eq!(email_form(one), email_form(other), "{one}");
        assert!(email_form(one).is_some(), "{one}");
    }
    for (one, other) in
        [("a.nna@example.com", "anna@example.com"), ("anna+crm@example.com", "anna@example.com")]
    {
        assert_ne!(email_form(one), email_form(other), "{one}");
    }
}

#[test]
fn what_is_no_address_matches_nothing() {
    for written in ["", "@", "anna", "anna@", "@example.com", "Anna Fort <anna@example.com>"] {
        assert_eq!(email_form(written), None, "{written}");
    }
    let directory = "/o=ExchangeLabs/ou=Exchange Administrative Group/cn=Recipients/cn=anna@example.com";
    assert_eq!(email_form(directory), None);
}

#[test]
fn an_address_that_is_none_comes_back_as_a_name_and_is_the_same_entry() {
    let sent = CardEmail { address: "Anna at home".to_owned(), name: String::new() };
    let back = CardEmail { address: String::new(), name: "Anna at home".to_owned() };
    assert_eq!(email(&sent), email(&back));
    let renamed = CardEmail { address: "anna@example.com".to_owned(), name: "Fort, Anna (HR)".to_owned() };
    assert_eq!(email(&renamed), "anna@example.com");
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    for written in [
        "+49 30 123456",
        "030 123456",
        "(030) 12 34 56",
        "+49 (0)30 123456",
        "tel:+4930123456",
        "0049 30/123456",
    ] {
        assert_eq!(canon().phone(written), "+4930123456", "{written}");
        assert_eq!(canon().valid_phone(written).as_deref(), Some("+4930123456"), "{written}");
    }
    assert_eq!(Canon::default().phone("+49 30 123456"), "+4930123456");
    assert_eq!(Canon::default().valid_phone("030 123456"), None);
}

#[test]
fn numbers_with_different_extensions_are_different_numbers() {
    let written =
        ["+49 30 12345-0", "+49 30 12345-17", "+49 30 12345", "+49 30 12345 ext. 5", "+49 30 12345 ext 6"];
    let numbers: std::collections::HashSet<_> = written.iter().map(|number| canon().phone(number)).collect();
    assert_eq!(numbers.len(), written.len(), "{numbers:?}");
    for same in ["+49 30 12345 ext 5", "+49 30 12345x5", "+49 30 12345 (ext. 5)", "+49 30 12345 Durchwahl: 5"]
    {
        assert_eq!(canon().phone(same), "+493012345;5", "{same}");
    }
}

#[test]
fn what_is_no_valid_number_is_compared_by_its_digits_or_words_and_matches_nothing() {
    for (written, compared) in [
        ("110", "110"),
        ("12-34", "1234"),
        ("+999 12 34", "+9991234"),
        ("fax 12345", "fax 12345"),
        ("ask the  Office", "ask the office"),
        ("anna@example.com", "anna@example.com"),
        ("030 123456, 030 123457 and 030 123458 at night", "030 123456, 030 123457 and 030 123458 at night"),
        ("", ""),
        ("x", "x"),
    ] {
        assert_eq!(canon().phone(written), compared);
        assert_eq!(canon().valid_phone(written), None, "{written}");
    }
}

#[test]
fn a_card_is_found_by_what_proves_who_it_is_in_the_cards_order() {
    let email = |address: &str| CardEmail { address: address.to_owned(), name: String::new() };
    let phone = |number: &str| CardPhone { kind: PhoneKind::Home, number: number.to_owned() };
    let emails = vec![email("/o=Labs/cn=anna"), email("Anna@X.example")];
    let card = Card { emails, phones: vec![phone("030 123456"), phone("110")], ..Card::default() };
    let forms = canon().forms(&card);
    assert_eq!(forms.emails, [None, Some("anna@x.example".to_owned())]);
    assert_eq!(forms.phones, [Some("+4930123456".to_owned()), None]);
}

#[test]
fn there_is_no_region_of_another_name() {
    assert!(PhoneRegion::parse("de").is_some() && PhoneRegion::parse("XX").is_none());
}

#[test]
fn a_category_is_the_same_in_any_case() {
    assert_eq!(folded(" Key  Account "), folded("key account"));
}

proptest! {
    #[test]
    fn no_text_ends_anything_and_each_is_its_own_form(written in any::<String>()) {
        prop_assert_eq!(text(&text(&written)), text(&written));
        let entry = CardEmail { address: written.clone(), name: written.clone() };
        let _ = email(&entry);
        let _ = canon().phone(&written);
    }

    #[test]
    fn a_number_is_its_own_form(written in "[+0-9 ()/x.-]{0,45}") {
        let once = canon().phone(&written);
        if let Some(valid) = canon().valid_phone(&written).filter(|valid| !valid.contains(';')) {
            prop_assert_eq!(canon().phone(&valid), once);
        }
    }
}
