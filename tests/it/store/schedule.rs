//! Who is due, who holds it, and how its turn ends.

use super::*;
use outlook_syncd::error::{Disposition, WhoseTurn};
use outlook_syncd::model::{BrowserSession, LastError, Reach, SyncState};
use outlook_syncd::store::{Latest, PartEnd, StoreError};
use std::collections::HashSet;

pub(super) const EXPIRY: DateTime<Utc> = DateTime::from_timestamp(1_767_235_599, 0).unwrap();

/// A part that was read.
pub(super) fn well(part: Part, at: DateTime<Utc>, next: DateTime<Utc>) -> PartEnd {
    let valid = BrowserSession { state: SessionState::Valid, expires_at: Some(EXPIRY) };
    PartEnd {
        part,
        at,
        result: Ok(Some("network".into())),
        is_off: false,
        warning: None,
        import: None,
        next_at: Some(next),
        not_before: None,
        session: (part == Part::Mail).then_some(valid),
    }
}

/// Why something was not read.
pub(crate) fn error(disposition: Disposition) -> LastError {
    LastError {
        disposition,
        code: "timeout".into(),
        message: "no answer".into(),
        whose_turn: WhoseTurn::Nobody,
        hint: "nobody's turn".into(),
        at: at(20),
    }
}

/// A part that was not read.
pub(super) fn badly(part: Part, next: Option<DateTime<Utc>>) -> PartEnd {
    let error = error(if next.is_some() { Disposition::Retry } else { Disposition::NeedsLogin });
    let dead = BrowserSession { state: SessionState::NeedsLogin, expires_at: None };
    PartEnd {
        part,
        at: at(21),
        result: Err(error),
        is_off: false,
        warning: None,
        import: None,
        next_at: next,
        not_before: None,
        session: (part == Part::Mail && next.is_none()).then_some(dead),
    }
}

/// The whole turn of an account of which mail was due.
pub(super) async fn finish(store: &Store, claim: &Claim, end: &PartEnd) -> Result<(), StoreError> {
    store.end_part(claim, end).await?;
    store.release(claim).await
}

pub(super) fn success(now: DateTime<Utc>, next: DateTime<Utc>) -> PartEnd {
    well(Part::Mail, now, next)
}

pub(super) fn failure(next: Option<DateTime<Utc>>) -> PartEnd {
    badly(Part::Mail, next)
}

pub(super) async fn state(store: &Store, id: &AccountId) -> SyncState {
    store.state(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn only_accounts_that_can_be_read_become_due() {
    on_both(async |store| {
        let ready = add_due(&store, "a", at(9)).await;
        add(&store, "never signed in").await;
        let off = add_due(&store, "off", at(0)).await;
        store.set_sync_enabled(&off, false, &line(at(1))).await.unwrap();
        assert_eq!(store.make_due(&Reach::Everyone, None, at(3)).await.unwrap(), 1);
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), Some(at(3)));
        store.set_sync_enabled(&ready, false, &line(at(1))).await.unwrap();
        assert_eq!(store.next_due("h", at(9)).await.unwrap(), None);
        assert_eq!(store.claim("h", at(9), at(9), LEASE).await.unwrap().map(|claim| claim.account.id), None);
    })
    .await;
}

#[tokio::test]
async fn what_another_holds_is_not_waited_for() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        assert_eq!(
            store.next_due("test", at(1)).await.unwrap(),
            Some(at(0)),
            "its own, taken back after a death"
        );
        assert_eq!(store.next_due("another", at(59)).await.unwrap(), None);
        assert_eq!(store.next_due("another", at(60)).await.unwrap(), Some(at(0)), "the lease ran out");
        add_due(&store, "later", at(30)).await;
        assert_eq!(store.next_due("another", at(1)).await.unwrap(), Some(at(30)));
        store.release(&claim).await.unwrap();
        assert_eq!(store.next_due("another", at(1)).await.unwrap(), Some(at(30)), "it is left to who had it");
        assert_eq!(store.next_due("another", at(600)).await.unwrap(), Some(at(0)));
    })
    .await;
}

