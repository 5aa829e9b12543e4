//! One folder of one account: newest first, page by page, each page with its cursor in one transaction.

use super::MailTurn;
use crate::model::{
    Coverage, Folder, FolderCount, FolderState, ListPage, ListRow, MessageId, Position, Tier,
};
use crate::store::PageWrite;
use crate::sync::coverage::{PageFacts, Walk};
use crate::sync::merge::{self, Plan};
use crate::sync::sources::MailSource;
use crate::sync::{Failure, SyncError};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// Rows that are known already, at a page's end, after which the `dom` tier stops: it has no exact times to go by.
const KNOWN_ROWS: usize = 10;
/// Items whose detail is asked for again in one cycle.
const SETTLED: u32 = 50;
/// An item that failed so often is left to the ledger.
const ATTEMPTS: i64 = 5;

/// Reads a folder down to `horizon`, or to what is held; stops between two pages when asked to.
pub(super) async fn read<S: MailSource>(
    turn: &MailTurn<'_>,
    source: &mut S,
    folder: Folder,
    horizon: DateTime<Utc>,
) -> Result<ControlFlow<(), FolderCount>, Failure> {
    let mut reading = Reading::new(turn, folder, horizon);
    let news = Walk::new(horizon, &reading.state.coverage, reading.resume);
    if reading.walk(source, news).await?.is_break() {
        return Ok(ControlFlow::Break(()));
    }
    if reading.has_grown_below() {
        tracing::debug!(account = %turn.claim.account.id, folder = folder.as_str(), "more mail than is new, the whole list is read");
        if reading.walk(source, Walk::new(horizon, &Coverage::default(), None)).await?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    reading.keep_total().await?;
    let Reading { mut state, mut count, .. } = reading;
    settle(turn, source, &mut state, &mut count).await?;
    count.held = turn.store.count_messages(&turn.claim.account.id, folder).await?;
    Ok(ControlFlow::Continue(count))
}

/// A folder that is being read.
struct Reading<'a> {
    turn: &'a MailTurn<'a>,
    horizon: DateTime<Utc>,
    /// Where an earlier reading was interrupted.
    resume: Option<Position>,
    state: FolderState,
    count: FolderCount,
    /// How many items the service counted when its list was read last.
    before: Option<i64>,
    /// And now, at the first page.
    total: Option<i64>,
}

impl<'a> Reading<'a> {
    fn new(turn: &'a MailTurn<'a>, folder: Folder, horizon: DateTime<Utc>) -> Self {
        let state = turn.folder_state(folder);
        let resume = state.cursor.as_deref().and_then(|cursor| serde_json::from_str(cursor).ok());
        let count = FolderCount::new(folder);
        turn.progress(&count);
        Self { turn, horizon, resume, before: state.server_total, state, count, total: None }
    }

    async fn walk<S: MailSource>(
        &mut self,
        source: &mut S,
        mut walk: Walk,
    ) -> Result<ControlFlow<()>, Failure> {
        let (turn, folder, horizon) = (self.turn, self.state.folder, self.horizon);
        let mut next = Some(Position::default());
        while let Some(from) = next {
            if turn.stop.is_cancelled() {
                return Ok(ControlFlow::Break(()));
            }
            let page = source.page(folder, from).await?;
            refuse_emptied(turn, folder, from, &page).await?;
            let plan = prepare(turn, source, folder, &page, horizon).await?;
            next = if page.tier == Tier::Dom || page.partial {
                page.next.filter(|_| !is_far_enough(&page, &plan, horizon, self.resume.is_some()))
            } else {
                walk.take(&mut self.state.coverage, &facts(from, &page, &plan))
            };
            self.write(&page, plan, next).await?;
        }
        Ok(ControlFlow::Continue(()))
    }

    async fn write(&mut self, page: &ListPage, plan: Plan, next: Option<Position>) -> Result<(), Failure> {
        let (turn, state, count) = (self.turn, &mut self.state, &mut self.count);
        let now = turn.clock.now();
        // Tiers count differently; what the service says is compared with its own word only.
        self.total = self.total.or(page.server_total.filter(|_| page.tier == Tier::Service));
        state.server_total = state.server_total.or(page.server_total);
        state.remote_id = page.folder_id.clone().or(state.remote_id.take());
        state.cursor = next.and_then(|at| serde_json::to_string(&at).ok());
        if next.is_none() {
            state.last_success_at = Some(now);
        }
        count.failed += plan.failed.len() as u64;
        let write =
            PageWrite { folder_state: state.clone(), upserts: plan.upserts, failed: plan.failed, now };
        let counts = turn.store.write_page(turn.claim, &write).await?;
        count.new += counts.new;
        count.changed += counts.changed;
        count.seen += page.rows.len() as u64;
        count.tier = Some(page.tier);
        turn.progress(count);
        Ok(())
    }

    /// Mail that is moved here lies where it was received, below what a walk for news reads. The folder then holds more than
    /// before, and not all of that was found.
    fn has_grown_below(&self) -> bool {
        let grown = self.total.zip(self.before).map_or(0, |(now, before)| now - before);
        u64::try_from(grown).is_ok_and(|grown| grown > self.count.new)
    }

