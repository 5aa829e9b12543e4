//! What is left of an account that was destroyed: how much it was, in the line of the audit log that tells of it.

use super::Wiped;
use crate::model::ContactsEnded;
use std::fmt;

/// How much was destroyed with an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Whether there were tokens of Microsoft's, whose permission it lists still.
    pub tokens: bool,
    /// What went.
    pub wiped: Wiped,
}

/// What is counted, as the audit log calls it.
const COUNTED: [&str; 7] =
    ["messages", "unreadable", "secrets", "reports", "contacts destroyed", "contacts kept", "tokens"];

/// As the audit log has it.
impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wiped { messages, ledger, secrets, cycles, contacts } = self.wiped;
        let ContactsEnded { destroyed, kept } = contacts;
        let counts = [messages, ledger, secrets, cycles, destroyed, kept, self.tokens.into()];
        let each = COUNTED.iter().zip(counts).map(|(of, count)| format!("{of} {count}"));
        f.write_str(&each.collect::<Vec<_>>().join(", "))
    }
}

impl Receipt {
    /// That of a line's detail; `None` where it is none.
    #[must_use]
    pub fn read(detail: &str) -> Option<Self> {
        let mut said = detail.split(", ");
        let mut counted = [0_u64; COUNTED.len()];
        for (name, count) in COUNTED.into_iter().zip(&mut counted) {
            let (of, number) = said.next()?.rsplit_once(' ')?;
            *count = number.parse().ok().filter(|_| of == name)?;
        }
        let [messages, ledger, secrets, cycles, destroyed, kept, tokens] = counted;
        let contacts = ContactsEnded { destroyed, kept };
        let wiped = Wiped { messages, ledger, secrets, cycles, contacts };
        said.next().is_none().then_some(Self { tokens: tokens > 0, wiped })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_as_it_was_written_and_nothing_else_is_one() {
        let contacts = ContactsEnded { destroyed: 5, kept: 6 };
        let wiped = Wiped { messages: 1, ledger: 2, secrets: 3, cycles: 4, contacts };
        let receipt = Receipt { tokens: true, wiped };
        assert_eq!(Receipt::read(&receipt.to_string()), Some(receipt));
        for wrong in
            ["", "another_user", "messages 1", "messages x, unreadable 2", &format!("{receipt}, more 1")]
        {
            assert_eq!(Receipt::read(wrong), None, "{wrong}");
        }
    }
}
