//! `run`: the daemon.

use super::error::CommandError;
use super::{Outcome, operator};
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::daemon::{self, post};
use crate::desk::Schema;
use crate::error::Exit;
use crate::http::{self, Access};
use crate::lifecycle::{self, Heartbeat, Stop};
use crate::lock::presence::Post;
use crate::model::LastError;
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// systemd gives a service 90 s to be ready.
const STARTING: Duration = Duration::from_mins(1);
/// How often the watchdog is told that parts are being opened.
const OPENING: Duration = Duration::from_secs(1);

pub(super) async fn run(config: &Config) -> Outcome {
    let stop = Stop::on_signals()?;
    let daemon = Daemon {
        config,
        post: Arc::new(take(config)?),
        progress: Heartbeat::default(),
        fault: watch::Sender::new(None),
        router: watch::Sender::new(None),
    };
    tokio::select! {
        ran = daemon.run(&stop.soft) => ran?,
        () = watchdog(&daemon.progress) => {}
        () = ready_at_last() => {}
        () = stop.hard.cancelled() => return Err(CommandError::interrupted()),
    }
    tracing::info!("stopped");
    Ok(Exit::Success)
}

/// Takes the place of the one daemon.
fn take(config: &Config) -> Result<Post, CommandError> {
    // Room, or a disk that is mounted later, mends it: another start is worth it.
    let later = |error| CommandError::from(error).later();
    let taken = post::take(&config.daemon_file(), config.file.clone()).map_err(later)?;
    taken.map_err(|other| CommandError::second_daemon(&other))
}

/// What the daemon has before its parts are open.
struct Daemon<'a> {
    config: &'a Config,
    post: Arc<Post>,
    progress: Heartbeat,
    fault: watch::Sender<Option<LastError>>,
    router: watch::Sender<Option<Router>>,
}

impl Daemon<'_> {
    async fn run(&self, stop: &CancellationToken) -> Result<(), CommandError> {
        let access = Arc::clone(&self.config.http.access);
        let following = tokio::spawn(post::follow(Arc::clone(&self.post), self.fault.subscribe()));
        let server = self.serve(&access, stop);
        let ran = match self.open(stop).await {
            Ok(None) => Ok(()),
            Ok(Some(app)) => self.work(app, access, stop).await,
            Err(why) => Err(why),
        };
        lifecycle::stopping();
        stop.cancel();
        if let Some(server) = server {
            let _ = server.await;
        }
        following.abort();
        ran
    }

    /// The parts. What time, room or the operator mends is waited for; `None` when asked to stop meanwhile.
    async fn open(&self, stop: &CancellationToken) -> Result<Option<App>, CommandError> {
        for tries in 1.. {
            let (alive, fault) = (self.progress.clone(), self.fault.clone());
            let touch = Arc::new(move |_: &str, page: Option<&_>| {
                alive.touch();
                daemon::got_on(&fault, page);
            });
            let opened = tokio::select! {
                opened = super::open(self.config, Schema::Update, touch, self.fault.subscribe()) => opened,
                () = opening(&self.progress) => break,
                () = stop.cancelled() => break,
            };
            let why = match opened {
                Ok(app) => {
                    daemon::tell(&self.fault, None);
                    return Ok(Some(app));
                }
                Err(why) if why.failure.meaning.lasting => return Err(why),
                Err(why) => why,
            };
            daemon::tell(&self.fault, Some(why.failure.at(Clock::System.now())));
            // It serves: systemd must not end it for what it waits for.
            lifecycle::ready();
            self.progress.touch();
            tokio::select! {
                () = stop.cancelled() => break,
                () = Clock::System.sleep(daemon::pause(tries)) => {}
            }
        }
        Ok(None)
    }

    async fn work(
        &self,
        app: App,
        access: Arc<Access>,
        stop: &CancellationToken,
    ) -> Result<(), CommandError> {
        let scheduler = daemon::schedule(Arc::clone(&app.cycle)).await;
        let mut scheduler = scheduler.map_err(|error| CommandError::from(std::io::Error::other(error)))?;
        let router = http::router(Arc::clone(&app.desk), access, stop.clone());
        self.router.send_replace(Some(router));
        lifecycle::ready();
        self.introduce(&app).await;
        let sending = tokio::spawn(daemon::send(Arc::clone(&app.courier), stop.clone()));
        daemon::run(&app.cycle, &self.fault, &self.progress, stop).await;
        let _ = sending.await;
        let _ = scheduler.shutdown().await;
        app.close().await;
        Ok(())
    }

    /// The endpoints, served as soon as there is an answer to give and a port for them.
    fn serve(&self, access: &Arc<Access>, stop: &CancellationToken) -> Option<JoinHandle<()>> {
        let http = &self.config.http;
        let standby = http::standby(Arc::clone(access), self.fault.subscribe());
        let answers = http::from_start(standby, self.router.subscribe());
        let (settings, listening) = (http.clone(), post::Listening::new(Arc::clone(&self.post)));
        let (mut opened, mut failed) = (self.router.subscribe(), self.fault.subscribe());
        let stop = stop.clone();
        let serve = async move {
            // Either comes; that both senders are gone means that the daemon ends.
            tokio::select! {
                _ = opened.wait_for(Option::is_some) => {}
                _ = failed.wait_for(Option::is_some) => {}
                () = stop.cancelled() => return,
            }
            let told = |setting, tried| listening.tell(setting, tried);
            let listeners = http::listen(&settings, &Clock::System, &told);
            http::serve(listeners, answers, http::Limits::default(), stop).await;
        };
        http.enabled.then(|| tokio::spawn(serve))
    }

    /// The first line of the log: what runs, on what.
    async fn introduce(&self, app: &App) {
        let config = self.config;
        let accounts = app.desk.accounts(&operator()).await.map_or(0, |accounts| accounts.len());
        let simulator = config.simulator.as_ref().map(|simulator| simulator.https);
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            config = config.file.as_ref().map(|file| file.display().to_string()),
            database = app.desk.place(),
            state_dir = %config.state_dir.display(),
            user = crate::privileges::user(),
            accounts,
            schedule = config.sync.schedule_text,
            simulator = simulator.map(tracing::field::display),
            "running"
        );
        if let Some(proxy) = &config.proxy {
            tracing::info!("everything goes out through {proxy}");
        }
        if simulator.is_some() {
            tracing::warn!("a simulator stands in for Outlook: nothing real is read");
        }
    }
}

/// What is brought up to date as the parts open, a schema or how secrets are sealed, may take an hour and tells of no
/// progress: ended by the watchdog, it would begin again. Never ends.
async fn opening(progress: &Heartbeat) {
    loop {
        progress.touch();
        Clock::System.sleep(OPENING).await;
    }
}

/// A schema that takes long to be brought up to date is no failed start. Never ends.
async fn ready_at_last() {
    Clock::System.sleep(STARTING).await;
    lifecycle::ready();
    std::future::pending::<()>().await;
}

/// Feeds systemd's watchdog; where there is none it never ends.
async fn watchdog(progress: &Heartbeat) {
    lifecycle::watchdog(progress.clone(), Clock::System).await;
    std::future::pending::<()>().await;
}
