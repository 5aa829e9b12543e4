//! A stored message as a person reads it.

use super::Desk;
use super::error::Result;
use super::messages::MessageWhole;
use crate::html::{self, SafeHtml};
use crate::model::{AccountId, Actor, BodyKind, MessageId};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// So many bodies are read at once: a large one takes a processor for a while.
const AT_ONCE: usize = 2;

/// The bodies that are being read.
#[derive(Debug)]
pub(super) struct Readings(Arc<Semaphore>);

impl Default for Readings {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Readings {
    /// What `read` makes of a body, when it has its turn; it keeps that also where nobody waits for it any more.
    async fn of<T: Send + 'static>(&self, read: impl FnOnce() -> T + Send + 'static) -> T {
        let place = Arc::clone(&self.0).acquire_owned().await;
        let read = move || {
            let _place = place;
            read()
        };
        let done = tokio::task::spawn_blocking(read).await;
        done.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()))
    }
}

/// A message and its text.
#[derive(Debug)]
pub struct MessageReading {
    /// All that is stored of it.
    pub whole: MessageWhole,
    /// What it says; `None` while its body was not fetched, or where it cannot be read.
    pub text: Option<String>,
}

/// A message and its HTML as it may be shown.
#[derive(Debug)]
pub struct MessageShown {
    /// All that is stored of it.
    pub whole: MessageWhole,
    /// `None` where it has none, or it cannot be read.
    pub html: Option<SafeHtml>,
}

impl Desk {
    /// A message of the account of this id, to be read as text.
    ///
    /// # Errors
    /// As `message`.
    pub async fn reading(
        &self,
        actor: &Actor,
        id: &AccountId,
        message: &MessageId,
    ) -> Result<MessageReading> {
        let whole = self.message(actor, id, message).await?;
        let read = move || {
            let text = whole.body.as_ref().and_then(|body| match body.kind {
                BodyKind::Text => Some(body.content.clone()),
                BodyKind::Html => html::text(&body.content),
            });
            MessageReading { whole, text }
        };
        Ok(self.readings.of(read).await)
    }

    /// The same, as its sender laid it out.
    ///
    /// # Errors
    /// As `message`.
    pub async fn laid_out(&self, actor: &Actor, id: &AccountId, message: &MessageId) -> Result<MessageShown> {
        let whole = self.message(actor, id, message).await?;
        let read = move || {
            let body = whole.body.as_ref().filter(|body| body.kind == BodyKind::Html);
            let html = body.and_then(|body| html::safe(&body.content));
            MessageShown { whole, html }
        };
        Ok(self.readings.of(read).await)
    }
}
