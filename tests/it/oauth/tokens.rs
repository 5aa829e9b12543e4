//! The one way to an access token: early, once, stored before use, and what a refusal leaves behind.

use crate::stage::{CALLBACK, Stage};
use outlook_sim::identity::{AccountKind, OauthError, Rotation, ScopeForm};
use outlook_sim::{App as Registration, Ended, Failure, Kind};
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::model::{AccountId, Resource, Use};
use outlook_syncd::oauth::{AccessToken, OAuth, OAuthError};
use outlook_syncd::secret::ExposeSecret;

/// An account whose access token is to be renewed: the next one lives for an hour again.
pub(super) async fn stale(stage: &Stage, smtp: &str, owner: &str) -> AccountId {
    stage.sim().set(Some(smtp), |settings| settings.identity.access_life_s = 120);
    let id = stage.connected(owner, smtp).await;
    stage.sim().set(Some(smtp), |settings| settings.identity.access_life_s = 3600);
    id
}

pub(super) fn oauth(stage: &Stage) -> &OAuth {
    &stage.app.services.oauth
}

pub(super) async fn graph(stage: &Stage, id: &AccountId) -> Result<AccessToken, OAuthError> {
    oauth(stage).access_token(id, Resource::Graph).await
}

pub(super) fn fail(stage: &Stage, smtp: &str, kind: Kind, times: u32) {
    stage.sim().fail(Some(smtp), Failure::from(kind).on(&["refresh_token"]).times(times));
}

