//! Messages that look like one another, on a road that has no id in common with the one before.

use super::rows;
use super::scripted::{Way, change, read, script};
use crate::store::{at, count};
use crate::sync::script::{INBOX, SENT, Script, Tongue};
use crate::sync::world::World;
use outlook_syncd::model::{Instant, Precision, RoadChangeState, Sight};

fn second(second: i64) -> Instant {
    Instant { at: at(second), precision: Precision::Second }
}

fn deliver(script: &mut Script, folder: &'static str, edit: impl FnOnce(&mut Sight)) {
    script.deliver(folder, 1);
    script.edit_last(edit);
}

fn id(id: &str) -> String {
    format!("<{id}@example.org>")
}

/// A mailbox of which much looks alike.
fn alike() -> Script {
    let mut script = script(Tongue::Windows);
    // One Internet message id for two mails, days apart, and a second apart.
    deliver(&mut script, INBOX, |one| one.internet_message_id = Some(id("days")));
    script.deliver(INBOX, 100);
    deliver(&mut script, INBOX, |one| one.internet_message_id = Some(id("days")));
    deliver(&mut script, INBOX, |one| {
        (one.internet_message_id, one.received) = (Some(id("second")), Some(second(50_000)));
    });
    deliver(&mut script, INBOX, |one| {
        (one.internet_message_id, one.received) = (Some(id("second")), Some(second(50_001)));
    });
    // A mail to oneself, and a copy in another folder.
    for folder in [INBOX, SENT] {
        deliver(&mut script, folder, |one| {
            (one.internet_message_id, one.received) = (Some(id("self")), Some(second(50_100)));
        });
    }
    // Two alerts without an id, of one sender, subject and second, and other words.
    for words in ["disk full", "disk well"] {
        deliver(&mut script, INBOX, |one| {
            (one.internet_message_id, one.received) = (None, Some(second(50_200)));
            (one.subject, one.preview) = (Some("Alert".to_owned()), Some(words.to_owned()));
        });
    }
    // Three copies of what was sent.
    for _ in 0..3 {
        deliver(&mut script, SENT, |one| {
            (one.internet_message_id, one.received) = (Some(id("copies")), Some(second(50_300)));
            (one.subject, one.preview) = (Some("Copies".to_owned()), Some("The same".to_owned()));
        });
    }
    // An answer in the same second, of another sender.
    for name in ["carl", "dora"] {
        deliver(&mut script, INBOX, |one| {
            (one.internet_message_id, one.received) = (Some(id(name)), Some(second(50_400)));
            one.subject = Some("Re: Lunch".to_owned());
            one.from.as_mut().unwrap().address = Some(format!("{name}@example.org"));
        });
    }
    script
}

#[tokio::test]
async fn what_looks_alike_stays_as_many_rows_on_every_road() {
    for first in [Way::Script, Way::Numbered] {
        let (world, mut script) = (World::new().await, alike());
        let other = if first == Way::Script { Way::Numbered } else { Way::Script };
        while read(&world, &mut script, first).await > 0 {}
        let before = rows(&world.store).await;
        let messages = count(&world.store, "SELECT COUNT(*) FROM message").await;
        assert_eq!(messages, 113);
        for way in [other, first, other] {
            let changed = change(&world, &mut script, way, false).await.unwrap();
            let met = changed.report.unwrap();
            assert_eq!(
                (changed.state, met.stored.unknown(), met.seen.unknown()),
                (RoadChangeState::Taken, 0, 0),
                "{first:?} {way:?}"
            );
            assert_eq!(read(&world, &mut script, way).await, 0, "{first:?} {way:?}");
            assert_eq!(rows(&world.store).await, before);
        }
        // Each row is what it was: by the subject that its item has.
        let keys = "SELECT COUNT(*) FROM message_key i JOIN message_key n ON n.message_id = i.message_id
                    JOIN message m ON m.id = i.message_id
                    WHERE i.space = 'owa:immutable' AND n.space = 'imap' AND n.item_id LIKE '1.' || i.item_id || '@%'
                    AND m.subject NOT IN ('Copies')";
        assert_eq!(count(&world.store, keys).await, 110, "{first:?}");
    }
}

#[tokio::test]
async fn of_three_copies_of_which_two_are_left_two_are_recognised_and_none_is_doubled() {
    let (world, mut script) = (World::new().await, alike());
    while read(&world, &mut script, Way::Script).await > 0 {}
    let copy = (0..113).find_map(|n| script.id(n).filter(|id| script.subject(id) == "Copies")).unwrap();
    script.delete(&copy);
    let changed = change(&world, &mut script, Way::Numbered, false).await.unwrap();
    assert_eq!((changed.state, changed.report.unwrap().stored.unknown()), (RoadChangeState::Taken, 1));
    for _ in 0..3 {
        world.clock.advance(chrono::TimeDelta::days(2));
        assert_eq!(read(&world, &mut script, Way::Numbered).await, 0);
    }
    let copies = "SELECT COUNT(*) FROM message WHERE subject = 'Copies' AND gone_at IS NULL";
    assert_eq!(count(&world.store, copies).await, 2);
    assert_eq!(count(&world.store, "SELECT COUNT(*) FROM message").await, 113);
}
