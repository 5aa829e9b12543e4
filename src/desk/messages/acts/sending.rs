//! An act that is sent: batch by batch, and what came of each message.

use super::{ActOutcome, MessageAct, MessageActed, MessagesActed};
use crate::clock::Clock;
use crate::desk::DeskError;
use crate::graph::{GraphError, GraphMailbox, MailAct};
use crate::model::{AuditEntry, AuditId, ItemKey, MessageId, Reach};
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
enum ActAnswer {
    Done,
    Gone(Failure),
    Failed(Failure),
}

impl ActSending {
    /// Does it to all of them, and writes down to how many it was done.
    pub(super) async fn send(mut self) -> MessagesActed {
        let messages = std::mem::take(&mut self.messages);
        let keys: Vec<_> = messages.iter().filter_map(|(_, key)| key.clone()).collect();
        let mut answers = self.send_each(&keys).await.into_iter();
        let unknown = |id: &MessageId| ActAnswer::Failed(DeskError::NoSuchMessage(id.to_string()).into());
        let acted = messages.into_iter().map(|(id, key)| {
            let sent = key.and_then(|_| answers.next()).unwrap_or_else(|| unknown(&id));
            (id, sent)
        });
        let acted = MessagesActed::of(self.wished, acted.collect());
        self.end(&acted).await;
        acted
    }

    /// What came of each, in their order. What concerns all of them ends it: the rest is told the same.
    async fn send_each(&mut self, keys: &[ItemKey]) -> Vec<ActAnswer> {
        let mut sent = Vec::with_capacity(keys.len());
        for batch in keys.chunks(GraphMailbox::MOST_ACTS) {
            match self.send_batch(batch).await {
                Ok(answers) => sent.extend(answers),
                Err(failure) => {
                    let rest = keys.len() - sent.len();
                    sent.extend((0..rest).map(|_| ActAnswer::Failed(failure.clone())));
                    break;
                }
            }
        }
        sent
    }

    /// Once more with another token those for which this one was taken no longer.
    async fn send_batch(&mut self, keys: &[ItemKey]) -> Result<Vec<ActAnswer>, Failure> {
        let mut answers = match self.access.mailbox.act(&self.act, keys).await {
            Err(GraphError::Unauthorized(_)) if self.access.renew().await? => {
                self.access.mailbox.act(&self.act, keys).await
            }
            answers => answers,
        }
        .map_err(|error| self.failure(error))?;
        let is_refused = |at: &usize| matches!(answers[*at], Err(GraphError::Unauthorized(_)));
        let again: Vec<_> = (0..answers.len()).filter(is_refused).collect();
        if !again.is_empty() && self.access.renew().await.unwrap_or(false) {
            let refused: Vec<_> = again.iter().map(|at| keys[*at].clone()).collect();
            if let Ok(more) = self.access.mailbox.act(&self.act, &refused).await {
                again.into_iter().zip(more).for_each(|(at, answer)| answers[at] = answer);
            }
        }
        Ok(answers.into_iter().map(|answer| self.sent(answer)).collect())
    }

    fn sent(&self, answer: Result<(), GraphError>) -> ActAnswer {
        match answer {
            Ok(()) => ActAnswer::Done,
            Err(error @ GraphError::Gone(_)) => ActAnswer::Gone(self.failure(error)),
            Err(error) => ActAnswer::Failed(self.failure(error)),
        }
    }

    fn failure(&self, error: GraphError) -> Failure {
        error.asked_for(self.access.wanted).into()
    }

    /// Writes down what came of it, and has the mailbox read: it has other things in it now.
    async fn end(&self, acted: &MessagesActed) {
        let at = self.clock.now();
        let MessagesActed { act, done, gone, failed, .. } = acted;
        let detail = Some(format!("{}: {done} done, {gone} gone, {failed} failed", act.as_str()));
        let line = AuditEntry { id: AuditId::new(at), at, detail, ..self.begun.clone() };
        if let Err(error) = self.store.audit(&line).await {
            tracing::error!(%error, "what came of an act on messages could not be written down");
        }
        let is_different = acted.done + acted.gone > 0;
        let Some(account) = self.begun.account.as_ref().filter(|_| is_different) else { return };
        match self.store.make_due(&Reach::Everyone, Some(account), at).await {
            Ok(_) => self.cycle.wake(),
            // It is read at its next turn.
            Err(error) => tracing::warn!(%error, "a mailbox could not be made due"),
        }
    }
}

impl MessagesActed {
    fn of(act: MessageAct, sent: Vec<(MessageId, ActAnswer)>) -> Self {
        let mut acted = Self { act, done: 0, gone: 0, failed: 0, messages: Vec::new(), worst: None };
        for (id, sent) in sent {
            let (outcome, failure) = match sent {
                ActAnswer::Done => (ActOutcome::Done, None),
                // What was to be deleted is not there: that was wished.
                ActAnswer::Gone(_) if act.deletes() => (ActOutcome::Gone, None),
                ActAnswer::Gone(failure) => (ActOutcome::Gone, Some(failure)),
                ActAnswer::Failed(failure) => (ActOutcome::Failed, Some(failure)),
            };
            match outcome {
                ActOutcome::Done => acted.done += 1,
                ActOutcome::Gone => acted.gone += 1,
                ActOutcome::Failed => acted.failed += 1,
            }
            acted.messages.push(MessageActed {
                id,
                outcome,
                error: failure.as_ref().map(|failure| failure.meaning.code),
                message: failure.as_ref().map(|failure| failure.message.clone()),
                hint: failure.as_ref().map(|failure| failure.meaning.hint()),
            });
            let worse = |failure: &Failure| {
                let known = acted.worst.as_ref().map(|worst| worst.meaning.disposition);
                known.is_none_or(|known| failure.meaning.disposition > known)
            };
            if let Some(failure) = failure.filter(worse) {
                acted.worst = Some(failure);
            }
        }
        acted
    }
}
