use super::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

fn direct() -> WayOut {
    WayOut { upstream: Upstream::Direct, proxy: None }
}

#[test]
fn allow_list_goes_by_whole_names() {
    let allow = ["Outlook.example".to_owned(), ".Static.example".to_owned()];
    for host in ["outlook.example", "OUTLOOK.example", "a.static.example", "a.b.static.example"] {
        assert!(allows(&allow, host), "{host}");
    }
    for host in ["x.outlook.example", "outlook.example.evil", "static.example", "evilstatic.example", ""] {
        assert!(!allows(&allow, host), "{host}");
    }
}

#[test]
fn the_log_is_told_a_host_and_no_path() {
    assert_eq!(asked_host("GET http://a.example/secret?x HTTP/1.1\r\n\r\n"), "a.example");
}

#[tokio::test]
async fn names_of_inner_addresses_are_refused() {
    for host in ["localhost", "169.254.169.254"] {
        assert!(matches!(resolve(host).await, Err(Undialled::Status(REFUSED))), "{host}");
    }
}

#[tokio::test]
async fn a_host_that_takes_a_connection_and_never_says_a_word_is_not_reached() {
    let silent = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let https = silent.local_addr().unwrap();
    let way = WayOut { upstream: Upstream::Simulator { https, spki_sha256: String::new() }, proxy: None };
    let takes_it = async { drop(silent.accept().await.unwrap()) };
    let (reached, ()) = tokio::join!(reach(&way, "a.example"), takes_it);
    assert_eq!(reached, Err(None));
}

#[tokio::test]
async fn strangers_are_refused_whatever_they_ask_for() {
    let served = Served::default();
    let _ = served.set(Owners::new(u32::MAX));
    let egress = Egress::start(vec!["a.example".into()], direct(), served).await.unwrap();
    let mut stranger = TcpStream::connect(egress.rules.address).await.unwrap();
    stranger.write_all(b"CONNECT a.example:443 HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stranger.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[tokio::test]
async fn through_a_proxy_the_list_holds_and_no_inner_address_is_asked_for() {
    let firm = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let settings = net::ProxySettings {
        host: "127.0.0.1".to_owned(),
        port: firm.local_addr().unwrap().port(),
        direct: vec!["direct.invalid".to_owned()],
        refused_file: "/nonexistent".into(),
    };
    let proxy = Arc::new(Proxy::new(settings, None, Clock::System));
    let way = WayOut { upstream: Upstream::Direct, proxy: Some(proxy) };
    for inside in ["169.254.169.254", "10.0.0.1", "127.0.0.1", "[fd00::1]", "localhost"] {
        assert!(matches!(way.dial(inside).await, Err(Undialled::Status(REFUSED))), "{inside}");
    }
    assert!(matches!(way.dial("direct.invalid").await, Err(Undialled::Status(FAILED))), "by its own rules");
    // Only now is it asked, for a name that it may resolve as it likes.
    let asked = async {
        let (mut client, _) = firm.accept().await.unwrap();
        let head = connect::read_head(&mut client).await.unwrap();
        answer(&mut client, "403 Forbidden").await;
        head
    };
    let (dialled, head) = tokio::join!(way.dial("a.example"), asked);
    assert!(matches!(dialled, Err(Undialled::Proxy(_))));
    assert!(head.starts_with("CONNECT a.example:443 "), "{head}");
}
