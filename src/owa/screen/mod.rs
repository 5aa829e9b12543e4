//! The recogniser of pages: from what is visible to what it is. Pure.

mod snapshot;

pub(super) use snapshot::Snapshot;

use super::error::{NO_MAILBOX, OwaError};
use super::profile::{Elements, Profile};
use super::prompt::Prompt;
use crate::model::{AadstsClass, aadsts};

/// What a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Screen {
    /// Wants the sign-in name.
    Email,
    /// Wants something else in place of the password, such as a passkey, and has a way to it.
    Passwordless,
    /// Wants the password.
    Password,
    /// Says that the password is wrong.
    WrongPassword,
    /// Says that nobody has this name.
    UnknownUser,
    /// `AADSTS50057`
    Disabled,
    /// `AADSTS50053`
    Locked,
    /// "Stay signed in?"
    Kmsi,
    /// Asks whether Outlook is what the person signs in to.
    AppConfirm,
    /// Offers the accounts it knows.
    AccountPicker,
    /// Wants a second factor.
    Prompt(Prompt),
    /// The second factor was refused or not answered.
    MfaRefused,
    /// "More information required": wants a second factor registered.
    MoreInformation,
    /// Wants the owner to allow an application something.
    Consent,
    /// A policy says no.
    ConditionalAccess {
        /// `AADSTS` number.
        code: u32,
    },
    /// Wants a new password.
    ChangePassword,
    /// Another organisation's sign-in page.
    Federated,
    /// Says no for another reason.
    Refused {
        /// `AADSTS` number.
        code: u32,
    },
    /// On its way: loading, or about to submit itself.
    Working,
    /// Outlook's page.
    Outlook,
    /// Outlook's page for old browsers.
    Light,
    /// Says in Outlook's place that there is no mailbox.
    NoMailbox,
    /// In Outlook's place, the error of a server.
    Failed {
        /// HTTP status of the page.
        status: u16,
    },
    /// None of these.
    Unknown {
        /// Page id and inputs.
        shape: String,
    },
}

/// What the page is that shows this.
pub(super) fn recognise(profile: &Profile, seen: &Snapshot) -> Screen {
    let Some(url) = seen.address() else {
        return Screen::Working;
    };
    let elements = &profile.elements;
    if profile.hosts.is_mail(&url) {
        return outlook(profile, seen);
    }
    if !profile.hosts.is_sign_in(&url) {
        return if seen.shows(elements.federated) { Screen::Federated } else { passing(seen) };
    }
    by_element(profile, seen).or_else(|| by_page_id(elements, seen)).unwrap_or_else(|| passing(seen))
}

fn outlook(profile: &Profile, seen: &Snapshot) -> Screen {
    let paths = &profile.paths;
    if seen.url.contains(paths.error) {
        let is_without = seen.url.contains(NO_MAILBOX);
        return if is_without { Screen::NoMailbox } else { Screen::Failed { status: 500 } };
    }
    let plain = seen.loaded && seen.plain;
    match (seen.shows(profile.elements.outlook), plain || seen.url.contains(paths.light)) {
        (false, _) if plain && seen.status >= 400 => Screen::Failed { status: seen.status },
        (true, false) => Screen::Outlook,
        (_, true) => Screen::Light,
        (false, false) => Screen::Working,
    }
}

/// What is visible decides; the error code only says which error.
fn by_element(profile: &Profile, seen: &Snapshot) -> Option<Screen> {
    let elements = &profile.elements;
    let page = match () {
        () if seen.shows(elements.new_password) => Screen::ChangePassword,
        () if seen.shows(elements.proof_up) => Screen::MoreInformation,
        () if seen.shows(elements.mfa_refused) => Screen::MfaRefused,
        () if seen.shows(elements.to_password) => Screen::Passwordless,
        () if seen.shows(elements.code) => {
            Screen::Prompt(Prompt::Code { wrong: seen.shows(elements.code_error) })
        }
        () if seen.shows(elements.proofs) => Screen::Prompt(offered(profile, seen)),
        () if seen.shows(elements.approve) => approve(seen.number.clone().filter(|text| is_number(text))),
        () if seen.shows(elements.consent) => Screen::Consent,
        () if seen.shows(elements.app_confirm) && seen.shows(elements.submit) => Screen::AppConfirm,
        () if seen.shows(elements.kmsi) && seen.shows(elements.submit) => Screen::Kmsi,
        () if seen.shows(elements.password) => password(elements, seen),
        () if seen.shows(elements.email) => email(elements, seen),
        () if seen.shows(elements.tiles) => Screen::AccountPicker,
        () => return None,
    };
    Some(page)
}

/// The ways to go on that are offered and that can be answered.
fn offered(profile: &Profile, seen: &Snapshot) -> Prompt {
    let shown = profile.methods.iter().filter(|(_, element)| seen.shows(element));
    Prompt::Choose(shown.map(|(method, _)| *method).collect())
}

fn approve(number: Option<String>) -> Screen {
    Screen::Prompt(Prompt::Approve { number })
}

fn password(elements: &Elements, seen: &Snapshot) -> Screen {
    match seen.code() {
        Some(code) => by_code(code),
        None if seen.shows(elements.password_error) => Screen::WrongPassword,
        None if seen.shows(elements.submit) => Screen::Password,
        None => Screen::Working,
    }
}

