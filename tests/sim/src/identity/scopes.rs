//! Scopes: of OpenID Connect, and of a resource. A scope without a resource is Graph's.

use std::collections::BTreeSet;

use super::errors::OauthError;
use super::settings::ScopeForm;

/// What an access token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Resource {
    Graph,
    Outlook,
}

/// Prefixes of scopes, the canonical one of a resource first.
const PREFIXES: [(&str, Resource); 3] = [
    ("https://graph.microsoft.com", Resource::Graph),
    ("https://outlook.office.com", Resource::Outlook),
    // In older pages of the documentation.
    ("https://outlook.office365.com", Resource::Outlook),
];

const OIDC: [&str; 4] = ["openid", "profile", "email", "offline_access"];
const BOTH: [&str; 9] = [
    "Contacts.Read",
    "Contacts.ReadWrite",
    "IMAP.AccessAsUser.All",
    "Mail.Read",
    "Mail.ReadWrite",
    "Mail.Send",
    "POP.AccessAsUser.All",
    "SMTP.Send",
    "User.Read",
];
const GRAPH: [&str; 5] = [
    "Contacts.Read.Shared",
    "Contacts.ReadWrite.Shared",
    "Mail.Read.Shared",
    "Mail.ReadWrite.Shared",
    "MailboxSettings.Read",
];
/// Graph's scopes that only an administrator can grant.
const ADMIN: [&str; 3] = ["Directory.Read.All", "User.Read.All", "User.ReadWrite.All"];
const DEFAULT: &str = ".default";

impl Resource {
    /// `aud` of its tokens.
    pub(crate) fn audience(self) -> &'static str {
        PREFIXES.iter().find(|(_, resource)| *resource == self).map_or("", |(prefix, _)| prefix)
    }

    fn canonical(self, name: &str) -> Option<&'static str> {
        let own: &[&str] = if self == Self::Graph { &GRAPH } else { &[] };
        let admin: &[&str] = if self == Self::Graph { &ADMIN } else { &[] };
        BOTH.iter().chain(own).chain(admin).find(|known| known.eq_ignore_ascii_case(name)).copied()
    }
}

/// One scope of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scope {
    pub(crate) resource: Resource,
    pub(crate) name: &'static str,
}

impl Scope {
    pub(super) fn needs_admin(self) -> bool {
        ADMIN.contains(&self.name)
    }

    /// As the consent page and a request name it in full.
    pub(super) fn full(self) -> String {
        format!("{}/{}", self.resource.audience(), self.name)
    }
}

/// The `scope` of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scopes {
    pub(crate) oidc: BTreeSet<&'static str>,
    pub(crate) named: BTreeSet<Scope>,
    /// `.default` of this resource.
    pub(crate) default: Option<Resource>,
    text: String,
}

impl Scopes {
    /// Reads a scope parameter. Unknown scopes are refused with 70011, unknown resources with 500011.
    pub(super) fn parse(text: &str) -> Result<Self, OauthError> {
        let mut scopes = Self { text: text.to_owned(), ..Self::default() };
        for word in text.split_whitespace() {
            scopes.add(word)?;
        }
        if scopes.default.is_some() && !scopes.named.is_empty() {
            return Err(not_valid(&format!(
                "The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes. The scope {text} is not valid."
            )));
        }
        Ok(scopes)
    }

    fn add(&mut self, word: &str) -> Result<(), OauthError> {
        if let Some(oidc) = OIDC.iter().find(|known| known.eq_ignore_ascii_case(word)) {
            self.oidc.insert(oidc);
            return Ok(());
        }
        let (resource, name) = split(word)?;
        if name == DEFAULT {
            self.default = Some(resource);
            return Ok(());
        }
        let unknown = || {
            not_valid(&format!(
                "The provided value for the input parameter 'scope' is not valid. The scope {word} is not valid."
            ))
        };
        self.named.insert(Scope { resource, name: resource.canonical(name).ok_or_else(unknown)? });
        Ok(())
    }

    pub(super) fn resources(&self) -> BTreeSet<Resource> {
        self.named.iter().map(|scope| scope.resource).chain(self.default).collect()
    }

