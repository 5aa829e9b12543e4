//! A message that may have been sent is looked for.

use super::{Courier, OutboxError, sent, unknown};
use crate::error::Disposition;
use crate::graph::{GraphError, MailFound};
use crate::model::{OutboxState, Use};
use crate::store::{OutboxClaim, OutboxSettled};
use crate::sync::Failure;
use crate::sync::access::GraphAccess;
use chrono::{DateTime, TimeDelta, Utc};

/// So long it is looked for by itself. No word of Microsoft's bounds how long a copy takes to Sent Items: what is not there by
/// then is not said to be unsent.
const LOOKED_FOR: TimeDelta = TimeDelta::minutes(15);
/// So long it is tried again where the mailbox cannot be looked into.
const TRIED_FOR: TimeDelta = TimeDelta::hours(24);
/// Between two looks there is at least so much,
const SHORTEST: TimeDelta = TimeDelta::seconds(5);
/// and at most so much.
const LONGEST: TimeDelta = TimeDelta::minutes(2);

/// What a look came to.
enum Look {
    Found,
    /// The mailbox was looked through.
    Nowhere,
    /// It cannot be looked into, and that will not change by itself.
    Blind,
    /// It could not be looked into this time.
    Later(Failure),
}

impl Courier {
    /// Looks for a message that was handed over then: by what is read of the mailbox here, and in the mailbox where the
    /// owner lets its mail be read. One that somebody wants sent once more is, where it is surely looked for and not found.
    pub(super) async fn look_for(
        &self,
        claim: &OutboxClaim,
        handed_at: DateTime<Utc>,
    ) -> Result<OutboxSettled, Failure> {
        if claim.entry.message.is_some() {
            return Ok(sent(handed_at));
        }
        let is_wished = claim.entry.state == OutboxState::Queued;
        Ok(match self.look(claim).await? {
            Look::Found => sent(handed_at),
            Look::Nowhere | Look::Blind if is_wished => self.hand_over(claim).await?,
            // Of what nobody could look for it is not said that it was not found, for a day.
            Look::Later(why) if is_wished || self.clock.now() - handed_at < TRIED_FOR => {
                self.later(claim, handed_at, &why)
            }
            Look::Nowhere | Look::Blind | Look::Later(_) => self.not_found(handed_at),
        })
    }

    async fn look(&self, claim: &OutboxClaim) -> Result<Look, Failure> {
        let of = &claim.entry.of;
        let Some(graph) = &self.graph else { return Ok(Look::Blind) };
        let mut access = match GraphAccess::open(graph, &self.oauth, &of.account, Use::Mail).await {
            Ok(access) => access,
            Err(error) => return Ok(kept(error.into())),
        };
        let found = match access.mailbox.find_sent(&of.internet_message_id).await {
            Err(error @ GraphError::Unauthorized(_)) => match access.renew().await {
                Ok(true) => access.mailbox.find_sent(&of.internet_message_id).await,
                Ok(false) => Err(error),
                Err(error) => return Ok(kept(error.into())),
            },
            found => found,
        };
        Ok(match found {
            Ok(MailFound::Sent) => Look::Found,
            Ok(MailFound::Nowhere) => Look::Nowhere,
            Err(error) => kept(error.into()),
        })
    }

    /// It is looked for again, ever more rarely, until it was looked for long enough.
    fn not_found(&self, handed_at: DateTime<Utc>) -> OutboxSettled {
        let now = self.clock.now();
        let age = now - handed_at;
        if age >= LOOKED_FOR {
            return unknown(Some(handed_at), &OutboxError::NotFound.into(), now);
        }
        let next_at = Some(now + age.clamp(SHORTEST, LONGEST));
        let error = Some(Failure::from(OutboxError::Unanswered).at(now));
        OutboxSettled { state: OutboxState::Sending, handed_at: Some(handed_at), next_at, error }
    }

    fn later(&self, claim: &OutboxClaim, handed_at: DateTime<Utc>, why: &Failure) -> OutboxSettled {
        let now = self.clock.now();
        let said = why.meaning.retry_after.and_then(|wait| TimeDelta::from_std(wait).ok());
        let next_at = Some(now + said.unwrap_or(LONGEST).max(SHORTEST));
        let state = claim.entry.state;
        OutboxSettled { state, handed_at: Some(handed_at), next_at, error: Some(why.at(now)) }
    }
}

/// What keeps a mailbox from being looked into.
fn kept(why: Failure) -> Look {
    if why.meaning.disposition == Disposition::Retry { Look::Later(why) } else { Look::Blind }
}
