//! Variants of the real thing and the failures that it is known for. Settings last until changed; a failure
//! may be limited to some actions and to the next N requests.

use std::collections::HashMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::identity::{self, OauthError};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    };
}

choice!(/// What the message list shows: `GlobalListViewTypeReact`.
View { /// A row is a conversation: `FindConversation`, `GetConversationItems`.
    #[default] Conversation, /// A row is a message: `FindItem`, `GetItem`.
    Message });
choice!(/// Which target of the browser calls `service.svc`.
Fetch { /// The page itself.
    #[default] Page, /// A worker of the page (flight `workerasyncload`).
    Worker, /// Its service worker, in a form that shows no JSON; on repeat visits only, as in the real thing.
    ServiceWorker, /// The same on the first visit too: nothing of startup and lists ever shows.
    Unseen });
choice!(/// Which ids the page's requests ask for (`prefer`).
PageIds { /// Those that survive a move (startup too: adyavanapalli/outlook-cli).
    #[default] Immutable, /// Startup those that a move changes, lists and items those that survive one: a session of 2025, as captured.
    ByRequest, /// Those that a move changes.
    Entry });
choice!(/// Below which path the page calls the service; the server answers below both.
ServicePath { /// `/owa/`.
    #[default] Plain, /// `/owa/0/`: consumers, and work accounts of 2026 too.
    Zero });
choice!(/// How much script the page loads.
Weight { /// As measured: 3.5 MB of script in 44 requests.
    #[default] Full, /// A few kilobytes, for quick tests.
    Light });
choice!(/// What becomes of the list's rows that are far from the view.
Rows { /// They leave the document (newer builds).
    #[default] Removed, /// They stay as frames with id and label, without content (2021).
    Placeholder });
choice!(/// What the title of a row's date says.
Titles { /// Weekday, date and time (builds of 2025-26).
    #[default] Whole, /// The same as the text (about 2021).
    Short });
choice!(/// How the list marks its groups and its rows.
Look { /// Headings between the rows, a word for attachments.
    #[default] Headings, /// Groups and rows have buttons, and there is no word for attachments (work, message view, 2026-04).
    Buttons });
choice!(/// What the pane of folders shows.
FolderPane { /// Every folder once.
    #[default] Shown, /// Nothing: its owner has closed it.
    Closed, /// First of all folders that are called as Inbox and Sent Items are and are not.
    Namesake });
choice!(/// Key order and `__type` placement of answers.
KeyOrder { /// Json.NET: members merged by order, `__type` on `Body` and on ids.
    #[default] Cloud, /// `DataContractJsonSerializer`: base class first, `__type` on array elements only.
    Onprem });
choice!(/// What becomes of the canary: the cookie `X-OWA-CANARY`, whose value requests repeat in a header.
Canary { /// There is none, and none is asked for (cloud, 2026).
    #[default] Absent, /// Missing or stale, it is answered by 449 (cloud, 2026-08; on-premises, 2016).
    Required, /// Missing, it is answered by 400 (consumers, 2026-06), stale by 449.
    Demanded, /// As required, and every answer brings a new one that ends the last (on-premises).
    Rotating });
choice!(/// How much a fault says.
FaultForm { /// The exception and a text: neither `ErrorCode` nor `IsTransient` (cloud, 2026).
    #[default] Brief, /// The exception and a `ResponseCode`.
    Bare, /// `ErrorCode`, `FaultMessage` and `IsTransient` too (on-premises).
    Full });
choice!(/// What stands between an accepted password and the mailbox (or before it).
SignIn { /// Nothing.
    #[default] Plain, /// A page that nobody has seen before.
    UnknownPage, /// "More information required" (`ConvergedProofUpRedirect`).
    ProofUp, /// "You cannot access this right now" (AADSTS53003).
    ConditionalAccess, /// The account is disabled (50057).
    Disabled, /// A passkey is asked for before the password, of which a link speaks (2026, for work accounts too).
    Passkey, /// The telephone is asked for before the password, with a number (`RemoteNGC`).
    Passwordless, /// A second factor is wanted (`ConvergedTFA`).
    Mfa, /// As wanted, and the person says no.
    MfaDenied, /// As wanted, and nobody answers.
    MfaTimeout, /// The code of an authenticator app is wanted (`ConvergedTFA`).
    Code, /// A second factor is wanted, and which is asked first (`ConvergedTFA`).
    Choice, /// The domain signs in elsewhere (ADFS).
    Federated });

