//! Lists on two sides: what is common, what either added, without what either removed. Pure.
//!
//! What an entry is for is a value of its own, so that a home number that becomes a mobile one is one change. What both
//! sides put in a place that Outlook has once, such as a mobile number, is one value that each says differently.
//! Order says nothing, but for the entry that comes first where that is the main one. What is written goes in
//! Outlook's order, new entries last.

use super::edit::{Change, Edit};
use super::lines::{Entry, EntryLine, EntryLines, HeldEntries, OURS, THEIRS};
use crate::model::Side;
use crate::sync::contacts::fit::{Most, Room};
use std::collections::HashSet;

/// How a list is merged.
pub(super) struct Rules<F> {
    /// The form in which entries are compared.
    pub(super) form: F,
    /// How many have room in Outlook.
    pub(super) most: Most,
    /// Whether a server keeps entries in a form of its own, instead of adding some and leaving out others.
    pub(super) pairs: bool,
    /// Whether the first one is the main one.
    pub(super) has_main: bool,
}

/// What a list comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MergedList<T> {
    pub(super) ours: Vec<T>,
    pub(super) theirs: Vec<T>,
    /// Our entry and theirs, of which both sides say different things.
    pub(super) conflicts: Vec<(T, T)>,
}

/// An entry of a list that is made, by its line.
type Placed<T> = (usize, T);

/// Merges a list. Where both sides say different things of an entry, that of `holds` is taken; ours keeps its
/// own and theirs too where that is nobody.
pub(super) fn merge<T: Entry, F: Fn(&T) -> String>(
    ours: Edit<&[T]>,
    theirs: Edit<&[T]>,
    rules: &Rules<F>,
    holds: Option<Side>,
) -> MergedList<T> {
    let lines = EntryLines::of([ours, theirs], &rules.form, rules.pairs, rules.most);
    let mut conflicts = Vec::new();
    let after: Vec<_> = lines.all.iter().map(|line| settled(line, holds, &mut conflicts)).collect();
    let mut ours = our_list(&lines, &after, &rules.form);
    let mut theirs = their_list(&lines, &after, rules);
    if rules.has_main {
        conflicts.extend(main(&lines, &mut ours, &mut theirs, holds));
    }
    let entries = |list: Vec<Placed<T>>| list.into_iter().map(|(_, entry)| entry).collect();
    MergedList { ours: entries(ours), theirs: entries(theirs), conflicts }
}

/// What an entry comes to on both sides. Whether it is there at all cannot conflict: what one side says anew
/// of it outlives that the other removed it.
fn settled<T: Entry>(
    line: &EntryLine<'_, T>,
    holds: Option<Side>,
    conflicts: &mut Vec<(T, T)>,
) -> [Option<T>; 2] {
    let says = |side: usize| line.sides[side].map(|held| held.as_ref().map(HeldEntries::says));
    let (ours, theirs) = (line.now(OURS), line.now(THEIRS));
    let kept = || [ours.cloned(), theirs.cloned()];
    let by_ours = || [ours.cloned(), passed_on(line, OURS)];
    let by_theirs = || [passed_on(line, THEIRS), theirs.cloned()];
    match Change::of(&says(OURS), &says(THEIRS)) {
        Change::None => kept(),
        Change::Ours => by_ours(),
        Change::Theirs => by_theirs(),
        Change::Both => match (ours, theirs, holds) {
            (Some(_), None, _) => by_ours(),
            (None, _, _) => by_theirs(),
            (Some(our), Some(their), holds) => {
                conflicts.push((our.clone(), their.clone()));
                holds.map_or_else(kept, |side| if side == Side::Ours { by_ours() } else { by_theirs() })
            }
        },
    }
}

/// What the other side has of an entry after it took what this one says of it: in its own writing, if it has
/// it.
fn passed_on<T: Entry>(line: &EntryLine<'_, T>, from: usize) -> Option<T> {
    let [from, to] = [from, 1 - from].map(|side| line.sides[side].now.as_ref());
    let from = from?;
    let is_written = |to: &&HeldEntries<'_, T>| to.says().0 == from.says().0;
    Some(to.filter(is_written).map_or_else(|| from.entry.clone(), |to| to.entry.made(from.entry.kind())))
}

/// Our entries in our order, and then theirs that are new.
fn our_list<T: Entry, F: Fn(&T) -> String>(
    lines: &EntryLines<'_, T>,
    after: &[[Option<T>; 2]],
    form: &F,
) -> Vec<Placed<T>> {
    let placed = |line: &usize| Some((*line, after[*line][OURS].clone()?));
    let mut list: Vec<_> = lines.orders[OURS].now.iter().filter_map(placed).collect();
    let new: Vec<_> = lacking(lines, OURS, &list, form).iter().filter_map(placed).collect();
    list.extend(new);
    list
}

