//! What people ask for: the verbs that the command line and the endpoints share, one file per noun.
//!
//! A verb takes the `Actor` who asks, binds their reach into what it reads and changes, and has its line of the audit
//! log written. The edges turn its answer into text or JSON, and name nothing below this.

mod error;
mod oauth;
pub mod sign_ins;

pub use error::DeskError;
pub use oauth::{Disconnected, Returned};

use crate::clock::Clock;
use crate::oauth::OAuth;
use crate::owa::Owa;
use crate::store::Store;
use crate::strongbox::Strongbox;
use crate::sync::Engine;
use std::sync::Arc;

/// The verbs, and what they work with.
pub struct Desk {
    store: Store,
    strongbox: Strongbox,
    owa: Owa,
    oauth: OAuth,
    clock: Clock,
    engine: Arc<Engine>,
}

impl Desk {
    /// The verbs over the parts of this engine.
    #[must_use]
    pub fn new(engine: Arc<Engine>) -> Self {
        Self {
            store: engine.store.clone(),
            strongbox: engine.strongbox.clone(),
            owa: engine.owa.clone(),
            oauth: engine.oauth.clone(),
            clock: engine.clock.clone(),
            engine,
        }
    }
}
