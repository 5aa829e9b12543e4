//! `contacts brake list | approve | reject`: plans, and contacts that Outlook lacks, that wait for a person.
//! `contacts retry`: what is sent once more.

use crate::cli::{ApproveArgs, BrakeArgs};
use crate::commands::answers::AccountShape;
use crate::commands::output::{Output, counted, table};
use crate::commands::{Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{BrakeDecided, BrakeDetail, BrakeKind, ContactApproval, ContactPlan, Schema};
use crate::error::Exit;
use crate::model::{Account, AskedMissing};
use chrono::{DateTime, Utc};
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
        Ok(database.contact_brakes(&operator()).await?)
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
    let (actor, ApproveArgs { of: args, until, rejected }) = (operator(), args);
    let (only, seen) = (args.only, args.seen.as_deref());
    let approval = ContactApproval { only, until: *until, seen, rejected: *rejected };
    let approved = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, &args.account).await?;
        let decided = database.approve_contacts(&actor, &account.id, approval).await?;
        let plan = database.contact_plan(&actor, &account.id).await?;
        Ok((Decided::of(&account, decided), plan))
    });
    let (approved, plan) = approved.await?;
    output.value(&approved, |of| {
        let lets_out = let_out(&plan, *until, &of.account.login);
        told(args, &of.decided, lets_out, "gone with the next cycle")
    })?;
    Ok(Exit::Success)
}

/// What goes out by an approval, and what keeps it from that.
fn let_out(plan: &ContactPlan, until: Option<DateTime<Utc>>, login: &str) -> String {
    let what = match (until, plan.writes.len()) {
        (Some(until), _) => {
            format!("what is changed until {} goes out to {login}", until.format("%F %T UTC"))
        }
        (None, 0) => format!("nothing waits to go out to {login}"),
        (None, writes) => {
            format!("goes out to {login} with the next cycle: {}", counted(writes as u64, "write"))
        }
    };
    let direction = (!plan.direction.writes())
        .then(|| format!("Nothing is written: the direction is {}", plan.direction.as_str()));
    let hint = plan.hint.as_ref().map(|hint| format!("Nothing is written before somebody acts. {hint}"));
    [Some(what), direction, hint].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

pub(super) async fn reject(config: &Config, args: &BrakeArgs, output: Output) -> Outcome {
    let actor = operator();
    let rejected = with_database(config, Schema::Keep, async |database| {
        let account = database.named(&actor, &args.account).await?;
        let decided = database.reject_contacts(&actor, &account.id, args.only, args.seen.as_deref()).await?;
        Ok(Decided::of(&account, decided))
    });
    output.value(&rejected.await?, |of| {
        let login = &of.account.login;
        let kept_back = match of.decided.kept_back {
            0 => format!("nothing waits to go out to {login}: nothing is kept back"),
            kept_back => format!("kept back of {login}: {}", counted(kept_back, "contact")),
        };
        told(args, &of.decided, kept_back, "stay here alone")
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
    let actor = operator();
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
