//! On Graph and IMAP of the simulator: the same mailbox, one set of rows.

use super::mailbox::{By, Mailbox};
use super::rows;
use crate::store::{count, on_both};
use outlook_sim::Draft;
use outlook_syncd::model::RoadChangeState;

fn draft(subject: &str) -> Draft {
    Draft { subject: Some(subject.to_owned()), ..Draft::default() }
}

/// Goes one way after the other: each row stays, and no body is read again.
async fn there_and_back(mailbox: &Mailbox) {
    mailbox.read(By::Graph).await;
    assert_eq!(mailbox.stored().await, mailbox.truth());
    let (before, all) = (rows(&mailbox.store).await, mailbox.truth().len() as u64);
    for (by, by_id) in [(By::Imap, 0), (By::Graph, all), (By::Imap, all)] {
        let changed = mailbox.change(by, false).await;
        let report = changed.report.unwrap();
        assert_eq!((changed.state, mailbox.bodies()), (RoadChangeState::Taken, 0), "{by:?}");
        assert_eq!(
            (report.stored.recognised, report.stored.unknown(), report.seen.unknown(), report.by.id),
            (all, 0, 0, by_id),
            "{by:?}"
        );
        for _ in 0..2 {
            let new = mailbox.read(by).await;
            assert_eq!((new, mailbox.bodies()), (0, 0), "no row is new and no body is read again: {by:?}");
        }
        assert_eq!(mailbox.stored().await, mailbox.truth());
        assert_eq!(rows(&mailbox.store).await, before);
    }
    let keys = count(&mailbox.store, "SELECT COUNT(*) FROM message_key").await;
    assert_eq!(keys.unsigned_abs(), 2 * all, "a key of either family on each");
}

#[tokio::test]
async fn a_mailbox_that_goes_from_graph_to_imap_and_back_keeps_each_row_and_reads_no_body_again() {
    on_both(async |store| there_and_back(&Mailbox::of(store, 300).await).await).await;
}

#[tokio::test]
async fn five_thousand_messages_keep_their_rows_from_graph_to_imap_and_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = crate::store::migrated_file(&dir).await;
    there_and_back(&Mailbox::of(store, 5_000).await).await;
}

#[tokio::test]
async fn what_comes_goes_moves_and_is_read_while_the_road_changes_is_told_on_the_new_one() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 100).await;
        let (sim, smtp) = (mailbox.sim(), mailbox.smtp.as_str());
        let made = sim.deliver_drafts(smtp, &["a", "b", "c"].map(draft)).unwrap();
        mailbox.read(By::Graph).await;
        let before = count(&mailbox.store, "SELECT COUNT(*) FROM message").await;
        sim.delete(smtp, &[made[0].item_id.clone()], true).unwrap();
        sim.mark_read(smtp, &[made[1].item_id.clone()], true).unwrap();
        sim.move_messages(smtp, &[made[2].item_id.clone()], "archive").unwrap();
        sim.deliver_drafts(smtp, &[draft("d")]).unwrap();
        let changed = mailbox.change(By::Imap, false).await;
        let report = changed.report.unwrap();
        assert_eq!((changed.state, report.by.moved, report.stored.unknown()), (RoadChangeState::Taken, 1, 1));
        assert_eq!(mailbox.read(By::Imap).await, 1);
        for _ in 0..2 {
            mailbox.read(By::Imap).await;
        }
        assert_eq!(mailbox.stored().await, mailbox.truth());
        assert_eq!(count(&mailbox.store, "SELECT COUNT(*) FROM message").await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn a_shadow_of_imap_beside_graph_tells_that_nothing_differs() {
    on_both(async |store| {
        let mailbox = Mailbox::of(store, 300).await;
        mailbox.read(By::Graph).await;
        let before = super::all(&mailbox.store).await;
        let report = mailbox.change(By::Imap, true).await.report.unwrap();
        assert_eq!((report.stored.unknown(), report.seen.unknown(), report.compared), (0, 0, 200));
        assert_eq!(report.differences, []);
        assert_eq!((super::all(&mailbox.store).await, mailbox.bodies()), (before, 0));
    })
    .await;
}
