//! Another road to the same mailbox, as IMAP is one: it knows folders by their paths and items by numbers that end with a
//! move, has neither conversations nor versions, and lists bare rows.

use super::*;
use outlook_syncd::model::KeySpace;

/// The road.
pub(in crate::sync) struct Numbered<'a> {
    pub(in crate::sync) script: &'a mut Script,
    /// By so much later than the other road it says that mail came.
    pub(in crate::sync) late: TimeDelta,
}

impl<'a> Numbered<'a> {
    pub(in crate::sync) fn new(script: &'a mut Script) -> Self {
        Self { script, late: TimeDelta::zero() }
    }

    fn sight(&self, place: Place, sight: Sight) -> Sight {
        let received = sight.received.map(|instant| Instant { at: instant.at + self.late, ..instant });
        Sight {
            key: sight.key.map(|key| numbered(place, &key)),
            conversation_id: None,
            change_key: None,
            received,
            lies_in: sight.lies_in.map(|place| path(&place)),
            ..sight
        }
    }

    fn bare(&self, place: Place, sight: Sight) -> Sight {
        let Sight { seen_by, key, received, is_read, .. } = self.sight(place, sight);
        Sight { depth: Depth::Listed, seen_by, key, received, is_read, ..Sight::default() }
    }

    async fn look(&mut self, keys: &[ItemKey], whole: bool) -> Result<Vec<Looked>, Failure> {
        let (mut there, mut looked) = (Vec::new(), Vec::new());
        for key in keys.iter().filter(|key| key.space == KeySpace::IMAP) {
            match self.lies(key) {
                Some(place) => there.push((place, key)),
                None => looked.push((key.clone(), Err(ItemError::Gone))),
            }
        }
        let own: Vec<ItemKey> = there.iter().map(|(_, key)| own(key)).collect();
        let completed = self.script.completed;
        for ((_, said), (place, key)) in self.script.complete(&own).await?.into_iter().zip(there) {
            let said = said.map(|sight| {
                let sight = Sight { key: Some(key.clone()), ..self.sight(place, sight) };
                if whole { sight } else { Sight { depth: Depth::Listed, body: None, ..sight } }
            });
            looked.push((key.clone(), said));
        }
        if !whole {
            self.script.completed = completed;
        }
        Ok(looked)
    }

    /// Where an item lies, if it lies where its key says.
    fn lies(&self, key: &ItemKey) -> Option<Place> {
        let (_, place) = key.id.split_once('@')?;
        let is_it = |(lies, sight): &&(Place, Sight)| *lies == place && sight.key == Some(own(key));
        self.script.items.iter().find(is_it).map(|(lies, _)| *lies)
    }
}

/// Before the places of folders.
pub(super) const PATH: &str = "path of ";

fn path(place: &str) -> String {
    format!("{PATH}{place}")
}

fn unpath(folder: &Folder) -> Folder {
    let remote_id = folder.remote_id.as_deref().and_then(|path| path.strip_prefix(PATH));
    Folder { remote_id: remote_id.map(str::to_owned), ..folder.clone() }
}

fn numbered(place: Place, key: &ItemKey) -> ItemKey {
    ItemKey { space: KeySpace::IMAP, id: format!("1.{}@{place}", key.id) }
}

fn own_id(key: &ItemKey) -> String {
    let number = key.id.strip_prefix("1.").unwrap();
    number.split_once('@').unwrap().0.to_owned()
}

fn own(key: &ItemKey) -> ItemKey {
    super::key(&own_id(key))
}

impl MailSource for Numbered<'_> {
    fn spaces(&self) -> KeySpaces {
        KeySpaces::IMAP
    }

    fn begins(&self) -> Option<String> {
        self.script.begins()
    }

    async fn list_folders(&mut self) -> Result<Option<FolderListing>, Failure> {
        let listing = self.script.list_folders().await?;
        Ok(listing.map(|mut listing| {
            for folder in &mut listing.folders {
                folder.remote_id = folder.remote_id.as_deref().map(path);
            }
            listing
        }))
    }

    async fn read(&mut self, folder: &Folder, from: &Cursor) -> Result<Batch, Failure> {
        let folder = unpath(folder);
        let place = place_of(&folder);
        Ok(match self.script.read(&folder, from).await? {
            Batch::Window(mut window) => {
                window.rows = window.rows.into_iter().map(|row| self.bare(place, row)).collect();
                Batch::Window(window)
            }
            Batch::Changes(mut changes) => {
                changes.seen = changes.seen.into_iter().map(|sight| self.bare(place, sight)).collect();
                changes.removed = changes.removed.iter().map(|key| numbered(place, key)).collect();
                Batch::Changes(changes)
            }
        })
    }

    async fn headers(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        self.look(keys, false).await
    }

    async fn complete(&mut self, keys: &[ItemKey]) -> Result<Vec<Looked>, Failure> {
        self.look(keys, true).await
    }

    async fn ids(&mut self, folder: &Folder, from: Position) -> Result<Option<IdPage>, Failure> {
        let folder = unpath(folder);
        let place = place_of(&folder);
        let page = self.script.ids(&folder, from).await?;
        Ok(page.map(|mut page| {
            for row in &mut page.rows {
                row.key = numbered(place, &row.key);
                row.change_key = None;
                row.received = row.received.map(|received| received + self.late);
            }
            page
        }))
    }

    async fn rows(&mut self, folder: &Folder, from: Position) -> Result<Option<RowPage>, Failure> {
        let folder = unpath(folder);
        let place = place_of(&folder);
        let Some(mut page) = self.script.rows(&folder, from).await? else { return Ok(None) };
        for row in &mut page.rows {
            // Headers say it.
            let key = row.key.clone();
            let is_it = |(_, sight): &&(Place, Sight)| sight.key == key;
            let item = self.script.items.iter().find(is_it).map(|(_, sight)| sight.clone());
            row.internet_message_id = item.and_then(|item| item.internet_message_id);
            *row = self.sight(place, row.clone());
        }
        Ok(Some(page))
    }
}
