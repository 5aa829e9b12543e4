//! `config check | show`

use super::output::{Output, say, table};
use super::{Outcome, presence};
use crate::cli::ConfigCommand;
use crate::config::{Config, DEFAULT_FILE, Environment, Setting, settings};
use crate::error::Exit;
use crate::lock;
use serde::Serialize;
use std::path::Path;

pub(super) fn config(
    config: &Config,
    command: &ConfigCommand,
    path: Option<&Path>,
    environment: &Environment,
    output: Output,
) -> Outcome {
    let (file, settings) = (config.file.as_deref(), settings(path, environment)?);
    match command {
        ConfigCommand::Check => {
            check(file, &settings, output)?;
            tell_outdated(config)
        }
        ConfigCommand::Show => show(file, &settings, output),
    }
}

/// What `config check` prints.
#[derive(Debug, Serialize)]
struct ConfigChecked<'a> {
    file: Option<&'a Path>,
    /// Those of the environment that set something.
    variables: Vec<&'a str>,
}

/// What `config show` prints.
#[derive(Debug, Serialize)]
struct ConfigShown<'a> {
    file: Option<&'a Path>,
    settings: &'a [Setting],
}

/// That it was read says that it is right.
fn check(file: Option<&Path>, settings: &[Setting], output: Output) -> Outcome {
    let mut variables: Vec<_> = settings.iter().filter_map(|setting| setting.variable.as_deref()).collect();
    variables.dedup();
    output.value(&ConfigChecked { file, variables }, |checked| {
        let over = match checked.variables.as_slice() {
            [] => String::new(),
            some => format!("; the environment sets {}", some.join(", ")),
        };
        format!("{}: right{over}", place(file))
    })?;
    Ok(Exit::Success)
}

/// A file that is right is not yet what the daemon goes by.
fn tell_outdated(config: &Config) -> Outcome {
    let daemon = lock::presence::look(&config.daemon_file())?;
    let of_this_file = daemon.filter(|daemon| daemon.config == config.file);
    if let Some(failure) = of_this_file.as_ref().and_then(presence::outdated) {
        say(&format!("{}\n  {}", failure.message, failure.meaning.hint()));
    }
    Ok(Exit::Success)
}

fn place(file: Option<&Path>) -> String {
    file.map_or_else(|| format!("defaults, as there is no {DEFAULT_FILE}"), |file| file.display().to_string())
}

fn show(file: Option<&Path>, settings: &[Setting], output: Output) -> Outcome {
    output.value(&ConfigShown { file, settings }, |_| {
        let sections = settings.chunk_by(|one, next| section(one) == section(next));
        let text = sections.map(|keys| toml(section(&keys[0]), keys)).collect::<Vec<_>>().join("\n\n");
        format!("# {}\n{text}", place(file))
    })?;
    Ok(Exit::Success)
}

/// The section that a key stands in; keys above all sections have an empty one.
fn section(setting: &Setting) -> &str {
    setting.key.split_once('.').map_or("", |(section, _)| section)
}

/// A section of a file that says the same. One in which nothing is set stands there as a comment, for its
/// presence counts.
fn toml(section: &str, keys: &[Setting]) -> String {
    let lines = table(&keys.iter().map(line).collect::<Vec<_>>());
    match section {
        "" => lines,
        name if keys.iter().all(|key| key.value.is_null()) => format!("# [{name}]\n{lines}"),
        name => format!("[{name}]\n{lines}"),
    }
}

fn line(setting: &Setting) -> Vec<String> {
    let Setting { key, value, source, variable } = setting;
    let name = key.rsplit('.').next().unwrap_or_default();
    let Ok(value) = toml::Value::try_from(value) else { return vec![format!("# {name} is not set")] };
    let variable = variable.as_ref().map(|variable| format!(" {variable}"));
    vec![format!("{name} = {value}"), format!("# {}{}", source.as_str(), variable.unwrap_or_default())]
}
