//! What was done is said once, and no address says it.

use super::*;
use crate::stage::Answer;
use reqwest::StatusCode;

const DONE: &str = "__Host-outlook-syncd-done";

/// The cookie of this name that an answer sets, as a browser sends it back; empty where it is taken away.
pub(super) fn set(answer: &Answer, name: &str) -> Option<String> {
    let all = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let cookie = all.rev().find(|cookie| cookie.starts_with(&format!("{name}=")))?;
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    Some(cookie.split(';').next().unwrap().to_owned())
}

/// The same guest, whose browser keeps what an answer has set to say what was done.
pub(super) fn after<'a>(stage: &'a Stage, guest: &Guest<'_>, answer: &Answer) -> Guest<'a> {
    Guest::with(stage, format!("{}; {}", guest.cookie, set(answer, DONE).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_said_once_and_by_no_link() {
    let stage = stage(false).await;
    let id = account(&stage, "u1").await;
    let owner = Guest::owner(&stage, "u1").await;
    let place = format!("/ui/accounts/{id}");
    for (path, said) in [("sync", "It is due now"), ("pause", "It is paused"), ("resume", "It is read again")]
    {
        let done = owner.post(&format!("{place}/{path}"), &[]).await;
        assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, place.as_str()));
        let after = after(&stage, &owner, &done);
        // What the page asks for by itself takes nothing away.
        assert_eq!(set(&after.get(&format!("{place}/live")).await, DONE), None);
        let shown = after.get(&place).await;
        assert!(shown.text.contains(said), "{}", shown.text);
        assert_eq!(set(&shown, DONE), Some(format!("{DONE}=")), "it is taken away");
        assert!(!owner.get(&place).await.text.contains(said), "it was said");
    }
    for link in
        [format!("{place}?done=sync"), format!("{place}?done=resume"), "/ui/tokens?done=revoked".into()]
    {
        let shown = Guest::operator(&stage).await.get(&link).await;
        assert!(!shown.text.contains("It is due now") && !shown.text.contains("It is re"), "{}", shown.text);
    }
    let made_up = Guest::with(&stage, format!("{}; {DONE}=<b>", owner.cookie));
    let shown = made_up.get(&place).await.text;
    let (none, echo) = (!shown.contains("class=\"notice\" role=\"status\""), shown.contains("&#60;b&#62;"));
    assert!(none && !echo, "one word of a list, and of nothing else is anything said: {shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_look_is_chosen_on_a_page_that_an_address_shows_and_the_answer_to_a_form_says_which() {
    let stage = stage(false).await;
    let owner = Guest::owner(&stage, "u1").await;
    let id = account(&stage, "u1").await;
    let operator = Guest::operator(&stage).await;
    let next = |page: &Answer| {
        let (_, rest) = page.text.split_once("name=\"next\" value=\"")?;
        Some(rest.split('"').next().unwrap().to_owned())
    };
    // Nothing was begun: the page stands where it was asked, with what was typed but for the password.
    let again =
        [("user", " "), ("account", id.as_str()), ("login", "ada@example.test"), ("password", "canary")];
    let refused = operator.post("/ui/connect/password", &again).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(next(&refused), Some(format!("/ui/connect?account={id}")));
    let kept = format!("name=\"account\" value=\"{id}\"");
    for said in ["Connect again", kept.as_str(), "value=\"ada@example.test\""] {
        assert!(refused.text.contains(said) && !refused.text.contains("canary"), "{said}: {}", refused.text);
    }
    // What another's account is, nobody learns so.
    let foreign = account(&stage, "u2").await;
    let other = [("account", foreign.as_str()), ("login", "ada@example.test"), ("password", "x")];
    let shown = owner.post("/ui/connect/password", &other).await;
    assert!(!shown.text.contains("u2@example.test"), "{}", shown.text);
    let wrong =
        operator.post("/ui/sign-in", &[("name", "x"), ("password", "y"), ("next", "/ui/doctor")]).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let (_, theme) = wrong.text.split_once("action=\"/ui/theme\"").unwrap();
    assert!(theme.contains("value=\"/ui/sign-in?next=%2Fui%2Fdoctor\""), "{theme}");
    // What no address shows has no such form.
    let over = owner.post("/ui/link", &[("k", "made up")]).await;
    let lost = owner.post(&format!("/ui/accounts/{foreign}/sync"), &[]).await;
    for page in [over, lost] {
        assert!(!page.text.contains("/ui/theme"), "{}", page.text);
    }
}
