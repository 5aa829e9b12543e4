//! What happens in a history.

use crate::contacts::pen::Cut;
use proptest::prelude::*;

/// What somebody does here. A number picks one of the contacts that there are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    Add,
    Edit(usize),
    Remove(usize),
    /// Its photo is set, or taken away.
    Picture(usize, bool),
}

/// What happens next. A number picks one of the contacts that there are.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Here(Deed),
    AddThere,
    EditThere(usize),
    /// A photo is set there, or taken away.
    PictureThere(usize, bool),
    MoveThere(usize),
    /// To the other folder and back, which a fault of Graph may show as a removal.
    ThereAndBack(usize, bool),
    /// To Deleted Items, or for good.
    DeleteThere(usize, bool),
    RenameFolder,
    /// The folder beside the default one is deleted, and another one is made under its name.
    RemakeFolder,
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
    /// A turn in which, after it was woken so often, something is done here.
    TurnBeside(usize, Deed),
    /// A turn in which a contact is changed there before the call of this number.
    TurnBesideEditThere(usize, usize),
    /// After it was woken so often, another process takes the account over, and both go on.
    TakeOver(usize),
    /// The process is killed after it was woken so often.
    Kill(usize),
    /// The lease is lost before the call of this number.
    LoseLease(usize),
}

fn any_deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => Just(Deed::Add),
        3 => any::<usize>().prop_map(Deed::Edit),
        1 => any::<usize>().prop_map(Deed::Remove),
        2 => (any::<usize>(), prop::bool::weighted(0.7)).prop_map(|(at, sets)| Deed::Picture(at, sets)),
    ]
}

pub(super) fn any_event() -> impl Strategy<Value = Event> {
    let cut = prop_oneof![Just(Cut::Before), Just(Cut::After)];
    prop_oneof![
        12 => any_deed().prop_map(Event::Here),
        3 => Just(Event::AddThere),
        5 => any::<usize>().prop_map(Event::EditThere),
        2 => (any::<usize>(), prop::bool::weighted(0.7)).prop_map(|(at, sets)| Event::PictureThere(at, sets)),
        2 => any::<usize>().prop_map(Event::MoveThere),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(at, is_hidden)| Event::ThereAndBack(at, is_hidden)),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(at, purges)| Event::DeleteThere(at, purges)),
        1 => Just(Event::RenameFolder),
        1 => Just(Event::RemakeFolder),
        1 => Just(Event::LoseCursors),
        1 => any::<usize>().prop_map(Event::Replay),
        1 => (1..4_usize).prop_map(Event::Conflict),
        2 => (0..4_usize, cut, 0..4_usize).prop_map(|(at, cut, late)| Event::CutWrite(at, cut, late)),
        1 => any::<(bool, bool)>().prop_map(|(ignores, silent)| Event::Habits(ignores, silent)),
        6 => Just(Event::Turn),
        4 => (1..300_usize, any_deed()).prop_map(|(after, deed)| Event::TurnBeside(after, deed)),
        2 => (0..9_usize, any::<usize>()).prop_map(|(call, at)| Event::TurnBesideEditThere(call, at)),
        2 => (1..300_usize).prop_map(Event::TakeOver),
        4 => (1..300_usize).prop_map(Event::Kill),
        1 => (0..9_usize).prop_map(Event::LoseLease),
    ]
}
