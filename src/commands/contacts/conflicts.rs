//! `contacts conflicts | resolve`: what both sides have changed, and whose values hold.

use crate::cli::{AccountArg, ResolveArgs};
use crate::commands::output::{Output, table};
use crate::commands::{Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{ConflictDetail, ContactDetail, Schema};
use crate::error::Exit;
use crate::model::Side;
use serde::Serialize;

/// What `contacts conflicts` prints.
#[derive(Debug, Serialize)]
struct ConflictsShown {
    conflicts: Vec<ConflictDetail>,
}

pub(super) async fn list(config: &Config, args: &AccountArg, output: Output) -> Outcome {
    let actor = operator();
    let found = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, &args.account).await?.id;
        Ok(database.contact_conflicts(&actor, &account).await?)
    });
    output.value(&ConflictsShown { conflicts: found.await? }, |ConflictsShown { conflicts }| {
        if conflicts.is_empty() {
            return "nothing waits to be said".to_owned();
        }
        let mut rows = vec![["CONTACT", "CONFLICT", "ID"].map(str::to_owned).to_vec()];
        rows.extend(conflicts.iter().flat_map(|conflict| {
            said(conflict)
                .into_iter()
                .map(|said| vec![conflict.name.clone(), said, conflict.contact.to_string()])
        }));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

/// What both sides say, a line for each value.
pub(super) fn said(conflict: &ConflictDetail) -> Vec<String> {
    let deleted = conflict.deleted.map(|side| match side {
        Side::Ours => "deleted here, changed in Outlook".to_owned(),
        Side::Theirs => "changed here, deleted in Outlook".to_owned(),
    });
    let value = conflict.values.iter().map(|conflict| {
        format!("{}: {} here, {} in Outlook", conflict.member.as_str(), conflict.ours, conflict.theirs)
    });
    let photo = conflict.photo.then(|| "photo: changed here and in Outlook".to_owned());
    deleted.into_iter().chain(value).chain(photo).collect()
}

pub(super) async fn resolve(config: &Config, args: &ResolveArgs, output: Output) -> Outcome {
    let actor = operator();
    let resolved = with_database(config, Schema::Make, async |database| {
        let contact = database.contact_named(&actor, &args.which.contact).await?;
        Ok(database.resolve_contact(&actor, &contact, args.member, args.side).await?)
    });
    output.value(&ContactDetail::from(resolved.await?), |contact| match args.side {
        Side::Ours => format!("what stands here of {} goes out with the next cycle", contact.name()),
        Side::Theirs => format!("{} is as Outlook has it", contact.name()),
    })?;
    Ok(Exit::Success)
}
