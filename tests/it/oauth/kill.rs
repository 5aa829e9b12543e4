//! Kill -9 between Microsoft's answer and our database.

use crate::stage::{Daemon, Stage};
use outlook_sim::identity::Rotation;
use outlook_sim::{Failure, Kind};
use outlook_syncd::error::{Classify, Disposition};
use outlook_syncd::model::{AccountId, Resource, Scope};
use reqwest::Method;

/// A daemon that dies after Microsoft has rotated the token and before the answer has come.
async fn killed(stage: &Stage, rotation: Rotation) -> AccountId {
    let ada = stage.account(0);
    stage.sim().set(Some(&ada.smtp), |settings| {
        settings.identity.rotation = rotation;
        settings.identity.access_life_s = 120;
    });
    let id = stage.connected("u1", &ada.smtp).await;
    stage.sim().fail(Some(&ada.smtp), Failure::from(Kind::AnswerLost).on(&["refresh_token"]).times(1));
    let bearer = stage.bearer(&[Scope::Tokens], None).await;
    let mut daemon = Daemon::start(stage).await;
    let path = format!("/v1/accounts/{id}/access-token");
    loop {
        let asked = daemon.request(Method::GET, &path).bearer_auth(&bearer).send();
        tokio::select! {
            // Looked at first: a daemon that has lost the answer must not be asked for another.
            biased;
            () = stage.sim().wait_for("refresh_token", &ada.smtp, 1) => break,
            // Busy, before it came to ask.
            _ = asked => {}
        }
    }
    daemon.kill().await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn with_lax_rotation_the_account_goes_on() {
    let stage = Stage::start().await;
    let id = killed(&stage, Rotation::Lax).await;
    let token = stage.app.services.oauth.access_token(&id, Resource::Graph).await;
    assert!(token.is_ok(), "{:?}", token.err());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_strict_rotation_the_owner_signs_in_again_and_everything_stays() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = killed(&stage, Rotation::Strict).await;
    for _ in 0..3 {
        let error = stage.app.services.oauth.access_token(&id, Resource::Graph).await.unwrap_err();
        assert_eq!(
            (error.meaning().code, error.meaning().disposition),
            ("oauth_reconnect", Disposition::NeedsLogin),
            "{error}"
        );
    }
    assert_eq!(stage.sim().count("refresh_token", &ada.smtp), 2, "no loop");
    let kept = stage.store().grant(&id).await.unwrap().unwrap();
    assert!(kept.worst().is_some_and(|trouble| trouble.message.contains("AADSTS50173")), "{kept:?}");
    assert!(stage.store().account(&id).await.unwrap().is_some());
    assert_eq!(stage.connected("u1", &ada.smtp).await, id);
}
