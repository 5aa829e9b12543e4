//! The host names that the simulator answers for, and the URLs that lead from one to the other.

/// Sign-in pages, authorize and token endpoints.
pub(crate) const LOGIN: &str = "login.microsoftonline.com";
/// Microsoft Graph.
pub(crate) const GRAPH: &str = "graph.microsoft.com";
/// Short addresses of the page where the code of a device is typed in.
pub(crate) const SHORT: [&str; 2] = ["microsoft.com", "www.microsoft.com"];
/// Scripts and styles of the page.
pub(crate) const CDN: &str = "res.cdn.office.net";
/// Pictures in mail that tell their sender who reads it.
pub(crate) const PICTURES: &str = "img.papermoon-sim.example";
/// Where the page lives since 2025.
pub(crate) const CLOUD: &str = "outlook.cloud.microsoft";
/// Every host that serves OWA.
pub(crate) const OWA: [&str; 3] = [CLOUD, "outlook.office.com", "outlook.office365.com"];
/// The application id of the One Outlook Web app.
pub(crate) const CLIENT_ID: &str = "9199bf20-a13f-4107-85dc-02114787ef48";

/// Every host name, for the certificate.
pub(crate) fn all() -> Vec<String> {
    OWA.iter().chain(&SHORT).chain(&[LOGIN, CDN, GRAPH, PICTURES]).map(ToString::to_string).collect()
}

/// The interactive sign-in that OWA sends a browser to when it has no session: the answer is posted to
/// `/owa/`.
pub(crate) fn authorize_url(state: &str, nonce: &str) -> String {
    format!(
        "https://{LOGIN}/common/oauth2/v2.0/authorize?client_id={CLIENT_ID}&redirect_uri=https%3A%2F%2F{CLOUD}%2Fowa%2F\
         &response_type=code+id_token&response_mode=form_post&scope=openid+profile&state={state}&nonce={nonce}"
    )
}
