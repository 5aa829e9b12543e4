//! `account connect --device-code`: sign-in with a code that the owner types elsewhere.

use super::output::{Output, say};
use super::{Outcome, Stop, answers};
use crate::app::App;
use crate::cli::ConnectArgs;
use crate::clock::Clock;
use crate::config::Config;
use crate::model::Account;
use crate::oauth::{DeviceCode, SignedIn};
use crate::store::Schema;
use crate::sync::{Failure, SyncError, attach};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

pub(super) async fn connect(config: &Config, args: &ConnectArgs, output: Output) -> Outcome {
    let app = super::open(config, Schema::Make).await?;
    let connected = sign_in(&app, args).await;
    app.close().await;
    output.value(&answers::Account::from(&connected?), |account| format!("{} is connected", account.name))?;
    Ok(0)
}

async fn sign_in(app: &App, args: &ConnectArgs) -> Result<Account, Stop> {
    let engine = &app.engine;
    let known = match &args.login {
        Some(login) => engine.store.find_account(login).await?,
        None => None,
    };
    if known.as_ref().is_some_and(|account| account.owner != args.owner) {
        return Err(Failure::from(SyncError::NotTheOwner(args.login.clone().unwrap_or_default())).into());
    }
    let code = engine.oauth.begin_device().await.map_err(Failure::from)?;
    let signed_in = waited(app, &code).await?;
    let address = &signed_in.grant.address;
    if let Some(login) =
        args.login.as_ref().filter(|_| known.is_none()).filter(|login| !login.eq_ignore_ascii_case(address))
    {
        return Err(Failure::from(SyncError::AnotherPerson(login.clone())).into());
    }
    let wanted = known.map(|account| account.id);
    Ok(attach::attach(engine, &args.owner, wanted.as_ref(), &signed_in).await?)
}

/// Shows code and address, and while it waits how long there is.
async fn waited(app: &App, code: &DeviceCode) -> Result<SignedIn, Stop> {
    let minutes = (code.expires_at - app.engine.clock.now()).num_minutes();
    say(&format!(
        "Open {} on any device and enter the code {} within {minutes} minutes.",
        code.verification_uri, code.user_code
    ));
    tokio::select! {
        signed_in = app.engine.oauth.finish_device(code) => Ok(signed_in.map_err(Failure::from)?),
        () = countdown(&app.engine.clock, code) => Err(Stop::interrupted()),
    }
}

/// A line that counts down on a terminal; it never ends.
async fn countdown(clock: &Clock, code: &DeviceCode) {
    let bar =
        if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::default_spinner());
    loop {
        let left = (code.expires_at - clock.now()).num_seconds().max(0);
        bar.set_message(format!("waiting for the sign-in: {}:{:02} left", left / 60, left % 60));
        bar.tick();
        clock.sleep(Duration::from_secs(1)).await;
    }
}
