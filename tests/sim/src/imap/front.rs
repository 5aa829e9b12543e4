//! What the two front ends say of themselves (MailKit#2016, and logs of many clients before it).

use super::settings::{Front, Quirk, Settings};

pub(super) fn greeting(front: Front) -> &'static str {
    match front {
        Front::Old => {
            "OK The Microsoft Exchange IMAP4 service is ready. [UwBJAE0AMQBQADEAMAAxAEMAQQAwADAAMAAxAA==]"
        }
        Front::New => {
            "OK Microsoft Exchange IMAP4 service ready. 5e1f0000-0000-4000-8000-000000000993 (tcpproxy/1.0 BACKENDAUTHENTICATE) [UwBJAE0A]"
        }
    }
}

/// The line of CAPABILITY, before and after the sign-in.
pub(super) fn capabilities(settings: &Settings, signed_in: bool) -> String {
    let before = match (settings.front, settings.passwords) {
        (Front::Old, _) => {
            "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
        }
        (Front::New, true) => {
            "IMAP4 IMAP4rev1 AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
        }
        (Front::New, false) => {
            "IMAP4 IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+"
        }
    };
    let after = if signed_in {
        " MOVE CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE"
    } else {
        ""
    };
    let rev2 = if signed_in && settings.has(Quirk::Rev2) { " ENABLE IMAP4rev2" } else { "" };
    let offered = format!("CAPABILITY {before}{after}{rev2}");
    if settings.has(Quirk::TwoSteps) { offered.replace(" SASL-IR", "") } else { offered }
}
