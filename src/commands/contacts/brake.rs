//! `contacts brake list | approve | reject`: plans, and contacts that Outlook lacks, that wait for a person.
//! `contacts retry`: what is sent once more.

use crate::cli::BrakeArgs;
use crate::commands::answers::AccountShape;
use crate::commands::output::{Output, counted, table};
use crate::commands::{Outcome, with_database};
use crate::config::Config;
use crate::desk::{BrakeDecided, BrakeKind, ContactBrake, Schema};
use crate::error::Exit;
use crate::model::{Actor, AskReason, AskedMissing, AskedPlan};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Since when a plan waits for a person, why, and what it has.
#[derive(Debug, Serialize)]
pub(super) struct AskedShape {
    since: DateTime<Utc>,
    why: AskReason,
    creates: u64,
    overwrites: u64,
    deletes: u64,
}

impl From<AskedPlan> for AskedShape {
    fn from(asked: AskedPlan) -> Self {
        let AskedPlan { since, why, counts } = asked;
        Self { since, why, creates: counts.creates, overwrites: counts.overwrites, deletes: counts.deletes }
    }
}

/// Since when contacts that the mailbox lacks wait for a person, and how many.
#[derive(Debug, Serialize)]
pub(super) struct MissingShape {
    since: DateTime<Utc>,
    missing: u64,
    held: u64,
}

impl From<AskedMissing> for MissingShape {
    fn from(asked: AskedMissing) -> Self {
        let AskedMissing { since, missing, held } = asked;
        Self { since, missing, held }
    }
}

/// An account of which something waits.
#[derive(Debug, Serialize)]
struct BrakeShape {
    account: AccountShape,
    waits: Option<AskedShape>,
    missing: Option<MissingShape>,
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
    /// How many contacts of the plan are kept back.
    kept_back: u64,
    /// How many contacts that the mailbox lacks are gone, or stay.
    missing: u64,
}

impl From<BrakeDecided> for Decided {
    fn from(decided: BrakeDecided) -> Self {
        let BrakeDecided { account, kept_back, missing } = decided;
        Self { account: AccountShape::from(&account), kept_back, missing }
    }
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
    let shape = |brake: ContactBrake| BrakeShape {
        account: AccountShape::from(&brake.account),
        waits: brake.asked.map(AskedShape::from),
        missing: brake.missing.map(MissingShape::from),
    };
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
fn rows(brake: &BrakeShape) -> Vec<Vec<String>> {
    let login = &brake.account.login;
    let plan = brake.waits.iter().map(|waits| {
        let counts = [waits.creates, waits.overwrites, waits.deletes].map(|count| count.to_string());
        let [creates, overwrites, deletes] = counts;
        vec![login.clone(), waits.why.as_str().to_owned(), creates, overwrites, deletes, String::new()]
    });
    let missing = brake.missing.iter().map(|MissingShape { missing, held, .. }| {
        let of = format!("{missing} of {held}");
        vec![login.clone(), "missing".to_owned(), String::new(), String::new(), String::new(), of]
    });
    plan.chain(missing).collect()
}

pub(super) async fn approve(config: &Config, args: &BrakeArgs, output: Output) -> Outcome {
    let approved = with_database(config, Schema::Keep, async |database| {
        Ok(database.approve_contacts(&Actor::command_line(), &args.account, args.only).await?)
    });
    output.value(&Decided::from(approved.await?), |decided| {
        let plan = format!("what had been counted goes out to {} with the next cycle", decided.account.login);
        told(args, decided, plan, "gone with the next cycle")
    })?;
    Ok(Exit::Success)
}

pub(super) async fn reject(config: &Config, args: &BrakeArgs, output: Output) -> Outcome {
    let rejected = with_database(config, Schema::Keep, async |database| {
        Ok(database.reject_contacts(&Actor::command_line(), &args.account, args.only).await?)
    });
    output.value(&Decided::from(rejected.await?), |decided| {
        let plan =
            format!("kept back of {}: {}", decided.account.login, counted(decided.kept_back, "contact"));
        told(args, decided, plan, "stay here alone")
    })?;
    Ok(Exit::Success)
}

/// What was decided of a plan, and what becomes of missing contacts; only what was asked for, and is there.
fn told(args: &BrakeArgs, decided: &Decided, plan: String, missing: &str) -> String {
    let plan = (args.only != Some(BrakeKind::Missing)).then_some(plan);
    let missing =
        (decided.missing > 0).then(|| format!("{missing}: {}", counted(decided.missing, "contact")));
    [plan, missing].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

pub(super) async fn retry(config: &Config, name: &str, output: Output) -> Outcome {
    let asked = with_database(config, Schema::Keep, async |database| {
        Ok(database.retry_contacts(&Actor::command_line(), name).await?)
    });
    let (account, retried) = asked.await?;
    let account = AccountShape::from(&account);
    output.value(&Retried { account, retried }, |asked| {
        let (login, contacts) = (&asked.account.login, counted(asked.retried, "contact"));
        format!("sent once more to {login} with the next cycle: {contacts}")
    })?;
    Ok(Exit::Success)
}
