//! Random histories of edits on both sides: they converge in two turns, nothing is doubled, no edit is lost,
//! and what follows writes nothing.

use super::book::{Book, CONTACTS};
use super::pen::Cut;
use super::push::title;
use super::world::World;
use crate::sync::histories::{histories, runtime};
use chrono::TimeDelta;
use outlook_syncd::model::{Card, CardEmail, CardText, ContactId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What happens next. A number picks one of the contacts that there are.
#[derive(Debug, Clone)]
enum Event {
    AddHere,
    EditHere(usize),
    RemoveHere(usize),
    AddThere,
    EditThere(usize),
    MoveThere(usize),
    /// To Deleted Items, or for good.
    DeleteThere(usize, bool),
    LoseCursors,
    /// A change is told once more.
    Replay(usize),
    /// So many writes are refused as of another version.
    Conflict(usize),
    /// A write is cut, and so many searches by our id find nothing.
    CutWrite(usize, Cut, usize),
    /// Versions are heeded or not; answers say how an item stands or not.
    Habits(bool, bool),
    Turn,
    /// The process is killed after it was woken so often.
    Kill(usize),
    /// The lease is lost before the call of this number.
    LoseLease(usize),
}

fn any_event() -> impl Strategy<Value = Event> {
    let cut = prop_oneof![Just(Cut::Before), Just(Cut::After)];
    prop_oneof![
        4 => Just(Event::AddHere),
        6 => any::<usize>().prop_map(Event::EditHere),
        2 => any::<usize>().prop_map(Event::RemoveHere),
        3 => Just(Event::AddThere),
        5 => any::<usize>().prop_map(Event::EditThere),
        2 => any::<usize>().prop_map(Event::MoveThere),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(at, purges)| Event::DeleteThere(at, purges)),
        1 => Just(Event::LoseCursors),
        1 => any::<usize>().prop_map(Event::Replay),
        1 => (1..4_usize).prop_map(Event::Conflict),
        2 => (0..4_usize, cut, 0..4_usize).prop_map(|(at, cut, late)| Event::CutWrite(at, cut, late)),
        1 => any::<(bool, bool)>().prop_map(|(ignores, silent)| Event::Habits(ignores, silent)),
        6 => Just(Event::Turn),
        4 => (1..200_usize).prop_map(Event::Kill),
        1 => (0..9_usize).prop_map(Event::LoseLease),
    ]
}

/// What is to come of the contacts, by their names: what was last written of each here and there; nothing of
/// those that somebody deleted.
#[derive(Default)]
struct Truth {
    count: usize,
    titles: BTreeMap<String, String>,
    companies: BTreeMap<String, String>,
    deleted: BTreeSet<String>,
}

impl Truth {
    fn next(&mut self) -> usize {
        self.count += 1;
        self.count
    }
}

fn name(card: &Card) -> String {
    card.text(CardText::DisplayName).to_owned()
}

fn pick<T: Clone>(of: &[T], at: usize) -> Option<T> {
    (!of.is_empty()).then(|| of[at % of.len()].clone())
}

async fn here(world: &World, at: usize) -> Option<(ContactId, String)> {
    let all: Vec<_> = world.contacts().await.iter().map(|of| (of.id.clone(), name(&of.card))).collect();
    pick(&all, at)
}

async fn happen(event: &Event, world: &World, book: &mut Book, truth: &mut Truth) {
    world.clock.advance(TimeDelta::seconds(1));
    let n = truth.next();
    match event {
        Event::AddHere => {
            world
                .add(|card| {
                    card.set_text(CardText::DisplayName, format!("here {n}"));
                    card.emails.push(CardEmail { address: format!("p{n}@x.example"), name: String::new() });
                })
                .await;
        }
        Event::EditHere(at) => {
            if let Some((id, name)) = here(world, *at).await {
                world.edit(&id, |card| title(card, &format!("title {n}"))).await;
                truth.titles.insert(name, format!("title {n}"));
            }
        }
        Event::RemoveHere(at) => {
            if let Some((id, name)) = here(world, *at).await {
                world.remove(&id).await;
                truth.deleted.insert(name);
            }
        }
        Event::AddThere => drop(book.add(CONTACTS, &format!("there {n}"))),
        Event::EditThere(at) => edit_there(*at, n, book, truth),
        Event::MoveThere(at) => {
            if let Some(id) = pick(&book.ids(), *at) {
                let is_there = book.items[&id].0 == "friends";
                book.move_to(if is_there { CONTACTS } else { "friends" }, &id);
            }
        }
        Event::DeleteThere(at, purges) => delete_there(*at, *purges, book, truth),
        Event::LoseCursors => book.forget_links(),
        Event::Replay(at) => {
            if let Some(id) = pick(&book.ids(), *at) {
                book.replay(&id);
            }
        }
        Event::Conflict(times) => book.pen.conflicts = *times,
        Event::CutWrite(at, cut, late) => book.pen.cut_next(*at, *cut, *late),
        Event::Habits(ignores, silent) => {
            (book.pen.ignores_versions, book.pen.is_silent) = (*ignores, *silent);
        }
        Event::Turn => drop(world.turn(book).await),
        Event::Kill(after) => world.killed(book, *after).await,
        Event::LoseLease(at) => {
            book.cut_at = Some(*at);
            let _ = world.turn(book).await;
            book.cut_at = None;
        }
    }
}

