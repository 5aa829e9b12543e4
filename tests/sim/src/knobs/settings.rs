//! Every variant that an account may have.

use serde::{Deserialize, Serialize};

use super::variants::{
    Canary, Fetch, FolderPane, KeyOrder, Look, PageIds, Rows, ServicePath, SignIn, Titles, View, Weight,
};
use crate::{graph, identity, imap};

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
    /// Variants at Graph.
    pub graph: graph::Settings,
    /// Variants at IMAP.
    pub imap: imap::Settings,
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
            graph: graph::Settings::default(),
            imap: imap::Settings::default(),
        }
    }
}
