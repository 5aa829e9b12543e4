use super::*;

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
fn only_connect_to_port_443_names_a_host() {
    assert_eq!(connect_host("CONNECT a.example:443 HTTP/1.1\r\n\r\n"), Some("a.example"));
    for head in ["CONNECT a.example:22 HTTP/1.1\r\n\r\n", "GET http://a.example/ HTTP/1.1\r\n\r\n", ""] {
        assert_eq!(connect_host(head), None);
    }
    assert_eq!(asked_host("GET http://a.example/secret?x HTTP/1.1\r\n\r\n"), "a.example");
}

#[tokio::test]
async fn names_of_inner_addresses_are_refused() {
    assert_eq!(resolve("localhost").await.unwrap_err(), "403 Forbidden");
    assert_eq!(resolve("169.254.169.254").await.unwrap_err(), "403 Forbidden");
}

#[tokio::test]
async fn a_host_that_takes_a_connection_and_never_says_a_word_is_not_reached() {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let https = silent.local_addr().unwrap();
    let upstream = Upstream::Simulator { https, spki_sha256: String::new() };
    let takes_it = async { drop(silent.accept().await.unwrap()) };
    let (is_reached, ()) = tokio::join!(reaches(&upstream, "a.example"), takes_it);
    assert!(!is_reached);
}

#[tokio::test]
async fn strangers_are_refused_whatever_they_ask_for() {
    let served = Served::default();
    let _ = served.set(Owners::new(u32::MAX));
    let egress = Egress::start(vec!["a.example".into()], Upstream::Direct, served).await.unwrap();
    let mut stranger = TcpStream::connect(egress.rules.address).await.unwrap();
    stranger.write_all(b"CONNECT a.example:443 HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stranger.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}
