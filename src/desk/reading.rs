//! A stored message as a person reads it.

use super::Desk;
use super::error::Result;
use super::messages::{BodyDetail, MessageWhole};
use crate::html::{self, SafeHtml};
use crate::model::{AccountId, Actor, BodyKind, MessageId};

/// A message, its text, and its HTML as it may be shown.
#[derive(Debug)]
pub struct MessageReading {
    /// All that is stored of it.
    pub whole: MessageWhole,
    /// What it says; `None` while its body was not fetched, or where it cannot be read.
    pub text: Option<String>,
    /// `None` also where it has none.
    pub html: Option<SafeHtml>,
}

impl Desk {
    /// A message of the account of this id, to be read.
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
        // A large one takes its time, in which this thread has others to serve.
        let read = tokio::task::spawn_blocking(move || MessageReading::of(whole)).await;
        Ok(read.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic())))
    }
}

impl MessageReading {
    fn of(whole: MessageWhole) -> Self {
        let (text, html) = match &whole.body {
            None => (None, None),
            Some(BodyDetail { kind: BodyKind::Text, content, .. }) => (Some(content.clone()), None),
            Some(BodyDetail { kind: BodyKind::Html, content, .. }) => {
                (html::text(content), html::safe(content))
            }
        };
        Self { whole, text, html }
    }
}