fn email(elements: &Elements, seen: &Snapshot) -> Screen {
    match seen.code() {
        Some(code) => by_code(code),
        None if seen.shows(elements.email_error) => Screen::UnknownUser,
        None if seen.shows(elements.submit) => Screen::Email,
        None => Screen::Working,
    }
}

/// A page that has an id and nothing of what it usually shows: before its script has drawn it, or a variant.
fn by_page_id(elements: &Elements, seen: &Snapshot) -> Option<Screen> {
    match seen.page_id.as_deref()? {
        "CmsiInterrupt" if seen.shows(elements.submit) => Some(Screen::AppConfirm),
        "KmsiInterrupt" if seen.shows(elements.submit) => Some(Screen::Kmsi),
        "ConvergedTFA" => Some(approve(None)).filter(|_| seen.shows(elements.submit)),
        "ConvergedProofUpRedirect" => Some(Screen::MoreInformation),
        "ConvergedChangePassword" => Some(Screen::ChangePassword),
        "ConvergedConsent" | "ConvergedSignInWithConsent" => Some(Screen::Consent),
        "ConvergedConditionalAccess" => {
            Some(Screen::ConditionalAccess { code: seen.code().unwrap_or(53003) })
        }
        _ => seen.code().map(by_code),
    }
}

/// The page that a number is the error of.
fn by_code(code: u32) -> Screen {
    use AadstsClass as C;
    let Some(known) = aadsts::of(code) else { return Screen::Refused { code } };
    match known.class {
        C::Password => Screen::WrongPassword,
        C::Name => Screen::UnknownUser,
        C::Locked => Screen::Locked,
        C::Disabled => Screen::Disabled,
        C::PasswordExpired => Screen::ChangePassword,
        C::NewFactor => Screen::MoreInformation,
        C::Factor => approve(None),
        C::FactorRefused => Screen::MfaRefused,
        C::Policy => Screen::ConditionalAccess { code },
        C::Consent => Screen::Consent,
        C::Transient
        | C::OutsideCheck
        | C::Reconnect
        | C::CodeExpired
        | C::Declined
        | C::Admin
        | C::Registration
        | C::Request => Screen::Refused { code },
    }
}

/// Nothing known is visible. A document that has loaded and wants something is unknown; else it is on its
/// way.
fn passing(seen: &Snapshot) -> Screen {
    if seen.loaded && !seen.inputs.is_empty() && !seen.title.starts_with("Working") {
        Screen::Unknown { shape: seen.shape() }
    } else {
        Screen::Working
    }
}

fn is_number(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Screen {
    /// The error of a page at which nothing can be done without a person; `None` where there is something to
    /// do or to wait for.
    pub(super) fn dead_end(&self) -> Option<OwaError> {
        Some(match self {
            Self::WrongPassword => OwaError::WrongPassword,
            Self::UnknownUser => OwaError::UnknownUser,
            Self::Disabled => OwaError::Disabled,
            Self::Locked => OwaError::Locked,
            Self::MfaRefused => OwaError::Mfa { number: None },
            Self::Prompt(Prompt::Choose(ways)) if ways.is_empty() => OwaError::Mfa { number: None },
            Self::MoreInformation => OwaError::MoreInformation,
            Self::Consent => OwaError::Consent,
            Self::ConditionalAccess { code } => OwaError::ConditionalAccess { code: *code },
            Self::ChangePassword => OwaError::PasswordExpired,
            Self::Federated => OwaError::Federated,
            Self::Refused { code } => OwaError::SignIn { code: *code },
            Self::Light => OwaError::LightPage,
            Self::NoMailbox => OwaError::NoMailbox,
            Self::Failed { status: 429 | 503 } => OwaError::Throttled { retry_after: None },
            Self::Failed { status: status @ 500.. } => OwaError::Service { code: format!("HTTP {status}") },
            Self::Failed { status } => OwaError::Drift { what: "page", seen: format!("HTTP {status}") },
            Self::Email
            | Self::Passwordless
            | Self::Password
            | Self::Kmsi
            | Self::AppConfirm
            | Self::AccountPicker
            | Self::Prompt(_)
            | Self::Working
            | Self::Outlook
            | Self::Unknown { .. } => return None,
        })
    }

    /// The error of meeting this page with a session that should sign in by itself.
    pub(super) fn without_password(&self) -> Option<OwaError> {
        match self {
            Self::Email
            | Self::Passwordless
            | Self::Password
            | Self::AccountPicker
            | Self::Kmsi
            | Self::AppConfirm => Some(OwaError::SignInPage),
            Self::Prompt(prompt) => Some(OwaError::Mfa { number: prompt.number() }),
            Self::WrongPassword
            | Self::UnknownUser
            | Self::Disabled
            | Self::Locked
            | Self::MfaRefused
            | Self::MoreInformation
            | Self::Consent
            | Self::ConditionalAccess { .. }
            | Self::ChangePassword
            | Self::Federated
            | Self::Refused { .. }
            | Self::Light
            | Self::NoMailbox
            | Self::Failed { .. } => self.dead_end(),
            Self::Working | Self::Outlook | Self::Unknown { .. } => None,
        }
    }

    /// Whether Microsoft shows this only once it has accepted the password.
    pub(super) fn is_past_password(&self) -> bool {
        matches!(self, Self::Kmsi | Self::Outlook)
    }
}

#[cfg(test)]
mod tests;
