//! `doctor --probe`: what a mailbox does of which nobody knows it before.

use super::Check;
use crate::commands::{operator, with_app};
use crate::config::Config;
use crate::desk::{ProbeFinding, Schema};
use crate::sync::Failure;

pub(super) async fn checks(config: &Config, account: &str, writes: bool) -> Vec<Check> {
    let probed = with_app(config, Schema::Keep, async |app| {
        let actor = operator();
        let account = app.desk.named(&actor, account).await?;
        Ok(app.desk.probe(&actor, &account, writes).await?)
    });
    match probed.await {
        Ok(findings) => findings.into_iter().map(check).collect(),
        Err(error) => vec![Check::of("probe", error.failure)],
    }
}

fn check(finding: ProbeFinding) -> Check {
    let ProbeFinding { question, answer, refused } = finding;
    match refused {
        None => Check::fine(question, answer),
        Some(meaning) => Check::of(question, Failure { meaning, message: answer }),
    }
}
