//! Whether Outlook can be reached, by the name, over TLS that is trusted, and whether its clock agrees with
//! ours.

use super::Check;
use super::proxy::through;
use crate::app;
use crate::clock::Clock;
use crate::config::{Config, Simulator};
use crate::error::with_causes;
use crate::net::{self, HTTPS, certificate};
use crate::sync::Failure;
use chrono::{DateTime, Utc};
use std::io;
use std::time::Duration;
use tokio::net::ToSocketAddrs;

/// A clock further off than this breaks sign-ins.
const SKEW_SECONDS: i64 = 60;
/// The longest time for a look at a certificate.
const LIMIT: Duration = Duration::from_secs(10);

pub(super) async fn checks(config: &Config) -> Vec<Check> {
    let host = config.owa.start.host_str().unwrap_or_default();
    if let Some(simulator) = &config.simulator {
        return vec![simulated(config, simulator, host).await];
    }
    match ask(config).await {
        Err(Unasked::Failed(failure)) => vec![Check::of("outlook", failure)],
        Err(Unasked::Unanswered(error)) => vec![unreachable(config, host, error).await],
        Ok(answer) => {
            let date = answer.headers().get("date").and_then(|date| date.to_str().ok()).map(str::to_owned);
            let clock = clock(date.as_deref(), Clock::System.now());
            vec![Check::fine("outlook", format!("{host} answers{}", through(config, host))), clock]
        }
    }
}

/// Why there is no answer of Outlook's.
enum Unasked {
    /// It was not asked.
    Failed(Failure),
    /// It was, as far as anybody can tell.
    Unanswered(reqwest::Error),
}

/// One request without cookies.
async fn ask(config: &Config) -> Result<reqwest::Response, Unasked> {
    let client = app::client(config).await.map_err(|error| Unasked::Failed(error.into()))?;
    client.head(config.owa.start.clone()).send().await.map_err(|error| match net::of_proxy(&error) {
        Some(proxy) => Unasked::Failed(proxy.into()),
        None => Unasked::Unanswered(error),
    })
}

/// The certificate that is shown under this name.
async fn presented(
    config: &Config,
    host: &str,
    at: impl ToSocketAddrs,
) -> io::Result<certificate::Presented> {
    match config.proxy.as_ref().filter(|proxy| proxy.serves(host)) {
        None => certificate::presented(at, host).await,
        Some(proxy) => {
            let stream = proxy.tunnel(host, HTTPS).await.map_err(io::Error::other)?;
            certificate::presented_on(stream, host).await
        }
    }
}

/// What failed of name, connection and certificate, and what was shown where it was the last.
async fn unreachable(config: &Config, host: &str, error: reqwest::Error) -> Check {
    let why = with_causes(&error.without_url());
    if is_of_certificate(&why) {
        let shown = Clock::limit(LIMIT, presented(config, host, (host, HTTPS))).await;
        let shown = shown
            .ok()
            .and_then(Result::ok)
            .map_or_else(|| "it shows none now".to_owned(), |it| it.to_string());
        return intercepted(host, &why, &shown);
    }
    let step = "Look at the network, DNS and firewall of this machine: it has to reach the hosts of Outlook on \
                port 443.";
    Check::wrong("outlook", format!("{host} cannot be reached{}: {why}", through(config, host)), step)
}

/// Whether an error and its causes tell of a certificate that is not trusted, as rustls and the platform's
/// verifier say it.
fn is_of_certificate(why: &str) -> bool {
    why.to_lowercase().contains("certificate")
}

fn intercepted(host: &str, why: &str, shown: &str) -> Check {
    let step = "Something between this machine and Microsoft shows a certificate of its own, such as an \
                inspecting proxy: let the hosts of Outlook pass unopened, or install its authority. If it is \
                expired, look at this machine's clock.";
    Check::wrong("outlook", format!("{host} shows a certificate that is not trusted ({why}): {shown}"), step)
}

/// The simulator is known by its key.
async fn simulated(config: &Config, simulator: &Simulator, host: &str) -> Check {
    match Clock::limit(LIMIT, presented(config, host, simulator.https)).await {
        Ok(Ok(shown)) if shown.keys.contains(&simulator.spki_sha256) => {
            let at = simulator.https;
            Check::fine("outlook", format!("a simulator stands in for it, at {at}{}", through(config, host)))
        }
        Ok(Ok(shown)) => intercepted(host, "not the key of simulator.spki_sha256", &shown.to_string()),
        Ok(Err(error)) => {
            let found = format!("no simulator answers at {}: {error}", simulator.https);
            Check::wrong(
                "outlook",
                found,
                "Start the simulator, or take [simulator] out of the configuration.",
            )
        }
        Err(limit) => Check::wrong("outlook", format!("the simulator: {limit}"), "Start the simulator anew."),
    }
}

fn clock(server: Option<&str>, now: DateTime<Utc>) -> Check {
    let Some(server) = server.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) else {
        return Check::fine("clock", "the server gave no date to compare with");
    };
    match (now - server.with_timezone(&Utc)).num_seconds() {
        off if off.abs() <= SKEW_SECONDS => Check::fine("clock", format!("{off} s from the server's")),
        off => Check::wrong(
            "clock",
            format!("{off} s from the server's"),
            "Set the machine's clock (timedatectl set-ntp true).",
        ),
    }
}

#[cfg(test)]
mod tests;
