//! What was seen of contacts joined with what is known of them: what is to be written. Pure.

use super::bases::agree_after;
use super::canon::Canon;
use super::fate::{Deed, Fate, decide};
use super::merge::{Edit, merge, was_edited_there};
use super::resolve::{gave_way, outlived};
use crate::model::{
    Card, ConflictPolicy, ContactFolder, ContactId, ContactLink, ContactSight, ContactWrite, CycleId,
};
use crate::store::{ContactUpsert, LinkedContact};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What is to be written of contacts that were seen in a folder.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) upserts: Vec<ContactUpsert>,
    /// Ids on the server of what waits to be deleted there: it is left as it stands.
    pub(super) seen: Vec<String>,
    /// Those of which a person is to say whether it is deleted, with what the mailbox has.
    pub(super) contested: Vec<(String, Card)>,
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
    (cycle, now): (&CycleId, DateTime<Utc>),
) -> Joined {
    let mut joined = Joined::default();
    for sight in sights {
        let known = known.get(&sight.remote_id);
        let deed = known.map_or(Deed::MakeHere, |known| deed(known, sight, joining));
        if deed == Deed::Ask {
            joined.contested.push((sight.remote_id.clone(), sight.card.clone()));
        }
        if deed != Deed::MakeHere {
            joined.seen.push(sight.remote_id.clone());
            continue;
        }
        let merging = known.map_or_else(
            || SeenContact::new(&sight.card),
            |known| merged(known, sight, joining, (cycle, now)),
        );
        let SeenContact { card, bases: (ours, theirs), contested, resolved } = merging;
        joined.upserts.push(ContactUpsert {
            id: known.map_or_else(|| ContactId::new(now), |known| known.contact.id.clone()),
            based_on: known.map_or(0, |known| known.contact.revision),
            forms: joining.canon.forms(&card),
            card,
            resolved,
            link: ContactLink {
                remote_id: sight.remote_id.clone(),
                folder: folder.id.clone(),
                change_key: sight.change_key.clone(),
                modified_at: sight.modified_at,
                ours,
                theirs,
                others: sight.others.clone(),
                contested,
            },
        });
    }
    joined
}

/// What a contact comes to that is seen.
struct SeenContact {
    card: Card,
    bases: (Card, Card),
    /// What the mailbox has, where a person is to say whose values hold.
    contested: Option<Box<Card>>,
    resolved: Option<ContactWrite>,
}

impl SeenContact {
    /// Of one that nobody knew.
    fn new(card: &Card) -> Self {
        let bases = (card.clone(), card.clone());
        Self { card: card.clone(), bases, contested: None, resolved: None }
    }
}

/// What is done of a contact that is seen: one that was deleted here, and still is an item, is to be deleted
/// there too, or waits for a person to decide. What was edited there meanwhile is here again.
fn deed(known: &LinkedContact, sight: &ContactSight, joining: Joining) -> Deed {
    if known.contact.gone_at.is_none() || known.ended_at.is_some() {
        return Deed::MakeHere;
    }
    let theirs = Edit { base: &known.link.theirs, now: &sight.card };
    let fate = if was_edited_there(theirs, joining.canon) { Fate::Edited } else { Fate::Kept };
    decide(Fate::Deleted, fate, joining.policy)
}

/// Of what waits to go out, and of what a person is to decide, the bases stay as they were.
fn merged(
    known: &LinkedContact,
    sight: &ContactSight,
    joining: Joining,
    run: (&CycleId, DateTime<Utc>),
) -> SeenContact {
    let LinkedContact { contact, link, .. } = known;
    let ours = Edit { base: &link.ours, now: &contact.card };
    let theirs = Edit { base: &link.theirs, now: &sight.card };
    let holds = joining.policy.winner(contact.edited_at, sight.modified_at);
    let merged = merge(ours, theirs, holds, joining.canon);
    let resolved = if contact.gone_at.is_some() && known.ended_at.is_none() {
        Some(outlived(contact, Some(&link.remote_id), &merged, run))
    } else {
        gave_way((contact, link), (ours, theirs), &merged, joining.canon, run)
    };
    let contested = (!merged.open.is_empty()).then(|| Box::new(sight.card.clone()));
    let bases = agree_after((link.ours.clone(), link.theirs.clone()), &merged, &sight.card);
    SeenContact { card: merged.ours, bases, contested, resolved }
}
