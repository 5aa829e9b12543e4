//! Judges an answer before it is read: whether it is JSON of the service at all, a fault, or something in its
//! place.

use super::lenient::{Lenient, filled};
use crate::json;
use crate::model::{ItemError, ItemFault};
use crate::net;
use crate::owa::error::{NO_MAILBOX, OwaError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// Larger answers are not read. Twenty bodies of the 2 MiB asked for, with room for escapes.
const LARGEST: usize = 96 << 20;

/// One HTTP answer, whoever asked.
#[derive(Debug, Clone, Copy)]
pub(in crate::owa) struct HttpAnswer<'a> {
    /// HTTP status; the service answers faults with 200 as well.
    pub(in crate::owa) status: u16,
    /// Names in lower case.
    pub(in crate::owa) headers: &'a [(String, String)],
    /// As it came.
    pub(in crate::owa) body: &'a [u8],
}

impl HttpAnswer<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The JSON of an answer that is one; everything else as the error that it means.
    pub(in crate::owa) fn json(&self, what: &'static str) -> Result<Value, OwaError> {
        self.refuse_status(what)?;
        parse(what, self.body)
    }

    /// What comes in place of JSON: statuses, sign-in pages, nothing at all.
    pub(in crate::owa) fn refuse_status(&self, what: &'static str) -> Result<(), OwaError> {
        let owa_error = self.header("x-owa-error").unwrap_or_default();
        match self.status {
            _ if owa_error.contains("OwaInvalidUserLanguage") => Err(OwaError::FirstLogon),
            _ if owa_error.contains("OwaHipRequired") => Err(OwaError::Captcha),
            _ if owa_error.contains(NO_MAILBOX) => Err(OwaError::NoMailbox),
            456 => Err(OwaError::NoMailbox),
            200 if self.is_page() || self.is_nothing() => Err(OwaError::Unauthorized { status: 200 }),
            200 if self.header("x-owa-returncode") == Some("Throttled") => Err(self.throttled()),
            200 => Ok(()),
            // 400, 412 and 449 are said of a canary that is missing or stale.
            status @ (400 | 401 | 412 | 440 | 449 | 300..=399) => Err(OwaError::Unauthorized { status }),
            429 | 503 => Err(self.throttled()),
            status @ (204 | 408 | 500..=599) => Err(self.fault(what, status)),
            status => Err(OwaError::Drift { what, seen: format!("HTTP {status}") }),
        }
    }

    fn is_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
    }

    /// An expired session may answer with nothing, or with zero bytes only.
    fn is_nothing(&self) -> bool {
        self.body.iter().all(|byte| matches!(byte, 0 | b' ' | b'\r' | b'\n'))
    }

    fn throttled(&self) -> OwaError {
        let said = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("retry-after"));
        let values = said.map(|(_, value)| value.as_str());
        OwaError::Throttled { retry_after: net::retry_after(values, self.header("date")) }
    }

    /// A 5xx has a JSON fault, half of one, or plain text.
    fn fault(&self, what: &'static str, status: u16) -> OwaError {
        let fault = json::from_slice(self.body).ok().and_then(|value| json_fault(what, &value));
        fault.unwrap_or_else(|| OwaError::Service { code: format!("HTTP {status}") })
    }
}

/// JSON that is neither too large, nor cut off, nor a fault.
pub(in crate::owa) fn parse(what: &'static str, body: &[u8]) -> Result<Value, OwaError> {
    if body.len() > LARGEST {
        return Err(OwaError::Drift { what, seen: format!("{} bytes", body.len()) });
    }
    let value = json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Eof => OwaError::Service { code: "cut off".to_owned() },
        serde_json::error::Category::Io
        | serde_json::error::Category::Syntax
        | serde_json::error::Category::Data => OwaError::Drift { what, seen: "not JSON".to_owned() },
    })?;
    json_fault(what, &value).map_or(Ok(value), Err)
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct JsonFault {
    error_code: Lenient<i64>,
    exception_name: Lenient<String>,
    is_transient: Lenient<bool>,
    back_off_period_in_ms: Lenient<u64>,
}

/// `{"Body": {"ErrorCode": 500, "ExceptionName": …}}`, whatever the HTTP status.
fn json_fault(what: &'static str, value: &Value) -> Option<OwaError> {
    let fault = JsonFault::deserialize(value.get("Body")?).ok()?;
    let name = filled(fault.exception_name);
    if name.is_none() && fault.error_code.0.is_none() {
        return None;
    }
    let code = word(&name.unwrap_or_default());
    let retry_after =
        fault.back_off_period_in_ms.0.map(|millis| Duration::from_millis(millis).min(net::LONGEST_WAIT));
    Some(if code.contains(NO_MAILBOX) {
        OwaError::NoMailbox
    } else if retry_after.is_some() || is_throttling(&code) {
        OwaError::Throttled { retry_after }
    } else if fault.is_transient.0 != Some(true) && is_misunderstanding(&code) {
        OwaError::Drift { what, seen: code }
    } else {
        OwaError::Service { code }
    })
}

