//! The listeners.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;

/// One request over a connection of its own; the whole answer as text.
async fn ask(addr: SocketAddr, host: &str, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn json(answer: &str) -> Value {
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn the_host_name_chooses_the_site() {
    let running = Sim::start(Options::default()).await.unwrap();
    let service = "POST /owa/service.svc?action=FindItem";
    assert!(ask(running.http, "outlook.office.com", service, "").await.starts_with("HTTP/1.1 401"));
    assert!(ask(running.http, "OUTLOOK.cloud.microsoft:443", service, "").await.starts_with("HTTP/1.1 401"));
    assert!(ask(running.http, hosts::LOGIN, service, "").await.starts_with("HTTP/1.1 404"));
    assert!(ask(running.http, "elsewhere.example", service, "").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn every_page_of_the_sign_in_cuts_who_opened_it() {
    let running = Sim::start(Options::default()).await.unwrap();
    let authorize = "GET /common/oauth2/v2.0/authorize";
    for line in [authorize, "GET /common/oauth2/deviceauth", "GET /jsdisabled"] {
        let page = ask(running.http, hosts::LOGIN, line, "").await;
        assert!(page.contains("cross-origin-opener-policy: same-origin\r\n"), "{line}: {page}");
    }
    let other = ask(running.http, hosts::LOGIN, "GET /common/discovery/v2.0/keys", "").await;
    assert!(!other.contains("cross-origin-opener-policy"), "no page: {other}");
}

#[tokio::test]
async fn tls_holds_for_those_who_trust_the_ca() {
    let running = Sim::start(Options::default()).await.unwrap();
    let mut roots = rustls::RootCertStore::empty();
    let der = base64_of_pem(&running.ca.pem);
    roots.add(der.into()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    for host in hosts::all() {
        let stream = TcpStream::connect(running.https).await.unwrap();
        connector.connect(host.try_into().unwrap(), stream).await.unwrap();
    }
    let stream = TcpStream::connect(running.https).await.unwrap();
    assert!(connector.connect("elsewhere.example".try_into().unwrap(), stream).await.is_err());
}

#[tokio::test]
async fn the_proxy_leads_our_hosts_to_us_and_others_nowhere() {
    let running = Sim::start(Options::default()).await.unwrap();
    let connect = async |host: &str| {
        let mut stream = TcpStream::connect(running.proxy).await.unwrap();
        stream.write_all(format!("CONNECT {host}:443 HTTP/1.1\r\n\r\n").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    assert_eq!(connect("elsewhere.example").await, "HTTP/1.1 403 Forbidden\r\n\r\n");
    // No TLS follows, so the tunnel ends as soon as it is there.
    assert_eq!(connect(hosts::GRAPH).await, "HTTP/1.1 200 Connection established\r\n\r\n");
}

fn base64_of_pem(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap()
}

#[tokio::test]
async fn the_control_interface_edits_and_tells() {
    let running = Sim::start(Options::default()).await.unwrap();
    let addr: SocketAddr = running.control.strip_prefix("http://").unwrap().parse().unwrap();
    let accounts = json(&ask(addr, "c", "GET /accounts", "").await);
    let smtp = accounts[0]["smtp"].as_str().unwrap();
    let delivery = r#"{"messages":[{"subject":"By hand"}]}"#;
    let delivered = json(&ask(addr, "c", &format!("POST /accounts/{smtp}/deliver"), delivery).await);
    let truth = json(&ask(addr, "c", &format!("GET /truth/{smtp}"), "").await);
    assert_eq!(truth[0], delivered[0]);
    assert_eq!(truth.as_array().unwrap().len(), 61);
    let ids = serde_json::json!({"ids": [truth[0]["item_id"]], "folder": "archive"}).to_string();
    assert_eq!(json(&ask(addr, "c", &format!("POST /accounts/{smtp}/move"), &ids).await)["moved"], 1);
    let knobs =
        r#"{"set":{"view":"message"},"fail":[{"kind":"throttled","actions":["FindItem"],"times":1}]}"#;
    assert!(ask(addr, "c", "POST /knobs", knobs).await.starts_with("HTTP/1.1 200"));
    assert_eq!(running.sim().settings(smtp).view, crate::View::Message);
    let unknown = ask(addr, "c", "POST /knobs", r#"{"set":{"view":"sideways"}}"#).await;
    assert!(unknown.starts_with("HTTP/1.1 422"), "{unknown}");
    let expire = format!(r#"{{"account":"{smtp}","what":"ests"}}"#);
    assert_eq!(json(&ask(addr, "c", "POST /expire", &expire).await)["expired"], 0);
    let requests = json(&ask(addr, "c", &format!("GET /requests?account={smtp}"), "").await);
    assert_eq!(requests["password_attempts"]["wrong"], 0);
}
