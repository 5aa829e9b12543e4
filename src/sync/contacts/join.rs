//! What was seen of contacts joined with what is known of them: what is to be written. Pure.

use super::canon::Canon;
use super::merge::{Edit, Merged, merge};
use crate::model::{Card, CardMember, ContactFolder, ContactId, ContactLink, ContactSight};
use crate::store::{ContactUpsert, LinkedContact};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What is to be written of contacts that were seen in a folder.
pub(super) fn join(
    sights: &[ContactSight],
    known: &HashMap<String, LinkedContact>,
    folder: &ContactFolder,
    canon: Canon,
    now: DateTime<Utc>,
) -> Vec<ContactUpsert> {
    let upsert = |sight: &ContactSight| {
        let known = known.get(&sight.remote_id);
        let (card, (ours, theirs)) = known.map_or_else(
            || (sight.card.clone(), (sight.card.clone(), sight.card.clone())),
            |known| merged(known, sight, canon),
        );
        ContactUpsert {
            id: known.map_or_else(|| ContactId::new(now), |known| known.contact.id.clone()),
            based_on: known.map_or(0, |known| known.contact.revision),
            forms: canon.forms(&card),
            card,
            link: ContactLink {
                remote_id: sight.remote_id.clone(),
                folder: folder.id.clone(),
                change_key: sight.change_key.clone(),
                modified_at: sight.modified_at,
                ours,
                theirs,
                others: sight.others.clone(),
            },
        }
    };
    sights.iter().map(upsert).collect()
}

/// Our card afterwards, and both bases: of what waits to go out, and of what both sides changed, they stay as
/// they were.
fn merged(known: &LinkedContact, sight: &ContactSight, canon: Canon) -> (Card, (Card, Card)) {
    let LinkedContact { contact, link, .. } = known;
    let ours = Edit { base: &link.ours, now: &contact.card };
    let theirs = Edit { base: &link.theirs, now: &sight.card };
    let Merged { ours: card, theirs: patch, open, .. } = merge(ours, theirs, None, canon);
    let (mut ours, mut theirs) = (link.ours.clone(), link.theirs.clone());
    let waiting: Vec<_> = patch.members.iter().chain(&open).collect();
    let waits = |member: CardMember| waiting.iter().any(|waiting| is_of_one_list(**waiting, member));
    for member in CardMember::all().filter(|member| !waits(*member)) {
        ours.copy(member, &card);
        theirs.copy(member, &sight.card);
    }
    (card, (ours, theirs))
}

/// Numbers of all kinds are one list: what a number is for is a value of it.
fn is_of_one_list(one: CardMember, other: CardMember) -> bool {
    one == other || matches!((one, other), (CardMember::Phones(_), CardMember::Phones(_)))
}
