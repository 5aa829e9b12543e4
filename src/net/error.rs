//! Why there is no HTTP client.

use crate::error::{Classify, Meaning, WhoseTurn};

/// What keeps the HTTP client from being made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file of certificates cannot be read.
    #[error("the HTTP client cannot be made")]
    File(#[from] std::io::Error),
    /// The certificates cannot be used.
    #[error("the HTTP client cannot be made")]
    Build(#[from] reqwest::Error),
    /// No port of this machine is free for what leads it to the proxy.
    #[error("the HTTP client cannot be led to the proxy")]
    Relay(#[source] std::io::Error),
}

impl Classify for ClientError {
    fn meaning(&self) -> Meaning {
        match self {
            Self::File(_) | Self::Build(_) => Meaning::fatal(
                "http_client",
                WhoseTurn::Operator,
                "look at this machine's CA certificates (Debian: ca-certificates), or at simulator.ca_file.",
            )
            .machine()
            .lasting(),
            Self::Relay(_) => Meaning::retry(
                "http_client_relay",
                WhoseTurn::Operator,
                "see why this machine has no free port on 127.0.0.1. It is tried again by itself.",
            )
            .machine(),
        }
    }
}
