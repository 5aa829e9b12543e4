//! Why an account stands as it does, since when, whose turn it is, the next step and the next try. Pure: every
//! edge that tells a person how an account does takes its words from here.

use super::health::{AccountHealth, HealthReason, PartHealth, Verdict, of_verdict, step};
use crate::error::WhoseTurn;
use crate::model::{Part, Shortfall};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What is to be said of an account, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Explanation {
    /// The part that it is about; `None` of the account as a whole.
    pub part: Option<Part>,
    /// How it does.
    pub state: Verdict,
    /// The stable word for what a turn met, or for what keeps it from being complete.
    pub code: Option<String>,
    /// Why it stands so.
    pub because: String,
    /// The word for that, where it has no code.
    #[serde(skip)]
    pub reason: Option<HealthReason>,
    /// Since when, as far as that is known.
    pub since: Option<DateTime<Utc>>,
    /// Failures in a row.
    pub failures: i64,
    /// Who has to act.
    pub whose_turn: WhoseTurn,
    /// What they have to do.
    pub next_step: String,
    /// When it is tried again by itself; `None` where it is not before somebody acts.
    pub next_try: Option<DateTime<Utc>>,
}

impl Explanation {
    /// Whether all is as it should be and nobody has to do anything.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        let is_well = matches!(self.state, Verdict::Ok | Verdict::Importing | Verdict::New | Verdict::NoMail);
        is_well && self.code.is_none() && self.whose_turn == WhoseTurn::Nobody
    }

    /// What is to be said of a part.
    #[must_use]
    pub fn of_part(part: &PartHealth) -> Self {
        let (whose_turn, next_step) = said(part.whose_turn, part.hint.as_deref(), part.verdict);
        Self {
            part: Some(part.part),
            state: part.verdict,
            code: part.error.clone(),
            because: part.because.clone(),
            reason: part.reason,
            since: part.since,
            failures: part.failures,
            whose_turn,
            next_step,
            next_try: part.next_at,
        }
    }

    /// Whose turn it is and the next step, in a sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        self.whose_turn.sentence(&self.next_step)
    }
}

/// What is to be said of an account: what keeps it from being complete first, then each of its parts. There is
/// always something.
#[must_use]
pub fn explain(card: &AccountHealth) -> Vec<Explanation> {
    let is_degraded = card.verdict == Verdict::Degraded;
    let shortfalls: Vec<_> = card.degraded.iter().filter(|_| is_degraded).collect();
    // What is told as a shortfall is not told once more as what a turn said of its part.
    let is_told = |part: &PartHealth| {
        shortfalls.iter().any(|shortfall| Some(&shortfall.message) == part.message.as_ref())
    };
    let of_parts = card.parts.iter().filter(|part| !is_told(part)).map(Explanation::of_part);
    let incomplete = shortfalls.iter().map(|shortfall| incomplete(card, shortfall));
    let is_whole = card.parts.is_empty() || card.verdict == Verdict::NoMail;
    let whole = is_whole.then(|| whole(card));
    incomplete.chain(whole).chain(of_parts).collect()
}

fn incomplete(card: &AccountHealth, shortfall: &Shortfall) -> Explanation {
    let part = shortfall.kind.part();
    let (whose_turn, next_step) = shortfall.kind.step();
    Explanation {
        part: Some(part),
        state: Verdict::Degraded,
        code: Some(shortfall.kind.as_str().to_owned()),
        because: shortfall.message.clone(),
        reason: None,
        since: Some(shortfall.since),
        failures: 0,
        whose_turn,
        next_step: next_step.to_owned(),
        next_try: card.parts.iter().find(|card| card.part == part).and_then(|card| card.next_at),
    }
}

/// Of an account without parts, or whose mail is not read.
fn whole(card: &AccountHealth) -> Explanation {
    let (whose_turn, next_step) = said(card.whose_turn, card.hint.as_deref(), card.verdict);
    Explanation {
        part: None,
        state: card.verdict,
        code: card.oauth.as_ref().and_then(|connection| connection.error).map(str::to_owned),
        because: of_verdict(card.verdict).text().to_owned(),
        reason: Some(of_verdict(card.verdict)),
        since: None,
        failures: 0,
        whose_turn,
        next_step,
        next_try: None,
    }
}

/// What was said of whose turn it is, else what the verdict says.
fn said(whose_turn: Option<WhoseTurn>, hint: Option<&str>, verdict: Verdict) -> (WhoseTurn, String) {
    let said = whose_turn.zip(hint).map(|(whose_turn, hint)| (whose_turn, WhoseTurn::next_step(hint)));
    let (whose_turn, next) = said.unwrap_or_else(|| step(verdict));
    (whose_turn, next.to_owned())
}

#[cfg(test)]
mod tests;