fn edit_there(at: usize, n: usize, book: &mut Book, truth: &mut Truth) {
    if let Some(id) = pick(&book.ids(), at) {
        let company = format!("company {n}");
        book.edit(&id, |card| {
            truth.companies.insert(name(card), company.clone());
            card.set_text(CardText::CompanyName, company);
        });
    }
}

fn delete_there(at: usize, purges: bool, book: &mut Book, truth: &mut Truth) {
    if let Some(id) = pick(&book.ids(), at) {
        truth.deleted.insert(name(&book.items[&id].1.card));
        if purges {
            book.purge(&id);
        } else {
            book.delete(&id);
        }
    }
}

impl World {
    /// A turn after which nothing is left to be told but what cannot be told sooner.
    async fn goes_well(&self, book: &mut Book) {
        assert!(self.turn(book).await.unwrap().is_continue());
    }
}

/// A contact as both sides can have it alike.
fn alike(card: &Card) -> Vec<String> {
    let texts = [CardText::DisplayName, CardText::JobTitle, CardText::CompanyName];
    let emails = card.emails.iter().map(|email| email.address.clone());
    texts.iter().map(|text| card.text(*text).to_owned()).chain(emails).collect()
}

fn sorted(cards: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut all: Vec<_> = cards.collect();
    all.sort();
    all
}

async fn assert_in_step(world: &World, book: &Book, truth: &Truth) {
    let cards: Vec<_> = world.contacts().await.into_iter().map(|contact| contact.card).collect();
    let there = book.ids().into_iter().map(|id| alike(&book.items[&id].1.card));
    assert_eq!(sorted(cards.iter().map(alike)), sorted(there));
    let names: BTreeSet<_> = cards.iter().map(name).collect();
    assert_eq!(names.len(), cards.len(), "none is there twice: {cards:?}");
    let kept = |of: &&String| !truth.deleted.contains(*of);
    for card in cards.iter().filter(|card| kept(&&name(card))) {
        let (title, company) = (card.text(CardText::JobTitle), card.text(CardText::CompanyName));
        assert_eq!(truth.titles.get(&name(card)).map_or("", String::as_str), title, "an edit here");
        assert_eq!(truth.companies.get(&name(card)).map_or("", String::as_str), company, "an edit there");
    }
    for name in truth.titles.keys().chain(truth.companies.keys()).filter(kept) {
        assert!(names.contains(name), "{name} is lost");
    }
}

#[test]
fn whatever_happens_on_both_sides_and_on_the_way_they_are_in_step_after_two_turns() {
    let runtime = runtime();
    proptest!(histories(), |(history in prop::collection::vec(any_event(), 1..25))| {
        runtime.block_on(async {
            let (world, mut book, mut truth) = (World::new().await, Book::new(), Truth::default());
            book.make_folder("friends", "Friends");
            for event in &history {
                happen(event, &world, &mut book, &mut truth).await;
            }
            book.pen.heal();
            for _ in 0..2 {
                // What nobody has answered, or what has failed, waits for longer than a turn.
                world.clock.advance(TimeDelta::days(1));
                world.goes_well(&mut book).await;
            }
            assert_in_step(&world, &book, &truth).await;
            // What the server made of what it was given comes in.
            world.goes_well(&mut book).await;
            let (revisions, done) = (world.revisions().await, book.pen.done());
            world.goes_well(&mut book).await;
            assert_eq!((world.revisions().await, book.pen.done()), (revisions, done), "nothing is written");
            assert_eq!(world.waiting().await, 0);
        });
    });
}
