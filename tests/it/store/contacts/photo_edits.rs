//! Photos that were set or taken away here, their journal, and what is kept of those before.

use super::super::statements::run;
use super::*;
use outlook_syncd::model::{
    AuditAction, AuditEntry, ContactPhoto, ContactWrite, ContactWriteId, ContactWriteKind, CycleId,
    ItemFault, Reach, Side,
};
use outlook_syncd::store::{
    EditedPhoto, Editor, PhotoLine, PhotoLook, PhotoSeen, PhotoSet, PhotoSettled, PhotoWritten,
};

fn jpeg(more: &[u8]) -> ContactPhoto {
    ContactPhoto::of([&[0xff, 0xd8, 0xff, 0xe0], more].concat()).unwrap()
}

fn line() -> AuditEntry {
    AuditEntry::new(at(3_000), "command line", AuditAction::ContactEdited)
}

/// A contact that is an item, which shows a photo.
async fn one(store: &Store, claim: &Claim) -> ContactId {
    put(store, claim, contact_page(claim, vec![seen(claim, "c1", card("Anna"))])).await;
    look(store, claim, jpeg(b"there")).await;
    linked(store, claim, "c1").await.unwrap().contact.id
}

async fn look(store: &Store, claim: &Claim, photo: ContactPhoto) {
    let looks = [("c1".to_owned(), PhotoLook::Photo(photo))];
    store.keep_contact_photos(claim, &looks, at(2_000)).await.unwrap();
}

async fn set(
    store: &Store,
    claim: &Claim,
    contact: &ContactId,
    photo: Option<&ContactPhoto>,
    seen: PhotoSeen<'_>,
) -> PhotoSet {
    let line = line();
    let by = Editor::Person(&line);
    store.set_contact_photo(&claim.account.id, contact, (photo, seen), by, at(3_000)).await.unwrap()
}

async fn waiting(store: &Store, claim: &Claim, now: i64) -> Vec<EditedPhoto> {
    store.edited_photos(&claim.account.id, None, at(now), 10).await.unwrap()
}

fn write(edited: &EditedPhoto) -> ContactWrite {
    let kind = if edited.ours.is_some() { ContactWriteKind::SetPhoto } else { ContactWriteKind::RemovePhoto };
    ContactWrite {
        id: ContactWriteId::new(at(4_000)),
        cycle: CycleId::from("cycle".to_owned()),
        contact: edited.contact.clone(),
        kind,
        revision: edited.number,
        remote_id: edited.item.as_ref().map(|item| item.remote_id.clone()),
        before: None,
        sent: None,
        members: [].into(),
        conflicts: Vec::new(),
        begun_at: at(4_000),
        ended: None,
    }
}

fn nothing() -> PhotoLine {
    PhotoLine { before: None, sent: None, shown: None }
}

fn fault() -> ItemFault {
    ItemFault { code: "ErrorInvalidRequest".to_owned(), text: "405".to_owned() }
}

