//! From what is written to what can be: each section checked, with what would be right in the error.

use super::{ConfigError, Environment, Secrets, Simulator, file, jwt, registration, words};
use crate::browser::Upstream;
use crate::http::{Access, Popup};
use crate::model::{Cloud, ConflictPolicy, Direction, Role, SendLimits, Tier};
use crate::net::Proxy;
use crate::secret::{ExposeSecret, SecretText, secret};
use crate::sync::contacts::{Canon, ContactSettings, Joining, PhoneRegion};
use crate::vault::KeySource;
use crate::{browser, http, owa, store, sync, telemetry};
use chrono::TimeDelta;
use chrono_tz::Tz;
use croner::Cron;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

pub(super) fn database(
    raw: file::Database,
    state_dir: &Path,
    secrets: &Secrets<'_>,
) -> Result<SecretText, ConfigError> {
    let address = match (raw.url, raw.url_file) {
        (Some(_), Some(_)) => Err(ConfigError::invalid("database", "give url or url_file, not both")),
        // A variable is read by nobody but the user of the process.
        (Some(url), None)
            if store::holds_password(&url) && secrets.environment.variable_of("database.url").is_none() =>
        {
            let why = "holds a password: put the address into a file of mode 0600 and name that in database.url_file";
            Err(ConfigError::invalid("database.url", why))
        }
        (Some(url), None) => Ok(secret(url)),
        (None, Some(path)) => secrets.of_file(&path),
        (None, None) => Ok(secret(default_database(state_dir))),
    }?;
    store::check_address(address.expose_secret()).map_err(ConfigError::Database)?;
    Ok(address)
}

pub(super) fn default_database(state_dir: &Path) -> String {
    format!("sqlite://{}", state_dir.join("outlook-syncd.db").display())
}

pub(super) fn key(raw: &file::Key, environment: &Environment) -> KeySource {
    KeySource {
        credential: environment.credential("key"),
        file: Some(raw.file.clone()),
        environment: environment.key(),
    }
}

pub(super) fn sync(raw: file::Sync) -> Result<sync::Settings, ConfigError> {
    let fields = raw.schedule.split_whitespace().count();
    if fields != 5 {
        let why = format!(
            "`{}` has {fields} fields; a cron expression has five: minute hour day month weekday",
            raw.schedule
        );
        return Err(ConfigError::invalid("sync.schedule", why));
    }
    Ok(sync::Settings {
        schedule: Cron::from_str(&raw.schedule).map_err(|e| ConfigError::invalid("sync.schedule", e))?,
        time_zone: Tz::from_str(&raw.time_zone).map_err(|_| {
            ConfigError::invalid("sync.time_zone", "not an IANA time zone such as Europe/Berlin")
        })?,
        schedule_text: raw.schedule,
        folders: folders(raw.folders)?,
        history: raw.history,
        brake: sync::Brake {
            items: raw.gone_limit,
            percent: in_range("sync.gone_percent", raw.gone_percent, 0, 100)?,
        },
        sweep: sweep(raw.sweep)?,
        part_limit: raw.account_limit,
        cycle_limit: raw.cycle_limit,
    })
}

pub(super) fn contacts(raw: &file::Contacts) -> Result<ContactSettings, ConfigError> {
    let one_of = |key, words: &str| ConfigError::invalid(key, format!("not one of {words}"));
    let region = match raw.region.as_str() {
        "" => None,
        code => Some(PhoneRegion::parse(code).ok_or_else(|| {
            ConfigError::invalid("contacts.region", "not a country's code of two letters, such as DE")
        })?),
    };
    Ok(ContactSettings {
        direction: Direction::parse(&raw.direction)
            .ok_or_else(|| one_of("contacts.direction", "both, in, out, off"))?,
        joining: Joining {
            canon: Canon { region },
            policy: ConflictPolicy::parse(&raw.conflict)
                .ok_or_else(|| one_of("contacts.conflict", "newest, outlook, local, ask"))?,
        },
        asks_first: match raw.first_plan.as_str() {
            "ask" => true,
            "write" => false,
            _ => return Err(one_of("contacts.first_plan", "ask, write")),
        },
        keep: match raw.keep_days {
            days @ 7..=36_500 => TimeDelta::days(days),
            _ => return Err(ConfigError::invalid("contacts.keep_days", "not between 7 and 36500")),
        },
        ..ContactSettings::default()
    })
}

