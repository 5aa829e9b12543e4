//! The pool.

use super::{BrowserError, Context, ContextWish, Settings};
use crate::clock::Clock;

/// The pool: Chromium is launched on first need, and closed when idle.
#[derive(Clone)]
pub struct Browser {
    _settings: Settings,
    _clock: Clock,
}

/// What the installed Chromium is.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Such as `Chrome/156.0.8078.79`.
    pub version: String,
    /// Whether its own page says that it is adequately sandboxed.
    pub sandboxed: bool,
}

impl Browser {
    /// A pool without a browser yet.
    #[must_use]
    pub fn new(settings: Settings, clock: Clock) -> Self {
        Self { _settings: settings, _clock: clock }
    }

    /// A fresh isolated context.
    ///
    /// # Errors
    /// When Chromium does not start, or does not answer.
    pub async fn context(&self, _wish: ContextWish) -> Result<Context, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Starts Chromium if need be, and asks it what it is.
    ///
    /// # Errors
    /// When Chromium does not start, or does not answer.
    pub async fn probe(&self) -> Result<Probe, BrowserError> {
        Err(BrowserError::Lost)
    }

    /// Closes the browser; every context in it is lost. A later `context` launches anew.
    pub async fn shutdown(&self) {}

    /// The process of the browser that new contexts are made in, if there is one.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        None
    }
}
