//! Each tier alone reads the same world.

use super::outlook::{ALL, BOTH, Outlook, rows};
use chrono::TimeDelta;
use outlook_sim::world::Truth;
use outlook_sim::{Account, Fetch, Look, Rows, Sim, Titles, View};
use outlook_syncd::model::{ItemKey, KeySpace, Precision, Role, Sight, Tier};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

fn truth(sim: &Sim, account: &Account, folder: Role) -> Vec<Truth> {
    let all = sim.truth(&account.smtp).expect("the account");
    all.into_iter().filter(|message| message.folder == folder.as_in_views()).collect()
}

fn by_key<'a>(truth: &'a [Truth], key: &ItemKey) -> &'a Truth {
    let id = |message: &'a Truth| match key.space.as_str() {
        "owa" => &message.item_id,
        _ => &message.immutable_id,
    };
    truth.iter().find(|message| *id(message) == key.id).unwrap_or_else(|| panic!("no message {key:?}"))
}

/// What JSON says of a message is what is true of it.
fn assert_true_message(row: &Sight, truth: &Truth, folder: Role) {
    assert_eq!(row.subject.as_deref(), Some(truth.subject.as_deref().unwrap_or_default()));
    assert_eq!(row.received.map(|at| at.at.timestamp()), Some(truth.received.timestamp()));
    assert_eq!(row.is_read, Some(truth.is_read));
    assert_eq!(row.has_attachments, Some(truth.has_attachments));
    let name = truth.from.as_ref().map(|from| from.name.clone());
    assert_eq!(row.from.as_ref().and_then(|from| from.name.clone()), name, "{folder:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_says_everything_of_every_message() {
    let outlook = Outlook::new(90).await;
    for account in outlook.sim().accounts() {
        let session = outlook.session(&account).await;
        let mut mailbox = outlook.open(&account, session, &[Tier::Service]).await.expect("a mailbox");
        for folder in BOTH {
            let truth = truth(outlook.sim(), &account, folder);
            let rows = rows(&mut mailbox, folder).await;
            assert_eq!(rows.len(), truth.len());
            for row in &rows {
                assert_true_message(row, by_key(&truth, row.key.as_ref().expect("a key")), folder);
            }
            assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row.received.map(|at| at.at))));
            assert_details(&mut mailbox, &rows, &truth).await;
        }
        mailbox.close().await;
    }
}

async fn assert_details(mailbox: &mut outlook_syncd::owa::Mailbox, rows: &[Sight], truth: &[Truth]) {
    let keys: Vec<_> = rows.iter().filter_map(|row| row.key.clone()).collect();
    let details = mailbox.details(&keys).await.expect("details");
    assert_eq!(details.len(), keys.len());
    for (key, detail) in details {
        let (detail, truth) = (detail.expect("an item"), by_key(truth, &key));
        let immutable = ItemKey { space: KeySpace::new("owa:immutable"), id: truth.immutable_id.clone() };
        assert_eq!(detail.key, Some(immutable), "whatever the page asked for");
        assert_eq!(detail.internet_message_id, truth.internet_message_id);
        let people = truth.to.iter().chain(&truth.cc).chain(&truth.bcc);
        assert_eq!(detail.recipients.map(|all| all.len()), Some(people.count()), "{:?}", truth.subject);
        assert_eq!(detail.recipients_truncated, Some(false));
        assert_eq!(detail.sent_at.map(|at| at.timestamp()), truth.sent.map(|at| at.timestamp()));
        let body = detail.body.expect("a body").content;
        assert!(!body.is_empty() || truth.text.is_empty(), "{:?}", truth.subject);
    }
}

