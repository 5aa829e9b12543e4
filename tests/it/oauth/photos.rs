//! Photos that were set or taken away here go out by Microsoft Graph, as it takes and keeps them.

use super::graph::Read;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use outlook_sim::graph::Quirk;
use outlook_sim::{Failure, GraphError, Kind};
use outlook_syncd::model::{CardText, Contact, ContactPhoto, Reach};
use outlook_syncd::store::{Editor, PhotoSeen, PhotoSet, PhotoStanding};
use serde_json::json;

const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9];

impl Read {
    async fn picture(&self, contact: &Contact, bytes: Option<&[u8]>) {
        let photo = bytes.map(|bytes| ContactPhoto::of(bytes.to_vec()).unwrap());
        let now = self.stage.app.services.clock.now();
        let line = crate::stage::by_crm(now);
        let by = Editor::Person(&line);
        let change = (photo.as_ref(), PhotoSeen::Any);
        let set = self.stage.store().set_contact_photo(&self.id, &contact.id, change, by, now).await;
        assert_eq!(set.unwrap(), PhotoSet::Done);
    }

    /// The photo that the mailbox keeps of the contact that is called so.
    fn photo_there(&self, name: &str) -> Option<Vec<u8>> {
        let photo = self.there(name)[0].photo.clone();
        photo.map(|photo| BASE64_STANDARD.decode(photo).unwrap())
    }

    async fn standing(&self, contact: &Contact) -> PhotoStanding {
        self.stage.store().photo_standing(&contact.id).await.unwrap()
    }

    fn count(&self, action: &str) -> usize {
        self.stage.sim().count(action, &self.smtp)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_kept_by_graph_as_another_file_and_neither_sent_nor_had_again_for_that() {
    let read = Read::of(2).await;
    let friend = read.named("Friend 0").await;
    read.picture(&friend, Some(JPEG)).await;
    assert_eq!(read.cycle().await.last_error, None);
    let there = read.photo_there("Friend 0").unwrap();
    assert_ne!(there, JPEG, "it is another file of the same picture");
    assert_eq!(read.stage.store().contact_photo(&friend.id).await.unwrap().unwrap().bytes, JPEG);
    let asked = (read.count("put_photo"), read.count("get_photo"));
    assert_eq!(asked.0, 1);
    for _ in 0..3 {
        assert_eq!(read.cycle().await.last_error, None);
    }
    assert_eq!((read.count("put_photo"), read.count("get_photo")), asked, "its echo asks for nothing");
    read.picture(&friend, None).await;
    assert_eq!(read.cycle().await.last_error, None);
    assert_eq!((read.photo_there("Friend 0"), read.count("delete_photo")), (None, 1));
    read.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_takes_no_photo_away_is_told_with_its_reason_and_what_else_changed_is_written() {
    let read = Read::of(2).await;
    let friend = read.named("Friend 0").await;
    let item = read.there("Friend 0")[0].id.clone();
    read.stage.sim().set_contact_photo(&read.smtp, &item, Some(JPEG.to_vec())).unwrap();
    read.cycle().await;
    read.set(|graph| graph.quirks = [Quirk::FixedPhotos].into());
    read.picture(&friend, None).await;
    read.edit(&friend, |card| card.set_text(CardText::JobTitle, "Pilot".to_owned())).await;
    for _ in 0..2 {
        assert_eq!(read.cycle().await.last_error, None);
    }
    assert_eq!(read.there("Friend 0")[0].members["jobTitle"], json!("Pilot"));
    assert_eq!((read.photo_there("Friend 0"), read.count("delete_photo")), (Some(JPEG.to_vec()), 1));
    let standing = read.standing(&friend).await;
    assert_eq!(standing.fault.unwrap().code, "ErrorInvalidRequest");
    assert_eq!((standing.file, standing.due_at), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_graph_takes_as_no_photo_is_not_asked_for_and_what_passes_is_tried_again() {
    let read = Read::of(2).await;
    let friend = read.named("Friend 0").await;
    read.picture(&friend, Some(b"\x89PNG\r\n\x1a\n")).await;
    read.cycle().await;
    assert_eq!(read.standing(&friend).await.fault.unwrap().code, "photo_not_jpeg");
    assert_eq!((read.count("put_photo"), read.photo_there("Friend 0")), (0, None));
    let busy = Failure::from(Kind::Graph(GraphError::new(504, "ErrorTimeoutExpired", "")));
    read.stage.sim().fail(Some(&read.smtp), busy.on(&["put_photo"]).times(1));
    read.picture(&friend, Some(JPEG)).await;
    for _ in 0..2 {
        read.cycle().await;
    }
    assert!(read.photo_there("Friend 0").is_some());
    assert_eq!(read.standing(&friend).await.edited_at, None);
    read.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_while_it_sets_a_photo_sets_it_and_loses_nothing() {
    for (kind, is_applied) in [(Kind::Held, false), (Kind::AnswerHeld, true)] {
        let read = Read::of(2).await;
        let friend = read.named("Friend 0").await;
        read.picture(&friend, Some(JPEG)).await;
        let due = async || {
            let now = read.stage.app.services.clock.now();
            read.stage.store().make_due(&Reach::Everyone, Some(&read.id), now).await.unwrap();
        };
        due().await;
        read.stage.sim().fail(Some(&read.smtp), Failure::from(kind.clone()).on(&["put_photo"]).times(1));
        let mut program = read.stage.command(&["--once"]).spawn().unwrap();
        read.stage.sim().wait_for("held:put_photo", &read.smtp, 1).await;
        program.kill().await.unwrap();
        read.stage.sim().clear_knobs(Some(&read.smtp));
        for _ in 0..2 {
            due().await;
            read.stage.run(&["--once"]).await.expect(0);
        }
        let there = read.photo_there("Friend 0").unwrap();
        assert!(there.ends_with(&JPEG[2..]), "{kind:?}");
        assert_eq!(
            read.count("put_photo"),
            usize::from(!is_applied),
            "{kind:?}: what was done is not done again"
        );
        let here = read.stage.store().contact_photo(&friend.id).await.unwrap().unwrap().bytes;
        assert!(here.ends_with(&JPEG[2..]), "{kind:?}");
        assert_eq!(
            (read.standing(&friend).await.edited_at, read.there("Friend 0").len()),
            (None, 1),
            "{kind:?}"
        );
        read.settle().await;
    }
}
