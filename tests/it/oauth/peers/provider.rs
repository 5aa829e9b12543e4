//! `oidc-provider`: PKCE is a must, refresh tokens rotate, and one that comes a second time ends the sign-in.

use super::{Ours, Peers, confidential, opens, public};
use outlook_syncd::clock::Clock;
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::model::{Account, RefusalClass};
use outlook_syncd::oauth::{AccessToken, OAuthError};
use std::time::Duration;

async fn signed_in(ours: &Ours, peers: &Peers) -> (Account, AccessToken) {
    let popup = ours.popup().await;
    let landed = peers.visit(&popup.location, true).await;
    let signed_in = ours.finish(&popup, &landed).await.unwrap();
    let account = ours.attach(&signed_in).await;
    let token = ours.token(&account.id).await.unwrap();
    (account, token)
}

/// The class of a refusal.
fn class<T>(answer: Result<T, OAuthError>) -> RefusalClass {
    match answer {
        Err(OAuthError::Refused(refusal)) => refusal.class,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_connects_and_each_renewal_rotates() {
    let (peers, _alone) = Peers::alone().await;
    let server = &peers.oidc_provider;
    for registration in [public(server), confidential(server)] {
        let ours = Ours::at(&peers, server, registration).await;
        let (account, mut token) = signed_in(&ours, &peers).await;
        assert_eq!(account.name(), server.preferred_username);
        let grant = ours.engine.store.grant(&account.id).await.unwrap().unwrap().given;
        assert_eq!((grant.person.tenant, grant.person.object), (server.tid.clone(), server.oid.clone()));
        assert!(grant.scopes.contains(&"contacts.readwrite".to_owned()), "{:?}", grant.scopes);
        for _ in 0..3 {
            let before = ours.stored(&account.id).await;
            let next = ours.renew(&account.id, &token).await.unwrap();
            assert!(!next.is(&token) && opens(&peers, &next).await);
            assert_ne!(ours.stored(&account.id).await, before);
            token = next;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_cancels_is_not_connected() {
    let (peers, _alone) = Peers::alone().await;
    let ours = Ours::public(&peers, &peers.oidc_provider).await;
    let popup = ours.popup().await;
    let landed = peers.visit(&popup.location, false).await;
    assert_eq!(class(ours.finish(&popup, &landed).await), RefusalClass::Declined);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_with_its_own_verifier() {
    let (peers, _alone) = Peers::alone().await;
    let ours = Ours::public(&peers, &peers.oidc_provider).await;
    let (one, other) = (ours.popup().await, ours.popup().await);
    let landed = peers.visit(&one.location, true).await;
    let stranger = peers.visit(&other.location, true).await;
    // One sign-in's code with the other's state: its verifier is not the one of the code.
    let code = |url: &url::Url| url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let mixed = stranger.as_str().replace(&code(&stranger), &code(&landed)).parse().unwrap();
    assert_eq!(class(ours.finish(&other, &mixed).await), RefusalClass::Reconnect);

    let popup = ours.popup().await;
    let landed = peers.visit(&popup.location, true).await;
    let account = ours.attach(&ours.finish(&popup, &landed).await.unwrap()).await;
    let token = ours.token(&account.id).await.unwrap();
    let again = ours.finish(&popup, &landed).await.unwrap_err();
    assert!(matches!(again, OAuthError::Callback(_)), "we do not even ask: {again}");
    let replay = ours.popup().await;
    let stolen = peers.visit(&replay.location, true).await;
    let stolen = stolen.as_str().replace(&code(&stolen), &code(&landed)).parse().unwrap();
    assert_eq!(class(ours.finish(&replay, &stolen).await), RefusalClass::Reconnect);
    assert!(
        ours.renew(&account.id, &token).await.is_ok(),
        "without its verifier a stolen code does not even harm"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_typed_elsewhere_connects_and_a_no_is_a_no() {
    let (peers, _alone) = Peers::alone().await;
    let ours = Ours::public(&peers, &peers.oidc_provider).await;
    let (yes, no) =
        (ours.engine.oauth.begin_device().await.unwrap(), ours.engine.oauth.begin_device().await.unwrap());
    let typing = async {
        // After the first question of both has met nobody.
        Clock::System.sleep(Duration::from_secs(6)).await;
        peers.type_code(&yes.user_code, true).await;
        peers.type_code(&no.user_code, false).await;
    };
    let (accepted, declined, ()) =
        tokio::join!(ours.engine.oauth.finish_device(&yes), ours.engine.oauth.finish_device(&no), typing);
    let account = ours.attach(&accepted.unwrap()).await;
    let token = ours.token(&account.id).await.unwrap();
    let renewed = ours.renew(&account.id, &token).await.unwrap();
    assert!(opens(&peers, &renewed).await);
    assert_eq!(class(declined), RefusalClass::Declined);
}

/// A backup is restored beside the process that goes on: of the two, one brings a token that was used before.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_comes_twice_ends_the_sign_in_and_nothing_else() {
    let (peers, _alone) = Peers::alone().await;
    let server = &peers.oidc_provider;
    let ours = Ours::public(&peers, server).await;
    let (account, token) = signed_in(&ours, &peers).await;
    ours.engine.store.close().await;
    let backup = tempfile::tempdir().unwrap();
    for file in ["key", "outlook-syncd.db"] {
        std::fs::copy(ours.dir.path().join(file), backup.path().join(file)).unwrap();
    }
    let ours = Ours::within(ours.dir, &peers, server, public(server)).await;
    let restored = Ours::within(backup, &peers, server, public(server)).await;

    let renewed = ours.renew(&account.id, &token).await.unwrap();
    assert_eq!(class(restored.renew(&account.id, &token).await), RefusalClass::Reconnect);
    let ended = ours.renew(&account.id, &renewed).await.unwrap_err();
    assert_eq!(ended.disposition(), Disposition::NeedsLogin, "{ended}");
    let asked = peers.count("oidc_provider", "refresh_token").await;
    for _ in 0..3 {
        let known = ours.renew(&account.id, &renewed).await.unwrap_err();
        assert!(matches!(known, OAuthError::Known { wait: None, .. }), "{known:?}");
        assert_eq!(known.to_string(), ended.to_string(), "the reason stays");
    }
    assert_eq!(peers.count("oidc_provider", "refresh_token").await, asked, "nobody asks again in vain");
    let (again, fresh) = signed_in(&ours, &peers).await;
    assert_eq!(again.id, account.id, "signing in again mends it, in the same account");
    assert!(opens(&peers, &fresh).await);
}
