//! An act that is sent: batch by batch, and what came of each message.

use super::{ActOutcome, MessageAct, MessageActed, MessagesActed};
use crate::clock::Clock;
use crate::desk::DeskError;
use crate::error::{Disposition, Meaning, WhoseTurn};
use crate::graph::{GraphError, GraphMailbox, MailAct};
use crate::model::{AuditEntry, AuditId, ItemKey, KeySpace, MessageId, Reach};
use crate::store::Store;
use crate::sync::access::GraphAccess;
use crate::sync::{Cycle, Failure};
use std::sync::Arc;

/// An act that was written down and begins.
pub(super) struct ActSending {
    pub(super) access: GraphAccess,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) cycle: Arc<Cycle>,
    /// The line that says that it was asked for.
    pub(super) begun: AuditEntry,
    pub(super) wished: MessageAct,
    pub(super) act: MailAct,
    /// Each with what Graph knows it by.
    pub(super) messages: Vec<(MessageId, Option<ItemKey>)>,
}

/// What came of it for one message.
#[derive(Clone)]
enum ActAnswer {
    Done,
    Gone(Failure),
    Failed(Failure),
    /// It may have been done: the answer was lost.
    Unknown(Failure),
}

impl ActSending {
    /// Does it to all of them. What came of each batch is written down before the next is sent.
    pub(super) async fn send(mut self) -> MessagesActed {
        let (messages, mut acted) = (std::mem::take(&mut self.messages), MessagesActed::new(self.wished));
        let mut stopped = None;
        for batch in messages.chunks(GraphMailbox::MOST_ACTS) {
            let keys: Vec<_> = batch.iter().filter_map(|(_, key)| key.clone()).collect();
            let mut answers = self.send_unless(&mut stopped, &keys).await.into_iter();
            let first = acted.messages.len();
            for (id, key) in batch {
                let answer = key.as_ref().and_then(|_| answers.next()).unwrap_or_else(|| nameless(id));
                acted.add(id, key.as_ref(), &answer);
            }
            self.note(&acted.messages[first..]).await;
        }
        self.read_anew(&mut acted).await;
        acted
    }

    /// What concerns all of them stops it: the rest is not sent.
    async fn send_unless(&mut self, stopped: &mut Option<Failure>, keys: &[ItemKey]) -> Vec<ActAnswer> {
        if let Some(failure) = stopped {
            return vec![ActAnswer::Failed(failure.clone()); keys.len()];
        }
        self.send_batch(keys).await.unwrap_or_else(|answer| {
            *stopped = answer.failure().cloned();
            vec![answer; keys.len()]
        })
    }

