//! Folders of contacts that are renamed, deleted and made again.

use super::book::{Book, CONTACTS};
use super::pull::mailbox;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::model::{CardEmail, CardPhone, CardText, PhoneKind};

/// The names of the folders as the database has them.
async fn names(world: &World) -> Vec<String> {
    let folders = world.store.contact_folders(&world.account().await).await.unwrap();
    let here = folders.into_iter().filter(|folder| folder.vanished_at.is_none());
    here.filter_map(|folder| folder.name).collect()
}

/// Folders are listed once an hour.
async fn an_hour_later(world: &World, book: &mut Book) {
    world.clock.advance(TimeDelta::hours(1));
    assert_eq!(world.read(book).await, None);
}

#[tokio::test]
async fn a_renamed_folder_is_the_same_folder_and_its_contacts_are_untouched() {
    let (world, mut book) = mailbox().await;
    let (ids, revisions) = (world.ids().await, world.revisions().await);
    book.make_folder("friends", "Old friends");
    for _ in 0..2 {
        an_hour_later(&world, &mut book).await;
    }
    assert_eq!(names(&world).await, ["Contacts", "Old friends"]);
    assert_eq!((world.ids().await, world.revisions().await), (ids, revisions));
    assert_eq!((world.stored().await, world.gone().await, book.pen.done()), (book.truth(), 0, 0));
}

/// A person with an address of their own; the item's id.
fn person(book: &mut Book, folder: &str, n: usize) -> String {
    let id = book.add(folder, &format!("Person {n}"));
    book.edit(&id, |card| {
        card.emails.push(CardEmail { address: format!("p{n}@x.example"), name: String::new() });
    });
    id
}

#[tokio::test]
async fn people_of_a_folder_that_was_deleted_and_made_again_are_the_contacts_that_they_were() {
    let (world, mut book) = (World::new().await, Book::new());
    book.make_folder("friends", "Friends");
    for n in 0..3 {
        let id = person(&mut book, "friends", n);
        book.edit(&id, |card| {
            card.phones.push(CardPhone { kind: PhoneKind::Home, number: "030 1".to_owned() });
        });
    }
    person(&mut book, CONTACTS, 7);
    world.read(&mut book).await;
    let before = world.ids().await;
    let edited = world.of(&book.ids()[0]).await;
    world.edit(&edited, |card| card.set_text(CardText::JobTitle, "Chief".to_owned())).await;

    book.remove_folder("friends");
    book.make_folder("friends again", "Friends");
    let anew: Vec<_> = (0..3).map(|n| person(&mut book, "friends again", n)).collect();
    person(&mut book, "friends again", 8);
    for _ in 0..2 {
        an_hour_later(&world, &mut book).await;
    }
    let after = world.ids().await;
    assert_eq!((after.len(), before.iter().filter(|id| after.contains(id)).count()), (5, 4));
    assert_eq!(world.of(&anew[0]).await, edited);
    assert_eq!(names(&world).await, ["Contacts", "Friends"]);
    let folders = world.store.contact_folders(&world.account().await).await.unwrap();
    assert_eq!(folders.len(), 3, "it is another folder");
    let lie = world.stored().await.into_iter().map(|(folder, _)| folder);
    let expected = [CONTACTS, "friends again", "friends again", "friends again", "friends again"];
    assert_eq!(lie.collect::<Vec<_>>(), expected);
    let title = book.items[&anew[0]].1.card.text(CardText::JobTitle);
    assert_eq!((title, book.pen.done()), ("Chief", 1), "what was changed here goes out, and nothing else");
    assert!(
        book.truth().iter().all(|(_, card)| !card.contains("030 1")),
        "what the new ones lack stays away"
    );
}
