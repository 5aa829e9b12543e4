//! The mail of one person: how far it was read is kept, twice is one, and it goes with its account.

use super::*;
use outlook_syncd::model::{
    ContactId, CorrespondenceItem, Correspondent, Names, Position, Reach, Seam, Sweep,
};
use outlook_syncd::store::{AskOutcome, CorrespondencePage, FolderStep, NewCorrespondence};
use std::collections::BTreeSet;

fn new(account: &AccountId, whose: &Correspondent, at: DateTime<Utc>) -> NewCorrespondence {
    let addresses = BTreeSet::from(["bo@example.org".to_owned()]);
    let names = Names { addresses, names: BTreeSet::from(["bo berg".to_owned()]) };
    NewCorrespondence { account: account.clone(), whose: whose.clone(), names, at }
}

fn bo() -> Correspondent {
    Correspondent::Address("bo@example.org".to_owned())
}

async fn ask(store: &Store, account: &AccountId, whose: &Correspondent, seconds: i64) -> AskOutcome {
    let asked = AuditEntry::new(at(seconds), "anna", AuditAction::CorrespondentAsked);
    store.ask_for_correspondence(&new(account, whose, at(seconds)), 2, &asked).await.unwrap()
}

#[tokio::test]
async fn asking_twice_is_one_until_it_has_ended_and_so_many_are_under_way() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        let contact = Correspondent::Contact(ContactId::new(at(0)));
        assert_eq!(ask(&store, id, &bo(), 1).await, AskOutcome::New);
        assert_eq!(ask(&store, id, &bo(), 2).await, AskOutcome::Again);
        assert_eq!(ask(&store, id, &contact, 3).await, AskOutcome::New);
        let third = Correspondent::Address("cy@example.org".to_owned());
        assert_eq!(ask(&store, id, &third, 4).await, AskOutcome::TooMany);
        let order: Vec<_> = store.correspondences(id).await.unwrap().into_iter().map(|of| of.whose).collect();
        assert_eq!(order, [bo(), contact.clone()]);
        let first = store.correspondence(id, &bo()).await.unwrap().unwrap();
        assert_eq!(
            (first.asked_at, first.began_at, first.names.clone()),
            (at(1), None, new(id, &bo(), at(1)).names)
        );
        store.begin_correspondence(&claim, &first.id, &first.names, &[], at(5)).await.unwrap();
        assert!(store.end_correspondence(&claim, &first.id, at(6)).await.unwrap(), "it has no folder");
        let under_way = store
            .correspondences_under_way(&Reach::Everyone, outlook_syncd::store::AccountSpan::ALL)
            .await
            .unwrap();
        assert_eq!(under_way.get(id), Some(&1));
        assert_eq!(ask(&store, id, &bo(), 7).await, AskOutcome::New, "anew");
        let anew = store.correspondence(id, &bo()).await.unwrap().unwrap();
        assert_eq!((anew.asked_at, anew.ended_at), (at(7), None));
        assert_eq!(
            count(&store, "SELECT COUNT(*) FROM audit_log WHERE action = 'correspondent_asked'").await,
            3
        );
        assert_eq!(store.correspondence(id, &third).await.unwrap(), None);
        store.delete_account(id).await.unwrap();
        assert_eq!(count(&store, "SELECT COUNT(*) FROM correspondence").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_page_is_kept_with_its_messages_and_is_none_of_what_the_folder_was_measured_by() {
    on_both(async |store| {
        let claim = claimed(&store).await;
        let id = &claim.account.id;
        ask(&store, id, &bo(), 1).await;
        let of = store.correspondence(id, &bo()).await.unwrap().unwrap();
        assert_eq!(store.last_asked(id).await.unwrap(), Some(at(1)));
        let inbox = folder_of(id, Role::Inbox).id;
        store
            .begin_correspondence(&claim, &of.id, &of.names, std::slice::from_ref(&inbox), at(2))
            .await
            .unwrap();
        let sweeps = outlook_syncd::model::SweepState { unheld: Some(9), ..Default::default() };
        store.keep_sweeps(&claim, &inbox, &sweeps).await.unwrap();
        let seam = Seam { key: key("m2"), received: Some(at(1)), end: 50 };
        let place = Sweep { next: Position { offset: 40 }, seam: Some(seam), ..Sweep::new(at(2)) };
        let items = [
            ("m1", CorrespondenceItem::Stored),
            ("m2", CorrespondenceItem::Stored),
            ("m3", CorrespondenceItem::Other),
            ("m4", CorrespondenceItem::Unreadable),
            ("m5", CorrespondenceItem::Known),
        ];
        let items: Vec<_> = items.map(|(id, outcome)| (key(id), outcome)).into();
        let mut write = page(vec![detailed("m1", "One", at(1)), detailed("m2", "Two", at(1))]);
        let names = Some(BTreeSet::from(["bo".to_owned()]));
        let step = Some(FolderStep { place: Some(place.clone()), back_to: Some(at(1)) });
        write.correspondence =
            Some(CorrespondencePage { id: of.id.clone(), folder: inbox.clone(), items, names, step });
        for _ in 0..2 {
            store_page(&store, &claim, &write).await.unwrap();
            let of = store.correspondence(id, &bo()).await.unwrap().unwrap();
            assert_eq!(of.names.names, BTreeSet::from(["bo".to_owned()]));
            let folder = &of.folders[0];
            assert_eq!((folder.found, folder.stored, folder.unreadable), (3, 2, 1));
            assert_eq!(
                (folder.place.clone(), folder.back_to, folder.ended_at),
                (Some(place.clone()), Some(at(1)), None)
            );
            let state =
                store.folders(id).await.unwrap().into_iter().find(|state| state.folder.id == inbox).unwrap();
            assert_eq!(
                (state.held, state.beside, state.sweeps.unheld),
                (2, 2, Some(7)),
                "the second writes nothing"
            );
        }
        let settled = store.correspondence_items(&of.id, &[key("m3"), key("m9")]).await.unwrap();
        assert_eq!(settled.into_iter().collect::<Vec<_>>(), [(key("m3"), CorrespondenceItem::Other)]);
        let keys = store.known(id, &[key("m1")]).await.unwrap();
        let one = keys[&key("m1")].message_id.clone();
        assert_eq!(store.keys_of(&[one], &KeySpaces::EXCHANGE).await.unwrap(), [key("m1")]);
        assert!(!store.end_correspondence(&claim, &of.id, at(3)).await.unwrap());
        for (n, ended) in [(1, false), (2, true)] {
            store.stop_correspondence(&claim, &of.id, &inbox, "why", 2, at(4)).await.unwrap();
            let folder = store.correspondence(id, &bo()).await.unwrap().unwrap().folders.remove(0);
            assert_eq!(
                (folder.tries, folder.stopped.as_deref(), folder.ended_at.is_some()),
                (n, Some("why"), ended)
            );
        }
        assert!(store.end_correspondence(&claim, &of.id, at(5)).await.unwrap());
        let names = store.names_beside(id, &BTreeSet::from(["dora@example.org".to_owned()])).await.unwrap();
        assert_eq!(names, BTreeSet::from(["Dora".to_owned()]));
        for address in ["É@Example.org", "İ@example.org", "Straße@example.org", "Ω@Bücher.example"] {
            run(&store, &format!("UPDATE message SET from_name = 'Zoe', from_address = '{address}'")).await;
            let names = store.names_beside(id, &BTreeSet::from([address.to_lowercase()])).await.unwrap();
            assert_eq!(names, BTreeSet::from(["Zoe".to_owned()]), "{address}");
        }
        let names = store.names_beside(id, &BTreeSet::from(["o@bücher.example".to_owned()])).await.unwrap();
        assert_eq!(names, BTreeSet::new(), "somebody else there");
        for odd in ["é@\\", "é@ex%", "é@_"] {
            let names = store.names_beside(id, &BTreeSet::from([odd.to_owned()])).await.unwrap();
            assert_eq!(names, BTreeSet::new(), "{odd} is a text and no pattern");
        }
        assert_eq!(store.last_asked(id).await.unwrap(), None, "it has ended");
        store.forget_correspondences(&claim, at(5)).await.unwrap();
        assert!(store.correspondence(id, &bo()).await.unwrap().is_some(), "it ended then");
        store.forget_correspondences(&claim, at(6)).await.unwrap();
        assert_eq!(count(&store, "SELECT COUNT(*) FROM correspondence").await, 0);
        assert_eq!(count(&store, "SELECT COUNT(*) FROM correspondence_item").await, 0);
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        let refused = store.stop_correspondence(&late, &of.id, &inbox, "why", 2, at(6)).await;
        assert!(matches!(refused, Err(StoreError::LeaseLost)), "{refused:?}");
    })
    .await;
}
