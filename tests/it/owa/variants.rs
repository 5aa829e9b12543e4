//! The list on the page of installations that differ from the usual one.

use super::outlook::{BOTH, Outlook, rows};
use outlook_sim::{Canary, Fetch, Look, ServicePath, Settings, View};
use outlook_syncd::model::Tier;
use std::collections::BTreeSet;

async fn assert_read(outlook: &Outlook, change: fn(&mut Settings)) {
    let account = outlook.account(0);
    outlook.sim().set(None, change);
    let session = outlook.session(&account).await;
    let mut mailbox = outlook.open(&account, session, &[Tier::Dom]).await.expect("a mailbox");
    let truth = outlook.sim().truth(&account.smtp).expect("the account");
    for folder in BOTH {
        let inside = truth.iter().filter(|message| message.folder == folder.as_in_views());
        let there: BTreeSet<_> = inside.clone().map(|message| &message.conversation_id).collect();
        let rows = rows(&mut mailbox, folder).await;
        let shown: BTreeSet<_> = rows.iter().filter_map(|row| row.conversation_id.as_ref()).collect();
        assert_eq!((rows.len(), shown), (inside.count(), there), "{folder:?}");
    }
    mailbox.close().await;
    outlook.sim().clear_knobs(None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_with_buttons_for_groups_and_rows_is_read() {
    let outlook = Outlook::new(60).await;
    assert_read(&outlook, |settings| (settings.view, settings.look) = (View::Message, Look::Buttons)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_canary_that_is_wanted_or_new_each_time_is_the_pages_own_affair() {
    let outlook = Outlook::new(60).await;
    for canary in [Canary::Required, Canary::Rotating] {
        outlook.sim().set(None, |settings| settings.canary = canary);
        assert_read(&outlook, |settings| settings.view = View::Message).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_with_a_service_worker_and_other_paths_is_read() {
    let outlook = Outlook::new(60).await;
    let other = outlook.account(1).smtp;
    outlook.sim().set(None, |settings| settings.shared_mailboxes = vec![other.clone()]);
    assert_read(&outlook, |settings| {
        (settings.view, settings.fetch) = (View::Message, Fetch::ServiceWorker);
        settings.service_path = ServicePath::Zero;
    })
    .await;
    assert!(outlook.sim().count("FindConversation", &other) > 0, "the page looks into the other mailbox");
}
