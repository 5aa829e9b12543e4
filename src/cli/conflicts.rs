//! What `contacts resolve` takes.

use super::ContactArg;
use crate::model::{ContestedPart, Side};
use clap::Args;

/// Whose values hold of a contact that both sides have changed.
#[derive(Debug, Args)]
pub struct ResolveArgs {
    /// Which.
    #[command(flatten)]
    pub which: ContactArg,
    /// ours (what stands here, which goes out then) or theirs (what Outlook has)
    #[arg(value_parser = side)]
    pub side: Side,
    /// Only of this member, as `contacts conflicts` names it, or photo [default: all that waits of the contact]
    #[arg(long, value_parser = member)]
    pub member: Option<ContestedPart>,
}

fn side(word: &str) -> Result<Side, &'static str> {
    Side::parse(word).ok_or("not one of ours, theirs")
}

fn member(word: &str) -> Result<ContestedPart, String> {
    ContestedPart::try_from(word.to_owned())
}
