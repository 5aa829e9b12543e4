//! Outlook's addresses, and the hosts that a browser needs for them.

use crate::model::Folder;
use url::Url;

/// Which Outlook on the web it is. The place where an on-premises Exchange, with a host of its own, will stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    /// Microsoft 365.
    Cloud,
}

/// Certain: working clients name them.
const MAIL: [&str; 3] = ["outlook.office.com", "outlook.office365.com", "outlook.cloud.microsoft"];
/// Certain: the sign-in pages name themselves and their two content hosts; images of a company's branding come from
/// the third.
const SIGN_IN: [&str; 4] =
    ["login.microsoftonline.com", "aadcdn.msauth.net", "aadcdn.msftauth.net", "aadcdn.msauthimages.net"];
/// Scripts of the page. The first is certain, the others are reported only.
const ASSETS: [&str; 3] =
    ["res.cdn.office.net", "res.public.onecdn.static.microsoft", "res-1.cdn.office.net"];
/// Where sign-in goes in passing; reported only.
const IN_PASSING: [&str; 2] = ["login.microsoft.com", "autologon.microsoftazuread-sso.com"];

impl Profile {
    /// Every host that a browser must be able to reach.
    pub(super) fn hosts(self) -> impl Iterator<Item = &'static str> {
        match self {
            Self::Cloud => MAIL.into_iter().chain(SIGN_IN).chain(ASSETS).chain(IN_PASSING),
        }
    }

    /// Whether the address is Outlook's own, where mail is.
    pub(super) fn is_mail(self, url: &Url) -> bool {
        match self {
            Self::Cloud => url.host_str().is_some_and(|host| MAIL.contains(&host)),
        }
    }

    /// Whether the address is that of a sign-in page.
    pub(super) fn is_sign_in(self, url: &Url) -> bool {
        match self {
            Self::Cloud => {
                url.host_str().is_some_and(|host| SIGN_IN.contains(&host) || IN_PASSING.contains(&host))
            }
        }
    }
}

/// The page of a folder, `https://<origin>/mail/<folder>`.
pub(super) fn folder_page(origin: &Url, folder: Folder) -> Option<Url> {
    origin.join("/mail/").and_then(|mail| mail.join(folder.as_str())).ok()
}

/// The folder that a page of mail shows: the one its address names, else the inbox.
pub(super) fn folder_at(page: &Url) -> Folder {
    page.path_segments().into_iter().flatten().find_map(Folder::parse).unwrap_or(Folder::Inbox)
}

/// Scheme, host and port of an address, as an address.
pub(super) fn origin(url: &Url) -> Option<Url> {
    Url::parse(&url.origin().ascii_serialization()).ok()
}

/// What the browser is asked to keep: the answers that carry mail or name the mailbox.
pub(super) const CAPTURE: [&str; 3] =
    ["*/owa/service.svc?*action=Find*", "*/startupdata.ashx*", "*/sessiondata.ashx*"];

/// What the browser need not load where nobody looks at the page: its pictures and fonts.
pub(super) const UNSEEN: [&str; 8] = [
    "*://*:*/*.svg",
    "*://*:*/*.png",
    "*://*:*/*.gif",
    "*://*:*/*.jpg",
    "*://*:*/*.webp",
    "*://*:*/*.ico",
    "*://*:*/*.woff",
    "*://*:*/*.woff2",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_host_names_count() {
        let mail = |url: &str| Profile::Cloud.is_mail(&Url::parse(url).expect("a url"));
        assert!(mail("https://outlook.cloud.microsoft/mail/"));
        assert!(!mail("https://outlook.cloud.microsoft.evil.example/mail/"));
        assert!(!mail("https://login.microsoftonline.com/?next=outlook.office.com"));
    }

    #[test]
    fn a_page_tells_its_folder() {
        let origin = Url::parse("https://outlook.cloud.microsoft/").expect("a url");
        for folder in Folder::ALL {
            assert_eq!(folder_at(&folder_page(&origin, folder).expect("a page")), folder);
        }
        let at = |path: &str| folder_at(&origin.join(path).expect("a page"));
        assert_eq!(at("/mail/"), Folder::Inbox);
        assert_eq!(at("/mail/sentitems/id/AAQk%3D"), Folder::SentItems);
        assert_eq!(at("/mail/AAMk%3D?from=sentitems"), Folder::Inbox);
    }
}
