use super::*;
use crate::model::{AccountId, BodyKind, Folder, FolderId, Message, Recipient, Role};

fn person(name: &str, address: &str) -> Address {
    Address { name: Some(name.to_owned()), address: Some(address.to_owned()) }
}

fn original(subject: &str) -> Original {
    let folder = FolderId::from("f".to_owned());
    let to = |kind, name: &str, address: &str| Recipient { kind, address: person(name, address) };
    let message = Message {
        subject: Some(subject.to_owned()),
        from: Some(person("Bo", "bo@example.org")),
        recipients: vec![
            to(RecipientKind::To, "Ada", "ADA@example.com"),
            to(RecipientKind::To, "Cy", "cy@example.org"),
            to(RecipientKind::Cc, "Di", "di@example.org"),
        ],
        internet_message_id: Some("<first@example.org>".to_owned()),
        ..Message::new(MessageId::from("m".to_owned()), AccountId::from("a".to_owned()), folder.clone())
    };
    let body = Body { kind: BodyKind::Html, content: "<p>Hello <b>Ada</b></p>".to_owned(), truncated: false };
    let stored = StoredMessage { message, folder: Folder::new(folder, Role::Inbox), has_body: true };
    Original { stored, body: Some(body) }
}

fn wish(mode: SendMode) -> SendWish {
    SendWish {
        mode,
        regarding: Some(MessageId::from("m".to_owned())),
        to: Vec::new(),
        cc: Vec::new(),
        bcc: Vec::new(),
        subject: None,
        body: OutgoingBody { text: Some("Yes.".to_owned()), html: None },
        files: Vec::new(),
    }
}

fn own() -> MailAddress {
    MailAddress::parse("ada@example.com").unwrap()
}

fn to_whom(wish: &SendWish, original: &Original) -> [Vec<String>; 3] {
    people(wish, Some(original), &own())
        .unwrap()
        .map(|people| people.iter().map(|one| one.address().to_owned()).collect())
}

#[test]
fn an_answer_goes_to_whoever_wrote_and_to_all_others_but_oneself() {
    let original = original("Lunch");
    assert_eq!(to_whom(&wish(SendMode::Reply), &original), [vec!["bo@example.org"], vec![], vec![]]);
    let more =
        SendWish { bcc: vec![MailAddress::parse("di@example.org").unwrap()], ..wish(SendMode::ReplyAll) };
    assert_eq!(
        to_whom(&more, &original),
        [vec!["bo@example.org", "cy@example.org"], vec!["di@example.org"], vec![]]
    );
    assert_eq!(to_whom(&wish(SendMode::Forward), &original), [[""; 0]; 3].map(Vec::from));
}

#[test]
fn an_answer_to_what_one_wrote_oneself_goes_to_those_to_whom_one_wrote() {
    let mut original = original("Lunch");
    original.stored.message.from = Some(person("Ada", "Ada@Example.com"));
    assert_eq!(to_whom(&wish(SendMode::Reply), &original), [vec!["cy@example.org"], vec![], vec![]]);
}

#[test]
fn nobody_is_left_out_of_an_answer_to_all_in_silence() {
    let mut lacking = original("Lunch");
    lacking.stored.message.recipients[1].address.address = None;
    assert!(people(&wish(SendMode::ReplyAll), Some(&lacking), &own()).is_err());
    let mut cut = original("Lunch");
    cut.stored.message.recipients_truncated = true;
    assert!(people(&wish(SendMode::ReplyAll), Some(&cut), &own()).is_err());
    assert!(people(&wish(SendMode::Reply), Some(&cut), &own()).is_ok());
}

#[test]
fn a_subject_says_once_that_it_is_an_answer_and_is_one_line() {
    for (mode, other, expected) in [
        (SendMode::Reply, "Lunch", "Re: Lunch"),
        (SendMode::ReplyAll, "RE: Lunch", "RE: Lunch"),
        (SendMode::Reply, "AW: Lunch", "AW: Lunch"),
        (SendMode::Forward, "Re: Lunch", "Fwd: Re: Lunch"),
        (SendMode::Forward, "WG: Lunch", "WG: Lunch"),
        (SendMode::Reply, "Lunch\r\nBcc: eve@example.org", "Re: Lunch  Bcc: eve@example.org"),
        (SendMode::Reply, "", "Re: "),
    ] {
        assert_eq!(subject(&wish(mode), Some(&original(other))), expected);
    }
    let own = SendWish { subject: Some("Dinner".to_owned()), ..wish(SendMode::Reply) };
    assert_eq!(subject(&own, Some(&original("Lunch"))), "Dinner");
}

#[test]
fn what_is_answered_is_quoted_and_what_is_handed_on_is_told_of() {
    let original = original("Lunch");
    let said = OutgoingBody { text: Some("Yes.".to_owned()), html: Some("<p>Yes.</p>".to_owned()) };
    let answer = quote::quoted(&said, &original, SendMode::Reply);
    let text = answer.text.unwrap();
    assert!(
        text.starts_with("Yes.\n\nOn an unknown day, Bo <bo@example.org> wrote:\n> Hello Ada\n"),
        "{text}"
    );
    let html = answer.html.unwrap();
    assert!(html.contains("Bo &lt;bo@example.org&gt; wrote:") && html.contains(">Hello Ada</pre>"), "{html}");
    assert!(!html.contains("<b>"), "{html}");
    let handed_on = quote::quoted(&wish(SendMode::Forward).body, &original, SendMode::Forward).text.unwrap();
    assert!(handed_on.contains("\nFrom: Bo <bo@example.org>\n") && handed_on.ends_with("\n\nHello Ada\n"));
}

#[test]
fn what_is_not_here_whole_is_not_handed_on() {
    assert!(original("Lunch").may_be_forwarded().is_ok());
    let mut attached = original("Lunch");
    attached.stored.message.has_attachments = Some(true);
    assert!(attached.may_be_forwarded().is_err());
    assert!(Original { body: None, ..original("Lunch") }.may_be_forwarded().is_err());
}

#[test]
fn a_message_id_that_would_be_more_than_one_goes_into_no_header() {
    let mut original = original("Lunch");
    assert_eq!(thread_id(&original.stored).as_deref(), Some("<first@example.org>"));
    for bad in ["", "<a b@c>", "<a@b>\r\nBcc: <e@f>", "<a@b><c@d>", "no-brackets@example.org", "<nohost>"] {
        original.stored.message.internet_message_id = Some(bad.to_owned());
        assert_eq!(thread_id(&original.stored), None, "{bad:?}");
    }
}
