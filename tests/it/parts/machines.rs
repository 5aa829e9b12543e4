//! Whose an account is after a process of one of several installations has ended.

use super::*;
use outlook_syncd::sync::Cycle;
use std::time::Duration;

/// Whether an installation elsewhere is given the account as soon as it is due.
async fn is_free(turns: &Turns) -> bool {
    turns.clock().advance(TimeDelta::minutes(5));
    let now = turns.clock().now();
    let claim = turns.store().claim("elsewhere", now, now, Duration::from_mins(1)).await.unwrap();
    if let Some(claim) = &claim {
        turns.store().release(claim).await.unwrap();
    }
    claim.is_some()
}

#[tokio::test]
async fn an_installation_that_was_set_up_for_one_run_leaves_its_accounts_when_that_ends() {
    let turns = Turns::new().await;
    turns.connected("ada@example.test", start()).await;
    turns.cycle().await;
    assert!(!is_free(&turns).await, "it may go on");
    turns.app.cycle.leave().await.unwrap();
    assert!(is_free(&turns).await);
}

#[tokio::test]
async fn an_installation_that_came_back_keeps_its_accounts_until_it_comes_again() {
    let turns = Turns::new().await;
    turns.connected("ada@example.test", start()).await;
    turns.cycle().await;
    turns.clock().advance(TimeDelta::minutes(5));
    let (settings, lock) = (turns.app.cycle.settings().clone(), turns.world.config(&[]).lock_file());
    let again = Cycle::new(&turns.app.services, settings, lock, Arc::new(|_, _| ()));
    let report = again.run(Trigger::Once, &turns.stop).await.unwrap();
    assert_eq!(seen(&report), [("ada@example.test", Part::Contacts, None)]);
    again.leave().await.unwrap();
    assert!(!is_free(&turns).await);
}
