//! What is different in a folder since its cursor. What is named as removed is missing from then on, until it
//! is seen elsewhere or settled.

use super::MailSource;
use super::folder::{BatchStep, FolderReading};
use crate::model::{Changes, Cursor};
use crate::sync::Failure;

impl FolderReading<'_> {
    pub(super) async fn changes<S: MailSource>(
        &mut self,
        source: &mut S,
        changes: Changes,
    ) -> Result<BatchStep, Failure> {
        let plan = self.plan(source, &changes.seen).await?;
        self.is_past_news = self.state.last_success_at.is_none();
        let cursor = Cursor::Since { since: changes.next };
        let next = changes.more.then(|| cursor.clone());
        let (seen, seen_by, removed) = (changes.seen.len(), changes.seen_by, changes.removed);
        Ok(BatchStep { plan, removed, next, kept: Some(cursor), seen, seen_by, whole: true })
    }
}
