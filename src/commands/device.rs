//! `account connect --device-code`: sign-in with a code that the owner types elsewhere.

use super::answers::AccountShape;
use super::output::{Output, say};
use super::{CommandError, Outcome, operator};
use crate::app::App;
use crate::cli::ConnectArgs;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Schema;
use crate::error::Exit;
use crate::model::{Account, Road};
use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

pub(super) async fn connect(config: &Config, args: &ConnectArgs, output: Output) -> Outcome {
    let connected = super::with_app(config, Schema::Make, async |app| {
        let account = sign_in(app, args).await?;
        Ok((app.desk.not_granted(&account.id).await?, account))
    });
    let (not_granted, connected) = connected.await?;
    output.value(&AccountShape::from(&connected), |account| {
        format!("{} is connected{}", account.name, mail(account))
    })?;
    let Some(refusal) = not_granted else { return Ok(Exit::Success) };
    say(&format!("{}\n  {}", refusal.message, refusal.meaning.hint()));
    Ok(refusal.exit())
}

/// How its mail is read, as it follows what was done.
fn mail(account: &AccountShape) -> &'static str {
    match account.road {
        Some(Road::Graph) => "; its mail is read by Microsoft Graph",
        Some(Road::Owa) => "; its mail is read by its browser session, as before",
        Some(Road::Imap) => "; its mail is read by IMAP, as before",
        None => "; its mail is not read",
    }
}

/// Shows code and address, and while it waits how long there is.
async fn sign_in(app: &App, args: &ConnectArgs) -> Result<Account, CommandError> {
    let clock = Clock::System;
    let sign_in = app.desk.begin_device(&operator(), &args.owner, args.login.as_deref()).await?;
    let minutes = (sign_in.expires_at - clock.now()).num_minutes();
    say(&format!(
        "Open {} on any device and enter the code {} within {minutes} minutes.",
        sign_in.verification_uri, sign_in.user_code
    ));
    tokio::select! {
        connected = app.desk.finish_device(&sign_in) => Ok(connected?),
        () = countdown(&clock, sign_in.expires_at) => Err(CommandError::interrupted()),
    }
}

/// A line that counts down on a terminal; it never ends.
async fn countdown(clock: &Clock, end: DateTime<Utc>) {
    let bar =
        if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::default_spinner());
    loop {
        let left = (end - clock.now()).num_seconds().max(0);
        bar.set_message(format!("waiting for the sign-in: {}:{:02} left", left / 60, left % 60));
        bar.tick();
        clock.sleep(Duration::from_secs(1)).await;
    }
}
