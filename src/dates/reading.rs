//! The answer: which instant, how exactly, how surely, and what else it could be.

use super::candidate::DateCandidate;
use chrono::NaiveDateTime;
use serde::Serialize;

/// What a text of the list says, in the mailbox's own time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The instant; the start of the day where only the day is known.
    pub at: NaiveDateTime,
    /// Whether the minute is known, or the day alone.
    pub granularity: Granularity,
    /// How far it stands before what else it may mean.
    pub confidence: Confidence,
    /// What else it may mean, the likelier first.
    pub alternatives: Vec<NaiveDateTime>,
}

/// How exactly an instant is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// To the minute.
    Minute,
    /// Only the day.
    Day,
}

/// How surely a text was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Two readings fit about as well, or the only one hardly does.
    Low,
    /// The best reading stands before the others.
    Medium,
    /// Nothing else fits.
    High,
}

/// Readings that cost so much more than the best are not worth naming.
const ALTERNATIVE: u32 = 5;

impl Reading {
    /// Out of the readings of one text that stands alone, each with its cost.
    pub(super) fn of_one(readings: &[(DateCandidate, u32)]) -> Option<Self> {
        let (best, cost) = readings.iter().min_by_key(|(_, cost)| *cost)?;
        Some(Self::new(best, *cost, readings.iter().map(|(other, cost)| (other.at(), *cost))))
    }

    /// `best` at its cost, beside others at theirs, in the units of `DateCandidate::cost`.
    pub(super) fn new(
        best: &DateCandidate,
        cost: u32,
        others: impl Iterator<Item = (NaiveDateTime, u32)>,
    ) -> Self {
        let at = best.at();
        let mut near: Vec<_> =
            others.filter(|(other, more)| *other != at && *more < cost + ALTERNATIVE).collect();
        near.sort_unstable_by_key(|(_, cost)| *cost);
        let ahead = near.first().map_or(ALTERNATIVE, |(_, next)| next.saturating_sub(cost));
        let mut alternatives = Vec::new();
        for (other, _) in near {
            if !alternatives.contains(&other) {
                alternatives.push(other);
            }
        }
        let granularity = if best.time.is_some() { Granularity::Minute } else { Granularity::Day };
        Self { at, granularity, confidence: Confidence::of(cost, ahead), alternatives }
    }
}

impl Confidence {
    /// Of a reading that costs `cost`, `ahead` less than the next.
    fn of(cost: u32, ahead: u32) -> Self {
        match (cost, ahead) {
            (8.., _) | (_, ..=1) => Self::Low,
            (5.., _) | (_, 2) => Self::Medium,
            _ => Self::High,
        }
    }
}
