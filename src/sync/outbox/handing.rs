//! A message is handed over.

use super::{Courier, OutboxError, refused, sent, unknown};
use crate::error::Disposition;
use crate::graph::GraphError;
use crate::model::{LastError, OutboxState, Use};
use crate::secret::ExposeSecret;
use crate::store::{OutboxClaim, OutboxSettled};
use crate::strongbox::StrongboxError;
use crate::sync::Failure;
use crate::sync::access::GraphAccess;
use chrono::{DateTime, TimeDelta, Utc};

/// A message that waits for longer is refused: whoever wrote it has to know, and may not mean it any more.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(24);
/// The first wait behind what surely was not taken; each other is twice as long.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(15);
/// The longest.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(30);
/// When what may have been taken is looked for first: a copy is there in seconds, as a rule.
const FIRST_LOOK: TimeDelta = TimeDelta::seconds(5);

/// What came of it.
enum Handed {
    Taken,
    /// It surely was not taken.
    Not(Failure),
    /// Nobody knows.
    Lost(Failure),
}

impl Courier {
    /// Hands a message over that surely was not taken before, or that somebody wants sent once more who knows that it may
    /// have been: that it was handed over before is not forgotten, whatever comes of it.
    ///
    /// # Errors
    /// Those of the database; `LeaseLost` where it is another's by now. Then it was not handed over, or that is written down.
    pub(super) async fn hand_over(&self, claim: &OutboxClaim) -> Result<OutboxSettled, Failure> {
        let now = self.clock.now();
        // Whoever wants it once more wants it now.
        if claim.entry.handed_at.is_none() && now - claim.entry.of.queued_at > LONGEST_WAIT {
            return Ok(refused(&OutboxError::Expired.into(), now));
        }
        let Some(graph) = &self.graph else { return Ok(self.given_up(claim, &OutboxError::NoGraph.into())) };
        if !self.oauth.asks_for(Use::MailSend) {
            return Ok(self.put_off(claim, LONGEST_PAUSE, claim.entry.error.clone()));
        }
        let content = match self.strongbox.outbox_content(claim).await {
            Ok(Some(content)) => content,
            Ok(None) => return Ok(self.given_up(claim, &OutboxError::Lost.into())),
            Err(error) if is_of_keys(&error) => return Ok(self.closed(claim, error)),
            Err(error) => return Err(error.into()),
        };
        let access = GraphAccess::open(graph, &self.oauth, &claim.entry.of.account, Use::MailSend).await;
        let mut access = match access {
            Ok(access) => access,
            Err(error) => return Ok(self.not_taken(claim, &error.into())),
        };
        let handed_at = self.clock.now();
        self.store.begin_sending(claim, handed_at).await?;
        Ok(match send(&mut access, content.expose_secret()).await {
            Handed::Taken => sent(handed_at),
            Handed::Not(failure) => self.not_taken(claim, &failure),
            Handed::Lost(failure) => self.lost(handed_at, &failure),
        })
    }

    /// What does not open here may open on another machine, or with the key that is brought back: it waits.
    fn closed(&self, claim: &OutboxClaim, error: StrongboxError) -> OutboxSettled {
        tracing::warn!(%error, "what a message says does not open");
        let error = Failure::from(error).at(self.clock.now());
        self.put_off(claim, pause(claim.entry.tries), Some(error))
    }

    /// It waits on as it stands.
    fn put_off(&self, claim: &OutboxClaim, wait: TimeDelta, error: Option<LastError>) -> OutboxSettled {
        let next_at = Some(self.clock.now() + wait);
        OutboxSettled { state: OutboxState::Queued, handed_at: claim.entry.handed_at, next_at, error }
    }

    /// It is not sent, but for what may have been before.
    fn given_up(&self, claim: &OutboxClaim, why: &Failure) -> OutboxSettled {
        let now = self.clock.now();
        match claim.entry.handed_at {
            Some(handed_at) => unknown(Some(handed_at), why, now),
            None => refused(why, now),
        }
    }

    /// What time mends is tried again, until it has waited for too long; else it is refused.
    fn not_taken(&self, claim: &OutboxClaim, why: &Failure) -> OutboxSettled {
        if why.meaning.disposition != Disposition::Retry {
            return self.given_up(claim, why);
        }
        let said = why.meaning.retry_after.and_then(|wait| TimeDelta::from_std(wait).ok());
        let wait = said.unwrap_or_default().max(pause(claim.entry.tries)).min(LONGEST_WAIT);
        self.put_off(claim, wait, Some(why.at(self.clock.now())))
    }

    fn lost(&self, handed_at: DateTime<Utc>, why: &Failure) -> OutboxSettled {
        tracing::warn!(code = why.meaning.code, error = why.message, "no answer to a message that was sent");
        let now = self.clock.now();
        let error = Some(Failure::from(OutboxError::Unanswered).at(now));
        let next_at = Some(now + FIRST_LOOK);
        OutboxSettled { state: OutboxState::Sending, handed_at: Some(handed_at), next_at, error }
    }
}

/// Once more where the token was taken no longer: then it was not taken.
async fn send(access: &mut GraphAccess, mime: &str) -> Handed {
    let answer = match access.mailbox.send_mail(mime).await {
        Err(GraphError::Unauthorized(refusal)) => match access.renew().await {
            Ok(true) => access.mailbox.send_mail(mime).await,
            Ok(false) => Err(GraphError::Unauthorized(refusal)),
            Err(error) => return Handed::Not(error.into()),
        },
        answer => answer,
    };
    match answer {
        Ok(()) => Handed::Taken,
        Err(error) if error.is_undone() => Handed::Not(error.asked_for(access.wanted).into()),
        Err(error) => Handed::Lost(error.into()),
    }
}

/// Whether it may open with another ring, or once the row is put back.
fn is_of_keys(error: &StrongboxError) -> bool {
    use StrongboxError::{FlowChanged, GrantChanged, ImapChanged, Vault};
    matches!(error, Vault(_) | GrantChanged(_) | FlowChanged | ImapChanged(_))
}

fn pause(tries: u32) -> TimeDelta {
    let doubled = FIRST_WAIT * 2_i32.saturating_pow(tries.saturating_sub(1).min(16));
    doubled.min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_off_is_tried_ever_more_rarely_and_every_half_hour_at_last() {
        let seconds = [1, 2, 3, 7, 8, 90, u32::MAX].map(|tries| pause(tries).num_seconds());
        assert_eq!(seconds, [15, 30, 60, 960, 1800, 1800, 1800]);
    }
}
