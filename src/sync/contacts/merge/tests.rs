use super::*;
use crate::model::{CardEmail, CardPlace};
use crate::sync::contacts::PhoneRegion;
use crate::sync::contacts::bases::agree_but;
use chrono::NaiveDate;
use std::convert::identity;

mod laws;
mod lists;
mod values;

fn canon() -> Canon {
    Canon { region: PhoneRegion::parse("DE") }
}

fn email(address: &str) -> CardEmail {
    CardEmail { address: address.to_owned(), name: String::new() }
}

fn emails(addresses: &[&str]) -> Vec<CardEmail> {
    addresses.iter().map(|address| email(address)).collect()
}

fn phone(kind: PhoneKind, number: &str) -> CardPhone {
    CardPhone { kind, number: number.to_owned() }
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn words(patch: &CardPatch) -> Vec<&'static str> {
    patch.members.iter().map(|member| member.as_str()).collect()
}

/// A card with a name and whatever else.
fn card(write: impl FnOnce(&mut Card)) -> Card {
    let mut card = Card::default();
    card.set_text(CardText::DisplayName, "Anna Fort".to_owned());
    write(&mut card);
    card
}

/// A contact on both sides, and what they had when they last agreed.
#[derive(Debug, Clone)]
struct Linked {
    ours: Card,
    theirs: Card,
    bases: (Card, Card),
}

impl Linked {
    /// Of which both sides have the same.
    fn alike(card: &Card) -> Self {
        Self::of(card, card)
    }

    /// Of which a server keeps a form of its own.
    fn of(ours: &Card, theirs: &Card) -> Self {
        Self { ours: ours.clone(), theirs: theirs.clone(), bases: (ours.clone(), theirs.clone()) }
    }

    fn merged(&self, holds: Option<Side>) -> Merged {
        let ours = Edit { base: &self.bases.0, now: &self.ours };
        let theirs = Edit { base: &self.bases.1, now: &self.theirs };
        merge(ours, theirs, holds, canon())
    }

    /// Merges, and writes to a server that makes `rewritten` of what it is given.
    fn cycle(&mut self, holds: Option<Side>, rewritten: impl FnOnce(Card) -> Card) -> Merged {
        let merged = self.merged(holds);
        if !merged.theirs.is_empty() {
            self.theirs = rewritten(merged.theirs.apply(&self.theirs));
        }
        self.ours.clone_from(&merged.ours);
        self.bases = agree_but(self.bases.clone(), (&merged.ours, &self.theirs), &merged.open);
        merged
    }

    /// Merges by Outlook's values, with a server that keeps what it is given.
    fn settle(&mut self) -> Merged {
        self.cycle(Some(Side::Theirs), identity)
    }

    #[track_caller]
    fn assert_still(&mut self) {
        let before = self.clone();
        for _ in 0..10 {
            let merged = self.settle();
            assert!(merged.theirs.is_empty() && merged.conflicts.is_empty(), "{merged:#?}");
        }
        assert_eq!((&self.ours, &self.theirs), (&before.ours, &before.theirs));
    }
}
