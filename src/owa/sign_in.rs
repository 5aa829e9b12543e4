//! Signs in as a person would: a recogniser says what page is shown, a hand does the one thing that it wants.
//!
//! It is led: `next` goes on to the next step at which whoever leads has something to do, and stops there.
//! Nothing happens on the page until the next call.

use super::error::OwaError;
use super::page::{FullPage, PATIENCE};
use super::profile::Profile;
use super::prompt::{Answer, Method, Prompt};
use super::screen::Screen;
use super::session::Session;
use crate::browser::{BrowserError, Context};
use crate::clock::Clock;
use crate::secret::{SecretText, secret};
use std::collections::HashSet;
use std::time::Duration;

/// From one step to the next. A redirect may take minutes, and so may a person with a telephone.
const LIMIT: Duration = Duration::from_mins(5);

/// Where a sign-in has got to.
#[derive(Debug)]
pub enum Step {
    /// The password is typed; the next call submits it, once.
    AboutToTry,
    /// The password was accepted: the session as it is, before the redirect to Outlook has ended. Where that
    /// is quick, the sign-in is `Done` without it.
    Accepted(Session),
    /// The owner has something to do, and says so by `answer`.
    Prompt(Prompt),
    /// Outlook has named the mailbox. The last step.
    Done(Session),
}

/// A sign-in that is led step by step.
#[expect(
    async_fn_in_trait,
    reason = "only this crate implements and awaits it, and knows that it may be sent"
)]
pub trait Dialogue {
    /// Goes on to the next step.
    ///
    /// # Errors
    /// Whatever page stands in the way.
    async fn next(&mut self) -> Result<Step, OwaError>;

    /// Answers the last prompt. The code that is given is typed and submitted.
    ///
    /// # Errors
    /// When the browser is gone or does not answer.
    async fn answer(&mut self, answer: Answer) -> Result<(), OwaError>;
}

/// A sign-in with a name and a password. Dropped, its browser context is disposed of.
pub struct SignIn {
    context: Context,
    profile: &'static Profile,
    full: FullPage,
    login: SecretText,
    password: SecretText,
    done: HashSet<Act>,
    typed: bool,
    accepted: bool,
    given: Option<Given>,
}

/// What is done at most once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Act {
    Email,
    ToPassword,
    Password,
    Kmsi,
    AppConfirm,
    Tile,
    Prompt(Prompt),
}

/// A one-time code that was given, and what the page has shown since.
struct Given {
    /// Whether the page still says that the code before it was wrong.
    stale: bool,
    /// Looks at that.
    looks: u32,
}

impl SignIn {
    pub(super) fn new(
        context: Context,
        profile: &'static Profile,
        full: FullPage,
        login: &str,
        password: &SecretText,
    ) -> Self {
        Self {
            context,
            profile,
            full,
            login: secret(login.to_owned()),
            password: crate::secret::copy(password),
            done: HashSet::new(),
            typed: false,
            accepted: false,
            given: None,
        }
    }

    /// Closes the browser's context, before it returns.
    pub async fn close(self) {
        self.context.close().await;
    }

    async fn go_on(&mut self) -> Result<Step, OwaError> {
        if std::mem::take(&mut self.typed) {
            self.full.page.click(self.profile.elements.submit).await?;
        }
        loop {
            self.full.listen().await;
            if let Some(identity) = self.full.started().await {
                let (cookies, headers) = (self.context.cookies().await?, self.full.take_headers());
                return Ok(Step::Done(Session::new(self.profile, cookies, headers, Some(identity?))));
            }
            let screen = self.full.look().await.map_err(|error| self.explain(error))?;
            if let Some(error) = screen.dead_end() {
                return Err(error);
            }
            if let Some(session) = self.newly_accepted(&screen).await? {
                return Ok(Step::Accepted(session));
            }
            if let Some(step) = self.act(&screen).await? {
                return Ok(step);
            }
        }
    }

    /// A host that is not allowed, once the name was given and before the password: the organisation's own
    /// sign-in page.
    fn explain(&self, error: OwaError) -> OwaError {
        let elsewhere = matches!(error, OwaError::Browser(BrowserError::Refused(_)));
        let between = self.done.contains(&Act::Email) && !self.done.contains(&Act::Password);
        if elsewhere && between { OwaError::Federated } else { error }
    }

