//! Outlook on the web of national clouds: the same program at hosts of their own. The US government's are Microsoft's
//! lists of what has to be reached ("Microsoft 365 U.S. Government GCC High endpoints", "… `DoD` endpoints",
//! learn.microsoft.com); those of China are reported only. Nobody has signed in to any of them with this program.

use super::global::BASE;
use super::{BrowserHosts, Profile};

pub(in crate::owa) static US_GOV: Profile =
    Profile { hosts: BrowserHosts { mail: &["outlook.office365.us"], ..OF_US_GOV }, ..BASE };

pub(in crate::owa) static US_GOV_DOD: Profile = Profile {
    hosts: BrowserHosts { mail: &["webmail.apps.mil", "outlook-dod.office365.us"], ..OF_US_GOV },
    ..BASE
};

const OF_US_GOV: BrowserHosts = BrowserHosts {
    mail: &[],
    sign_in: &["login.microsoftonline.us"],
    assets: &[
        ".msauth.net",
        ".msftauth.net",
        ".msauthimages.us",
        ".msftauthimages.us",
        ".cdn.office.net",
        ".usgovcloud-static.microsoft",
    ],
};

pub(in crate::owa) static CHINA: Profile = Profile {
    hosts: BrowserHosts {
        mail: &["partner.outlook.cn"],
        sign_in: &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
        assets: &[
            ".partner.outlook.cn",
            ".msauth.cn",
            ".msftauth.cn",
            ".msauthimages.cn",
            ".msftauthimages.cn",
            ".cdn.office.net",
        ],
    },
    ..BASE
};
