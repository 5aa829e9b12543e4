//! `account road`: how an account's mail is read, and another road for it.

use super::account::road as called;
use super::answers::AccountShape;
use super::output::{Output, ago, counted, say, table};
use super::{Outcome, operator};
use crate::cli::RoadArgs;
use crate::config::Config;
use crate::desk::{RoadStanding, Schema};
use crate::error::Exit;
use crate::model::{Account, Recognised, RoadChange, RoadChangeState, RoadReport};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The account, with the other road that was last asked for.
#[derive(Serialize)]
struct RoadShown {
    #[serde(flatten)]
    account: AccountShape,
    change: Option<RoadChange>,
}

impl RoadShown {
    fn of(account: &Account, standing: RoadStanding) -> Self {
        let account = AccountShape::from(&Account { road: standing.road, ..account.clone() });
        Self { account, change: standing.change }
    }
}

/// Shows the road of an account's mail, or has it read on another one, or compared with that.
pub(super) async fn road(config: &Config, args: &RoadArgs, output: Output) -> Outcome {
    let actor = operator();
    let (shown, now, may_go_by_imap) = match args.road {
        None => {
            super::with_database(config, Schema::Keep, async |database| {
                let account = database.named(&actor, &args.account).await?;
                let standing = database.road(&actor, &account.id).await?;
                let may_go_by_imap = database.may_go_by_imap(&account).await?;
                Ok((RoadShown::of(&account, standing), database.now(), may_go_by_imap))
            })
            .await?
        }
        Some(wanted) => {
            super::with_app(config, Schema::Make, async |app| {
                let account = app.desk.named(&actor, &args.account).await?;
                let standing = app.desk.set_road(&actor, &account, wanted, args.shadow).await?;
                Ok((RoadShown::of(&account, standing), app.desk.now(), false))
            })
            .await?
        }
    };
    output.value(&shown, |shown| text(shown, now))?;
    if may_go_by_imap {
        say(
            "Its sign-in with Microsoft may open it by IMAP: `outlook-syncd account road ACCOUNT imap` has its mail read so.",
        );
    }
    Ok(Exit::Success)
}

fn text(shown: &RoadShown, now: DateTime<Utc>) -> String {
    let head = format!("{}: mail {}", shown.account.name, called(&shown.account));
    let rows = shown.change.iter().flat_map(|change| lines(change, now));
    let rows: Vec<_> = rows.map(|(name, value)| vec![name.to_owned(), value]).collect();
    if rows.is_empty() { head } else { format!("{head}\n{}", table(&rows)) }
}

/// What came of another road that was asked for.
pub(super) fn lines(change: &RoadChange, now: DateTime<Utc>) -> Vec<(&'static str, String)> {
    let word = change.road.as_str();
    let stands = match change.state {
        RoadChangeState::Wanted => "wanted: the account's next turn looks at it",
        RoadChangeState::Taken => "taken",
        RoadChangeState::Refused => "not taken: too little was recognised, and nothing was changed",
        RoadChangeState::Compared => "compared, and nothing was changed",
        RoadChangeState::Failed => "not taken: it could not be looked at, and nothing was changed",
    };
    let at = ago(change.ended_at.or(Some(change.asked_at)), now);
    let mut lines = vec![("another road", format!("{word}, {stands} ({at})"))];
    lines.extend(change.report.iter().flat_map(report));
    lines.extend(change.error.iter().map(|error| ("why", format!("{}. {}", error.message, error.hint))));
    lines
}

fn report(report: &RoadReport) -> Vec<(&'static str, String)> {
    let RoadReport { stored, seen, by, compared, differing, .. } = report;
    let of = |Recognised { all, recognised }: Recognised| format!("{recognised} of {all}");
    let mut lines = vec![
        ("recognised", format!("{} that are stored, {} that it lists", of(*stored), of(*seen))),
        (
            "by",
            format!(
                "id {}, Internet message id {}, look {}, moved {}",
                by.id, by.internet_message_id, by.look, by.moved
            ),
        ),
    ];
    if *compared > 0 {
        let members = [
            ("received", differing.received),
            ("sender", differing.sender),
            ("subject", differing.subject),
            ("read", differing.read),
            ("attachments", differing.attachments),
            ("folder", differing.folder),
        ];
        let members: Vec<_> = members.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let compared = counted(compared.cast_signed(), "message");
        lines.push(("differing", format!("{} ({compared} compared)", members.join(", "))));
    }
    lines
}
