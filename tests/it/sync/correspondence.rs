//! The mail of one person that somebody asked for: all of it, from every folder, and nothing else is touched.

mod beside;
mod faults;
mod histories;
mod slices;

use super::script::{INBOX, SENT, Script, Tongue, listed_as};
use super::world::World;
use crate::store::at;
use outlook_syncd::model::{
    Actor, Address, AuditAction, AuditEntry, Correspondence, Correspondent, Names, Reach, Role,
};
use outlook_syncd::store::{AskOutcome, NewCorrespondence};
use std::collections::BTreeSet;

const BO: &str = "bo@example.org";

fn person(name: &str, address: &str) -> Address {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Address { name: given(name), address: given(address) }
}

fn bo() -> Address {
    person("Bo Berg", "Bo@Example.org")
}

fn anna() -> Address {
    person("Anna", "anna@example.org")
}

/// A mailbox of five folders, of which the inbox and Sent items are read, back to second 500.
async fn mailbox() -> (World, Script) {
    let (mut world, mut script) = (World::new().await, Script::new(Tongue::Windows));
    world.horizon = at(500);
    script.folders.extend([
        listed_as(Role::Archive, "Archive", "archive"),
        listed_as(Role::Other, "Projects", "own"),
        listed_as(Role::Deleted, "Deleted Items", "deleted"),
    ]);
    (world, script)
}

/// Asks for the mail of an address, as the desk does.
async fn ask(world: &World, address: &str) -> AskOutcome {
    let account = world.claim().await.account.id;
    let actor = Actor::named("test", Reach::Everyone);
    let line = AuditEntry::by(world.clock.now(), &actor, AuditAction::CorrespondentAsked);
    let names = Names { addresses: BTreeSet::from([address.to_owned()]), names: BTreeSet::new() };
    let (whose, at) = (Correspondent::Address(address.to_owned()), world.clock.now());
    world
        .store
        .ask_for_correspondence(&NewCorrespondence { account, whose, names, at }, 10, &line)
        .await
        .unwrap()
}

/// How far it was read.
async fn asked(world: &World) -> Correspondence {
    let account = world.claim().await.account.id;
    world.store.correspondence(&account, &Correspondent::Address(BO.to_owned())).await.unwrap().unwrap()
}

/// The subjects of what is stored, in order.
async fn stored(world: &World) -> Vec<String> {
    let mut subjects: Vec<_> = world.stored().await.into_iter().map(|(_, subject, _)| subject).collect();
    subjects.sort_by_key(|subject| subject[1..].parse::<u32>().unwrap());
    subjects
}

async fn gone(world: &World) -> Option<String> {
    let all = "SELECT group_concat(subject, ' ' ORDER BY subject) FROM message_v WHERE gone_ms IS NOT NULL";
    crate::store::text(&world.store, all).await
}

#[tokio::test]
async fn the_mail_of_one_person_is_stored_from_every_folder_however_old_and_no_other() {
    let (world, mut script) = mailbox().await;
    let (bo, anna, cy) = (bo(), anna(), person("Cy", "cy@example.org"));
    for (folder, second, from, to) in [
        (INBOX, 10, &bo, &anna),
        ("archive", 20, &bo, &anna),
        ("own", 900, &bo, &anna),
        ("deleted", 30, &bo, &anna),
        (SENT, 40, &anna, &bo),
        (INBOX, 50, &cy, &anna),
        ("own", 60, &cy, &anna),
        (SENT, 70, &anna, &cy),
    ] {
        script.written(folder, at(second), from.clone(), std::slice::from_ref(to));
    }
    world.read(&mut script).await;
    assert_eq!(
        stored(&world).await,
        [] as [&str; 0],
        "all of it is old, or lies in a folder that is not read"
    );
    let coverage = async || {
        let folders = world.claim().await.folders;
        folders
            .into_iter()
            .map(|state| (state.coverage, state.cursor, state.last_success_at.is_some()))
            .collect::<Vec<_>>()
    };
    let before = coverage().await;
    assert_eq!((ask(&world, BO).await, ask(&world, BO).await), (AskOutcome::New, AskOutcome::Again));
    let counts = world.read(&mut script).await;
    assert_eq!(stored(&world).await, ["m1", "m2", "m3", "m4", "m5"]);
    assert!(counts.iter().all(|count| count.new + count.changed == 0), "it is no news: {counts:?}");
    assert_eq!(coverage().await, before, "nothing more is called held, and no folder read");
    let asked = asked(&world).await;
    assert!(asked.began_at.is_some() && asked.ended_at.is_some(), "{asked:?}");
    let told: Vec<_> = asked.folders.iter().map(|of| (of.folder.role, of.found, of.stored)).collect();
    let one = |role| (role, 1, 1);
    assert_eq!(told, [Role::Inbox, Role::Sent, Role::Archive, Role::Deleted, Role::Other].map(one));
    assert_eq!(asked.folders[0].back_to, Some(at(10)));
    assert!(asked.names.names.contains("bo berg"), "{asked:?}");
    // AskOutcome again, it is read again.
    script.written("archive", at(80), bo.clone(), &[anna]);
    assert_eq!(ask(&world, BO).await, AskOutcome::New);
    world.read(&mut script).await;
    assert_eq!(stored(&world).await.last().unwrap(), "m9");
    let again = self::asked(&world).await;
    let (found, stored) = again.folders.iter().fold((0, 0), |sum, of| (sum.0 + of.found, sum.1 + of.stored));
    assert_eq!((found, stored), (6, 1));
}

#[tokio::test]
async fn mail_to_them_is_found_by_the_names_that_a_list_shows_and_only_theirs_is_stored() {
    let (world, mut script) = mailbox().await;
    let namesake = person("Bo Berg", "bo.berg@elsewhere.example");
    script.written("archive", at(10), bo(), &[anna()]);
    for to in [bo(), namesake, person("", BO), person("B.", BO)] {
        script.written(SENT, at(20), anna(), &[person("Cy", "cy@example.org"), to]);
    }
    ask(&world, BO).await;
    world.read(&mut script).await;
    // The list shows "Cy; B." of the last, which nothing else says to be them.
    assert_eq!(stored(&world).await, ["m1", "m2", "m4"]);
    let sent = &asked(&world).await.folders[1];
    assert_eq!((sent.folder.role, sent.found, sent.stored), (Role::Sent, 2, 2));
}

#[tokio::test]
async fn an_item_that_cannot_be_read_is_counted_and_stands_in_nobodys_way() {
    let (world, mut script) = mailbox().await;
    for second in 1..=30 {
        script.written("archive", at(second), bo(), &[anna()]);
    }
    script.corrupt.extend((1..=20).map(|n| format!("m{n}")));
    ask(&world, BO).await;
    world.read(&mut script).await;
    let asked = asked(&world).await;
    let archive = asked.folders.iter().find(|of| of.folder.role == Role::Archive).unwrap();
    assert_eq!((archive.found, archive.unreadable, asked.ended_at.is_some()), (10, 20, true));
    let claim = world.claim().await;
    assert_eq!(world.store.ledger(&claim.account.id).await.unwrap(), []);
    assert_eq!(claim.state.shortfalls, [], "what is read by itself is complete");
}
