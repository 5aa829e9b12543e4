//! Requests that their callers may make again under a key: the same again does nothing, and is answered as it was.

use super::Desk;
use super::error::{DeskError, Result};
use crate::model::RequestKey;
use crate::secret::SecretText;
use crate::store::RequestRun;
use crate::strongbox::RequestState;

/// What is to be done about a request under a key.
pub enum RequestTurn {
    /// It is done, and its answer kept or its key freed.
    First(RequestUnderWay),
    /// It was done: this is what it was answered with.
    Again(SecretText),
}

/// A request that is being done. Where it is neither answered nor left, its key is free after two minutes.
pub struct RequestUnderWay {
    key: RequestKey,
    run: RequestRun,
}

impl Desk {
    /// Begins a request under a key.
    ///
    /// # Errors
    /// `KeyReused` where something else was asked under it; `RequestUnderWay`; those of the database.
    pub async fn begin_request(&self, key: RequestKey) -> Result<RequestTurn> {
        match self.strongbox.begin_request(&key).await? {
            RequestState::Begun(run) => Ok(RequestTurn::First(RequestUnderWay { key, run })),
            RequestState::UnderWay => Err(DeskError::RequestUnderWay),
            RequestState::Answered { request, .. } if request != key.request => Err(DeskError::KeyReused),
            RequestState::Answered { answer, .. } => Ok(RequestTurn::Again(answer)),
        }
    }

    /// Keeps what a request was answered with, for a day; of a refused one (`None`) nothing, so that it can be made again.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn end_request(&self, of: &RequestUnderWay, answer: Option<&SecretText>) -> Result<()> {
        match answer {
            Some(answer) => self.strongbox.keep_answer(&of.key, &of.run, answer).await?,
            None => self.strongbox.forget_request(&of.run).await?,
        }
        Ok(())
    }
}
