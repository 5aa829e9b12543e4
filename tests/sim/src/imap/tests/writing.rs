//! Flags, copies, moves and deletes.

use super::client::{Client, quirk, world};
use crate::imap::Quirk;

#[tokio::test]
async fn flags_are_those_of_the_mailbox() {
    let (sim, smtp) = world(0);
    sim.deliver(&smtp, 2).unwrap();
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    let told = client.ask("UID STORE 1:2 +FLAGS (\\Seen \\Flagged)").await;
    assert!(told.starts_with("* 1 FETCH (FLAGS (\\Seen \\Flagged) UID 1)\r\n* 2 FETCH"), "{told}");
    assert!(sim.truth(&smtp).unwrap().iter().all(|message| message.is_read));
    client.ask("UID STORE 2 FLAGS.SILENT (\\Deleted)").await;
    assert!(!sim.truth(&smtp).unwrap()[0].is_read);
    assert!(client.ask("EXPUNGE").await.starts_with("* 2 EXPUNGE\r\n"));
    assert_eq!(sim.truth(&smtp).unwrap().len(), 1);
    client.ask("EXAMINE INBOX").await;
    assert!(client.ask("STORE 1 -FLAGS (\\Seen)").await.starts_with("a NO "));
}

#[tokio::test]
async fn a_move_tells_the_new_number_and_takes_the_old_one_away() {
    let (sim, smtp) = world(0);
    sim.deliver(&smtp, 3).unwrap();
    let mut client = Client::in_the_inbox(&sim, &smtp).await;
    let moved = client.ask("UID MOVE 1:2 Archive").await;
    assert!(moved.starts_with("* OK [COPYUID 20 1:2 1:2]\r\n* 2 EXPUNGE\r\n* 1 EXPUNGE\r\n"), "{moved}");
    let copied = client.ask("UID COPY 3 Archive").await;
    assert_eq!(copied, "a OK [COPYUID 20 3 3] COPY completed.\r\n");
    let truth = sim.truth(&smtp).unwrap();
    let same: Vec<_> =
        truth.iter().filter(|m| m.internet_message_id == truth[0].internet_message_id).collect();
    assert_eq!((truth.len(), same.len()), (4, 2), "the copy is an item of its own");
    quirk(&sim, Quirk::NoCopyUid);
    assert_eq!(client.ask("UID COPY 3 Archive").await, "a OK COPY completed.\r\n");
    assert_eq!(client.ask("UID MOVE 3 Nowhere").await, "a NO [TRYCREATE] Folder is not found.\r\n");
}
