use super::super::profile::GLOBAL;
use super::super::prompt::Method;
use super::*;
use crate::error::{Classify, Disposition, WhoseTurn};
use scraper::{Html, Selector};
use serde_json::Value;

/// What the snapshot script would say of a page as it was served; what its own script then shows is in
/// `visible`.
fn served(name: &str, url: &str, visible: &[&str]) -> Snapshot {
    // Tests stand in the package's directory, which need not be the one they were built in.
    let html =
        std::fs::read_to_string(format!("tests/data/signin/{name}.html")).expect("a page of the test data");
    let document = Html::parse_document(&html);
    let first = |selector: &str| {
        let selector = Selector::parse(selector).expect("a selector");
        document.select(&selector).next()
    };
    let config = config(&html);
    Snapshot {
        url: url.to_owned(),
        title: first("title").map(|title| title.text().collect()).unwrap_or_default(),
        page_id: first("meta[name=PageID]").and_then(|meta| meta.attr("content")).map(str::to_owned),
        error_code: config["sErrorCode"].as_str().map(str::to_owned),
        aadsts: Vec::new(),
        visible: visible.iter().map(|element| (*element).to_owned()).collect(),
        number: None,
        inputs: visible.iter().map(|element| (*element).to_owned()).collect(),
        plain: false,
        loaded: true,
        status: 200,
    }
}

fn config(html: &str) -> Value {
    let Some((_, rest)) = html.split_once("$Config=") else { return Value::Null };
    let mut values = serde_json::Deserializer::from_str(rest).into_iter();
    values.next().and_then(Result::ok).unwrap_or_default()
}

const LOGIN: &str = "https://login.microsoftonline.com/common/login";

fn with_code(seen: Snapshot, code: &str) -> Snapshot {
    Snapshot { error_code: Some(code.to_owned()), ..seen }
}

#[test]
fn real_pages_by_what_they_show() {
    let sign_in = |visible: &[&str]| served("ConvergedSignIn", LOGIN, visible);
    let tfa = |visible: &[&str]| served("ConvergedTFA", LOGIN, visible);
    for (seen, page) in [
        (served("ConvergedSignIn", LOGIN, &[GLOBAL.elements.email, GLOBAL.elements.submit]), Screen::Email),
        (sign_in(&[GLOBAL.elements.password, GLOBAL.elements.submit]), Screen::Password),
        (
            sign_in(&[GLOBAL.elements.password, GLOBAL.elements.password_error, GLOBAL.elements.submit]),
            Screen::WrongPassword,
        ),
        (
            sign_in(&[GLOBAL.elements.email, GLOBAL.elements.email_error, GLOBAL.elements.submit]),
            Screen::UnknownUser,
        ),
        (sign_in(&[GLOBAL.elements.tiles]), Screen::AccountPicker),
        (sign_in(&[GLOBAL.elements.to_password, GLOBAL.elements.submit]), Screen::Passwordless),
        (sign_in(&[GLOBAL.elements.to_password, GLOBAL.elements.approve]), Screen::Passwordless),
        (sign_in(&[]), Screen::Working),
        (served("KmsiInterrupt", LOGIN, &[GLOBAL.elements.kmsi, GLOBAL.elements.submit]), Screen::Kmsi),
        (served("KmsiInterrupt", LOGIN, &[]), Screen::Working),
        (sign_in(&[GLOBAL.elements.app_confirm, GLOBAL.elements.submit]), Screen::AppConfirm),
        (tfa(&[GLOBAL.elements.approve]), approve(None)),
        (
            tfa(&[GLOBAL.elements.code, GLOBAL.elements.code_submit]),
            Screen::Prompt(Prompt::Code { wrong: false }),
        ),
        (
            tfa(&[GLOBAL.elements.code, GLOBAL.elements.code_error]),
            Screen::Prompt(Prompt::Code { wrong: true }),
        ),
        (
            tfa(&[GLOBAL.elements.proofs, GLOBAL.methods[2].1, GLOBAL.methods[1].1]),
            Screen::Prompt(Prompt::Choose(vec![Method::AppCode, Method::TextMessage])),
        ),
        (
            Snapshot { number: Some("42".to_owned()), ..tfa(&[GLOBAL.elements.approve]) },
            Screen::Prompt(Prompt::Approve { number: Some("42".to_owned()) }),
        ),
        (
            served("ConvergedTFA", LOGIN, &[GLOBAL.elements.mfa_refused, GLOBAL.elements.approve]),
            Screen::MfaRefused,
        ),
        (served("ConvergedProofUpRedirect", LOGIN, &[GLOBAL.elements.proof_up]), Screen::MoreInformation),
        (served("HiddenForm", LOGIN, &[]), Screen::Working),
        (served("ADFS", "https://sts.example.com/adfs/ls/", &[GLOBAL.elements.federated]), Screen::Federated),
    ] {
        assert_eq!(recognise(&GLOBAL, &seen), page, "{:?} {:?}", seen.page_id, seen.visible);
    }
}

