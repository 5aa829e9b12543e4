//! Photos that are set or taken away here go out.

use super::book::{Book, CONTACTS};
use super::pen::kept;
use super::push::{assert_settled, three, title};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{Actor, CardText, ContactId, ContactPhoto, ContactWriteKind, Direction};
use outlook_syncd::store::{Editor, PhotoSeen, PhotoSet, PhotoStanding, Store};

/// A photo that differs from others.
pub(super) fn jpeg(of: &str) -> Vec<u8> {
    [&[0xff, 0xd8, 0xff, 0xe0], of.as_bytes()].concat()
}

impl World {
    /// Sets the photo of a contact here, or takes it away.
    pub(super) async fn picture(&self, contact: &ContactId, bytes: Option<&[u8]>) -> PhotoSet {
        let photo = bytes.map(|bytes| ContactPhoto::of(bytes.to_vec()).unwrap());
        let (account, now) = (self.account().await, self.clock.now());
        let change = (photo.as_ref(), PhotoSeen::Any);
        self.store
            .set_contact_photo(&account, contact, change, Editor::Person(&crate::stage::by_crm(now)), now)
            .await
            .unwrap()
    }

    pub(super) async fn photo_of(&self, contact: &ContactId) -> Option<Vec<u8>> {
        self.store.contact_photo(contact).await.unwrap().map(|photo| photo.bytes)
    }

    pub(super) async fn standing(&self, contact: &ContactId) -> PhotoStanding {
        self.store.photo_standing(contact).await.unwrap()
    }

    /// How many photos wait to go out, whatever keeps them back.
    pub(super) async fn photos_waiting(&self) -> i64 {
        let waiting = "SELECT COUNT(*) FROM contact_photo_edit e JOIN contact c ON c.id = e.contact_id
             WHERE c.gone_at IS NULL";
        crate::store::count(&self.store, waiting).await
    }

    /// How often a photo was written here.
    pub(super) async fn photo_changes(&self) -> i64 {
        let changes = "SELECT CAST(COALESCE(SUM(changed_at), 0) AS BIGINT) FROM contact_photo";
        crate::store::count(&self.store, changes).await
    }
}

/// Nothing waits, and further turns write nothing on either side and ask for no photo.
pub(super) async fn assert_photos_settled(world: &World, book: &mut Book) {
    let (changes, done) = (world.photo_changes().await, book.pen.done());
    for _ in 0..2 {
        assert_eq!(world.read(book).await, None);
        assert_eq!(book.calls, book.folders.len(), "no photo is asked for");
    }
    assert_eq!((world.photo_changes().await, book.pen.done()), (changes, done));
    assert_eq!(world.photos_waiting().await, 0);
}

#[tokio::test]
async fn a_photo_that_is_set_replaced_and_taken_away_here_is_so_in_outlook_each_time_once() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    for (n, set) in [Some(jpeg("first")), Some(jpeg("second")), None].into_iter().enumerate() {
        assert_eq!(world.picture(contact, set.as_deref()).await, PhotoSet::Done);
        assert_eq!(world.picture(contact, set.as_deref()).await, PhotoSet::Same, "the same is no change");
        assert!(world.standing(contact).await.edited_at.is_some());
        assert_eq!(world.read(&mut book).await, None);
        assert_eq!(book.photos.get(item), set.as_deref().map(kept).as_ref());
        assert_eq!(world.photo_of(contact).await, set, "ours stays the file that it was");
        assert_eq!(book.pen.done(), n + 1);
        assert_photos_settled(&world, &mut book).await;
    }
    let kinds: Vec<_> = world.journal().await.iter().map(|write| write.kind).collect();
    assert_eq!(
        kinds,
        [ContactWriteKind::RemovePhoto, ContactWriteKind::SetPhoto, ContactWriteKind::SetPhoto]
    );
}

