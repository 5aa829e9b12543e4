//! Random histories of edits on both sides: they converge in two turns, nothing is doubled, no edit is lost,
//! and what follows writes nothing.

mod event;

use self::event::{Deed, Event, any_event};
use super::book::{Book, CONTACTS};
use super::pen::picture;
use super::photo_out::jpeg;
use super::push::title;
use super::world::World;
use crate::sync::histories::{histories, runtime};
use chrono::TimeDelta;
use outlook_syncd::model::{Card, CardEmail, CardText, ContactId, Side};
use outlook_syncd::store::PhotoSet;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is to come of the contacts, by their names: what was last written of each here and there; nothing of
/// those that somebody deleted.
#[derive(Default)]
struct Truth {
    count: usize,
    titles: BTreeMap<String, String>,
    companies: BTreeMap<String, String>,
    deleted: BTreeSet<String>,
    /// The photos that were last set, by the side that did; none of those that were taken away.
    photos: BTreeMap<String, (Side, Option<Vec<u8>>)>,
    /// Whose photos both sides changed at some time: the policy says which it is.
    disputed: BTreeSet<String>,
}

impl Truth {
    fn next(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    fn picture(&mut self, name: String, side: Side, photo: Option<Vec<u8>>) {
        let before = self.photos.insert(name.clone(), (side, photo));
        if before.is_some_and(|(before, _)| before != side) {
            self.disputed.insert(name);
        }
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

async fn act(deed: Deed, world: &World, truth: &mut Truth) {
    let n = truth.next();
    match deed {
        Deed::Add => {
            world
                .add(|card| {
                    card.set_text(CardText::DisplayName, format!("here {n}"));
                    card.emails.push(CardEmail { address: format!("p{n}@x.example"), name: String::new() });
                })
                .await;
        }
        Deed::Edit(at) => {
            if let Some((id, name)) = here(world, at).await {
                world.edit(&id, |card| title(card, &format!("title {n}"))).await;
                truth.titles.insert(name, format!("title {n}"));
            }
        }
        Deed::Remove(at) => {
            if let Some((id, name)) = here(world, at).await {
                world.remove(&id).await;
                truth.deleted.insert(name);
            }
        }
        Deed::Picture(at, sets) => {
            if let Some((id, name)) = here(world, at).await {
                let photo = sets.then(|| jpeg(&format!("here {n}")));
                if world.picture(&id, photo.as_deref()).await == PhotoSet::Done {
                    truth.picture(name, Side::Ours, photo);
                }
            }
        }
    }
}

/// The folder beside the default one.
fn beside(book: &Book) -> String {
    book.folders.keys().find(|id| *id != CONTACTS).unwrap().clone()
}

async fn happen(event: &Event, world: &World, book: &mut Book, truth: &mut Truth) {
    world.clock.advance(TimeDelta::seconds(1));
    let n = truth.next();
    match event {
        Event::Here(deed) => act(*deed, world, truth).await,
        Event::AddThere => drop(book.add(CONTACTS, &format!("there {n}"))),
        Event::EditThere(at) => edit_there(*at, n, book, truth),
        Event::PictureThere(at, sets) => {
            if let Some(id) = pick(&book.ids(), *at).filter(|id| *sets || book.photos.contains_key(id)) {
                let photo = sets.then(|| jpeg(&format!("there {n}")));
                book.picture(&id, photo.as_deref());
                truth.picture(name(&book.items[&id].1.card), Side::Theirs, photo);
            }
        }
        Event::MoveThere(at) => {
            if let Some(id) = pick(&book.ids(), *at) {
                book.move_to(&other(book, &id), &id);
            }
        }
        Event::ThereAndBack(at, is_hidden) => {
            if let Some(id) = pick(&book.ids(), *at) {
                let (from, to) = (book.items[&id].0.clone(), other(book, &id));
                book.move_to(&to, &id);
                book.move_to(&from, &id);
                if *is_hidden {
                    book.slandered.insert(id);
                }
            }
        }
        Event::RenameFolder => book.make_folder(&beside(book), &format!("Friends {n}")),
        Event::RemakeFolder => {
            let id = beside(book);
            let inside = book.items.values().filter(|(folder, _)| *folder == id);
            truth.deleted.extend(inside.map(|(_, sight)| name(&sight.card)));
            let called = book.folders[&id].clone();
            book.remove_folder(&id);
            book.make_folder(&format!("friends {n}"), &called);
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
        Event::TurnBeside(after, deed) => {
            let _ = world.turn_beside(book, *after, act(*deed, world, truth)).await;
        }
        Event::TurnBesideEditThere(call, at) => edit_meanwhile(*call, *at, world, book, truth).await,
        Event::TakeOver(after) => {
            // Nothing else keeps the first process from writing what it has planned.
            book.pen.ignores_versions = false;
            let _ = world.turn_taken_over(book, *after).await;
        }
        Event::Kill(after) => drop(world.killed(book, *after).await),
        Event::LoseLease(at) => {
            book.cut_at = Some(*at);
            let _ = world.turn(book).await;
            book.cut_at = None;
        }
    }
}

/// The folder in which a contact does not lie.
fn other(book: &Book, id: &str) -> String {
    if book.items[id].0 == CONTACTS { beside(book) } else { CONTACTS.to_owned() }
}

/// A turn in which somebody changes a contact there; when it had no such call, that is done afterwards.
async fn edit_meanwhile(call: usize, at: usize, world: &World, book: &mut Book, truth: &mut Truth) {
    let Some(id) = pick(&book.ids(), at) else { return };
    let company = format!("company {}", truth.next());
    truth.companies.insert(name(&book.items[&id].1.card), company.clone());
    let edit = move |book: &mut Book| book.edit(&id, |card| card.set_text(CardText::CompanyName, company));
    book.meanwhile = Some((call, Box::new(edit)));
    let _ = world.turn(book).await;
    if let Some((_, edit)) = book.meanwhile.take() {
        edit(book);
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
    let folders = world.store.contact_folders(&world.account().await).await.unwrap();
    let folders = folders.into_iter().filter(|folder| folder.vanished_at.is_none());
    let folders: BTreeMap<_, _> = folders.map(|folder| (folder.remote_id, folder.name.unwrap())).collect();
    assert_eq!(folders, book.folders);
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

/// Whatever was done to photos, both sides show the same pictures; where one side alone did it, what it did last.
async fn assert_same_photos(world: &World, book: &Book, truth: &Truth) {
    for contact in world.contacts().await {
        let name = name(&contact.card);
        let item = world.store.contact_link(&contact.id).await.unwrap().unwrap().remote_id;
        let (here, there) = (world.photo_of(&contact.id).await, book.photos.get(&item));
        let (here, there) = (here.as_deref().map(picture), there.map(|photo| picture(photo)));
        assert_eq!(here, there, "the photo of {name}");
        if let Some((_, last)) = truth.photos.get(&name)
            && !truth.disputed.contains(&name)
            && !truth.deleted.contains(&name)
        {
            assert_eq!(here, last.as_deref(), "the photo of {name} as it was last set");
        }
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
            assert_same_photos(&world, &book, &truth).await;
            // What the server made of what it was given comes in.
            world.goes_well(&mut book).await;
            let written = async |book: &Book| {
                (world.revisions().await, world.photo_changes().await, book.pen.done())
            };
            let before = written(&book).await;
            world.goes_well(&mut book).await;
            assert_eq!(written(&book).await, before, "nothing is written");
            assert_eq!((world.waiting().await, world.photos_waiting().await), (0, 0));
            for _ in 0..2 {
                book.forget_links();
                world.goes_well(&mut book).await;
            }
            assert_eq!(written(&book).await, before, "whole readings add nothing");
            assert_same_photos(&world, &book, &truth).await;
        });
    });
}
