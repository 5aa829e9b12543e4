//! What hangs, crashes or is killed costs what it must and no more.

use super::site::Site;
use super::{context, cookies_sent, page_at, processes, url};
use outlook_syncd::browser::{Browser, BrowserError, ContextWish};
use outlook_syncd::clock::Clock;
use std::time::Duration;

#[tokio::test]
async fn a_hung_page_costs_only_its_call() {
    let site = Site::new().await;
    let mut settings = site.settings();
    settings.call_limit = Duration::from_secs(3);
    let browser = Browser::new(settings, Clock::System);
    let context = context(&browser).await;
    let (hung, other) = (page_at(&context, "/").await, page_at(&context, "/").await);
    let (looped, fine) =
        tokio::join!(hung.eval::<u8>("(() => { while (true) {} })()"), other.eval::<u8>("7"));
    assert!(matches!(looped, Err(BrowserError::Timeout { .. })), "{looped:?}");
    assert_eq!(fine.unwrap(), 7);
    assert_eq!(hung.eval::<u8>("8").await.unwrap(), 8, "the loop was stopped");
    assert!(matches!(other.open(&url("/hang")).await, Err(BrowserError::Timeout { .. })));
    other.open(&url("/")).await.expect("a navigation that hangs does not block the next");
    browser.shutdown().await;
}

#[tokio::test]
async fn a_page_that_says_too_much_at_a_time_costs_only_its_call() {
    let site = Site::new().await;
    let browser = site.browser();
    let context = context(&browser).await;
    let page = page_at(&context, "/").await;
    let large = page.eval::<String>("'x'.repeat(65 << 20)").await.map(|said| said.len());
    assert!(matches!(large, Err(BrowserError::TooLarge)), "{large:?}");
    assert_eq!(page.eval::<String>("'x'.repeat(30 << 20)").await.unwrap().len(), 30 << 20);
    browser.shutdown().await;
}

#[tokio::test]
async fn a_crash_is_noticed_at_once_and_the_browser_lives() {
    let site = Site::new().await;
    let browser = site.browser();
    let context = context(&browser).await;
    let page = page_at(&context, "/").await;
    let before = browser.process_id().unwrap();
    let crash = async {
        assert_eq!(page.eval::<u8>("1").await.unwrap(), 1);
        processes::kill_renderers(before);
    };
    let (hanging, ()) =
        tokio::join!(Clock::limit(Duration::from_secs(3), page.eval::<()>("new Promise(() => {})")), crash);
    assert!(matches!(hanging.expect("within three seconds"), Err(BrowserError::Crashed)));
    let fresh = page_at(&context, "/").await;
    assert_eq!(fresh.eval::<u8>("2").await.unwrap(), 2);
    let next = super::context(&browser).await;
    assert_ne!(browser.process_id().unwrap(), before, "after a crash new contexts get a new browser");
    drop(next);
    browser.shutdown().await;
}

#[tokio::test]
async fn a_killed_browser_fails_calls_at_once_and_is_launched_anew() {
    let site = Site::new().await;
    let browser = site.browser();
    let lost = context(&browser).await;
    let page = page_at(&lost, "/").await;
    let before = browser.process_id().unwrap();
    let kill = async { processes::kill(before) };
    let (pending, ()) =
        tokio::join!(Clock::limit(Duration::from_secs(3), page.eval::<()>("new Promise(() => {})")), kill);
    assert!(matches!(pending.expect("within three seconds"), Err(BrowserError::Lost)));
    assert!(matches!(lost.cookies().await, Err(BrowserError::Lost)));
    let again = context(&browser).await;
    assert_ne!(browser.process_id().unwrap(), before);
    assert_eq!(cookies_sent(&again).await, "");
    browser.shutdown().await;
}

#[tokio::test]
async fn a_missing_chromium_is_named() {
    let site = Site::new().await;
    let mut settings = site.settings();
    settings.executable = "/nowhere/chromium".into();
    let missing =
        Browser::new(settings.clone(), Clock::System).context(ContextWish::default()).await.err().unwrap();
    assert!(
        matches!(&missing, BrowserError::Missing { executable } if executable.as_os_str() == "/nowhere/chromium")
    );
    settings.executable = "/bin/true".into();
    let useless = Browser::new(settings, Clock::System).context(ContextWish::default()).await.err().unwrap();
    assert!(matches!(useless, BrowserError::Launch(_)), "{useless:?}");
    assert_eq!(site.profile_names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_killed_holder_leaves_no_process_and_the_next_start_no_profile() {
    let site = Site::new().await;
    let settings = site.settings();
    let mut holder = processes::Holder::start(&settings.profiles).await;
    assert_eq!(site.profile_names().len(), 1);
    assert!(processes::members(holder.browser).len() > 3);
    holder.kill().await;
    let gone = Clock::limit(Duration::from_secs(1), processes::gone(holder.browser)).await;
    assert!(gone.is_ok(), "no process a second later");
    let _next = Browser::new(settings, Clock::System);
    assert_eq!(site.profile_names(), Vec::<String>::new());
}

#[tokio::test]
async fn a_long_path_of_profiles_is_no_hindrance() {
    let site = Site::new().await;
    let mut settings = site.settings();
    settings.profiles = site.profiles.path().join("long-".repeat(30));
    let browser = Browser::new(settings, Clock::System);
    browser.probe().await.unwrap();
    browser.shutdown().await;
}
