//! What may go out to mailboxes.

use super::*;
use outlook_syncd::model::{
    AskReason, AskedMissing, AskedPlan, ContactEdit, ContactGate, ContactId, Direction, WriteCounts,
};
use outlook_syncd::store::{Edited, Editor};

fn asked(why: AskReason, second: i64, deletes: u64) -> AskedPlan {
    AskedPlan { since: at(second), why, counts: WriteCounts { creates: 1, overwrites: 2, deletes } }
}

#[tokio::test]
async fn a_plan_waits_since_it_was_first_asked_about_until_a_person_decides() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let gate = async || store.contact_gate(account).await.unwrap();
        assert_eq!(gate().await, ContactGate::default());
        store.ask_about_contacts(&claim, Some(&asked(AskReason::FirstPlan, 1, 0))).await.unwrap();
        store.ask_about_contacts(&claim, Some(&asked(AskReason::FirstPlan, 2, 3))).await.unwrap();
        assert_eq!(gate().await.asked, Some(asked(AskReason::FirstPlan, 1, 3)));
        assert_eq!(store.asking_accounts().await.unwrap(), std::slice::from_ref(account));
        store.ask_about_contacts(&claim, Some(&asked(AskReason::Brake, 3, 3))).await.unwrap();
        assert_eq!(gate().await.asked, Some(asked(AskReason::Brake, 3, 3)));
        store.approve_contacts(account, None, None, false, &line(at(4))).await.unwrap();
        let approved =
            ContactGate { is_past_first: true, approved_until: Some(at(3)), ..ContactGate::default() };
        assert_eq!(gate().await, approved);
        assert_eq!(store.asking_accounts().await.unwrap(), []);
        for direction in [Some(Direction::In), None] {
            store.set_contact_direction(account, direction, Direction::Both, &line(at(5))).await.unwrap();
            assert_eq!(gate().await, ContactGate { direction, ..approved.clone() });
        }
        store.ask_about_contacts(&claim, Some(&asked(AskReason::Brake, 6, 3))).await.unwrap();
        let missing = AskedMissing { since: at(6), missing: 30, held: 60 };
        store.ask_about_missing(&claim, Some(&missing)).await.unwrap();
        store.set_contact_direction(account, Some(Direction::In), Direction::In, &line(at(7))).await.unwrap();
        assert_eq!((gate().await.asked, gate().await.missing), (None, Some(missing)), "nothing is written");
        store.set_contact_direction(account, None, Direction::Out, &line(at(8))).await.unwrap();
        assert_eq!(gate().await.missing, None, "nothing is read");
        assert_eq!(store.asking_accounts().await.unwrap(), []);
        let late = Claim { epoch: claim.epoch - 1, ..claim.clone() };
        for lost in [store.pass_first_plan(&late).await, store.ask_about_contacts(&late, None).await] {
            assert!(matches!(lost, Err(StoreError::LeaseLost)), "{lost:?}");
        }
        assert_eq!(gate().await, approved);
    })
    .await;
}

#[tokio::test]
async fn what_is_rejected_is_there_again_and_parked_until_it_is_changed_or_approved() {
    on_both(async |store| {
        let claim = ready(&store).await;
        let account = &claim.account.id;
        let upserts = ["a", "b", "c"].map(|id| seen(&claim, id, card(id))).to_vec();
        put(&store, &claim, contact_page(&claim, upserts)).await;
        let ids: Vec<ContactId> = {
            let mut ids = Vec::new();
            for id in ["a", "b", "c"] {
                ids.push(linked(&store, &claim, id).await.unwrap().contact.id);
            }
            ids
        };
        let change = async |id: &ContactId, name: &str, based_on: i64, second: i64| {
            let mut next = card(name);
            next.emails.clear();
            let edit = ContactEdit { id: id.clone(), external_id: None, forms: forms(&next), card: next };
            let line = line(at(second));
            let by = Editor::Person(&line);
            store.edit_contact(account, &edit, based_on, by, at(second)).await.unwrap()
        };
        let waiting = async || {
            let edited = store.edited_contacts(account, None, at(9_000), 9).await.unwrap();
            edited.into_iter().map(|edited| edited.contact.id).collect::<Vec<_>>()
        };
        assert_eq!(change(&ids[0], "a", 1, 2_000).await, Edited::Done(2));
        let line_of = line(at(2_001));
        let by = Editor::Person(&line_of);
        assert_eq!(store.remove_contact(account, &ids[1], 1, by, at(2_001)).await.unwrap(), Edited::Done(2));
        assert_eq!(change(&ids[2], "c", 1, 2_003).await, Edited::Done(2));
        assert_eq!(store.reject_contacts(account, None, &line(at(2_002))).await.unwrap(), 2);
        assert_eq!(waiting().await, [ids[2].clone()], "what was changed since goes out");
        assert_eq!(store.contact(&ids[1]).await.unwrap().unwrap().gone_at, None);
        let parked = store.parked_contacts(account, 100).await.unwrap().0;
        assert!(
            parked.len() == 2 && parked.iter().all(|parked| parked.fault.code == "rejected"),
            "{parked:?}"
        );
        assert_eq!(change(&ids[0], "again", 2, 2_004).await, Edited::Done(3));
        assert_eq!(waiting().await, [ids[2].clone(), ids[0].clone()]);
        store.approve_contacts(account, None, None, false, &line(at(2_005))).await.unwrap();
        assert_eq!(waiting().await.len(), 2, "not what was rejected");
        store.approve_contacts(account, None, None, true, &line(at(2_005))).await.unwrap();
        assert_eq!(waiting().await.len(), 3);
    })
    .await;
}
