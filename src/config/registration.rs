//! `[oauth]`: our registration at Microsoft, and who may open the popup.

use super::secrets::SecretPlace;
use super::{ConfigError, Secrets, file};
use crate::http::Popup;
use crate::model::{Cloud, Tenant, Use};
use crate::oauth::{
    Authority, ClientCertificate, ClientCredential, CloudHosts, CredentialKind, Registration, Settings,
};
use crate::secret::{ExposeSecret, SecretText};
use url::{Host, Url};

/// Where Microsoft's answers are taken; what stands before is a proxy's.
const CALLBACKS: [&str; 2] = ["/v1/integrations/outlook/callback", "/api/oauth/microsoft/callback"];
/// Microsoft's limit.
const LONGEST: usize = 256;
/// No name of a variable that a secret is pasted with is longer, and any secret is.
const LONGEST_NAME: usize = 30;

/// No client id: no sign-in by OAuth.
pub(super) fn settings(
    raw: file::OAuth,
    secrets: &Secrets<'_>,
    cloud: Cloud,
) -> Result<Option<Settings>, ConfigError> {
    if raw.client_id.is_empty() {
        return Ok(None);
    }
    let tenant = Tenant::parse(&raw.tenant).ok_or_else(|| {
        let why = format!("`{}` is not common, organizations, consumers, a GUID or a domain", raw.tenant);
        ConfigError::invalid("oauth.tenant", why)
    })?;
    let credential = credential(&raw, secrets)?;
    Ok(Some(Settings {
        registration: Registration { client_id: raw.client_id, credential },
        authority: Authority::microsoft(cloud, &tenant),
        hosts: CloudHosts::of(cloud),
        uses: uses(&raw.uses)?,
    }))
}

fn credential(raw: &file::OAuth, secrets: &Secrets<'_>) -> Result<Option<ClientCredential>, ConfigError> {
    let secret = secrets.place("oauth-client-secret", raw.client_secret_file.as_deref());
    let certificate = secrets.place("oauth-client-certificate", raw.client_certificate_file.as_deref());
    let why = "give client_secret_file or client_certificate_file, not both (a systemd credential counts as its file)";
    match (secret, certificate) {
        (Some(_), Some(_)) => Err(ConfigError::invalid("oauth", why)),
        (Some(place), None) => read_anew(CredentialKind::Secret, place, value_at).map(Some),
        (None, Some(place)) => read_anew(CredentialKind::Certificate, place, certificate_at).map(Some),
        (None, None) => Ok(None),
    }
}

/// Read now to see that it will do, and anew for each request: who writes a new one need not restart anything.
fn read_anew(
    kind: CredentialKind,
    place: SecretPlace,
    read: fn(&SecretPlace) -> Result<SecretText, ConfigError>,
) -> Result<ClientCredential, ConfigError> {
    read(&place)?;
    Ok(ClientCredential::new(kind, move || read(&place).map_err(|error| error.to_string())))
}

/// A certificate with its key, in PEM.
fn certificate_at(place: &SecretPlace) -> Result<SecretText, ConfigError> {
    let pem = place.whole()?;
    let wrong = |error| ConfigError::invalid("oauth.client_certificate_file", error);
    ClientCertificate::parse(&pem).map(|_| pem).map_err(wrong)
}

fn value_at(place: &SecretPlace) -> Result<SecretText, ConfigError> {
    let secret = place.secret()?;
    if let Some(name) = assigned(secret.expose_secret()) {
        let why = format!("holds `{name}` and more: write the secret alone into it");
        return Err(ConfigError::invalid("oauth.client_secret_file", why));
    }
    if is_id(secret.expose_secret()) {
        // Microsoft's page shows both beside each other, and the secret once.
        let why = "holds the secret's id, not its value: Microsoft shows the value once, when the secret is made; make a new one";
        return Err(ConfigError::invalid("oauth.client_secret_file", why));
    }
    Ok(secret)
}

