//! `account connect | list | show | pause | resume`

use super::answers::{AccountShape, AccountShown, Unreadable};
use super::output::{Output, ago, counted, done, table};
use super::password::password;
use super::{Outcome, operator, stock};
use crate::cli::ConnectArgs;
use crate::config::Config;
use crate::desk::{FolderDetail, Schema};
use crate::error::Exit;
use crate::model::{Account, Folder, ImapAddress, Road, Role, Shortfall, Span};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::borrow::Cow;

/// So many holes of a folder are told, the newest ones.
const HOLES: usize = 3;

pub(super) async fn connect(config: &Config, args: &ConnectArgs, output: Output) -> Outcome {
    if args.device_code {
        return super::device::connect(config, args, output).await;
    }
    if let Some(server) = &args.imap {
        return connect_imap(config, args, server, output).await;
    }
    super::want_browser(&config.browser.executable)?;
    let login = args.login.as_deref().unwrap_or_default();
    let password = password(args, login)?;
    let connected = super::with_app(config, Schema::Make, async |app| {
        let actor = operator();
        let id = app.desk.connect(&actor, &args.owner, login, &password).await?;
        super::sign_in::follow(&app.desk, &actor, &id).await
    });
    tell_connected(&connected.await?, output)
}

async fn connect_imap(config: &Config, args: &ConnectArgs, server: &ImapAddress, output: Output) -> Outcome {
    let login = args.login.as_deref().unwrap_or_default();
    let password = password(args, login)?;
    let connected = super::with_app(config, Schema::Make, async |app| {
        Ok(app.desk.connect_imap(&operator(), &args.owner, (login, server), &password).await?)
    });
    tell_connected(&connected.await?, output)
}

fn tell_connected(account: &Account, output: Output) -> Outcome {
    output.value(&AccountShape::from(account), |AccountShape { name, sync_enabled, .. }| {
        if *sync_enabled {
            format!("{name} is connected; its mail is read in the next cycle")
        } else {
            format!("{name} is connected and stays paused: {}", until_resumed(name))
        }
    })?;
    Ok(Exit::Success)
}

fn until_resumed(name: &str) -> String {
    format!("it is not read until `outlook-syncd account resume {name}`")
}

/// What `account list` prints.
#[derive(Debug, Serialize)]
struct AccountList {
    accounts: Vec<AccountShape>,
}

