//! Another road for an account's mail: its mailbox is read by ids on that road, what is stored is recognised there, and
//! then keys, folders, cursors and road change together, or nothing does.
//!
//! ```text
//! turn      in the loop, by who holds the account         meeting   which stored message each item is
//! list      a folder's ids, down to what is stored       verdict   whether enough was recognised. Pure
//! compare   in what two looks differ. Pure
//! ```
//!
//! No body is asked for, but of the few that nothing else tells apart. Keys of the road before stay: the way back is by
//! key. Where fewer than 95 of 100 are recognised of what is stored or of what is listed, or more are not than the brake
//! allows, nothing is changed, and the account goes on by the road that it has.

mod compare;
mod list;
mod meeting;
mod turn;
mod verdict;

pub(super) use turn::take;

use self::meeting::RoadMeeting;
use super::mail::MailSource;
use super::{Brake, Failure};
use crate::clock::Clock;
use crate::model::{AuditAction, AuditEntry, KeySpaces, RoadChangeState, RoadReport};
use crate::store::{Claim, RoadTurn, RoadWish, Store};
use chrono::{DateTime, Utc};

/// A look at the road that is wanted for the mail of a claimed account.
pub struct RoadLook<'a> {
    /// The database.
    pub store: &'a Store,
    /// The account and its lease.
    pub claim: &'a Claim,
    /// The time.
    pub clock: &'a Clock,
    /// Which folders are read.
    pub wanted: &'a [String],
    /// Mail that came before is not read.
    pub horizon: DateTime<Utc>,
    /// How many messages may not be recognised.
    pub brake: Brake,
    /// What was asked for.
    pub wish: &'a RoadWish,
}

impl RoadLook<'_> {
    /// Reads the mailbox by ids on that road, and has the account go by it where enough is recognised; where the roads are
    /// only compared, it tells what differs. What came of it is kept.
    ///
    /// # Errors
    /// What stops it: then nothing was changed, and nothing is kept.
    pub async fn take<S: MailSource>(&self, source: &mut S) -> Result<RoadChangeState, Failure> {
        let met = self.meet(source).await?;
        let RoadReport { stored, seen, .. } = met.report;
        let road = self.wish.road.as_str();
        tracing::info!(
            road,
            stored = stored.all,
            recognised = stored.recognised,
            listed = seen.all,
            known = seen.recognised,
            "looked at another road"
        );
        let now = self.clock.now();
        if self.wish.shadow {
            let outcome = (RoadChangeState::Compared, Some(&met.report), None);
            self.store.end_road_wish(self.claim, self.wish, outcome, now).await?;
            return Ok(RoadChangeState::Compared);
        }
        if let Err(error) = verdict::verdict(&met.report, self.brake) {
            let error = Failure::from(error).at(now);
            let outcome = (RoadChangeState::Refused, Some(&met.report), Some(&error));
            self.store.end_road_wish(self.claim, self.wish, outcome, now).await?;
            return Ok(RoadChangeState::Refused);
        }
        self.turn(&met, source.spaces(), now).await
    }

    async fn turn(
        &self,
        met: &RoadMeeting,
        spaces: KeySpaces,
        now: DateTime<Utc>,
    ) -> Result<RoadChangeState, Failure> {
        let RoadMeeting { keys, versions, folders, report } = met;
        let line = AuditEntry {
            account: Some(self.claim.account.id.clone()),
            detail: Some(self.wish.road.as_str().to_owned()),
            ..AuditEntry::new(now, &self.wish.asked_by, AuditAction::RoadTaken)
        };
        let turn = RoadTurn { road: self.wish.road, spaces, keys, versions, folders, line: &line };
        let is_taken = self.store.turn_to_road(self.claim, self.wish, &turn, report).await?;
        Ok(if is_taken { RoadChangeState::Taken } else { RoadChangeState::Wanted })
    }
}
