//! Addresses: flat in recipient lists, wrapped in `Mailbox` for `From`, `Sender` and `Organizer`.

use serde_json::{Value, json};

use super::object::object;
use crate::knobs::KeyOrder;
use crate::world::Person;

/// `{"Name", "EmailAddress", "RoutingType", "MailboxType"}`, and in the cloud `SipUri` and `Submitted` (live
/// session of 2026-03).
pub(super) fn flat(style: KeyOrder, person: &Person) -> Value {
    let sip = style.is_cloud().then_some(person.address.as_str());
    object()
        .put("Name", person.name.as_str())
        .put("EmailAddress", person.address.as_str())
        .put("RoutingType", person.routing)
        .put("MailboxType", person.mailbox_type)
        .maybe("SipUri", sip)
        .maybe("Submitted", style.is_cloud().then_some(false))
        .maybe("OriginalDisplayName", person.original.as_deref())
        .done()
}

/// `{"Mailbox": {…}}`.
pub(super) fn wrapped(style: KeyOrder, person: &Person) -> Value {
    json!({ "Mailbox": flat(style, person) })
}

/// At most `most` of them.
pub(super) fn some(style: KeyOrder, people: &[Person], most: usize) -> Vec<Value> {
    people.iter().take(most).map(|person| flat(style, person)).collect()
}
