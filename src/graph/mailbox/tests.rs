//! A link that the server gives carries our token wherever it leads.

use super::*;
use crate::graph::Graph;
use crate::model::AccountId;
use crate::net;
use crate::secret::secret;

#[test]
fn a_link_that_leads_elsewhere_is_not_followed() {
    let graph = Graph::new("https://graph.example.test", net::client().build().unwrap(), Clock::System);
    let mailbox = graph.mailbox(&AccountId::from("a-1".to_owned()), secret("canary".to_owned()));
    for link in [
        "https://evil.example.test/v1.0/me/contacts",
        "http://graph.example.test/v1.0/me/contacts",
        "https://graph.example.test:8443/v1.0/me/contacts",
        "https://graph.example.test.evil.test/v1.0/me/contacts",
        "https://graph.example.test@evil.example.test/v1.0/me/contacts",
        "https://evil@graph.example.test/v1.0/me/contacts",
        "//evil.example.test/v1.0/me/contacts",
        "/v1.0/me/contacts",
        "",
    ] {
        assert!(matches!(mailbox.link(link), Err(GraphError::ForeignLink)), "{link}");
    }
    let own = "https://graph.example.test/v1.0/me/contactFolders/x/contacts?$skiptoken=a%2Fb";
    assert_eq!(mailbox.link(own).unwrap().as_str(), own);
}
