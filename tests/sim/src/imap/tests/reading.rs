//! Folders, lists and messages.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::client::{Client, quirk, set, world};
use crate::Draft;
use crate::imap::Quirk;

#[tokio::test]
async fn folders_have_names_in_the_mailboxs_language_and_attributes_where_these_are_shown() {
    let (sim, _) = world(0);
    let german = sim.accounts().remove(1).smtp;
    let mut client = Client::signed_in(&sim, &german).await;
    let list = client.ask("LIST \"\" *").await;
    for line in [
        "* LIST (\\HasChildren) \"/\" INBOX\r\n",
        "* LIST (\\HasNoChildren \\Drafts) \"/\" Entw&APw-rfe\r\n",
        "* LIST (\\HasNoChildren \\Sent) \"/\" \"Gesendete Elemente\"\r\n",
        "* LIST (\\HasNoChildren) \"/\" INBOX/Fahrkarten\r\n",
        "* LIST (\\HasNoChildren) \"/\" Kalender\r\n",
    ] {
        assert!(list.contains(line), "{line} {list}");
    }
    set(&sim, |imap| {
        imap.attributes = false;
        imap.names = [("sentitems".to_owned(), "Verzonden items".to_owned())].into();
        imap.more_folders = vec!["Sent".to_owned()];
    });
    let list = client.ask("LIST \"\" %").await;
    assert!(list.contains("* LIST (\\HasNoChildren) \"/\" \"Verzonden items\"\r\n"), "{list}");
    assert!(list.contains("\"/\" Sent\r\n") && !list.contains("\\Sent") && !list.contains("Fahrkarten"));
}

#[tokio::test]
async fn a_folder_tells_its_numbers_and_keeps_them() {
    let (sim, smtp) = world(0);
    sim.deliver(&smtp, 3).unwrap();
    let mut client = Client::signed_in(&sim, &smtp).await;
    let opened = client.ask("examine inbox").await;
    for line in ["* 3 EXISTS\r\n", "* OK [UIDNEXT 4] ", "* OK [UIDVALIDITY 15] ", "* OK [UNSEEN 1] "] {
        assert!(opened.contains(line), "{line} {opened}");
    }
    let newest = sim.truth(&smtp).unwrap().remove(0).item_id;
    sim.move_messages(&smtp, std::slice::from_ref(&newest), "archive").unwrap();
    sim.deliver(&smtp, 1).unwrap();
    let status = client.ask("STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)").await;
    assert!(status.contains("INBOX (MESSAGES 3 UIDNEXT 5 UIDVALIDITY 15 UNSEEN 3)"), "{status}");
    assert!(client.ask("NOOP").await.starts_with("* 3 EXPUNGE\r\n* 3 EXISTS\r\n"));
    assert!(client.ask("UID SEARCH ALL").await.starts_with("* SEARCH 1 2 4\r\n"));
    sim.renumber(&smtp, "INBOX").unwrap();
    let opened = client.ask("EXAMINE INBOX").await;
    assert!(opened.contains("[UIDVALIDITY 16]") && opened.contains("[UIDNEXT 4]"), "{opened}");
    assert_eq!(client.ask("EXAMINE Nowhere").await, "a NO [TRYCREATE] Folder is not found.\r\n");
}

#[tokio::test]
async fn headers_and_whole_messages_say_what_the_world_has() {
    let (sim, smtp) = world(0);
    let draft = Draft {
        subject: Some("Drachen für Zoë".to_owned()),
        text: Some("Grüße".to_owned()),
        internet_message_id: Some("<a@sim.example>".to_owned()),
        from: Some(("Ahorn, Gundel".to_owned(), "gundel@sim.example".to_owned())),
        ..Draft::default()
    };
    sim.deliver_drafts(&smtp, &[draft]).unwrap();
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    let fields = "BODY.PEEK[HEADER.FIELDS (From Subject Message-ID)]";
    let listed = client.ask(&format!("UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE {fields})")).await;
    assert!(
        listed.starts_with(
            "* 1 FETCH (UID 1 FLAGS () INTERNALDATE \"20-Nov-2026 12:00:00 +0000\" RFC822.SIZE "
        )
    );
    let subject = STANDARD.encode("Drachen für Zoë");
    let header = format!(
        "From: \"Ahorn, Gundel\" <gundel@sim.example>\r\nSubject: =?utf-8?B?{subject}?=\r\nMessage-ID: <a@sim.example>\r\n\r\n)"
    );
    assert!(listed.contains(&header), "{listed}");
    let whole = client.ask("UID FETCH 1 BODY.PEEK[]").await;
    assert!(
        whole.contains("multipart/alternative") && whole.contains(&STANDARD.encode("Grüße\r\n")),
        "{whole}"
    );
    assert!(client.ask("UID SEARCH UNSEEN").await.starts_with("* SEARCH 1\r\n"));
    client.ask("UID FETCH 1 BODY[]").await;
    assert!(client.ask("UID SEARCH UNSEEN").await.starts_with("* SEARCH\r\n"));
    assert_eq!(sim.items_fetched(&smtp), 2);
}