/// The name of a variable and the sign behind it, where a line of a script was pasted with the secret: no secret of
/// Microsoft's has such a beginning, the old ones in base64 have the sign at their end.
fn assigned(line: &str) -> Option<&str> {
    let (name, value) = line.split_once('=').or_else(|| line.split_once(": "))?;
    let name = name.trim_end();
    let is_name = !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.chars().all(|c| c.is_ascii_alphabetic() || "_-. \"".contains(c));
    (is_name && !value.trim_matches(['=', '"', ' ']).is_empty()).then(|| &line[..=name.len()])
}

/// Microsoft's secrets are 40 characters and no GUID (`AADSTS7000215` is what their id is answered with).
fn is_id(secret: &str) -> bool {
    uuid::Uuid::try_parse(secret).is_ok()
}

fn uses(words: &[String]) -> Result<Vec<Use>, ConfigError> {
    let parse = |word: &String| {
        Use::parse(word).ok_or_else(|| {
            let known = Use::ALL.map(Use::as_str).join(", ");
            ConfigError::invalid("oauth.uses", format!("`{word}` is not one of {known}"))
        })
    };
    words.iter().map(parse).collect()
}

/// Without a registration nobody signs in, in a popup neither.
pub(super) fn popup(raw: &file::OAuth) -> Result<Option<Popup>, ConfigError> {
    let redirect_uri = raw.redirect_uri.as_str();
    if raw.client_id.is_empty() || redirect_uri.is_empty() {
        return Ok(None);
    }
    let wrong = |why: &str| ConfigError::invalid("oauth.redirect_uri", why);
    let url = Url::parse(redirect_uri).map_err(|_| wrong("not an address"))?;
    if !is_safe(&url) {
        return Err(wrong("must begin with https:// (http:// for this machine itself)"));
    }
    if url.query().is_some() || url.fragment().is_some() || redirect_uri.len() > LONGEST {
        return Err(wrong("must have no `?` and no `#`, and 256 characters at most"));
    }
    if !CALLBACKS.iter().any(|path| url.path().ends_with(path)) {
        return Err(wrong(
            "must end with /v1/integrations/outlook/callback or /api/oauth/microsoft/callback",
        ));
    }
    let openers = raw.openers.iter().map(|text| opener(text)).collect::<Result<Vec<_>, _>>()?;
    let returns = returns(&raw.returns, &openers)?;
    Ok(Some(Popup { redirect_uri: url, openers, returns }))
}

/// Pages of those that may open the popup: what is sent there connects a mailbox.
fn returns(texts: &[String], openers: &[String]) -> Result<Vec<Url>, ConfigError> {
    let mut places: Vec<Url> = Vec::new();
    for text in texts {
        let wrong = |why| ConfigError::invalid("oauth.returns", format!("`{text}` {why}"));
        let place = Url::parse(text).ok().filter(is_safe);
        let place = place.ok_or_else(|| wrong("is no address that begins with https://"))?;
        if place.fragment().is_some() {
            return Err(wrong("has a `#`"));
        }
        if !openers.contains(&place.origin().ascii_serialization()) {
            return Err(wrong("is of none of the origins in oauth.openers"));
        }
        if places.iter().any(|known| known.origin() == place.origin()) {
            return Err(wrong("is the second of its origin"));
        }
        places.push(place);
    }
    Ok(places)
}

/// An origin and nothing else: what a popup tells is told to exactly this one.
fn opener(text: &str) -> Result<String, ConfigError> {
    let wrong = || {
        let why = format!("`{text}` is not an origin such as https://crm.example.com");
        ConfigError::invalid("oauth.openers", why)
    };
    let url = Url::parse(text).ok().filter(|url| is_safe(url) && !text.contains('*')).ok_or_else(wrong)?;
    let origin = url.origin().ascii_serialization();
    if origin == text.trim_end_matches('/') { Ok(origin) } else { Err(wrong()) }
}

pub(super) fn is_safe(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(_)) | None => false,
    };
    url.scheme() == "https" || url.scheme() == "http" && loopback
}

#[cfg(test)]
mod tests;
