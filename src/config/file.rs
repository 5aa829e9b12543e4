//! The file as it is written: every key with its default, unknown keys refused with their line.

use super::secrets::trusted_text;
use super::{ConfigError, DEFAULT_FILE, Environment};
use crate::model::{Cloud, SendLimits, Tier};
use crate::{browser, http, owa, sync, telemetry};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// A section: its keys, each with its default. Where the settings that the section becomes have one, it is
/// theirs.
macro_rules! section {
    ($name:ident $(as $own:ident: $settings:ty)? {
        $($key:ident: $type:ty = $default:expr $(, from $from:literal $(to $to:literal)?)?;)*
    }) => {
        #[derive(Debug, Deserialize, Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub(super) struct $name {
            $($(#[serde(deserialize_with = $from $(, serialize_with = $to)?)])? pub(super) $key: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                $(let $own = <$settings>::default();)?
                Self { $($key: $default,)* }
            }
        }
    };
}

section!(Raw {
    state_dir: Option<PathBuf> = None, from "place";
    user: String = "outlook-syncd".to_owned();
    cloud: String = Cloud::Global.as_str().to_owned();
    database: Database = Database::default();
    key: Key = Key::default();
    net: Net = Net::default();
    sync: Sync = Sync::default();
    browser: Browser = Browser::default();
    owa: Owa = Owa::default();
    contacts: Contacts = Contacts::default();
    attachments: Attachments = Attachments::default();
    send: Send = Send::default();
    audit: Audit = Audit::default();
    http: Http = Http::default();
    jwt: Jwt = Jwt::default();
    oauth: OAuth = OAuth::default();
    log: Log = Log::default();
    simulator: Option<Simulator> = None;
});

section!(Database {
    url: Option<String> = None;
    url_file: Option<PathBuf> = None, from "place";
});

section!(Key {
    file: PathBuf = PathBuf::from("/etc/outlook-syncd/key"), from "path";
});

section!(Net {
    proxy: String = String::new();
    proxy_user: String = String::new();
    proxy_password_file: Option<PathBuf> = None, from "place";
    no_proxy: Vec<String> = Vec::new();
});

section!(Sync as own: sync::Settings {
    schedule: String = own.schedule_text;
    time_zone: String = own.time_zone.name().to_owned();
    history: Duration = own.history, from "duration" to "words";
    gone_limit: u32 = own.brake.items;
    gone_percent: u32 = own.brake.percent;
    sweep: Duration = own.sweep, from "duration" to "words";
    account_limit: Duration = own.part_limit, from "duration" to "words";
    cycle_limit: Duration = own.cycle_limit, from "duration" to "words";
    folders: Vec<String> = own.folders;
    page_size: u32 = owa::Settings::default().page_size;
});

section!(Browser as own: browser::Settings {
    executable: PathBuf = own.executable, from "path";
    idle: Duration = own.idle, from "duration" to "words";
    recycle_jobs: u32 = own.recycle_jobs;
    recycle_age: Duration = own.recycle_age, from "duration" to "words";
    recycle_memory_mb: u32 = own.recycle_memory_mb;
    user_agent_suffix: String = String::new();
});

section!(Owa as own: owa::Settings {
    start: Option<Url> = None, from "address";
    extra_hosts: Vec<String> = own.extra_hosts;
    tiers: Vec<String> = named(own.tiers, Tier::as_str);
    page_limit: Duration = own.page_limit, from "duration" to "words";
    words: DateWords = DateWords::new();
});

section!(Contacts as own: sync::contacts::ContactSettings {
    direction: String = own.direction.as_str().to_owned();
    conflict: String = own.joining.policy.as_str().to_owned();
    region: String = String::new();
    first_plan: String = if own.asks_first { "ask" } else { "write" }.to_owned();
    keep_days: i64 = own.keep.num_days();
});

section!(Attachments {
    largest_mb: u64 = crate::desk::LARGEST_CONTENT >> 20;
});

section!(Send as own: SendLimits {
    per_hour: u32 = own.per_hour;
    recipients: u32 = own.recipients;
    size_kb: u32 = own.size / 1_000;
});

section!(Audit {
    keep_days: i64 = 400;
});

/// Language, meaning, words.
pub(super) type DateWords = BTreeMap<String, BTreeMap<String, Vec<String>>>;

section!(Http as own: http::Settings {
    enabled: bool = own.enabled;
    listen: SocketAddr = own.listen;
    behind_proxy: bool = false;
    socket: Option<PathBuf> = None, from "place";
    hosts: Vec<String> = Vec::new();
    public_url: String = String::new();
    read_token_file: Option<PathBuf> = None, from "place";
    cron_secret_file: Option<PathBuf> = None, from "place";
});

