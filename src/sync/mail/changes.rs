//! What is different in a folder since its cursor. What is named as gone stays stored, where it lay: nothing
//! is deleted.

use super::folder::{BatchStep, FolderReading};
use crate::model::{Changes, Cursor};
use crate::sync::Failure;
use crate::sync::roads::MailSource;

impl FolderReading<'_> {
    pub(super) async fn changes<S: MailSource>(
        &mut self,
        source: &mut S,
        changes: Changes,
    ) -> Result<BatchStep, Failure> {
        let plan = self.plan(source, &changes.seen).await?;
        let cursor = Cursor::Since { since: changes.next };
        let next = changes.more.then(|| cursor.clone());
        let gone = changes.gone.len();
        tracing::debug!(folder = self.state.folder.as_str(), gone, "named as gone, kept");
        let (seen, seen_by) = (changes.seen.len(), changes.seen_by);
        Ok(BatchStep { plan, next, cursor: Some(cursor), seen, seen_by, whole: true })
    }
}
