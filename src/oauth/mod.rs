//! Sign-in by OAuth, and the tokens that come of it: one way to each token, one set of error classes.
//!
//! ```text
//! authority, scope        who is asked and for what: addresses and texts (pure)
//! refusal, trouble        what a no means, and what is kept of it (pure)
//! provider, identity      the sign-in service over HTTP; who signed in
//! registration            who we are to it: our id, and the secret or certificate as its file has it now
//! certificate             the assertion that stands in a secret's place (pure)
//! once                    one question for all who want its answer
//! code, device            the two ways to sign in: a browser's popup, or a code typed elsewhere
//! tokens, refresh         what is sealed; the one way to an access token
//! ```
//!
//! Wire types stay inside. Nobody above ever sees a refresh token; a user never sees any.
//!
//! There is one way to an access token: it is stored and good, or one caller per account renews it, by a
//! lease between processes. What was renewed is stored before it is used. What Microsoft refused is kept with
//! the account and not asked again in vain; no answer changes nothing.

mod authority;
mod certificate;
mod code;
mod device;
mod error;
mod identity;
mod once;
mod provider;
mod refresh;
mod refusal;
mod registration;
mod scope;
mod seconds;
mod tokens;
mod trouble;

pub use authority::Authority;
pub use certificate::{CertificateError, ClientCertificate};
pub use code::{Begin, Begun, Bound, POPUP_LIFE, PopupAsked, PopupReturned, PopupTaken};
pub use device::DeviceCode;
pub use error::{CallbackFault, IdentityFault, OAuthError};
pub use provider::Settings;
pub use refusal::Refusal;
pub use registration::{ClientCredential, CredentialKind, Registration};
pub use scope::{CloudHosts, covers, opens_mail};
pub use tokens::{AccessToken, Tokens};

use crate::clock::Clock;
use crate::model::{AttemptId, Guest, NewGrant, Resource, Use, shown_login};
use crate::secret::SecretText;
use crate::store::Store;
use crate::strongbox::Strongbox;
use identity::Proven;
use once::SingleFlight;
use provider::{Provider, TokenAnswer};
use refresh::Renewal;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// How long the end of the program waits for a token that is under way: all of it has ten seconds.
const LAST: Duration = Duration::from_secs(5);
/// What is no refresh token of anybody's.
const NO_TOKEN: &str = "made-up-by-outlook-syncd-doctor";

/// Sign-in and tokens. Clones share everything.
#[derive(Clone)]
pub struct OAuth {
    provider: Option<Arc<Provider>>,
    store: Store,
    strongbox: Strongbox,
    clock: Clock,
    renewals: SingleFlight<Renewal, Arc<AccessToken>>,
    tasks: TaskTracker,
}

/// A person has signed in: who, and their tokens.
#[derive(Debug)]
pub struct SignedIn {
    /// All but the tokens.
    pub grant: NewGrant,
    tokens: Tokens,
    /// An address that the identity proves to be theirs, in lower case.
    email: Option<String>,
    /// Whether only people of one organisation, or only personal accounts, could sign in: its word counts on what
    /// addresses are theirs.
    is_of_ours: bool,
    /// The attempt of a page that it ends.
    pub attempt: Option<AttemptId>,
}

impl SignedIn {
    /// The tokens as they are sealed.
    #[must_use]
    pub fn tokens(&self) -> SecretText {
        self.tokens.to_secret()
    }

    /// What Graph calls the person by, lower case: the mailbox's address, and what they sign in with.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.grant.address, &self.grant.login].into_iter().map(String::as_str)
    }

    /// Where the person is a guest: then the mailbox is another organisation's.
    #[must_use]
    pub fn guest(&self) -> Option<Guest> {
        Guest::of(&self.grant.login)
    }

    /// Whether this address is for sure the person's: proven, or what they sign in with, whose domain their organisation
    /// has proven ("user resource type", userPrincipalName, learn.microsoft.com). Anybody may call a guest of theirs
    /// anything, so an address at home counts where the organisation is ours.
    #[must_use]
    pub fn is_at(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let is_home = || self.guest().is_some_and(|guest| guest.home == address);
        let is_named = || self.grant.address == address && self.proves(&address);
        self.grant.login == address || is_named() || self.is_of_ours && is_home()
    }

    /// What is known for sure of how the person is called, as people understand it.
    #[must_use]
    pub fn known_as(&self) -> String {
        let NewGrant { address, login, .. } = &self.grant;
        shown_login(if self.proves(address) { address } else { login }).into_owned()
    }

    /// Whether a name that the person goes by is theirs for sure. Another organisation's administrator may give
    /// anybody there any address ("Migrate away from using email claims", learn.microsoft.com).
    #[must_use]
    pub fn proves(&self, name: &str) -> bool {
        self.guest().is_none() && (self.is_of_ours || self.email.as_deref() == Some(name))
    }
}

