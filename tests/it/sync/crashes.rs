//! A turn that ends anywhere is repeated: nothing is lost, nothing is doubled, and the end is written once.

use super::script::{INBOX, SENT, Script, Tongue};
use super::world::World;

fn mailbox(tongue: Tongue) -> Script {
    let mut script = Script::new(tongue);
    script.deliver(INBOX, 25);
    script.deliver(SENT, 12);
    script.corrupt.insert("m30".to_owned());
    script
}

/// Calls of a whole turn.
async fn calls(tongue: Tongue) -> usize {
    let (world, mut script) = (World::new().await, mailbox(tongue));
    world.read(&mut script).await;
    script.calls
}

#[tokio::test]
async fn a_turn_cut_anywhere_twice_ends_with_all_mail_once() {
    for tongue in [Tongue::Windows, Tongue::Changes] {
        let calls = calls(tongue).await;
        assert!(calls > 4, "{calls}");
        for first in 0..calls {
            // The second turn is cut before, at and after the place of the first cut.
            for second in [0, first / 2, first, first + 1] {
                let (world, mut script) = (World::new().await, mailbox(tongue));
                for cut in [first, second] {
                    script.cut_at = Some(cut);
                    let _ = world.turn(&mut script).await;
                }
                script.cut_at = None;
                world.read(&mut script).await;
                assert_eq!(world.stored().await, script.truth(), "{tongue:?} {first} {second}");
                let counts = world.read(&mut script).await;
                let written: u64 = counts.iter().map(|count| count.new + count.changed).sum();
                assert_eq!(written, 0, "{tongue:?} {first} {second}");
            }
        }
    }
}

/// Somebody else took the account over: what the turn still has in its hands is not written.
#[tokio::test]
async fn a_turn_that_lost_its_account_writes_nothing_more() {
    for tongue in [Tongue::Windows, Tongue::Changes] {
        let (world, mut script) = (World::new().await, mailbox(tongue));
        let stale = world.claim().await;
        world.read(&mut script).await;
        let before = world.stored().await;
        let page = crate::store::page(vec![crate::store::listed("x", "x", chrono::DateTime::UNIX_EPOCH)]);
        assert!(world.store.write_page(&stale, &page).await.is_err());
        assert_eq!(world.stored().await, before);
    }
}
