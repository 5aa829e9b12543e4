//! Names and addresses, flat or inside `Mailbox`.

use super::lenient::{Lenient, filled};
use crate::model::{Address, Recipient, RecipientKind};
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SingleRecipient {
    name: Lenient<String>,
    email_address: Lenient<String>,
    original_display_name: Lenient<String>,
    mailbox: Lenient<Box<SingleRecipient>>,
}

impl SingleRecipient {
    /// The address, or `None` when nothing is said at all.
    pub(super) fn into_address(self) -> Option<Address> {
        if let Some(inner) = self.mailbox.0 {
            return inner.into_address();
        }
        // Exchange leaves the address empty for some one-off recipients and has it in the display name
        // instead.
        let spare =
            filled(self.original_display_name).filter(|text| text.contains('@') || text.starts_with("/o="));
        let address = Address { name: filled(self.name), address: filled(self.email_address).or(spare) };
        (address != Address::default()).then_some(address)
    }
}

/// A list of recipients under one header line.
pub(super) fn recipients(
    kind: RecipientKind,
    people: Lenient<Vec<Lenient<SingleRecipient>>>,
) -> Vec<Recipient> {
    let people = people.0.unwrap_or_default().into_iter().filter_map(|person| person.0);
    people.filter_map(SingleRecipient::into_address).map(|address| Recipient { kind, address }).collect()
}