#[test]
fn codes_on_the_page_say_which_error() {
    let password = || served("ConvergedSignIn", LOGIN, &[GLOBAL.elements.password, GLOBAL.elements.submit]);
    for (code, page) in [
        ("50126", Screen::WrongPassword),
        ("50056", Screen::WrongPassword),
        ("50034", Screen::UnknownUser),
        ("50053", Screen::Locked),
        ("50057", Screen::Disabled),
        ("50055", Screen::ChangePassword),
        ("53003", Screen::ConditionalAccess { code: 53003 }),
        ("65001", Screen::Consent),
        ("700016", Screen::Refused { code: 700_016 }),
        ("50058", Screen::Password),
        ("", Screen::Password),
        ("none", Screen::Password),
    ] {
        assert_eq!(recognise(&GLOBAL, &with_code(password(), code)), page, "{code}");
    }
}

#[test]
fn a_code_in_the_text_of_an_error_page_counts() {
    let error = Snapshot {
        page_id: Some("ConvergedError".to_owned()),
        error_code: None,
        aadsts: vec![53003],
        ..served("ConvergedSignIn", LOGIN, &[])
    };
    assert_eq!(recognise(&GLOBAL, &error), Screen::ConditionalAccess { code: 53003 });
}

#[test]
fn an_unknown_page_is_named_by_its_shape_alone() {
    let seen = Snapshot {
        page_id: Some("SomethingNew".to_owned()),
        error_code: None,
        title: "Dear Ann Example".to_owned(),
        ..served("ConvergedSignIn", LOGIN, &["newField", "<script>"])
    };
    let Screen::Unknown { shape } = recognise(&GLOBAL, &seen) else { panic!("not unknown") };
    assert_eq!(shape, "login.microsoftonline.com page SomethingNew inputs newField,script");
}

#[test]
fn outlook_is_known_by_its_own_elements() {
    let at = |url: &str, visible: &[&str]| recognise(&GLOBAL, &served("HiddenForm", url, visible));
    assert_eq!(at("https://outlook.cloud.microsoft/mail/", &[GLOBAL.elements.outlook]), Screen::Outlook);
    assert_eq!(at("https://outlook.cloud.microsoft/mail/", &[]), Screen::Working);
    assert_eq!(at("https://outlook.office.com/owa/?layout=light", &[]), Screen::Light);
    let plain = Snapshot { plain: true, ..served("HiddenForm", "https://outlook.office.com/mail/", &[]) };
    let failed = Snapshot { status: 502, ..plain.clone() };
    assert_eq!(recognise(&GLOBAL, &failed), Screen::Failed { status: 502 });
    assert_eq!(recognise(&GLOBAL, &plain), Screen::Light);
    assert_eq!(at("about:blank", &[]), Screen::Working);
    let error = "https://outlook.office.com/owa/auth/errorfe.aspx?httpCode=500&owaError=";
    assert_eq!(
        at(&format!("{error}OwaUserHasNoMailboxAndNoLicenseAssignedException"), &[]),
        Screen::NoMailbox
    );
    assert_eq!(at(&format!("{error}MapiExceptionNetworkError"), &[]), Screen::Failed { status: 500 });
}

#[test]
fn a_session_that_meets_a_sign_in_page_is_dead() {
    assert!(matches!(Screen::Email.without_password(), Some(OwaError::SignInPage)));
    assert!(matches!(Screen::AccountPicker.without_password(), Some(OwaError::SignInPage)));
    assert!(matches!(Screen::Disabled.without_password(), Some(OwaError::Disabled)));
    assert!(Screen::Working.without_password().is_none());
    let code = Screen::Prompt(Prompt::Code { wrong: false });
    assert!(matches!(code.without_password(), Some(OwaError::Mfa { number: None })));
    assert!(code.dead_end().is_none());
    let nothing_that_we_know = Screen::Prompt(Prompt::Choose(Vec::new()));
    assert!(matches!(nothing_that_we_know.dead_end(), Some(OwaError::Mfa { number: None })));
}

/// Such as 53000: IT's turn here and by OAuth, which is held against the same table.
#[test]
fn a_number_on_a_page_comes_to_the_verdict_of_the_table() {
    assert_eq!(aadsts::of(53000).unwrap().class.verdict(), (Disposition::Blocked, WhoseTurn::It));
    for known in aadsts::NUMBERS {
        let error = by_code(known.number).without_password().unwrap();
        let meaning = error.meaning();
        let (disposition, whose_turn) = known.class.verdict();
        // What is wrong with Outlook's own application is not the operator's.
        let whose_turn = if whose_turn == WhoseTurn::Operator { WhoseTurn::It } else { whose_turn };
        assert_eq!((meaning.disposition, meaning.whose_turn), (disposition, whose_turn), "{}", known.number);
    }
}
