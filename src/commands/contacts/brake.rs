//! `contacts brake list | approve | reject`: plans, and contacts that Outlook lacks, that wait for a person.
//! `contacts retry`: what is sent once more.

use crate::cli::{ApproveArgs, BrakeArgs};
use crate::commands::answers::AccountShape;
use crate::commands::output::{Output, counted, table};
use crate::commands::{Outcome, with_database};
use crate::config::Config;
use crate::desk::{BrakeDecided, BrakeDetail, BrakeKind, Schema};
use crate::error::Exit;
use crate::model::{Account, Actor, AskedMissing};
use serde::Serialize;

/// An account of which something waits.
#[derive(Debug, Serialize)]
struct BrakeShape {
    account: AccountShape,
    #[serde(flatten)]
    brake: BrakeDetail,
}

/// What `contacts brake list` prints.
#[derive(Debug, Serialize)]
struct BrakeList {
    brakes: Vec<BrakeShape>,
}

/// What `contacts brake approve` and `reject` print.
#[derive(Debug, Serialize)]
struct Decided {
    account: AccountShape,
    #[serde(flatten)]
    decided: BrakeDecided,
}

/// What `contacts retry` prints.
#[derive(Debug, Serialize)]
struct Retried {
    account: AccountShape,
    /// How many contacts are sent once more.
    retried: u64,
}

pub(super) async fn list(config: &Config, output: Output) -> Outcome {
    let brakes = with_database(config, Schema::Keep, async |database| {
        Ok(database.contact_brakes(&Actor::command_line()).await?)
    });
    let shape = |(account, brake)| BrakeShape { account: AccountShape::from(&account), brake };
    let brakes = brakes.await?.into_iter().map(shape).collect();
    output.value(&BrakeList { brakes }, |BrakeList { brakes }| {
        let heading = ["ACCOUNT", "WHY", "NEW", "CHANGED", "DELETED", "MISSING"];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        rows.extend(brakes.iter().flat_map(self::rows));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

/// A row for the plan, and one for what the mailbox lacks.
fn rows(BrakeShape { account, brake }: &BrakeShape) -> Vec<Vec<String>> {
    let login = &account.login;
    let plan = brake.waits.iter().map(|waits| {
        let counts = [waits.counts.creates, waits.counts.overwrites, waits.counts.deletes];
        let [creates, overwrites, deletes] = counts.map(|count| count.to_string());
        vec![login.clone(), waits.why.as_str().to_owned(), creates, overwrites, deletes, String::new()]
    });
    let missing = brake.missing.iter().map(|AskedMissing { missing, held, .. }| {
        let of = format!("{missing} of {held}");
        vec![login.clone(), "missing".to_owned(), String::new(), String::new(), String::new(), of]
    });
    plan.chain(missing).collect()
}

pub(super) async fn approve(config: &Config, args: &ApproveArgs, output: Output) -> Outcome {
    let (actor, ApproveArgs { of: args, until }) = (Actor::command_line(), args);
    let approved = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, &args.account).await?;
        let decided = database.approve_contacts(&actor, &account.id, args.only, *until).await?;
        Ok(Decided::of(&account, decided))
    });
    output.value(&approved.await?, |of| {
        let what = until.map_or_else(
            || "what had been counted goes out".to_owned(),
            |until| format!("what is changed until {} goes out", until.format("%F %T UTC")),
        );
        let plan = format!("{what} to {} with the next cycle", of.account.login);
        told(args, &of.decided, plan, "gone with the next cycle")
    })?;
    Ok(Exit::Success)
}

pub(super) async fn reject(config: &Config, args: &BrakeArgs, output: Output) -> Outcome {
    let actor = Actor::command_line();
    let rejected = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, &args.account).await?;
        let decided = database.reject_contacts(&actor, &account.id, args.only).await?;
        Ok(Decided::of(&account, decided))
    });
    output.value(&rejected.await?, |of| {
        let kept_back = counted(of.decided.kept_back, "contact");
        told(args, &of.decided, format!("kept back of {}: {kept_back}", of.account.login), "stay here alone")
    })?;
    Ok(Exit::Success)
}

impl Decided {
    fn of(account: &Account, decided: BrakeDecided) -> Self {
        Self { account: AccountShape::from(account), decided }
    }
}

/// What was decided of a plan, and what becomes of missing contacts; only what was asked for, and is there.
fn told(args: &BrakeArgs, decided: &BrakeDecided, plan: String, missing: &str) -> String {
    let plan = (args.only != Some(BrakeKind::Missing)).then_some(plan);
    let missing =
        (decided.missing > 0).then(|| format!("{missing}: {}", counted(decided.missing, "contact")));
    [plan, missing].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

pub(super) async fn retry(config: &Config, name: &str, output: Output) -> Outcome {
    let actor = Actor::command_line();
    let asked = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, name).await?;
        let retried = database.retry_contacts(&actor, &account.id).await?;
        Ok(Retried { account: AccountShape::from(&account), retried })
    });
    output.value(&asked.await?, |asked| {
        let (login, contacts) = (&asked.account.login, counted(asked.retried, "contact"));
        format!("sent once more to {login} with the next cycle: {contacts}")
    })?;
    Ok(Exit::Success)
}