pub(super) fn attachments(raw: &file::Attachments) -> Result<u64, ConfigError> {
    match raw.largest_mb {
        mb @ 1..=1_000 => Ok(mb << 20),
        _ => Err(ConfigError::invalid("attachments.largest_mb", "not between 1 and 1000")),
    }
}

/// A limit of none would be sending that is off in a second way.
pub(super) fn send(raw: &file::Send) -> Result<SendLimits, ConfigError> {
    let longest = SendLimits::LONGEST / 1_000;
    Ok(SendLimits {
        per_hour: in_range("send.per_hour", raw.per_hour, 1, 1_800)?,
        recipients: in_range("send.recipients", raw.recipients, 1, 500)?,
        size: in_range("send.size_kb", raw.size_kb, 10, longest)? * 1_000,
    })
}

pub(super) fn audit(raw: &file::Audit) -> Result<TimeDelta, ConfigError> {
    match raw.keep_days {
        days @ 7..=36_500 => Ok(TimeDelta::days(days)),
        _ => Err(ConfigError::invalid("audit.keep_days", "not between 7 and 36500")),
    }
}

/// A sweep reads each folder's list, and nothing else shows what was deleted.
fn sweep(interval: Duration) -> Result<Duration, ConfigError> {
    let range = Duration::from_secs(1)..=Duration::from_hours(30 * 24);
    let is_allowed = range.contains(&interval);
    is_allowed.then_some(interval).ok_or_else(|| ConfigError::invalid("sync.sweep", "not between 1s and 30d"))
}

/// Whether a mailbox has them is seen when it lists its folders.
fn folders(names: Vec<String>) -> Result<Vec<String>, ConfigError> {
    let wrong = |why: &str| Err(ConfigError::invalid("sync.folders", why));
    let is_cut = |name: &String| name.split('/').any(|part| part.trim().is_empty());
    match names.as_slice() {
        [] => wrong("name at least one, such as inbox"),
        names if names.iter().any(|name| name.trim().is_empty()) => wrong("a name is empty"),
        names if names.iter().any(is_cut) => wrong("a path begins or ends with a slash, or has two together"),
        _ => Ok(each_once(names)),
    }
}

/// A folder may be named by both the words of its role.
fn each_once(names: Vec<String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        let role = Role::named(&name);
        if !once.iter().any(|known| *known == name || (role.is_some() && Role::named(known) == role)) {
            once.push(name);
        }
    }
    once
}

fn in_range(key: &'static str, value: u32, low: u32, high: u32) -> Result<u32, ConfigError> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::invalid(key, format!("{value} is not between {low} and {high}")))
    }
}

pub(super) fn browser(
    raw: file::Browser,
    (upstream, proxy): (Upstream, Option<Arc<Proxy>>),
    state_dir: &Path,
    environment: &Environment,
) -> browser::Settings {
    browser::Settings {
        executable: raw.executable,
        profiles: environment.runtime_dir().unwrap_or_else(|| state_dir.to_owned()).join("browser"),
        upstream,
        proxy,
        idle: raw.idle,
        recycle_jobs: raw.recycle_jobs,
        recycle_age: raw.recycle_age,
        recycle_memory_mb: raw.recycle_memory_mb,
        user_agent_suffix: Some(raw.user_agent_suffix).filter(|suffix| !suffix.is_empty()),
        ..browser::Settings::default()
    }
}

pub(super) fn cloud(name: &str) -> Result<Cloud, ConfigError> {
    let known = Cloud::ALL.map(Cloud::as_str).join(", ");
    Cloud::parse(name).ok_or_else(|| ConfigError::invalid("cloud", format!("`{name}` is not one of {known}")))
}

pub(super) fn owa(raw: file::Owa, sync: &file::Sync, cloud: Cloud) -> Result<owa::Settings, ConfigError> {
    let start = raw.start.unwrap_or_else(|| owa::start(cloud));
    if start.scheme() != "https" {
        return Err(ConfigError::invalid("owa.start", "must begin with https://"));
    }
    let tier = |name: &String| {
        let known = Tier::ALL.map(Tier::as_str).join(", ");
        Tier::parse(name)
            .ok_or_else(|| ConfigError::invalid("owa.tiers", format!("`{name}` is not one of {known}")))
    };
    if raw.tiers.is_empty() {
        return Err(ConfigError::invalid("owa.tiers", "name at least one, such as service"));
    }
    Ok(owa::Settings {
        tiers: raw.tiers.iter().map(tier).collect::<Result<_, _>>()?,
        cloud,
        start,
        page_limit: raw.page_limit,
        page_size: in_range("sync.page_size", sync.page_size, 10, 200)?,
        words: words::words(raw.words)?,
        extra_hosts: raw.extra_hosts,
    })
}