impl OAuth {
    /// With no settings and no client to ask with, nobody can sign in, and no token is renewed.
    #[must_use]
    pub fn new(
        provider: Option<(Arc<Settings>, reqwest::Client)>,
        store: Store,
        strongbox: Strongbox,
        clock: Clock,
    ) -> Self {
        let provider =
            provider.map(|(settings, http)| Arc::new(Provider::new(settings, http, clock.clone())));
        Self {
            provider,
            store,
            strongbox,
            clock,
            renewals: SingleFlight::default(),
            tasks: TaskTracker::new(),
        }
    }

    /// Whether a registration is configured.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.provider.is_some()
    }

    /// Whether sign-ins ask for this use.
    #[must_use]
    pub fn asks_for(&self, wanted: Use) -> bool {
        self.provider.as_ref().is_some_and(|own| own.settings.uses.contains(&wanted))
    }

    /// Whether the people who sign in are a national cloud's.
    #[must_use]
    pub fn is_national(&self) -> bool {
        self.provider.as_ref().is_some_and(|own| own.settings.hosts.are_national())
    }

    /// Whether the application has another credential than the one that Microsoft refused. What was refused before
    /// this process began may have had another.
    #[must_use]
    pub fn has_new_credential(&self) -> bool {
        let new = |own: &Arc<Provider>| own.refused.is_over(|| own.settings.registration.proof());
        self.provider.as_ref().is_some_and(new)
    }

    /// What was refused for another credential is asked for again.
    pub fn forget_refusal(&self) {
        if let Some(provider) = &self.provider {
            provider.refused.forget();
        }
    }

    /// Does work that whoever waits for it does not end by going away, and that the end of the program waits
    /// for: a token that was given is lost on no way to the database.
    pub fn apart<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.tasks.spawn(work)
    }

    /// The same, with secrets that are reached through other connections.
    #[must_use]
    pub fn through(&self, store: Store, strongbox: Strongbox) -> Self {
        Self { store, strongbox, ..self.clone() }
    }

    /// Waits for work that is being done apart.
    pub async fn close(&self) {
        self.tasks.close();
        if Clock::limit(LAST, self.tasks.wait()).await.is_err() {
            tracing::warn!(
                "work for a mailbox was under way at the end: a token that was being fetched, whose sign-in may have to be repeated, or an act on \
                 messages, of which the audit log has what was done"
            );
        }
    }

    /// Whether the authority can be reached, describes itself as we need it, and takes us for who we say we are: it is
    /// asked for the tokens of a sign-in that never was. It refuses that one for itself only where it does not refuse us
    /// first (RFC 6749, 4.1.3 and 5.2: `invalid_client`). Signs nobody in.
    ///
    /// # Errors
    /// Why not; a tenant that does not exist is one of the refusals.
    pub async fn check(settings: Arc<Settings>, http: reqwest::Client) -> Result<(), OAuthError> {
        let authority = settings.authority.clone();
        let provider = Provider::new(settings, http, Clock::System);
        provider.metadata(&authority).await?;
        let form = [("grant_type", "refresh_token"), ("refresh_token", NO_TOKEN)];
        match provider.token(&authority, &form).await {
            Err(OAuthError::Refused(refusal)) if refusal.is_of_the_grant() => Ok(()),
            asked => asked.map(drop),
        }
    }

    fn provider(&self) -> Result<&Provider, OAuthError> {
        self.provider.as_deref().ok_or(OAuthError::Off)
    }

    /// Who signed in, by the answer to a sign-in: the identity in it, then Graph's word.
    async fn signed_in(
        &self,
        authority: &Authority,
        answer: &TokenAnswer,
        nonce: Option<&SecretText>,
    ) -> Result<SignedIn, OAuthError> {
        let provider = self.provider()?;
        let Proven { person, email } = provider.person(authority, answer.id_token.as_ref(), nonce).await?;
        let me = provider.me(&answer.access).await?;
        let tokens = Tokens::of_sign_in(answer, Resource::Graph)
            .ok_or(OAuthError::Unreadable { what: "refresh token", status: 200 })?;
        let Settings { uses, hosts, registration, .. } = &*provider.settings;
        let asked = hosts.token(Resource::Graph, uses);
        let scopes = scope::granted(answer.scope.as_deref().unwrap_or(&asked)).into_iter().collect();
        let grant = NewGrant {
            authority: authority.as_str().to_owned(),
            client_id: registration.client_id.clone(),
            person,
            address: me.address,
            login: me.login,
            display_name: me.display_name,
            uses: uses.clone(),
            scopes,
        };
        Ok(SignedIn { grant, tokens, email, is_of_ours: authority.is_of_one(), attempt: None })
    }
}
