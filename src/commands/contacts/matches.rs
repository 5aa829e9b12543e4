//! `contacts matches | settle`: contacts of which a person says whether they are one.

use crate::cli::{MatchesArgs, SettleArgs};
use crate::commands::output::{Output, table};
use crate::commands::{Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{ContactDetail, MatchDetail, Schema};
use crate::error::Exit;
use crate::model::{CardEmail, MatchAnswer, Proof};
use serde::Serialize;

/// What `contacts matches` prints.
#[derive(Debug, Serialize)]
struct MatchesShown {
    matches: Vec<MatchDetail>,
}

pub(super) async fn list(config: &Config, args: &MatchesArgs, output: Output) -> Outcome {
    let actor = operator();
    let found = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, &args.account).await?.id;
        Ok(database.contact_matches(&actor, &account, None, args.limit).await?)
    });
    output.value(&MatchesShown { matches: found.await? }, |MatchesShown { matches }| {
        if matches.is_empty() {
            return "nothing has to be said".to_owned();
        }
        let heading = ["ID", "MADE HERE", "IN OUTLOOK", "IN COMMON"];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        rows.extend(matches.iter().map(row));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(found: &MatchDetail) -> Vec<String> {
    let by: Vec<_> = found.by.iter().copied().map(Proof::as_str).collect();
    vec![found.id.to_string(), shown(&found.here), shown(&found.there), by.join(" ")]
}

/// The name, and the address by which people tell those of one name apart.
fn shown(contact: &ContactDetail) -> String {
    let name = contact.name();
    match contact.card.emails.first().map(CardEmail::shown) {
        Some(address) if address != name => format!("{name} <{address}>"),
        _ => name,
    }
}

pub(super) async fn settle(config: &Config, args: &SettleArgs, output: Output) -> Outcome {
    let (actor, id) = (operator(), args.id.clone().into());
    let settled = with_database(config, Schema::Make, async |database| {
        let account = database.named(&actor, &args.account).await?.id;
        Ok(database.answer_match(&actor, &account, &id, args.answer).await?)
    });
    output.value(&settled.await?, |contact| match args.answer {
        MatchAnswer::Same => format!("{} is that contact of the mailbox from now on", contact.name()),
        MatchAnswer::Different => format!("{} is another one", contact.name()),
    })?;
    Ok(Exit::Success)
}