/// Everything about an account that is a variant rather than a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "switches, each of its own")]
pub struct Settings {
    /// List by conversation or by message.
    pub view: View,
    /// Page or worker.
    pub fetch: Fetch,
    /// Below which path the page calls the service.
    pub service_path: ServicePath,
    /// Addresses of other accounts whose mailboxes this one may open; the page looks into their inboxes too.
    pub shared_mailboxes: Vec<String>,
    /// Full page or light one.
    pub weight: Weight,
    /// How the list is virtualised.
    pub rows: Rows,
    /// How the list marks its groups and its rows.
    pub look: Look,
    /// What the list says over its dates.
    pub titles: Titles,
    /// The inbox is divided in Focused and Other; the page shows Focused.
    pub focused: bool,
    /// Which ids the page asks for.
    pub page_ids: PageIds,
    /// The pane of folders.
    pub folder_pane: FolderPane,
    /// Longest page of a list, whatever was asked for: what is asked for is a hint.
    pub most_rows: Option<u32>,
    /// By how much a list's total differs from what there is: it is not to be relied on (on-premises).
    pub total_off_by: i32,
    /// Style of the envelopes.
    pub key_order: KeyOrder,
    /// What becomes of the canary.
    pub canary: Canary,
    /// Life of an access token, seconds (60 to 80 minutes as a rule; 15 minutes and 26 hours were met too).
    pub bearer_life_s: u32,
    /// Life of an OWA session, seconds.
    pub owa_life_s: u32,
    /// Life of a sign-in, seconds.
    pub ests_life_s: u32,
    /// Whether "Stay signed in?" is asked.
    pub kmsi: bool,
    /// What else the sign-in shows.
    pub sign_in: SignIn,
    /// How long the hop from the sign-in back to OWA takes, milliseconds.
    pub slow_redirect_ms: u32,
    /// The sign-in leads to the mail's start, whatever page was asked for.
    pub lands_at_start: bool,
    /// `outlook.office.com` sends the browser on to `outlook.cloud.microsoft` (off: it serves the page
    /// itself).
    pub cloud_host: bool,
    /// A browser without a session gets the page of `/mail/` all the same, whose script goes to the sign-in after so
    /// many milliseconds; none: the server redirects it there, as the older hosts do.
    pub shell_ms: Option<u32>,
    /// A headless user agent gets the plain page without script.
    pub headless_light: bool,
    /// Variants at the identity platform.
    pub identity: identity::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            view: View::default(),
            fetch: Fetch::default(),
            service_path: ServicePath::default(),
            shared_mailboxes: Vec::new(),
            weight: Weight::default(),
            rows: Rows::default(),
            look: Look::default(),
            titles: Titles::default(),
            focused: false,
            page_ids: PageIds::default(),
            folder_pane: FolderPane::default(),
            most_rows: None,
            total_off_by: 0,
            key_order: KeyOrder::default(),
            canary: Canary::default(),
            bearer_life_s: 70 * 60,
            owa_life_s: 6 * 3600,
            ests_life_s: 90 * 86400,
            kmsi: true,
            sign_in: SignIn::default(),
            slow_redirect_ms: 0,
            lands_at_start: false,
            cloud_host: true,
            shell_ms: Some(200),
            headless_light: true,
            identity: identity::Settings::default(),
        }
    }
}

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
    /// Graph: 401 with `insufficient_claims`. Of the action `me`.
    ClaimsChallenge,
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
}

impl From<Kind> for Failure {
    fn from(kind: Kind) -> Self {
        Self { kind, actions: Vec::new(), times: None }
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

    fn take(&mut self, action: &str) -> bool {
        let meant = self.actions.is_empty() || self.actions.iter().any(|a| a == action);
        if !meant || self.times == Some(0) {
            return false;
        }
        self.times = self.times.map(|left| left - 1);
        true
    }
}

/// Settings and failures of all accounts. Account `None` stands for all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knobs {
    all: Settings,
    own: HashMap<String, Settings>,
    failures: Vec<(Option<String>, Failure)>,
}

impl Knobs {
    pub(crate) fn new(all: Settings) -> Self {
        Self { all, ..Self::default() }
    }

    /// The settings in force for an account.
    pub(crate) fn settings(&self, smtp: &str) -> Settings {
        self.own.get(&key(smtp)).unwrap_or(&self.all).clone()
    }

    /// The settings of accounts that have none of their own: what a visitor without a name gets.
    pub(crate) fn common(&self) -> Settings {
        self.all.clone()
    }

    /// Changes the settings of one account, or of all (those with settings of their own included).
    pub(crate) fn set(&mut self, smtp: Option<&str>, change: impl Fn(&mut Settings)) {
        if let Some(smtp) = smtp {
            let all = self.all.clone();
            change(self.own.entry(key(smtp)).or_insert(all));
        } else {
            std::iter::once(&mut self.all).chain(self.own.values_mut()).for_each(change);
        }
    }

