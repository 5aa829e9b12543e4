//! What a sweep makes of single items: rows of the page alone, what cannot be read, what it recognised itself.

use super::*;

/// The page wrote a date that was misread: the list proves that no such mail is there.
#[tokio::test]
async fn a_row_of_the_page_that_no_list_knows_goes() {
    let (world, mut script) = mailbox().await;
    let mut shown = crate::store::on_the_page("a ghost", crate::store::at(205));
    shown.folder = inbox(&world).await.folder.id;
    let claim = world.claim().await;
    let page = crate::store::page(vec![shown]);
    let page = outlook_syncd::store::PageWrite { folder_state: None, ..page };
    world.store.write_page(&claim, &page).await.unwrap();
    for _ in 0..2 {
        a_day_later(&world, &mut script).await;
    }
    assert_eq!(gone(&world).await.as_deref(), Some("a ghost"));
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn what_a_sweep_cannot_read_is_in_the_ledger_and_the_sweep_goes_on() {
    let (world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 3 * BATCH);
    script.withheld.extend(["m7", "m8"].map(str::to_owned));
    world.read(&mut script).await;
    script.withheld.clear();
    script.corrupt.insert("m7".to_owned());
    let counts = a_day_later(&world, &mut script).await;
    assert_eq!((found(&counts), counts[0].failed > 0), (1, true), "{counts:?}");
    let ledger = world.store.ledger(&world.claim().await.account.id).await.unwrap();
    assert_eq!((ledger.len(), ledger[0].attempts), (1, 1));
    assert!(inbox(&world).await.sweeps.under_way.is_none());
    script.corrupt.clear();
    world.read(&mut script).await;
    assert_eq!(world.stored().await, script.truth());
}

/// It would be missing from where it was, and be called gone.
#[tokio::test]
async fn a_mail_that_was_moved_and_cannot_be_read_lies_where_it_was_moved_to() {
    let (world, mut script) = mailbox().await;
    script.move_to(SENT, "m6");
    script.corrupt.insert("m6".to_owned());
    for _ in 0..4 {
        a_day_later(&world, &mut script).await;
    }
    assert_eq!((gone(&world).await, world.stored().await), (None, script.truth()));
}

/// So is mail that another road has read: the sweep knows it by what it is, not by its id.
#[tokio::test]
async fn mail_that_the_sweep_itself_recognised_is_not_missed() {
    let (world, mut script) = mailbox().await;
    let Store::Sqlite(pool) = &world.store else { unreachable!() };
    let of_another_road =
        "UPDATE message_key SET space = 'another', item_id = 'of another' WHERE item_id = 'm7'";
    sqlx::query(of_another_road).execute(pool).await.unwrap();
    let counts = a_day_later(&world, &mut script).await;
    assert_eq!((script.completed, counts[0].missing), (1, 0), "{counts:?}");
    assert_eq!(crate::store::count(&world.store, "SELECT COUNT(missing_at) FROM message").await, 0);
    assert_eq!(world.stored().await, script.truth());
}

/// What it saw before the clock was set right may have changed its place since then.
#[tokio::test]
async fn a_sweep_that_began_while_a_clock_was_ahead_begins_anew() {
    let (mut world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    script.deliver(INBOX, 30);
    script.deliver(SENT, 5);
    script.deliver(INBOX, 30);
    world.read(&mut script).await;
    world.clock.advance(TimeDelta::days(31));
    world.slice = TimeDelta::seconds(1);
    script.slow = Some((world.clock.clone(), TimeDelta::seconds(5)));
    let offset = async || inbox(&world).await.sweeps.under_way.map_or(0, |sweep| sweep.next.offset);
    while offset().await < 4 * 10 {
        world.read(&mut script).await;
    }
    world.clock.advance(TimeDelta::days(-30));
    (script.slow, world.slice) = (None, TimeDelta::minutes(1));
    script.move_to(INBOX, "m33");
    for _ in 0..4 {
        world.read(&mut script).await;
    }
    assert_eq!((gone(&world).await, world.stored().await), (None, script.truth()));
}
