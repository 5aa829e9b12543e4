//! The startup data of OWA's page: whose mailbox it is, its settings, its folders, and page one of a list.

use super::AnswerContext;
use super::answer::{self, HttpAnswer};
use super::folder::{FolderInfo, FolderTree, read_folders};
use super::lenient::{Lenient, filled};
use super::list::{Listing, read_conversations, read_items};
use super::request::is_newest_first;
use crate::dates;
use crate::model::MailboxSettings;
use crate::owa::error::OwaError;
use crate::owa::family::IdFamily;
use crate::owa::remote::{INBOX, RemoteFolder};
use crate::owa::session::Identity;
use serde::Deserialize;
use serde_json::Value;

/// What the page starts from.
#[derive(Debug)]
pub(in crate::owa) struct Startup {
    /// Whose mailbox it is, as Outlook says.
    pub(in crate::owa) identity: Identity,
    /// All folders that it lists.
    pub(in crate::owa) folders: FolderTree,
    /// Page one of a list, in either view.
    pub(in crate::owa) page_one: Result<Listing, OwaError>,
    /// Whether the inbox is divided in Focused and Other: page one is then of a part.
    pub(in crate::owa) is_divided: bool,
    /// Whether the owner sorts otherwise than by time, the newest first.
    pub(in crate::owa) is_sorted_otherwise: bool,
    /// Whether it is of a mailbox that is shared with who is signed in.
    pub(in crate::owa) is_of_another: bool,
}

impl Startup {
    /// Which folder page one lists: the inbox, as Exchange's `SessionDataHandler` always has it, unless it
    /// names another; `None` where that is none of those that are listed.
    pub(in crate::owa) fn listed(&self) -> Option<RemoteFolder> {
        let id = self.page_one.as_ref().ok().and_then(|page_one| page_one.remote_id.as_deref());
        let folders = &self.folders.folders;
        let Some(id) = id.filter(|_| !folders.is_empty()) else { return Some(INBOX) };
        folders.iter().find(|folder| folder.id == id).map(FolderInfo::remote)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UserConfig {
    session_settings: SessionSettings,
    user_options: UserOptions,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct SessionSettings {
    is_explicit_logon: Lenient<bool>,
    user_email_address: Lenient<String>,
    user_display_name: Lenient<String>,
    user_culture: Lenient<String>,
    tenant_guid: Lenient<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct UserOptions {
    time_zone: Lenient<String>,
    date_format: Lenient<String>,
    time_format: Lenient<String>,
    is_focused_inbox_enabled: Lenient<bool>,
    mailbox_time_zone_offset: Lenient<Vec<TimeZoneOffset>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct TimeZoneOffset {
    iana_time_zones: Lenient<Vec<String>>,
}

impl UserOptions {
    /// The zone by its Windows name; by another where that one is not known and another is said.
    fn zone(&self) -> Option<String> {
        let named = filled(self.time_zone.clone());
        let offsets = self.mailbox_time_zone_offset.0.iter().flatten();
        let others = offsets.filter_map(|offset| offset.iana_time_zones.0.as_deref()).flatten();
        let known = named.iter().chain(others).find(|name| dates::zone(name).is_some()).cloned();
        known.or(named)
    }
}

const WHAT: &str = "startup data";

/// Reads startup data, as JSON or as the text of several parts that merely contains JSON.
pub(in crate::owa) fn read(answer: &HttpAnswer<'_>, family: IdFamily) -> Result<Startup, OwaError> {
    answer.refuse_status(WHAT)?;
    let value = answer::parse(WHAT, part(answer.body)?)?;
    let folders = value.get("findFolders").map(read_folders).transpose()?.unwrap_or_default();
    let inbox = folders.get(&INBOX).map(|inbox| inbox.id.clone());
    let config = value.get("owaUserConfig").and_then(|config| UserConfig::deserialize(config).ok());
    let config = config.unwrap_or_default();
    // The owner may have turned it off where it is to be had, and on since that was said.
    let asked = value.get("messageParams");
    let is_on = asked.and_then(|asked| asked.get("IsFocusedInboxOn")).and_then(Value::as_bool);
    let is_divided = is_on == Some(true) || config.user_options.is_focused_inbox_enabled.0 == Some(true);
    let sort = asked.and_then(|asked| asked.get("SortResults"));
    let is_sorted_otherwise = sort.is_some_and(|sort| !is_newest_first(sort));
    let is_of_another = config.session_settings.is_explicit_logon.0 == Some(true);
    let identity = identity(config, inbox).ok_or_else(|| OwaError::drift(WHAT, &value))?;
    let reading =
        AnswerContext { family, zone: identity.settings.time_zone.as_deref().and_then(dates::zone) };
    let page_one = page_one(&value, reading);
    Ok(Startup { identity, folders, page_one, is_divided, is_sorted_otherwise, is_of_another })
}

/// `SESSION DATA … Content-Name: SessionData`, or the whole.
fn part(body: &[u8]) -> Result<&[u8], OwaError> {
    if !body.starts_with(b"SESSION DATA") {
        return Ok(body);
    }
    let mark = b"Content-Name: SessionData";
    let rest = body.windows(mark.len()).position(|window| window == mark).map(|at| &body[at + mark.len()..]);
    let json = rest.and_then(|rest| rest.iter().position(|byte| *byte == b'{').map(|at| &rest[at..]));
    // The other part there may be is `SdError`, the name of an exception.
    json.ok_or_else(|| OwaError::Service { code: "session data".to_owned() })
}

/// Whose mailbox it is, as the answer to `GetOwaUserConfiguration` says; servers put it into different
/// frames.
pub(in crate::owa) fn read_configuration(value: &Value, inbox_id: Option<String>) -> Option<Identity> {
    let frames = [Some(value), value.get("owaUserConfig"), value.get("Body")];
    let config = frames.into_iter().flatten().find(|frame| frame.get("SessionSettings").is_some())?;
    identity(UserConfig::deserialize(config).ok()?, inbox_id)
}

fn identity(config: UserConfig, inbox_id: Option<String>) -> Option<Identity> {
    Some(Identity {
        address: filled(config.session_settings.user_email_address)?.to_lowercase(),
        tenant: filled(config.session_settings.tenant_guid).map(|tenant| tenant.to_lowercase()),
        display_name: filled(config.session_settings.user_display_name),
        settings: MailboxSettings {
            culture: filled(config.session_settings.user_culture),
            time_zone: config.user_options.zone(),
            date_format: filled(config.user_options.date_format),
            time_format: filled(config.user_options.time_format),
        },
        inbox_id,
    })
}

fn page_one(value: &Value, reading: AnswerContext) -> Result<Listing, OwaError> {
    match (value.get("findConversation"), value.get("findMailFolderItem")) {
        (Some(conversations), _) if !conversations.is_null() => read_conversations(conversations, reading),
        (_, Some(items)) if !items.is_null() => read_items(items, reading),
        _ => Err(OwaError::drift(WHAT, value)),
    }
}
