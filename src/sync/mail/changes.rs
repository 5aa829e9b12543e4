//! What is different in a folder since its cursor. What is named as removed is missing from then on, until it
//! is seen elsewhere or settled.
//!
//! Where changes begin anew, as after a cursor was lost, all that is there is told and nothing that has left: a
//! sweep finds that.

use super::MailSource;
use super::folder::{BatchStep, FolderReading};
use super::sweep::want_sweep;
use crate::model::{Changes, Cursor, Sight};
use crate::sync::Failure;

impl FolderReading<'_> {
    pub(super) async fn changes<S: MailSource>(
        &mut self,
        source: &mut S,
        changes: Changes,
    ) -> Result<BatchStep, Failure> {
        if changes.anew && self.state.last_success_at.is_some() {
            want_sweep(self.turn, &mut self.state).await?;
        }
        let (here, elsewhere) = self.parted(changes.seen);
        let plan = self.plan(source, &here).await?;
        self.is_past_news |= self.state.last_success_at.is_none() || changes.anew;
        let cursor = Cursor::Since { since: changes.next };
        let next = changes.more.then(|| cursor.clone());
        let mut removed = changes.removed;
        removed.extend(elsewhere.into_iter().filter_map(|sight| sight.key));
        let (seen, seen_by) = (here.len(), changes.seen_by);
        Ok(BatchStep { plan, removed, next, kept: Some(cursor), seen, seen_by, whole: true })
    }

    /// Those that lie here, and those that say that they lie elsewhere: changes are told late and again.
    fn parted(&self, seen: Vec<Sight>) -> (Vec<Sight>, Vec<Sight>) {
        let here = self.state.folder.remote_id.as_ref();
        let is_here =
            |sight: &Sight| sight.lies_in.as_ref().is_none_or(|place| here.is_none_or(|here| here == place));
        seen.into_iter().partition(is_here)
    }
}