pub(super) async fn list(config: &Config, output: Output) -> Outcome {
    let accounts = super::with_database(config, Schema::Keep, async |database| {
        Ok(database.accounts(&operator()).await?)
    });
    let accounts = accounts.await?.iter().map(AccountShape::from).collect();
    output.value(&AccountList { accounts }, |AccountList { accounts }| {
        let mut rows = vec![["ACCOUNT", "LOGIN", "OWNER", "SYNC", "ID"].map(str::to_owned).to_vec()];
        rows.extend(accounts.iter().map(row));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(account: &AccountShape) -> Vec<String> {
    vec![
        account.address.clone().unwrap_or_else(|| "-".to_owned()),
        account.login.clone(),
        account.owner.clone(),
        if account.sync_enabled { "on" } else { "paused" }.to_owned(),
        account.id.to_string(),
    ]
}

pub(super) async fn show(config: &Config, name: &str, output: Output) -> Outcome {
    let shown = super::with_database(config, Schema::Keep, async |database| {
        let detail = database.account_detail(&operator(), name, &config.sync).await?;
        Ok((detail, database.now()))
    });
    let (detail, now) = shown.await?;
    output.value(&AccountShown::from(detail), |shown| table(&about(shown, now)))?;
    Ok(Exit::Success)
}

fn about(shown: &AccountShown, now: DateTime<Utc>) -> Vec<Vec<String>> {
    let AccountShown { account, health, .. } = shown;
    let mut lines = vec![
        ("account", account.name.clone()),
        ("id", account.id.to_string()),
        ("owner", account.owner.clone()),
        ("state", super::status::state(health, now)),
        ("mail", road(account).into_owned()),
        ("session", health.session.as_str().to_owned()),
        ("session expires", ago(health.session_expires_at, now)),
        ("last success", ago(health.last_success_at, now)),
        ("next", ago(health.next_sync_at, now)),
    ];
    lines.extend(health.import.iter().map(|import| ("importing", done(import, now))));
    if !account.sync_enabled {
        lines.push(("paused", "it is not read until `outlook-syncd account resume ACCOUNT`".to_owned()));
    }
    let folders: Vec<_> =
        shown.folders.iter().map(|detail| (called(&detail.folder), stored(detail, now))).collect();
    lines.extend(folders.iter().map(|(called, stored)| (called.as_str(), stored.clone())));
    lines.extend(shown.last_error.iter().map(|error| ("last error", error.message.clone())));
    let amiss = health.degraded.iter();
    lines.extend(amiss.clone().map(|amiss| ("not complete", incomplete(amiss, now))));
    let told: Vec<_> = amiss.map(|amiss| amiss.hint().1).collect();
    let hint = health.hint.iter().filter(|hint| !told.contains(hint));
    lines.extend(hint.map(|hint| ("next step", hint.clone())));
    lines.extend(shown.unreadable_items.iter().map(|item| ("not readable", unread(item, now))));
    let change = shown.road_change.as_ref().map(|change| super::road::lines(change, now)).unwrap_or_default();
    lines.extend(change.iter().map(|(name, value)| (*name, value.clone())));
    let contacts = stock::lines(shown, now);
    lines.extend(contacts.iter().map(|(name, value)| (name.as_str(), value.clone())));
    lines.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect()
}

/// How mail is read, for people.
pub(super) fn road(account: &AccountShape) -> Cow<'static, str> {
    match (account.road, &account.imap) {
        (Some(Road::Owa), _) => "by its browser session (owa)".into(),
        (Some(Road::Graph), _) => "by Microsoft Graph (graph)".into(),
        (Some(Road::Imap), None) => "by IMAP, with the sign-in with Microsoft (imap)".into(),
        (Some(Road::Imap), Some(server)) => format!("by IMAP at {server}, with a password (imap)").into(),
        (None, _) => "not read".into(),
    }
}

/// A folder as the configuration may name it, with what the mailbox calls it where that is another word.
fn called(folder: &Folder) -> String {
    let title = folder.title();
    let name =
        folder.name.as_deref().filter(|name| folder.role != Role::Other && !name.eq_ignore_ascii_case(title));
    name.map_or_else(|| title.to_owned(), |name| format!("{title} ({name})"))
}

/// What is stored of a folder, in words.
fn stored(folder: &FolderDetail, now: DateTime<Utc>) -> String {
    let items = folder.server_total.map_or_else(String::new, |total| format!(", {}", counted(total, "item")));
    let held = counted(folder.held, "message");
    if folder.vanished_at.is_some() {
        return format!("no longer in the mailbox; {held}");
    }
    if !folder.is_read && folder.held == 0 {
        return format!("not read{items}");
    }
    let messages = folder
        .oldest_message_at
        .map_or("no messages".to_owned(), |oldest| format!("{held}, the oldest of {}", oldest.date_naive()));
    let complete = match folder.complete_since {
        None if folder.server_total == Some(0) && folder.last_success_at.is_some() => "complete".to_owned(),
        None => "not known to be complete".to_owned(),
        Some(since) if !folder.holes.is_empty() => {
            let holes: Vec<_> = folder.holes.iter().take(HOLES).map(hole).collect();
            let more = if folder.holes.len() > HOLES { " …" } else { "" };
            format!("complete since {}, with holes: {}{more}", since.date_naive(), holes.join(", "))
        }
        Some(since) => format!("complete since {}", since.date_naive()),
    };
    let read = if folder.is_read { "" } else { "not read any more; " };
    let counts = counts(folder);
    let success = match folder.last_success_at {
        None if folder.is_read => "its list was not read to the end yet".to_owned(),
        at => format!("last success {}", ago(at, now)),
    };
    format!("{read}{messages}; {complete}{counts}; {success}")
}

/// What the server counts beside what is stored.
fn counts(folder: &FolderDetail) -> String {
    let Some(total) = folder.server_total else { return String::new() };
    let unreadable =
        Some(folder.unreadable).filter(|count| *count > 0).map(|count| format!("{count} not readable"));
    let before = folder.before_history.filter(|count| *count > 0);
    let before = before.map(|count| format!("{count} from before {}", folder.history_since.date_naive()));
    let beside: Vec<_> = unreadable.into_iter().chain(before).collect();
    let beside = if beside.is_empty() { String::new() } else { format!(", {}", beside.join(", ")) };
    format!("; {} in the mailbox{beside}", counted(total, "item"))
}

/// Where mail may be missing.
fn hole(hole: &Span) -> String {
    format!("{} to {}", hole.after.format("%F %H:%M"), hole.until.format("%F %H:%M"))
}

/// What keeps what is stored from being complete, since when, and whose turn it is.
fn incomplete(amiss: &Shortfall, now: DateTime<Utc>) -> String {
    format!("{} (first seen {}). {}", amiss.message, ago(Some(amiss.since), now), amiss.hint().1)
}

/// An item by what a person may find it by in Outlook, then what Outlook says of it.
fn unread(item: &Unreadable, now: DateTime<Utc>) -> String {
    let subject = item.subject.as_ref().map(|subject| format!("\"{subject}\" "));
    let received = item.received_at.map(|at| format!("of {} ", at.format("%F %H:%M")));
    let known_by = [subject, received].into_iter().flatten().collect::<String>();
    let known_by = if known_by.is_empty() { "an item that no list has shown ".to_owned() } else { known_by };
    let (folder, tried) = (item.folder.title(), counted(item.attempts, "time"));
    let again = match item.next_try_at {
        at if at <= now => "again in the next cycle".to_owned(),
        at => format!("again {}", ago(Some(at), now)),
    };
    format!("{known_by}in {folder}: {} ({}), tried {tried}, {again}", item.message, item.code)
}

pub(super) async fn set_paused(config: &Config, name: &str, paused: bool, output: Output) -> Outcome {
    let account = super::with_app(config, Schema::Make, async |app| {
        let actor = operator();
        let account = app.desk.named(&actor, name).await?;
        app.desk.set_paused(&actor, &account, paused).await?;
        Ok(app.desk.named(&actor, account.id.as_str()).await?)
    });
    output.value(&AccountShape::from(&account.await?), |AccountShape { name, .. }| {
        if paused {
            format!("{name} is paused: {}", until_resumed(name))
        } else {
            format!("{name} is read again; `outlook-syncd status` says when")
        }
    })?;
    Ok(Exit::Success)
}
