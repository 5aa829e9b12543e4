//! What OWA does when it does not answer as it should, and what it costs.

use super::outlook::{ALL, BOTH, Outlook, rows, standard, stored};
use outlook_sim::{Failure, Kind, What};
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::model::{Folder, ItemError, MailboxSettings, Position, Role, Tier};
use outlook_syncd::owa::{KnownMailbox, OwaError};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_session_costs_no_full_page() {
    let outlook = Outlook::new(40).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    outlook.sim().clear_requests();
    let mut mailbox = outlook.open(&account, session, &ALL).await.expect("a mailbox");
    let page = mailbox.page(&standard(Role::Inbox), Position::default()).await.expect("a page");
    assert_eq!(page.seen_by, "service");
    assert_eq!(outlook.sim().count("StartupData", &account.smtp), 0);
    assert_eq!(outlook.sim().count("FindItem", &account.smtp), 1);
    mailbox.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_headers_in_every_form_cost_one_full_page() {
    let outlook = Outlook::new(40).await;
    let account = outlook.account(0);
    let mut session = outlook.session(&account).await;
    for kind in [
        Kind::Unauthorized,
        Kind::LoginTimeout,
        Kind::RedirectToSignIn,
        Kind::SignInPage,
        Kind::EmptyBody,
        Kind::NulBody,
    ] {
        for action in ["GetFolder", "FindItem"] {
            outlook.sim().clear_requests();
            outlook.sim().fail(None, Failure::from(kind.clone()).on(&[action]).times(1));
            let mut mailbox = outlook.open(&account, session, &[Tier::Service]).await.expect("a mailbox");
            let page = mailbox.page(&standard(Role::Inbox), Position::default()).await.expect("a page");
            assert_eq!(page.seen_by, "service");
            assert_eq!(outlook.sim().count("StartupData", &account.smtp), 1, "{kind:?} of {action}");
            session = stored(&mailbox.close().await);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_session_is_the_owners_turn() {
    let outlook = Outlook::new(20).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    for what in [What::Bearer, What::Owa, What::Ests] {
        outlook.sim().expire(&account.smtp, what);
    }
    let error = outlook.open(&account, session, &ALL).await.err().expect("dead");
    assert!(matches!(error, OwaError::SignInPage), "{error}");
    assert_eq!(error.meaning().disposition, Disposition::NeedsLogin);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_outlook_session_is_renewed_by_the_identity_platform() {
    let outlook = Outlook::new(20).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    for what in [What::Bearer, What::Owa] {
        outlook.sim().expire(&account.smtp, what);
    }
    let mut mailbox = outlook.open(&account, session, &ALL).await.expect("a mailbox");
    mailbox.page(&standard(Role::Sent), Position::default()).await.expect("a page");
    mailbox.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn throttling_stops_at_once_and_says_when() {
    let outlook = Outlook::new(20).await;
    let account = outlook.account(0);
    let mut session = outlook.session(&account).await;
    for (kind, after) in [
        (Kind::Throttled, Some(Duration::from_mins(5))),
        (Kind::TooManyRequests { retry_after: 7 }, Some(Duration::from_secs(7))),
        (Kind::Unavailable { retry_after: 9 }, Some(Duration::from_secs(9))),
        (Kind::Fault { status: 200, back_off_ms: Some(1500) }, Some(Duration::from_millis(1500))),
    ] {
        outlook.sim().fail(None, Failure::from(kind.clone()).on(&["FindItem"]));
        outlook.sim().clear_requests();
        let mut mailbox = outlook.open(&account, session, &ALL).await.expect("a mailbox");
        let error = mailbox.page(&standard(Role::Inbox), Position::default()).await.expect_err("throttled");
        assert!(matches!(error, OwaError::Throttled { .. }), "{kind:?}: {error}");
        assert_eq!(error.meaning().retry_after, after);
        assert_eq!(outlook.sim().count("StartupData", &account.smtp), 0, "no other way is tried");
        outlook.sim().clear_knobs(None);
        session = stored(&mailbox.close().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_an_answer_is_tried_again_later() {
    let outlook = Outlook::new(20).await;
    let account = outlook.account(0);
    let mut session = outlook.session(&account).await;
    for kind in [Kind::CutOff, Kind::TruncatedJson, Kind::Fault { status: 500, back_off_ms: None }] {
        outlook.sim().fail(None, Failure::from(kind.clone()).on(&["FindItem"]));
        let mut mailbox = outlook.open(&account, session, &ALL).await.expect("a mailbox");
        let error = mailbox.page(&standard(Role::Inbox), Position::default()).await.expect_err("half");
        assert_eq!(error.meaning().disposition, Disposition::Retry, "{kind:?}: {error}");
        outlook.sim().clear_knobs(None);
        session = stored(&mailbox.close().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_that_nobody_knows_leaves_the_page() {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    outlook.sim().fail(None, Kind::ShapeChanged);
    let mut mailbox =
        outlook.open(&account, session, &ALL).await.expect("the page's requests name the mailbox");
    let truth = outlook.sim().truth(&account.smtp).expect("the account");
    for folder in BOTH {
        let conversations: std::collections::BTreeSet<_> = truth
            .iter()
            .filter(|message| message.folder == folder.as_in_views())
            .map(|message| &message.conversation_id)
            .collect();
        let rows = rows(&mut mailbox, folder).await;
        assert!(rows.iter().all(|row| row.seen_by == "dom"));
        assert_eq!(rows.len(), conversations.len(), "{folder:?}");
    }
    mailbox.close().await;
}

/// Whose the inbox is, its id tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_whose_owner_got_another_address_is_opened_and_no_other_one_is() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    let mut session = outlook.session(&account).await;
    let named = session.mailbox.as_mut().expect("a mailbox");
    let inbox_id = named.inbox_id.clone();
    named.address = "before@example.org".to_owned();
    session.service = None;
    let owa = outlook.owa(&ALL);
    let settings = MailboxSettings::default();
    for (remote_id, is_opened) in [(inbox_id, true), (Some("AAMkAnother=".to_owned()), false), (None, false)]
    {
        let folders = [Folder { remote_id, ..standard(Role::Inbox) }];
        let expected =
            KnownMailbox { address: Some("before@example.org"), settings: &settings, folders: &folders };
        match owa.open(stored(&session), expected).await {
            Ok(mailbox) => {
                assert_eq!((mailbox.identity().address.as_str(), is_opened), (account.smtp.as_str(), true));
                mailbox.close().await;
            }
            Err(error) => assert!(!is_opened && matches!(error, OwaError::WrongMailbox), "{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drift_in_the_middle_of_a_list_begins_it_anew() {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    let mut mailbox = outlook.open(&account, session, &ALL).await.expect("a mailbox");
    let first = mailbox.page(&standard(Role::Inbox), Position::default()).await.expect("a page");
    outlook.sim().fail(None, Failure::from(Kind::ShapeChanged).on(&["FindItem"]));
    let second = mailbox.page(&standard(Role::Inbox), first.next.expect("more")).await.expect("a page");
    assert_eq!((first.seen_by.as_ref(), second.seen_by.as_ref()), ("service", "network"));
    let newest = |page: &outlook_syncd::model::Window| page.rows[0].received;
    assert_eq!(newest(&first), newest(&second));
    mailbox.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_of_another_mailbox_is_refused() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    let mut session = outlook.session(&account).await;
    let other = outlook.sim().accounts().remove(1);
    for full_page in [false, true] {
        if full_page {
            session.mailbox = None;
        }
        let error = outlook.open(&other, stored(&session), &ALL).await.err().expect("another mailbox");
        assert!(matches!(error, OwaError::WrongMailbox), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_over_which_the_service_fails_is_set_aside() {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    outlook.sim().fail(None, Failure::from(Kind::BrokenMeetings).on(&["GetItem"]));
    let mut mailbox = outlook.open(&account, session, &ALL).await.expect("a mailbox");
    let rows = rows(&mut mailbox, Role::Inbox).await;
    let keys: Vec<_> = rows.iter().filter_map(|row| row.key.clone()).collect();
    let details = mailbox.details(&keys).await.expect("details");
    let (good, bad): (Vec<_>, Vec<_>) = details.iter().partition(|(_, detail)| detail.is_ok());
    assert_eq!((good.len() + bad.len(), bad.len()), (keys.len(), 1), "one invitation is in this world");
    // Alone it is at fault too; when nothing can be read, a few stand for all.
    let alone = mailbox.details(std::slice::from_ref(&bad[0].0)).await.expect("details");
    assert!(alone[0].1.is_err());
    outlook.sim().fail(None, Failure::from(Kind::TruncatedJson).on(&["GetItem"]));
    outlook.sim().clear_requests();
    let details = mailbox.details(&keys[..20]).await.expect("details");
    assert!(details.len() == 3 && details.iter().all(|(_, detail)| detail.is_err()), "{}", details.len());
    assert!(mailbox.details(&keys[20..]).await.expect("details").is_empty(), "the others wait");
    assert!(outlook.sim().count("GetItem", &account.smtp) < 10, "an outage is not asked item by item");
    mailbox.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_servers_error_is_not_the_light_page() {
    let outlook = Outlook::new(20).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    outlook.sim().expire(&account.smtp, What::Bearer);
    outlook.sim().fail(None, Failure::from(Kind::Unavailable { retry_after: 9 }).on(&["page"]));
    let error = outlook.open(&account, session, &ALL).await.err().expect("no page");
    assert!(matches!(error, OwaError::Throttled { .. }), "{error}");
    assert_eq!(error.meaning().disposition, Disposition::Retry);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_half_of_a_divided_inbox_is_not_the_inbox() {
    let outlook = Outlook::new(90).await;
    let account = outlook.account(0);
    let mut session = outlook.session(&account).await;
    outlook.sim().set(None, |settings| settings.focused = true);
    outlook.sim().expire(&account.smtp, What::Bearer);
    for tiers in [ALL.as_slice(), &[Tier::Network]] {
        let mut mailbox = outlook.open(&account, session, tiers).await.expect("a mailbox");
        let page = mailbox.page(&standard(Role::Inbox), Position::default()).await.expect("a page");
        let alone = tiers == [Tier::Network];
        assert_eq!(
            (page.seen_by.as_ref(), page.whole),
            if alone { ("network", false) } else { ("service", true) }
        );
        let sent = mailbox.page(&standard(Role::Sent), Position::default()).await.expect("a page");
        assert!(sent.whole);
        session = stored(&mailbox.close().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_is_gone_does_not_take_the_others_with_it() {
    let outlook = Outlook::new(20).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    let mut mailbox = outlook.open(&account, session, &ALL).await.expect("a mailbox");
    let page = mailbox.page(&standard(Role::Inbox), Position::default()).await.expect("a page");
    let keys: Vec<_> = page.rows.iter().filter_map(|row| row.key.clone()).collect();
    outlook.sim().delete(&account.smtp, std::slice::from_ref(&keys[1].id), true).expect("deleted");
    let details = mailbox.details(&keys).await.expect("details");
    let failed: Vec<_> =
        details.iter().filter_map(|(key, detail)| Some((key, detail.as_ref().err()?))).collect();
    assert_eq!(failed, [(&keys[1], &ItemError::Gone)]);
    mailbox.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_the_page_waits_for_is_slow_and_no_reason_to_read_off_the_page() {
    let outlook = Outlook::new(20).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    let lists = ["FindConversation", "FindItem"];
    outlook.sim().fail(None, Failure::from(Kind::Slow { ms: 120_000 }).on(&lists));
    let (tiers, limit) = ([Tier::Network, Tier::Dom], Duration::from_secs(20));
    let mut mailbox = outlook.open_within(&account, session, &tiers, limit).await.expect("a mailbox");
    let error = mailbox.page(&standard(Role::Sent), Position::default()).await.expect_err("no list");
    assert!(matches!(error, OwaError::Slow { .. }) && !mailbox.has_fallen_back(), "{error}");
    mailbox.close().await;
}