pub(super) fn http(
    raw: &file::Http,
    raw_jwt: &file::Jwt,
    raw_oauth: &file::OAuth,
    secrets: &Secrets<'_>,
) -> Result<http::Settings, ConfigError> {
    open_to_others(raw)?;
    let popup = registration::popup(raw_oauth)?;
    let public_url = public_url(&raw.public_url, popup.as_ref())?;
    // Microsoft sends popups back to this name, and browsers come by that one: both are ours.
    let own = popup.iter().map(|popup| &popup.redirect_uri).chain(&public_url);
    let access = Access {
        read: secrets.strong("read-token", raw.read_token_file.as_deref())?,
        cron: secrets.strong("cron-secret", raw.cron_secret_file.as_deref())?,
        jwt: jwt::settings(raw_jwt, secrets)?,
        hosts: raw.hosts.iter().cloned().chain(own.filter_map(Url::host_str).map(str::to_owned)).collect(),
        public_url,
        popup,
    };
    let socket = raw.socket.clone();
    Ok(http::Settings { enabled: raw.enabled, listen: raw.listen, socket, access: Arc::new(access) })
}

/// What other machines reach without TLS the operator has to have said.
fn open_to_others(raw: &file::Http) -> Result<(), ConfigError> {
    if !raw.enabled || raw.listen.ip().is_loopback() || raw.behind_proxy {
        return Ok(());
    }
    let why = format!(
        "{} is reached from other machines, without TLS: listen at 127.0.0.1 or [::1] and have a proxy with TLS before \
         it. Where that proxy is on another machine, by a network of its own, set http.behind_proxy = true",
        raw.listen
    );
    Err(ConfigError::invalid("http.listen", why))
}

/// The origin by which browsers come: the one that is set, else that of the address where popups come back.
fn public_url(text: &str, popup: Option<&Popup>) -> Result<Option<Url>, ConfigError> {
    let wrong = |why| ConfigError::invalid("http.public_url", format!("`{text}` {why}"));
    let origin = |mut url: Url| {
        url.set_path("/");
        url.set_query(None);
        url
    };
    if text.is_empty() {
        return Ok(popup.map(|popup| origin(popup.redirect_uri.clone())));
    }
    let url = Url::parse(text).ok().filter(registration::is_safe);
    let url = url.ok_or_else(|| wrong("is no address that begins with https://"))?;
    if url.as_str().trim_end_matches('/') != url.origin().ascii_serialization() {
        return Err(wrong("has more than a host and a port: the pages lie under /ui of it"));
    }
    Ok(Some(url))
}

/// Of an address of a simulator on another machine.
const AWAY: &str = "must be a loopback address: passwords are sent there";

pub(super) fn simulator(raw: file::Simulator) -> Result<Simulator, ConfigError> {
    if raw.imap.is_some_and(|imap| !imap.ip().is_loopback()) {
        return Err(ConfigError::invalid("simulator.imap", AWAY));
    }
    match (raw.https, raw.spki_sha256) {
        (Some(https), Some(spki_sha256)) if https.ip().is_loopback() => {
            Ok(Simulator { https, spki_sha256, imap: raw.imap, ca_file: raw.ca_file })
        }
        (Some(_), Some(_)) => Err(ConfigError::invalid("simulator.https", AWAY)),
        _ => Err(ConfigError::invalid("simulator", "give both https and spki_sha256")),
    }
}

pub(super) fn log(raw: file::Log, environment: &Environment) -> Result<telemetry::Settings, ConfigError> {
    let format = match raw.format.as_str() {
        "text" => telemetry::LogFormat::Text,
        "json" => telemetry::LogFormat::Json,
        other => return Err(ConfigError::invalid("log.format", format!("`{other}` is not text or json"))),
    };
    telemetry::check(&raw.level).map_err(|error| ConfigError::invalid("log.level", error))?;
    let journal = environment.under_journal;
    Ok(telemetry::Settings {
        level: raw.level,
        format,
        journal,
        directory: raw.directory,
        ..telemetry::Settings::default()
    })
}
