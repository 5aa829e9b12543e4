//! On roads that follow a script: what is changed, and when nothing is.

use super::{Ground, all, rows};
use crate::store::{at, count};
use crate::sync::script::{INBOX, Numbered, SENT, Script, Tongue};
use crate::sync::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{Recognised, Road, RoadChange, RoadChangeState, RoadReport};
use outlook_syncd::sync::mail::MailSource;
use outlook_syncd::sync::{Brake, Failure};
use tokio_util::sync::CancellationToken;

/// Which road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// That of the script, whose ids last.
    Script,
    /// The one that numbers.
    Numbered,
}

pub(super) fn script(tongue: Tongue) -> Script {
    let mut script = Script::new(tongue);
    script.lists_ids = true;
    script
}

async fn looked<S: MailSource>(
    world: &World,
    (road, shadow): (Road, bool),
    source: &mut S,
) -> Result<RoadChange, Failure> {
    let claim = world.claim().await;
    let World { store, clock, wanted, horizon, brake, .. } = world;
    let ground = Ground { store, claim: &claim, clock, wanted, horizon: *horizon, brake: *brake };
    ground.look(road, shadow, source).await
}

/// Has the mailbox go another way. Of the model's roads these two stand for the script's.
pub(super) async fn change(
    world: &World,
    script: &mut Script,
    way: Way,
    shadow: bool,
) -> Result<RoadChange, Failure> {
    world.clock.advance(TimeDelta::minutes(1));
    script.calls = 0;
    script.completed = 0;
    match way {
        Way::Script => looked(world, (Road::Owa, shadow), script).await,
        Way::Numbered => looked(world, (Road::Graph, shadow), &mut Numbered::new(script)).await,
    }
}

/// Reads it; how many messages were new.
pub(super) async fn read(world: &World, script: &mut Script, way: Way) -> u64 {
    let folders = match way {
        Way::Script => world.read(script).await,
        Way::Numbered => {
            world.clock.advance(TimeDelta::minutes(1));
            script.calls = 0;
            script.completed = 0;
            let stop = CancellationToken::new();
            match world.turn_on(&mut Numbered::new(script), &stop).await {
                Ok(std::ops::ControlFlow::Continue(read)) => read.folders,
                other => panic!("{other:?}"),
            }
        }
    };
    folders.iter().map(|count| count.new).sum()
}

fn report(change: &RoadChange) -> &RoadReport {
    change.report.as_ref().unwrap()
}

#[tokio::test]
async fn a_mailbox_that_changes_its_road_there_and_back_keeps_each_row_and_reads_no_body_again() {
    for tongue in [Tongue::Windows, Tongue::Changes] {
        let (world, mut script) = (World::new().await, script(tongue));
        script.deliver(INBOX, 35);
        script.deliver(SENT, 12);
        read(&world, &mut script, Way::Script).await;
        let before = rows(&world.store).await;
        for (way, by_id) in [(Way::Numbered, 0), (Way::Script, 47), (Way::Numbered, 47)] {
            let changed = change(&world, &mut script, way, false).await.unwrap();
            assert_eq!((changed.state, script.completed), (RoadChangeState::Taken, 0), "{way:?}");
            let all = Recognised { all: 47, recognised: 47 };
            let met = report(&changed);
            assert_eq!((met.stored, met.seen, met.by.id), (all, all, by_id), "{way:?}");
            script.deliver(INBOX, 1);
            let expected = script.truth();
            for new in [1, 0, 0] {
                assert_eq!(read(&world, &mut script, way).await, new, "{way:?} {tongue:?}");
                assert!(script.completed as u64 <= new, "no body is read again: {way:?} {tongue:?}");
                assert_eq!(world.stored().await, expected);
            }
            // As it was for the next one.
            let newest = script.id(0).unwrap();
            script.delete(&newest);
            world.clock.advance(TimeDelta::days(2));
            for _ in 0..3 {
                read(&world, &mut script, way).await;
            }
            crate::store::run(&world.store, "DELETE FROM message WHERE gone_at IS NOT NULL").await;
            assert_eq!(rows(&world.store).await, before, "{way:?} {tongue:?}");
        }
        let families = "SELECT COUNT(*) FROM message_key";
        assert_eq!(count(&world.store, families).await, 94, "each has a key of either family");
    }
}