section!(Jwt {
    algorithm: String = String::new();
    key_file: Option<PathBuf> = None, from "place";
    audience: String = "outlook-syncd".to_owned();
    issuer: String = String::new();
    typ: String = String::new();
    longest_life: Duration = Duration::from_hours(1), from "duration" to "words";
    scopes: Vec<String> = vec!["read".to_owned(), "sync".to_owned(), "admin".to_owned()];
});

section!(OAuth {
    client_id: String = String::new();
    client_secret_file: Option<PathBuf> = None, from "place";
    client_certificate_file: Option<PathBuf> = None, from "place";
    tenant: String = "common".to_owned();
    uses: Vec<String> = vec!["contacts".to_owned()];
    redirect_uri: String = String::new();
    openers: Vec<String> = Vec::new();
    returns: Vec<String> = Vec::new();
});

section!(Log as own: telemetry::Settings {
    level: String = own.level;
    format: String = "text".to_owned();
    directory: Option<PathBuf> = None, from "directory";
});

section!(Simulator {
    https: Option<SocketAddr> = None;
    imap: Option<SocketAddr> = None;
    spki_sha256: Option<String> = None;
    ca_file: Option<PathBuf> = None, from "place";
});

fn named<T>(of: Vec<T>, name: fn(T) -> &'static str) -> Vec<String> {
    of.into_iter().map(|one| name(one).to_owned()).collect()
}

fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    match humantime::parse_duration(&text) {
        Ok(time) if !time.is_zero() => Ok(time),
        Ok(_) => Err(de::Error::custom("must be more than nothing")),
        Err(_) => Err(de::Error::custom("not a time such as 30d, 3m or 90s")),
    }
}

/// In the largest unit that it is a whole number of.
fn words<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    let seconds = time.as_secs();
    let whole = |(_, unit): &(&str, u64)| seconds.is_multiple_of(*unit);
    match [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)].into_iter().find(whole) {
        Some((name, unit)) if time.subsec_nanos() == 0 => {
            to.serialize_str(&format!("{}{name}", seconds / unit))
        }
        _ => to.collect_str(&humantime::format_duration(*time)),
    }
}

/// Written out, since the one of `Url` quotes the value in its error.
fn address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Url>, D::Error> {
    Url::parse(&String::deserialize(from)?).map(Some).map_err(de::Error::custom)
}

/// A path as it is. A shell reads `~` and nothing here does, since the service's user is not who writes the file.
fn path<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
    let path = PathBuf::deserialize(from)?;
    if path.as_os_str().as_encoded_bytes().starts_with(b"~") {
        return Err(de::Error::custom("`~` means nothing here: write the whole path, from `/` on"));
    }
    Ok(path)
}

fn place<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    path(from).map(Some)
}

/// An empty directory name means none, so that the environment can take it away.
fn directory<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    let path = path(from)?;
    Ok((!path.as_os_str().is_empty()).then_some(path))
}

/// The text of the file, if there is one; the default one may be absent, one that was named may not.
pub(super) fn read(path: Option<&Path>) -> Result<Option<String>, ConfigError> {
    let file = path.unwrap_or(Path::new(DEFAULT_FILE));
    match trusted_text(file) {
        Err(ConfigError::Unreadable { source, .. })
            if source.kind() == std::io::ErrorKind::NotFound && path.is_none() =>
        {
            Ok(None)
        }
        text => text.map(Some),
    }
}

/// The file is parsed alone first, so that its errors name the line; then each variable is laid over it and
/// checked, so that its errors name the variable.
pub(super) fn parse(path: &Path, text: &str, environment: &Environment) -> Result<Raw, ConfigError> {
    let syntax =
        |error: toml::de::Error| ConfigError::Syntax { path: path.to_owned(), detail: at_line(text, &error) };
    let mut raw = toml::from_str::<Raw>(text).map_err(syntax)?;
    let mut table: toml::Table = toml::from_str(text).map_err(syntax)?;
    for variable in environment.settings() {
        variable.lay_over(&mut table)?;
        raw = Raw::deserialize(table.clone()).map_err(|error| variable.error(without_value(&error)))?;
    }
    Ok(raw)
}

/// Line, column and what is wrong there. The line itself is not shown: it may hold a password.
fn at_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place = before.map(|before| {
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        format!("line {line}, column {column}: ")
    });
    place.unwrap_or_default() + &without_value(error)
}

/// The message without the value that serde quotes in it: `invalid type: string "…", expected u32`. All other
/// messages quote names of keys at most.
fn without_value(error: &toml::de::Error) -> String {
    let message = error.message();
    let quoting = ["invalid type: ", "invalid value: "];
    // What is expected comes last, and none of our types says so twice.
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if quoting.iter().any(|start| message.starts_with(start)) => {
            format!("wrong value, expected {expected}")
        }
        _ => message.to_owned(),
    }
}
