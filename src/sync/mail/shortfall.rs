//! What a turn finds that keeps an account's mail from being complete. A history that is still being read is
//! none.

use super::MailReading;
use crate::model::{FolderCount, FolderId, FolderState, Shortfall, ShortfallKind};
use crate::sync::Failure;
use crate::sync::error::nameless;
use crate::sync::holes::holes;
use crate::sync::sweep;
use chrono::{DateTime, Utc};
use std::collections::HashSet;

const FALLEN_BACK: &str = "it is read in another way than the best one, which is not understood";

/// Keeps what is found of folders that were read: how, and their states afterwards; `unfinished` are those
/// whose history goes on in the next turn. Where nothing is amiss and nothing was, nothing is written.
pub(super) async fn keep(
    turn: &MailReading<'_>,
    has_fallen_back: bool,
    read: &[(&FolderCount, &FolderState)],
    unfinished: &HashSet<FolderId>,
) -> Result<(), Failure> {
    let account = &turn.claim.account.id;
    let unreadable = turn.store.unreadable_by_folder(account).await?.into_values();
    let unreadable: u64 = unreadable.map(|(all, _)| all).sum();
    let bodiless = if unfinished.is_empty() { turn.store.bodiless(account).await? } else { 0 };
    let found = [
        (ShortfallKind::Partial, partial(read)),
        (ShortfallKind::Holes, missing(read, unfinished, turn.horizon)),
        (ShortfallKind::Unswept, unswept(turn, read)),
        (ShortfallKind::Withheld, withheld(read)),
        (
            ShortfallKind::Bodiless,
            (bodiless > Shortfall::FEW).then(|| format!("{bodiless} messages have no body")),
        ),
        (
            ShortfallKind::Unreadable,
            (unreadable > Shortfall::FEW).then(|| format!("{unreadable} items cannot be read")),
        ),
        (ShortfallKind::Fallback, has_fallen_back.then(|| FALLEN_BACK.to_owned())),
    ];
    let since = turn.clock.now();
    let found =
        found.into_iter().filter_map(|(kind, message)| Some(Shortfall { kind, since, message: message? }));
    let found: Vec<_> = found.collect();
    let known = &turn.claim.state.shortfalls;
    let is_known =
        |one: &Shortfall| known.iter().any(|old| (old.kind, &old.message) == (one.kind, &one.message));
    if found.len() != known.len() || !found.iter().all(is_known) {
        turn.store.keep_shortfalls(turn.claim, &found).await?;
    }
    Ok(())
}

fn unswept(turn: &MailReading<'_>, read: &[(&FolderCount, &FolderState)]) -> Option<String> {
    let now = turn.clock.now();
    let of = |(_, state): &(&FolderCount, &FolderState)| {
        let since = sweep::lacking_since(state, turn.sweep, now)?;
        Some(format!("{} since {}", nameless(&state.folder), since.format("%F")))
    };
    let told: Vec<_> = read.iter().filter_map(of).collect();
    (!told.is_empty()).then(|| format!("not gone through by ids: {}", told.join(", ")))
}

/// What a list had at its end when it was last gone through, beside its count.
fn withheld(read: &[(&FolderCount, &FolderState)]) -> Option<String> {
    let of = |(_, state): &(&FolderCount, &FolderState)| {
        let last = state.sweeps.last.as_ref()?;
        let (listed, counted) = (last.listed, last.counted?);
        let lacks = counted.saturating_sub(i64::from(listed)) > Shortfall::FEW.cast_signed();
        lacks.then(|| {
            format!("{} shows {listed} of the {counted} items that it counts", nameless(&state.folder))
        })
    };
    let told: Vec<_> = read.iter().filter_map(of).collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn partial(read: &[(&FolderCount, &FolderState)]) -> Option<String> {
    let parts: Vec<_> = read.iter().filter(|(count, _)| !count.whole).collect();
    let (first, _) = parts.first()?;
    let way = first.seen_by.as_deref().map_or_else(String::new, |way| format!(", by {way}"));
    let folders: Vec<_> = parts.iter().map(|(count, _)| nameless(&count.folder)).collect();
    Some(format!("what is read of {} leaves something out{way}", folders.join(", ")))
}

/// What is had in part is not asked what it holds, nor what there was no time for.
fn missing(
    read: &[(&FolderCount, &FolderState)],
    unfinished: &HashSet<FolderId>,
    horizon: DateTime<Utc>,
) -> Option<String> {
    let is_asked = |count: &FolderCount| count.whole && !unfinished.contains(&count.folder.id);
    let whole = read.iter().filter(|(count, _)| is_asked(count) && count.seen_by.is_some());
    let of = |(_, state): &(&FolderCount, &FolderState)| {
        let holes = holes(&state.coverage, horizon);
        let hole = holes.first()?;
        let more = if holes.len() > 1 { format!(" and {} more", holes.len() - 1) } else { String::new() };
        let (after, until) = (hole.after.format("%F %H:%M"), hole.until.format("%F %H:%M"));
        Some(format!("{} between {after} and {until}{more}", nameless(&state.folder)))
    };
    let told: Vec<_> = whole.filter_map(of).collect();
    (!told.is_empty()).then(|| format!("mail may be missing: {}", told.join(", ")))
}
