//! One folder of one account: newest first, page by page, each page with its cursor in one transaction.

use super::coverage::{PageFacts, Walk};
use super::merge::{self, Plan};
use super::sources::MailSource;
use super::{Failure, Turn};
use crate::model::{Folder, FolderCount, FolderState, ListPage, MessageId, Position, Tier};
use crate::store::{PageCounts, PageWrite};
use chrono::{DateTime, Utc};
use std::ops::ControlFlow;

/// Rows that are known already, at a page's end, after which the `dom` tier stops: it has no exact times to go by.
const KNOWN_ROWS: usize = 10;

/// Reads a folder down to `horizon`, or to what is held; stops between two pages when asked to.
pub(super) async fn read_folder<S: MailSource>(
    turn: &Turn<'_>,
    source: &mut S,
    folder: Folder,
    horizon: DateTime<Utc>,
) -> Result<ControlFlow<(), FolderCount>, Failure> {
    let mut state = turn.folder_state(folder);
    let resume = state.cursor.as_deref().and_then(|cursor| serde_json::from_str(cursor).ok());
    let mut walk = Walk::new(horizon, &state.coverage, resume);
    let mut count = FolderCount { folder, tier: None, seen: 0, new: 0, changed: 0, failed: 0, held: 0 };
    let mut next = Some(Position::default());
    while let Some(from) = next {
        if turn.stop.is_cancelled() {
            return Ok(ControlFlow::Break(()));
        }
        let page = source.page(folder, from).await?;
        refuse_emptied(turn, folder, &page).await?;
        let plan = prepare(turn, source, folder, &page).await?;
        next = advance(&mut walk, &mut state, from, &page, &plan, horizon);
        let counts = write(turn, &mut state, &page, plan, next, &mut count).await?;
        count.new += counts.new;
        count.changed += counts.changed;
        count.seen += page.rows.len() as u64;
        count.tier = Some(page.tier);
        turn.progress(&count);
    }
    count.held = turn.store.count_messages(&turn.claim.account.id, folder).await?;
    Ok(ControlFlow::Continue(count))
}

async fn prepare<S: MailSource>(
    turn: &Turn<'_>,
    source: &mut S,
    folder: Folder,
    page: &ListPage,
) -> Result<Plan, Failure> {
    let account = &turn.claim.account.id;
    let keys: Vec<_> = page.rows.iter().flat_map(|row| row.key.iter().chain(&row.others)).cloned().collect();
    let known = turn.store.known(account, &keys).await?;
    let unmatched =
        page.rows.iter().filter(|row| row.key.as_ref().is_none_or(|key| !known.contains_key(key)));
    let conversations: Vec<_> = unmatched.filter_map(|row| row.conversation_id.clone()).collect();
    let candidates = turn.store.candidates(account, folder, &conversations).await?;
    let details = source.details(&merge::wanted(page, &known)).await?;
    Ok(merge::plan(folder, page, &known, details, &candidates, || MessageId::new(turn.clock.now())))
}

/// Grows what is held and says where to read on.
fn advance(
    walk: &mut Walk,
    state: &mut FolderState,
    from: Position,
    page: &ListPage,
    plan: &Plan,
    horizon: DateTime<Utc>,
) -> Option<Position> {
    let times: Vec<_> = page.rows.iter().filter_map(|row| Some(row.received?.at)).collect();
    if page.tier == Tier::Dom {
        let past = times.last().is_some_and(|&oldest| oldest <= horizon);
        return page.next.filter(|_| !past && plan.known_tail < KNOWN_ROWS);
    }
    let complete = plan.unseen == 0 && page.rows.iter().all(merge::is_exact);
    walk.take(&mut state.coverage, &PageFacts { from, next: page.next, times, complete, new: plan.new_rows })
}

async fn write(
    turn: &Turn<'_>,
    state: &mut FolderState,
    page: &ListPage,
    plan: Plan,
    next: Option<Position>,
    count: &mut FolderCount,
) -> Result<PageCounts, Failure> {
    let now = turn.clock.now();
    count.failed += plan.failed.len() as u64;
    state.remote_id = page.folder_id.clone().or(state.remote_id.take());
    state.server_total = page.server_total.or(state.server_total);
    state.cursor = next.and_then(|at| serde_json::to_string(&at).ok());
    if next.is_none() {
        state.last_success_at = Some(now);
    }
    let write = PageWrite { folder_state: state.clone(), upserts: plan.upserts, failed: plan.failed, now };
    Ok(turn.store.write_page(turn.claim, &write).await?)
}

/// An empty list beside a count that is not zero is an answer we did not understand, never an instruction to delete.
async fn refuse_emptied(turn: &Turn<'_>, folder: Folder, page: &ListPage) -> Result<(), Failure> {
    if !page.rows.is_empty() || page.next.is_some() || page.server_total == Some(0) {
        return Ok(());
    }
    match turn.store.count_messages(&turn.claim.account.id, folder).await? {
        0 => Ok(()),
        held => Err(Failure::emptied(folder, held)),
    }
}
