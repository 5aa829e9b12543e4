//! The popup in a real Chromium: what the page that opened it hears, from where, and what a person sees.

use super::stage::{CALLBACK, OPENER, Stage};
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use chromiumoxide::browser::{Browser, BrowserConfig};
use chromiumoxide::{Handler, Page};
use futures::StreamExt;
use outlook_sim::Account;
use outlook_syncd::clock::Clock;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A page of the CRM: it opens the popup and keeps what it hears, and from where.
const CRM: &str = "<!doctype html><title>CRM</title><script>
    const heard = [];
    addEventListener('message', ({ data, origin }) => heard.push({ data, origin }));
    const connect = (url) => { globalThis.popup = open(url, 'connect', 'popup,width=500,height=600'); };
</script>";

/// What a person does on whatever page of the sign-in is shown: the e-mail address, the password, yes; at last the answer.
const PERSON: &str = "(() => {
    const shown = (id) => { const found = document.getElementById(id); return found?.checkVisibility() ? found : null; };
    const type = (field, text) => { field.value = text; field.dispatchEvent(new Event('input', { bubbles: true })); };
    const [email, password, tile] = [shown('i0116'), shown('i0118'), document.querySelector('.tile[data-test-id]')];
    if (email && !email.value) { type(email, EMAIL); shown('idSIButton9').click(); }
    else if (password && !password.value) { type(password, PASSWORD); shown('idSIButton9').click(); }
    else if (tile) tile.click();
    else if (shown('appName')) shown(ANSWER).click();
    else if (shown('KmsiDescription')) shown('idSIButton9').click();
    return document.body?.innerText ?? '';
})()";

/// Chromium beside the stage: our endpoints and the CRM's page by https, everything else the simulator's.
struct Desk {
    stage: Stage,
    browser: Browser,
    ada: Account,
}

impl Desk {
    async fn new() -> Self {
        let stage = Stage::start().await;
        let crm = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let crm_address = crm.local_addr().unwrap();
        let router = Router::new().route("/", get(|| async { Html(CRM) }));
        tokio::spawn(async move { axum::serve(crm, router).await });
        let ours = in_tls(stage.address.parse().unwrap()).await;
        let crm = in_tls(crm_address).await;
        let map = format!(
            "MAP sync.example.test {ours}, MAP crm.example.test {crm}, MAP other.example.test {crm}, MAP * {}",
            stage.running.https
        );
        let (browser, handler) = launch(stage.dir.path(), &map).await;
        tokio::spawn(handler.for_each(|_| async {}));
        let ada = stage.person(0);
        Self { stage, browser, ada }
    }

    /// A page of this origin opens the popup.
    async fn open(&self, origin: &str) -> Page {
        let crm = self.browser.new_page(format!("{origin}/")).await.unwrap();
        let url = self.stage.auth_url("u1", "").await;
        crm.evaluate(format!("connect({:?})", url.as_str())).await.unwrap();
        crm
    }

    /// The person goes through the popup, until it is closed or says the last word.
    async fn sign_in(&self, accept: bool) -> Option<String> {
        let answer = if accept { "idSIButton9" } else { "idBtn_Back" };
        let act = PERSON
            .replace("EMAIL", &json!(self.ada.smtp).to_string())
            .replace("PASSWORD", &json!(self.ada.password).to_string())
            .replace("ANSWER", &json!(answer).to_string());
        for _ in 0..150 {
            Clock::System.sleep(Duration::from_millis(200)).await;
            let popup = self.popup().await?;
            // Between two documents there is nothing to be done.
            let Ok(text) = popup.evaluate(act.as_str()).await else { continue };
            let text: String = text.into_value().unwrap();
            if text.contains("You can close this window") || text.contains("Not connected") {
                return Some(text);
            }
        }
        panic!("the popup does not end: {:?}", self.popup().await.unwrap().url().await);
    }

    async fn popup(&self) -> Option<Page> {
        for page in self.browser.pages().await.unwrap() {
            let url = page.url().await.ok().flatten().unwrap_or_default();
            if !url.contains("//crm.") && !url.contains("//other.") && url.starts_with("https:") {
                return Some(page);
            }
        }
        None
    }

    /// What the page has heard by now, once it has been told something or never will be.
    async fn heard(&self, crm: &Page) -> Value {
        for _ in 0..25 {
            let heard: Value = crm.evaluate("heard").await.unwrap().into_value().unwrap();
            if heard != json!([]) {
                return heard;
            }
            Clock::System.sleep(Duration::from_millis(100)).await;
        }
        json!([])
    }
}

/// What comes in by TLS goes on in plain, as behind a proxy; where.
async fn in_tls(to: SocketAddr) -> SocketAddr {
    let names = ["sync.example.test", "crm.example.test", "other.example.test"].map(str::to_owned).to_vec();
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let (mut from, mut to) = (acceptor.accept(stream).await?, TcpStream::connect(to).await?);
                copy_bidirectional(&mut from, &mut to).await
            });
        }
    });
    address
}

async fn launch(dir: &Path, map: &str) -> (Browser, Handler) {
    let config = BrowserConfig::builder()
        .chrome_executable("/usr/bin/chromium")
        .user_data_dir(dir.join("chromium"))
        .new_headless_mode()
        .args(["ignore-certificate-errors", "disable-gpu", "disable-popup-blocking"])
        .arg(("host-resolver-rules", map))
        .build()
        .unwrap();
    Browser::launch(config).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_that_opened_it_hears_how_it_ended_and_the_popup_closes() {
    let desk = Desk::new().await;
    let crm = desk.open(OPENER).await;
    assert_eq!(desk.sign_in(false).await, None, "it closes");
    let heard = desk.heard(&crm).await;
    assert_eq!(heard[0]["data"]["type"], "MICROSOFT_AUTH_ERROR", "{heard}");
    assert_eq!(heard[0]["data"]["error"], "oauth_declined");

    let crm = desk.open(OPENER).await;
    assert_eq!(desk.sign_in(true).await, None, "it closes");
    let heard = desk.heard(&crm).await;
    assert_eq!(heard.as_array().unwrap().len(), 1, "{heard}");
    assert_eq!(heard[0]["origin"], "https://sync.example.test");
    assert_eq!(heard[0]["data"]["type"], "MICROSOFT_AUTH_SUCCESS", "{heard}");
    assert_eq!(heard[0]["data"]["address"], desk.ada.smtp.to_lowercase());
    let account = desk.stage.store().accounts().await.unwrap().remove(0).id;
    assert_eq!(heard[0]["data"]["account"], account.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_origin_hears_nothing_and_who_has_none_reads_it() {
    let desk = Desk::new().await;
    // The address was made for the CRM; another page has got hold of it.
    let thief = desk.open("https://other.example.test").await;
    desk.sign_in(true).await;
    assert_eq!(desk.heard(&thief).await, json!([]));

    let tab = desk.browser.new_page(desk.stage.auth_url("u1", "").await.as_str()).await.unwrap();
    let text = desk.sign_in(true).await.expect("nobody opened it: it stays");
    assert!(text.contains(&format!("{} is connected.", desk.ada.smtp.to_lowercase())), "{text}");
    let url = tab.url().await.unwrap().unwrap();
    assert_eq!(url, CALLBACK, "the policy lets the page's own script run: nothing is left in the address");
    let width: f64 =
        tab.evaluate("document.body.getBoundingClientRect().width").await.unwrap().into_value().unwrap();
    // 32 rem and its padding.
    assert!((width - 544.0).abs() < 1.0, "nor does it stand in the way of the page's own style: {width}");
}
