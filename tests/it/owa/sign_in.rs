//! Signing in.

use super::outlook::{ALL, Leader, Outlook, stored};
use outlook_sim::{Failure, Kind, SignIn};
use outlook_syncd::error::Classify;
use outlook_syncd::owa::{Answer, Dialogue as _, Method, OwaError, Step};
use outlook_syncd::secret::secret;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_right_password_ends_in_the_mailbox() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    let mut leader = Leader::default();
    let session = outlook.sign_in_as(&account.smtp, &account.password, &mut leader).await.expect("a session");
    let mailbox = session.mailbox.as_ref().expect("startup data names the mailbox");
    assert_eq!(mailbox.address, account.smtp.to_lowercase());
    assert_eq!(mailbox.display_name.as_deref(), Some(account.name.as_str()));
    assert_eq!(mailbox.settings.time_zone.as_deref(), Some(account.windows_zone));
    assert!(session.service.is_some(), "the page's own headers are kept");
    assert!(session.expires_at().is_some(), "\"Stay signed in?\" was answered with yes");
    assert_eq!(leader.told, ["about to try", "accepted"]);
    let attempts = outlook.sim().password_attempts(&account.smtp);
    assert_eq!((attempts.right, attempts.wrong), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_tried_once() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    let mut leader = Leader::default();
    let error = outlook.sign_in_as(&account.smtp, "wrong", &mut leader).await.expect_err("refused");
    assert!(matches!(error, OwaError::WrongPassword), "{error}");
    assert_eq!(leader.told, ["about to try"]);
    let attempts = outlook.sim().password_attempts(&account.smtp);
    assert_eq!((attempts.right, attempts.wrong), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_name_never_gets_a_password() {
    let outlook = Outlook::new(5).await;
    let mut leader = Leader::default();
    let error =
        outlook.sign_in_as("nobody@northwind-sim.example", "any", &mut leader).await.expect_err("unknown");
    assert!(matches!(error, OwaError::UnknownUser), "{error}");
    assert!(leader.told.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_submitted_by_the_step_after_the_one_that_says_so() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    let password = secret(account.password.clone());
    let mut sign_in = outlook.owa(&ALL).sign_in(&account.smtp, &password).await.expect("a page");
    assert!(matches!(sign_in.next().await, Ok(Step::AboutToTry)));
    sign_in.close().await;
    assert_eq!(outlook.sim().password_attempts(&account.smtp).right, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cookies_are_handed_over_before_a_slow_redirect_ends() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    for kmsi in [true, false] {
        outlook.sim().clear_requests();
        outlook.sim().set(None, |settings| (settings.slow_redirect_ms, settings.kmsi) = (4000, kmsi));
        let watch = Some((outlook.sim().clone(), account.smtp.clone()));
        let mut leader = Leader { watch, ..Leader::default() };
        let session =
            outlook.sign_in_as(&account.smtp, &account.password, &mut leader).await.expect("a session");
        assert_eq!(session.expires_at().is_some(), kmsi);
        assert_eq!(leader.startups_when_accepted, 0, "Outlook had been reached already");
        let early = stored(leader.accepted.as_ref().expect("a session"));
        outlook.sim().set(None, |settings| settings.slow_redirect_ms = 0);
        let mailbox = outlook.open(&account, early, &ALL).await.expect("what was handed over signs in");
        assert_eq!(mailbox.identity().address, account.smtp.to_lowercase());
        mailbox.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_in_the_way_is_named() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    for (sign_in, code) in [
        (SignIn::ProofUp, "more_information"),
        (SignIn::ConditionalAccess, "conditional_access"),
        (SignIn::Disabled, "disabled"),
        (SignIn::Mfa, "mfa"),
        (SignIn::Federated, "federated"),
        (SignIn::UnknownPage, "drift"),
    ] {
        outlook.sim().set(None, |settings| settings.sign_in = sign_in);
        let mut leader = Leader::default();
        let result = outlook.sign_in_as(&account.smtp, &account.password, &mut leader).await;
        let error = result.err().unwrap_or_else(|| panic!("{sign_in:?} let us in"));
        assert_eq!(error.meaning().code, code, "{sign_in:?}: {error}");
        let shown = format!("{error} {error:?} {}", error.meaning().hint());
        assert!(!shown.contains(&account.smtp) && !shown.contains(&account.password), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_factor_may_be_waited_for() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    outlook.sim().set(None, |settings| settings.sign_in = SignIn::Mfa);
    let mut leader = Leader { answers: [Answer::GoOn].into(), ..Leader::default() };
    let session = outlook.sign_in_as(&account.smtp, &account.password, &mut leader).await.expect("a session");
    assert!(session.mailbox.is_some());
    assert_eq!(leader.told.len(), 3, "{:?}", leader.told);
    assert!(leader.told[1].starts_with("Approve { number: Some("), "{:?}", leader.told);
    assert_eq!(leader.told[2], "accepted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_asked_for_until_it_is_right_by_the_way_that_was_chosen() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    outlook.sim().set(None, |settings| settings.sign_in = SignIn::Choice);
    for way in [Method::AppCode, Method::TextMessage] {
        outlook.sim().clear_requests();
        let codes =
            ["wrong1", "wrong2", &account.one_time_code].map(|code| Answer::Code(secret(code.to_owned())));
        let answers = [Answer::Method(way)].into_iter().chain(codes).collect();
        let mut leader = Leader { answers, ..Leader::default() };
        let session = outlook.sign_in_as(&account.smtp, &account.password, &mut leader).await;
        assert!(session.expect("a session").mailbox.is_some());
        let expected = [
            "about to try",
            "Choose([Approval, AppCode, TextMessage])",
            "Code { wrong: false }",
            "Code { wrong: true }",
            "Code { wrong: true }",
            "accepted",
        ];
        assert_eq!(leader.told, expected);
        assert_eq!(outlook.sim().count("EndAuth", &account.smtp), 3, "each code was sent once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_not_answered_ends_as_a_second_factor() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    outlook.sim().set(None, |settings| settings.sign_in = SignIn::Code);
    let mut leader = Leader::default();
    let error = outlook.sign_in_as(&account.smtp, &account.password, &mut leader).await.expect_err("no code");
    assert!(matches!(error, OwaError::Mfa { number: None }), "{error}");
    assert_eq!(leader.told, ["about to try", "Code { wrong: false }"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_light_page_is_not_taken_for_the_mailbox() {
    let outlook = Outlook::seen_as(5, Some("HeadlessChrome/1")).await;
    let account = outlook.account(0);
    let error = outlook
        .sign_in_as(&account.smtp, &account.password, &mut Leader::default())
        .await
        .expect_err("light");
    assert!(matches!(error, OwaError::LightPage), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn startup_that_asks_for_a_retry_gets_it_from_the_page() {
    let outlook = Outlook::new(5).await;
    let account = outlook.account(0);
    outlook.sim().fail(None, Failure::from(Kind::NoContent).on(&["StartupData"]).times(1));
    let session = outlook.session(&account).await;
    assert!(session.mailbox.is_some());
}
