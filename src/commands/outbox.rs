//! `send` and `outbox`: mail that is sent, and how it stands.

use super::answers::AccountShape;
use super::output::{Output, counted, table};
use super::{CommandError, Outcome, operator, with_app};
use crate::cli::{OutboxCommand, OutboxEntryArgs, OutboxListArgs, SendArgs};
use crate::config::Config;
use crate::desk::{OutboxDetail, Schema, SendWish};
use crate::error::{Disposition, Exit};
use crate::model::{AuditId, MessageId, OutboxState, OutgoingBody, OutgoingFile, RequestKey, SendMode};
use serde::Serialize;
use std::io::Read;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// What `send` and the verbs about one entry print.
#[derive(Debug, Serialize)]
struct SendShape {
    account: AccountShape,
    #[serde(flatten)]
    entry: OutboxDetail,
}

/// What `outbox list` prints.
#[derive(Debug, Serialize)]
struct OutboxShape {
    account: AccountShape,
    outbox: Vec<OutboxDetail>,
}

/// Puts a message in, and sends it where no other process is faster.
pub(super) async fn send(config: &Config, args: SendArgs, output: Output) -> Outcome {
    let (account, key) = (args.account.clone(), args.key.clone());
    let wish = wish(args)?;
    let sent = with_app(config, Schema::Make, async |app| {
        let actor = operator();
        let account = app.desk.named(&actor, &account).await?;
        let made = || AuditId::new(app.cycle.clock().now()).to_string();
        let asked = format!("{wish:?}");
        let parts: [&[u8]; 3] = [b"send", account.id.as_str().as_bytes(), asked.as_bytes()];
        let request = RequestKey::new(&actor, &key.unwrap_or_else(made), &parts);
        let put = app.desk.send(&actor, &account.id, &request, wish).await?;
        app.courier.pass(&CancellationToken::new()).await?;
        let entry = app.desk.outbox_entry(&actor, &account.id, &put.entry.id).await?;
        Ok(SendShape { account: AccountShape::from(&account), entry })
    });
    tell(&sent.await?, output)
}

pub(super) async fn outbox(config: &Config, command: OutboxCommand, output: Output) -> Outcome {
    match command {
        OutboxCommand::List(args) => list(config, &args, output).await,
        OutboxCommand::Show(args) => one(config, &args, Deed::Show, output).await,
        OutboxCommand::Retry(args) => one(config, &args, Deed::Retry, output).await,
        OutboxCommand::Drop(args) => one(config, &args, Deed::Drop, output).await,
    }
}

#[derive(Clone, Copy)]
enum Deed {
    Show,
    Retry,
    Drop,
}

async fn one(config: &Config, args: &OutboxEntryArgs, deed: Deed, output: Output) -> Outcome {
    let shown = with_app(config, Schema::Make, async |app| {
        let (desk, actor) = (&app.desk, operator());
        let account = desk.named(&actor, &args.account).await?;
        let entry = match deed {
            Deed::Show => desk.outbox_entry(&actor, &account.id, &args.id).await?,
            Deed::Retry => {
                desk.repeat_sending(&actor, &account.id, &args.id).await?;
                app.courier.pass(&CancellationToken::new()).await?;
                desk.outbox_entry(&actor, &account.id, &args.id).await?
            }
            Deed::Drop => desk.drop_sending(&actor, &account.id, &args.id).await?,
        };
        Ok(SendShape { account: AccountShape::from(&account), entry })
    });
    let shape = shown.await?;
    match deed {
        Deed::Retry => tell(&shape, output),
        Deed::Show | Deed::Drop => {
            output.value(&shape, text)?;
            Ok(Exit::Success)
        }
    }
}

async fn list(config: &Config, args: &OutboxListArgs, output: Output) -> Outcome {
    let listed = with_app(config, Schema::Make, async |app| {
        let actor = operator();
        let account = app.desk.named(&actor, &args.account).await?;
        let outbox = app.desk.outbox(&actor, &account.id, None, args.limit).await?;
        Ok(OutboxShape { account: AccountShape::from(&account), outbox })
    });
    output.value(&listed.await?, |OutboxShape { outbox, .. }| {
        let heads = ["ID", "ASKED FOR (UTC)", "STATE", "TO", "WHY"];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        rows.extend(outbox.iter().map(row));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(entry: &OutboxDetail) -> Vec<String> {
    vec![
        entry.id.to_string(),
        entry.queued_at.format("%F %H:%M").to_string(),
        entry.state.as_str().to_owned(),
        counted(entry.recipients, "recipient"),
        entry.reason.clone().unwrap_or_default(),
    ]
}

/// What waits is sent by the service.
fn tell(shape: &SendShape, output: Output) -> Outcome {
    output.value(shape, text)?;
    Ok(shape.entry.disposition.map_or(Exit::Success, Disposition::exit))
}

fn text(SendShape { account, entry }: &SendShape) -> String {
    let to = counted(entry.recipients, "recipient");
    let what = match entry.state {
        OutboxState::Queued => "waits to be sent",
        OutboxState::Sending => "was handed over, and is looked for",
        OutboxState::Sent => "is sent",
        OutboxState::Refused => "is not sent",
        OutboxState::Unknown => "may have been sent",
    };
    let mut lines = vec![format!("{}: {} to {to} {what}", account.login, entry.id)];
    lines.extend(entry.reason.iter().map(|reason| format!("  {reason}")));
    lines.extend(entry.hint.iter().map(|hint| format!("  {hint}")));
    lines.join("\n")
}

fn wish(args: SendArgs) -> Result<SendWish, CommandError> {
    let SendArgs { to, cc, bcc, subject, reply, reply_all, forward, html, attach, .. } = args;
    let (mode, regarding) = about(reply, reply_all, forward);
    let files = attach.iter().map(|path| file(path)).collect::<Result<_, _>>()?;
    let mut said = String::new();
    std::io::stdin().lock().read_to_string(&mut said)?;
    let body = if html {
        OutgoingBody { html: Some(said), text: None }
    } else {
        OutgoingBody { text: Some(said), html: None }
    };
    Ok(SendWish { mode, regarding, to, cc, bcc, subject, body, files })
}

fn about(
    reply: Option<MessageId>,
    reply_all: Option<MessageId>,
    forward: Option<MessageId>,
) -> (SendMode, Option<MessageId>) {
    match (reply, reply_all, forward) {
        (Some(id), _, _) => (SendMode::Reply, Some(id)),
        (None, Some(id), _) => (SendMode::ReplyAll, Some(id)),
        (None, None, Some(id)) => (SendMode::Forward, Some(id)),
        (None, None, None) => (SendMode::New, None),
    }
}

fn file(path: &Path) -> Result<OutgoingFile, CommandError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let wrong = |why: String| CommandError::usage(why, "name files that the service's user can read.");
    let content = std::fs::read(path).map_err(|error| wrong(format!("{}: {error}", path.display())))?;
    OutgoingFile::new(&name, media_type(&name), content).map_err(|fault| wrong(fault.to_string()))
}

/// Of the kinds that people send; what is none of them is told by its name.
fn media_type(name: &str) -> Option<&'static str> {
    let (_, kind) = name.rsplit_once('.')?;
    Some(match kind.to_ascii_lowercase().as_str() {
        "txt" => "text/plain",
        "csv" => "text/csv",
        "ics" => "text/calendar",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "zip" => "application/zip",
        _ => return None,
    })
}
