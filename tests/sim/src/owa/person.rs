//! Addresses: flat in recipient lists, wrapped in `Mailbox` for `From`, `Sender` and `Organizer`.

use serde_json::{Value, json};

use super::object::object;
use crate::world::Person;

/// `{"Name", "EmailAddress", "RoutingType", "MailboxType"}`.
pub(super) fn flat(person: &Person) -> Value {
    object()
        .put("Name", person.name.as_str())
        .put("EmailAddress", person.address.as_str())
        .put("RoutingType", person.routing)
        .put("MailboxType", person.mailbox_type)
        .maybe("OriginalDisplayName", person.original.as_deref())
        .done()
}

/// `{"Mailbox": {…}}`.
pub(super) fn wrapped(person: &Person) -> Value {
    json!({ "Mailbox": flat(person) })
}

/// At most `most` of them.
pub(super) fn some(people: &[Person], most: usize) -> Vec<Value> {
    people.iter().take(most).map(flat).collect()
}