/// Letters and digits of a code, so that no content rides on it.
fn word(text: &str) -> String {
    let plain = text.chars().filter(char::is_ascii_alphanumeric).take(60).collect::<String>();
    if plain.is_empty() { "unnamed fault".to_owned() } else { plain }
}

/// The words by which OWA's own client knows that it is throttled.
fn is_throttling(code: &str) -> bool {
    ["OverBudget", "TooManyObjectsOpened", "ErrorServerBusy", "MailboxStoreUnavailable"]
        .iter()
        .any(|known| code.contains(known))
}

/// Exceptions and codes that will be the same next time: our call is not what the server expects.
fn is_misunderstanding(code: &str) -> bool {
    [
        "NotImplemented",
        "NotSupported",
        "Serialization",
        "Argument",
        "TimeZone",
        "Schema",
        "InvalidRequest",
        "InvalidProperty",
        "MemberAccess",
        "NullReference",
        "Format",
    ]
    .iter()
    .any(|known| code.contains(known))
}

/// The three members by which every message of an answer says how it went.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Fault {
    response_class: Lenient<String>,
    response_code: Lenient<String>,
    message_text: Lenient<String>,
}

impl Fault {
    fn is_error(&self) -> bool {
        match self.response_class.0.as_deref() {
            Some("Success" | "Warning") => false,
            Some(_) => true,
            None => self.response_code.0.as_deref().is_some_and(|code| code != "NoError"),
        }
    }

    fn is_warning(&self) -> bool {
        self.response_class.0.as_deref() == Some("Warning")
    }

    /// The fault of one item among others; what concerns all calls is an error of its own.
    pub(super) fn of_item(self) -> Result<Option<ItemFault>, OwaError> {
        if !self.is_error() {
            return Ok(None);
        }
        let code = word(&self.response_code.0.unwrap_or_default());
        let text = self.message_text.0.unwrap_or_default();
        if is_throttling(&code) || text.contains("'MaxConcurrency'") {
            return Err(OwaError::Throttled { retry_after: None });
        }
        match code.as_str() {
            "ErrorSessionTimeout" => Err(OwaError::Unauthorized { status: 200 }),
            _ => Ok(Some(ItemFault { code, text: text.chars().take(200).collect() })),
        }
    }

    /// The same where the call has only this one message.
    pub(super) fn check(self, what: &'static str) -> Result<(), OwaError> {
        match self.of_item()?.map(|fault| fault.code) {
            None => Ok(()),
            Some(seen) if is_misunderstanding(&seen) => Err(OwaError::Drift { what, seen }),
            Some(code) => Err(OwaError::Service { code }),
        }
    }
}

/// The body of an answer.
pub(super) fn body<T: DeserializeOwned>(what: &'static str, value: &Value) -> Result<T, OwaError> {
    value.get("Body").and_then(|body| T::deserialize(body).ok()).ok_or_else(|| OwaError::drift(what, value))
}

/// The messages of an answer, `Body.ResponseMessages.Items`.
pub(super) fn messages<T: DeserializeOwned>(what: &'static str, value: &Value) -> Result<Vec<T>, OwaError> {
    let items = value.pointer("/Body/ResponseMessages/Items");
    items.and_then(|items| Vec::deserialize(items).ok()).ok_or_else(|| OwaError::drift(what, value))
}

/// The only message of a call that asks for one thing.
pub(super) fn only_message<T: DeserializeOwned>(what: &'static str, value: &Value) -> Result<T, OwaError> {
    messages(what, value)?.into_iter().next().ok_or_else(|| OwaError::drift(what, value))
}

/// The code of an item that there is no more.
const NOT_FOUND: &str = "ErrorItemNotFound";

/// The fault of an item in whose place nothing came.
fn nothing() -> ItemFault {
    ItemFault { code: ItemFault::NO_ITEM.to_owned(), text: "an answer without the item".to_owned() }
}

/// The messages of a `GetItem`: an item or why there is none, in the order of the request.
pub(in crate::owa) fn read_details(
    value: &Value,
) -> Result<Vec<Result<super::item::Item, ItemError>>, OwaError> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct ItemInfoResponseMessage {
        #[serde(flatten)]
        fault: Fault,
        items: Option<Vec<super::item::Item>>,
    }
    let what = "GetItem answer";
    let read = |message: ItemInfoResponseMessage| {
        let is_empty = message.fault.is_warning() || message.items.as_ref().is_some_and(Vec::is_empty);
        match (message.fault.of_item()?, message.items.into_iter().flatten().next()) {
            (Some(fault), _) if fault.code == NOT_FOUND => Ok(Err(ItemError::Gone)),
            (Some(fault), _) => Ok(Err(fault.into())),
            (None, Some(item)) => Ok(Ok(item)),
            (None, None) if is_empty => Ok(Err(nothing().into())),
            (None, None) => Err(OwaError::drift(what, value)),
        }
    };
    messages(what, value)?.into_iter().map(read).collect()
}