    /// Once more with another token those for which this one was taken no longer.
    async fn send_batch(&mut self, keys: &[ItemKey]) -> Result<Vec<ActAnswer>, ActAnswer> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let answers = match self.access.mailbox.act(&self.act, keys).await {
            Err(GraphError::Unauthorized(_)) if self.renewed().await? => {
                self.access.mailbox.act(&self.act, keys).await
            }
            answers => answers,
        };
        let answers = answers.map_err(|error| self.lost(error))?;
        let is_refused = |answer: &Result<(), GraphError>| matches!(answer, Err(GraphError::Unauthorized(_)));
        // With a token that is taken no longer those that were put off are not asked again either.
        let is_open = |answer| is_refused(answer) || matches!(answer, Err(GraphError::Busy { .. }));
        let has_ended = answers.iter().any(is_refused);
        let again: Vec<_> = (0..answers.len()).filter(|at| has_ended && is_open(&answers[*at])).collect();
        let mut answers: Vec<_> = answers.into_iter().map(|answer| self.said(answer)).collect();
        if !again.is_empty() && self.access.renew().await.unwrap_or(false) {
            let refused: Vec<_> = again.iter().map(|at| keys[*at].clone()).collect();
            let more = match self.access.mailbox.act(&self.act, &refused).await {
                Ok(more) => more.into_iter().map(|answer| self.said(answer)).collect(),
                Err(error) => vec![self.lost(error); again.len()],
            };
            again.into_iter().zip(more).for_each(|(at, answer)| answers[at] = answer);
        }
        Ok(answers)
    }

    async fn renewed(&mut self) -> Result<bool, ActAnswer> {
        self.access.renew().await.map_err(|error| ActAnswer::Failed(error.into()))
    }

    fn said(&self, answer: Result<(), GraphError>) -> ActAnswer {
        match answer {
            Ok(()) => ActAnswer::Done,
            Err(error @ GraphError::Gone(_)) => ActAnswer::Gone(self.failure(error)),
            Err(error) => self.lost(error),
        }
    }

    /// Of what was surely not done it is said; else it may have been.
    fn lost(&self, error: GraphError) -> ActAnswer {
        let is_undone = error.is_undone();
        let failure = self.failure(error);
        if is_undone { ActAnswer::Failed(failure) } else { ActAnswer::Unknown(failure) }
    }

    /// Nothing repeats an act by itself, whatever passes.
    fn failure(&self, error: GraphError) -> Failure {
        let Failure { meaning, message } = error.asked_for(self.access.wanted).into();
        let passes = meaning.disposition == Disposition::Retry;
        let next = "look at what the mailbox has after its next turn, and ask for what is left once more.";
        let own = |meaning| Meaning { whose_turn: WhoseTurn::Operator, next: next.into(), ..meaning };
        Failure { meaning: if passes { own(meaning) } else { meaning }, message }
    }

    /// Writes down what came of each message of a batch.
    async fn note(&self, batch: &[MessageActed]) {
        let at = self.clock.now();
        let of = |outcome: ActOutcome| {
            let ids: Vec<_> =
                batch.iter().filter(|one| one.outcome == outcome).map(|one| one.id.as_str()).collect();
            (!ids.is_empty()).then(|| format!("{} {}: {}", ids.len(), outcome.as_str(), ids.join(" ")))
        };
        let came: Vec<_> = ActOutcome::ALL.into_iter().filter_map(of).collect();
        let detail = Some(format!("{}: {}", self.wished.as_str(), came.join(", ")));
        let line = AuditEntry { id: AuditId::new(at), at, detail, ..self.begun.clone() };
        if let Err(error) = self.store.audit(&line).await {
            tracing::error!(%error, "what came of an act on messages could not be written down");
        }
    }

    /// Has the mailbox read: it may have other things in it now.
    async fn read_anew(&self, acted: &mut MessagesActed) {
        let may_differ = acted.done + acted.gone + acted.unknown > 0;
        let Some(account) = self.begun.account.as_ref().filter(|_| may_differ) else { return };
        match self.store.make_due(&Reach::Everyone, Some(account), self.clock.now()).await {
            Ok(due) => {
                acted.is_read_now = due > 0;
                self.cycle.wake();
            }
            // It is read at its next turn.
            Err(error) => tracing::warn!(%error, "a mailbox could not be made due"),
        }
    }
}

/// A message that the account has not, or that Graph has not named yet.
fn nameless(id: &MessageId) -> ActAnswer {
    ActAnswer::Failed(DeskError::NoSuchMessage(id.to_string()).into())
}

impl ActAnswer {
    fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Done => None,
            Self::Gone(failure) | Self::Failed(failure) | Self::Unknown(failure) => Some(failure),
        }
    }

    const fn outcome(&self) -> ActOutcome {
        match self {
            Self::Done => ActOutcome::Done,
            Self::Gone(_) => ActOutcome::Gone,
            Self::Failed(_) => ActOutcome::Failed,
            Self::Unknown(_) => ActOutcome::Unknown,
        }
    }
}

impl MessagesActed {
    fn new(act: MessageAct) -> Self {
        let messages = Vec::new();
        Self { act, done: 0, gone: 0, failed: 0, unknown: 0, messages, is_read_now: false, worst: None }
    }

    fn add(&mut self, id: &MessageId, key: Option<&ItemKey>, answer: &ActAnswer) {
        let outcome = answer.outcome();
        match outcome {
            ActOutcome::Done => self.done += 1,
            ActOutcome::Gone => self.gone += 1,
            ActOutcome::Failed => self.failed += 1,
            ActOutcome::Unknown => self.unknown += 1,
        }
        // By an id that outlives a move it is known that what was to be deleted is not there; by any other it may lie
        // elsewhere.
        let is_lasting = key.is_some_and(|key| key.space == KeySpace::EXCHANGE_IMMUTABLE);
        let is_wished = outcome == ActOutcome::Gone && self.act.deletes() && is_lasting;
        let failure = answer.failure().filter(|_| !is_wished);
        self.messages.push(MessageActed {
            id: id.clone(),
            outcome,
            error: failure.map(|failure| failure.meaning.code),
            message: failure.map(|failure| failure.message.clone()),
            hint: failure.map(|failure| failure.meaning.hint()),
        });
        let known = self.worst.as_ref().map(|worst| worst.meaning.disposition);
        let worse = |failure: &&Failure| known.is_none_or(|known| failure.meaning.disposition > known);
        if let Some(failure) = failure.filter(worse) {
            self.worst = Some(failure.clone());
        }
    }
}
