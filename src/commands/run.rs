//! `run`: the daemon.

use super::{Outcome, Stop};
use crate::app::App;
use crate::config::Config;
use crate::http::{self, Access};
use crate::lifecycle::{self, Progress, Stop as Stopping};
use crate::store::Schema;
use crate::{daemon, secret};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(super) async fn run(config: &Config) -> Outcome {
    super::want_browser(&config.browser.executable)?;
    let progress = Progress::default();
    let page = progress.clone();
    let app = super::open_with(config, Schema::Update, Arc::new(move |_: &str, _: &_| page.touch())).await?;
    let stop = Stopping::on_signals()?;
    let ran = tokio::select! {
        ran = daemon(config, &app, &progress, &stop.soft) => ran,
        () = stop.hard.cancelled() => Err(Stop::interrupted()),
    };
    app.close().await;
    ran?;
    tracing::info!("stopped");
    Ok(0)
}

async fn daemon(
    config: &Config,
    app: &App,
    progress: &Progress,
    stop: &CancellationToken,
) -> Result<(), Stop> {
    let server = serve(config, app, stop).await?;
    let scheduler = daemon::schedule(Arc::clone(&app.engine), &config.sync).await;
    let mut scheduler = scheduler.map_err(|error| Stop::from(std::io::Error::other(error)))?;
    lifecycle::ready();
    tracing::info!(schedule = config.sync.schedule_text, "running");
    let ran = tokio::select! {
        ran = daemon::run(&app.engine, progress, stop) => ran,
        () = watchdog(progress, app) => Ok(()),
    };
    lifecycle::stopping();
    stop.cancel();
    let _ = scheduler.shutdown().await;
    if let Some(server) = server {
        let _ = server.await;
    }
    Ok(ran?)
}

/// Feeds systemd's watchdog; where there is none it never ends.
async fn watchdog(progress: &Progress, app: &App) {
    lifecycle::watchdog(progress.clone(), app.engine.clock.clone()).await;
    std::future::pending::<()>().await;
}

async fn serve(
    config: &Config,
    app: &App,
    stop: &CancellationToken,
) -> Result<Option<JoinHandle<std::io::Result<()>>>, Stop> {
    let http = &config.http;
    if !http.enabled {
        return Ok(None);
    }
    let listener = TcpListener::bind(http.listen).await.map_err(|error| {
        Stop::from(std::io::Error::new(error.kind(), format!("http.listen {}: {error}", http.listen)))
    })?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening");
    let router = http::router(Arc::clone(&app.engine), access(config), stop.clone());
    Ok(Some(tokio::spawn(http::serve(listener, router, stop.clone()))))
}

fn access(config: &Config) -> Access {
    let http = &config.http;
    Access {
        read: http.read_token.as_ref().map(secret::copy),
        cron: http.cron_secret.as_ref().map(secret::copy),
        jwt: config.jwt.clone(),
        hosts: http.hosts.iter().cloned().chain(own_host(config)).collect(),
        popup: config.oauth.as_ref().and_then(|oauth| oauth.popup.clone()),
    }
}

/// Microsoft sends popups back to this name: it is ours.
fn own_host(config: &Config) -> Option<String> {
    let popup = config.oauth.as_ref()?.popup.as_ref()?;
    popup.redirect_uri.host_str().map(str::to_owned)
}
