//! What a page shows, taken by one small script: enough to recognise it, nothing of its content.

use crate::browser::{BrowserError, Page};
use crate::owa::profile::Profile;
use serde::Deserialize;
use serde_json::json;
use url::Url;

/// What a page shows.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::owa) struct Snapshot {
    pub(super) url: String,
    pub(super) title: String,
    /// `PageID` or `pgid`.
    pub(super) page_id: Option<String>,
    /// `sErrorCode`, or `iErrorCode`.
    pub(super) error_code: Option<String>,
    /// Numbers behind `AADSTS` in the visible text.
    pub(super) aadsts: Vec<u32>,
    /// The selectors of the profile by which something is visible.
    pub(super) visible: Vec<String>,
    /// The number to match on the telephone.
    pub(super) number: Option<String>,
    /// Ids of the visible inputs and buttons.
    pub(super) inputs: Vec<String>,
    /// Whether it has text and no script.
    pub(super) plain: bool,
    /// Whether the document is complete.
    pub(super) loaded: bool,
    /// HTTP status of the document; 0 where there was none.
    pub(super) status: u16,
}

impl Snapshot {
    /// Looks at the page, as it stands now.
    pub(in crate::owa) async fn take(page: &Page, profile: &Profile) -> Result<Self, BrowserError> {
        let methods: Vec<_> = profile.methods.iter().map(|(_, element)| element).collect();
        let argument = json!({ "elements": profile.elements, "methods": methods });
        page.call(include_str!("snapshot.js"), argument).await
    }

    pub(super) fn shows(&self, element: &str) -> bool {
        self.visible.iter().any(|shown| shown == element)
    }

    pub(super) fn address(&self) -> Option<Url> {
        Url::parse(&self.url).ok()
    }

    pub(super) fn code(&self) -> Option<u32> {
        // 50058 is "not signed in": a fresh page carries it.
        let of_page = self.error_code.as_deref().and_then(|code| code.parse().ok());
        of_page
            .filter(|code| *code != 50058)
            .or_else(|| self.aadsts.first().copied().filter(|code| *code != 50058))
    }

    /// Its shape for an error: page id and inputs, no content.
    pub(super) fn shape(&self) -> String {
        let id = |text: &str| {
            text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect::<String>()
        };
        let inputs: Vec<_> = self.inputs.iter().map(|input| id(input)).collect();
        let host = self.address().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        format!("{host} page {} inputs {}", id(self.page_id.as_deref().unwrap_or("-")), inputs.join(","))
    }
}