#[tokio::test]
async fn a_photo_waits_until_the_item_shows_it_and_one_that_is_set_meanwhile_waits_on() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let contact = one(&store, &claim).await;
        assert_eq!(waiting(&store, &claim, 9_000).await, []);
        let there = jpeg(b"there").sha256();
        for (seen, expected) in [
            (PhotoSeen::Absent, PhotoSet::Stale),
            (PhotoSeen::This("another"), PhotoSet::Stale),
            (PhotoSeen::This(&there), PhotoSet::Done),
            (PhotoSeen::Any, PhotoSet::Same),
        ] {
            assert_eq!(
                set(&store, &claim, &contact, Some(&jpeg(b"first")), seen).await,
                expected,
                "{seen:?}"
            );
        }
        let edited = waiting(&store, &claim, 9_000).await.remove(0);
        let item = edited.item.clone().unwrap();
        assert_eq!((item.remote_id.as_str(), item.base), ("c1", Some(there)));
        assert_eq!((edited.number, edited.ours.clone()), (1, Some(jpeg(b"first").sha256())));
        look(&store, &claim, jpeg(b"other")).await;
        assert_eq!(store.contact_photo(&contact).await.unwrap(), Some(jpeg(b"first")), "what waits stays");

        let sent = write(&edited);
        let journal = PhotoLine { before: Some(jpeg(b"there")), sent: edited.ours.clone(), shown: None };
        store.begin_photo_write(&claim, &sent, &journal).await.unwrap();
        assert_eq!(waiting(&store, &claim, 9_000).await, [], "it is under way");
        set(&store, &claim, &contact, Some(&jpeg(b"second")), PhotoSeen::Any).await;
        let kept = Some(jpeg(b"first, kept").sha256());
        store.end_photo_write(&claim, &sent, &PhotoWritten::Done(kept.clone()), at(5_000)).await.unwrap();
        assert_eq!(
            store.photo_line(&sent.id).await.unwrap(),
            Some(PhotoLine { shown: kept.clone(), ..journal })
        );
        let next = waiting(&store, &claim, 9_000).await.remove(0);
        assert_eq!((next.number, next.item.clone().unwrap().base), (2, kept));

        let sent = write(&next);
        store.begin_photo_write(&claim, &sent, &nothing()).await.unwrap();
        let kept = jpeg(b"second, kept");
        let done = PhotoWritten::Done(Some(kept.sha256()));
        store.end_photo_write(&claim, &sent, &done, at(6_000)).await.unwrap();
        assert_eq!(waiting(&store, &claim, 9_000).await, []);
        assert_eq!(store.contact_photos_due(&claim.account.id, at(9_000), 9).await.unwrap(), [""; 0]);
        look(&store, &claim, kept).await;
        assert_eq!(
            store.contact_photo(&contact).await.unwrap(),
            Some(jpeg(b"second")),
            "it is the same picture"
        );
        look(&store, &claim, jpeg(b"theirs")).await;
        assert_eq!(store.contact_photo(&contact).await.unwrap(), Some(jpeg(b"theirs")));
    })
    .await;
}

