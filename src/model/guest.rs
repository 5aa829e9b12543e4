//! Guests of an organisation: who they are is said by the login that they have there.

use std::borrow::Cow;

/// What stands in the login of a guest, in lower case: `ada_example.com#ext#@contoso.onmicrosoft.com` is
/// ada@example.com ("Properties of a Microsoft Entra B2B collaboration user", learn.microsoft.com).
const GUEST: &str = "#ext#@";

/// A guest of an organisation, by what their login there says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Their address at home.
    pub home: String,
    /// A domain of the organisation.
    pub host: String,
}

impl Guest {
    /// The guest whose login it is; `None` for that of a member.
    #[must_use]
    pub fn of(login: &str) -> Option<Self> {
        let login = login.to_lowercase();
        let (home, host) = login.split_once(GUEST)?;
        let (name, domain) = home.rsplit_once('_')?;
        Some(Self { home: format!("{name}@{domain}"), host: host.to_owned() })
    }
}

/// A login as people understand it.
#[must_use]
pub fn shown_login(login: &str) -> Cow<'_, str> {
    match Guest::of(login) {
        Some(Guest { home, host }) => Cow::Owned(format!("{home} (guest of {host})")),
        None => Cow::Borrowed(login),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_is_shown_by_the_address_at_home() {
        for (login, shown) in [
            ("ada@example.test", "ada@example.test"),
            ("Ada_ext.example#EXT#@corp.example", "ada@ext.example (guest of corp.example)"),
            ("ada_b_ext.example#ext#@corp.example", "ada_b@ext.example (guest of corp.example)"),
            ("ext#ext#@corp.example", "ext#ext#@corp.example"),
        ] {
            assert_eq!(shown_login(login), shown);
        }
    }
}
