//! Folders of mailboxes in many languages.

use super::World;
use outlook_sim::{Options, Sim};
use outlook_syncd::error::Classify;
use outlook_syncd::imap::ImapFolders;
use outlook_syncd::model::Role;

const OF_OUTLOOK: [(&str, Role); 7] = [
    ("inbox", Role::Inbox),
    ("drafts", Role::Drafts),
    ("sentitems", Role::Sent),
    ("deleteditems", Role::Deleted),
    ("junkemail", Role::Junk),
    ("archive", Role::Archive),
    ("outbox", Role::Outbox),
];

fn with_role(read: &ImapFolders, role: Role) -> Vec<&str> {
    let folders = read.listing.folders.iter().filter(|folder| folder.role == role);
    folders.map(|folder| folder.path.as_deref().unwrap()).collect()
}

#[tokio::test]
async fn in_every_language_folders_have_their_roles_and_calendars_are_not_read() {
    let running = Sim::start(Options { accounts: 9, messages: 0, ..Options::default() }).await.unwrap();
    let people = running.sim().accounts();
    let mut world = World { smtp: String::new(), running };
    for person in people {
        world.smtp = person.smtp;
        for attributes in [true, false] {
            world.set(|imap| imap.attributes = attributes);
            let read = world.signed_in().await.folders().await.unwrap();
            assert!(read.unclear.is_empty() && read.listing.whole, "{}: {:?}", person.culture, read.unclear);
            assert_eq!(read.listing.folders.len(), 9, "{}: without Calendar and Contacts", person.culture);
            for (_, role) in OF_OUTLOOK {
                assert_eq!(with_role(&read, role).len(), 1, "{} {role:?} {read:?}", person.culture);
            }
            assert_eq!(with_role(&read, Role::Other).len(), 2);
        }
    }
}

#[tokio::test]
async fn a_name_that_two_languages_have_for_sent_mail_is_asked_about() {
    let world = World::new(0).await;
    world.set(|imap| {
        imap.attributes = false;
        imap.names = [("sentitems".to_owned(), "Verzonden items".to_owned())].into();
    });
    let read = world.signed_in().await.folders().await.unwrap();
    assert_eq!(with_role(&read, Role::Sent), ["Verzonden items"]);
    world.set(|imap| imap.more_folders = vec!["Sent".to_owned(), "Entwürfe & mehr".to_owned()]);
    let read = world.signed_in().await.folders().await.unwrap();
    assert_eq!(with_role(&read, Role::Sent), [""; 0]);
    let candidates = vec!["Verzonden items".to_owned(), "Sent".to_owned()];
    assert_eq!(read.unclear, [(Role::Sent, candidates)]);
    let own = read.listing.folders.iter().find(|f| f.name.as_deref() == Some("Entwürfe & mehr")).unwrap();
    let id = own.remote_id.clone().unwrap();
    assert_eq!(id, "Entw&APw-rfe &- mehr");
    assert_eq!(
        world.signed_in().await.open(&id).await.unwrap().total,
        0,
        "it is opened as the server writes it"
    );
}

#[tokio::test]
async fn folders_of_any_name_are_listed_and_opened() {
    let world = World::new(0).await;
    let names = ["Envelopes", "Body (old)", "a\"b", "a\\b"].map(str::to_owned);
    world.set(|imap| imap.more_folders = names.to_vec());
    let mut mailbox = world.signed_in().await;
    let read = mailbox.folders().await.unwrap();
    for name in names {
        let folder = read.listing.folders.iter().find(|folder| folder.name.as_ref() == Some(&name)).unwrap();
        assert_eq!(mailbox.open(folder.remote_id.as_deref().unwrap()).await.unwrap().total, 0, "{name}");
    }
}

#[tokio::test]
async fn a_folder_that_is_gone_is_no_failure_of_the_account() {
    let world = World::new(0).await;
    let mut mailbox = world.signed_in().await;
    let error = mailbox.open("Nowhere").await.unwrap_err();
    assert_eq!(error.meaning().code, "imap_folder_gone");
    assert_eq!(mailbox.open("a\r\nb LOGOUT").await.unwrap_err().meaning().code, "imap_folder_gone");
    mailbox.open("INBOX").await.unwrap();
}

#[tokio::test]
async fn numbers_that_begin_anew_are_seen() {
    let world = World::new(5).await;
    let (mut mailbox, before) = world.in_the_inbox().await;
    world.sim().renumber(&world.smtp, "INBOX").unwrap();
    let after = mailbox.open("INBOX").await.unwrap();
    assert_ne!(after.validity, before.validity);
    assert_eq!((after.total, after.next), (before.total, before.next));
}
