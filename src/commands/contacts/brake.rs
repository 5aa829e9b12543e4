//! `contacts brake list | approve | reject`: plans that wait for a person. `contacts retry`: what is sent once more.

use crate::commands::answers::AccountShape;
use crate::commands::output::{Output, counted, table};
use crate::commands::{Outcome, with_database};
use crate::config::Config;
use crate::desk::{ContactBrake, Schema};
use crate::error::Exit;
use crate::model::{Actor, AskReason, AskedPlan};
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

/// An account whose plan waits.
#[derive(Debug, Serialize)]
struct BrakeShape {
    account: AccountShape,
    waits: AskedShape,
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
    /// How many contacts are kept back.
    kept_back: u64,
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
        waits: brake.asked.into(),
    };
    let brakes = brakes.await?.into_iter().map(shape).collect();
    output.value(&BrakeList { brakes }, |BrakeList { brakes }| {
        let heading = ["ACCOUNT", "WHY", "NEW", "CHANGED", "DELETED"];
        let mut rows = vec![heading.map(str::to_owned).to_vec()];
        rows.extend(brakes.iter().map(row));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(brake: &BrakeShape) -> Vec<String> {
    let AskedShape { why, creates, overwrites, deletes, .. } = &brake.waits;
    let [creates, overwrites, deletes] = [creates, overwrites, deletes].map(u64::to_string);
    vec![brake.account.login.clone(), why.as_str().to_owned(), creates, overwrites, deletes]
}

pub(super) async fn approve(config: &Config, name: &str, output: Output) -> Outcome {
    let approved = with_database(config, Schema::Keep, async |database| {
        Ok(database.approve_contacts(&Actor::command_line(), name).await?)
    });
    let account = AccountShape::from(&approved.await?);
    output.value(&Decided { account, kept_back: 0 }, |decided| {
        format!("what waits goes out to {} with the next cycle", decided.account.login)
    })?;
    Ok(Exit::Success)
}

pub(super) async fn reject(config: &Config, name: &str, output: Output) -> Outcome {
    let rejected = with_database(config, Schema::Keep, async |database| {
        Ok(database.reject_contacts(&Actor::command_line(), name).await?)
    });
    let (account, kept_back) = rejected.await?;
    let account = AccountShape::from(&account);
    output.value(&Decided { account, kept_back }, |decided| {
        format!("kept back of {}: {}", decided.account.login, counted(decided.kept_back, "contact"))
    })?;
    Ok(Exit::Success)
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