pub(super) fn refreshes(stage: &Stage, smtp: &str) -> usize {
    stage.sim().count("refresh_token", smtp)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_five_minutes_early_and_not_before() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stage.connected("u1", &ada.smtp).await;
    let first = graph(&stage, &id).await.unwrap();
    assert!(first.is(&graph(&stage, &id).await.unwrap()));
    assert_eq!(refreshes(&stage, &ada.smtp), 0, "the sign-in's own token is good");
    let bob = stage.account(1);
    let id = stale(&stage, &bob.smtp, "u1").await;
    let renewed = graph(&stage, &id).await.unwrap();
    assert!(renewed.is(&graph(&stage, &id).await.unwrap()));
    assert_eq!(refreshes(&stage, &bob.smtp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refresh_token_gives_a_token_per_resource_each_with_its_own_scopes() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    for form in [ScopeForm::Short, ScopeForm::Prefixed, ScopeForm::Lower] {
        stage.sim().set(Some(&ada.smtp), |settings| settings.identity.scope_form = form);
        let id = stage.connected("u1", &ada.smtp).await;
        stage.sim().clear_requests();
        let outlook = oauth(&stage).token_for(&id, Use::Imap).await.unwrap();
        assert!(!outlook.is(&oauth(&stage).token_for(&id, Use::Contacts).await.unwrap()));
        let asked: Vec<_> = stage
            .sim()
            .requests(Some(&ada.smtp))
            .into_iter()
            .filter(|entry| entry.action == "refresh_token")
            .flat_map(|entry| entry.requested)
            .collect();
        assert!(
            asked.iter().any(|scope| scope.to_lowercase().contains("imap.accessasuser.all")),
            "{asked:?}"
        );
        assert!(!asked.iter().any(|scope| scope.to_lowercase().contains("contacts")), "{asked:?}");
        let scopes = stage.store().grant(&id).await.unwrap().unwrap().given.scopes;
        for scope in ["contacts.readwrite", "imap.accessasuser.all", "user.read"] {
            assert!(scopes.contains(&scope.to_owned()), "{form:?} {scopes:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_grant_less() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    stage.sim().set(Some(&ada.smtp), |settings| {
        settings.identity.declined_scopes = vec!["Contacts.ReadWrite".to_owned()];
    });
    let id = stage.connected("u1", &ada.smtp).await;
    let refused = oauth(&stage).token_for(&id, Use::Contacts).await.unwrap_err();
    assert!(matches!(refused, OAuthError::NotGranted(Use::Contacts)), "{refused}");
    let hint = refused.meaning().hint();
    assert!(hint.contains("allow Contacts.ReadWrite"), "{hint}");
    assert!(graph(&stage, &id).await.is_ok(), "a token there is all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_callers_and_two_processes_cause_one_refresh() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    stage.sim().set(Some(&ada.smtp), |settings| settings.identity.rotation = Rotation::Strict);
    let id = stale(&stage, &ada.smtp, "u1").await;
    let other = stage.open(&[]).await;
    fail(&stage, &ada.smtp, Kind::Slow { ms: 300 }, 1);
    let callers: Vec<_> = (0..50)
        .map(|n| {
            let oauth = if n % 2 == 0 { oauth(&stage).clone() } else { other.services.oauth.clone() };
            let id = id.clone();
            tokio::spawn(async move { oauth.access_token(&id, Resource::Graph).await.unwrap() })
        })
        .collect();
    let mut tokens = Vec::new();
    for caller in callers {
        tokens.push(caller.await.unwrap());
    }
    assert!(tokens.iter().all(|token| token.is(&tokens[0])));
    assert_eq!(refreshes(&stage, &ada.smtp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_graph_refused_is_replaced_once() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stage.connected("u1", &ada.smtp).await;
    let refused = graph(&stage, &id).await.unwrap();
    stage.sim().end(&ada.smtp, Ended::Access);
    let renewed = oauth(&stage).another_token(&id, Resource::Graph, &refused).await.unwrap();
    assert!(!renewed.is(&refused));
    let also = oauth(&stage).another_token(&id, Resource::Graph, &refused).await.unwrap();
    assert!(also.is(&renewed), "another caller with the old token gets the one that is there");
    assert_eq!(refreshes(&stage, &ada.smtp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_a_refresh_token_leaves_the_one_there_is() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    stage.sim().set(Some(&ada.smtp), |settings| settings.identity.rotation = Rotation::None);
    let id = stale(&stage, &ada.smtp, "u1").await;
    graph(&stage, &id).await.unwrap();
    assert!(oauth(&stage).access_token(&id, Resource::Outlook).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_changes_nothing() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stale(&stage, &ada.smtp, "u1").await;
    let before =
        (stage.store().grant(&id).await.unwrap(), stage.store().sealed(&id, "tokens").await.unwrap());
    for kind in [
        Kind::HangUp,
        Kind::CutOff,
        Kind::TruncatedJson,
        Kind::EmptyBody,
        Kind::Fault { status: 502, back_off_ms: None },
        Kind::Oauth(OauthError::aadsts(90033)),
    ] {
        let said = format!("{kind:?}");
        fail(&stage, &ada.smtp, kind, 1);
        let error = graph(&stage, &id).await.unwrap_err();
        assert_eq!(error.meaning().disposition, Disposition::Retry, "{said}: {error}");
        let after =
            (stage.store().grant(&id).await.unwrap(), stage.store().sealed(&id, "tokens").await.unwrap());
        assert_eq!(before, after, "{said}");
    }
    assert!(graph(&stage, &id).await.is_ok(), "and the next one goes on at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_asked_for_again() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stale(&stage, &ada.smtp, "u1").await;
    fail(&stage, &ada.smtp, Kind::AnswerLost, 1);
    assert_eq!(graph(&stage, &id).await.unwrap_err().meaning().disposition, Disposition::Retry);
    assert!(graph(&stage, &id).await.is_ok(), "Microsoft's old tokens go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_service_is_left_alone_for_as_long_as_it_says() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stale(&stage, &ada.smtp, "u1").await;
    fail(&stage, &ada.smtp, Kind::TooManyRequests { retry_after: 600 }, 1);
    let first = graph(&stage, &id).await.unwrap_err();
    assert_eq!(
        (first.meaning().disposition, first.meaning().retry_after.unwrap().as_secs()),
        (Disposition::Retry, 600)
    );
    let second = graph(&stage, &id).await.unwrap_err();
    assert_eq!(
        (second.meaning().code, second.meaning().disposition),
        ("oauth_transient", Disposition::Retry)
    );
    assert!(
        (590..=600).contains(&second.meaning().retry_after.unwrap().as_secs()),
        "{:?}",
        second.meaning().retry_after
    );
    assert_eq!(refreshes(&stage, &ada.smtp), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_sign_in_is_asked_for_once_and_ends_with_the_next_one() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    for ended in [Ended::Refresh, Ended::Revoked] {
        let id = stale(&stage, &ada.smtp, "u1").await;
        stage.sim().end(&ada.smtp, ended);
        stage.sim().clear_requests();
        for resource in [Resource::Graph, Resource::Outlook, Resource::Graph] {
            let error = oauth(&stage).access_token(&id, resource).await.unwrap_err();
            assert_eq!(
                (error.meaning().code, error.meaning().disposition),
                ("oauth_reconnect", Disposition::NeedsLogin)
            );
            assert!(error.meaning().hint().contains("Everything stored stays"), "{}", error.meaning().hint());
        }
        assert_eq!(refreshes(&stage, &ada.smtp), 1, "no loop");
        assert!(stage.store().account(&id).await.unwrap().is_some());
        assert_eq!(stage.connected("u1", &ada.smtp).await, id);
        assert!(graph(&stage, &id).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_seen_to_flap_on_personal_accounts_is_not_believed_at_once() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    stage.sim().set(Some(&ada.smtp), |settings| settings.identity.account = AccountKind::Personal);
    let id = stale(&stage, &ada.smtp, "u1").await;
    fail(&stage, &ada.smtp, Kind::Oauth(OauthError::aadsts(70000)), 1);
    let first = graph(&stage, &id).await.unwrap_err();
    assert_eq!((first.meaning().code, first.meaning().disposition), ("oauth_doubtful", Disposition::Retry));
    let second = graph(&stage, &id).await.unwrap_err();
    assert_eq!(second.meaning().disposition, Disposition::Retry);
    assert!(second.meaning().retry_after.is_some_and(|wait| wait.as_secs() > 60), "{second}");
    assert_eq!(refreshes(&stage, &ada.smtp), 1, "it is left alone for some minutes");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_class_is_told_apart_and_kept_with_its_claims_for_the_next_sign_in() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    for (number, code, disposition) in [
        (50076, "oauth_interaction", Disposition::NeedsLogin),
        (65001, "oauth_consent", Disposition::NeedsLogin),
        (90094, "oauth_admin_consent", Disposition::Blocked),
        (53003, "oauth_policy", Disposition::Blocked),
        (7_000_215, "oauth_registration", Disposition::Blocked),
        (70011, "oauth_request", Disposition::Blocked),
    ] {
        let id = stale(&stage, &ada.smtp, "u1").await;
        stage.sim().clear_requests();
        fail(&stage, &ada.smtp, Kind::Oauth(OauthError::aadsts(number)), 1);
        for _ in 0..2 {
            let error = graph(&stage, &id).await.unwrap_err();
            assert_eq!(
                (error.meaning().code, error.meaning().disposition),
                (code, disposition),
                "{number}: {error}"
            );
        }
        assert_eq!(refreshes(&stage, &ada.smtp), 1, "{number}: asked in vain once only");
        assert!(
            oauth(&stage).access_token(&id, Resource::Outlook).await.is_ok(),
            "{number}: the other resource goes on"
        );
        if number == 50076 {
            let (location, _) = stage.popup("u1", &format!("&account={id}")).await;
            let claims = super::hostile::parameter(location.as_str(), "claims");
            assert!(claims.contains("access_token"), "{claims}");
            assert!(!super::hostile::parameter(location.as_str(), "login_hint").is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_that_was_taken_back_is_the_owners_turn() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stale(&stage, &ada.smtp, "u1").await;
    assert!(stage.sim().withdraw_consent(stage.client_id(), &ada.smtp));
    assert_eq!(graph(&stage, &id).await.unwrap_err().meaning().code, "oauth_consent");
    stage.connected("u1", &ada.smtp).await;
    assert!(graph(&stage, &id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_keeps_the_authority_of_its_sign_in() {
    let tenant = "northwind-sim.example";
    let registration = Registration::confidential(CALLBACK, "s").for_audience(outlook_sim::Audience::Tenant);
    let stage = Stage::of(registration, &[("OAUTH__TENANT", tenant)]).await;
    let id = stale(&stage, &stage.account(0).smtp, "u1").await;
    let authority = stage.store().grant(&id).await.unwrap().unwrap().given.authority;
    assert!(authority.ends_with("/northwind-sim.example/v2.0"), "{authority}");
    // Through `common` this registration is refused: it is not asked there.
    let elsewhere = stage.open(&[("OAUTH__TENANT", "common")]).await;
    assert!(elsewhere.services.oauth.access_token(&id, Resource::Graph).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_another_registration_are_not_sent() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stale(&stage, &ada.smtp, "u1").await;
    let client_id = uuid::Uuid::new_v4().to_string();
    let changed = stage.open(&[("OAUTH__CLIENT_ID", client_id.as_str())]).await;
    let error = changed.services.oauth.access_token(&id, Resource::Graph).await.unwrap_err();
    assert!(matches!(error, OAuthError::OtherRegistration), "{error}");
    assert_eq!(refreshes(&stage, &ada.smtp), 0);
    let off = stage.open(&[("OAUTH__CLIENT_ID", "")]).await;
    let error = off.services.oauth.access_token(&id, Resource::Graph).await.unwrap_err();
    assert!(matches!(error, OAuthError::Off), "{error}");
    assert!(graph(&stage, &id).await.unwrap().token.expose_secret().len() > 20, "the right one goes on");
}
