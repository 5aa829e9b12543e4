//! The bytes of what hangs on a message, and a message as MIME, which the server makes at the time of reading.
//! <https://learn.microsoft.com/graph/api/attachment-get>, <https://learn.microsoft.com/graph/outlook-get-mime-message>
//!
//! They are handed on piece by piece, of any length that is let through.

use super::attachments::list_of;
use super::id;
use crate::graph::{GraphError, GraphMailbox};
use crate::model::ItemKey;
use reqwest::Response;

/// What is asked for of a message.
#[derive(Debug, Clone, Copy)]
pub enum ContentOf<'a> {
    /// The message as MIME.
    Message,
    /// What hangs on it by this id: the bytes of a file, an item as MIME.
    Attachment(&'a str),
}

/// Bytes that come piece by piece.
#[derive(Debug)]
pub struct GraphContent {
    response: Response,
    /// How many may still come.
    left: u64,
}

impl GraphContent {
    /// How many bytes come in all, where the server says it.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// `Unreachable` where it breaks off, `TooLong` where more comes than is let through.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, GraphError> {
        let Some(piece) = self.response.chunk().await.map_err(GraphError::unreachable)? else {
            return Ok(None);
        };
        self.left = self.left.checked_sub(piece.len() as u64).ok_or(GraphError::TooLong)?;
        Ok(Some(piece.into()))
    }
}

impl GraphMailbox {
    /// What is asked for of a message, at most so many bytes of it.
    ///
    /// # Errors
    /// Those of Graph; `TooLong` where the server says that there are more.
    pub async fn content(
        &self,
        key: &ItemKey,
        of: ContentOf<'_>,
        most: u64,
    ) -> Result<GraphContent, GraphError> {
        let message = id::to_graph(&key.id);
        let address = match of {
            ContentOf::Message => self.address(&["me", "messages", &message, "$value"], &[]),
            ContentOf::Attachment(own) => {
                let own = id::to_graph(own);
                let path: Vec<_> = list_of(&message).into_iter().chain([own.as_str(), "$value"]).collect();
                self.address(&path, &[])
            }
        };
        let response = self.stream(address).await?;
        match response.content_length() {
            Some(length) if length > most => Err(GraphError::TooLong),
            _ => Ok(GraphContent { response, left: most }),
        }
    }
}
