//! The road to the mailbox in memory, as reading goes it.

use super::*;
use std::time::Duration;

impl Script {
    fn step(&mut self) -> Result<(), Failure> {
        let call = self.calls;
        self.calls += 1;
        if let Some((clock, time)) = &self.slow {
            clock.advance(*time);
        }
        if self.stop_at == Some(call) {
            self.stop.cancel();
        }
        if let Some((_, folder, id)) = self.move_at.take_if(|(at, ..)| *at == call) {
            self.move_to(folder, &id);
        }
        if self.is_lost {
            return Err(OwaError::from(BrowserError::Lost).into());
        }
        if self.cut_at == Some(call) { Err(StoreError::LeaseLost.into()) } else { Ok(()) }
    }

    fn window(&self, folder: Place, from: &Cursor) -> Window {
        let Cursor::At(Position { offset }) = from else { panic!("{from:?} is no place of a list") };
        let all = self.in_list(folder);
        let shown = if self.emptied == Some(folder) { 0 } else { all.len() };
        let start = (*offset as usize).min(shown);
        let end = (start + self.rows_at_once).min(shown);
        let mut rows: Vec<_> = all[start..end].iter().map(|sight| listed(sight)).collect();
        if let Some(newest) = rows.first_mut().filter(|_| folder == INBOX && start == 0) {
            newest.others = self.older.iter().map(|id| key(id)).collect();
        }
        Window {
            seen_by: "script".into(),
            rows,
            whole: self.whole,
            next: (end < shown).then(|| Position { offset: u32::try_from(end).unwrap() }),
            count: i64::try_from(all.len()).ok(),
            exact: self.exact,
            remote_id: None,
            then: None,
        }
    }

    /// The newest rows of the inbox as the page fetches them for itself: in its own order, and how many are
    /// the newest of the folder is for the rows to say.
    fn page_one(&self) -> Window {
        let mut all = self.in_list(INBOX);
        let received = |sight: &Sight| sight.received.map(|instant| instant.at);
        let renewed = |sight: &Sight| self.renewed.get(&sight.key.as_ref()?.id).copied();
        all.sort_by_key(|sight| Reverse(renewed(sight).or(received(sight))));
        let shown = &all[..all.len().min(BATCH)];
        let in_order = shown.iter().filter(|sight| renewed(sight).is_none()).count();
        let next = (shown.len() < all.len()).then(|| Position { offset: u32::try_from(in_order).unwrap() });
        let rows = shown.iter().map(|sight| listed(sight)).collect();
        Window { rows, next, exact: false, ..self.window(INBOX, &Cursor::default()) }
    }

    fn in_list(&self, folder: Place) -> Vec<&Sight> {
        let is_shown = |sight: &Sight| sight.key.as_ref().is_some_and(|key| !self.withheld.contains(&key.id));
        let all = self.items.iter().filter(|(lies, sight)| *lies == folder && is_shown(sight));
        all.map(|(_, sight)| sight).collect()
    }

    fn changes(&self, folder: Place, from: &Cursor) -> Changes {
        let start = match from {
            Cursor::At(position) => position.offset as usize,
            Cursor::Since { since } => since.parse().unwrap(),
        };
        let end = (start + BATCH).min(self.journal.len());
        let here = self.journal[start..end].iter().filter(|(place, ..)| *place == folder);
        let mut changes = Changes {
            seen_by: "script".into(),
            seen: Vec::new(),
            removed: Vec::new(),
            next: end.to_string(),
            more: end < self.journal.len(),
            anew: false,
        };
        for (_, key, is_here) in here {
            let item =
                self.items.iter().find(|(lies, sight)| *lies == folder && sight.key.as_ref() == Some(key));
            match item {
                Some((_, sight)) if *is_here => changes.seen.push(sight.clone()),
                Some(_) => {}
                None => changes.removed.push(key.clone()),
            }
        }
        changes
    }
}

fn whole(place: Place, item: &Sight) -> Sight {
    Sight { lies_in: Some(place.to_owned()), ..item.clone() }
}

/// As some items come: their body is empty, and their first words are not said.
fn hollow(item: Sight) -> Sight {
    let body = item.body.map(|body| Body { content: " \r\n".to_owned(), ..body });
    Sight { body, preview: None, ..item }
}

/// As a list shows whom a message is for.
fn shown_to(item: &Sight) -> String {
    let to = item.recipients.iter().flatten().filter(|recipient| recipient.kind == RecipientKind::To);
    let shown = to.filter_map(|to| to.address.name.clone().or_else(|| to.address.address.clone()));
    shown.collect::<Vec<_>>().join("; ")
}

fn listed(item: &Sight) -> Sight {
    Sight {
        depth: Depth::Listed,
        internet_message_id: None,
        sender: None,
        recipients: None,
        recipients_truncated: None,
        body: None,
        ..item.clone()
    }
}

impl MailSource for Script {
    fn spaces(&self) -> KeySpaces {
        KeySpaces::EXCHANGE
    }

