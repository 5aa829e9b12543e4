//! What is to be said of an account's contacts beside how their part does.

use super::Hint;
use crate::error::WhoseTurn;
use crate::model::{ContactStock, Shortfall, ShortfallKind};
use crate::sync::Brake;
use crate::sync::error::LOOK_AT_PLAN;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What a turn tells while a person is to decide about contacts that the mailbox lacks.
const MISSING: &str = "too_many_contacts_gone";
/// What it tells while a person is to decide about contacts.
const UNDECIDED: [&str; 3] = ["contacts_first_plan", "contacts_brake", MISSING];
/// What waits for its owner for so long is told.
const LONG: TimeDelta = TimeDelta::days(1);

/// Whether this code of a failure says that a person is to decide about contacts, on the page of their plan or by `contacts brake`.
#[must_use]
pub fn is_undecided(code: &str) -> bool {
    UNDECIDED.contains(&code)
}

/// What is stored of an account's contacts, in numbers, and what the brake keeps of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
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

    /// Whether a person has decided since what the last turn has told of.
    pub(super) fn is_decided(&self, told: &str) -> bool {
        let waits = if told == MISSING { self.stock.missing_since } else { self.stock.plan_since };
        waits.is_none() && is_undecided(told)
    }

    /// What waits to go out, or to be called gone, for as long as nobody has decided.
    pub(super) fn undecided(&self) -> Option<Hint> {
        let turn = WhoseTurn::Operator;
        self.stock.waits_since.map(|_| (turn, turn.sentence(LOOK_AT_PLAN)))
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

    /// What waits for its owner for long: they are as they should be all the same.
    pub(super) fn waiting(&self, now: DateTime<Utc>) -> Option<Hint> {
        let is_long = |since: Option<DateTime<Utc>>| since.is_some_and(|since| since + LONG <= now);
        let ContactStock { asked_since, parked_since, asked, parked, .. } = self.stock;
        let asked = is_long(asked_since).then(|| {
            format!(
                "answer what is asked about contacts for more than a day ({asked}: `outlook-syncd contacts matches ACCOUNT`, \
                 `contacts conflicts`)"
            )
        });
        let parked = is_long(parked_since).then(|| {
            format!(
                "see to contacts that Outlook does not take as they are ({parked}: `outlook-syncd contacts plan ACCOUNT` says \
                 why, `contacts retry` sends them once more)"
            )
        });
        let next: Vec<_> = asked.into_iter().chain(parked).collect();
        (!next.is_empty())
            .then(|| (WhoseTurn::Owner, WhoseTurn::Owner.sentence(&format!("{}.", next.join("; ")))))
    }
}
