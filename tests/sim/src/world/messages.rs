//! The messages of a mailbox, and where each stands in the lists.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use super::Message;

/// Messages in no order. Where they stand is worked out once after every edit: a list of hundreds of thousands
/// is read page by page.
#[derive(Default)]
pub(crate) struct Messages {
    all: Vec<Message>,
    places: OnceLock<Places>,
}

/// Places in the vector, of the newest first.
#[derive(Default)]
struct Places {
    newest_first: Vec<usize>,
    by_id: HashMap<String, usize>,
    by_key: HashMap<u64, usize>,
    /// Without those that no list has.
    by_folder: HashMap<usize, Vec<usize>>,
    by_conversation: HashMap<String, Vec<usize>>,
}

impl Places {
    fn of(all: &[Message]) -> Self {
        let mut places = Self { newest_first: (0..all.len()).collect(), ..Self::default() };
        places.newest_first.sort_by_key(|at| Reverse((all[*at].received, all[*at].key)));
        for at in places.newest_first.iter().copied() {
            let message = &all[at];
            places.by_id.extend([(message.id.clone(), at), (message.immutable.clone(), at)]);
            places.by_key.insert(message.key, at);
            places.by_conversation.entry(message.conversation.clone()).or_default().push(at);
            if !message.withheld {
                places.by_folder.entry(message.folder).or_default().push(at);
            }
        }
        places
    }
}

impl Messages {
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Message> {
        self.at(Some(&self.places().newest_first))
    }

    /// Those of a folder that lists have.
    pub(super) fn listed_in(&self, folder: usize) -> impl Iterator<Item = &Message> {
        self.at(self.places().by_folder.get(&folder))
    }

    pub(super) fn of_conversation(&self, id: &str) -> impl Iterator<Item = &Message> {
        self.at(self.places().by_conversation.get(id))
    }

    /// The one with this item id, of either family.
    pub(super) fn with_id(&self, id: &str) -> Option<&Message> {
        self.places().by_id.get(id).map(|at| &self.all[*at])
    }

    pub(super) fn with_key(&self, key: u64) -> Option<&Message> {
        self.places().by_key.get(&key).map(|at| &self.all[*at])
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::of(&self.all))
    }

    fn at<'a>(&'a self, places: Option<&'a Vec<usize>>) -> impl Iterator<Item = &'a Message> {
        places.into_iter().flatten().map(|at| &self.all[*at])
    }
}

impl Deref for Messages {
    type Target = Vec<Message>;

    fn deref(&self) -> &Vec<Message> {
        &self.all
    }
}

impl DerefMut for Messages {
    fn deref_mut(&mut self) -> &mut Vec<Message> {
        self.places.take();
        &mut self.all
    }
}
