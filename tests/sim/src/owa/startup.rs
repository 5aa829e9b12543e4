//! `startupdata.ashx`: configuration, folders, and page one of the inbox in the account's view.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::actions;
use super::actions::Seen;
use super::lens::Lens;
use super::object::object;
use super::request::Refusal;
use crate::knobs::{Settings, View};

/// Rows of page one when the request does not say.
const ROWS: usize = 25;

/// The zone that the page names in `messageparams`, where it does.
pub(super) fn zone(headers: &HeaderMap) -> Result<Option<chrono_tz::Tz>, Refusal> {
    let params = headers.get("messageparams").and_then(|value| value.to_str().ok());
    let json: Value = params.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    json["TimeZoneStr"].as_str().map(super::request::zone).transpose()
}

/// The answer.
pub(super) fn data(
    lens: &Lens,
    settings: &Settings,
    headers: &HeaderMap,
    seen: &mut Seen,
) -> Result<Value, Refusal> {
    let Settings { view, focused, .. } = *settings;
    let rows = headers.get("x-message-count").and_then(|value| value.to_str().ok()?.parse().ok());
    let request = page_one(view, focused, rows.unwrap_or(ROWS));
    let (name, action) = match view {
        View::Conversation => ("findConversation", "FindConversation"),
        View::Message => ("findMailFolderItem", "FindItem"),
    };
    let list = actions::perform(lens, action, &request, seen)?;
    let tree = json!({"Body": {
        "ParentFolderIds": [{"Id": "msgfolderroot"}], "ShapeName": "Folder", "Traversal": "Deep",
    }});
    Ok(object()
        .put("owaUserConfig", user_config(lens, view, focused))
        .put("features", json!([]))
        .put("applicationSettings", json!({}))
        .put("skipBuilds", json!([]))
        .put("language", lens.mailbox.account.culture)
        .put("findFolders", actions::perform(lens, "FindFolder", &tree, &mut Seen::default())?)
        .put(name, list)
        .put("folderParams", json!({"TimeZoneStr": lens.mailbox.account.windows_zone, "FolderPaneBitFlags": 2}))
        .put("messageParams", json!({
            "TimeZoneStr": lens.mailbox.account.windows_zone, "InboxReadingPanePosition": 1, "IsFocusedInboxOn": focused,
            "BootWithConversationView": view == View::Conversation, "SortResults": request["Body"]["SortOrder"],
        }))
        .done())
}

fn page_one(view: View, focused: bool, rows: usize) -> Value {
    let half = if focused { 0 } else { -1 };
    let paging = json!({"BasePoint": "Beginning", "Offset": 0, "MaxEntriesReturned": rows});
    let sort = |field: &str| json!([{"Order": "Descending", "Path": {"FieldURI": field}}]);
    match view {
        View::Conversation => json!({"Body": {
            "ParentFolderId": {"BaseFolderId": {"Id": "inbox"}}, "ShapeName": "ReactConversationListView", "Paging": paging,
            "FocusedViewFilter": half, "SortOrder": sort("conversation:LastDeliveryOrRenewTime"),
        }}),
        View::Message => json!({"Body": {
            "ParentFolderIds": [{"Id": "inbox"}], "ShapeName": "MailListItem", "Paging": paging, "FocusedViewFilter": half,
            "SortOrder": sort("item:ReceivedOrRenewTime"),
        }}),
    }
}

/// Also the answer to `GetOwaUserConfiguration`.
pub(super) fn user_config(lens: &Lens, view: View, focused: bool) -> Value {
    let account = &lens.mailbox.account;
    let standard = lens.mailbox.folders.iter().filter(|folder| folder.distinguished.is_some());
    json!({
        "SessionSettings": {
            "UserEmailAddress": account.smtp, "UserDisplayName": account.name, "UserPrincipalName": account.smtp,
            "LogonEmailAddress": account.smtp, "UserProxyAddresses": [format!("SMTP:{}", account.smtp)], "IsExplicitLogon": false,
            "UserPuid": account.puid, "TenantGuid": account.tenant, "MailboxGuid": account.mailbox_guid,
            "DefaultFolderNames": standard.clone().map(|folder| folder.distinguished).collect::<Vec<_>>(),
            "DefaultFolderIds": standard.map(|folder| lens.folder_id(folder)).collect::<Vec<_>>(),
            "UserCulture": account.culture, "WebSessionType": 0,
        },
        "UserOptions": {
            "TimeZone": account.windows_zone, "DateFormat": account.date_format, "TimeFormat": account.time_format,
            "GlobalListViewTypeReact": list_view_type(view), "IsFocusedInboxEnabled": focused,
            "MailboxTimeZoneOffset": [{
                "TimeZoneId": account.windows_zone, "OffsetRanges": [], "IanaTimeZones": [account.zone.name()],
            }],
        },
        "ViewStateConfiguration": {"FolderViewState": []},
    })
}

/// 0: conversations, 1: messages.
fn list_view_type(view: View) -> u8 {
    match view {
        View::Conversation => 0,
        View::Message => 1,
    }
}
