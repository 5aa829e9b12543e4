//! What cannot be taken back, for owners, who have no password here; and the way back to the CRM.

use super::*;
use outlook_syncd::model::{Actor, Visitor};
use outlook_syncd::secret::ExposeSecret;
use reqwest::StatusCode;

const NEXT: &str = "__Host-outlook-syncd-next";
const SETTINGS: &str = "https://crm.example.test/settings";

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_came_long_ago_fetches_a_new_link_and_comes_back_to_where_they_were() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let visitor = Visitor::owner("u1", Some(SETTINGS.to_owned()));
    let tired = Guest::signed_in(&stage, visitor.clone(), TimeDelta::minutes(6)).await;
    let wanted = format!("/ui/accounts/{id}/disconnect");
    let sent = tired.get(&wanted).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let how = tired.get(sent.header("location")).await;
    for said in ["cannot be taken back", "You need a new link", SETTINGS] {
        assert!(how.text.contains(said), "{said}: {}", how.text);
    }
    for not in ["name=\"password\"", "sudo ", "<code>"] {
        assert!(!how.text.contains(not), "an owner has no use for {not}: {}", how.text);
    }
    let kept = done::set(&how, NEXT).unwrap();
    for (owner, place) in [("u1", wanted.as_str()), ("u2", "/ui")] {
        let link = stage.app.desk.owner_link(&Actor::command_line(), Some(owner), None).await.unwrap().0;
        let tired = Guest::signed_in(&stage, visitor.clone(), TimeDelta::minutes(6)).await;
        let browser = Guest::with(&stage, format!("{}; {kept}", tired.cookie));
        let welcome = browser.post("/ui/link", &[("k", link.expose_secret())]).await;
        assert_eq!((welcome.status, welcome.header("location")), (StatusCode::SEE_OTHER, place), "{owner}");
        assert_eq!(done::set(&welcome, NEXT), Some(format!("{NEXT}=")), "it is gone");
        let fresh = Guest::with(&stage, done::set(&welcome, "__Host-outlook-syncd").unwrap());
        let page = fresh.get(&wanted).await;
        assert_eq!(page.text.contains("This destroys"), owner == "u1", "{}", page.text);
    }
    // Only a page of ours is one to go on to.
    for wrong in ["https://evil.example.test/", "//evil.example.test/ui", "/v1/accounts"] {
        let link = stage.app.desk.owner_link(&Actor::command_line(), Some("u1"), None).await.unwrap().0;
        let browser = Guest::with(&stage, format!("{NEXT}={wrong}"));
        let welcome = browser.post("/ui/link", &[("k", link.expose_secret())]).await;
        assert_eq!(welcome.header("location"), "/ui", "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_leads_back_to_the_page_of_the_crm_while_its_origin_is_listed() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let back = |page: &str| {
        page.contains(&format!("href=\"{SETTINGS}\"")) && page.contains("<bdi>crm.example.test</bdi>")
    };
    for (return_to, is_led_back) in
        [(SETTINGS, true), ("https://evil.example.test/settings", false), ("javascript:alert(1)", false)]
    {
        let visitor = Visitor::owner("u1", Some(return_to.to_owned()));
        let owner = Guest::signed_in(&stage, visitor, TimeDelta::zero()).await;
        for path in ["/ui", "/ui/connect", "/ui/settle", "/ui/sessions", &format!("/ui/accounts/{id}")] {
            let page = owner.get(path).await.text;
            assert_eq!(back(&page), is_led_back, "{path} {return_to}");
            assert!(is_led_back || !page.contains(return_to), "{path} {return_to}");
        }
    }
    let none = Guest::owner(&stage, "u1").await.get("/ui").await.text;
    assert!(!none.contains("Back to"), "{none}");
}
