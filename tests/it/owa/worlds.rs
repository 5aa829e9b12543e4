//! Installations whose service differs from the usual one: it is read all the same, with headers that the
//! page gives.

use super::outlook::{ALL, BOTH, Leader, Outlook, rows, standard, stored};
use outlook_sim::{
    Account, Canary, Failure, FaultForm, Fetch, Kind, ServicePath, Settings, SignIn, View, What,
};
use outlook_syncd::error::{Classify, Disposition, WhoseTurn};
use outlook_syncd::model::{Position, Role, Tier};
use outlook_syncd::owa::{Mailbox, Session};
use std::collections::BTreeSet;

/// All of both folders is read by the service.
async fn assert_read(outlook: &Outlook, mailbox: &mut Mailbox) {
    let account = outlook.account(0);
    let truth = outlook.sim().truth(&account.smtp).expect("the account");
    for folder in BOTH {
        let rows = rows(mailbox, folder).await;
        let ids: BTreeSet<_> = rows.iter().filter_map(|row| row.key.as_ref()).map(|key| &key.id).collect();
        let inside = truth.iter().filter(|message| message.folder == folder.as_in_views());
        assert_eq!(ids, inside.map(|message| &message.immutable_id).collect(), "{folder:?}");
        assert!(rows.iter().all(|row| row.seen_by == "service"), "{folder:?}");
    }
}

/// The same by a session of this installation; then how many pages were opened for it.
async fn opened_and_read(outlook: &Outlook, session: Session) -> (Session, usize) {
    let account = outlook.account(0);
    outlook.sim().clear_requests();
    let mut mailbox = outlook.open(&account, session, &[Tier::Service]).await.expect("a mailbox");
    assert_read(outlook, &mut mailbox).await;
    (stored(&mailbox.close().await), outlook.sim().count("StartupData", &account.smtp))
}

async fn assert_world(change: fn(&mut Settings)) {
    let outlook = Outlook::new(60).await;
    let account = outlook.account(0);
    outlook.sim().set(None, change);
    let session = outlook.session(&account).await;
    let (session, pages) = opened_and_read(&outlook, session).await;
    assert_eq!(pages, 0, "the headers of the sign-in are good");
    outlook.sim().expire(&account.smtp, What::Bearer);
    let (session, pages) = opened_and_read(&outlook, session).await;
    assert_eq!(pages, 1, "one page for new ones");
    assert_eq!(opened_and_read(&outlook, session).await.1, 0, "which are kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_canary_that_is_wanted_is_sent() {
    assert_world(|settings| settings.canary = Canary::Required).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_canary_that_every_answer_renews_is_sent_as_it_is_at_the_time() {
    assert_world(|settings| settings.canary = Canary::Rotating).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_below_another_path_is_called_there() {
    assert_world(|settings| settings.service_path = ServicePath::Zero).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_service_worker_shows_nothing_still_gives_headers() {
    assert_world(|settings| settings.fetch = Fetch::Unseen).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_canary_that_is_stale_costs_one_full_page() {
    let outlook = Outlook::new(40).await;
    let account = outlook.account(0);
    outlook.sim().set(None, |settings| settings.canary = Canary::Demanded);
    let session = outlook.session(&account).await;
    outlook.sim().expire(&account.smtp, What::Canary);
    let (session, pages) = opened_and_read(&outlook, session).await;
    assert_eq!(pages, 1);
    assert_eq!(opened_and_read(&outlook, session).await.1, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_of_every_kind_at_the_opening_cost_one_full_page_and_no_mail() {
    let outlook = Outlook::new(40).await;
    let account = outlook.account(0);
    let mut session = outlook.session(&account).await;
    let text = |status| Kind::Text { status, text: "It went wrong.".to_owned() };
    let exception = |name: &str| Kind::Exception { name: name.to_owned(), form: FaultForm::Brief };
    for kind in [
        text(400),
        text(412),
        text(449),
        text(500),
        exception("MemberAccessException"),
        exception("OwaSerializationException"),
        exception("SomethingNewException"),
    ] {
        // Also where it stays so.
        outlook.sim().fail(None, Failure::from(kind.clone()).on(&["GetFolder"]));
        let pages;
        (session, pages) = opened_and_read(&outlook, session).await;
        assert_eq!(pages, 1, "{kind:?}");
        outlook.sim().clear_knobs(None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_the_service_will_never_understand_is_read_off_the_page() {
    let outlook = Outlook::new(40).await;
    let account = outlook.account(0);
    outlook.sim().set(None, |settings| settings.view = View::Conversation);
    let session = outlook.session(&account).await;
    for name in ["MemberAccessException", "NullReferenceException", "FormatException"] {
        let kind = Kind::Exception { name: name.to_owned(), form: FaultForm::Brief };
        outlook.sim().fail(None, Failure::from(kind).on(&["FindItem"]));
        let mut mailbox = outlook.open(&account, stored(&session), &ALL).await.expect("a mailbox");
        let page = mailbox.page(&standard(Role::Inbox), Position::default()).await.expect("a page");
        assert_eq!(page.seen_by, "network", "{name}");
        mailbox.close().await;
        outlook.sim().clear_knobs(None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_count_that_is_too_small_ends_no_list() {
    let outlook = Outlook::new(90).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    for total_off_by in [-30, 30] {
        outlook.sim().set(None, |settings| settings.total_off_by = total_off_by);
        let mut mailbox =
            outlook.open(&account, stored(&session), &[Tier::Service]).await.expect("a mailbox");
        assert_read(&outlook, &mut mailbox).await;
        mailbox.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_no_mailbox_is_told_so_and_that_it_is_its_turn() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    let session = outlook.session(&account).await;
    outlook.sim().expire(&account.smtp, What::Bearer);
    let kind = Kind::Text { status: 456, text: String::new() };
    outlook.sim().fail(None, Failure::from(kind).on(&["StartupData"]));
    let error = outlook.open(&account, session, &ALL).await.err().expect("no mailbox");
    let meaning = error.meaning();
    assert_eq!((meaning.code, meaning.disposition), ("no_mailbox", Disposition::Blocked), "{error}");
    assert_eq!(meaning.whose_turn, WhoseTurn::It);
    let signed_in = outlook.sign_in_as(&account.smtp, &account.password, &mut Leader::default()).await;
    assert_eq!(signed_in.expect_err("no mailbox").meaning().code, "no_mailbox");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_is_given_where_a_passkey_or_the_telephone_is_asked_for_first() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    for sign_in in [SignIn::Passkey, SignIn::Passwordless] {
        assert_signs_in(&outlook, &account, sign_in).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_is_asked_whether_outlook_is_meant_the_answer_is_yes() {
    let outlook = Outlook::new(5).await;
    assert_signs_in(&outlook, &outlook.account(0), SignIn::AppConfirm).await;
}

/// Signs in with name and password, where nobody has to do anything else.
async fn assert_signs_in(outlook: &Outlook, account: &Account, sign_in: SignIn) {
    outlook.sim().set(None, |settings| settings.sign_in = sign_in);
    let mut leader = Leader::default();
    let session = outlook.sign_in_as(&account.smtp, &account.password, &mut leader).await;
    assert!(session.expect("a session").mailbox.is_some(), "{sign_in:?}");
    assert_eq!(leader.told, ["about to try", "accepted"], "{sign_in:?}");
}
