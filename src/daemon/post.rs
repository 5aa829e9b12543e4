//! What the daemon says of itself to the commands beside it.

use crate::clock::Clock;
use crate::error::WhoseTurn;
use crate::lifecycle;
use crate::lock::LockError;
use crate::lock::presence::{self, Post, Presence};
use crate::model::LastError;
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// What to do when the port cannot be had.
#[must_use]
pub fn listen_hint() -> String {
    WhoseTurn::Operator.sentence(
        "end the other program that listens there (`ss -ltnp` names it), or set another http.listen, at an \
          address that this machine has (`ip address`), or another http.socket.",
    )
}

/// Takes the place of the one daemon, unless another has it, whose presence that then is. `config` is the
/// file that this one has read.
///
/// # Errors
/// When the file cannot be opened or locked.
pub fn take(file: &Path, config: Option<PathBuf>) -> Result<Result<Post, Presence>, LockError> {
    let presence = Presence {
        pid: std::process::id(),
        started_at: Some(Clock::System.now()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        // As whoever asks finds it, wherever they stand.
        config: config.map(|file| std::path::absolute(&file).unwrap_or(file)),
        ..Presence::default()
    };
    presence::take(file, presence)
}

/// Says each fault as it comes and goes.
pub async fn follow(post: Arc<Post>, mut faults: watch::Receiver<Option<LastError>>) {
    while faults.changed().await.is_ok() {
        let fault = faults.borrow_and_update().clone();
        // Others may read it: no address, no name.
        lifecycle::status(fault.as_ref().map_or("works", |fault| &fault.code));
        let met_at = fault.as_ref().map(|_| Clock::System.now());
        post.tell(|presence| (presence.fault, presence.fault_met_at) = (fault, met_at));
    }
}

/// Says what came of listening, of each place for itself.
pub struct Listening {
    post: Arc<Post>,
    /// Why nobody can call there, by the setting that names the place.
    failing: Mutex<BTreeMap<&'static str, String>>,
}

impl Listening {
    /// Nothing has come of it yet.
    #[must_use]
    pub fn new(post: Arc<Post>) -> Self {
        Self { post, failing: Mutex::default() }
    }

    /// A try at the place of this setting: why it failed, or the address, if it is one.
    pub fn tell(&self, setting: &'static str, tried: io::Result<Option<SocketAddr>>) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        match tried {
            Ok(address) => {
                tracing::info!(setting, address = address.map(tracing::field::display), "listening");
                failing.remove(setting);
                self.post.tell(|presence| presence.listen = presence.listen.or(address));
            }
            Err(error) => {
                let error = error.to_string();
                // The same is said once.
                if failing.insert(setting, error.clone()).as_ref() != Some(&error) {
                    tracing::warn!(
                        error,
                        hint = listen_hint(),
                        "no endpoints there; mail is read all the same"
                    );
                }
            }
        }
        let errors: Vec<_> = failing.values().map(String::as_str).collect();
        let error = (!errors.is_empty()).then(|| errors.join("; "));
        self.post.tell(|presence| presence.listen_error = error);
    }
}
