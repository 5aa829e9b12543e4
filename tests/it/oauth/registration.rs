//! The application's secret or certificate: whoever runs the service renews it, and no owner hears of it.

use super::tokens::{graph, stale};
use crate::stage::{CALLBACK, Stage, World, write_secret};
use outlook_sim::App as Registration;
use outlook_syncd::error::{Classify, WhoseTurn};
use outlook_syncd::model::{AccountId, Part, PartState, Reach, Trigger};
use outlook_syncd::oauth::OAuthError;
use tokio_util::sync::CancellationToken;

const SECRET: &str = "canary-client-secret";

/// The application as Microsoft knows it from now on.
fn register(stage: &Stage, secret: &str, secret_expired: bool) {
    let client_id = stage.client_id();
    let registration = Registration::confidential(CALLBACK, secret);
    stage.sim().register(Registration { client_id, secret_expired, ..registration }).unwrap();
}

async fn cycle(stage: &Stage) {
    stage.app.cycle.run(Trigger::Daemon, &CancellationToken::new()).await.unwrap();
}

async fn contacts(stage: &Stage, id: &AccountId) -> PartState {
    stage.store().state(id).await.unwrap().unwrap().part(Part::Contacts).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_in_the_file_counts_at_once_for_all_who_were_refused_for_the_one_that_expired() {
    let stage = Stage::start().await;
    let mut ids = Vec::new();
    for (index, owner) in ["u1", "u2"].into_iter().enumerate() {
        ids.push(stale(&stage, &stage.account(index).smtp, owner).await);
    }
    register(&stage, SECRET, true);
    let clock = &stage.app.services.clock;
    for _ in 0..2 {
        stage.store().make_due(&Reach::Everyone, None, clock.now()).await.unwrap();
        cycle(&stage).await;
    }
    for id in &ids {
        let error = contacts(&stage, id).await.last_error.unwrap();
        assert_eq!((error.code.as_str(), error.whose_turn), ("oauth_registration", WhoseTurn::Operator));
        assert!(error.hint.contains("oauth.client_secret_file: it counts at once"), "{}", error.hint);
    }
    let status = stage.run(&["status"]).await;
    assert!(
        status.out.contains("The operator's turn") && status.out.contains("has expired"),
        "{}",
        status.out
    );
    let doctor = stage.run(&["doctor"]).await;
    assert!(
        doctor.out.contains("FAIL registration: ") && doctor.out.contains("accounts: 2"),
        "{}",
        doctor.out
    );

    register(&stage, "another-client-secret", false);
    write_secret(&stage.dir.path().join("client-secret"), "another-client-secret");
    assert!(stage.app.cycle.next_due().await.unwrap().unwrap() <= clock.now());
    cycle(&stage).await;
    for id in &ids {
        assert_eq!(contacts(&stage, id).await.last_error, None);
        assert!(graph(&stage, id).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_whose_file_is_gone_is_said_and_nothing_is_sent() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let id = stale(&stage, &ada.smtp, "u1").await;
    let file = stage.dir.path().join("client-secret");
    std::fs::remove_file(&file).unwrap();
    let error = graph(&stage, &id).await.unwrap_err();
    assert!(matches!(&error, OAuthError::Credential(said) if said.contains("client-secret")), "{error}");
    assert_eq!(error.meaning().whose_turn, WhoseTurn::Operator);
    assert_eq!(stage.sim().count("refresh_token", &ada.smtp), 0);
    write_secret(&file, SECRET);
    assert!(graph(&stage, &id).await.is_ok(), "it is read again by itself");
}

const CERTIFICATE: &str = include_str!("../../data/oauth/certificate.pem");
const OTHER: &str = include_str!("../../data/oauth/other.pem");

/// The same application, which Microsoft knows by a certificate, and we by this file.
async fn certified(pem: &str) -> Stage {
    let mut world = World::new().await;
    let (certificate, _) = CERTIFICATE.split_at(CERTIFICATE.find("-----BEGIN PRIVATE").unwrap());
    world.register(Registration::certified(CALLBACK, certificate));
    world.set_secret("OAUTH__CLIENT_CERTIFICATE_FILE", "client-certificate", pem);
    Stage::on(world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_with_a_certificate_connects_and_is_told_when_that_ends() {
    let stage = certified(CERTIFICATE).await;
    let id = stale(&stage, &stage.account(0).smtp, "u1").await;
    assert!(graph(&stage, &id).await.is_ok());
    let doctor = stage.run(&["doctor"]).await;
    assert!(
        doctor.out.contains("takes the application with a certificate, which ends on 21"),
        "{}",
        doctor.out
    );
    let shown = stage.run(&["config", "show"]).await;
    assert!(shown.out.contains("client_certificate_file") && !shown.out.contains("BEGIN"), "{}", shown.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_microsoft_does_not_know_is_the_operators_turn_and_the_right_one_counts_at_once() {
    let stage = certified(OTHER).await;
    let doctor = stage.run(&["doctor"]).await;
    assert!(doctor.out.contains("FAIL oauth: ") && doctor.out.contains("certificate"), "{}", doctor.out);
    let file = stage.dir.path().join("client-certificate");
    write_secret(&file, CERTIFICATE);
    let id = stale(&stage, &stage.account(0).smtp, "u1").await;
    write_secret(&file, OTHER);
    let error = graph(&stage, &id).await.unwrap_err();
    let meaning = error.meaning();
    assert_eq!((meaning.code, meaning.whose_turn), ("oauth_registration", WhoseTurn::Operator), "{error}");
    assert!(meaning.next.contains("oauth.client_certificate_file"), "{}", meaning.next);
    write_secret(&file, CERTIFICATE);
    cycle(&stage).await;
    assert!(graph(&stage, &id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_said_before_anybody_is_connected() {
    let stage = Stage::start().await;
    let file = stage.dir.path().join("client-secret");
    let oauth = async || {
        let doctor = stage.run(&["doctor"]).await;
        let line = doctor.out.lines().find(|line| line.contains(" oauth: ")).unwrap().to_owned();
        (line, doctor.code)
    };
    let (right, _) = oauth().await;
    assert!(right.starts_with("ok   oauth: ") && right.contains("with a client secret"), "{right}");
    write_secret(&file, "another-client-secret");
    let (wrong, code) = oauth().await;
    assert!(wrong.starts_with("FAIL oauth: ") && wrong.contains("AADSTS7000215"), "{wrong}");
    assert_eq!(code, 78);
    write_secret(&file, SECRET);
    register(&stage, SECRET, true);
    let (expired, _) = oauth().await;
    assert!(expired.starts_with("FAIL oauth: ") && expired.contains("AADSTS7000222"), "{expired}");
    write_secret(&file, &format!("client_secret={SECRET}"));
    let pasted = stage.run(&["doctor"]).await.expect(78);
    assert!(pasted.err.contains("holds `client_secret=` and more"), "{}", pasted.err);
    assert!(!pasted.err.contains(SECRET), "{}", pasted.err);
}
