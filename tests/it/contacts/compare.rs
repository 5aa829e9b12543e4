//! What changes do not tell, or tell in pages that are too big.

use super::book::{Book, CONTACTS, PAGE};
use super::pull::mailbox;
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::sync::Brake;
use std::ops::ControlFlow;

/// What changes keep to themselves: one contact more, one less, one changed and one moved.
fn silently(book: &mut Book) {
    let all = book.ids();
    book.is_silent = true;
    book.add(CONTACTS, "Not told");
    book.purge(&all[1]);
    book.rename(&all[2], "Renamed, not told");
    book.move_to("friends", &all[3]);
    book.is_silent = false;
}

async fn next_day(world: &World, book: &mut Book) -> Option<&'static str> {
    world.clock.advance(TimeDelta::hours(25));
    world.read(book).await
}

#[tokio::test]
async fn what_changes_keep_to_themselves_is_found_once_a_day() {
    let (world, mut book) = mailbox().await;
    silently(&mut book);
    world.clock.advance(TimeDelta::hours(22));
    assert_eq!(world.read(&mut book).await, None);
    assert_ne!(world.stored().await, book.truth(), "it is not time yet");
    let calls = book.calls;
    assert_eq!(next_day(&world, &mut book).await, None);
    assert_eq!((world.stored().await, world.gone().await), (book.truth(), 1));
    assert!(book.calls > calls + 2, "each folder was listed");
    assert_eq!(world.total().await, 15);
    let revisions = world.revisions().await;
    assert_eq!(next_day(&world, &mut book).await, None);
    assert_eq!(world.revisions().await, revisions, "a comparison with nothing to find changes nothing");
}

#[tokio::test]
async fn a_contact_that_came_back_unseen_is_the_contact_that_it_was() {
    let (world, mut book) = mailbox().await;
    let id = book.ids()[1].clone();
    book.delete(&id);
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!(world.gone().await, 1);
    book.is_silent = true;
    book.move_to(CONTACTS, &id);
    book.is_silent = false;
    assert_eq!(next_day(&world, &mut book).await, None);
    assert_eq!((world.stored().await, world.gone().await), (book.truth(), 0));
    let stored = crate::store::count(&world.store, "SELECT COUNT(*) FROM contact").await;
    assert_eq!(stored, 15, "it is no other one");
}

#[tokio::test]
async fn wherever_a_comparison_is_cut_the_next_turn_goes_on_with_it() {
    for cut_at in 0..12 {
        let (world, mut book) = mailbox().await;
        silently(&mut book);
        world.clock.advance(TimeDelta::hours(25));
        book.cut_at = Some(cut_at);
        let _ = world.turn(&mut book).await;
        book.cut_at = None;
        world.read(&mut book).await;
        assert_eq!(world.stored().await, book.truth(), "cut at {cut_at}");
    }
}

#[tokio::test]
async fn a_comparison_takes_as_many_turns_as_it_needs_and_its_place_is_kept() {
    let (mut world, mut book) = mailbox().await;
    silently(&mut book);
    world.clock.advance(TimeDelta::hours(25));
    // A page of changes of each folder, then a page of a list, and time is up.
    world.takes = TimeDelta::seconds(25);
    let mut turns = 0;
    while world.stored().await != book.truth() {
        turns += 1;
        assert!(turns < 12, "it gets nowhere");
        world.read(&mut book).await;
    }
    assert!(turns > 1, "all in one turn");
}

#[tokio::test]
async fn more_contacts_than_the_brake_allows_are_not_gone_because_a_list_lacks_them() {
    let (mut world, mut book) = mailbox().await;
    world.brake = Brake { items: 2, percent: 10 };
    book.is_silent = true;
    for id in book.ids().iter().take(5) {
        book.purge(id);
    }
    book.is_silent = false;
    assert_eq!(next_day(&world, &mut book).await, Some("too_many_contacts_gone"));
    assert_eq!(world.gone().await, 0);
    world.brake = Brake { items: 5, percent: 10 };
    assert_eq!(world.read(&mut book).await, None);
    assert_eq!(world.stored().await, book.truth());
}

#[tokio::test]
async fn a_list_that_comes_empty_is_not_believed() {
    let (mut world, mut book) = mailbox().await;
    world.brake = Brake { items: 2, percent: 10 };
    book.emptied = Some("friends".to_owned());
    world.clock.advance(TimeDelta::hours(25));
    for _ in 0..2 {
        assert_eq!(world.read(&mut book).await, None);
        assert_eq!((world.stored().await, world.gone().await), (book.truth(), 0));
        book.emptied = None;
    }
}

#[tokio::test]
async fn a_page_that_is_too_big_is_asked_for_in_smaller_ones() {
    let (world, mut book) = mailbox().await;
    let all = book.ids();
    book.heavy.insert(all[1].clone());
    for (n, id) in all.iter().enumerate().skip(2) {
        book.rename(id, &format!("Renamed {n}"));
    }
    book.rename(&all[1], "Heavy");
    let ControlFlow::Continue(read) = world.turn(&mut book).await.unwrap() else { panic!("it ends") };
    assert_eq!(read.incomplete.unwrap().meaning.code, "contacts_too_big");
    let missing: Vec<_> = book.truth().difference(&world.stored().await).cloned().collect();
    assert_eq!(missing.len(), 1, "what came before it is stored: {missing:?}");
    assert!(book.calls < 4 * PAGE, "{}", book.calls);
}

#[tokio::test]
async fn a_contact_with_which_no_page_comes_through_keeps_no_other_from_being_read() {
    for is_readable in [true, false] {
        let (world, mut book) = mailbox().await;
        let all = book.ids();
        book.heavy.insert(all[1].clone());
        for (n, id) in all.iter().enumerate() {
            book.rename(id, &format!("Renamed {n}"));
        }
        if !is_readable {
            book.corrupt.insert(all[1].clone());
        }
        world.has_failed().await;
        let warning = world.read(&mut book).await;
        let missing: Vec<_> = book.truth().difference(&world.stored().await).cloned().collect();
        assert_eq!(missing.len(), usize::from(!is_readable), "{missing:?}");
        assert_eq!(warning, (!is_readable).then_some("contacts_unread"));
        // The place is kept: what changes afterwards is told alone.
        book.heavy.clear();
        book.corrupt.clear();
        book.rename(&all[3], "Renamed afterwards");
        world.read(&mut book).await;
        assert_eq!((world.stored().await, world.gone().await), (book.truth(), 0));
    }
}
