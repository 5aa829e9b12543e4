//! What became of the items that were asked for.

use crate::model::{Depth, ItemError, ItemFault, ItemKey, Looked, Sight};
use std::collections::{HashMap, HashSet};

#[derive(Default)]
pub(super) struct Items {
    /// As they are.
    pub(super) found: HashMap<ItemKey, Sight>,
    /// Those that could not be read, or not whole; what else came of them is found.
    pub(super) lost: HashMap<ItemKey, ItemFault>,
    /// Those that there are no more.
    pub(super) gone: HashSet<ItemKey>,
}

impl Items {
    pub(super) fn of(looked: Vec<Looked>) -> Self {
        let mut items = Self::default();
        for (key, looked) in looked {
            match looked {
                Ok(sight) if sight.body.is_none() => {
                    let sight = items.without_body(&key, sight, ("NoBody", "an item without its body"));
                    items.found.insert(key, sight);
                }
                Ok(sight) => drop(items.found.insert(key, sight)),
                Err(ItemError::Gone) => drop(items.gone.insert(key)),
                Err(ItemError::Fault(fault)) => drop(items.lost.insert(key, fault)),
            }
        }
        items
    }

    /// Whether it was asked for, and is not to be had.
    pub(super) fn lacks(&self, key: &ItemKey) -> bool {
        self.lost.contains_key(key) || self.gone.contains(key)
    }

    /// An item as it came, but for a body that is blank and is known not to be.
    pub(super) fn without_blank_body(&mut self, key: &ItemKey, sight: Sight) -> Sight {
        if sight.body.as_ref().is_some_and(|body| is_blank(&body.content)) {
            self.without_body(key, sight, ("EmptyBody", "a body that is empty, and is known not to be"))
        } else {
            sight
        }
    }

    /// It was named a moment ago, and is said not to be there.
    pub(super) fn doubt(&mut self, key: &ItemKey) {
        let (code, text) =
            (ItemFault::NOT_THERE.to_owned(), "an item that is listed and is not there".to_owned());
        self.lost.insert(key.clone(), ItemFault { code, text });
    }

    /// What else came of an item is stored; its body is asked for again.
    fn without_body(&mut self, key: &ItemKey, sight: Sight, (code, text): (&str, &str)) -> Sight {
        self.lost.insert(key.clone(), ItemFault { code: code.to_owned(), text: text.to_owned() });
        Sight { depth: Depth::Listed, body: None, ..sight }
    }
}

pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}
