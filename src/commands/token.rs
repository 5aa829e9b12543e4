//! `token new | list | revoke | refuse`

use super::answers::NewToken;
use super::output::{Output, ago, say, table};
use super::{CommandError, Outcome, operator, with_database};
use crate::cli::TokenArgs;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{Database, LONGEST_TOKEN_LIFE, Schema, TokenSeen, TokenWish};
use crate::error::Exit;
use crate::model::ApiToken;
use crate::secret::ExposeSecret;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use std::io::ErrorKind;

pub(super) async fn new(config: &Config, args: TokenArgs, output: Output) -> Outcome {
    let wish = wish(args, Clock::System.now())?;
    with_database(config, Schema::Make, async |database| give(config, database, wish, output).await).await?;
    Ok(Exit::Success)
}

/// Keeps the token, then prints it, so that one that was printed is good. One that was not is known to nobody
/// and revoked.
async fn give(
    config: &Config,
    database: &Database,
    wish: TokenWish,
    output: Output,
) -> Result<(), CommandError> {
    let actor = operator();
    let (secret, token) = database.new_token(&config.key, &actor, wish).await?;
    let text = secret.expose_secret();
    say(&format!("This token is shown once and kept nowhere. {}:", told(&token)));
    let stop = match output.value(&NewToken { token: text, described: &token }, |_| text.clone()) {
        Ok(true) => return Ok(()),
        Ok(false) => CommandError::output(&ErrorKind::BrokenPipe.into()),
        Err(stop) => stop,
    };
    let next = match database.revoke_token(&actor, token.id.as_str()).await {
        Ok(_) => "the token is revoked, since nobody has it: make another one.".to_owned(),
        Err(error) => {
            format!(
                "revoke the token, since nobody has it: `outlook-syncd token revoke {}` ({error}).",
                token.prefix
            )
        }
    };
    Err(stop.with_next(next))
}

/// What it may do, and where.
fn told(token: &ApiToken) -> String {
    let ApiToken { scopes, owner, limits, expires_at, .. } = token;
    let whose =
        owner.as_deref().map_or("all accounts".to_owned(), |owner| format!("the accounts of {owner}"));
    let narrowed = if limits.is_none() { String::new() } else { format!(", narrowed to {limits}") };
    format!("It has the scopes `{scopes}` for {whose}{narrowed}, until {}", expires_at.date_naive())
}

fn wish(args: TokenArgs, now: DateTime<Utc>) -> Result<TokenWish, CommandError> {
    let life = TimeDelta::from_std(args.expires).ok().filter(|life| *life <= LONGEST_TOKEN_LIFE);
    let expires_at = life.map(|life| now + life);
    Ok(TokenWish {
        name: args.name,
        scopes: args.scopes.into_iter().collect(),
        owner: args.owner,
        account: args.account,
        resource: args.resource,
        networks: args.networks.into_iter().collect(),
        uses_per_hour: args.uses_per_hour,
        expires_at: expires_at.filter(|at| *at > now).ok_or_else(|| {
            CommandError::usage(
                "the token would be good for no time, or for more than a year".to_owned(),
                "use --expires 365d or less.",
            )
        })?,
    })
}

/// What `token list` prints.
#[derive(Debug, Serialize)]
struct TokenList {
    tokens: Vec<TokenSeen>,
}

pub(super) async fn list(config: &Config, output: Output) -> Outcome {
    let tokens =
        with_database(config, Schema::Keep, async |database| Ok(database.tokens(&config.key).await?)).await?;
    let now = Clock::System.now();
    output.value(&TokenList { tokens }, |TokenList { tokens }| {
        let heads = ["TOKEN", "FOR", "MAY", "ACCOUNTS OF", "NARROWED TO", "EXPIRES", "LAST USED", "HOLDS"];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        rows.extend(tokens.iter().map(|token| row(token, now)));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(seen: &TokenSeen, now: DateTime<Utc>) -> Vec<String> {
    let TokenSeen { token, holds } = seen;
    let from = token.last_used_from.as_ref().map(|from| format!(", from {from}")).unwrap_or_default();
    vec![
        format!("{}…", token.prefix),
        token.name.clone(),
        token.scopes.to_string(),
        token.owner.clone().unwrap_or_else(|| "everybody".to_owned()),
        if token.limits.is_none() { "-".to_owned() } else { token.limits.to_string() },
        ago(Some(token.expires_at), now),
        format!("{}{from}", ago(token.last_used_at, now)),
        match holds {
            Some(true) => "yes",
            Some(false) => "does not hold; refused",
            None => "not told without the key",
        }
        .to_owned(),
    ]
}

pub(super) async fn revoke(config: &Config, name: &str, output: Output) -> Outcome {
    let revoked = with_database(config, Schema::Make, async |database| {
        Ok(database.revoke_token(&operator(), name).await?)
    });
    output.value(&revoked.await?, |token| format!("{}…, for {}, is revoked", token.prefix, token.name))?;
    Ok(Exit::Success)
}

pub(super) async fn refuse(config: &Config, user: &str, output: Output) -> Outcome {
    let refused = with_database(config, Schema::Make, async |database| {
        Ok(database.refuse_user(&operator(), user).await?)
    });
    output.value(&refused.await?, |refused| {
        let at = refused.not_before.format("%Y-%m-%d %H:%M:%S UTC");
        format!("what the CRM has signed for {} is refused, by whatever clock until {at}", refused.owner)
    })?;
    Ok(Exit::Success)
}
