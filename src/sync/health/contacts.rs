//! What is to be said of an account's contacts beside how their part does.

use crate::model::{ContactStock, Shortfall, ShortfallKind};
use crate::sync::Brake;
use serde::Serialize;

/// What is stored of an account's contacts, in numbers, and what the brake keeps of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactsHealth {
    /// The numbers.
    #[serde(flatten)]
    pub stock: ContactStock,
    /// Of the missing ones those that are too many to be called gone at once.
    pub held_back: u64,
}

impl ContactsHealth {
    /// Of an account of which a turn may call so many contacts gone.
    #[must_use]
    pub fn of(stock: ContactStock, brake: Brake) -> Self {
        let held_back = if brake.allows(stock.missing, stock.held) { 0 } else { stock.missing };
        Self { stock, held_back }
    }

    /// What keeps them from being complete.
    pub(super) fn shortfall(&self) -> Option<Shortfall> {
        let (since, unreadable) = (self.stock.unreadable_since?, self.stock.unreadable);
        let message = format!("{unreadable} contacts cannot be read");
        (unreadable > Shortfall::FEW).then_some(Shortfall {
            kind: ShortfallKind::ContactsUnreadable,
            since,
            message,
        })
    }
}