#[tokio::test]
async fn what_the_server_made_of_our_photo_is_no_change_however_often_and_late_it_is_looked_at() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    world.picture(contact, Some(&jpeg("ours"))).await;
    world.read(&mut book).await;
    for _ in 0..3 {
        book.replay(item);
        book.edit(item, |card| title(card, &format!("{}x", card.text(CardText::JobTitle))));
        world.read(&mut book).await;
        world.clock.advance(TimeDelta::days(8));
        world.read(&mut book).await;
        assert_eq!(world.photo_of(contact).await, Some(jpeg("ours")));
    }
    assert_eq!(book.pen.done(), 1);
    book.picture(item, Some(&jpeg("theirs")));
    world.read(&mut book).await;
    assert_eq!(world.photo_of(contact).await, Some(jpeg("theirs")), "a change there is one");
}

#[tokio::test]
async fn a_contact_made_here_with_a_photo_is_in_outlook_with_it_after_one_turn() {
    let (world, mut book) = (World::new().await, Book::new());
    let made = world.add_named("Made here").await;
    world.picture(&made, Some(&jpeg("made"))).await;
    world.read(&mut book).await;
    let item = world.store.contact_link(&made).await.unwrap().unwrap().remote_id;
    assert_eq!(book.photos.get(&item), Some(&kept(&jpeg("made"))));
    assert_eq!((book.pen.done(), world.waiting().await), (2, 0));
    assert_settled(&world, &mut book).await;
    assert_photos_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_contact_that_outlook_lost_is_made_anew_with_its_photo_though_only_that_was_changed_here() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    world.picture(contact, Some(&jpeg("ours"))).await;
    book.purge(item);
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    let anew = world.store.contact_link(contact).await.unwrap().unwrap().remote_id;
    assert_ne!(&anew, item);
    assert_eq!(book.photos.get(&anew), Some(&kept(&jpeg("ours"))));
    // So is one whose photo had come from there.
    let (item, contact) = &all[1];
    book.picture(item, Some(&jpeg("theirs")));
    world.read(&mut book).await;
    world.edit(contact, |card| title(card, "Edited here")).await;
    book.purge(item);
    world.read(&mut book).await;
    let anew = world.store.contact_link(contact).await.unwrap().unwrap().remote_id;
    assert_eq!(book.photos.get(&anew), Some(&kept(&jpeg("theirs"))));
    assert_settled(&world, &mut book).await;
    assert_photos_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_contact_that_is_here_alone_goes_out_once_its_photo_is_set() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    book.delete(item);
    let Store::Sqlite(pool) = &world.store else { unreachable!() };
    world.read(&mut book).await;
    let there_again = "UPDATE contact SET gone_at = NULL WHERE id = $1";
    sqlx::query(there_again).bind(contact.as_str()).execute(pool).await.unwrap();
    world.read(&mut book).await;
    assert_eq!((world.store.contact_link(contact).await.unwrap(), book.pen.done()), (None, 0));
    world.picture(contact, Some(&jpeg("ours"))).await;
    world.read(&mut book).await;
    let anew = world.store.contact_link(contact).await.unwrap().unwrap().remote_id;
    assert_eq!(book.photos.get(&anew), Some(&kept(&jpeg("ours"))));
    assert_photos_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_photo_that_is_refused_waits_with_its_reason_and_what_else_was_changed_goes_out() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    book.picture(item, Some(&jpeg("theirs")));
    world.read(&mut book).await;
    book.pen.refuses_photos.insert("photo_removed");
    world.picture(contact, None).await;
    world.picture(&all[1].1, Some(&jpeg("other"))).await;
    world.edit(contact, |card| title(card, "Chief")).await;
    for _ in 0..3 {
        assert_eq!(world.read(&mut book).await, None);
    }
    assert_eq!(book.item(item).card.text(CardText::JobTitle), "Chief");
    assert_eq!(book.photos.get(&all[1].0), Some(&kept(&jpeg("other"))));
    assert!(book.photos.contains_key(item), "Outlook has it still");
    let standing = world.standing(contact).await;
    assert_eq!(standing.fault.map(|fault| fault.code).as_deref(), Some("ErrorInvalidRequest"));
    assert_eq!((standing.due_at, world.waiting().await, book.pen.done()), (None, 0, 2));
    let withheld = world.plan().await.withheld;
    assert_eq!((withheld.len(), withheld[0].said.as_str()), (1, "its photo: 405"));
    let asked = world.journal().await.len();
    world.read(&mut book).await;
    assert_eq!(world.journal().await.len(), asked, "it is not sent again by itself");
    book.pen.refuses_photos.clear();
    let retried = world.desk().retry_contacts(&Actor::command_line(), &world.account().await).await;
    assert_eq!(retried.unwrap(), 1);
    world.read(&mut book).await;
    assert_eq!((book.photos.get(item), world.photos_waiting().await), (None, 0));
    // One that Outlook does not take is set again as another.
    book.pen.refuses_photos.insert("photo_set");
    world.picture(contact, Some(&jpeg("refused"))).await;
    world.read(&mut book).await;
    book.pen.refuses_photos.clear();
    world.picture(contact, Some(&jpeg("taken"))).await;
    world.read(&mut book).await;
    assert_eq!(book.photos.get(item), Some(&kept(&jpeg("taken"))));
    assert_photos_settled(&world, &mut book).await;
}

