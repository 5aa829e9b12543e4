//! What the daemon says of itself to the commands beside it.

use crate::clock::Clock;
use crate::error::WhoseTurn;
use crate::lifecycle;
use crate::lock::LockError;
use crate::lock::presence::{self, Post, Presence};
use crate::model::LastError;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

/// What to do when the port cannot be had.
#[must_use]
pub fn listen_hint() -> String {
    WhoseTurn::Operator.sentence(
        "end the other program that listens there (`ss -ltnp` names it), or set another http.listen, at an \
         address that this machine has (`ip address`).",
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

/// Says what came of listening.
pub fn listening(post: &Post, tried: io::Result<Option<SocketAddr>>) {
    match tried {
        Ok(address) => {
            tracing::info!(address = address.map(tracing::field::display), "listening");
            post.tell(|presence| (presence.listen, presence.listen_error) = (address, None));
        }
        Err(error) => {
            let error = Some(error.to_string());
            post.tell(|presence| {
                // The same is said once.
                if presence.listen_error != error {
                    tracing::warn!(error, hint = listen_hint(), "no endpoints; mail is read all the same");
                }
                (presence.listen, presence.listen_error) = (None, error);
            });
        }
    }
}
