//! Answers to requests under keys of their callers'. One whose key of the ring is retired or lost, or whose row was written
//! by somebody else, is as if it had never been.

use super::{Result, Strongbox};
use crate::model::RequestKey;
use crate::secret::{ExposeSecret, SecretText, secret};
use crate::store::{RequestFound, RequestRun, SealedAnswer};
use crate::vault::{DataKey, Place};

/// The key of an answer is no account's.
const NO_OWNER: &str = "";

/// How a request under a key stands.
pub enum RequestState {
    /// It was never made: it is under way from now on.
    Begun(RequestRun),
    /// It is under way.
    UnderWay,
    /// It was answered.
    Answered {
        /// What stands for what was asked.
        request: String,
        /// What it was answered with.
        answer: SecretText,
    },
}

impl Strongbox {
    /// Begins a request under a key, unless it was begun before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_request(&self, key: &RequestKey) -> Result<RequestState> {
        loop {
            let kept = match self.store.begin_request(key, self.clock.now()).await? {
                RequestFound::Begun(run) => return Ok(RequestState::Begun(run)),
                RequestFound::UnderWay => return Ok(RequestState::UnderWay),
                RequestFound::Answered(kept) => kept,
            };
            if let Some((request, answer)) = self.opened_answer(&key.key, &kept) {
                return Ok(RequestState::Answered { request, answer: secret(answer) });
            }
            self.store.forget_answer(key, &kept).await?;
        }
    }

    /// Keeps what a request was answered with, beside what was asked: a digest of that alone could be guessed at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_answer(&self, key: &RequestKey, run: &RequestRun, answer: &SecretText) -> Result<()> {
        let own = DataKey::generate();
        let wrapped = self.ring.wrap(&key.key, NO_OWNER, &own);
        let plain = serde_json::json!([key.request, answer.expose_secret()]).to_string();
        let sealed = own.seal(&place(&key.key), &secret(plain));
        Ok(self.store.keep_answer(run, &SealedAnswer { wrapped, sealed }, self.clock.now()).await?)
    }

    /// Forgets a request that is under way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_request(&self, run: &RequestRun) -> Result<()> {
        Ok(self.store.forget_request(run).await?)
    }

    /// What was asked and the answer; `None` where it does not open.
    fn opened_answer(&self, key: &str, kept: &SealedAnswer) -> Option<(String, String)> {
        let own = self.ring.unwrap(key, NO_OWNER, &kept.wrapped);
        let plain = own.and_then(|own| own.open(&place(key), &kept.sealed));
        let plain = plain.inspect_err(|error| tracing::warn!(%error, "a kept answer does not open")).ok()?;
        serde_json::from_str(plain.expose_secret()).ok()
    }
}

fn place(key: &str) -> Place<'_> {
    Place { table: "kept_answer", column: "sealed", row: key, account: "" }
}
