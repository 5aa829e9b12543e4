//! `dashboard` and `user add | list | remove | password`

use super::output::{Output, ago, say, table};
use super::password::{piped_password, typed};
use super::{CommandError, Outcome, operator, with_database};
use crate::cli::{UserArgs, UserCommand};
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::{OperatorSeen, Schema};
use crate::error::Exit;
use crate::lock::presence;
use crate::model::DashboardUser;
use crate::secret::{ExposeSecret, SecretText};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::io::IsTerminal;

/// A link that was made just now: the only time that it is shown.
#[derive(Debug, Serialize)]
struct DashboardAddress {
    url: String,
    expires_at: DateTime<Utc>,
}

pub(super) async fn link(config: &Config, output: Output) -> Outcome {
    let daemon = presence::look(&config.daemon_file())?;
    let (secret, link) = with_database(config, Schema::Make, async |database| {
        Ok(database.operator_link(&config.key, &operator()).await?)
    })
    .await?;
    let listens = daemon.as_ref().and_then(|daemon| daemon.listen);
    let mut url = config.http.page(listens, "/ui/link");
    url.query_pairs_mut().append_pair("k", secret.expose_secret());
    if daemon.is_none() {
        say("no daemon runs here that would answer at this address: `systemctl start outlook-syncd`");
    }
    if let Some(port) = url.port().filter(|_| matches!(url.host_str(), Some("localhost" | "127.0.0.1"))) {
        say(&format!("From another machine, first: ssh -N -L {port}:127.0.0.1:{port} SERVER"));
    }
    say("This link lets whoever opens it in as an operator, once, within ten minutes:");
    let made = DashboardAddress { url: url.into(), expires_at: link.expires_at };
    output.value(&made, |made| made.url.clone())?;
    Ok(Exit::Success)
}

pub(super) async fn user(config: &Config, command: UserCommand, output: Output) -> Outcome {
    match command {
        UserCommand::Add(args) => add(config, &args, output).await,
        UserCommand::List => list(config, output).await,
        UserCommand::Remove { name } => remove(config, name, output).await,
        UserCommand::Password(args) => set(config, &args, output).await,
    }
}

async fn add(config: &Config, args: &UserArgs, output: Output) -> Outcome {
    let password = password(args)?;
    let added = with_database(config, Schema::Make, async |database| {
        Ok(database.add_operator(&config.key, &operator(), &args.name, &password).await?)
    })
    .await?;
    output.value(&added, |user| format!("{} may sign in to the dashboard as an operator", user.name))?;
    Ok(Exit::Success)
}

async fn set(config: &Config, args: &UserArgs, output: Output) -> Outcome {
    let password = password(args)?;
    let set = with_database(config, Schema::Make, async |database| {
        Ok(database.set_operator_password(&config.key, &operator(), &args.name, &password).await?)
    })
    .await?;
    output.value(&set, |user| format!("{} has another password, and is signed in nowhere", user.name))?;
    Ok(Exit::Success)
}

/// What `user remove` prints.
#[derive(Debug, Serialize)]
struct UserRemoved {
    name: String,
}

async fn remove(config: &Config, name: String, output: Output) -> Outcome {
    with_database(config, Schema::Make, async |database| {
        Ok(database.remove_operator(&operator(), &name).await?)
    })
    .await?;
    output.value(&UserRemoved { name }, |user| {
        format!("{} may not sign in any more, and is signed in nowhere", user.name)
    })?;
    Ok(Exit::Success)
}

/// What `user list` prints.
#[derive(Debug, Serialize)]
struct UserList {
    users: Vec<OperatorSeen>,
}

async fn list(config: &Config, output: Output) -> Outcome {
    let users =
        with_database(config, Schema::Keep, async |database| Ok(database.operators(&config.key).await?))
            .await?;
    let now = Clock::System.now();
    output.value(&UserList { users }, |UserList { users }| {
        let mut rows = vec![["NAME", "ADDED", "HOLDS"].map(str::to_owned).to_vec()];
        rows.extend(users.iter().map(|seen| row(seen, now)));
        table(&rows)
    })?;
    Ok(Exit::Success)
}

fn row(seen: &OperatorSeen, now: DateTime<Utc>) -> Vec<String> {
    let OperatorSeen { user: DashboardUser { name, created_at }, holds } = seen;
    let holds = match holds {
        Some(true) => "yes",
        Some(false) => "does not hold; refused",
        None => "not told without the key",
    };
    vec![name.clone(), ago(Some(*created_at), now), holds.to_owned()]
}

/// What is typed is typed twice: nobody sees it.
fn password(args: &UserArgs) -> Result<SecretText, CommandError> {
    if args.password_stdin || !std::io::stdin().is_terminal() {
        return piped_password();
    }
    let password = typed(&format!("Password for {}: ", args.name))?;
    let again = typed("Once more: ")?;
    if password.expose_secret() == again.expose_secret() {
        Ok(password)
    } else {
        Err(CommandError::usage("the two passwords are not the same".to_owned(), "type it again."))
    }
}