/// Their entries in their order, and then as many of ours as have room: those that had none before, and new
/// ones.
fn their_list<T: Entry, F: Fn(&T) -> String>(
    lines: &EntryLines<'_, T>,
    after: &[[Option<T>; 2]],
    rules: &Rules<F>,
) -> Vec<Placed<T>> {
    let mut room = Room::new(rules.most);
    let mut list = kept_there(lines, after, &mut room);
    let full = full_before(lines, rules.most);
    for line in lacking(lines, THEIRS, &list, &rules.form) {
        let waits = lines.all[line].now(OURS).filter(|_| is_left_out(&lines.all[line], &full));
        let new = after[line][THEIRS].as_ref().or(waits);
        list.extend(new.filter(|entry| room.take(entry.kind())).map(|entry| (line, entry.clone())));
    }
    list
}

/// The lines of the other side's entries that this one has not, in that side's order: neither had it, nor is what it
/// had of it still there.
fn lacking<T: Entry, F: Fn(&T) -> String>(
    lines: &EntryLines<'_, T>,
    side: usize,
    placed: &[Placed<T>],
    form: &F,
) -> Vec<usize> {
    let own: HashSet<_> = lines.orders[side].now.iter().collect();
    let has = |form_of: &str| placed.iter().any(|(_, entry)| form(entry) == form_of);
    let lacks = |line: &&usize| {
        let held = lines.all[**line].sides[side].now.as_ref();
        held.is_none_or(|held| !own.contains(line) && !has(held.says().0))
    };
    lines.orders[1 - side].now.iter().filter(lacks).copied().collect()
}

/// Those of their entries that stay. One that is for something else than before is that while there is room,
/// and else stays what it was.
fn kept_there<T: Entry>(
    lines: &EntryLines<'_, T>,
    after: &[[Option<T>; 2]],
    room: &mut Room,
) -> Vec<Placed<T>> {
    let kept = lines.orders[THEIRS].now.iter().filter_map(|line| {
        let was = lines.all[*line].now(THEIRS)?.kind();
        Some((*line, after[*line][THEIRS].as_ref()?, was))
    });
    for (_, _, was) in kept.clone().filter(|(_, entry, was)| entry.kind() == *was) {
        room.occupy(was);
    }
    let placed = kept.filter_map(|(line, entry, was)| {
        let mut fits = [entry.kind(), was].into_iter().filter(|kind| entry.kind() == was || room.take(*kind));
        Some((line, entry.made(fits.next()?)))
    });
    placed.collect()
}

/// The room that Outlook's list had when both sides last agreed.
fn full_before<T: Entry>(lines: &EntryLines<'_, T>, most: Most) -> Room {
    let mut room = Room::new(most);
    for line in &lines.orders[THEIRS].base {
        room.occupy(lines.all[*line].base(THEIRS).and_then(Entry::kind));
    }
    room
}

/// Whether an entry had no room. What Outlook lacked though there was some, it does not take: it is not
/// offered again.
fn is_left_out<T: Entry>(line: &EntryLine<'_, T>, full: &Room) -> bool {
    let had = line.base(OURS).filter(|_| line.base(THEIRS).is_none());
    had.is_some_and(|entry| full.is_full(entry.kind()))
}

/// Brings the main entry to the front where a side chose another one. Answers our choice and theirs where
/// they differ.
fn main<T: Entry>(
    lines: &EntryLines<'_, T>,
    ours: &mut Vec<Placed<T>>,
    theirs: &mut Vec<Placed<T>>,
    holds: Option<Side>,
) -> Option<(T, T)> {
    let choices = [(OURS, &*ours), (THEIRS, &*theirs)].map(|(side, list)| {
        let line = chosen(&lines.orders[side])?;
        list.iter().find(|(placed, _)| *placed == line).cloned()
    });
    match choices {
        [Some((our, _)), None] => to_front(theirs, our),
        [None, Some((their, _))] => to_front(ours, their),
        [Some((our, our_entry)), Some((their, their_entry))] if our != their => {
            match holds {
                Some(Side::Ours) => to_front(theirs, our),
                Some(Side::Theirs) => to_front(ours, their),
                None => {}
            }
            return Some((our_entry, their_entry));
        }
        [Some(_), Some(_)] | [None, None] => {}
    }
    None
}

/// The entry that was put first; `None` where the one that comes first is what was left there by removing
/// others.
fn chosen(order: &Edit<Vec<usize>>) -> Option<usize> {
    let first = order.now.first().copied()?;
    let now: HashSet<_> = order.now.iter().collect();
    let left = order.base.iter().find(|line| now.contains(line)).copied();
    (left != Some(first)).then_some(first)
}

fn to_front<T>(list: &mut [Placed<T>], line: usize) {
    if let Some(at) = list.iter().position(|(placed, _)| *placed == line) {
        list[..=at].rotate_right(1);
    }
}
