//! What differs between installations of Outlook on the web, as data: hosts, paths, selectors, the names of
//! cookies and headers, the versions of contracts. Another installation is another value beside `global`.

mod global;
mod national;

pub(super) use global::GLOBAL;

use super::prompt::Method;
use super::remote::{INBOX, RemoteFolder};
use crate::model::Cloud;
use serde::Serialize;
use url::Url;

/// One kind of installation.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) hosts: BrowserHosts,
    pub(super) paths: Paths,
    pub(super) elements: Elements,
    /// The ways of a second factor that can be answered, and their items in the list of those that are
    /// offered.
    pub(super) methods: &'static [(Method, &'static str)],
    pub(super) list: MailList,
    pub(super) cookies: Cookies,
    pub(super) headers: Headers,
    pub(super) versions: Versions,
}

/// The hosts that a browser needs.
#[derive(Debug)]
pub(super) struct BrowserHosts {
    /// Where mail is.
    pub(super) mail: &'static [&'static str],
    /// Of the sign-in pages.
    pub(super) sign_in: &'static [&'static str],
    /// Of the page's scripts.
    pub(super) assets: &'static [&'static str],
}

/// Parts of addresses.
#[derive(Debug)]
pub(super) struct Paths {
    /// A folder's page is below it.
    pub(super) mail: &'static str,
    /// Ends the path of the service, in lower case.
    pub(super) service: &'static str,
    /// Ends the paths of startup data, in lower case.
    pub(super) startup: &'static str,
    /// In the address of the page that a server sends a browser to where it cannot show the mailbox.
    pub(super) error: &'static str,
    /// In the address of the page for old browsers.
    pub(super) light: &'static str,
    /// Patterns of what the browser is asked to keep: calls of the service, and startup data. A pattern tells
    /// letter case apart: letters of either are left out.
    pub(super) captured: &'static [&'static str],
}

/// Selectors of elements whose being visible tells a page. A page carries hidden templates of others, so
/// presence says nothing.
#[derive(Debug, Serialize)]
pub(super) struct Elements {
    pub(super) email: &'static str,
    pub(super) password: &'static str,
    pub(super) submit: &'static str,
    pub(super) email_error: &'static str,
    pub(super) password_error: &'static str,
    /// Leads to the password from what is asked for in its place, such as a passkey.
    pub(super) to_password: &'static str,
    /// "Stay signed in?"
    pub(super) kmsi: &'static str,
    /// "Are you trying to sign in to …?"
    pub(super) app_confirm: &'static str,
    /// The accounts that a sign-in page knows.
    pub(super) tiles: &'static str,
    pub(super) other_tile: &'static str,
    /// Wants the sign-in approved on the telephone.
    pub(super) approve: &'static str,
    /// The number to match on the telephone.
    pub(super) number: &'static str,
    /// Wants a one-time code.
    pub(super) code: &'static str,
    pub(super) code_submit: &'static str,
    pub(super) code_error: &'static str,
    /// Offers ways to prove who signs in.
    pub(super) proofs: &'static str,
    pub(super) mfa_refused: &'static str,
    /// Leads to the registration of a second factor.
    pub(super) proof_up: &'static str,
    pub(super) new_password: &'static str,
    pub(super) consent: &'static str,
    /// On an organisation's own sign-in page.
    pub(super) federated: &'static str,
    pub(super) outlook: &'static str,
    /// Holds Outlook's page whole; its text is mail.
    pub(super) app: &'static str,
}

/// Selectors and attributes of the list of mail and of the folder pane.
#[derive(Debug, Serialize)]
pub(super) struct MailList {
    /// Its being there says that there is a list.
    pub(super) frame: &'static str,
    pub(super) row: &'static str,
    /// The header of a group of rows; within a row it is something else.
    pub(super) group: &'static str,
    /// The page is still on its way.
    pub(super) loading: &'static str,
    /// The attribute of a row that names its conversation.
    pub(super) conversation: &'static str,
    /// The folder pane.
    pub(super) pane: &'static str,
    /// The attribute of its items that has the folder's name in lower case.
    pub(super) folder: &'static str,
}

/// Names of cookies.
#[derive(Debug)]
pub(super) struct Cookies {
    /// Each says that the password was accepted.
    pub(super) signed_in: &'static [&'static str],
    /// The session ends with it.
    pub(super) persistent: &'static str,
    /// What calls repeat in a header; scripts may read it.
    pub(super) canary: &'static str,
}

/// Names of request headers, in lower case.
#[derive(Debug)]
pub(super) struct Headers {
    /// A request with one of them is signed in.
    pub(super) signs_in: &'static [&'static str],
    /// What belongs to the session, not to the one request.
    pub(super) of_session: &'static [&'static str],
    /// Names the mailbox, as the server is to find it.
    pub(super) anchor: &'static str,
    /// Names another mailbox, which who is signed in may open.
    pub(super) explicit: &'static str,
    /// Names the call.
    pub(super) action: &'static str,
    /// Repeats a cookie.
    pub(super) canary: &'static str,
    /// Carries the request's JSON, percent-encoded.
    pub(super) posted: &'static str,
}