#[tokio::test]
async fn the_star_gives_the_last_message_even_if_nothing_is_new() {
    let (sim, smtp) = world(0);
    sim.deliver(&smtp, 2).unwrap();
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    assert_eq!(client.ask("UID FETCH 7:* (UID)").await, "* 2 FETCH (UID 2)\r\na OK FETCH completed.\r\n");
    assert_eq!(client.ask("UID FETCH 7:9 (UID)").await, "a OK FETCH completed.\r\n");
}

#[tokio::test]
async fn members_come_in_another_order_in_two_lines_and_unasked() {
    let (sim, smtp) = world(0);
    sim.deliver(&smtp, 1).unwrap();
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    let ask = "UID FETCH 1 (UID FLAGS INTERNALDATE)";
    quirk(&sim, Quirk::UidLast);
    let date = "INTERNALDATE \"20-Nov-2026 12:00:00 +0000\"";
    assert!(client.ask(ask).await.starts_with(&format!("* 1 FETCH ({date} FLAGS () UID 1)\r\n")));
    quirk(&sim, Quirk::Split);
    let split = client.ask(ask).await;
    assert!(
        split.starts_with(&format!("* 1 FETCH (UID 1)\r\n* 1 FETCH (FLAGS () {date} UID 1)\r\n")),
        "{split}"
    );
    quirk(&sim, Quirk::UnaskedFlags);
    assert!(client.ask(ask).await.starts_with("* 1 FETCH (FLAGS ())\r\n* 1 FETCH (UID 1 "));
    quirk(&sim, Quirk::NoInternalDate);
    assert!(client.ask(ask).await.starts_with("* 1 FETCH (UID 1 FLAGS ())\r\n"));
}

#[tokio::test]
async fn a_broken_item_has_no_data_for_a_peek_and_a_stand_in_otherwise() {
    let (sim, smtp) = world(0);
    let broken = sim.deliver(&smtp, 2).unwrap().remove(0).item_id;
    set(&sim, |imap| (imap.broken, imap.ghosts) = (vec![broken.clone()], 1));
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    assert!(client.ask("UID SEARCH ALL").await.starts_with("* SEARCH 1 2 3\r\n"));
    assert!(client.ask("UID FETCH 1,3 BODY.PEEK[]").await.starts_with("a OK FETCH completed."));
    let stand_in = client.ask("UID FETCH 1 BODY[]").await;
    assert!(stand_in.contains("Retrieval using the IMAP4 protocol failed"), "{stand_in}");
    assert!(client.ask("UID FETCH 1 ENVELOPE").await.starts_with("a BAD Command Argument Error. 11"));
    quirk(&sim, Quirk::BrokenSpoils);
    assert_eq!(client.ask("UID FETCH 1:2 BODY.PEEK[]").await, "a BAD Command Argument Error. 11\r\n");
    assert!(client.ask("UID FETCH 2 BODY.PEEK[]").await.starts_with("* 2 FETCH "));
    assert!(client.ask("UID FETCH 1:2 FLAGS").await.starts_with("* 1 FETCH "));
    assert_eq!(
        client.ask("UID SEARCH CHARSET UTF-8 SUBJECT x").await,
        "a NO [BADCHARSET (US-ASCII)] The specified charset is not supported.\r\n"
    );
}
