//! The rows of one list together: one mailbox writes them all in one format, and they are in order.

use super::candidate::DateCandidate;
use super::culture::Culture;
use super::header::Bounds;
use super::reading::Reading;
use chrono::NaiveDateTime;
use std::cmp::Ordering;

/// A row as its list is read.
pub(super) struct ListedRow {
    pub(super) candidates: Vec<DateCandidate>,
    /// The days that the header above it allows.
    pub(super) bounds: Option<Bounds>,
    /// Whether it is the first below its header: order begins anew.
    pub(super) starts: bool,
}

/// Costs, in the units of `DateCandidate::cost`: a row of another format than the rest, out of order, outside
/// its group.
const FOREIGN: u32 = 12;
const OUT_OF_ORDER: u32 = 4;
const OUT_OF_BOUNDS: u32 = 6;
/// Lists are sorted by the newest first unless most rows say otherwise.
const OLDEST_FIRST: u32 = 6;

/// A way to read the whole list.
#[derive(Debug, Clone, Copy)]
struct Way {
    format: Option<usize>,
    dotted: bool,
    oldest_first: bool,
}

/// A list read one way: which candidate of each row, and what it all costs.
struct Path {
    way: Way,
    cost: u32,
    /// Of each row, the place of its candidate.
    chosen: Vec<usize>,
}

impl Path {
    fn of<'a>(&self, rows: &'a [ListedRow], row: usize) -> Option<&'a DateCandidate> {
        rows.get(row)?.candidates.get(*self.chosen.get(row)?)
    }
}

/// A list that was read.
pub(super) struct ReadList {
    /// How many rows could not be.
    pub(super) unread: usize,
    /// What it costs to believe the rest, in the units of `DateCandidate::cost`.
    pub(super) cost: u32,
    pub(super) readings: Vec<Option<Reading>>,
}

/// Reads all rows in the way that explains them best; a row is as sure as the next best way leaves it.
pub(super) fn read(rows: &[ListedRow], culture: &Culture) -> ReadList {
    let paths: Vec<Path> = ways(rows, culture).into_iter().map(|way| walk(rows, culture, way)).collect();
    let best = paths.iter().min_by_key(|path| path.cost);
    let readings = (0..rows.len()).map(|at| reading(rows, culture, &paths, best?, at));
    ReadList {
        unread: rows.iter().filter(|row| row.candidates.is_empty()).count(),
        cost: best.map_or(0, |best| best.cost),
        readings: readings.collect(),
    }
}

fn reading(rows: &[ListedRow], culture: &Culture, paths: &[Path], best: &Path, at: usize) -> Option<Reading> {
    let chosen = best.of(rows, at)?;
    let cost = local(chosen, culture, best.way);
    let elsewhere =
        paths.iter().filter_map(|path| Some((path.of(rows, at)?.at(), cost + path.cost - best.cost)));
    let here = neighbours(rows, best, at, culture);
    Some(Reading::new(chosen, cost, elsewhere.chain(here)))
}

/// Every format that reads a row, in both orders, with dotted times and without where there are any.
fn ways(rows: &[ListedRow], culture: &Culture) -> Vec<Way> {
    let all = || rows.iter().flat_map(|row| &row.candidates);
    let formats: Vec<_> = std::iter::once(None)
        .chain((0..culture.formats.len()).map(Some))
        .filter(|format| format.is_none() || all().any(|candidate| candidate.format == *format))
        .collect();
    let dotted: &[bool] =
        if all().any(|candidate| candidate.dotted == Some(true)) { &[false, true] } else { &[false] };
    let orders = if rows.len() > 2 { &[false, true][..] } else { &[false] };
    let mut ways = Vec::new();
    for &format in &formats {
        for &dotted in dotted {
            ways.extend(orders.iter().map(|&oldest_first| Way { format, dotted, oldest_first }));
        }
    }
    ways
}

