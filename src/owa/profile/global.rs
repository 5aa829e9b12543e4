//! Microsoft 365. What is marked so is reported by working clients only; the rest is certain.

use super::{BrowserHosts, Cookies, Elements, Headers, MailList, Paths, Profile, Versions};
use crate::owa::prompt::Method;

pub(in crate::owa) static GLOBAL: Profile = BASE;

/// What those of national clouds are made of too.
pub(super) const BASE: Profile = Profile {
    hosts: BrowserHosts {
        mail: &["outlook.office.com", "outlook.office365.com", "outlook.cloud.microsoft"],
        sign_in: &[
            "login.microsoftonline.com",
            "aadcdn.msauth.net",
            "aadcdn.msftauth.net",
            // Images of a company's branding.
            "aadcdn.msauthimages.net",
            // Passed through; reported only.
            "login.microsoft.com",
            "autologon.microsoftazuread-sso.com",
        ],
        assets: &[
            "res.cdn.office.net",
            // Reported only.
            "res.public.onecdn.static.microsoft",
            "res-1.cdn.office.net",
        ],
    },
    paths: Paths {
        mail: "/mail/",
        service: "service.svc",
        startup: "data.ashx",
        error: "/errorfe.aspx",
        light: "layout=light",
        captured: &["*ervice.svc\\?*", "*tartup?ata.ashx*", "*ession?ata.ashx*"],
    },
    elements: Elements {
        email: "#i0116",
        password: "#i0118",
        submit: "#idSIButton9",
        email_error: "#usernameError",
        password_error: "#passwordError",
        to_password: "#idA_PWD_SwitchToPassword",
        app_confirm: "#appConfirmTitle, #appConfirmDescription",
        kmsi: "#KmsiCheckboxField, #KmsiDescription",
        tiles: "#tilesHolder",
        other_tile: "#otherTile",
        approve: "#idDiv_SAOTCAS_Title, #idDiv_SAOTCAS_Description, #idRichContext_DisplaySign, \
                  #idRemoteNGC_DisplaySign, #displaySign",
        number: "#idRichContext_DisplaySign, #idRemoteNGC_DisplaySign, #displaySign",
        code: "#idTxtBx_SAOTCC_OTC",
        code_submit: "#idSubmit_SAOTCC_Continue",
        code_error: "#idSpan_SAOTCC_Error_OTC",
        proofs: "#idDiv_SAOTCS_Proofs",
        mfa_refused: "#idDiv_SAASDS_Title, #idDiv_SAASTO_Title",
        proof_up: "#idSubmit_ProofUp_Redirect, #skipMfaRegistrationLink",
        new_password: "#newPassword, #confirmNewPassword",
        consent: "#idBtn_Accept",
        federated: "#userNameInput, #passwordInput",
        outlook: r#"#app, #loadingScreen, #MailList, [data-app-section="MessageList"], [role="listbox"]"#,
        app: "#app",
    },
    methods: &[
        (Method::Approval, r#"#idDiv_SAOTCS_Proofs [data-value="PhoneAppNotification"]"#),
        (Method::AppCode, r#"#idDiv_SAOTCS_Proofs [data-value="PhoneAppOTP"]"#),
        (Method::TextMessage, r#"#idDiv_SAOTCS_Proofs [data-value="OneWaySMS"]"#),
        (Method::Call, r#"#idDiv_SAOTCS_Proofs [data-value="TwoWayVoiceMobile"]"#),
    ],
    list: MailList {
        frame: r#"[role="listbox"], [role="option"][data-convid]"#,
        row: r#"[role="option"][data-convid], [role="listbox"] [role="option"][id]"#,
        group: r#"[role="heading"], button"#,
        loading: r#"#loadingScreen, #loadingLogo, [role="listbox"] [role="progressbar"]"#,
        conversation: "data-convid",
        pane: r#"[role="tree"]"#,
        folder: "data-folder-name",
    },
    cookies: Cookies {
        signed_in: &["ESTSAUTH", "ESTSAUTHPERSISTENT"],
        persistent: "ESTSAUTHPERSISTENT",
        canary: "X-OWA-CANARY",
    },
    headers: Headers {
        signs_in: &["authorization", "x-owa-canary"],
        of_session: &[
            "authorization",
            "x-anchormailbox",
            "x-owa-canary",
            "prefer",
            "x-req-source",
            "x-client-version",
            "x-owa-hosted-ux",
            "x-owa-sessionid",
            "x-routingparameter-sessionkey",
            "x-owa-clientbuildversion",
        ],
        anchor: "x-anchormailbox",
        explicit: "x-owa-explicitlogonuser",
        action: "action",
        canary: "x-owa-canary",
        posted: "x-owa-urlpostdata",
    },
    versions: Versions { lists: "V2018_01_08", items: "V2017_08_18" },
};