#[tokio::test]
async fn mail_that_came_on_a_road_without_conversations_is_recognised_by_what_a_list_shows_of_it() {
    let (world, mut script) = (World::new().await, script(Tongue::Windows));
    script.deliver(INBOX, 25);
    read(&world, &mut script, Way::Numbered).await;
    let changed = change(&world, &mut script, Way::Script, false).await.unwrap();
    let met = report(&changed);
    assert_eq!((changed.state, met.by.look, met.stored.unknown()), (RoadChangeState::Taken, 25, 0));
    assert_eq!(read(&world, &mut script, Way::Script).await, 0);
    assert_eq!((world.stored().await, script.completed), (script.truth(), 0), "its version is known since");
}

#[tokio::test]
async fn mail_that_says_other_times_on_another_road_is_not_doubled_and_what_differs_is_told() {
    let (world, mut script) = (World::new().await, script(Tongue::Windows));
    script.deliver(INBOX, 25);
    read(&world, &mut script, Way::Script).await;
    let before = all(&world.store).await;
    for shadow in [true, false] {
        let mut hour_late = Numbered { script: &mut script, late: TimeDelta::hours(1) };
        world.clock.advance(TimeDelta::minutes(1));
        let changed = looked(&world, (Road::Graph, shadow), &mut hour_late).await.unwrap();
        let expected = if shadow { RoadChangeState::Compared } else { RoadChangeState::Refused };
        assert_eq!(changed.state, expected);
        let met = report(&changed);
        assert_eq!((met.stored.all, met.stored.recognised), (25, 0));
        if shadow {
            assert_eq!((met.compared, met.differing.received, met.differing.subject), (25, 25, 0));
            let one = &met.differences[0];
            assert_eq!(one.seen_at.unwrap() - one.stored_at.unwrap(), TimeDelta::hours(1));
        } else {
            assert_eq!(changed.error.unwrap().code, "road_unlike");
        }
        assert_eq!(all(&world.store).await, before, "nothing was changed");
    }
    assert_eq!(read(&world, &mut script, Way::Script).await, 0);
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn a_shadow_tells_what_is_recognised_and_changes_nothing() {
    let (world, mut script) = (World::new().await, script(Tongue::Windows));
    script.deliver(INBOX, 300);
    script.deliver(SENT, 30);
    read(&world, &mut script, Way::Script).await;
    let before = all(&world.store).await;
    script.mark_read("m300");
    let changed = change(&world, &mut script, Way::Numbered, true).await.unwrap();
    let met = report(&changed);
    assert_eq!((changed.state, changed.shadow), (RoadChangeState::Compared, true));
    assert_eq!((met.stored.recognised, met.seen.recognised, met.by.internet_message_id), (330, 330, 330));
    assert_eq!((met.compared, met.differing.read, met.differences.len()), (200, 1, 1));
    assert_eq!((all(&world.store).await, script.completed), (before, 0));
    // The same once its ids are known.
    change(&world, &mut script, Way::Numbered, false).await.unwrap();
    let changed = change(&world, &mut script, Way::Script, true).await.unwrap();
    assert_eq!((report(&changed).by.id, report(&changed).compared), (330, 200 / 2 + 30));
}

#[tokio::test]
async fn below_ninety_five_of_a_hundred_or_above_the_brake_nothing_is_changed() {
    for (withheld, brake, expected) in [
        (5, None, RoadChangeState::Taken),
        (6, None, RoadChangeState::Refused),
        (5, Some(Brake { items: 2, percent: 4 }), RoadChangeState::Refused),
    ] {
        let (mut world, mut script) = (World::new().await, script(Tongue::Windows));
        world.brake = brake.unwrap_or(world.brake);
        script.deliver(INBOX, 100);
        read(&world, &mut script, Way::Script).await;
        let before = all(&world.store).await;
        script.withheld = (1..=withheld).map(|n| format!("m{}", n * 7)).collect();
        let changed = change(&world, &mut script, Way::Numbered, false).await.unwrap();
        assert_eq!(changed.state, expected, "{withheld}");
        assert_eq!(report(&changed).stored.unknown(), withheld);
        assert_eq!(all(&world.store).await == before, expected == RoadChangeState::Refused);
    }
}

#[tokio::test]
async fn a_look_that_is_cut_changes_nothing_and_the_next_one_gives_the_same() {
    let (world, mut script) = (World::new().await, script(Tongue::Windows));
    script.deliver(INBOX, 25);
    script.deliver(SENT, 12);
    read(&world, &mut script, Way::Script).await;
    let before = all(&world.store).await;
    let mut cut = 0;
    loop {
        script.cut_at = Some(cut);
        match change(&world, &mut script, Way::Numbered, false).await {
            Err(_) => assert_eq!(all(&world.store).await, before, "cut before call {cut}"),
            Ok(changed) => break assert_eq!(changed.state, RoadChangeState::Taken),
        }
        cut += 1;
    }
    assert!(cut > 5);
    script.cut_at = None;
    assert_eq!(read(&world, &mut script, Way::Numbered).await, 0);
    assert_eq!(world.stored().await, script.truth());
}

#[tokio::test]
async fn who_lost_the_account_or_the_wish_while_looking_changes_nothing() {
    let (world, mut script) = (World::new().await, script(Tongue::Windows));
    script.deliver(INBOX, 5);
    read(&world, &mut script, Way::Script).await;
    let before = all(&world.store).await;
    let claim = world.claim().await;
    world.claim().await;
    let World { store, clock, wanted, horizon, brake, .. } = &world;
    let ground = Ground { store, claim: &claim, clock, wanted, horizon: *horizon, brake: *brake };
    let lost = ground.look(Road::Graph, false, &mut Numbered::new(&mut script)).await.unwrap_err();
    assert_eq!(lost.meaning.code, "lease_lost");
    assert_eq!(all(store).await, before);
    let claim = world.claim().await;
    assert!(store.keep_road(&claim.account.id).await.unwrap());
    assert_eq!((store.road_wish(&claim.account.id).await.unwrap(), all(store).await), (None, before));
}

#[tokio::test]
async fn mail_that_moves_while_the_road_changes_is_one_row_in_its_new_folder() {
    for tongue in [Tongue::Windows, Tongue::Changes] {
        let (world, mut script) = (World::new().await, script(tongue));
        script.deliver(INBOX, 40);
        script.deliver(SENT, 5);
        read(&world, &mut script, Way::Script).await;
        let before = rows(&world.store).await;
        script.move_to(SENT, "m7");
        let changed = change(&world, &mut script, Way::Numbered, false).await.unwrap();
        let met = report(&changed);
        assert_eq!((changed.state, met.by.moved, met.stored.unknown()), (RoadChangeState::Taken, 1, 0));
        assert_eq!(read(&world, &mut script, Way::Numbered).await, 0);
        assert_eq!((world.stored().await, rows(&world.store).await), (script.truth(), before));
    }
}

#[tokio::test]
async fn ids_that_a_move_of_the_mailbox_renewed_are_new_keys_of_old_rows() {
    let (world, mut script) = (World::new().await, script(Tongue::Windows));
    script.deliver(INBOX, 25);
    read(&world, &mut script, Way::Script).await;
    let before = rows(&world.store).await;
    change(&world, &mut script, Way::Numbered, false).await.unwrap();
    read(&world, &mut script, Way::Numbered).await;
    script.move_mailbox();
    let changed = change(&world, &mut script, Way::Script, false).await.unwrap();
    assert_eq!((changed.state, report(&changed).by.look), (RoadChangeState::Taken, 25));
    assert_eq!(read(&world, &mut script, Way::Script).await, 0);
    assert_eq!((rows(&world.store).await, script.completed), (before, 0));
    let old = "SELECT COUNT(*) FROM message_key WHERE space = 'owa:immutable'";
    assert_eq!(count(&world.store, old).await, 50, "old keys are kept");
}

#[tokio::test]
async fn a_history_that_is_not_read_yet_is_not_missed_and_goes_on_on_the_other_road() {
    let (mut world, mut script) = (World::new().await, script(Tongue::Windows));
    script.deliver(INBOX, 200);
    let whole = world.horizon;
    world.horizon = at(1_500);
    read(&world, &mut script, Way::Script).await;
    world.horizon = whole;
    let changed = change(&world, &mut script, Way::Numbered, false).await.unwrap();
    let met = report(&changed);
    assert_eq!((changed.state, met.stored.unknown()), (RoadChangeState::Taken, 0));
    assert!((50..=51).contains(&met.stored.all) && met.seen.all <= 51, "{met:?}");
    while read(&world, &mut script, Way::Numbered).await > 0 {}
    assert_eq!(world.stored().await, script.truth());
}