async fn network_rows(outlook: &Outlook, account: &Account, folder: Role, truth: &[Truth]) -> Vec<Sight> {
    let session = outlook.session(account).await;
    let mut mailbox = outlook.open(account, session, &[Tier::Network]).await.expect("a mailbox");
    let rows = rows(&mut mailbox, folder).await;
    assert!(rows.iter().all(|row| row.seen_by == "network"));
    assert_details(&mut mailbox, &rows, truth).await;
    mailbox.close().await;
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_own_json_in_message_view() {
    let outlook = Outlook::new(90).await;
    let account = outlook.account(0);
    for fetch in [Fetch::Page, Fetch::Worker] {
        outlook.sim().set(None, |settings| (settings.view, settings.fetch) = (View::Message, fetch));
        for folder in BOTH {
            let truth = truth(outlook.sim(), &account, folder);
            let rows = network_rows(&outlook, &account, folder, &truth).await;
            assert_eq!(rows.len(), truth.len(), "{folder:?} {fetch:?}");
            for row in &rows {
                assert_true_message(row, by_key(&truth, row.key.as_ref().expect("a key")), folder);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_own_json_in_conversation_view() {
    let outlook = Outlook::new(90).await;
    let account = outlook.account(0);
    for fetch in [Fetch::Page, Fetch::Worker] {
        outlook.sim().set(None, |settings| settings.fetch = fetch);
        for folder in BOTH {
            let truth = truth(outlook.sim(), &account, folder);
            let rows = network_rows(&outlook, &account, folder, &truth).await;
            let named = rows.iter().flat_map(|row| row.key.iter().chain(&row.others));
            let named: BTreeSet<_> = named.map(|key| &by_key(&truth, key).item_id).collect();
            assert_eq!(named.len(), truth.len(), "every message is named, {folder:?} {fetch:?}");
            for row in &rows {
                assert_newest(row, by_key(&truth, row.key.as_ref().expect("a key")), &truth, folder);
            }
        }
    }
}

/// A row of conversation view stands for the newest message; what it says of others it does not say of this
/// one.
fn assert_newest(row: &Sight, newest: &Truth, truth: &[Truth], folder: Role) {
    assert_eq!(row.conversation_id.as_deref(), Some(newest.conversation_id.as_str()));
    let of_conversation = truth.iter().filter(|message| message.conversation_id == newest.conversation_id);
    assert_eq!(of_conversation.map(|message| message.received).max(), Some(newest.received));
    assert_eq!(row.received.map(|at| at.at.timestamp()), Some(newest.received.timestamp()));
    assert!(row.is_read.is_none_or(|read| read == newest.is_read));
    assert!(row.has_attachments.is_none_or(|any| any == newest.has_attachments));
    if folder == Role::Sent {
        assert_eq!(row.from, None);
    } else if let Some(from) = &row.from {
        assert_eq!(from.name, newest.from.as_ref().map(|from| from.name.clone()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_on_the_page_in_message_view() {
    let outlook = Outlook::new(60).await;
    for (index, account) in outlook.sim().accounts().into_iter().enumerate() {
        let rows_kept = if index == 0 { Rows::Placeholder } else { Rows::Removed };
        outlook.sim().set(None, |settings| (settings.view, settings.rows) = (View::Message, rows_kept));
        let session = outlook.session(&account).await;
        let mut mailbox = outlook.open(&account, session, &[Tier::Dom]).await.expect("a mailbox");
        for folder in BOTH {
            let truth = truth(outlook.sim(), &account, folder);
            let rows = rows(&mut mailbox, folder).await;
            assert_eq!(rows.len(), truth.len(), "{folder:?} {}", account.culture);
            assert_shown(&rows, &truth, account.culture);
            // A time of an hour that came twice may be known to the day alone.
            let minutes =
                rows.iter().filter(|row| row.received.is_some_and(|at| at.precision == Precision::Minute));
            assert!(minutes.count() >= rows.len() - 2, "{folder:?} {}", account.culture);
        }
        let id = truth(outlook.sim(), &account, Role::Inbox).remove(0).item_id;
        let key = ItemKey { space: KeySpace::new("owa"), id };
        assert!(mailbox.details(&[key]).await.expect("nothing").is_empty());
        mailbox.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_on_the_page_without_whole_dates() {
    let outlook = Outlook::new(60).await;
    outlook.sim().set(None, |settings| (settings.view, settings.titles) = (View::Message, Titles::Short));
    assert_dated(&outlook).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_that_are_buttons_tell_the_dates_of_their_rows() {
    let outlook = Outlook::new(60).await;
    outlook.sim().set(None, |settings| {
        (settings.view, settings.titles, settings.look) = (View::Message, Titles::Short, Look::Buttons);
    });
    assert_dated(&outlook).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_with_attachments_is_not_said_to_have_none_where_no_word_is_shown() {
    let outlook = Outlook::new(60).await;
    outlook.sim().set(None, |settings| (settings.view, settings.look) = (View::Message, Look::Buttons));
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    let mut mailbox = outlook.open(&account, session, &[Tier::Dom]).await.expect("a mailbox");
    let rows = rows(&mut mailbox, Role::Inbox).await;
    assert!(truth(outlook.sim(), &account, Role::Inbox).iter().any(|message| message.has_attachments));
    assert!(rows.iter().all(|row| row.has_attachments.is_none()));
    mailbox.close().await;
}

/// Every row tells when its message came, as exactly as it says.
async fn assert_dated(outlook: &Outlook) {
    for account in outlook.sim().accounts() {
        let session = outlook.session(&account).await;
        let mut mailbox = outlook.open(&account, session, &[Tier::Dom]).await.expect("a mailbox");
        let mut truth = truth(outlook.sim(), &account, Role::Inbox);
        truth.sort_by_key(|message| Reverse(message.received));
        let rows = rows(&mut mailbox, Role::Inbox).await;
        assert_eq!(rows.len(), truth.len(), "{}", account.culture);
        // In message view rows and messages stand in the same order.
        for (row, message) in rows.iter().zip(&truth) {
            let received = row.received.unwrap_or_else(|| panic!("{}: no date in {row:?}", account.culture));
            let after = message.received - received.at;
            assert!(after >= TimeDelta::zero() && after < received.precision.width(), "{row:?}: {message:?}");
        }
        assert!(rows.iter().any(|row| row.received.is_some_and(|at| at.precision == Precision::Day)));
        mailbox.close().await;
    }
}

/// Every row is true of one message of its conversation, as far as a list shows it.
fn assert_shown(rows: &[Sight], truth: &[Truth], culture: &str) {
    let mut by_conversation: HashMap<&str, Vec<&Truth>> = HashMap::new();
    for message in truth {
        by_conversation.entry(&message.conversation_id).or_default().push(message);
    }
    for row in rows {
        assert_eq!(row.key, None);
        let conversation = row.conversation_id.as_deref().expect("a conversation");
        let received = row.received.unwrap_or_else(|| panic!("{culture}: no date in {row:?}"));
        let within = |message: &&&Truth| {
            let after = message.received - received.at;
            after >= TimeDelta::zero() && after < received.precision.width()
        };
        let message = by_conversation[conversation].iter().find(within);
        let message = message.unwrap_or_else(|| panic!("{culture}: no message of {row:?}"));
        if let Some(subject) = message.subject.as_deref().filter(|subject| !subject.trim().is_empty()) {
            let subject = subject.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(row.subject.as_deref(), Some(subject.as_str()), "{culture}");
        }
        assert!(row.is_read.is_none_or(|read| read == message.is_read), "{culture} {row:?}");
        assert!(row.has_attachments.is_none_or(|any| any == message.has_attachments), "{culture} {row:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_on_the_page_in_conversation_view() {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    let mut mailbox = outlook.open(&account, session, &[Tier::Dom]).await.expect("a mailbox");
    let truth = truth(outlook.sim(), &account, Role::Inbox);
    let conversations: BTreeSet<_> = truth.iter().map(|message| message.conversation_id.clone()).collect();
    let rows = rows(&mut mailbox, Role::Inbox).await;
    let shown: BTreeSet<_> = rows.iter().filter_map(|row| row.conversation_id.clone()).collect();
    assert_eq!(shown, conversations);
    assert_eq!(rows.len(), conversations.len());
    mailbox.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_headers_bring_page_one_and_the_service_goes_on() {
    let outlook = Outlook::new(90).await;
    let account = outlook.account(0);
    let third = truth(outlook.sim(), &account, Role::Inbox).remove(2).item_id;
    outlook.sim().pin(&account.smtp, &[third], true).expect("the account");
    let session = outlook.session(&account).await;
    outlook.sim().expire(&account.smtp, outlook_sim::What::Bearer);
    outlook.sim().clear_requests();
    let mut mailbox = outlook.open(&account, session, &ALL).await.expect("a mailbox");
    let truth = truth(outlook.sim(), &account, Role::Inbox);
    let rows = rows(&mut mailbox, Role::Inbox).await;
    assert_eq!(rows.last().map(|row| row.seen_by.as_ref()), Some("service"));
    let named = rows.iter().flat_map(|row| row.key.iter().chain(&row.others));
    let named: BTreeSet<_> = named.map(|key| &by_key(&truth, key).item_id).collect();
    assert_eq!(named.len(), truth.len(), "no message falls between page one and the service");
    assert_eq!(outlook.sim().count("StartupData", &account.smtp), 1, "one full page");
    mailbox.close().await;
}