    /// The one thing that the page wants, once; the step at which that is not for us to do.
    async fn act(&mut self, screen: &Screen) -> Result<Option<Step>, OwaError> {
        let Some(act) = wanted(screen).filter(|act| self.is_due(act)) else {
            return Ok(None);
        };
        let (page, elements) = (&self.full.page, &self.profile.elements);
        match act {
            Act::Email => {
                page.type_text(elements.email, &self.login).await?;
                page.click(elements.submit).await?;
            }
            Act::ToPassword => page.click(elements.to_password).await?,
            Act::Password => {
                page.type_text(elements.password, &self.password).await?;
                self.typed = true;
                return Ok(Some(Step::AboutToTry));
            }
            Act::Kmsi | Act::AppConfirm => page.click(elements.submit).await?,
            Act::Tile => page.click(elements.other_tile).await?,
            Act::Prompt(prompt) => return Ok(Some(Step::Prompt(prompt))),
        }
        Ok(None)
    }

    fn is_due(&mut self, act: &Act) -> bool {
        match act {
            Act::Prompt(Prompt::Code { wrong }) => {
                self.given.as_mut().is_none_or(|given| given.is_refused(*wrong))
            }
            Act::Email
            | Act::ToPassword
            | Act::Password
            | Act::Kmsi
            | Act::AppConfirm
            | Act::Tile
            | Act::Prompt(_) => self.done.insert(act.clone()),
        }
    }

    /// The session at the first sign that the password was accepted: a page that only comes after it, or a
    /// cookie.
    async fn newly_accepted(&mut self, screen: &Screen) -> Result<Option<Session>, OwaError> {
        let waits = self.done.contains(&Act::Password) && !self.accepted;
        if !waits || matches!(screen, Screen::Prompt(_)) {
            return Ok(None);
        }
        let cookies = self.context.cookies().await?;
        let names = self.profile.cookies.signed_in;
        self.accepted =
            screen.is_past_password() || cookies.iter().any(|cookie| names.contains(&cookie.name.as_str()));
        Ok(self.accepted.then(|| Session::new(self.profile, cookies, None, None)))
    }

    async fn give(&mut self, code: &SecretText) -> Result<(), BrowserError> {
        let (page, elements) = (&self.full.page, &self.profile.elements);
        page.type_text(elements.code, code).await?;
        page.click(elements.code_submit).await?;
        self.given = Some(Given { stale: self.given.is_some(), looks: 0 });
        Ok(())
    }

    async fn choose(&self, method: Method) -> Result<(), BrowserError> {
        let offered = self.profile.methods.iter().find(|(known, _)| *known == method);
        let Some((_, element)) = offered else { return Ok(()) };
        self.full.page.click(element).await
    }
}

impl Dialogue for SignIn {
    async fn next(&mut self) -> Result<Step, OwaError> {
        let step = Clock::limit(LIMIT, Box::pin(self.go_on())).await;
        let step = step.unwrap_or(Err(OwaError::Slow { what: "sign-in", limit: LIMIT }));
        step.map_err(|error| self.full.explained(error))
    }

    async fn answer(&mut self, answer: Answer) -> Result<(), OwaError> {
        let answered = match answer {
            Answer::GoOn => Ok(()),
            Answer::Code(code) => self.give(&code).await,
            Answer::Method(method) => self.choose(method).await,
        };
        match answered {
            // The page has gone on meanwhile, such as after a time without an answer: the next look tells
            // where.
            Err(BrowserError::NoElement(_)) => Ok(()),
            answered => Ok(answered?),
        }
    }
}

impl Given {
    /// Whether the page says of this code that it is wrong. The word about the one before it goes when the
    /// page has asked; where that was too quick to be seen, it is believed after a while.
    fn is_refused(&mut self, wrong: bool) -> bool {
        self.stale &= wrong;
        self.looks += 1;
        wrong && (!self.stale || self.looks >= PATIENCE)
    }
}

/// What a person would do on this page.
fn wanted(screen: &Screen) -> Option<Act> {
    match screen {
        Screen::Email => Some(Act::Email),
        Screen::Passwordless => Some(Act::ToPassword),
        Screen::Password => Some(Act::Password),
        Screen::Kmsi => Some(Act::Kmsi),
        Screen::AppConfirm => Some(Act::AppConfirm),
        Screen::AccountPicker => Some(Act::Tile),
        Screen::Prompt(prompt) => Some(Act::Prompt(prompt.clone())),
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
        | Screen::NoMailbox
        | Screen::Failed { .. }
        | Screen::Unknown { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_wrong_when_the_page_says_so_anew() {
        let mut first = Given { stale: false, looks: 0 };
        assert_eq!([false, false, true].map(|wrong| first.is_refused(wrong)), [false, false, true]);
        let mut second = Given { stale: true, looks: 0 };
        let seen = [true, true, false, true].map(|wrong| second.is_refused(wrong));
        assert_eq!(seen, [false, false, false, true], "what is still shown is about the first");
        let mut quick = Given { stale: true, looks: 0 };
        assert_eq!((0..PATIENCE).filter(|_| quick.is_refused(true)).count(), 1);
    }
}
