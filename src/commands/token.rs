//! `token new | list | revoke`

use super::answers::NewToken;
use super::output::{Output, ago, say, table};
use super::{Outcome, Stop, store};
use crate::cli::TokenArgs;
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{ApiToken, TokenId};
use crate::secret::ExposeSecret;
use crate::store::{Schema, Store};
use crate::token;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::io::ErrorKind;

/// What the audit log calls whoever runs a command.
const ACTOR: &str = "command line";

pub(super) async fn new(config: &Config, args: TokenArgs, output: Output) -> Outcome {
    let secret = token::generate();
    let text = secret.expose_secret();
    let token = described(args, token::shown(text), Clock::System.now())?;
    let store = store(config, Schema::Make).await?;
    let given = give(&store, &token, text, output).await;
    store.close().await;
    given.map(|()| 0)
}

/// Keeps the token, then prints it, so that one that was printed is good. One that was not is known to nobody and revoked.
async fn give(store: &Store, token: &ApiToken, text: &str, output: Output) -> Result<(), Stop> {
    store.add_api_token(token, &token::hash(text), ACTOR).await?;
    say(&format!(
        "This token is shown once and kept nowhere. It may {}, for {}, until {}:",
        token.scopes,
        token.owner.as_deref().map_or("all accounts".to_owned(), |owner| format!("the accounts of {owner}")),
        token.expires_at.date_naive(),
    ));
    let stop = match output.value(&NewToken { token: text, described: token }, |_| text.to_owned()) {
        Ok(true) => return Ok(()),
        Ok(false) => Stop::output(&ErrorKind::BrokenPipe.into()),
        Err(stop) => stop,
    };
    let next = match store.revoke_api_token(token.id.as_str(), ACTOR, Clock::System.now()).await {
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

/// The token that was asked for, without itself.
fn described(args: TokenArgs, prefix: &str, now: DateTime<Utc>) -> Result<ApiToken, Stop> {
    let expires_at = TimeDelta::from_std(args.expires).ok().and_then(|time| now.checked_add_signed(time));
    Ok(ApiToken {
        id: TokenId::new(now),
        name: args.name,
        prefix: prefix.to_owned(),
        scopes: args.scopes.into_iter().collect(),
        owner: args.owner,
        created_at: now,
        expires_at: expires_at.filter(|at| *at > now).ok_or_else(|| {
            Stop::usage(
                "the token would expire at no time that there is".to_owned(),
                "use --expires 365d or less.",
            )
        })?,
        last_used_at: None,
    })
}

pub(super) async fn list(config: &Config, output: Output) -> Outcome {
    let store = store(config, Schema::Keep).await?;
    let tokens = store.api_tokens().await;
    store.close().await;
    let now = Clock::System.now();
    let tokens = tokens?;
    output.value(&json!({"tokens": tokens}), |_| {
        let heads = ["TOKEN", "FOR", "MAY", "ACCOUNTS OF", "EXPIRES", "LAST USED"];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        rows.extend(tokens.iter().map(|token| row(token, now)));
        table(&rows)
    })?;
    Ok(0)
}

fn row(token: &ApiToken, now: DateTime<Utc>) -> Vec<String> {
    vec![
        format!("{}…", token.prefix),
        token.name.clone(),
        token.scopes.to_string(),
        token.owner.clone().unwrap_or_else(|| "everybody".to_owned()),
        ago(Some(token.expires_at), now),
        ago(token.last_used_at, now),
    ]
}

pub(super) async fn revoke(config: &Config, name: &str, output: Output) -> Outcome {
    let store = store(config, Schema::Make).await?;
    let revoked = revoke_one(&store, name).await;
    store.close().await;
    output.value(&revoked?, |token| format!("{}…, for {}, is revoked", token.prefix, token.name))?;
    Ok(0)
}

async fn revoke_one(store: &Store, name: &str) -> Result<ApiToken, Stop> {
    let tokens = store.api_tokens().await?;
    let id = &meant(&tokens, name.trim_end_matches('…'))?.id;
    let revoked = store.revoke_api_token(id.as_str(), ACTOR, Clock::System.now()).await?;
    revoked.ok_or_else(|| no_such_token(name))
}

/// The token that a person names by its id, by how it begins, or by what it is for when no other is for that.
fn meant<'a>(tokens: &'a [ApiToken], name: &str) -> Result<&'a ApiToken, Stop> {
    if let Some(token) = tokens.iter().find(|token| [token.id.as_str(), &token.prefix].contains(&name)) {
        return Ok(token);
    }
    let named: Vec<_> = tokens.iter().filter(|token| token.name == name).collect();
    match named.as_slice() {
        [] => Err(no_such_token(name)),
        [token] => Ok(token),
        several => {
            let all = several.iter().map(|token| format!("{}…", token.prefix)).collect::<Vec<_>>().join(", ");
            let message = format!("{} tokens are for {name}: {all}", several.len());
            Err(Stop::wrong("ambiguous_token", message, "name one by how it begins."))
        }
    }
}

fn no_such_token(name: &str) -> Stop {
    let next = "`outlook-syncd token list` shows them all.";
    Stop::wrong("no_such_token", format!("no token begins with {name} or is for that"), next)
}
