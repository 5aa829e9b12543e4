//! Microsoft's clouds: everybody's, and those of some states, each with hosts of its own.

words! {
    /// A cloud, each with registrations, people and tokens of its own ("Microsoft Graph national cloud deployments",
    /// learn.microsoft.com/graph/deployments).
    pub enum Cloud {
        /// Everybody's, that of the US government's GCC too.
        Global = "global",
        /// The US government's GCC High (L4).
        UsGov = "us_gov",
        /// The US Department of Defense's (L5).
        UsGovDod = "us_gov_dod",
        /// China's, operated by 21Vianet.
        China = "china",
    }
}

impl Cloud {
    /// Where people sign in. China's has an older name too; this one is what MSAL asks
    /// (AzureAD/microsoft-authentication-library-for-js, AuthorityMetadata.ts).
    #[must_use]
    pub const fn sign_in(self) -> &'static str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsGov | Self::UsGovDod => "https://login.microsoftonline.us",
            Self::China => "https://login.partner.microsoftonline.cn",
        }
    }

    /// Where Graph is, and the prefix of its scopes ("Microsoft Graph service root endpoints", the same page).
    #[must_use]
    pub const fn graph(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com",
            Self::UsGov => "https://graph.microsoft.us",
            Self::UsGovDod => "https://dod-graph.microsoft.us",
            Self::China => "https://microsoftgraph.chinacloudapi.cn",
        }
    }

    /// The prefix of the scopes of IMAP and SMTP. Those of national clouds are what other programs ask for there.
    #[must_use]
    pub const fn outlook(self) -> &'static str {
        match self {
            Self::Global => "https://outlook.office.com",
            Self::UsGov => "https://outlook.office365.us",
            Self::UsGovDod => "https://outlook-dod.office365.us",
            Self::China => "https://partner.outlook.cn",
        }
    }

    /// The host of IMAP: `outlook.office365.com` for work and personal accounts alike ("POP, IMAP, and SMTP settings",
    /// support.microsoft.com); in national clouds Exchange Online's one host.
    #[must_use]
    pub const fn imap(self) -> &'static str {
        match self {
            Self::Global => "outlook.office365.com",
            Self::UsGov => "outlook.office365.us",
            Self::UsGovDod => "outlook-dod.office365.us",
            Self::China => "partner.outlook.cn",
        }
    }
}
