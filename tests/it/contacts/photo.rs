//! Photos of contacts come in.

use super::book::Book;
use super::meeting::{card, there};
use super::pull::mailbox;
use super::push::title;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::ContactId;
use std::collections::BTreeMap;

const JPEG: [u8; 4] = [0xff, 0xd8, 0xff, 0xe0];

/// The photos that are stored, by the ids of the items.
async fn photos(world: &World) -> BTreeMap<String, Vec<u8>> {
    let mut photos = BTreeMap::new();
    for contact in world.contacts().await {
        let link = world.store.contact_link(&contact.id).await.unwrap().unwrap();
        let photo = world.store.contact_photo(&contact.id).await.unwrap();
        photos.extend(photo.map(|photo| (link.remote_id, photo.bytes)));
    }
    photos
}

async fn assert_same(world: &World, book: &mut Book, when: &str) {
    assert_eq!(world.read(book).await, None, "{when}");
    assert_eq!(photos(world).await, book.photos, "{when}");
}

#[tokio::test]
async fn photos_come_change_and_go_as_they_do_in_outlook_and_cost_nothing_while_they_stay() {
    let (world, mut book) = mailbox().await;
    let all = book.ids();
    book.picture(&all[1], Some(&JPEG));
    book.picture(&all[2], Some(&[&JPEG[..], b"other"].concat()));
    assert_same(&world, &mut book, "set").await;
    book.picture(&all[1], Some(&[&JPEG[..], b"new"].concat()));
    book.picture(&all[2], None);
    assert_same(&world, &mut book, "changed and taken away").await;
    let changed = "SELECT SUM(changed_at) FROM contact_photo";
    let before = crate::store::count(&world.store, changed).await;
    book.rename(&all[1], "Renamed");
    assert_same(&world, &mut book, "renamed").await;
    assert_eq!(
        crate::store::count(&world.store, changed).await,
        before,
        "the same photo is not written anew"
    );
    world.read(&mut book).await;
    assert_eq!(book.calls, 2, "nothing is new");
}

#[tokio::test]
async fn a_photo_that_no_change_tells_of_is_found_once_a_day() {
    let (world, mut book) = mailbox().await;
    book.is_silent = true;
    let id = book.ids()[3].clone();
    book.picture(&id, Some(&JPEG));
    world.read(&mut book).await;
    assert!(photos(&world).await.is_empty(), "nothing told of it");
    world.clock.advance(TimeDelta::hours(25));
    assert_same(&world, &mut book, "the next day").await;
}

#[tokio::test]
async fn a_photo_that_cannot_be_had_is_asked_for_again_a_day_later_and_keeps_no_other_from_coming() {
    let (world, mut book) = mailbox().await;
    let all = book.ids();
    book.picture(&all[1], Some(&JPEG));
    book.picture(&all[2], Some(&JPEG));
    // The contact itself is known already, and reads.
    world.clock.advance(TimeDelta::minutes(1));
    book.dark.insert(all[1].clone());
    world.read(&mut book).await;
    assert_eq!(photos(&world).await.len(), 1);
    world.read(&mut book).await;
    assert_eq!(book.calls, 2, "it is left alone");
    book.dark.clear();
    world.clock.advance(TimeDelta::hours(25));
    assert_same(&world, &mut book, "a day later").await;
}

impl World {
    async fn photo(&self, contact: &ContactId) -> Option<Vec<u8>> {
        self.store.contact_photo(contact).await.unwrap().map(|photo| photo.bytes)
    }
}

#[tokio::test]
async fn a_contact_made_here_that_outlook_has_gets_the_photo_that_it_has_there_and_loses_it_with_it() {
    let (world, mut book) = (World::new().await, Book::new());
    let item = there(&mut book, "Anna Fort", &["anna@x.example"]);
    book.picture(&item, Some(&JPEG));
    world.read(&mut book).await;
    let anna = world.make(card("Anna Fort", &["anna@x.example"])).await;
    for _ in 0..2 {
        assert_same(&world, &mut book, "joined").await;
    }
    assert_eq!((world.of(&item).await, world.contacts().await.len()), (anna, 1));
    book.picture(&item, None);
    assert_same(&world, &mut book, "taken away").await;
}

#[tokio::test]
async fn a_contact_that_is_made_anew_in_outlook_keeps_the_photo_that_is_stored_of_it() {
    let (world, mut book) = mailbox().await;
    let item = book.ids()[1].clone();
    book.picture(&item, Some(&JPEG));
    world.read(&mut book).await;
    let contact = world.of(&item).await;
    world.edit(&contact, |card| title(card, "Edited here")).await;
    book.purge(&item);
    world.read(&mut book).await;
    let anew = world.store.contact_link(&contact).await.unwrap().unwrap().remote_id;
    for n in 0..3 {
        assert_eq!(world.photo(&contact).await.as_deref(), Some(&JPEG[..]), "{n}");
        book.rename(&anew, &format!("Renamed {n}"));
        world.read(&mut book).await;
    }
    // Another one that is set there, and taken away, is and goes as any other.
    let other = [&JPEG[..], b"other"].concat();
    book.picture(&anew, Some(&other));
    world.read(&mut book).await;
    assert_eq!(world.photo(&contact).await, Some(other));
    book.picture(&anew, None);
    world.read(&mut book).await;
    assert_eq!(world.photo(&contact).await, None);
}

#[tokio::test]
async fn a_photo_that_changes_no_version_is_found_within_a_week() {
    let (world, mut book) = mailbox().await;
    let id = book.ids()[3].clone();
    for bytes in [Some(JPEG.to_vec()), None] {
        match bytes {
            Some(bytes) => drop(book.photos.insert(id.clone(), bytes)),
            None => drop(book.photos.remove(&id)),
        }
        world.read(&mut book).await;
        assert_ne!(photos(&world).await, book.photos, "nothing told of it");
        world.clock.advance(TimeDelta::days(7));
        assert_same(&world, &mut book, "a week later").await;
    }
}
