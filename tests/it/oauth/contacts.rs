//! What a connect by OAuth leaves behind where cycles read contacts.

use crate::stage::{CALLBACK, Stage, World};
use outlook_sim::App as Registration;
use outlook_syncd::app::App;
use outlook_syncd::model::{AuditAction, Part};
use outlook_syncd::store::Store;
use outlook_syncd::sync::{PartRead, ReadContacts, Services};
use reqwest::StatusCode;
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio::sync::watch;

/// A stage whose cycles read contacts.
async fn with_contacts() -> Stage {
    let mut world = World::new().await;
    world.register(Registration::confidential(CALLBACK, "canary-client-secret"));
    let App { services, browser, .. } = world.open(&[]).await;
    let contacts: ReadContacts =
        Arc::new(|_, _, _| Box::pin(async { Ok(ControlFlow::Continue(PartRead::default())) }));
    let services = Services { contacts: Some(contacts), ..services };
    let config = world.config(&[]);
    let fault = watch::Sender::default().subscribe();
    let app = App::of(&config, services, browser, Arc::new(|_: &str, _: Option<&_>| ()), fault);
    Stage::serve(world, app, Arc::clone(&config.http.access)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_the_audit_log_calls_connected_is_there() {
    let stage = with_contacts().await;
    let Store::Sqlite(pool) = stage.store() else { unreachable!() };
    let refuse = "CREATE TRIGGER full BEFORE INSERT ON part_state BEGIN SELECT RAISE(ABORT, 'no room'); END";
    sqlx::query(refuse).execute(pool).await.unwrap();
    let smtp = stage.account(0).smtp;
    let page = stage.sign_in("u1", &smtp, "", true).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let log = stage.store().audit_log(9).await.unwrap();
    let connected = log.iter().find(|line| line.action == AuditAction::Connected).unwrap();
    let connected = connected.account.clone().unwrap();
    assert!(stage.store().account(&connected).await.unwrap().is_some());
    sqlx::query("DROP TRIGGER full").execute(pool).await.unwrap();
    // The next cycle begins what could not be begun then.
    stage.run(&["--once"]).await.expect(0);
    assert!(stage.store().state(&connected).await.unwrap().unwrap().part(Part::Contacts).is_some());
}
