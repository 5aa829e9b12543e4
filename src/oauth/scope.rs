//! What is asked for, and what was granted. Pure.
//!
//! Scopes of several resources may be asked for at once when a person signs in, never when a token is
//! fetched: one request, one resource.

use crate::model::{Cloud, Guest, NewGrant, Resource, Use};
use std::collections::BTreeSet;

/// Where a cloud's resources are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudHosts {
    /// Microsoft Graph: where it is asked, and the prefix of its scopes.
    pub graph: String,
    /// IMAP and SMTP: the prefix of their scopes.
    pub outlook: String,
}

impl CloudHosts {
    /// Those of a cloud.
    #[must_use]
    pub fn of(cloud: Cloud) -> Self {
        Self { graph: cloud.graph().to_owned(), outlook: cloud.outlook().to_owned() }
    }

    /// Whether they are a national cloud's.
    pub(super) fn are_national(&self) -> bool {
        Cloud::ALL.iter().any(|cloud| *cloud != Cloud::Global && cloud.graph() == self.graph)
    }

    fn prefix(&self, resource: Resource) -> &str {
        match resource {
            Resource::Graph => &self.graph,
            Resource::Outlook => &self.outlook,
        }
    }

    /// What to ask for when a person signs in.
    pub(super) fn sign_in(&self, uses: &[Use]) -> String {
        let outlook = opens(uses, Resource::Outlook);
        let mut scopes = SIGN_IN.map(str::to_owned).to_vec();
        scopes.extend(self.scopes(Resource::Graph, uses));
        scopes.extend(outlook.then(|| self.scopes(Resource::Outlook, uses)).into_iter().flatten());
        scopes.join(" ")
    }

    /// What to ask for when a token for one resource is fetched.
    pub(super) fn token(&self, resource: Resource, uses: &[Use]) -> String {
        let mut scopes = SIGN_IN.map(str::to_owned).to_vec();
        scopes.extend(self.scopes(resource, uses));
        scopes.join(" ")
    }

    /// Every sign-in reads who it is: that takes `User.Read`.
    fn scopes(&self, resource: Resource, uses: &[Use]) -> Vec<String> {
        let me = (resource == Resource::Graph).then_some("User.Read");
        let uses = uses.iter().filter(|one| one.resource() == resource).map(|&one| name(one));
        let mut names: Vec<_> = me.into_iter().chain(uses).collect();
        // Two uses may take the same one.
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        names.iter().map(|scope| format!("{}/{scope}", self.prefix(resource))).collect()
    }
}

/// Whether a sign-in for these uses gives tokens for a resource. Those for Graph it always does: see
/// `User.Read`. For another, Microsoft would be asked with scopes that belong to none, and answers with a
/// token for Graph.
pub(super) fn opens(uses: &[Use], resource: Resource) -> bool {
    resource == Resource::Graph || uses.iter().any(|one| one.resource() == resource)
}

/// OpenID Connect's own, which belong to every resource.
const SIGN_IN: [&str; 3] = ["openid", "profile", "offline_access"];

/// The scope that a use takes, without its resource.
pub(super) fn name(of: Use) -> &'static str {
    match of {
        Use::Contacts => "Contacts.ReadWrite",
        Use::Mail | Use::MailWrite => "Mail.ReadWrite",
        Use::MailSend => "Mail.Send",
        Use::Imap => "IMAP.AccessAsUser.All",
        Use::Smtp => "SMTP.Send",
    }
}

/// What a token answer grants: in lower case, without resources and without OpenID Connect's own, of which
/// Microsoft leaves some out. Answers differ from questions in case, order and prefix.
pub(super) fn granted(scope: &str) -> BTreeSet<String> {
    let bare = |scope: &str| scope.rsplit('/').next().unwrap_or(scope).to_lowercase();
    let own =
        |scope: &String| !matches!(scope.as_str(), "openid" | "profile" | "offline_access" | "email" | "");
    scope.split_whitespace().map(bare).filter(own).collect()
}

/// Whether what was granted covers a use. Mail is read, and no more, with what allows that alone.
#[must_use]
pub fn covers(granted: &[String], wanted: Use) -> bool {
    let less = (wanted == Use::Mail).then_some("Mail.Read");
    let will_do =
        |scope: &str| [name(wanted)].into_iter().chain(less).any(|one| scope.eq_ignore_ascii_case(one));
    granted.iter().any(|scope| will_do(scope))
}

/// Whether the mail of who signed in can be read by it: it was asked for and granted. A guest has their mailbox at
/// home.
#[must_use]
pub fn opens_mail(given: &NewGrant) -> bool {
    given.uses.contains(&Use::Mail) && covers(&given.scopes, Use::Mail) && Guest::of(&given.login).is_none()
}

#[cfg(test)]
mod tests;
