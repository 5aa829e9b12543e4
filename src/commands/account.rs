//! `account connect | list | show | disconnect`

use super::output::{Output, ago, say, table};
use super::{Outcome, Stop};
use crate::cli::{ConnectArgs, DisconnectArgs};
use crate::config::Config;
use crate::model::{Account, SyncState};
use crate::secret::{ExposeSecret, SecretText, secret};
use crate::store::Schema;
use crate::sync::connect::{self, Audience};
use crate::sync::health;
use serde_json::json;
use std::io::{BufRead, IsTerminal, Write};

/// Tells the person at the terminal.
struct Terminal;

impl Audience for Terminal {
    fn tell(&mut self, what: &str) {
        say(what);
    }
}

pub(super) async fn connect(config: &Config, args: &ConnectArgs, output: Output) -> Outcome {
    if args.device_code {
        return super::device::connect(config, args, output).await;
    }
    super::want_browser(&config.browser.executable)?;
    let login = args.login.as_deref().unwrap_or_default();
    let password = password(args, login)?;
    let app = super::open(config, Schema::Make).await?;
    let connected = connect::connect(&app.engine, &args.owner, login, &password, &mut Terminal).await;
    app.close().await;
    output.value(&connected?, |account| {
        let name = account.name();
        format!("{name} is connected; its mail is read in the next cycle")
    });
    Ok(0)
}

/// From a prompt or from standard input, never from an argument: the process list is everybody's.
fn password(args: &ConnectArgs, login: &str) -> Result<SecretText, Stop> {
    let text = if args.password_stdin || !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    } else {
        rpassword::prompt_password(format!("Password of {login}: "))?
    };
    let password = secret(text);
    if password.expose_secret().is_empty() {
        return Err(Stop::usage(
            "the password is empty".to_owned(),
            "Type it at the prompt, or pipe it in with --password-stdin.",
        ));
    }
    Ok(password)
}

pub(super) async fn list(config: &Config, output: Output) -> Outcome {
    let app = super::open(config, Schema::Keep).await?;
    let accounts = app.engine.store.accounts().await;
    app.close().await;
    output.value(&accounts?, |accounts| {
        let mut rows = vec![["ACCOUNT", "LOGIN", "OWNER", "SYNC", "ID"].map(str::to_owned).to_vec()];
        rows.extend(accounts.iter().map(row));
        table(&rows)
    });
    Ok(0)
}

fn row(account: &Account) -> Vec<String> {
    vec![
        account.address.clone().unwrap_or_else(|| "-".to_owned()),
        account.login.clone(),
        account.owner.clone(),
        if account.sync_enabled { "on" } else { "off" }.to_owned(),
        account.id.to_string(),
    ]
}

pub(super) async fn show(config: &Config, name: &str, output: Output) -> Outcome {
    let app = super::open(config, Schema::Keep).await?;
    let account = super::named(&app, name).await?;
    let store = &app.engine.store;
    let (state, ledger) = (store.state(&account.id).await?, store.ledger(&account.id).await?);
    let now = app.engine.clock.now();
    app.close().await;
    let state = state.ok_or(crate::store::StoreError::NoSuchAccount)?;
    let shown = json!({"account": account, "state": state, "unreadable_items": ledger});
    output.value(&shown, |_| {
        let mut lines = about(&account, &state, now);
        lines.extend(ledger.iter().map(|item| {
            vec![
                "not readable".to_owned(),
                format!("{} in {}, tried {} times", item.code, item.folder.as_str(), item.attempts),
            ]
        }));
        table(&lines)
    });
    Ok(0)
}

fn about(account: &Account, state: &SyncState, now: chrono::DateTime<chrono::Utc>) -> Vec<Vec<String>> {
    let mut lines = vec![
        ("account", account.name().to_owned()),
        ("id", account.id.to_string()),
        ("owner", account.owner.clone()),
        ("session", state.session.as_str().to_owned()),
        ("session expires", ago(state.session_expires_at, now)),
        ("last success", ago(state.last_success_at, now)),
        ("next", ago(state.next_sync_at, now)),
    ];
    for folder in &state.folders {
        let held = folder
            .coverage
            .spans
            .last()
            .map_or("-".to_owned(), |span| format!("held from {}", span.after.date_naive()));
        lines.push((
            folder.folder.as_str(),
            format!("{held}, last success {}", ago(folder.last_success_at, now)),
        ));
    }
    if let Some(error) = &state.last_error {
        lines.push(("last error", error.message.clone()));
    }
    if let Some(hint) = health::hint(account, state) {
        lines.push(("next step", hint));
    }
    lines.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect()
}

pub(super) async fn disconnect(config: &Config, args: &DisconnectArgs, output: Output) -> Outcome {
    let app = super::open(config, Schema::Make).await?;
    let account = super::named(&app, &args.account).await?;
    let name = account.name().to_owned();
    if !args.yes && !agreed(&name)? {
        app.close().await;
        return Err(Stop::usage(
            "nothing was destroyed".to_owned(),
            "Use --yes to go on without being asked.",
        ));
    }
    let wiped = app.engine.store.delete_account(&account.id).await;
    app.close().await;
    output.value(&wiped?, |wiped| {
        format!(
            "{name} is disconnected. Destroyed: the data key and {} sealed records, {} messages. \
             The sign-in at Microsoft ends by itself or under https://mysignins.microsoft.com.",
            wiped.secrets, wiped.messages
        )
    });
    Ok(0)
}

fn agreed(name: &str) -> Result<bool, Stop> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    let _ = write!(std::io::stderr(), "Destroy the session and all stored mail of {name}? [y/N] ");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().eq_ignore_ascii_case("y"))
}
