//! `[net]`: the firm's proxy that everything goes out through.

use super::secrets::SecretPlace;
use super::{ConfigError, Secrets, file};
use crate::clock::Clock;
use crate::net::{Proxy, ProxySettings, ProxyUser};
use std::path::Path;
use url::{Host, Url};

/// No proxy: everything goes out directly.
pub(super) fn proxy(
    raw: file::Net,
    state_dir: &Path,
    secrets: &Secrets<'_>,
) -> Result<Option<Proxy>, ConfigError> {
    let password = secrets.place("proxy-password", raw.proxy_password_file.as_deref());
    if raw.proxy.is_empty() {
        return unused(&raw.proxy_user, &raw.no_proxy, password.as_ref()).map(|()| None);
    }
    let (host, port) = host_and_port(&raw.proxy)?;
    let settings = ProxySettings {
        host,
        port,
        direct: raw.no_proxy.iter().map(|entry| direct(entry)).collect::<Result<_, _>>()?,
        refused_file: state_dir.join("proxy-refused"),
    };
    Ok(Some(Proxy::new(settings, user(raw.proxy_user, password)?, Clock::System)))
}

/// What is set beside no proxy would be thought to count.
fn unused(user: &str, direct: &[String], password: Option<&SecretPlace>) -> Result<(), ConfigError> {
    let set = [
        ("net.proxy_user", !user.is_empty()),
        ("net.no_proxy", !direct.is_empty()),
        ("net.proxy_password_file", password.is_some()),
    ];
    match set.into_iter().find(|(_, is_set)| *is_set) {
        Some((key, _)) => Err(ConfigError::invalid(key, "counts for nothing without net.proxy")),
        None => Ok(()),
    }
}

/// `http://host:port` and nothing else. No error shows the address: somebody may have put a password into it.
fn host_and_port(address: &str) -> Result<(String, u16), ConfigError> {
    let wrong = |why: &str| ConfigError::invalid("net.proxy", why);
    let right = "not an address such as http://proxy.corp.example:3128";
    let url = Url::parse(address).map_err(|_| wrong(right))?;
    match url.scheme() {
        "http" => {}
        "https" => {
            return Err(wrong(
                "a proxy that is itself spoken to in TLS is not supported: give its http:// port; what goes through it \
                 is encrypted from here to Microsoft all the same",
            ));
        }
        "socks" | "socks4" | "socks4a" | "socks5" | "socks5h" => {
            return Err(wrong("SOCKS is not supported: give the http:// port of a proxy that takes CONNECT"));
        }
        // Without a scheme, a name is taken for one.
        _ => return Err(wrong(right)),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "holds a user or a password: set net.proxy_user, and put the password into a file of mode 0600 that \
             net.proxy_password_file names",
        ));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(
            "has a path, as a PAC file has, which is not read: give the address of the proxy that it names, such as \
             http://proxy.corp.example:3128",
        ));
    }
    let host = match url.host() {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => return Err(wrong(right)),
    };
    Ok((host, url.port_or_known_default().unwrap_or(80)))
}

/// A host, an address or a network. Ports and patterns count for nothing there, so they are refused.
fn direct(entry: &str) -> Result<String, ConfigError> {
    let entry = entry.trim();
    let is_network = entry.parse::<ipnet::IpNet>().is_ok() || entry.parse::<std::net::IpAddr>().is_ok();
    let name = entry.strip_prefix('.').unwrap_or(entry);
    let is_name = !name.is_empty()
        && name.split('.').all(|label| !label.is_empty())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if is_network || is_name {
        return Ok(entry.to_owned());
    }
    let why = format!(
        "`{entry}` is no host such as corp.example (it and all below it), no address and no network such as 10.0.0.0/8"
    );
    Err(ConfigError::invalid("net.no_proxy", why))
}

/// Both or neither. The password is read now to see that it will do, and anew for each connection: who writes a
/// new one need not restart anything.
fn user(name: String, password: Option<SecretPlace>) -> Result<Option<ProxyUser>, ConfigError> {
    let wrong = |key, why: &str| Err(ConfigError::invalid(key, why));
    match (name.is_empty(), password) {
        (true, None) => Ok(None),
        (true, Some(_)) => {
            wrong("net.proxy_user", "is missing: whose password is in net.proxy_password_file?")
        }
        (false, None) => {
            wrong("net.proxy_password_file", "is missing: name the file with the password of net.proxy_user")
        }
        // What is shown is `user:password` (RFC 7617, 2).
        (false, Some(_)) if name.contains(':') || name.chars().any(char::is_control) => {
            wrong("net.proxy_user", "has a colon, which no user of a proxy has")
        }
        (false, Some(place)) => {
            place.secret()?;
            let read = move || {
                let told = |error: ConfigError| error.to_string();
                let written = place.written().map_err(told)?;
                Ok((place.secret().map_err(told)?, written))
            };
            Ok(Some(ProxyUser { name, password: Box::new(read) }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port_of_http() {
        for (address, host, port) in [
            ("http://proxy.corp.example:3128", "proxy.corp.example", 3128),
            ("http://Proxy.Corp.Example/", "proxy.corp.example", 80),
            ("http://10.1.2.3:8080/", "10.1.2.3", 8080),
            ("http://[2001:db8::1]:8080", "2001:db8::1", 8080),
        ] {
            assert_eq!(host_and_port(address).unwrap(), (host.to_owned(), port), "{address}");
        }
        for (address, why) in [
            ("proxy.corp.example:3128", "such as http://"),
            ("proxy.corp.example", "such as http://"),
            ("", "such as http://"),
            ("ftp://proxy.corp.example", "such as http://"),
            ("https://proxy.corp.example:3129", "http:// port"),
            ("socks5://proxy.corp.example:1080", "SOCKS"),
            ("http://proxy.corp.example:3128/wpad.dat", "PAC file"),
            ("http://svc:hunter2@proxy.corp.example:3128", "net.proxy_password_file"),
            ("http://svc@proxy.corp.example:3128", "net.proxy_user"),
        ] {
            let error = host_and_port(address).unwrap_err().to_string();
            assert!(error.contains("net.proxy: ") && error.contains(why), "{address}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn what_goes_directly_is_hosts_addresses_and_networks() {
        for entry in ["corp.example", ".corp.example", "intranet", "10.0.0.0/8", "192.0.2.7", "2001:db8::/32"]
        {
            assert_eq!(direct(entry).unwrap(), entry);
        }
        for entry in
            ["", " ", "*", "*.corp.example", "http://corp.example", "corp.example:443", "a,b", "a b", "a..b"]
        {
            assert!(direct(entry).unwrap_err().to_string().contains("net.no_proxy"), "{entry}");
        }
    }
}