    fn listed(&mut self) -> Option<FolderListing> {
        None
    }

    async fn list_folders(&mut self) -> Result<Option<FolderListing>, Failure> {
        if self.folders.is_empty() {
            return Ok(None);
        }
        self.step()?;
        self.listed += 1;
        Ok(Some(FolderListing { folders: self.folders.clone(), whole: true }))
    }

    fn is_open(&self, folder: &Folder) -> bool {
        self.open.is_some_and(|place| place == place_of(folder))
    }

    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure> {
        self.step()?;
        let folder = place_of(folder);
        self.opened.push(folder);
        if self.lost == Some(folder) {
            return Err(OwaError::NoFolder.into());
        }
        if self.restless && self.calls < 20 {
            self.deliver(INBOX, 1);
            let (_, sight) = self.items[self.items.len() / 2].clone();
            self.delete(&sight.key.unwrap().id);
        }
        if folder == INBOX && from.position().offset == 0 && std::mem::take(&mut self.shows_page) {
            return Ok(Batch::Window(self.page_one()));
        }
        Ok(match self.tongue {
            Tongue::Windows => Batch::Window(self.window(folder, from)),
            Tongue::Changes => Batch::Changes(self.changes(folder, from)),
        })
    }

    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        if keys.is_empty() || self.is_lost || self.is_shut {
            return Ok(Vec::new());
        }
        self.step()?;
        self.completed += keys.len();
        self.is_lost = self.deadly.as_ref().is_some_and(|deadly| keys.iter().any(|key| key.id == *deadly));
        if self.is_lost {
            let lost = || ItemFault { code: "Unreadable".to_owned(), text: String::new() };
            return Ok(keys.iter().map(|key| (key.clone(), Err(lost().into()))).collect());
        }
        let looked = keys.iter().map(|key| {
            let found = self.items.iter().find(|(_, sight)| sight.key.as_ref() == Some(key));
            let corrupt = || ItemFault { code: "ErrorItemCorrupt".to_owned(), text: String::new() };
            let shaky = || ItemFault { code: "Unreadable".to_owned(), text: String::new() };
            let sight = match found {
                Some(_) if self.shaky.contains(&key.id) => Err(shaky().into()),
                Some(_) if self.corrupt.contains(&key.id) => Err(corrupt().into()),
                Some(_) if self.vanishing.contains(&key.id) => Err(ItemError::Gone),
                Some((place, sight)) if self.bodiless.contains(&key.id) => {
                    Ok(Sight { body: None, ..whole(place, sight) })
                }
                Some((place, sight)) if self.hollow.contains(&key.id) => Ok(hollow(whole(place, sight))),
                Some((place, sight)) => Ok(whole(place, sight)),
                None if self.older.contains(&key.id) => Ok(item(&key.id, &key.id, at(-1_000))),
                None => Err(ItemError::Gone),
            };
            (key.clone(), sight)
        });
        Ok(looked.collect())
    }

    async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, Failure> {
        if !self.lists_ids {
            return Ok(None);
        }
        self.step()?;
        if let Some(seconds) = self.puts_ids_off {
            return Err(OwaError::Throttled { retry_after: Some(Duration::from_secs(seconds)) }.into());
        }
        self.swept += 1;
        let mut all = self.in_list(place_of(folder));
        all.sort_by_key(|sight| Reverse(sight.received.map(|instant| instant.at)));
        let start = (from.offset as usize).min(all.len());
        let end = (start + self.ids_at_once).min(all.len());
        let row = |sight: &&Sight| {
            let (key, change_key) = (sight.key.clone().unwrap(), sight.change_key.clone());
            IdRow { key, change_key, received: sight.received.map(|instant| instant.at), is_mail: true }
        };
        let total = i64::try_from(all.len()).unwrap() + self.miscounted;
        let is_last = i64::try_from(end).unwrap() >= total;
        Ok(Some(IdPage { rows: all[start..end].iter().map(row).collect(), total: Some(total), is_last }))
    }

    async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, Failure> {
        if !self.lists_people {
            return Ok(None);
        }
        self.step()?;
        if self.has_lost_way {
            return Err(OwaError::from(BrowserError::Network("ERR_INTERNET_DISCONNECTED".into())).into());
        }
        if let Some(seconds) = self.puts_rows_off {
            return Err(OwaError::Throttled { retry_after: Some(Duration::from_secs(seconds)) }.into());
        }
        let folder = place_of(folder);
        if self.lost == Some(folder) {
            return Err(OwaError::NoFolder.into());
        }
        let all = self.in_list(folder);
        let start = (from.offset as usize).min(all.len());
        let end = (start + self.rows_at_once).min(all.len());
        let row = |sight: &&Sight| Sight { shows_to: Some(shown_to(sight)), ..listed(sight) };
        Ok(Some(RowPage {
            rows: all[start..end].iter().map(row).collect(),
            total: i64::try_from(all.len()).ok(),
            is_last: end == all.len(),
        }))
    }
}
