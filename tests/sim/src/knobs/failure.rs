//! The failures that requests may meet.

use serde::{Deserialize, Serialize};

use super::variants::FaultForm;
use crate::graph::GraphError;
use crate::identity::OauthError;
use crate::imap::ImapFault;

/// One way in which the service misbehaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// 401: the bearer is not accepted.
    Unauthorized,
    /// 440 Login Timeout.
    LoginTimeout,
    /// 302 to the sign-in.
    RedirectToSignIn,
    /// 200 with the sign-in page as `text/html`.
    SignInPage,
    /// 200 with nothing.
    EmptyBody,
    /// 200 with NUL bytes only.
    NulBody,
    /// A JSON fault with this HTTP status (500 as a rule, 200 at times).
    Fault {
        /// HTTP status.
        status: u16,
        /// `BackOffPeriodInMs` in the fault, where given.
        #[serde(default)]
        back_off_ms: Option<u32>,
    },
    /// HTTP 500 with a fault of this exception, which `x-owa-error` names too.
    Exception {
        /// Without its namespace: `MemberAccessException`, `FormatException` …
        name: String,
        /// How much the fault says.
        #[serde(default)]
        form: FaultForm,
    },
    /// This status and a plain text: 500 as a handler of last resort writes it, 408, 412, 449, 502 …
    Text {
        /// HTTP status.
        status: u16,
        /// The body.
        #[serde(default)]
        text: String,
    },
    /// HTTP 200 with `OverBudgetException` and `MaxConcurrency` in the text.
    Throttled,
    /// 429 with `Retry-After`, seconds.
    TooManyRequests {
        /// Seconds.
        retry_after: u32,
    },
    /// 503 with `Retry-After`, seconds.
    Unavailable {
        /// Seconds.
        retry_after: u32,
    },
    /// HTTP 204: startup asks for a retry.
    NoContent,
    /// HTTP 204 with `OwaInvalidUserLanguageException`: nobody has opened this mailbox yet.
    FirstLogon,
    /// The right answer, late.
    Slow {
        /// Milliseconds before the first byte.
        ms: u32,
    },
    /// 200, half of the answer, then the connection is closed.
    CutOff,
    /// HTTP 500 with the first half of the answer.
    TruncatedJson,
    /// HTTP 500 with the first half of the answer, where a meeting request is in it.
    BrokenMeetings,
    /// Every second entry of `ResponseMessages.Items` is an error; of the flat answers, the whole.
    ItemErrors,
    /// Bodies are empty strings on every node.
    EmptyBodies,
    /// Every key renamed by the prefix `z`: JSON that nobody knows. The page's own script knows it by the
    /// header `x-sim-shape: z`.
    ShapeChanged,
    /// The identity platform says no. Of the actions `authorization_code`, `refresh_token`, `device_code`,
    /// `devicecode` and `authorize` (there after the sign-in: by redirect, or as a page where an
    /// administrator is needed).
    Oauth(OauthError),
    /// The identity platform or Graph closes the connection; nothing was done.
    HangUp,
    /// The identity platform or Graph does what was asked and closes the connection without an answer.
    AnswerLost,
    /// Graph does nothing and never answers: the connection stays open. The log has `held:` and the action.
    Held,
    /// The same after it did what was asked.
    AnswerHeld,
    /// Graph: 401 with `insufficient_claims`.
    ClaimsChallenge,
    /// Graph answers this error, and does nothing.
    Graph(GraphError),
    /// IMAP answers so, or breaks its answer so.
    Imap(ImapFault),
    /// Graph no longer knows the cursor of a link (of `contact_delta` and `contact_folder_delta`).
    CursorLost,
}

/// A failure to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happens.
    #[serde(flatten)]
    pub kind: Kind,
    /// To which actions (`FindItem`, …, `StartupData`, `refresh_token`, …: those of the log); empty: to all.
    #[serde(default)]
    pub actions: Vec<String>,
    /// How many requests are hit; none: until cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// How many requests pass before.
    #[serde(default)]
    pub after: u32,
    /// Only requests to Graph with this text in their address or their body.
    #[serde(default)]
    pub about: Option<String>,
}

impl From<Kind> for Failure {
    fn from(kind: Kind) -> Self {
        Self { kind, actions: Vec::new(), times: None, after: 0, about: None }
    }
}

impl Failure {
    /// Limits the failure to these actions.
    #[must_use]
    pub fn on(mut self, actions: &[&str]) -> Self {
        self.actions = actions.iter().map(ToString::to_string).collect();
        self
    }

    /// Limits the failure to the next `times` requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets `after` requests pass first.
    #[must_use]
    pub fn after(mut self, after: u32) -> Self {
        self.after = after;
        self
    }

    /// Limits the failure to requests to Graph with this text in their address or their body.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        self.about = Some(text.to_owned());
        self
    }

    pub(super) fn take(&mut self, action: &str, text: &str) -> bool {
        let meant = self.actions.is_empty() || self.actions.iter().any(|a| a == action);
        let about = self.about.as_ref().is_none_or(|about| text.contains(about.as_str()));
        if !meant || !about || self.times == Some(0) {
            return false;
        }
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        self.times = self.times.map(|left| left - 1);
        true
    }
}