    /// The one resource that a token is wanted for; none: the scopes name none.
    pub(super) fn single_resource(&self, personal: bool) -> Result<Option<Resource>, OauthError> {
        let resources = self.resources();
        if resources.len() < 2 {
            return Ok(resources.first().copied());
        }
        Err(if personal {
            not_valid(&format!(
                "The provided value for the input parameter 'scope' is not valid. One or more scopes in '{}' are not compatible with each other.",
                self.text
            ))
        } else {
            OauthError::aadsts(28_000).text(format!(
                "Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {} is not valid.",
                self.text
            ))
        })
    }
}

fn not_valid(text: &str) -> OauthError {
    OauthError::aadsts(70_011).text(text)
}

/// Resource and name of a scope.
fn split(word: &str) -> Result<(Resource, &str), OauthError> {
    if !word.starts_with("https://") {
        return Ok((Resource::Graph, word));
    }
    // A resource that ends with a slash gives two of them.
    let (prefix, name) = word.rsplit_once('/').unwrap_or((word, ""));
    let prefix = prefix.trim_end_matches('/');
    let known = PREFIXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(prefix));
    known.map(|(_, resource)| (*resource, name)).ok_or_else(|| {
        OauthError::aadsts(500_011).text(format!(
            "The resource principal named {prefix} was not found in the tenant. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
        ))
    })
}

/// `scope` of an answer: never with `offline_access`.
pub(super) fn spelled(oidc: &BTreeSet<&'static str>, granted: &BTreeSet<Scope>, form: ScopeForm) -> String {
    let oidc = oidc.iter().filter(|name| **name != "offline_access").map(ToString::to_string);
    let granted = granted.iter().map(|scope| match (form, scope.resource) {
        (ScopeForm::Short | ScopeForm::Lower, Resource::Graph) => scope.name.to_owned(),
        (ScopeForm::Prefixed, _) | (_, Resource::Outlook) => scope.full(),
    });
    let text = granted.chain(oidc).collect::<Vec<_>>().join(" ");
    if form == ScopeForm::Lower { text.to_lowercase() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_with_and_without_their_resource() {
        let scopes =
            Scopes::parse("openid offline_access mail.read https://graph.microsoft.com/User.Read").unwrap();
        assert_eq!(scopes.oidc.iter().copied().collect::<Vec<_>>(), ["offline_access", "openid"]);
        let names: Vec<_> = scopes.named.iter().map(|scope| scope.full()).collect();
        assert_eq!(names, ["https://graph.microsoft.com/Mail.Read", "https://graph.microsoft.com/User.Read"]);
        let outlook = Scopes::parse("https://outlook.office.com//.default openid").unwrap();
        assert_eq!(outlook.default, Some(Resource::Outlook));
    }

    #[test]
    fn what_is_refused() {
        for (text, code) in [
            ("Mail.Everything", 70_011),
            ("https://foo.microsoft.com/mail.read", 500_011),
            ("https://graph.microsoft.com/.default Mail.Read", 70_011),
            ("https://outlook.office.com/Contacts.ReadWrite.Shared", 70_011),
        ] {
            assert_eq!(Scopes::parse(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn two_resources_are_one_too_many() {
        let both = Scopes::parse("User.Read https://outlook.office.com/IMAP.AccessAsUser.All").unwrap();
        assert_eq!(both.single_resource(false).unwrap_err().code, 28_000);
        let personal = both.single_resource(true).unwrap_err();
        assert!(
            personal.code == 70_011
                && personal.text.unwrap().ends_with("are not compatible with each other.")
        );
        assert_eq!(Scopes::parse("openid").unwrap().single_resource(false), Ok(None));
    }

    #[test]
    fn the_answer_spells_scopes_in_several_ways() {
        let scopes = Scopes::parse("openid offline_access User.Read").unwrap();
        let spell = |form| spelled(&scopes.oidc, &scopes.named, form);
        assert_eq!(spell(ScopeForm::Short), "User.Read openid");
        assert_eq!(spell(ScopeForm::Prefixed), "https://graph.microsoft.com/User.Read openid");
        assert_eq!(spell(ScopeForm::Lower), "user.read openid");
    }
}
