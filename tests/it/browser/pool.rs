//! When browsers are replaced and closed.

use super::site::Site;
use super::{context, cookies_sent, page_at, processes};
use outlook_syncd::browser::Browser;
use outlook_syncd::clock::Clock;
use std::time::Duration;

#[tokio::test]
async fn worn_browsers_are_replaced_when_their_contexts_are_done() {
    let site = Site::new().await;
    let mut settings = site.settings();
    settings.recycle_jobs = 1;
    let browser = Browser::new(settings, Clock::System);
    let first = context(&browser).await;
    let page = page_at(&first, "/").await;
    let old = browser.process_id().unwrap();
    let second = context(&browser).await;
    assert_ne!(browser.process_id().unwrap(), old);
    assert_eq!(page.eval::<u8>("1").await.unwrap(), 1, "the old one serves its context to the end");
    drop(page);
    first.close().await;
    processes::gone(old).await;
    drop(second);
    browser.shutdown().await;
}

#[tokio::test]
async fn age_and_memory_wear_a_browser_out() {
    let site = Site::new().await;
    let clock = Clock::manual(chrono::DateTime::UNIX_EPOCH);
    let mut settings = site.settings();
    settings.recycle_age = Duration::from_mins(1);
    settings.idle = Duration::from_secs(100_000);
    let browser = Browser::new(settings.clone(), clock.clone());
    context(&browser).await.close().await;
    let old = browser.process_id().unwrap();
    context(&browser).await.close().await;
    assert_eq!(browser.process_id(), Some(old), "one browser serves many");
    clock.advance(chrono::TimeDelta::seconds(60));
    context(&browser).await.close().await;
    assert_ne!(browser.process_id(), Some(old));
    browser.shutdown().await;
    settings.recycle_memory_mb = 50;
    let browser = Browser::new(settings, clock);
    context(&browser).await.close().await;
    let old = browser.process_id().unwrap();
    context(&browser).await.close().await;
    assert_ne!(browser.process_id(), Some(old), "no Chromium fits in 50 MB");
    browser.shutdown().await;
}

#[tokio::test]
async fn an_idle_browser_is_closed() {
    let site = Site::new().await;
    let clock = Clock::manual(chrono::DateTime::UNIX_EPOCH);
    let browser = Browser::new(site.settings(), clock.clone());
    let open = context(&browser).await;
    let group = browser.process_id().unwrap();
    clock.advance(chrono::TimeDelta::seconds(1000));
    assert_eq!(cookies_sent(&open).await, "", "not while a context is open");
    open.close().await;
    while browser.process_id().is_some() {
        clock.advance(chrono::TimeDelta::seconds(300));
        tokio::task::yield_now().await;
    }
    processes::gone(group).await;
    assert_eq!(cookies_sent(&context(&browser).await).await, "", "and launched again on need");
    browser.shutdown().await;
}
