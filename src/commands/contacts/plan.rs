//! `contacts plan | direction`: what would be written to a mailbox.

use crate::cli::DirectionArgs;
use crate::commands::answers::AccountShape;
use crate::commands::output::{Output, table};
use crate::commands::{Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{ContactPlan, PlanRest, Schema, WithheldReason};
use crate::error::Exit;
use crate::model::{CardMember, Direction};
use crate::sync::contacts::Withheld;
use serde::Serialize;

/// What a plan ends with that leaves something to a person.
const ASKED: &str = "What both sides changed is shown by `outlook-syncd contacts conflicts ACCOUNT`: `contacts resolve` says whose holds";
/// The same of what somebody has rejected.
const REJECTED: &str = "What was rejected goes out by `outlook-syncd contacts brake approve ACCOUNT --rejected`, or by a change of it";

/// What `contacts plan` prints.
#[derive(Debug, Serialize)]
struct PlanShape {
    account: AccountShape,
    #[serde(flatten)]
    plan: ContactPlan,
}

/// What `contacts direction` prints.
#[derive(Debug, Serialize)]
struct DirectionShape {
    account: AccountShape,
    direction: Direction,
}

pub(super) async fn plan(config: &Config, name: &str, output: Output) -> Outcome {
    let actor = operator();
    let planned = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, name).await?;
        let plan = database.contact_plan(&actor, &account.id).await?;
        Ok(PlanShape { account: AccountShape::from(&account), plan })
    });
    output.value(&planned.await?, |shape| text(&shape.plan))?;
    Ok(Exit::Success)
}

fn text(plan: &ContactPlan) -> String {
    let mut rows = vec![["CONTACT", "WRITE", "WHY", "MEMBERS"].map(str::to_owned).to_vec()];
    rows.extend(plan.writes.iter().flat_map(|planned| {
        let members = words(planned.members.iter());
        let write = vec![
            planned.name.clone(),
            planned.write.as_str().replace('_', " "),
            planned.why.as_str().to_owned(),
            members,
        ];
        let left = planned.no_room.iter().map(|(member, left)| {
            let left = format!("no room in Outlook for {}", left.join(", "));
            vec![planned.name.clone(), "stays here".to_owned(), left, member.as_str().to_owned()]
        });
        std::iter::once(write).chain(left).collect::<Vec<_>>()
    }));
    rows.extend(plan.withheld.iter().map(|held| {
        let why =
            if held.said.is_empty() { held.why.clone() } else { format!("{}: {}", held.why, held.said) };
        vec![held.name.clone(), "not written".to_owned(), why, String::new()]
    }));
    rows.extend(plan.lacking.iter().map(|lacking| {
        vec![
            lacking.name.clone(),
            "missing in Outlook".to_owned(),
            "gone once it is approved".to_owned(),
            String::new(),
        ]
    }));
    let PlanRest { writes, withheld, lacking } = plan.more;
    for (more, what) in [(writes, "written"), (withheld, "not written"), (lacking, "missing in Outlook")] {
        if more > 0 {
            rows.push(vec![format!("and {more} more"), what.to_owned(), String::new(), String::new()]);
        }
    }
    let whole = if rows.len() == 1 { "nothing is left to be written".to_owned() } else { table(&rows) };
    let is_asked = plan.writes.iter().any(|planned| !planned.conflicts.is_empty())
        || plan.withheld.iter().any(|held| held.why == Withheld::Conflict.as_str());
    let whole = if is_asked { format!("{whole}\n{ASKED}") } else { whole };
    let is_rejected = plan.withheld.iter().any(|held| held.why == WithheldReason::Rejected.as_str());
    let whole = if is_rejected { format!("{whole}\n{REJECTED}") } else { whole };
    let whole = match plan.approved_until {
        Some(until) => format!("{whole}\nWhat is changed until {} is approved", until.format("%F %T UTC")),
        None => whole,
    };
    let whole = match &plan.hint {
        Some(hint) => format!("{whole}\nNothing is written before somebody acts. {hint}"),
        None => whole,
    };
    match (&plan.waits, plan.direction.writes()) {
        (_, false) => {
            format!("{whole}\nNothing is written: the direction is {}", plan.direction.as_str())
        }
        (waits, true) if waits.is_some() || plan.missing.is_some() => {
            let seen = plan.revision.as_ref().map(|seen| format!(" --seen {seen}")).unwrap_or_default();
            format!(
                "{whole}\nIt waits for `outlook-syncd contacts brake approve ACCOUNT{seen}`, or for `reject` alike"
            )
        }
        (_, true) => whole,
    }
}

fn words<'a>(members: impl Iterator<Item = &'a CardMember>) -> String {
    members.map(|member| member.as_str()).collect::<Vec<_>>().join(" ")
}

pub(super) async fn direction(config: &Config, args: &DirectionArgs, output: Output) -> Outcome {
    let (actor, own) = (operator(), args.direction.0);
    let directed = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, &args.account).await?;
        database.direct_contacts(&actor, &account.id, own).await?;
        Ok(AccountShape::from(&account))
    });
    let (account, direction) = (directed.await?, own.unwrap_or(config.contacts.direction));
    output.value(&DirectionShape { account, direction }, |shape| {
        format!("the contacts of {} go this way: {}", shape.account.login, shape.direction.as_str())
    })?;
    Ok(Exit::Success)
}
