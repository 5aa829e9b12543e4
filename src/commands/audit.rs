//! `account audit`: what was done to an account and with it, and by whom.

use super::output::{Output, table};
use super::{Outcome, operator, with_database};
use crate::cli::AuditArgs;
use crate::config::Config;
use crate::desk::Schema;
use crate::error::Exit;
use crate::model::AuditEntry;
use serde::Serialize;

/// What `account audit` prints.
#[derive(Debug, Serialize)]
struct AuditShown {
    lines: Vec<AuditEntry>,
}

pub(super) async fn audit(config: &Config, args: &AuditArgs, output: Output) -> Outcome {
    let actor = operator();
    let lines = with_database(config, Schema::Keep, async |database| {
        let account = database.audited(&actor, &args.account).await?;
        Ok(database.audit(&actor, &account, None, args.limit).await?)
    });
    output.value(&AuditShown { lines: lines.await? }, |AuditShown { lines }| {
        let mut rows = vec![["WHEN", "WHO", "WHAT", "FROM", "DETAIL"].map(str::to_owned).to_vec()];
        rows.extend(lines.iter().map(line));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn line(line: &AuditEntry) -> Vec<String> {
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    vec![
        line.at.format("%F %T UTC").to_string(),
        line.actor.clone(),
        line.action.as_str().replace('_', " "),
        shown(&line.peer),
        shown(&line.detail),
    ]
}
