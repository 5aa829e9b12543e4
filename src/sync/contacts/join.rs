//! What was seen of contacts joined with what is known of them: what is to be written. Pure.

use super::canon::Canon;
use super::fate::{Deed, Fate, decide};
use super::merge::{Edit, Merged, merge, was_edited_there};
use crate::model::{Card, CardMember, ConflictPolicy, ContactFolder, ContactId, ContactLink, ContactSight};
use crate::store::{ContactUpsert, LinkedContact};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What is to be written of contacts that were seen in a folder.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) upserts: Vec<ContactUpsert>,
    /// Ids on the server of what waits to be deleted there: it is left as it stands.
    pub(super) seen: Vec<String>,
}

/// How contacts are joined.
#[derive(Debug, Clone, Copy)]
pub struct Joining {
    /// The forms in which values are compared.
    pub canon: Canon,
    /// Whose value holds where both sides changed one.
    pub policy: ConflictPolicy,
}

pub(super) fn join(
    sights: &[ContactSight],
    known: &HashMap<String, LinkedContact>,
    folder: &ContactFolder,
    joining: Joining,
    now: DateTime<Utc>,
) -> Joined {
    let mut joined = Joined::default();
    for sight in sights {
        let known = known.get(&sight.remote_id);
        if known.is_some_and(|known| stays_gone(known, sight, joining)) {
            joined.seen.push(sight.remote_id.clone());
            continue;
        }
        let (card, (ours, theirs)) = known.map_or_else(
            || (sight.card.clone(), (sight.card.clone(), sight.card.clone())),
            |known| merged(known, sight, joining),
        );
        joined.upserts.push(ContactUpsert {
            id: known.map_or_else(|| ContactId::new(now), |known| known.contact.id.clone()),
            based_on: known.map_or(0, |known| known.contact.revision),
            forms: joining.canon.forms(&card),
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
        });
    }
    joined
}

/// Whether a contact that was deleted here, and still is an item, is to be deleted there too, or waits for a
/// person to decide. What was edited there meanwhile is here again.
fn stays_gone(known: &LinkedContact, sight: &ContactSight, joining: Joining) -> bool {
    if known.contact.gone_at.is_none() || known.ended_at.is_some() {
        return false;
    }
    let theirs = Edit { base: &known.link.theirs, now: &sight.card };
    let fate = if was_edited_there(theirs, joining.canon) { Fate::Edited } else { Fate::Kept };
    decide(Fate::Deleted, fate, joining.policy) != Deed::MakeHere
}

/// Our card afterwards, and both bases: of what waits to go out, and of what a person is to decide, they stay
/// as they were.
fn merged(known: &LinkedContact, sight: &ContactSight, joining: Joining) -> (Card, (Card, Card)) {
    let LinkedContact { contact, link, .. } = known;
    let ours = Edit { base: &link.ours, now: &contact.card };
    let theirs = Edit { base: &link.theirs, now: &sight.card };
    let holds = joining.policy.winner(contact.edited_at, sight.modified_at);
    let Merged { ours: card, theirs: patch, open, .. } = merge(ours, theirs, holds, joining.canon);
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