#[tokio::test]
async fn the_longest_due_is_claimed_first_and_only_when_due_and_free() {
    on_both(async |store| {
        let late = add_due(&store, "late", at(20)).await;
        let early = add_due(&store, "early", at(10)).await;
        assert!(store.claim("h", at(9), at(9), LEASE).await.unwrap().is_none());
        let first = store.claim("h", at(30), at(30), LEASE).await.unwrap().unwrap();
        assert_eq!((&first.account.id, first.state.parts[0].due_at), (&early, Some(at(10))));
        assert_eq!(first.state.parts[0].last_attempt_at, Some(at(30)));
        assert_eq!(store.claim("i", at(30), at(30), LEASE).await.unwrap().unwrap().account.id, late);
        assert!(store.claim("j", at(30), at(30), LEASE).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn an_account_stays_with_the_machine_that_had_it_last_unless_that_leaves_it_for_ten_minutes() {
    on_both(async |store| {
        let id = add_due(&store, "anna@example.org", at(0)).await;
        let claim = async |holder: &str, now| store.claim(holder, now, now, LEASE).await.unwrap();
        let first = claim("h", at(0)).await.unwrap();
        store.release(&first).await.unwrap();
        assert!(claim("i", at(599)).await.is_none());
        let again = claim("h", at(599)).await.unwrap();
        store.release(&again).await.unwrap();
        let other = claim("i", at(600)).await.expect("the other machine is away");
        store.release(&other).await.unwrap();
        // Whose session is new may go anywhere.
        store.begin_session(&id, None, at(700)).await.unwrap();
        assert!(claim("j", at(700)).await.is_some());
    })
    .await;
}

#[tokio::test]
async fn an_account_that_was_let_go_is_anybodys_and_one_that_is_held_is_not() {
    on_both(async |store| {
        let free = add_due(&store, "anna@example.org", at(0)).await;
        add_due(&store, "bert@example.org", at(1)).await;
        let claim = async |holder: &str| store.claim(holder, at(1), at(1), LEASE).await.unwrap();
        let first = claim("h").await.unwrap();
        let second = claim("g").await.unwrap();
        store.release(&first).await.unwrap();
        store.let_go("i").await.unwrap();
        assert!(claim("i").await.is_none(), "who has read nothing lets nothing go");
        store.let_go("h").await.unwrap();
        store.let_go("g").await.unwrap();
        assert_eq!(claim("i").await.map(|claim| claim.account.id), Some(free));
        assert!(claim("j").await.is_none(), "what is being read is not let go");
        store.release(&second).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_decided_by_one_instant_and_the_lease_begins_at_another() {
    on_both(async |store| {
        let due = add_due(&store, "due", at(0)).await;
        add_due(&store, "due meanwhile", at(50)).await;
        let claim = store.claim("h", at(0), at(100), LEASE).await.unwrap().unwrap();
        assert_eq!((&claim.account.id, claim.state.parts[0].last_attempt_at), (&due, Some(at(100))));
        assert!(
            store.claim("i", at(0), at(159), LEASE).await.unwrap().is_none(),
            "a lease from the claim on"
        );
        assert!(store.claim("h", at(-1), at(100), LEASE).await.unwrap().is_none(), "not due by then");
        let over = store.claim("i", at(0), at(160), LEASE).await.unwrap().unwrap();
        assert_eq!(over.account.id, due);
    })
    .await;
}

#[tokio::test]
async fn what_a_clock_that_was_ahead_left_is_due_at_once_and_what_a_server_asked_for_stays_as_long() {
    on_both(async |store| {
        let (now, latest) = (at(1000), Latest { turn: at(1300), cycle: at(1060), not_before: at(9000) });
        let failed = badly(Part::Mail, Some(at(90_300)));
        let put_off = PartEnd { at: at(90_000), not_before: Some(at(90_600)), ..failed };
        let ahead = add_due(&store, "ahead", at(90_000)).await;
        let claim = store.claim("h", at(90_000), at(90_000), LEASE).await.unwrap().unwrap();
        finish(&store, &claim, &put_off).await.unwrap();
        let wide = add_due(&store, "read by a wider schedule", at(900)).await;
        let claim = store.claim("h", at(900), at(900), LEASE).await.unwrap().unwrap();
        finish(&store, &claim, &success(at(910), at(50_000))).await.unwrap();
        let asked = add_due(&store, "asked for by a clock that was ahead", at(20_000)).await;
        let believed = add_due(&store, "put off for a century", at(900)).await;
        let claim = store.claim("h", at(900), at(900), LEASE).await.unwrap().unwrap();
        let century = PartEnd { not_before: Some(at(3_000_000_000)), ..badly(Part::Mail, Some(at(1200))) };
        finish(&store, &claim, &century).await.unwrap();
        let fine = add_due(&store, "fine", at(900)).await;
        let claim = store.claim("h", at(900), at(900), LEASE).await.unwrap().unwrap();
        finish(&store, &claim, &failure(Some(at(4000)))).await.unwrap();

        assert!(store.bring_forward(latest, now).await.unwrap());
        assert!(!store.bring_forward(latest, at(1001)).await.unwrap(), "and once");
        let mut due = Vec::new();
        for id in [&ahead, &wide, &asked, &believed, &fine] {
            let mail = mail(&store, id).await;
            due.push((mail.due_at, mail.not_before));
        }
        let expected = [
            (at(1600), Some(at(1600))),
            (at(1000), None),
            (at(1000), None),
            (at(9000), Some(at(9000))),
            (at(4000), None),
        ];
        assert_eq!(due, expected.map(|(next, put_off)| (Some(next), put_off)));
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_over_and_its_old_holder_is_refused_everything() {
    on_both(async |store| {
        let old = claimed(&store).await;
        assert!(store.claim("new", at(59), at(59), LEASE).await.unwrap().is_none());
        let new = store.claim("new", at(60), at(60), LEASE).await.unwrap().unwrap();
        assert_eq!(new.account.id, old.account.id);
        assert!(new.epoch > old.epoch);

        let refusals = [
            store.release(&old).await,
            finish(&store, &old, &success(at(91), at(999))).await,
            finish(&store, &old, &failure(None)).await,
            store_page(&store, &old, &page(vec![detailed("m", "Stale", at(1))])).await.map(drop),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Err(StoreError::LeaseLost)), "{refusal:?}");
        }
        assert_eq!(held_in(&store, &old.account.id, Role::Inbox).await, 0);
        assert_eq!(state(&store, &old.account.id).await, new.state);
        store_page(&store, &new, &page(vec![detailed("m", "Fresh", at(1))])).await.unwrap();
        finish(&store, &new, &success(at(92), at(999))).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_that_died_takes_back_what_it_held_and_its_former_life_is_refused() {
    on_both(async |store| {
        let dead = claimed(&store).await;
        assert!(store.claim("another", at(1), at(1), LEASE).await.unwrap().is_none());
        let again = store.claim("test", at(1), at(1), LEASE).await.unwrap().unwrap();
        assert_eq!(again.account.id, dead.account.id);
        assert!(matches!(store.release(&dead).await, Err(StoreError::LeaseLost)));
        finish(&store, &again, &success(at(2), at(999))).await.unwrap();
        assert!(store.claim("test", at(3), at(3), LEASE).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_release_leaves_it_due_and_ends_the_claim() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        store.release(&claim).await.unwrap();
        assert!(matches!(store.release(&claim).await, Err(StoreError::LeaseLost)));
        let again = store.claim("test", at(0), at(0), LEASE).await.unwrap().unwrap();
        assert_eq!(again.account.id, claim.account.id);
    })
    .await;
}

/// Two programs, each with its own connections, claim two hundred accounts as fast as they can.
async fn race(url: &str) {
    let stores = [migrated(url).await, Store::connect(url).await.unwrap()];
    let mut all = HashSet::new();
    for n in 0..200 {
        all.insert(add_due(&stores[0], &format!("{n}@example.org"), at(n % 7)).await);
    }
    let racers: Vec<_> = (0..4)
        .map(|n| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                while let Some(claim) =
                    store.claim(&format!("racer {n}"), at(10), at(10), LEASE).await.unwrap()
                {
                    finish(&store, &claim, &success(at(10), at(999))).await.unwrap();
                    mine.push(claim.account.id);
                }
                mine
            })
        })
        .collect();
    let mut claims = Vec::new();
    for racer in racers {
        claims.extend(racer.await.unwrap());
    }
    assert_eq!(claims.len(), 200, "none twice");
    assert_eq!(claims.into_iter().collect::<HashSet<_>>(), all, "none left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn racing_programs_claim_each_account_once() {
    let dir = tempfile::tempdir().unwrap();
    race(&sqlite_url(&dir)).await;
    race(&postgres_url().await).await;
}
