//! `account disconnect`: what it destroys is told before anybody is asked.

use super::answers::AccountWiped;
use super::output::{Output, counted, says_yes};
use super::{CommandError, Outcome, operator};
use crate::cli::DisconnectArgs;
use crate::config::Config;
use crate::desk::{Disconnected, Ending, Schema, Wiped};
use crate::error::Exit;
use crate::model::ContactsEnded;
use std::io::IsTerminal;

/// Nobody but the person can take it back.
const PERMISSION: &str = " Microsoft still lists the permission that was given: https://myapps.microsoft.com or \
                          https://account.live.com/consent takes it back.";

pub(super) async fn disconnect(config: &Config, args: &DisconnectArgs, output: Output) -> Outcome {
    let disconnected = super::with_app(config, Schema::Make, async |app| {
        let actor = operator();
        let account = app.desk.to_disconnect(&actor, &args.account).await?;
        let would = app.desk.would_disconnect(&actor, &account, args.contacts).await?;
        let ended = if args.yes || agreed(&preview(&account.name(), &would))? {
            Some(app.desk.disconnect(&actor, &account, Ending::Account, args.contacts).await?)
        } else {
            None
        };
        Ok((account, ended))
    });
    let (account, ended) = disconnected.await?;
    let wiped = ended.as_ref().and_then(|ended| ended.wiped);
    output.value(&AccountWiped::new(&account, wiped), |_| {
        let Some(wiped) = wiped else { return "nothing was destroyed".to_owned() };
        let permission = if ended.is_some_and(|ended| ended.tokens) { PERMISSION } else { "" };
        format!(
            "{} is disconnected. Destroyed: {}. \
             The sign-in at Microsoft ends by itself or under https://mysignins.microsoft.com.{permission}",
            account.name(),
            destroyed(&wiped)
        )
    })?;
    Ok(Exit::Success)
}

/// What it would destroy, and what would stay.
fn preview(name: &str, would: &Disconnected) -> String {
    let what = would.wiped.as_ref().map(destroyed).unwrap_or_default();
    format!("To disconnect {name} destroys {what}.")
}

fn destroyed(wiped: &Wiped) -> String {
    format!(
        "the browser session and the tokens with the key that opens them ({}), {}{}",
        counted(wiped.secrets, "record"),
        counted(wiped.messages, "message"),
        ended(wiped.contacts)
    )
}

/// What becomes of the contacts, as the end of a list of what is destroyed.
fn ended(contacts: ContactsEnded) -> String {
    let destroyed = counted(contacts.destroyed, "contact");
    match contacts {
        ContactsEnded { destroyed: 0, kept: 0 } => String::new(),
        ContactsEnded { kept: 0, .. } => format!(", {destroyed}"),
        ContactsEnded { kept, .. } => format!(
            ", the links and the journal of its contacts. Kept here, until the same mailbox is connected with Microsoft again: {}",
            counted(kept, "contact")
        ),
    }
}

fn agreed(preview: &str) -> Result<bool, CommandError> {
    if !std::io::stdin().is_terminal() {
        let message = format!("nothing was destroyed: nobody is there to be asked. {preview}");
        return Err(CommandError::usage(message, "use --yes to go on without being asked."));
    }
    Ok(says_yes(&format!("{preview}\nDestroy that?"))?)
}