#[tokio::test]
async fn a_photo_whose_item_cannot_be_seen_is_not_written_over_what_may_be_there() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    book.photos.insert(item.clone(), jpeg("theirs"));
    book.dark.insert(item.clone());
    world.picture(contact, Some(&jpeg("ours"))).await;
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    assert_eq!((book.photos.get(item), book.pen.done()), (Some(&jpeg("theirs")), 0));
    assert!(world.standing(contact).await.due_at.is_some(), "it is tried again");
    book.dark.clear();
    world.clock.advance(TimeDelta::days(1));
    world.read(&mut book).await;
    assert_eq!(book.pen.done(), 1);
}

#[tokio::test]
async fn photos_go_the_way_that_is_set_and_both_ways_again_later() {
    let (mut world, mut book, all) = three().await;
    world.direction = Direction::In;
    world.picture(&all[0].1, Some(&jpeg("here"))).await;
    book.picture(&all[1].0, Some(&jpeg("there")));
    world.read(&mut book).await;
    assert_eq!((book.photos.get(&all[0].0), book.pen.done()), (None, 0));
    assert_eq!(world.photo_of(&all[1].1).await, Some(jpeg("there")));
    world.direction = Direction::Out;
    book.picture(&all[2].0, Some(&jpeg("there")));
    book.picture(&all[0].0, Some(&jpeg("under it")));
    world.read(&mut book).await;
    assert_eq!(book.photos.get(&all[0].0), Some(&kept(&jpeg("here"))), "what is not read holds nowhere");
    assert_eq!(world.photo_of(&all[2].1).await, None);
    world.direction = Direction::Both;
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    assert_eq!(world.photo_of(&all[2].1).await, Some(jpeg("there")));
    assert_eq!(world.photo_of(&all[0].1).await, Some(jpeg("here")));
    assert_photos_settled(&world, &mut book).await;
}

#[tokio::test]
async fn of_a_mailbox_with_many_photos_all_go_out_and_time_that_is_up_loses_none() {
    let (mut world, mut book) = (World::new().await, Book::new());
    for n in 0..45 {
        book.add(CONTACTS, &format!("Person {n}"));
    }
    world.settings.brake.items = 100;
    world.read(&mut book).await;
    for item in book.ids() {
        let contact = world.of(&item).await;
        world.picture(&contact, Some(&jpeg(&item))).await;
    }
    world.takes = TimeDelta::seconds(8);
    for _ in 0..12 {
        world.read(&mut book).await;
    }
    world.takes = TimeDelta::zero();
    world.read(&mut book).await;
    assert_eq!((book.pen.done(), world.photos_waiting().await), (45, 0));
    for item in book.ids() {
        assert_eq!(book.photos.get(&item), Some(&kept(&jpeg(&item))));
    }
}
