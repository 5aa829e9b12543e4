//! Cookies stay in their context, and survive being kept.

use super::site::Site;
use super::{context, cookie, cookies_sent, page_at, with_cookies};
use outlook_syncd::browser::{Cookie, SameSite};

#[tokio::test]
async fn cookies_are_isolated_per_context() {
    let site = Site::new().await;
    let browser = site.browser();
    let (one, two) = (
        with_cookies(&browser, vec![cookie("sid", "one")]).await,
        with_cookies(&browser, vec![cookie("sid", "two")]).await,
    );
    let none = context(&browser).await;
    assert_eq!(cookies_sent(&one).await, "sid=one");
    assert_eq!(cookies_sent(&two).await, "sid=two");
    assert_eq!(cookies_sent(&none).await, "");
    browser.shutdown().await;
}

#[tokio::test]
async fn cookies_come_back_as_they_went() {
    let site = Site::new().await;
    let browser = site.browser();
    let mut domain_wide = cookie("wide", "w");
    domain_wide.domain = ".mail.test".into();
    let mut of_session = cookie("__Host-session", "s");
    (of_session.expires, of_session.same_site) = (None, Some(SameSite::None));
    let given = vec![cookie("plain", "p"), domain_wide, of_session];
    let first = with_cookies(&browser, given.clone()).await;
    page_at(&first, "/sign-in").await;
    let kept = first.cookies().await.unwrap();
    first.close().await;
    for cookie in &given {
        assert!(kept.contains(cookie), "{cookie:?} is unchanged");
    }
    assert!(kept.iter().any(|cookie| cookie.name == "server" && cookie.expires.is_none()));
    let again = with_cookies(&browser, kept.clone()).await;
    let sorted = |mut list: Vec<Cookie>| {
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list
    };
    assert_eq!(sorted(again.cookies().await.unwrap()), sorted(kept));
    browser.shutdown().await;
}
