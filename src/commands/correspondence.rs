//! `sync --contact`: the mail of one person, in every folder.

use super::output::Output;
use super::{CommandError, Outcome, operator, presence};
use crate::app::App;
use crate::clock::Clock;
use crate::desk::{CorrespondenceDetail, CorrespondenceStanding, DeskError, FolderCorrespondenceDetail};
use crate::error::Exit;
use crate::model::{Account, Actor, Correspondent};
use std::time::Duration;

/// How often it is looked at while waiting.
const LOOK: Duration = Duration::from_secs(1);

/// Asks for it, and tells how far it is, at the end where that is waited for.
pub(super) async fn read(
    app: &App,
    account: &Account,
    who: &str,
    wait: Option<Duration>,
    output: Output,
) -> Outcome {
    let (desk, actor) = (&app.desk, operator());
    let whose = desk.correspondent(&actor, account, who).await?;
    let mut asked = desk.ask_for_correspondence(&actor, &account.id, whose.clone()).await?;
    let daemon = desk.daemon()?;
    if let Some(limit) = wait {
        daemon.as_ref().ok_or_else(|| CommandError::no_daemon(1))?;
        let ended = Clock::limit(limit, ended(app, &actor, account, whose)).await;
        asked = ended.map_err(|_| CommandError::not_yet(limit))??;
    }
    let reader =
        if daemon.is_none() { format!("\nno daemon runs here: {}", presence::START) } else { String::new() };
    output.value(&asked, |asked| text(asked) + &reader)?;
    Ok(if asked.state == CorrespondenceStanding::Incomplete { Exit::Retry } else { Exit::Success })
}

async fn ended(
    app: &App,
    actor: &Actor,
    account: &Account,
    whose: Correspondent,
) -> Result<CorrespondenceDetail, DeskError> {
    loop {
        let asked = app.desk.correspondence(actor, &account.id, whose.clone()).await?;
        if asked.ended_at.is_some() {
            return Ok(asked);
        }
        app.cycle.clock().sleep(LOOK).await;
    }
}

fn text(asked: &CorrespondenceDetail) -> String {
    let addresses: Vec<_> = asked.addresses.iter().map(String::as_str).collect();
    let (state, found, stored) = (asked.state.as_str(), asked.found, asked.stored);
    let at = asked.asked_at.format("%F %H:%M UTC");
    let mut lines = vec![format!(
        "{}: {state}, asked for {at}; {found} found, {stored} of them new",
        addresses.join(", ")
    )];
    lines.extend(asked.folders.iter().map(line));
    lines.extend(asked.hint.clone().map(|hint| format!("  {hint}")));
    lines.join("\n")
}

fn line(of: &FolderCorrespondenceDetail) -> String {
    let back_to = of.back_to.map(|at| format!("back to {}", at.format("%F")));
    let reached = match (&of.stopped, of.ended_at, back_to) {
        (Some(why), Some(_), _) => format!("given up ({why})"),
        (Some(why), None, _) => format!("to be tried again ({why})"),
        (None, Some(_), _) => "gone through".to_owned(),
        (None, None, Some(back_to)) => back_to,
        (None, None, None) => "not begun".to_owned(),
    };
    let unread = if of.unreadable > 0 { format!(", {} not readable", of.unreadable) } else { String::new() };
    format!("  {}: {reached}, {} found{unread}", of.folder.title(), of.found)
}
