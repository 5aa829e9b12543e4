//! Pages of changes, as the scripted mailbox tells them.

use super::book::{Book, PAGE};
use outlook_syncd::model::{ContactChanges, ContactLook, ContactPage, ContactSight, PageEnd, PageSize};

impl Book {
    /// What happened in a folder since a link, or all that is in it.
    pub(super) fn told(&self, folder: &str, from: Option<&str>, size: PageSize) -> ContactChanges {
        let words: Vec<_> = from.unwrap_or("full").split(' ').collect();
        let place = |text: &&&str| text.parse::<usize>().ok();
        let items = match size {
            PageSize::Full | PageSize::Ids => PAGE,
            PageSize::Small => 3,
            PageSize::Least => 1,
        };
        let page = match (words[0], words.get(1).as_ref().and_then(place), words.get(2)) {
            (_, Some(began), _) if began < self.forgotten => return ContactChanges::Lost,
            ("since", Some(from), _) => self.since(folder, from, items),
            ("full", Some(began), Some(last)) => self.full(folder, last, began, items),
            _ => self.full(folder, "", self.journal.len(), items),
        };
        let is_heavy = page.looks.iter().any(|look| self.heavy.contains(id_of(look)));
        match size {
            PageSize::Ids => ContactChanges::Page(ids_alone(page)),
            PageSize::Full | PageSize::Small | PageSize::Least if is_heavy => ContactChanges::TooBig,
            PageSize::Full | PageSize::Small | PageSize::Least => ContactChanges::Page(page),
        }
    }

    fn look(&self, folder: &str, id: &str) -> ContactLook {
        match self.items.get(id) {
            Some(_) if self.sluggish.contains(id) => ContactLook::Partial(id.to_owned()),
            Some((lies, _)) if lies != folder || self.slandered.contains(id) => {
                ContactLook::Removed(id.to_owned())
            }
            None => ContactLook::Removed(id.to_owned()),
            Some(_) if self.partial.contains(id) || self.corrupt.contains(id) => {
                ContactLook::Partial(id.to_owned())
            }
            // What a contact carries is only said to whoever asks for it.
            Some((_, sight)) => ContactLook::Whole(Box::new(ContactSight { carries: None, ..sight.clone() })),
        }
    }

    /// A page of a full round: of contacts from one on, in the order of their ids. Its links say where the
    /// round began.
    fn full(&self, folder: &str, from: &str, began: usize, items: usize) -> ContactPage {
        let here = self.items.iter().filter(|(id, (lies, _))| lies == folder && id.as_str() > from);
        let here: Vec<_> =
            here.map(|(id, _)| id).filter(|_| self.emptied.as_deref() != Some(folder)).collect();
        let looks = here.iter().take(items).map(|id| self.look(folder, id)).collect();
        let end = match here.get(items - 1).filter(|_| here.len() > items) {
            Some(last) => PageEnd::More(format!("full {began} {last}")),
            None if self.is_full => PageEnd::Listed,
            None => PageEnd::Round(format!("since {began}")),
        };
        ContactPage { looks, faults: Vec::new(), end }
    }

    fn since(&self, folder: &str, from: usize, items: usize) -> ContactPage {
        let end = (from + items).min(self.journal.len());
        let here = self.journal[from..end].iter().filter(|(place, _)| place == folder);
        let ghosts = self.ghosts.iter().filter(|sight| sight.folder == folder);
        let ghosts = ghosts.map(|sight| ContactLook::Whole(Box::new(sight.clone())));
        let looks = here.map(|(_, id)| self.look(folder, id)).chain(ghosts).collect();
        let link = format!("since {end}");
        let end = if end < self.journal.len() { PageEnd::More(link) } else { PageEnd::Round(link) };
        ContactPage { looks, faults: Vec::new(), end }
    }
}

fn id_of(look: &ContactLook) -> &String {
    match look {
        ContactLook::Whole(sight) => &sight.remote_id,
        ContactLook::Partial(id) | ContactLook::Removed(id) => id,
    }
}

/// The same page without what it says of contacts.
fn ids_alone(page: ContactPage) -> ContactPage {
    let alone = |look: ContactLook| match &look {
        ContactLook::Whole(sight) => ContactLook::Partial(sight.remote_id.clone()),
        ContactLook::Partial(_) | ContactLook::Removed(_) => look,
    };
    ContactPage { looks: page.looks.into_iter().map(alone).collect(), ..page }
}
