//! What a page shows, taken by one small script: enough to recognise it, nothing of its content.

use crate::browser::{BrowserError, Page};
use serde::Deserialize;
use url::Url;

/// Elements whose being visible tells a page. A page carries hidden templates of others, so presence says nothing.
pub(super) mod element {
    pub(in crate::owa) const EMAIL: &str = "#i0116";
    pub(in crate::owa) const PASSWORD: &str = "#i0118";
    pub(in crate::owa) const SUBMIT: &str = "#idSIButton9";
    pub(in crate::owa) const EMAIL_ERROR: &str = "#usernameError";
    pub(in crate::owa) const PASSWORD_ERROR: &str = "#passwordError";
    pub(in crate::owa) const KMSI: &str = "#KmsiCheckboxField, #KmsiDescription";
    pub(in crate::owa) const TILES: &str = "#tilesHolder";
    pub(in crate::owa) const OTHER_TILE: &str = "#otherTile";
    pub(in crate::owa) const MFA: &str = "#idDiv_SAOTCAS_Title, #idDiv_SAOTCAS_Description, #idDiv_SAOTCS_Proofs, \
         #idTxtBx_SAOTCC_OTC, #idRichContext_DisplaySign, #idRemoteNGC_DisplaySign, #displaySign";
    pub(in crate::owa) const MFA_REFUSED: &str = "#idDiv_SAASDS_Title, #idDiv_SAASTO_Title";
    pub(in crate::owa) const PROOF_UP: &str = "#idSubmit_ProofUp_Redirect, #skipMfaRegistrationLink";
    pub(in crate::owa) const NEW_PASSWORD: &str = "#newPassword, #confirmNewPassword";
    pub(in crate::owa) const CONSENT: &str = "#idBtn_Accept";
    pub(in crate::owa) const FEDERATED: &str = "#userNameInput, #passwordInput";
    pub(in crate::owa) const OWA: &str =
        "#app, #loadingScreen, #MailList, [data-app-section=\"MessageList\"], [role=\"listbox\"]";
    /// All of them, for the script.
    pub(super) const ALL: [&str; 15] = [
        EMAIL,
        PASSWORD,
        SUBMIT,
        EMAIL_ERROR,
        PASSWORD_ERROR,
        KMSI,
        TILES,
        OTHER_TILE,
        MFA,
        MFA_REFUSED,
        PROOF_UP,
        NEW_PASSWORD,
        CONSENT,
        FEDERATED,
        OWA,
    ];
}

/// What a page shows.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::owa) struct Snapshot {
    pub(super) url: String,
    pub(super) title: String,
    /// `PageID` or `pgid`.
    pub(super) page_id: Option<String>,
    /// `sErrorCode`.
    pub(super) error_code: Option<String>,
    /// Numbers behind `AADSTS` in the visible text.
    pub(super) aadsts: Vec<u32>,
    /// Which of `element::ALL` are visible.
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
    /// Takes it.
    pub(in crate::owa) async fn take(page: &Page) -> Result<Self, BrowserError> {
        let selectors = serde_json::to_string(&element::ALL).expect("texts serialise");
        page.eval(&include_str!("snapshot.js").replace("SELECTORS", &selectors)).await
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
