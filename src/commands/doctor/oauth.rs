//! Whether who signs people in by OAuth answers, and takes the application.

use super::Check;
use super::proxy::{host_of, through};
use crate::app;
use crate::config::Config;

/// Whether Microsoft knows the tenant, and does not refuse the application with its secret.
pub(super) async fn check(config: &Config) -> Option<Check> {
    let settings = config.oauth.clone()?;
    let authority = settings.authority.as_str().to_owned();
    let client =
        if settings.registration.secret.is_some() { "with a client secret" } else { "as a public client" };
    let popup = config.http.access.popup.as_ref();
    if let Some(opener) = popup.and_then(|popup| popup.unreturned().next()) {
        let found = format!("popups of {opener} end nowhere: oauth.returns has no address of it");
        return Some(Check::wrong("oauth", found, "Name a page of it in oauth.returns (docs/oauth.md)."));
    }
    let way = through(config, &host_of(&authority));
    let ways = if popup.is_some() { "device code and popup" } else { "device code" };
    Some(app::check_oauth(config, settings).await.map_or_else(
        |failure| Check::of("oauth", failure),
        |()| {
            let found =
                format!("{authority} answers{way} and takes the application {client}; sign-in by {ways}");
            Check::fine("oauth", found)
        },
    ))
}
