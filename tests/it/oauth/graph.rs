//! Contacts by Microsoft Graph, of a mailbox that was connected by OAuth.

use super::cards::{members, words};
use crate::stage::Stage;
use outlook_sim::graph::{LostCursor, Quirk, Settings};
use outlook_sim::{ContactDraft, Failure, GraphError, Kind, TruthContact};
use outlook_syncd::desk::ProbeFinding;
use outlook_syncd::model::{AccountId, Actor, Part, PartState, Reach, Trigger};
use outlook_syncd::store::{ContactQuery, Store};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio_util::sync::CancellationToken;

/// A mailbox that is connected, and whose contacts were read.
pub(super) struct Read {
    pub(super) stage: Stage,
    pub(super) id: AccountId,
    pub(super) smtp: String,
}

impl Read {
    pub(super) async fn of(contacts: usize) -> Self {
        let stage = Stage::start().await;
        let smtp = stage.account(0).smtp;
        stage.sim().seed_contacts(&smtp, contacts).unwrap();
        let friends = stage.sim().add_contact_folder(&smtp, "Friends", "contacts").unwrap();
        let id = stage.connected("u1", &smtp).await;
        let read = Self { stage, id, smtp };
        for n in 0..3 {
            read.add(Some(&friends), json!({"displayName": format!("Friend {n}")}));
        }
        read.cycle().await;
        read
    }

    /// Has the contacts read, whether they are due or not; how they stand then.
    pub(super) async fn cycle(&self) -> PartState {
        let now = self.stage.app.services.clock.now();
        self.stage.store().make_due(&Reach::Everyone, Some(&self.id), now).await.unwrap();
        self.stage.app.cycle.run(Trigger::Once, &CancellationToken::new()).await.unwrap();
        let state = self.stage.store().state(&self.id).await.unwrap().unwrap();
        state.part(Part::Contacts).unwrap().clone()
    }

    pub(super) fn add(&self, folder: Option<&str>, members: Value) -> TruthContact {
        let draft = ContactDraft { folder: folder.map(str::to_owned), ..draft(members) };
        self.stage.sim().add_contact(&self.smtp, &draft).unwrap()
    }

    pub(super) fn set(&self, set: impl Fn(&mut Settings)) {
        self.stage.sim().set(Some(&self.smtp), |knobs| set(&mut knobs.graph));
    }

    /// What is stored, each card in Graph's words.
    pub(super) async fn stored(&self) -> BTreeSet<String> {
        let query = ContactQuery { account: Some(self.id.clone()), limit: 10_000, ..ContactQuery::default() };
        let all = self.stage.store().contacts(&query).await.unwrap();
        words(all.iter().map(|contact| members(&contact.card)))
    }

    /// The same of what lies in the mailbox's contact folders.
    pub(super) fn truth(&self) -> BTreeSet<String> {
        let all = self.stage.sim().contacts(&self.smtp).unwrap();
        let here = all.into_iter().filter(|contact| contact.folder != "deleteditems" && !contact.is_list);
        words(here.map(|contact| contact.members))
    }

    pub(super) async fn assert_same(&self, when: &str) {
        let (stored, truth) = (self.stored().await, self.truth());
        let differ: Vec<_> = stored.symmetric_difference(&truth).take(4).collect();
        assert_eq!(differ, [""; 0], "{when}");
    }
}

