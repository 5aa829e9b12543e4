//! The browser in real Chromium. Run as an unprivileged user: Chromium keeps its sandbox only then.

#![cfg(test)]

mod capture;
mod cookies;
mod failures;
mod pages;
mod pool;
pub(crate) mod processes;
pub(crate) mod site;
mod walls;

use outlook_syncd::browser::{Browser, Context, ContextWish, Cookie, Page, SameSite, SourceScheme};
use outlook_syncd::clock::Clock;
use site::Site;
use std::time::Duration;
use url::Url;

const SOON: Duration = Duration::from_secs(20);

const PARSED: &str = "new Promise(parsed => document.readyState === 'loading' ? document.addEventListener('DOMContentLoaded', () => parsed()) : parsed())";

fn url(path: &str) -> Url {
    Url::parse("https://mail.test/").unwrap().join(path).unwrap()
}

/// In whole seconds since 1970, as an f64 can hold for ages.
fn tomorrow() -> f64 {
    f64::from(u32::try_from(Clock::System.now().timestamp()).unwrap() + 86_400)
}

fn cookie(name: &str, value: &str) -> Cookie {
    Cookie {
        name: name.into(),
        value: value.into(),
        domain: "mail.test".into(),
        path: "/".into(),
        expires: Some(tomorrow()),
        secure: true,
        http_only: true,
        same_site: Some(SameSite::Lax),
        partition_key: None,
        source_scheme: SourceScheme::Secure,
        source_port: 443,
    }
}

/// A context that may reach this site.
fn wish() -> ContextWish {
    ContextWish { allow: vec!["mail.test".into(), ".static.test".into()], ..ContextWish::default() }
}

async fn context(browser: &Browser) -> Context {
    browser.context(wish()).await.unwrap()
}

/// With the whole document: `open` returns when it has begun.
async fn page_at(context: &Context, path: &str) -> Page {
    let page = context.page().await.unwrap();
    page.open(&url(path)).await.unwrap();
    page.eval::<()>(PARSED).await.unwrap();
    page
}

async fn with_cookies(browser: &Browser, cookies: Vec<Cookie>) -> Context {
    browser.context(ContextWish { cookies, ..wish() }).await.unwrap()
}

/// The cookies that the server gets from a page of the context.
async fn cookies_sent(context: &Context) -> String {
    let page = page_at(context, "/").await;
    page.eval("fetch('/headers').then(answer => answer.json()).then(headers => headers.cookie ?? '')")
        .await
        .unwrap()
}
