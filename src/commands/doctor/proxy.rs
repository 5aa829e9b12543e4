//! Whether the firm's proxy leads to every host that is needed, and whether a proxy was set where nothing reads it.

use super::Check;
use crate::config::Config;
use crate::net::{HTTPS, Proxy, ProxyError, ProxyFault};
use futures::future::join_all;
use std::collections::BTreeSet;

pub(super) async fn check(config: &Config) -> Option<Check> {
    match &config.proxy {
        None => unread(config),
        Some(proxy) => Some(asked(config, proxy).await),
    }
}

/// By which way a host is reached, where it is not reached directly.
pub(super) fn through(config: &Config, host: &str) -> String {
    let proxy = config.proxy.as_ref().filter(|proxy| proxy.serves(host));
    proxy.map_or_else(String::new, |proxy| format!(" through proxy {proxy}"))
}

/// The host of an address; empty where it has none.
pub(super) fn host_of(address: &str) -> String {
    url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// What the environment says of proxies counts for nothing here.
fn unread(config: &Config) -> Option<Check> {
    let names = config.unread.join(", ");
    let step = "Set net.proxy, if this machine gets out through it only: nothing else is read.";
    (!names.is_empty()).then(|| Check {
        step: Some(step.to_owned()),
        ..Check::fine(
            "proxy",
            format!("none is set in net.proxy; the environment has {names}, which is not read"),
        )
    })
}

async fn asked(config: &Config, proxy: &Proxy) -> Check {
    let hosts = hosts(config);
    let (through, directly): (Vec<_>, Vec<_>) =
        hosts.iter().map(String::as_str).partition(|host| proxy.serves(host));
    let Some((first, others)) = through.split_first() else {
        return Check::fine("proxy", format!("nothing goes through {proxy}: net.no_proxy names every host"));
    };
    // What the proxy says to all is said once, and a password is shown once.
    let mut answers = vec![asked_for(proxy, first).await];
    if let [Some(error)] = answers.as_slice()
        && denied(error.clone()).is_none()
    {
        return Check::of("proxy", error.clone());
    }
    answers.extend(join_all(others.iter().map(|host| asked_for(proxy, host))).await);
    let denied: Vec<_> = answers.into_iter().flatten().filter_map(denied).collect();
    if !denied.is_empty() {
        let denied = denied.join(", ");
        let step = "Have the proxy let this machine through to them on port 443, unopened.";
        return Check::wrong("proxy", format!("{proxy} does not let through to {denied}"), step);
    }
    let but = if directly.is_empty() { String::new() } else { format!(", but for {}", directly.join(", ")) };
    Check::fine("proxy", format!("everything goes out through {proxy}{but}"))
}

/// Every host by its name, where mail begins first.
fn hosts(config: &Config) -> Vec<String> {
    let start = config.owa.start.host_str().map(str::to_owned);
    let oauth = config.oauth.iter().flat_map(|own| [own.authority.as_str(), &own.hosts.graph]);
    let of_oauth = oauth.map(host_of);
    let all = start.into_iter().chain(config.owa.hosts()).chain(of_oauth);
    let mut seen = BTreeSet::new();
    all.filter(|host| !host.starts_with('.') && seen.insert(host.clone())).collect()
}

async fn asked_for(proxy: &Proxy, host: &str) -> Option<ProxyError> {
    proxy.tunnel(host, HTTPS).await.err()
}

/// A host that a policy refuses. One that the proxy does not get to may be none of this firm's sign-in.
fn denied(error: ProxyError) -> Option<String> {
    if let ProxyFault::Denied { host, .. } = error.fault { Some(host) } else { None }
}