    /// Changes settings by a JSON object that names only what changes.
    ///
    /// # Errors
    /// When a name or a value is not known.
    pub(crate) fn patch(&mut self, smtp: Option<&str>, patch: &Value) -> Result<()> {
        patched(&self.all, patch)?;
        self.set(smtp, |settings| {
            *settings = patched(settings, patch).expect("the patch fits one Settings, so it fits all");
        });
        Ok(())
    }

    pub(crate) fn fail(&mut self, smtp: Option<&str>, failure: Failure) {
        self.failures.push((smtp.map(key), failure));
    }

    /// The failures that hit this request; those with a count have one less left.
    pub(crate) fn take(&mut self, smtp: &str, action: &str) -> Vec<Kind> {
        let smtp = key(smtp);
        let meant = self.failures.iter_mut().filter(|(who, _)| who.as_ref().is_none_or(|w| *w == smtp));
        let hit: Vec<Kind> = meant.filter_map(|(_, f)| f.take(action).then(|| f.kind.clone())).collect();
        self.failures.retain(|(_, f)| f.times != Some(0));
        hit
    }

    /// Back to how the simulator was started; of one account: its settings and failures.
    pub(crate) fn clear(&mut self, smtp: Option<&str>, all: &Settings) {
        match smtp.map(key) {
            None => *self = Self::new(all.clone()),
            Some(smtp) => {
                self.own.remove(&smtp);
                self.failures.retain(|(who, _)| who.as_ref() != Some(&smtp));
            }
        }
    }
}

fn key(smtp: &str) -> String {
    smtp.to_lowercase()
}

fn patched(settings: &Settings, patch: &Value) -> Result<Settings> {
    anyhow::ensure!(patch.is_object(), "settings are a JSON object");
    let mut value = serde_json::to_value(settings)?;
    merge(&mut value, patch);
    Ok(serde_json::from_value(value)?)
}

fn merge(value: &mut Value, patch: &Value) {
    match (value, patch) {
        (Value::Object(value), Value::Object(patch)) => {
            patch.iter().for_each(|(name, new)| merge(value.entry(name).or_insert(Value::Null), new));
        }
        (value, new) => *value = new.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_hits_its_account_its_actions_and_its_number_of_requests() {
        let mut knobs = Knobs::default();
        knobs.fail(Some("A@sim.example"), Failure::from(Kind::Throttled).on(&["FindItem"]).times(2));
        assert!(knobs.take("b@sim.example", "FindItem").is_empty());
        assert!(knobs.take("a@sim.example", "GetItem").is_empty());
        assert_eq!(knobs.take("a@sim.example", "FindItem"), [Kind::Throttled]);
        assert_eq!(knobs.take("a@sim.example", "FindItem"), [Kind::Throttled]);
        assert!(knobs.take("a@sim.example", "FindItem").is_empty());
    }

    #[test]
    fn a_change_for_all_reaches_accounts_with_settings_of_their_own() {
        let mut knobs = Knobs::default();
        knobs.set(Some("a@sim.example"), |s| s.view = View::Message);
        knobs.patch(None, &serde_json::json!({"weight": "light"})).unwrap();
        let own = knobs.settings("a@sim.example");
        assert_eq!((own.view, own.weight), (View::Message, Weight::Light));
        assert_eq!(knobs.settings("b@sim.example").view, View::Conversation);
        assert!(knobs.patch(None, &serde_json::json!({"wieght": "light"})).is_err());
    }

    #[test]
    fn a_patch_reaches_into_the_identity_settings() {
        let mut knobs = Knobs::default();
        knobs.patch(None, &serde_json::json!({"identity": {"account": "personal"}})).unwrap();
        knobs.patch(None, &serde_json::json!({"identity": {"access_life_s": 60}})).unwrap();
        let identity = knobs.common().identity;
        assert_eq!((identity.account, identity.access_life_s), (identity::AccountKind::Personal, 60));
        assert!(knobs.patch(None, &serde_json::json!({"identity": {"acount": "work"}})).is_err());
    }

    #[test]
    fn a_failure_reads_as_flat_json() {
        let json = r#"{"kind":"too_many_requests","retry_after":7,"actions":["GetItem"],"times":1}"#;
        let failure: Failure = serde_json::from_str(json).unwrap();
        let expected = Failure::from(Kind::TooManyRequests { retry_after: 7 }).on(&["GetItem"]).times(1);
        assert_eq!(failure, expected);
        let json = r#"{"kind":"oauth","code":50076,"actions":["refresh_token"]}"#;
        let failure: Failure = serde_json::from_str(json).unwrap();
        assert_eq!(failure, Failure::from(Kind::Oauth(OauthError::aadsts(50_076))).on(&["refresh_token"]));
    }
}
