//! Kill -9 of the program between the steps of what it writes of contacts.

use super::graph::Read;
use super::outgoing::{WRITES, named};
use outlook_sim::{Failure, Kind};
use outlook_syncd::model::{CardText, Reach};
use outlook_syncd::store::Store;
use serde_json::json;

impl Read {
    async fn due(&self) {
        let now = self.stage.app.services.clock.now();
        self.stage.store().make_due(&Reach::Everyone, Some(&self.id), now).await.unwrap();
    }

    /// The program reads and writes until this action is held and the other writes are answered, and is killed
    /// then.
    async fn killed_at(&self, kind: Kind, action: &str) {
        self.due().await;
        self.stage.sim().clear_requests();
        self.stage.sim().fail(Some(&self.smtp), Failure::from(kind).on(&[action]).times(1));
        let mut program = self.stage.command(&["--once"]).spawn().unwrap();
        let held = format!("held:{action}");
        tokio::select! {
            () = self.stage.sim().wait_for(&held, &self.smtp, 1) => {}
            ended = program.wait() => panic!("it did not come to {action}: {ended:?}"),
        }
        for other in WRITES.into_iter().filter(|other| *other != action) {
            self.stage.sim().wait_for(other, &self.smtp, 1).await;
        }
        program.kill().await.unwrap();
        self.stage.sim().clear_knobs(Some(&self.smtp));
    }

    /// An hour later as far as what waits for its time can tell, the program runs to its end.
    async fn begun_anew(&self) {
        let Store::Sqlite(pool) = self.stage.store() else { unreachable!() };
        for earlier in [
            "UPDATE contact_write SET begun_at = begun_at - 3600000",
            "UPDATE contact_parked SET due_at = due_at - 3600000",
        ] {
            sqlx::query(earlier).execute(pool).await.unwrap();
        }
        self.due().await;
        self.stage.run(&["--once"]).await.expect(0);
    }

    /// How many writes of a kind the journal calls done.
    async fn done(&self, kind: &str) -> i64 {
        let done = format!("SELECT COUNT(*) FROM contact_write WHERE kind = '{kind}' AND outcome = 'done'");
        crate::store::count(self.stage.store(), &done).await
    }
}

/// What is made, changed and deleted here in a round.
async fn change(read: &Read, round: usize) {
    read.make(|card| named(card, &format!("Made {round}"))).await;
    let changed = read.named("Friend 0").await;
    read.edit(&changed, |card| card.set_text(CardText::JobTitle, format!("Title {round}"))).await;
    let removed = if round == 1 { "Friend 1".to_owned() } else { format!("Made {}", round - 1) };
    read.remove(&read.named(&removed).await).await;
}

/// What was changed in a round is so in the mailbox, and once.
async fn assert_written(read: &Read, round: usize, when: &str) {
    assert_eq!(read.there(&format!("Made {round}")).len(), 1, "{when}");
    assert_eq!(read.there("Friend 0")[0].members["jobTitle"], json!(format!("Title {round}")), "{when}");
    let deleted = read.stage.sim().contacts(&read.smtp).unwrap();
    let deleted = deleted.iter().filter(|contact| contact.folder == "deleteditems").count();
    assert_eq!(deleted, round, "{when}");
    let rounds = i64::try_from(round).unwrap();
    for kind in ["create", "update", "delete"] {
        assert_eq!(read.done(kind).await, rounds, "{when}: {kind}");
    }
    let held = crate::store::count(read.stage.store(), "SELECT COUNT(*) FROM contact WHERE gone_at IS NULL");
    assert_eq!(held.await, 5, "{when}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_while_it_writes_contacts_writes_each_change_once() {
    let read = Read::of(2).await;
    let mut round = 0;
    for action in WRITES {
        for (kind, is_applied) in [(Kind::Held, false), (Kind::AnswerHeld, true)] {
            round += 1;
            let when = format!("{kind:?} {action}");
            change(&read, round).await;
            read.killed_at(kind, action).await;
            let sent = read.writes();
            read.begun_anew().await;
            read.begun_anew().await;
            assert_written(&read, round, &when).await;
            assert_eq!(
                read.writes() - sent,
                usize::from(!is_applied),
                "{when}: what was done is not done again"
            );
            read.settle().await;
        }
    }
    // All is written and stored, and the turn is not over.
    change(&read, round + 1).await;
    read.killed_at(Kind::Held, "get_photo").await;
    let sent = read.writes();
    read.begun_anew().await;
    assert_written(&read, round + 1, "stored").await;
    assert_eq!(read.writes(), sent);
    read.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_birthday_is_the_same_day_wherever_on_earth_the_program_runs() {
    let read = Read::of(2).await;
    let anna = read.make(super::outgoing::whole).await;
    for zone in ["WEST+11", "EAST-14"] {
        read.due().await;
        let program = read.stage.command(&["--once"]).env("TZ", zone).output().await.unwrap();
        assert!(program.status.success(), "{program:?}");
        let stored = read.stage.store().contact(&anna).await.unwrap().unwrap().card;
        assert_eq!(stored.birthday, "1992-02-29".parse().ok(), "{zone}");
        assert!(read.there("Anna Fort")[0].members["birthday"].as_str().unwrap().starts_with("1992-02-29"));
    }
    assert_eq!(read.writes(), 1);
}
