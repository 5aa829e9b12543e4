//! `messages mark | move | delete`: what is done to messages in their mailbox.

use crate::cli::ActCommand;
use crate::commands::answers::AccountShape;
use crate::commands::output::{Output, counted, says_yes};
use crate::commands::{CommandError, Outcome, operator, with_app};
use crate::config::Config;
use crate::desk::{ActOutcome, ActWish, MOST_UNASKED, MessageAct, MessagesActed, Schema};
use crate::error::Exit;
use serde::Serialize;
use std::io::IsTerminal;

/// What the command prints.
#[derive(Debug, Serialize)]
struct ActedShape {
    account: AccountShape,
    #[serde(flatten)]
    acted: MessagesActed,
}

pub(super) async fn act(config: &Config, command: &ActCommand, output: Output) -> Outcome {
    let (act, args, folder) = command.parts();
    let asked = format!("{} ({})", counted(args.messages.len() as u64, "message"), act.as_str());
    let is_confirmed = args.yes || args.messages.len() > MOST_UNASKED && agreed(&asked)?;
    let acted = with_app(config, Schema::Make, async |app| {
        let actor = operator();
        let account = app.desk.named(&actor, &args.account).await?;
        let (folder, messages) = (folder.map(str::to_owned), args.messages.clone());
        let wish = ActWish { act, folder, messages, is_confirmed };
        let acted = app.desk.act_on_messages(&actor, &account.id, wish).await?;
        Ok(ActedShape { account: AccountShape::from(&account), acted })
    });
    let shape = acted.await?;
    output.value(&shape, |ActedShape { account, acted }| text(&account.login, acted))?;
    Ok(shape.acted.worst.map_or(Exit::Success, |failure| failure.exit()))
}

/// Without a terminal nobody is asked, and the desk refuses so many.
fn agreed(asked: &str) -> Result<bool, CommandError> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    Ok(says_yes(&format!("{asked}: are they all meant?"))?)
}

fn text(login: &str, acted: &MessagesActed) -> String {
    let done = counted(acted.done, "message");
    let what = match acted.act {
        MessageAct::MarkRead => "marked as read",
        MessageAct::MarkUnread => "marked as unread",
        MessageAct::Move => "moved",
        MessageAct::Delete => "moved to Deleted Items",
        MessageAct::Purge => "deleted for good",
    };
    let when = if acted.is_read_now { "It is read now" } else { "It is read at its next turn" };
    let after = if acted.act.deletes() { "; they are gone here after the turn behind that" } else { "" };
    let mut lines = vec![format!("{login}: {done} {what}. {when}{after}.")];
    for message in acted.messages.iter().filter(|message| message.outcome != ActOutcome::Done) {
        let why = message.message.as_deref().unwrap_or("it was not there any more");
        lines.push(format!("  {}: {}: {why}", message.id, message.outcome.as_str()));
        lines.extend(message.hint.as_ref().map(|hint| format!("    {hint}")));
    }
    lines.join("\n")
}
