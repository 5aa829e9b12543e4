//! What is built, as another parser reads it. Python's reads it in `tests/it`.

use super::*;
use crate::model::{OutgoingBody, OutgoingFile};
use crate::testing::now;
use mail_parser::{MessageParser, MimeHeaders};

fn person(text: &str) -> MailAddress {
    MailAddress::parse(text).unwrap()
}

fn message() -> Outgoing {
    Outgoing {
        internet_message_id: "<01a0c0f1@example.com>".to_owned(),
        date: now(),
        from: person("Ada Lovelace <ada@example.com>"),
        to: vec![person("Jürgen Groß <juergen@example.org>"), person("b@example.org")],
        cc: vec![person("\"Babbage, Charles\" <c@example.org>")],
        bcc: vec![person("eve@example.org")],
        subject:
            "Prüfung: 漢字 and a very long subject that has to be folded somewhere, since lines are short"
                .to_owned(),
        body: OutgoingBody {
            text: Some("Grüße\n.\nFrom here\n".to_owned()),
            html: Some("<p>Grüße</p>".to_owned()),
        },
        files: vec![
            OutgoingFile::new("Übersicht 1.pdf", Some("application/pdf"), vec![0, 1, 2, 255]).unwrap(),
        ],
        in_reply_to: Some("<first@example.org>".to_owned()),
        references: vec!["<zero@example.org>".to_owned(), "<first@example.org>".to_owned()],
    }
}

#[test]
fn another_parser_reads_what_was_meant() {
    let built = built(&message());
    assert!(built.is_ascii());
    assert!(built.lines().all(|line| line.len() <= 998));
    let read = MessageParser::default().parse(built.as_bytes()).unwrap();
    assert_eq!(read.subject().unwrap(), message().subject);
    assert_eq!(read.message_id(), Some("01a0c0f1@example.com"));
    assert_eq!(read.in_reply_to().as_text(), Some("first@example.org"));
    assert_eq!(read.references().as_text_list().unwrap().len(), 2);
    assert_eq!(read.date().unwrap().to_timestamp(), now().timestamp());
    let people = |header: Option<&mail_parser::Address<'_>>| -> Vec<_> {
        let all = header.unwrap().iter();
        all.map(|one| (one.name().map(str::to_owned), one.address().unwrap().to_owned())).collect()
    };
    let named = |name: &str, address: &str| (Some(name.to_owned()), address.to_owned());
    assert_eq!(people(read.from()), [named("Ada Lovelace", "ada@example.com")]);
    assert_eq!(
        people(read.to()),
        [named("Jürgen Groß", "juergen@example.org"), (None, "b@example.org".to_owned())]
    );
    assert_eq!(people(read.cc()), [named("Babbage, Charles", "c@example.org")]);
    assert_eq!(people(read.bcc()), [(None, "eve@example.org".to_owned())]);
    assert_eq!(read.body_text(0).unwrap().replace("\r\n", "\n"), "Grüße\n.\nFrom here\n");
    assert_eq!(read.body_html(0).unwrap(), "<p>Grüße</p>");
    let file = read.attachments().next().unwrap();
    assert_eq!(
        (file.attachment_name(), file.contents()),
        (Some("Übersicht 1.pdf"), [0, 1, 2, 255].as_slice())
    );
}

#[test]
fn nothing_that_is_said_becomes_a_header() {
    let hostile = "x\r\nBcc: eve@example.org\r\n\r\nbody";
    // What gets past every check is still no header.
    let message = Outgoing {
        subject: hostile.to_owned(),
        body: OutgoingBody { text: Some(hostile.to_owned()), html: None },
        bcc: Vec::new(),
        files: Vec::new(),
        ..message()
    };
    let built = built(&message);
    let read = MessageParser::default().parse(built.as_bytes()).unwrap();
    assert!(read.bcc().is_none(), "{built}");
}
