//! `messages show`: one with all that is stored of it.

use super::{SUBJECT, cut};
use crate::cli::MessageArg;
use crate::commands::output::{Output, table};
use crate::commands::{Outcome, operator, with_database};
use crate::config::Config;
use crate::desk::{MessageWhole, Schema};
use crate::error::Exit;
use crate::model::{Address, Attachment};

pub(super) async fn show(config: &Config, args: &MessageArg, output: Output) -> Outcome {
    let found = with_database(config, Schema::Keep, async |database| {
        let actor = operator();
        let account = database.named(&actor, &args.account).await?.id;
        Ok(database.message(&actor, &account, &args.message).await?)
    });
    output.value(&found.await?, text)?;
    Ok(Exit::Success)
}

/// Without its body, which may be HTML and as long as it likes.
fn text(message: &MessageWhole) -> String {
    let detail = &message.detail;
    let mut rows = vec![
        row("subject", detail.subject.clone()),
        row("from", detail.from.as_ref().map(person).unwrap_or_default()),
        row(
            "received",
            detail.received_at.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default(),
        ),
        row("folder", detail.folder.title().to_owned()),
    ];
    let recipients = detail.recipients.iter();
    rows.extend(recipients.map(|one| row(one.kind.as_str(), person(&one.address))));
    rows.extend(detail.preview.iter().map(|preview| row("begins", cut(preview, SUBJECT))));
    rows.extend(
        message
            .attachments
            .iter()
            .enumerate()
            .map(|(n, one)| row(&format!("attachment {n}"), attachment(one))),
    );
    table(&rows)
}

fn row(what: &str, said: String) -> Vec<String> {
    vec![what.to_owned(), said]
}

fn person(address: &Address) -> String {
    match (&address.name, &address.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (one, other) => one.as_ref().or(other.as_ref()).cloned().unwrap_or_default(),
    }
}

fn attachment(one: &Attachment) -> String {
    let size = one.size.map(|size| format!("{size} bytes"));
    let shown = one.is_inline.then(|| "shown in the body".to_owned());
    let all = [Some(one.kind.as_str().to_owned()), one.content_type.clone(), size, shown, one.url.clone()];
    let what = all.into_iter().flatten().collect::<Vec<_>>().join(", ");
    format!("{} ({what})", one.name.as_deref().unwrap_or("no name"))
}
