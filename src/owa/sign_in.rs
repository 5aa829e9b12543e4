//! Signs in as a person would: a recogniser says what page is shown, a hand does the one thing that it wants.

use super::error::OwaError;
use super::page::FullPage;
use super::profile::Profile;
use super::screen::Screen;
use super::session::Session;
use crate::browser::{BrowserError, Context};
use crate::clock::Clock;
use crate::secret::{SecretText, secret};
use std::collections::HashSet;
use std::time::Duration;
use url::Url;

/// From the first page to the mailbox. A redirect may take minutes, and so may a person with a telephone.
const LIMIT: Duration = Duration::from_mins(5);

/// Something that the owner has to do elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// A second factor: approve it on the telephone, entering the number where there is one.
    Mfa {
        /// The number to enter.
        number: Option<String>,
    },
}

/// Who is told of the steps of a sign-in, and may say no.
#[expect(async_fn_in_trait, reason = "only this crate implements and awaits it, on one task")]
pub trait SignInSteps {
    /// The password is typed and about to be submitted, once.
    async fn about_to_try(&mut self) -> Result<(), String>;

    /// The password was accepted: the session as it is, before the redirect to Outlook has ended.
    async fn accepted(&mut self, session: &Session) -> Result<(), String>;

    /// The owner has something to do. `Ok` waits for it, an error ends the sign-in.
    async fn prompt(&mut self, prompt: &Prompt) -> Result<(), String>;
}

/// Signs in with a name and a password.
pub(super) async fn sign_in(
    context: &Context,
    profile: &'static Profile,
    start: &Url,
    clock: &Clock,
    login: &str,
    password: &SecretText,
    steps: &mut impl SignInSteps,
) -> Result<Session, OwaError> {
    let full = FullPage::open(context, profile, start, clock.clone()).await?;
    let mut hand =
        Hand { context, profile, full, login, password, steps, done: HashSet::new(), accepted: false };
    Clock::limit(LIMIT, Box::pin(hand.play()))
        .await
        .unwrap_or(Err(OwaError::Slow { what: "sign-in", limit: LIMIT }))
}

/// What is done at most once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Act {
    Email,
    Password,
    Kmsi,
    Tile,
    /// With the number prompted for.
    Prompt(Option<String>),
}

struct Hand<'a, S> {
    context: &'a Context,
    profile: &'static Profile,
    full: FullPage,
    login: &'a str,
    password: &'a SecretText,
    steps: &'a mut S,
    done: HashSet<Act>,
    accepted: bool,
}

impl<S: SignInSteps> Hand<'_, S> {
    async fn play(&mut self) -> Result<Session, OwaError> {
        loop {
            self.full.listen().await;
            if let Some(identity) = self.full.started() {
                let cookies = self.context.cookies().await?;
                let session = Session::new(self.profile, cookies, self.full.headers.take(), Some(identity?));
                self.accept_once(&session).await?;
                return Ok(session);
            }
            let page = self.full.look().await.map_err(|error| self.explain(error))?;
            if let Some(error) = page.dead_end() {
                return Err(error);
            }
            self.notice_acceptance(&page).await?;
            self.act(&page).await?;
        }
    }

    /// A host that is not allowed, once the name was given and before the password: the organisation's own
    /// sign-in page.
    fn explain(&self, error: OwaError) -> OwaError {
        let elsewhere = matches!(error, OwaError::Browser(BrowserError::Refused(_)));
        let between = self.done.contains(&Act::Email) && !self.done.contains(&Act::Password);
        if elsewhere && between { OwaError::Federated } else { error }
    }

    /// The one thing that the page wants, once.
    async fn act(&mut self, page: &Screen) -> Result<(), OwaError> {
        let Some(act) = wanted(page).filter(|act| self.done.insert(act.clone())) else {
            return Ok(());
        };
        let elements = &self.profile.elements;
        match act {
            Act::Email => {
                self.full.page.type_text(elements.email, &secret(self.login.to_owned())).await?;
                Ok(self.full.page.click(elements.submit).await?)
            }
            Act::Password => self.try_password().await,
            Act::Kmsi => Ok(self.full.page.click(elements.submit).await?),
            Act::Tile => Ok(self.full.page.click(elements.other_tile).await?),
            Act::Prompt(number) => {
                let asked = self.steps.prompt(&Prompt::Mfa { number: number.clone() }).await;
                asked.map_err(|_| OwaError::Mfa { number })
            }
        }
    }

    async fn try_password(&mut self) -> Result<(), OwaError> {
        let elements = &self.profile.elements;
        self.full.page.type_text(elements.password, self.password).await?;
        self.steps.about_to_try().await.map_err(OwaError::Refused)?;
        Ok(self.full.page.click(elements.submit).await?)
    }

    /// The first sign: a page that only comes after the password, or the identity platform's cookie.
    async fn notice_acceptance(&mut self, page: &Screen) -> Result<(), OwaError> {
        let waits = self.done.contains(&Act::Password) && !self.accepted;
        if !waits || matches!(page, Screen::Mfa { .. }) {
            return Ok(());
        }
        let cookies = self.context.cookies().await?;
        let names = self.profile.cookies.signed_in;
        if !page.is_past_password() && !cookies.iter().any(|cookie| names.contains(&cookie.name.as_str())) {
            return Ok(());
        }
        self.accept_once(&Session::new(self.profile, cookies, None, None)).await
    }

    async fn accept_once(&mut self, session: &Session) -> Result<(), OwaError> {
        if std::mem::replace(&mut self.accepted, true) {
            return Ok(());
        }
        self.steps.accepted(session).await.map_err(OwaError::Refused)
    }
}

/// What a person would do on this page.
fn wanted(page: &Screen) -> Option<Act> {
    match page {
        Screen::Email => Some(Act::Email),
        Screen::Password => Some(Act::Password),
        Screen::Kmsi => Some(Act::Kmsi),
        Screen::AccountPicker => Some(Act::Tile),
        Screen::Mfa { number } => Some(Act::Prompt(number.clone())),
        Screen::WrongPassword
        | Screen::UnknownUser
        | Screen::Disabled
        | Screen::Locked
        | Screen::MfaRefused
        | Screen::MoreInformation
        | Screen::Consent
        | Screen::ConditionalAccess { .. }
        | Screen::ChangePassword
        | Screen::Federated
        | Screen::Refused { .. }
        | Screen::Working
        | Screen::Outlook
        | Screen::Light
        | Screen::Failed { .. }
        | Screen::Unknown { .. } => None,
    }
}
