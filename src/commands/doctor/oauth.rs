//! Whether who signs people in by OAuth answers, and takes the application.

use super::Check;
use super::proxy::{host_of, through};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;

/// Whether Microsoft knows the tenant, and does not refuse the application with its secret or certificate.
pub(super) async fn check(config: &Config) -> Option<Check> {
    let settings = config.oauth.clone()?;
    let authority = settings.authority.as_str().to_owned();
    let (client, ends_at) = (settings.registration.proven_by(), settings.registration.ends_at());
    if let Some(ends_at) = ends_at.filter(|at| *at <= Clock::System.now()) {
        let found =
            format!("the certificate of oauth.client_certificate_file ended on {}", ends_at.format("%F"));
        return Some(Check::wrong(
            "oauth",
            found,
            "Make a new one, and upload it at Microsoft (docs/oauth.md).",
        ));
    }
    let popup = config.http.access.popup.as_ref();
    if let Some(opener) = popup.and_then(|popup| popup.unreturned().next()) {
        let found = format!("popups of {opener} end nowhere: oauth.returns has no address of it");
        return Some(Check::wrong("oauth", found, "Name a page of it in oauth.returns (docs/oauth.md)."));
    }
    let way = through(config, &host_of(&authority));
    let until = ends_at.map(|at| format!(", which ends on {}", at.format("%F"))).unwrap_or_default();
    let ways = if popup.is_some() { "device code and popup" } else { "device code" };
    Some(app::check_oauth(config, settings).await.map_or_else(
        |failure| Check::of("oauth", failure),
        |()| {
            let found = format!(
                "{authority} answers{way} and takes the application {client}{until}; sign-in by {ways}"
            );
            Check::fine("oauth", found)
        },
    ))
}
