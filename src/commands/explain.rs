//! `explain`: why an account stands as it does, since when, whose turn it is, the next step and the next try.

use super::output::{Output, ago, table};
use super::{Outcome, operator, status};
use crate::config::Config;
use crate::desk::Schema;
use crate::error::Exit;
use crate::sync::explain::{Explanation, explain};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// What the command prints.
#[derive(Serialize)]
struct AccountExplained {
    id: String,
    name: String,
    explanations: Vec<Explanation>,
}

pub(super) async fn account(config: &Config, name: &str, output: Output) -> Outcome {
    let seen = super::with_database(config, Schema::Keep, async |database| {
        let detail = database.account_detail(&operator(), name, &config.sync).await?;
        Ok((detail.health, database.now()))
    });
    let (card, now) = seen.await?;
    let explanations = explain(&card);
    let explained = AccountExplained { id: card.id, name: card.name, explanations };
    output.value(&explained, |explained| text(explained, now))?;
    Ok(Exit::Success)
}

fn text(explained: &AccountExplained, now: DateTime<Utc>) -> String {
    let paragraphs = explained.explanations.iter().map(|said| paragraph(&explained.name, said, now));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn paragraph(name: &str, said: &Explanation, now: DateTime<Utc>) -> String {
    let part = said.part.map(|part| format!(", {}", part.as_str())).unwrap_or_default();
    let code = said.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let times = if said.failures > 1 { format!(", {} times in a row", said.failures) } else { String::new() };
    let since = said.since.map(|at| format!("{} ({})", ago(Some(at), now), at.format("%Y-%m-%d %H:%M UTC")));
    let lines = [
        ("because", Some(format!("{}{code}{times}", said.because))),
        ("since", since),
        ("whose turn", Some(said.whose_turn.whose().to_owned())),
        ("next step", Some(said.next_step.clone())),
        (
            "next try",
            Some(
                said.next_try.map_or_else(|| "none before that".to_owned(), |at| status::next(Some(at), now)),
            ),
        ),
    ];
    let rows = lines.into_iter().filter_map(|(what, text)| Some(vec![format!("  {what}"), text?]));
    format!("{name}{part}: {}\n{}", status::word(said.state), table(&rows.collect::<Vec<_>>()))
}