/// The versions of the service's contracts that calls ask for.
#[derive(Debug)]
pub(super) struct Versions {
    /// Of lists and folders.
    pub(super) lists: &'static str,
    /// Of whole items.
    pub(super) items: &'static str,
}

impl Profile {
    /// That of a cloud.
    pub(super) fn of(cloud: Cloud) -> &'static Self {
        match cloud {
            Cloud::Global => &GLOBAL,
            Cloud::UsGov => &national::US_GOV,
            Cloud::UsGovDod => &national::US_GOV_DOD,
            Cloud::China => &national::CHINA,
        }
    }

    /// Where it begins: the list of mail at the first of its hosts.
    pub(super) fn start(&self) -> Url {
        Url::parse(&format!("https://{}{}", self.hosts.mail[0], self.paths.mail)).expect("constant parts")
    }
}

impl BrowserHosts {
    /// Every host that a browser must be able to reach.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static str> {
        [self.mail, self.sign_in, self.assets].into_iter().flatten().copied()
    }

    /// Whether the address is Outlook's own, where mail is.
    pub(super) fn is_mail(&self, url: &Url) -> bool {
        url.host_str().is_some_and(|host| self.mail.contains(&host))
    }

    /// Whether the address is that of a sign-in page.
    pub(super) fn is_sign_in(&self, url: &Url) -> bool {
        url.host_str().is_some_and(|host| self.sign_in.contains(&host))
    }
}

impl Paths {
    /// The page of a standard folder, such as `https://<origin>/mail/inbox`; `None` for the others, whose
    /// addresses are not known.
    pub(super) fn folder_page(&self, origin: &Url, folder: &RemoteFolder) -> Option<Url> {
        let RemoteFolder::Standard(word) = folder else { return None };
        origin.join(self.mail).and_then(|mail| mail.join(word)).ok()
    }

    /// The folder that a page of mail shows: the one its address names, else the inbox.
    pub(super) fn folder_at(page: &Url) -> RemoteFolder {
        page.path_segments().into_iter().flatten().find_map(RemoteFolder::standard).unwrap_or(INBOX)
    }
}

impl MailList {
    /// The folder pane's item, as a selector.
    pub(super) fn folder_item(&self, name: &str) -> String {
        let quoted: String = name
            .to_lowercase()
            .chars()
            .flat_map(|c| match c {
                '"' | '\\' => vec!['\\', c],
                // Neither a string of CSS nor a name goes over a line.
                c if c.is_control() => Vec::new(),
                c => vec![c],
            })
            .collect();
        format!(r#"{} [{}="{quoted}"]"#, self.pane, self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_host_names_count() {
        let mail = |url: &str| GLOBAL.hosts.is_mail(&Url::parse(url).expect("a url"));
        assert!(mail("https://outlook.cloud.microsoft/mail/"));
        assert!(!mail("https://outlook.cloud.microsoft.evil.example/mail/"));
        assert!(!mail("https://login.microsoftonline.com/?next=outlook.office.com"));
    }

    #[test]
    fn each_cloud_begins_and_signs_in_at_hosts_of_its_own() {
        for cloud in Cloud::ALL {
            let (profile, url) = (Profile::of(cloud), |text| Url::parse(text).expect("a url"));
            assert!(profile.hosts.is_mail(&profile.start()), "{cloud:?}");
            assert!(profile.hosts.is_sign_in(&url(cloud.sign_in())), "{cloud:?}");
            // Mail of one is nobody's in another.
            for other in Cloud::ALL.into_iter().filter(|other| *other != cloud) {
                assert!(!profile.hosts.is_mail(&Profile::of(other).start()), "{cloud:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_page_tells_its_folder() {
        let origin = Url::parse("https://outlook.cloud.microsoft/").expect("a url");
        for folder in
            ["inbox", "sentitems", "archive"].map(|word| RemoteFolder::standard(word).expect("a word"))
        {
            let page = GLOBAL.paths.folder_page(&origin, &folder).expect("a page");
            assert_eq!(Paths::folder_at(&page), folder);
        }
        let at = |path: &str| Paths::folder_at(&origin.join(path).expect("a page"));
        assert_eq!(at("/mail/"), INBOX);
        assert_eq!(at("/mail/sentitems/id/AAQk%3D").id(), "sentitems");
        assert_eq!(at("/mail/AAMk%3D?from=sentitems"), INBOX);
        let own = RemoteFolder::Own("AAMk=".to_owned());
        assert_eq!(GLOBAL.paths.folder_page(&origin, &own), None);
    }

    #[test]
    fn a_name_stays_a_text_in_the_selector() {
        let item = |name: &str| GLOBAL.list.folder_item(name);
        assert_eq!(item("Gesendete Elemente"), r#"[role="tree"] [data-folder-name="gesendete elemente"]"#);
        assert_eq!(item("Отправленные"), r#"[role="tree"] [data-folder-name="отправленные"]"#);
        assert_eq!(item("a\"]\n\\x"), r#"[role="tree"] [data-folder-name="a\"]\\x"]"#);
    }
}
