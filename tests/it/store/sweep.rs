//! Sweeps: where they stand, and what of a folder lies in a stretch of time.

use super::*;
use outlook_syncd::model::{Position, Seam, Sweep, SweepState, SweepTally, Swept};
use outlook_syncd::store::Stretch;

fn stretch(after: Option<i64>, until: Option<i64>) -> Stretch {
    Stretch { after: after.map(at), until: until.map(at) }
}

/// The subjects of what the inbox holds in a stretch, since before `seconds`.
async fn held(store: &Store, claim: &Claim, stretch: Stretch, seconds: i64) -> Vec<String> {
    let inbox = folder_of(&claim.account.id, Role::Inbox).id;
    let (ids, next) = store.held_in(&inbox, stretch, &(at(seconds)..at(9_000)), None).await.unwrap();
    assert_eq!(next, None);
    let mut subjects = Vec::new();
    for id in ids {
        let subject = format!("SELECT subject FROM message WHERE id = '{id}'");
        subjects.push(statements::text(store, &subject).await.unwrap());
    }
    subjects
}

#[tokio::test]
async fn sweeps_come_back_as_they_were_kept_and_a_page_leaves_them_alone() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let inbox = folder_of(&claim.account.id, Role::Inbox);
        let tally = SweepTally { found: 1, changed: 2, missing: 3 };
        let seam = Seam { key: key("m1"), received: Some(at(5)), end: 500 };
        let sweeps = SweepState {
            unheld: Some(-4),
            wanted_since: Some(at(9)),
            under_way: Some(Sweep {
                next: Position { offset: 480 },
                seam: Some(seam),
                is_back: true,
                tally,
                ..Sweep::new(at(6))
            }),
            last: Some(Swept { began: at(1), ended: at(2), tally, listed: 60, counted: Some(61) }),
        };
        store.keep_sweeps(&claim, &inbox.id, &sweeps).await.unwrap();
        let mut write = page(vec![detailed("m1", "One", at(1))]);
        write.folder_state = Some(FolderState {
            server_total: Some(7),
            ..FolderState::new(Folder::new(folder_id(Role::Inbox), Role::Inbox))
        });
        store_page(&store, &claim, &write).await.unwrap();
        let kept = async || {
            let folders = store.folders(&claim.account.id).await.unwrap();
            folders.into_iter().find(|state| state.folder.id == inbox.id).unwrap()
        };
        assert_eq!((kept().await.sweeps, kept().await.server_total), (sweeps, Some(7)));
        let another = FolderState::new(inbox.clone());
        store.keep_folders(&claim, std::slice::from_ref(&another), None).await.unwrap();
        assert_eq!(kept().await.sweeps, SweepState::default(), "nothing of another folder was swept");
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        let refused = store.keep_sweeps(&late, &inbox.id, &SweepState::default()).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
        let refused = store.miss(&late, &[], at(1)).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_stretch_has_what_lies_between_its_ends_and_was_there_before() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let seconds = [10, 20, 30, 40];
        let mut upserts: Vec<_> =
            seconds.iter().map(|n| detailed(&format!("m{n}"), &n.to_string(), at(*n))).collect();
        // It may have come up to a minute later than it says.
        upserts.push(on_the_page("shown", at(25)));
        let undated = detailed("undated", "undated", at(0));
        upserts.push(Upsert { sight: Sight { received: None, ..undated.sight }, ..undated });
        let now = at(1_000);
        store_page(&store, &claim, &PageWrite { now, ..page(upserts) }).await.unwrap();
        let all = stretch(None, None);
        assert_eq!(held(&store, &claim, all, 1_001).await, ["10", "20", "30", "40"]);
        assert!(held(&store, &claim, all, 1_000).await.is_empty(), "it came while the list was read");
        assert_eq!(held(&store, &claim, stretch(Some(10), Some(40)), 1_001).await, ["20", "30"]);
        assert_eq!(held(&store, &claim, stretch(Some(20), None), 1_001).await, ["30", "40"]);
        assert_eq!(held(&store, &claim, stretch(Some(10), Some(20)), 1_001).await, [""; 0]);
        let inbox = folder_of(&claim.account.id, Role::Inbox).id;
        for (after, unchanged_since, expected) in [(24, 1_001, 1), (25, 1_001, 0), (24, 1_000, 0)] {
            let shown = store.shown_only(&inbox, at(after), &(at(unchanged_since)..at(9_000))).await.unwrap();
            assert_eq!(shown.len(), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_missed_is_no_longer_counted_as_present_and_missed_once() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let (id, inbox) = (&claim.account.id, folder_of(&claim.account.id, Role::Inbox).id);
        let upserts = vec![detailed("a", "A", at(1)), detailed("b", "B", at(2)), detailed("c", "C", at(3))];
        let now = at(100);
        store_page(&store, &claim, &PageWrite { now, ..page(upserts) }).await.unwrap();
        assert_eq!(
            (store.present(id, &inbox).await.unwrap(), store.last_missed(id).await.unwrap()),
            (3, None)
        );
        let (held, _) =
            store.held_in(&inbox, stretch(Some(1), None), &(at(101)..at(9_000)), None).await.unwrap();
        for seconds in [200, 300] {
            store.miss(&claim, &held, at(seconds)).await.unwrap();
        }
        assert_eq!(
            (store.present(id, &inbox).await.unwrap(), store.last_missed(id).await.unwrap()),
            (1, Some(at(200)))
        );
        assert_eq!(
            store.held_in(&inbox, stretch(None, None), &(at(101)..at(9_000)), None).await.unwrap().0.len(),
            1
        );
        let known = store.known(id, &[key("a"), key("b")]).await.unwrap();
        assert_eq!((known[&key("a")].is_away, known[&key("b")].is_away), (false, true));
        assert_eq!(statements::count(&store, "SELECT MAX(revision) FROM message").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_stretch_of_thousands_is_had_piece_by_piece_each_message_once() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let inbox = folder_of(&claim.account.id, Role::Inbox).id;
        // Ten of each second.
        let upserts = (0..2_005).map(|n| detailed(&format!("m{n}"), "Subject", at(n / 10))).collect();
        let now = at(1_000);
        store_page(&store, &claim, &PageWrite { now, ..page(upserts) }).await.unwrap();
        let (mut place, mut pieces, mut seen) = (None, 0, std::collections::HashSet::new());
        loop {
            let (ids, next) = store
                .held_in(&inbox, stretch(None, None), &(at(2_000)..at(9_000)), place.take())
                .await
                .unwrap();
            pieces += 1;
            seen.extend(ids);
            match next {
                Some(next) => place = Some(next),
                None => break,
            }
        }
        assert_eq!((pieces, seen.len()), (3, 2_005));
    })
    .await;
}
