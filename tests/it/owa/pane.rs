//! How the full page is turned to another folder.

use super::outlook::{BOTH, Outlook, rows, standard};
use outlook_sim::{Account, Failure, FolderPane, Kind, View, Weight, What};
use outlook_syncd::model::{Position, Role, Sight, Tier};
use outlook_syncd::owa::{Mailbox, Session};
use std::collections::{BTreeSet, HashMap};

/// Every folder from one opening of the page; and how many pages were loaded for it.
async fn read(outlook: &Outlook, account: &Account, tiers: &[Tier]) -> (Vec<Vec<Sight>>, usize) {
    let session = outlook.session(account).await;
    read_with(outlook, account, session, tiers).await
}

/// The same with a session that there is already.
async fn read_with(
    outlook: &Outlook,
    account: &Account,
    session: Session,
    tiers: &[Tier],
) -> (Vec<Vec<Sight>>, usize) {
    outlook.sim().clear_requests();
    let mut mailbox = outlook.open(account, session, tiers).await.expect("a mailbox");
    let mut read = HashMap::new();
    for folder in in_order(&mailbox) {
        read.insert(folder, rows(&mut mailbox, folder).await);
    }
    let folders = BOTH.into_iter().filter_map(|folder| read.remove(&folder)).collect();
    mailbox.close().await;
    (folders, outlook.sim().count("StartupData", &account.smtp))
}

/// What is open comes first.
fn in_order(mailbox: &Mailbox) -> Vec<Role> {
    let mut folders = BOTH.to_vec();
    folders.sort_by_key(|folder| !mailbox.is_open(&standard(*folder)));
    folders
}

/// The conversations of a folder, as they are.
fn conversations(outlook: &Outlook, account: &Account, folder: Role) -> BTreeSet<String> {
    let truth = outlook.sim().truth(&account.smtp).expect("the account").into_iter();
    truth
        .filter(|message| message.folder == folder.as_in_views())
        .map(|message| message.conversation_id)
        .collect()
}

fn assert_complete(outlook: &Outlook, account: &Account, folders: &[Vec<Sight>]) {
    for (folder, rows) in BOTH.into_iter().zip(folders) {
        let found: BTreeSet<_> = rows.iter().filter_map(|row| row.conversation_id.clone()).collect();
        assert_eq!(found, conversations(outlook, account, folder), "{folder:?} {}", account.culture);
    }
}

/// Every row is a conversation of this folder.
fn assert_in(outlook: &Outlook, account: &Account, folder: Role, rows: &[Sight]) {
    let known = conversations(outlook, account, folder);
    let strange = rows.iter().find(|row| !row.conversation_id.as_ref().is_some_and(|id| known.contains(id)));
    assert_eq!(strange, None, "{folder:?} {}", account.culture);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_in_the_pane_spares_a_second_page() {
    let outlook = Outlook::new(90).await;
    let views = [View::Conversation, View::Message, View::Conversation];
    for (account, view) in outlook.sim().accounts().into_iter().zip(views) {
        outlook.sim().set(None, |settings| settings.view = view);
        let (folders, pages) = read(&outlook, &account, &[Tier::Network]).await;
        assert_complete(&outlook, &account, &folders);
        assert_eq!(pages, 1, "{}", account.culture);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_of_both_folders_cost_one_page_and_no_click() {
    let outlook = Outlook::new(90).await;
    // Nothing can be clicked here.
    outlook.sim().set(None, |settings| settings.folder_pane = FolderPane::Closed);
    for (account, view) in outlook.sim().accounts().into_iter().zip([View::Conversation, View::Message]) {
        outlook.sim().set(None, |settings| settings.view = view);
        let session = outlook.session(&account).await;
        outlook.sim().clear_requests();
        let mut mailbox = outlook.open(&account, session, &[Tier::Network]).await.expect("a mailbox");
        assert_eq!(in_order(&mailbox), [Role::Sent, Role::Inbox]);
        for folder in BOTH {
            let page = mailbox.page(&standard(folder), Position::default()).await.expect("a page");
            assert!(!page.rows.is_empty(), "{folder:?}");
            assert_in(&outlook, &account, folder, &page.rows);
        }
        mailbox.close().await;
        let counts = outlook.sim().counts(Some(&account.smtp));
        let lists = ["StartupData", "FindConversation", "FindItem"].map(|name| counts.get(name).copied());
        let own =
            if view == View::Conversation { [Some(1), Some(1), None] } else { [Some(1), None, Some(1)] };
        assert_eq!(lists, own, "{counts:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_renewed_on_the_way_leads_back_to_the_inbox() {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    outlook.sim().set(None, |settings| settings.lands_at_start = true);
    for what in [What::Bearer, What::Owa] {
        outlook.sim().expire(&account.smtp, what);
    }
    outlook.sim().clear_requests();
    let mut mailbox = outlook.open(&account, session, &[Tier::Network]).await.expect("a mailbox");
    assert_eq!(in_order(&mailbox), [Role::Inbox, Role::Sent]);
    for folder in BOTH {
        let page = mailbox.page(&standard(folder), Position::default()).await.expect("a page");
        assert_in(&outlook, &account, folder, &page.rows);
    }
    assert_eq!(outlook.sim().count("StartupData", &account.smtp), 1);
    mailbox.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_and_fonts_are_left_out_where_nobody_looks() {
    let outlook = Outlook::new(20).await;
    let account = outlook.account(0);
    // The page that a person signs in to loads everything: what is still on its way from it must not be
    // counted.
    let session = outlook.session(&account).await;
    outlook.sim().set(None, |settings| settings.weight = Weight::Full);
    let (folders, _) = read_with(&outlook, &account, session, &[Tier::Network]).await;
    assert_complete(&outlook, &account, &folders);
    let counts = outlook.sim().counts(None);
    assert!(counts["asset:scripts"] > 9, "the page is the full one");
    assert!(!counts.contains_key("asset:icons") && !counts.contains_key("asset:fonts"), "{counts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_folder_in_the_pane_its_address_is_opened() {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    for pane in [FolderPane::Closed, FolderPane::Namesake] {
        outlook.sim().set(None, |settings| settings.folder_pane = pane);
        let (folders, pages) = read(&outlook, &account, &[Tier::Network]).await;
        assert_complete(&outlook, &account, &folders);
        assert_eq!(pages, 2, "{pane:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_on_the_page_is_read_from_the_folders_own_address() {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    // The click shows the folder; that its JSON is not understood is seen after it.
    outlook.sim().fail(None, Failure::from(Kind::ShapeChanged).on(&["FindConversation"]));
    let sent = conversations(&outlook, &account, Role::Sent);
    let session = outlook.session(&account).await;
    let mut mailbox = outlook.open(&account, session, &[Tier::Network, Tier::Dom]).await.expect("a mailbox");
    let rows = rows(&mut mailbox, Role::Sent).await;
    assert!(rows.iter().all(|row| row.seen_by == "dom"));
    assert_eq!(rows.iter().filter_map(|row| row.conversation_id.clone()).collect::<BTreeSet<_>>(), sent);
    mailbox.close().await;
}