/// What a candidate costs by itself, read this way. The rank of the list's format counts once, not per row.
fn local(candidate: &DateCandidate, culture: &Culture, way: Way) -> u32 {
    let foreign = candidate.format.is_some_and(|format| way.format != Some(format));
    let other_time = candidate.dotted.is_some_and(|dotted| dotted != way.dotted);
    let rank = if foreign { candidate.total(culture) - candidate.cost + FOREIGN } else { 0 };
    candidate.cost + rank + if other_time { FOREIGN } else { 0 }
}

fn in_bounds(candidate: &DateCandidate, row: &ListedRow) -> u32 {
    match row.bounds {
        Some((first, last)) if !(first..=last).contains(&candidate.day) => OUT_OF_BOUNDS,
        _ => 0,
    }
}

/// What it costs that `next` follows `last`.
fn step(last: &DateCandidate, next: &DateCandidate, row: &ListedRow, way: Way) -> u32 {
    let order = match (last.time, next.time) {
        (Some(_), Some(_)) => last.at().cmp(&next.at()),
        _ => last.day.cmp(&next.day),
    };
    let wrong = if way.oldest_first { Ordering::Greater } else { Ordering::Less };
    if order == wrong && !row.starts { OUT_OF_ORDER } else { 0 }
}

/// The cheapest choice of one candidate per row (Viterbi's algorithm).
fn walk(rows: &[ListedRow], culture: &Culture, way: Way) -> Path {
    let mut last: Option<&ListedRow> = None;
    let mut costs: Vec<u32> = Vec::new();
    let mut came_from: Vec<Vec<usize>> = Vec::new();
    for row in rows {
        if row.candidates.is_empty() {
            came_from.push(Vec::new());
            continue;
        }
        let mut next = Vec::with_capacity(row.candidates.len());
        let mut from = Vec::with_capacity(row.candidates.len());
        for candidate in &row.candidates {
            let steps = last.into_iter().flat_map(|last| last.candidates.iter().zip(&costs).enumerate());
            let steps = steps.map(|(at, (before, cost))| (cost + step(before, candidate, row, way), at));
            let (cost, at) = steps.min().unwrap_or_default();
            next.push(cost + local(candidate, culture, way) + in_bounds(candidate, row));
            from.push(at);
        }
        costs = next;
        came_from.push(from);
        last = Some(row);
    }
    let (cost, end) = costs.iter().zip(0..).min().map_or((0, 0), |(cost, at)| (*cost, at));
    let rank = way.format.map_or(0, |format| culture.formats[format].rank);
    let order = if way.oldest_first { OLDEST_FIRST } else { 0 };
    Path { way, cost: cost + rank + order, chosen: backwards(&came_from, end) }
}

fn backwards(came_from: &[Vec<usize>], end: usize) -> Vec<usize> {
    let mut at = end;
    let mut chosen: Vec<usize> = came_from
        .iter()
        .rev()
        .map(|from| from.get(at).map_or(0, |before| std::mem::replace(&mut at, *before)))
        .collect();
    chosen.reverse();
    chosen
}

/// What the other candidates of row `at` would cost in its place, the rest of the list left as it is.
fn neighbours<'a>(
    rows: &'a [ListedRow],
    path: &'a Path,
    at: usize,
    culture: &'a Culture,
) -> impl Iterator<Item = (NaiveDateTime, u32)> + 'a {
    let before = (0..at).rev().find_map(|row| path.of(rows, row));
    let after = (at + 1..rows.len()).find_map(|row| Some((row, path.of(rows, row)?)));
    let around = move |candidate: &DateCandidate| {
        let above = before.map_or(0, |before| step(before, candidate, &rows[at], path.way));
        let below = after.map_or(0, |(row, after)| step(candidate, after, &rows[row], path.way));
        in_bounds(candidate, &rows[at]) + above + below
    };
    let base = path.of(rows, at).map_or(0, around);
    let whole = move |candidate: &DateCandidate| {
        (local(candidate, culture, path.way) + around(candidate)).saturating_sub(base)
    };
    rows[at].candidates.iter().map(move |candidate| (candidate.at(), whole(candidate)))
}
