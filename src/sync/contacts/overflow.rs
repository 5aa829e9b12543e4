//! What of a contact has no room in Outlook, and stays here. Pure.

use super::canon::{self, Canon};
use super::fit;
use super::merge::{Edit, first_written, merge};
use crate::model::{Card, CardMember, ContactLink, PhoneKind, Side};
use std::collections::{BTreeMap, BTreeSet};

/// The entries of a contact's lists that have no room in Outlook, by member, as they are written here; of what
/// waits to go out, as it will be.
#[must_use]
pub fn overflow(card: &Card, link: Option<&ContactLink>, canon: Canon) -> BTreeMap<CardMember, Vec<String>> {
    let there = link.map_or_else(|| first_written(card, canon).card, |link| written(card, link, canon));
    let phones = PhoneKind::ALL.map(|kind| (CardMember::Phones(kind), phones(card, &there, kind, canon)));
    let lists = [(CardMember::Emails, emails(card, &there)), (CardMember::ImAddresses, chats(card, &there))];
    lists.into_iter().chain(phones).filter(|(_, left)| !left.is_empty()).collect()
}

/// The item's card once everything of the contact has gone out.
fn written(card: &Card, link: &ContactLink, canon: Canon) -> Card {
    let theirs = Edit { base: &link.theirs, now: &link.theirs };
    let patch = merge(Edit { base: &link.ours, now: card }, theirs, Some(Side::Ours), canon).theirs;
    patch.apply(&link.theirs)
}

fn emails(card: &Card, there: &Card) -> Vec<String> {
    let is_full = there.emails.len() >= fit::three(None);
    let known: BTreeSet<_> = there.emails.iter().map(canon::email).collect();
    let left = card.emails.iter().filter(|entry| is_full && !known.contains(&canon::email(entry)));
    left.map(|entry| entry.shown().to_owned()).collect()
}

fn chats(card: &Card, there: &Card) -> Vec<String> {
    let is_full = there.im_addresses.len() >= fit::three(None);
    let known: BTreeSet<_> = there.im_addresses.iter().map(|address| canon::folded(address)).collect();
    let left = card.im_addresses.iter().filter(|address| is_full && !known.contains(&canon::folded(address)));
    left.cloned().collect()
}

fn phones(card: &Card, there: &Card, kind: PhoneKind, canon: Canon) -> Vec<String> {
    let is_full = there.phones_of(kind).count() >= fit::phones(Some(kind));
    let known: BTreeSet<_> = there.phones.iter().map(|phone| canon.phone(&phone.number)).collect();
    let left = card.phones_of(kind).filter(|phone| is_full && !known.contains(&canon.phone(&phone.number)));
    left.map(|phone| phone.number.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CardEmail, CardPhone, ContactFolderId};
    use serde_json::Map;

    fn card(emails: &[&str], mobiles: &[&str]) -> Card {
        let email = |address: &&str| CardEmail { address: (*address).to_owned(), name: String::new() };
        let phone = |number: &&str| CardPhone { kind: PhoneKind::Mobile, number: (*number).to_owned() };
        let emails = emails.iter().map(email).collect();
        Card { emails, phones: mobiles.iter().map(phone).collect(), ..Card::default() }
    }

    fn link(ours: &Card, theirs: &Card) -> ContactLink {
        ContactLink {
            remote_id: "item".to_owned(),
            folder: ContactFolderId::from("folder".to_owned()),
            change_key: None,
            modified_at: None,
            ours: ours.clone(),
            theirs: theirs.clone(),
            others: Map::new(),
            contested: None,
        }
    }

    #[test]
    fn what_has_no_room_in_outlook_is_told_before_it_goes_out_and_after() {
        let whole = card(&["a@x", "b@x", "c@x", "d@x"], &["+49 171 1", "+49 171 2"]);
        let left = [
            (CardMember::Emails, vec!["d@x".to_owned()]),
            (CardMember::Phones(PhoneKind::Mobile), vec!["+49 171 2".to_owned()]),
        ];
        let left = BTreeMap::from(left);
        assert_eq!(overflow(&whole, None, Canon::default()), left);
        let there = card(&["a@x", "b@x", "C@X"], &["+49-171-1"]);
        assert_eq!(overflow(&whole, Some(&link(&whole, &there)), Canon::default()), left);
        let fits = card(&["a@x", "b@x"], &["+49 171 1"]);
        assert_eq!(overflow(&whole, Some(&link(&fits, &fits)), Canon::default()), left, "it waits to go out");
    }

    #[test]
    fn what_outlook_lacks_although_it_had_room_is_none_of_it() {
        let (ours, theirs) = (card(&["a@x", "b@x"], &[]), card(&["a@x"], &[]));
        assert_eq!(overflow(&ours, Some(&link(&ours, &theirs)), Canon::default()), BTreeMap::new());
    }
}
