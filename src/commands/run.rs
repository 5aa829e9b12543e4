//! `run`: the daemon.

use super::{Outcome, Stop};
use crate::app::App;
use crate::config::{Config, HttpConfig};
use crate::http::{self, Tokens};
use crate::lifecycle::{self, Progress, Stop as Stopping};
use crate::{daemon, secret};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(super) async fn run(config: &Config) -> Outcome {
    super::want_browser(&config.browser.executable)?;
    let progress = Progress::default();
    let page = progress.clone();
    let app = super::open_with(config, Arc::new(move |_: &str, _: &_| page.touch())).await?;
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
    let server = serve(&config.http, app, stop).await?;
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
    std::future::pending().await
}

async fn serve(
    config: &HttpConfig,
    app: &App,
    stop: &CancellationToken,
) -> Result<Option<JoinHandle<std::io::Result<()>>>, Stop> {
    if !config.enabled {
        return Ok(None);
    }
    if config.read_token.is_none() || config.cron_secret.is_none() {
        tracing::warn!(
            "without http.read_token_file and http.cron_secret_file nobody may read the health report or start a cycle"
        );
    }
    let tokens = Tokens {
        read: config.read_token.as_ref().map(secret::copy),
        cron: config.cron_secret.as_ref().map(secret::copy),
        hosts: config.hosts.clone(),
    };
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        Stop::from(std::io::Error::new(error.kind(), format!("http.listen {}: {error}", config.listen)))
    })?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "listening: GET /health/live, /health, /api/cron/outlook-sync");
    let router = http::router(Arc::clone(&app.engine), tokens, stop.clone());
    Ok(Some(tokio::spawn(http::serve(listener, router, stop.clone()))))
}