pub(super) fn draft(members: Value) -> ContactDraft {
    let Value::Object(members) = members else { panic!("members are an object") };
    ContactDraft { members, ..ContactDraft::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_of_a_connected_mailbox_come_and_follow_what_its_owner_does() {
    let read = Read::of(450).await;
    read.assert_same("after the first time").await;
    let all = read.stage.sim().contacts(&read.smtp).unwrap();
    let edited = draft(
        json!({"displayName": "Edited", "mobilePhone": "+49 170 1", "birthday": "1992-02-29T00:00:00Z", "homeAddress": {"city": "Bonn"}}),
    );
    read.stage.sim().edit_contact(&read.smtp, &all[3].id, &edited).unwrap();
    read.stage.sim().move_contact(&read.smtp, &all[4].id, "Friends").unwrap();
    read.stage.sim().delete_contact(&read.smtp, &all[5].id, false).unwrap();
    read.stage.sim().delete_contact(&read.smtp, &all[6].id, true).unwrap();
    read.add(
        None,
        json!({"displayName": "New", "emailAddresses": [{"address": "new@example.org", "name": "New"}]}),
    );
    let state = read.cycle().await;
    assert_eq!((state.last_error, state.read_by.as_deref()), (None, Some("graph")));
    read.assert_same("after the edits").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signed_in_before_contacts_were_read_has_them_read_at_the_next_cycle() {
    let read = Read::of(3).await;
    let Store::Sqlite(pool) = read.stage.store() else { unreachable!() };
    sqlx::query("DELETE FROM part_state WHERE part = 'contacts'").execute(pool).await.unwrap();
    read.add(None, json!({"displayName": "New"}));
    read.stage.app.cycle.run(Trigger::Once, &CancellationToken::new()).await.unwrap();
    // What was due began after the cycle did.
    read.cycle().await;
    read.assert_same("after a new version").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_graph_was_seen_to_do_contacts_are_what_the_mailbox_has() {
    let read = Read::of(45).await;
    read.set(|graph| graph.most_page = 7);
    let quirks = [
        Quirk::EmptyPages,
        Quirk::Doubles,
        Quirk::Reversed,
        Quirk::Replays,
        Quirk::PartialItems,
        Quirk::NoEmpties,
        Quirk::ForgetsReturns,
        Quirk::RemovedAsChanged,
        Quirk::BothLinks,
        Quirk::RawControls,
        Quirk::ThrottledBatches,
    ];
    for (n, quirk) in quirks.into_iter().enumerate() {
        read.set(|graph| graph.quirks = [quirk].into());
        let all = read.stage.sim().contacts(&read.smtp).unwrap();
        let edited = draft(json!({"displayName": format!("Edited {n}"), "jobTitle": "a"}));
        read.stage.sim().edit_contact(&read.smtp, &all[n].id, &edited).unwrap();
        read.stage.sim().delete_contact(&read.smtp, &all[n + 12].id, true).unwrap();
        // There and back between two rounds.
        let back = read.stage.sim().move_contact(&read.smtp, &all[24].id, "Friends").unwrap();
        read.stage.sim().move_contact(&read.smtp, &back.id, "contacts").unwrap();
        if n % 2 == 0 {
            read.stage.sim().lose_contact_cursors(&read.smtp).unwrap();
        }
        let state = read.cycle().await;
        assert_eq!(state.last_error, None, "{quirk:?}");
        read.assert_same(&format!("{quirk:?}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_place_is_lost_all_is_read_anew_and_nothing_is_doubled() {
    let read = Read::of(20).await;
    for lost in [
        LostCursor::NotFound,
        LostCursor::Location,
        LostCursor::Invalid,
        LostCursor::Resync,
        LostCursor::Malformed,
        LostCursor::Bare,
    ] {
        read.set(|graph| (graph.lost_cursor, graph.most_page) = (lost, 6));
        read.stage.sim().lose_contact_cursors(&read.smtp).unwrap();
        // And in the middle of the round.
        read.stage
            .sim()
            .fail(Some(&read.smtp), Failure::from(Kind::CursorLost).on(&["contact_delta"]).after(3).times(1));
        read.add(None, json!({"displayName": format!("{lost:?}")}));
        assert_eq!(read.cycle().await.last_error, None, "{lost:?}");
        read.assert_same(&format!("{lost:?}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_mailbox_is_read_all_the_same() {
    let read = Read::of(20).await;
    let all = read.stage.sim().contacts(&read.smtp).unwrap();
    read.set(|graph| graph.full = true);
    read.stage.sim().delete_contact(&read.smtp, &all[2].id, true).unwrap();
    for _ in 0..2 {
        assert_eq!(read.cycle().await.last_error, None);
        read.assert_same("full").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_graph_says_no_with_is_told_by_whose_turn_it_is_and_what_passes_does_so() {
    for (status, code, times, expected) in [
        (401, "InvalidAuthenticationToken", 1, None),
        (401, "InvalidAuthenticationToken", 9, Some("graph_unauthorized")),
        (403, "ErrorAccessDenied", 1, Some("graph_denied")),
        (404, "MailboxNotEnabledForRESTAPI", 1, Some("graph_no_mailbox")),
        (503, "ServiceUnavailable", 1, Some("graph_busy")),
    ] {
        let read = Read::of(5).await;
        let failure = Failure::from(Kind::Graph(GraphError::new(status, code, "")));
        read.stage.sim().fail(Some(&read.smtp), failure.on(&["contact_delta"]).times(times));
        let state = read.cycle().await;
        let code = state.last_error.map(|error| error.code);
        assert_eq!(code.as_deref(), expected, "{status}");
        read.assert_same("nothing is lost").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_changes_of_graph_hide_is_found_by_the_comparison_of_the_day() {
    let read = Read::of(20).await;
    let all = read.stage.sim().contacts(&read.smtp).unwrap();
    let restored = &all[2].immutable_id;
    read.stage.sim().delete_contact(&read.smtp, restored, false).unwrap();
    read.cycle().await;
    read.assert_same("after a contact was deleted").await;
    read.set(|graph| graph.quirks = [Quirk::HidesArrivals, Quirk::HidesLastRemoval].into());
    read.stage.sim().move_contact(&read.smtp, restored, "contacts").unwrap();
    for friend in all.iter().filter(|contact| contact.folder == "Friends") {
        read.stage.sim().delete_contact(&read.smtp, &friend.id, true).unwrap();
    }
    assert_eq!(read.cycle().await.last_error, None);
    assert_ne!(read.stored().await, read.truth(), "it is hidden");
    let Store::Sqlite(pool) = read.stage.store() else { unreachable!() };
    sqlx::query("UPDATE contact_folder SET compared_at = 0").execute(pool).await.unwrap();
    assert_eq!(read.cycle().await.last_error, None);
    read.assert_same("after the comparison").await;
    let total = "SELECT CAST(SUM(server_total) AS BIGINT) FROM contact_folder";
    let total: i64 = sqlx::query_scalar(total).fetch_one(pool).await.unwrap();
    assert!(usize::try_from(total).unwrap() >= read.truth().len(), "{total}");
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_of_contacts_come_from_graph() {
    let read = Read::of(25).await;
    let all = read.stage.sim().contacts(&read.smtp).unwrap();
    let jpeg = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3].to_vec();
    read.stage.sim().set_contact_photo(&read.smtp, &all[3].id, Some(jpeg.clone())).unwrap();
    assert_eq!(read.cycle().await.last_error, None);
    let Store::Sqlite(pool) = read.stage.store() else { unreachable!() };
    let stored: Vec<(String, Vec<u8>)> =
        sqlx::query_as("SELECT media_type, bytes FROM contact_photo_v").fetch_all(pool).await.unwrap();
    assert_eq!(stored, [("image/jpeg".to_owned(), jpeg)]);
    read.stage.sim().set_contact_photo(&read.smtp, &all[3].id, None).unwrap();
    assert_eq!(read.cycle().await.last_error, None);
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM contact_photo").fetch_one(pool).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_mailbox_does_that_nobody_knows_before_is_told_without_content_and_nothing_is_left_of_it() {
    let read = Read::of(12).await;
    let account = read.stage.store().account(&read.id).await.unwrap().unwrap();
    let actor = Actor::command_line();
    let probe = async |writes| read.stage.app.desk.probe(&actor, &account, writes).await.unwrap();
    let before = read.truth();
    let reading = probe(false).await;
    assert_eq!(reading.len(), 2, "{reading:?}");
    assert_eq!(read.truth(), before, "nothing was written");
    let answer = |findings: &[ProbeFinding], question: &str| {
        findings.iter().find(|finding| finding.question == question).unwrap().answer.clone()
    };
    let usual = probe(true).await;
    assert_eq!(answer(&usual, "If-Match with an old version"), "refused, as it should be");
    assert_eq!(answer(&usual, "clearing a member"), "left as they were: none; refused: none");
    assert!(answer(&usual, "photo").ends_with("the version of the contact changes"), "{usual:?}");
    assert_eq!(answer(&usual, "moving by parentFolderId"), "it moves");
    read.set(|graph| {
        graph.quirks = [Quirk::IgnoresIfMatch, Quirk::FixedPhotos, Quirk::IgnoresParent].into();
    });
    let other = probe(true).await;
    assert_eq!(answer(&other, "If-Match with an old version"), "not looked at");
    assert!(answer(&other, "photo").starts_with("refused: "), "{other:?}");
    assert_eq!(answer(&other, "moving by parentFolderId"), "it stays");
    assert_eq!(read.truth(), before, "nothing is left of it");
}