    /// Only after all that it counts was read: an interrupted reading is begun anew.
    async fn keep_total(&mut self) -> Result<(), Failure> {
        if self.total.is_none() || self.total == self.state.server_total {
            return Ok(());
        }
        self.state.server_total = self.total;
        let (folder_state, now) = (self.state.clone(), self.turn.clock.now());
        let write = PageWrite { folder_state, upserts: Vec::new(), failed: Vec::new(), now };
        self.turn.store.write_page(self.turn.claim, &write).await?;
        Ok(())
    }
}

async fn prepare<S: MailSource>(
    turn: &MailTurn<'_>,
    source: &mut S,
    folder: Folder,
    page: &ListPage,
    horizon: DateTime<Utc>,
) -> Result<Plan, Failure> {
    let account = &turn.claim.account.id;
    let keys: Vec<_> = page.rows.iter().flat_map(|row| row.key.iter().chain(&row.others)).cloned().collect();
    let known = turn.store.known(account, &keys).await?;
    let is_new = |row: &&ListRow| {
        row.key.is_none() || row.key.iter().chain(&row.others).any(|key| !known.contains_key(key))
    };
    let unmatched = page.rows.iter().filter(is_new);
    let conversations: Vec<_> = unmatched.filter_map(|row| row.conversation_id.clone()).collect();
    let candidates = turn.store.candidates(account, folder, &conversations).await?;
    let details = source.details(&merge::wanted(page, &known, horizon)).await?;
    let fresh = || MessageId::new(turn.clock.now());
    Ok(merge::plan(folder, page, &known, details, &candidates, horizon, fresh))
}

fn facts(from: Position, page: &ListPage, plan: &Plan) -> PageFacts {
    PageFacts {
        from,
        next: page.next,
        times: page.rows.iter().filter_map(|row| Some(row.received?.at)).collect(),
        complete: plan.unseen == 0 && page.rows.iter().all(merge::is_exact),
        new: plan.new_rows,
    }
}

/// What Outlook's page shows holds nothing for sure: without coverage to go by, a walk ends at rows that are known, unless an
/// earlier one was interrupted and the `whole` list has to be gone through.
fn is_far_enough(page: &ListPage, plan: &Plan, horizon: DateTime<Utc>, whole: bool) -> bool {
    let oldest = page.rows.iter().rev().find_map(|row| row.received);
    oldest.is_some_and(|oldest| oldest.at <= horizon) || (!whole && plan.known_tail >= KNOWN_ROWS)
}

/// Bodies that are still missing and items of the ledger: once a cycle, a page of them, never those that failed just now.
async fn settle<S: MailSource>(
    turn: &MailTurn<'_>,
    source: &mut S,
    state: &mut FolderState,
    count: &mut FolderCount,
) -> Result<(), Failure> {
    let (account, folder) = (&turn.claim.account.id, count.folder);
    let ledger = turn.store.ledger(account).await?;
    let (tried, waiting): (Vec<_>, Vec<_>) =
        ledger.into_iter().partition(|item| item.last_seen >= turn.began);
    let waiting = waiting.into_iter().filter(|item| item.folder == folder && item.attempts < ATTEMPTS);
    let mut keys = turn.store.without_detail(account, SETTLED).await?;
    keys.extend(waiting.map(|item| item.key));
    keys.retain(|key| tried.iter().all(|item| item.key != *key));
    let known = turn.store.known(account, &keys).await?;
    keys.retain(|key| known.get(key).is_none_or(|stored| stored.folder == folder));
    let mut asked = HashSet::new();
    keys.retain(|key| asked.insert(key.clone()));
    if keys.is_empty() {
        return Ok(());
    }
    let details = source.details(&keys).await?;
    let new = details.iter().filter(|(key, _)| !known.contains_key(key));
    let conversations: Vec<_> =
        new.filter_map(|(_, detail)| detail.as_ref().ok()?.conversation_id.clone()).collect();
    let candidates = turn.store.candidates(account, folder, &conversations).await?;
    let fresh = || MessageId::new(turn.clock.now());
    let plan = merge::settle(folder, Tier::Service, &known, details, &candidates, fresh);
    count.failed += plan.failed.len() as u64;
    let write = PageWrite {
        folder_state: state.clone(),
        upserts: plan.upserts,
        failed: plan.failed,
        now: turn.clock.now(),
    };
    let counts = turn.store.write_page(turn.claim, &write).await?;
    count.changed += counts.new + counts.changed;
    Ok(())
}

/// An empty list beside a count that is not zero is an answer we did not understand, never an instruction to delete.
async fn refuse_emptied(
    turn: &MailTurn<'_>,
    folder: Folder,
    from: Position,
    page: &ListPage,
) -> Result<(), Failure> {
    if from.offset > 0 || !page.rows.is_empty() || page.next.is_some() || page.server_total == Some(0) {
        return Ok(());
    }
    match turn.store.count_messages(&turn.claim.account.id, folder).await? {
        0 => Ok(()),
        held => Err(SyncError::Emptied { folder, held }.into()),
    }
}
