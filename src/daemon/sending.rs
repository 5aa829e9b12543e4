//! Mail is sent beside the cycles: whoever waits for a message waits for no mailbox to be read.

use super::{LOOK, pause};
use crate::sync::Failure;
use crate::sync::outbox::Courier;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Sends what is due until it is asked to stop; a message that is being handed over then is waited for. No fault ends it: it
/// is told once, and tried again ever more slowly.
pub async fn send(courier: Arc<Courier>, stop: CancellationToken) {
    let (mut faults, mut told) = (0, None);
    while !stop.is_cancelled() {
        let fault = pass(&courier, &stop).await.err();
        faults = if fault.is_some() { faults + 1 } else { 0 };
        if let Some(failure) = fault.as_ref().filter(|failure| told != Some(failure.meaning.code)) {
            tracing::error!(
                code = failure.meaning.code,
                error = failure.message,
                "no mail can be sent; trying again"
            );
        }
        told = fault.map(|failure| failure.meaning.code);
        tokio::select! {
            () = stop.cancelled() => return,
            () = courier.woken() => {}
            () = courier.clock().sleep(pause(faults).max(LOOK)) => {}
        }
    }
}

/// A defect ends one pass.
async fn pass(courier: &Arc<Courier>, stop: &CancellationToken) -> Result<(), Failure> {
    let (own, stop) = (Arc::clone(courier), stop.clone());
    let passed = tokio::spawn(async move { own.pass(&stop).await }).await;
    passed.unwrap_or_else(|error| {
        tracing::error!(%error, "the program went wrong while it sent mail");
        Ok(())
    })
}