#[tokio::test]
async fn what_the_item_shows_where_nobody_saw_it_set_is_ours_unless_ours_was_changed_since() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let contact = one(&store, &claim).await;
        for changes in [false, true] {
            set(&store, &claim, &contact, Some(&jpeg(&[u8::from(changes), 1])), PhotoSeen::Any).await;
            let edited = waiting(&store, &claim, 9_000).await.remove(0);
            let sent = write(&edited);
            let line = PhotoLine { sent: edited.ours.clone(), ..nothing() };
            store.begin_photo_write(&claim, &sent, &line).await.unwrap();
            if changes {
                set(&store, &claim, &contact, None, PhotoSeen::Any).await;
            }
            let found = PhotoWritten::Found(jpeg(b"found"));
            store.end_photo_write(&claim, &sent, &found, at(5_000)).await.unwrap();
            let here = store.contact_photo(&contact).await.unwrap();
            assert_eq!(here, (!changes).then(|| jpeg(b"found")));
            let line = store.photo_line(&sent.id).await.unwrap().unwrap();
            assert_eq!(line.sent, Some(jpeg(b"found").sha256()));
            let left: Vec<_> =
                waiting(&store, &claim, 9_000).await.into_iter().map(|left| left.item).collect();
            assert_eq!(left.len(), usize::from(changes), "{left:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_photo_that_is_refused_or_put_off_is_parked_apart_from_its_contact_and_counted() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let contact = one(&store, &claim).await;
        set(&store, &claim, &contact, None, PhotoSeen::Any).await;
        let stock = async || {
            let all = store
                .contact_stocks(&Reach::Everyone, outlook_syncd::store::AccountSpan::ALL, false)
                .await
                .unwrap();
            let stock = &all[&claim.account.id];
            (stock.waiting, stock.parked)
        };
        assert_eq!(stock().await, (1, 0));
        assert!(store.has_edited_contacts(&claim.account.id).await.unwrap());
        let mut sent = write(&waiting(&store, &claim, 9_000).await[0]);
        let mut due = Vec::new();
        for n in 0..3 {
            sent.id = ContactWriteId::from(format!("w{n}"));
            store.begin_photo_write(&claim, &sent, &nothing()).await.unwrap();
            store.end_photo_write(&claim, &sent, &PhotoWritten::PutOff(fault()), at(5_000)).await.unwrap();
            due.push(store.photo_standing(&contact).await.unwrap().due_at.unwrap());
        }
        assert_eq!(due, [at(5_000), at(5_000 + 240), at(5_000 + 960)]);
        assert_eq!(
            (waiting(&store, &claim, 5_900).await.len(), waiting(&store, &claim, 5_960).await.len()),
            (0, 1)
        );
        assert_eq!(stock().await, (0, 1));
        sent.id = ContactWriteId::from("refused".to_owned());
        store.begin_photo_write(&claim, &sent, &nothing()).await.unwrap();
        store.end_photo_write(&claim, &sent, &PhotoWritten::Refused(fault()), at(6_000)).await.unwrap();
        assert_eq!(waiting(&store, &claim, 900_000).await, []);
        let parked = store.parked_photos(&claim.account.id).await.unwrap();
        assert_eq!((parked.len(), &parked[0].fault, parked[0].due_at), (1, &fault(), None));
        assert_eq!(store.parked_contacts(&claim.account.id, 100).await.unwrap().0, []);
        assert_eq!(store.retry_contacts(&claim.account.id, &line()).await.unwrap(), 1);
        assert_eq!(waiting(&store, &claim, 6_000).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_decided_of_a_photo_is_written_with_its_journal_and_not_of_one_that_was_changed_since() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let contact = one(&store, &claim).await;
        set(&store, &claim, &contact, Some(&jpeg(b"ours")), PhotoSeen::Any).await;
        let edited = waiting(&store, &claim, 9_000).await.remove(0);
        let contested = PhotoSettled::Contested(None);
        store.settle_photo(&claim, &edited, &contested, at(4_000)).await.unwrap();
        assert_eq!(store.contested_photos(&claim.account.id).await.unwrap(), std::slice::from_ref(&contact));
        assert!(store.resolve_photo(&claim.account.id, &contact, Side::Theirs, &line()).await.unwrap());
        assert!(!store.resolve_photo(&claim.account.id, &contact, Side::Theirs, &line()).await.unwrap());
        assert_eq!(waiting(&store, &claim, 9_000).await[0].holds, Some(Side::Theirs));

        let yielded = ContactWrite {
            kind: ContactWriteKind::YieldPhoto,
            ended: Some((at(4_000), Ok(()))),
            ..write(&edited)
        };
        let taken = PhotoSettled::Taken(Some(jpeg(b"theirs")), Box::new(yielded.clone()));
        let stale = EditedPhoto { number: 9, ..edited.clone() };
        store.settle_photo(&claim, &stale, &taken, at(4_000)).await.unwrap();
        assert_eq!(store.contact_photo(&contact).await.unwrap(), Some(jpeg(b"ours")));
        store.settle_photo(&claim, &edited, &taken, at(4_000)).await.unwrap();
        assert_eq!(store.contact_photo(&contact).await.unwrap(), Some(jpeg(b"theirs")));
        let kept = store.photo_line(&yielded.id).await.unwrap().unwrap();
        assert_eq!((kept.before, kept.sent), (Some(jpeg(b"ours")), Some(jpeg(b"theirs").sha256())));
        assert_eq!(waiting(&store, &claim, 9_000).await, []);

        store.forget_contacts(&claim, at(4_001)).await.unwrap();
        assert_eq!(store.photo_line(&yielded.id).await.unwrap(), None, "it is kept as long as its line is");
        set(&store, &claim, &contact, None, PhotoSeen::Any).await;
        run(&store, "DELETE FROM contact").await;
        assert_eq!(crate::store::count(&store, "SELECT COUNT(*) FROM contact_photo_edit").await, 0);
    })
    .await;
}
