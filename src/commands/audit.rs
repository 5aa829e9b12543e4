//! `account audit`: what was done to an account and with it, and by whom. `audit renew`.

use super::output::{Output, counted, table};
use super::{Outcome, operator, with_app, with_database};
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

/// What `audit renew` prints.
#[derive(Debug, Serialize)]
struct AuditAnew {
    /// What was wrong; `None` where nothing was, and nothing was done.
    fault: Option<String>,
    /// So many lines stay of which nothing is proven.
    lines: u64,
}

pub(super) async fn renew(config: &Config, output: Output) -> Outcome {
    let actor = operator();
    let renewed = with_app(config, Schema::Make, async |app| Ok(app.desk.renew_audit(&actor).await?)).await?;
    let (fault, lines) = renewed.map_or((None, 0), |anew| (Some(anew.fault.to_string()), anew.lines));
    output.value(&AuditAnew { fault, lines }, |AuditAnew { fault, lines }| match fault {
        None => "the audit log is as it was written; nothing was done".to_owned(),
        Some(fault) => format!(
            "the audit log begins anew ({fault}); {} stay, and prove nothing",
            counted(*lines, "older line")
        ),
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
