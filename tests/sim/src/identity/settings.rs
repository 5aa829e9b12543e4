//! What of the identity platform varies from account to account.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    };
}

choice!(/// Which kind of account it is.
AccountKind { /// Of a tenant.
    #[default] Work, /// In the tenant of all personal accounts: opaque tokens, its own error numbers.
    Personal });
choice!(/// What stands between a sign-in and an application's tokens.
Consent { /// The person is asked, once for each new scope.
    #[default] Ask, /// Nobody is asked.
    Granted, /// Only an administrator can consent: "Need admin approval" (90094).
    Admin });
choice!(/// What a refresh does to the refresh token.
Rotation { /// A new one each time; the old one goes on working.
    #[default] Lax, /// A new one each time; the old one is dead, and its reuse kills the whole family.
    Strict, /// The answer has none.
    None });
choice!(/// How the answer spells the granted scopes.
ScopeForm { /// Graph's by name, others with their resource.
    #[default] Short, /// All with their resource.
    Prefixed, /// Small letters.
    Lower });
choice!(/// What is wrong with the id token.
IdToken { /// Nothing.
    #[default] Right, /// Not there.
    Missing, /// For another application.
    Audience, /// From another tenant than its `tid` says.
    Issuer, /// With another nonce.
    Nonce, /// Without a nonce.
    NoNonce, /// Past its end.
    Expired, /// Not valid yet.
    Early, /// Signed by a key that is not published.
    Stranger, /// With a published `kid`, signed by another key.
    Forged, /// `alg` `none`.
    Unsigned });

/// Variants of an account at the identity platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Work or personal.
    pub account: AccountKind,
    /// Who is asked before an application gets tokens.
    pub consent: Consent,
    /// Scopes that are never granted, as they are asked for (`Contacts.ReadWrite`), whatever the person
    /// accepts.
    pub declined_scopes: Vec<String>,
    /// What becomes of a used refresh token.
    pub rotation: Rotation,
    /// Life of an access token, seconds.
    pub access_life_s: u32,
    /// Life of a refresh token, seconds.
    pub refresh_life_s: u32,
    /// How the answer spells scopes.
    pub scope_form: ScopeForm,
    /// What is wrong with the id token.
    pub id_token: IdToken,
    /// Whether `/me` says the address in `mail`; none: it does for work accounts only.
    pub graph_mail: Option<bool>,
    /// What `/me` says in `mail` instead: who administers a tenant may write any address there for a person
    /// without a mailbox ("Migrate away from using email claims", learn.microsoft.com); it may be empty.
    pub mail: Option<String>,
    /// The `userPrincipalName`, where it is not the address; a guest's has `#EXT#` in it ("Properties of a Microsoft
    /// Entra B2B collaboration user", learn.microsoft.com).
    pub principal: Option<String>,
    /// Another tenant than that of the mailboxes.
    pub tenant: Option<Uuid>,
    /// Whether the id token has the optional claims `email` and `xms_edov`, the latter true ("Optional claims
    /// reference", learn.microsoft.com).
    pub verified_email: bool,
    /// `interval` of the device code answer, seconds; none: it is left out. Only the common settings count.
    pub device_interval_s: Option<u32>,
    /// Life of a device code, seconds. Only the common settings count.
    pub device_life_s: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: AccountKind::default(),
            consent: Consent::default(),
            declined_scopes: Vec::new(),
            rotation: Rotation::default(),
            access_life_s: 3599,
            refresh_life_s: 90 * 86400,
            scope_form: ScopeForm::default(),
            id_token: IdToken::default(),
            graph_mail: None,
            mail: None,
            principal: None,
            tenant: None,
            verified_email: false,
            device_interval_s: Some(5),
            device_life_s: 900,
        }
    }
}
