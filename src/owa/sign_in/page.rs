//! The recogniser of pages: from what is visible to what it is. Pure.

use super::snapshot::{Snapshot, element};
use crate::model::{AadstsClass, aadsts};
use crate::owa::error::OwaError;
use crate::owa::hosts::Profile;

/// What a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::owa) enum Page {
    /// Wants the sign-in name.
    Email,
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
    /// Offers the accounts it knows.
    AccountPicker,
    /// Wants a second factor.
    Mfa {
        /// The number to enter on the telephone.
        number: Option<String>,
    },
    /// The second factor was refused or not answered.
    MfaRefused,
    /// "More information required": wants a second factor registered.
    MoreInformation,
    /// Wants consent.
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
    /// In Outlook's place, the error of a server.
    Failed {
        /// HTTP status.
        status: u16,
    },
    /// None of these.
    Unknown {
        /// Page id and inputs.
        shape: String,
    },
}

/// What the page is that shows this.
pub(in crate::owa) fn recognise(seen: &Snapshot) -> Page {
    let Some(url) = seen.address() else {
        return Page::Working;
    };
    if Profile::Cloud.is_mail(&url) {
        return outlook(seen);
    }
    if !Profile::Cloud.is_sign_in(&url) {
        return if seen.shows(element::FEDERATED) { Page::Federated } else { passing(seen) };
    }
    by_element(seen).or_else(|| by_page_id(seen)).unwrap_or_else(|| passing(seen))
}

fn outlook(seen: &Snapshot) -> Page {
    let plain = seen.loaded && seen.plain;
    match (seen.shows(element::OWA), plain || seen.url.contains("layout=light")) {
        (false, _) if plain && seen.status >= 400 => Page::Failed { status: seen.status },
        (true, false) => Page::Outlook,
        (_, true) => Page::Light,
        (false, false) => Page::Working,
    }
}

/// What is visible decides; the error code only says which error.
fn by_element(seen: &Snapshot) -> Option<Page> {
    let page = match () {
        () if seen.shows(element::NEW_PASSWORD) => Page::ChangePassword,
        () if seen.shows(element::PROOF_UP) => Page::MoreInformation,
        () if seen.shows(element::MFA_REFUSED) => Page::MfaRefused,
        () if seen.shows(element::MFA) => {
            Page::Mfa { number: seen.number.clone().filter(|text| is_number(text)) }
        }
        () if seen.shows(element::CONSENT) => Page::Consent,
        () if seen.shows(element::KMSI) && seen.shows(element::SUBMIT) => Page::Kmsi,
        () if seen.shows(element::PASSWORD) => password(seen),
        () if seen.shows(element::EMAIL) => email(seen),
        () if seen.shows(element::TILES) => Page::AccountPicker,
        () => return None,
    };
    Some(page)
}

fn password(seen: &Snapshot) -> Page {
    match seen.code() {
        Some(code) => by_code(code),
        None if seen.shows(element::PASSWORD_ERROR) => Page::WrongPassword,
        None if seen.shows(element::SUBMIT) => Page::Password,
        None => Page::Working,
    }
}

fn email(seen: &Snapshot) -> Page {
    match seen.code() {
        Some(code) => by_code(code),
        None if seen.shows(element::EMAIL_ERROR) => Page::UnknownUser,
        None if seen.shows(element::SUBMIT) => Page::Email,
        None => Page::Working,
    }
}

/// A page that has an id and nothing of what it usually shows: before its script has drawn it, or a variant.
fn by_page_id(seen: &Snapshot) -> Option<Page> {
    match seen.page_id.as_deref()? {
        "KmsiInterrupt" if seen.shows(element::SUBMIT) => Some(Page::Kmsi),
        "ConvergedTFA" => Some(Page::Mfa { number: None }).filter(|_| seen.shows(element::SUBMIT)),
        "ConvergedProofUpRedirect" => Some(Page::MoreInformation),
        "ConvergedChangePassword" => Some(Page::ChangePassword),
        "ConvergedConsent" | "ConvergedSignInWithConsent" => Some(Page::Consent),
        "ConvergedConditionalAccess" => Some(Page::ConditionalAccess { code: seen.code().unwrap_or(53003) }),
        _ => seen.code().map(by_code),
    }
}

/// The page that a number is the error of.
fn by_code(code: u32) -> Page {
    use AadstsClass as C;
    let Some(known) = aadsts::of(code) else { return Page::Refused { code } };
    match known.class {
        C::Password => Page::WrongPassword,
        C::Name => Page::UnknownUser,
        C::Locked => Page::Locked,
        C::Disabled => Page::Disabled,
        C::PasswordExpired => Page::ChangePassword,
        C::NewFactor => Page::MoreInformation,
        C::Factor => Page::Mfa { number: None },
        C::FactorRefused => Page::MfaRefused,
        C::Policy => Page::ConditionalAccess { code },
        C::Consent => Page::Consent,
        C::Transient
        | C::OutsideCheck
        | C::Reconnect
        | C::CodeExpired
        | C::Declined
        | C::Admin
        | C::Registration
        | C::Request => Page::Refused { code },
    }
}

/// Nothing known is visible. A document that has loaded and wants something is unknown; else it is on its way.
fn passing(seen: &Snapshot) -> Page {
    if seen.loaded && !seen.inputs.is_empty() && !seen.title.starts_with("Working") {
        Page::Unknown { shape: seen.shape() }
    } else {
        Page::Working
    }
}

fn is_number(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Page {
    /// The error of a page at which nothing can be done without a person; `None` where there is something to do or to
    /// wait for.
    pub(in crate::owa) fn dead_end(&self) -> Option<OwaError> {
        Some(match self {
            Self::WrongPassword => OwaError::WrongPassword,
            Self::UnknownUser => OwaError::UnknownUser,
            Self::Disabled => OwaError::Disabled,
            Self::Locked => OwaError::Locked,
            Self::MfaRefused => OwaError::Mfa { number: None },
            Self::MoreInformation => OwaError::MoreInformation,
            Self::Consent => OwaError::Consent,
            Self::ConditionalAccess { code } => OwaError::ConditionalAccess { code: *code },
            Self::ChangePassword => OwaError::PasswordExpired,
            Self::Federated => OwaError::Federated,
            Self::Refused { code } => OwaError::SignIn { code: *code },
            Self::Light => OwaError::LightPage,
            Self::Failed { status: 429 | 503 } => OwaError::Throttled { retry_after: None },
            Self::Failed { status: status @ 500.. } => OwaError::Service { code: format!("HTTP {status}") },
            Self::Failed { status } => OwaError::Drift { what: "page", seen: format!("HTTP {status}") },
            Self::Email
            | Self::Password
            | Self::Kmsi
            | Self::AccountPicker
            | Self::Mfa { .. }
            | Self::Working
            | Self::Outlook
            | Self::Unknown { .. } => return None,
        })
    }

    /// The error of meeting this page with a session that should sign in by itself.
    pub(in crate::owa) fn without_password(&self) -> Option<OwaError> {
        match self {
            Self::Email | Self::Password | Self::AccountPicker | Self::Kmsi => Some(OwaError::SignInPage),
            Self::Mfa { number } => Some(OwaError::Mfa { number: number.clone() }),
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
            | Self::Failed { .. } => self.dead_end(),
            Self::Working | Self::Outlook | Self::Unknown { .. } => None,
        }
    }

    /// Whether Microsoft shows this only once it has accepted the password.
    pub(in crate::owa) fn is_past_password(&self) -> bool {
        matches!(self, Self::Kmsi | Self::Outlook)
    }
}

#[cfg(test)]
mod tests;
