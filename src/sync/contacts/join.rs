//! What was seen of contacts joined with what is known of them: what is to be written. Pure.

use crate::model::{ContactFolder, ContactForms, ContactId, ContactLink, ContactSight};
use crate::store::{ContactUpsert, LinkedContact};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What is to be written of contacts that were seen in a folder, and which of them are as they are stored.
pub(super) fn join(
    sights: &[ContactSight],
    known: &HashMap<String, LinkedContact>,
    folder: &ContactFolder,
    now: DateTime<Utc>,
) -> (Vec<ContactUpsert>, Vec<String>) {
    let upserts = sights.iter().map(|sight| upsert(sight, known.get(&sight.remote_id), folder, now));
    (upserts.collect(), Vec::new())
}

fn upsert(
    sight: &ContactSight,
    known: Option<&LinkedContact>,
    folder: &ContactFolder,
    now: DateTime<Utc>,
) -> ContactUpsert {
    let card = sight.card.clone();
    let link = ContactLink {
        remote_id: sight.remote_id.clone(),
        folder: folder.id.clone(),
        change_key: sight.change_key.clone(),
        modified_at: sight.modified_at,
        ours: card.clone(),
        theirs: sight.card.clone(),
        others: sight.others.clone(),
    };
    let id = known.map_or_else(|| ContactId::new(now), |known| known.contact.id.clone());
    let based_on = known.map_or(0, |known| known.contact.revision);
    ContactUpsert { id, based_on, forms: ContactForms::default(), card, link }
}
