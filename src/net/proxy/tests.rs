use super::*;
use crate::error::{Classify as _, Extent, WhoseTurn};
use crate::secret::secret;
use chrono::TimeDelta;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A proxy that reads a request and answers it so, whatever it asks for; and what it was asked.
struct Scripted {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    directory: tempfile::TempDir,
}

impl Scripted {
    async fn answering(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (heads, answer) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(answer));
        let seen = Arc::clone(&heads);
        tokio::spawn(crate::net::connect::accept(listener, move |mut client: TcpStream, _| {
            let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
            async move {
                let Ok(head) = crate::net::connect::read_head(&mut client).await else { return };
                let said = answer(&head);
                seen.lock().unwrap().push(head);
                let _ = client.write_all(said.as_bytes()).await;
                // What echoes is a host behind it.
                let mut word = [0; 4];
                if said.starts_with("HTTP/1.1 200") && client.read_exact(&mut word).await.is_ok() {
                    let _ = client.write_all(&word).await;
                }
            }
        }));
        Self { port, heads, directory: tempfile::tempdir().unwrap() }
    }

    /// One that wants `svc` and `right`.
    async fn with_password() -> Self {
        let proof = format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode("svc:right"));
        Self::answering(
            move |head| {
                if head.contains(&proof) { OPEN.to_owned() } else { WANTS_BASIC.to_owned() }
            },
        )
        .await
    }

    fn settings(&self) -> ProxySettings {
        let refused_file = self.directory.path().join("proxy-refused");
        ProxySettings { host: "127.0.0.1".to_owned(), port: self.port, direct: Vec::new(), refused_file }
    }

    fn proxy(&self, user: Option<ProxyUser>) -> Arc<Proxy> {
        Arc::new(Proxy::new(self.settings(), user, clock()))
    }

    fn asked(&self) -> usize {
        self.heads.lock().unwrap().len()
    }
}

const OPEN: &str = "HTTP/1.1 200 Connection established\r\n\r\n";
const WANTS_BASIC: &str =
    "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"\r\n\r\n";

/// What tinyproxy 1.11 answers a wrong password with.
const TINYPROXY: &str = "HTTP/1.0 401 Unauthorized\r\nContent-Type: text/html\r\nWWW-Authenticate: Basic realm=\"Tinyproxy\"\r\n\r\n";

fn clock() -> Clock {
    Clock::manual("2026-11-29T12:00:00Z".parse().unwrap())
}

/// A user whose password was written at noon yesterday.
fn user(password: &'static str) -> ProxyUser {
    let written = "2026-11-28T12:00:00Z".parse().unwrap();
    let password = Box::new(move || Ok((secret(password.to_owned()), written)));
    ProxyUser { name: "svc".to_owned(), password }
}

async fn fault(proxy: &Proxy) -> ProxyFault {
    proxy.tunnel("a.example", 443).await.unwrap_err().fault
}

#[tokio::test]
async fn a_tunnel_leads_to_the_host_that_was_asked_for_with_the_user_from_the_start() {
    let scripted = Scripted::with_password().await;
    let mut stream = scripted.proxy(Some(user("right"))).tunnel("a.example", 443).await.unwrap();
    stream.write_all(b"ping").await.unwrap();
    let mut echoed = [0; 4];
    stream.read_exact(&mut echoed).await.unwrap();
    assert_eq!(&echoed, b"ping");
    let heads = scripted.heads.lock().unwrap().clone();
    assert!(heads.len() == 1 && heads[0].starts_with("CONNECT a.example:443 HTTP/1.1\r\n"), "{heads:?}");
}

#[tokio::test]
async fn a_password_that_the_proxy_refuses_is_shown_to_it_once() {
    let scripted = Scripted::with_password().await;
    let proxy = scripted.proxy(Some(user("wrong")));
    // As a page does, which opens many at once.
    let faults = futures::future::join_all((0..8).map(|_| fault(&proxy))).await;
    let until = "2026-11-29T13:00:00Z".parse().unwrap();
    assert!(faults.iter().all(|fault| *fault == ProxyFault::Refused { until }), "{faults:?}");
    assert_eq!(scripted.asked(), 1);
    // Neither by another process, such as a command, nor after a restart.
    assert_eq!(fault(&scripted.proxy(Some(user("wrong")))).await, ProxyFault::Refused { until });
    assert_eq!(scripted.asked(), 1);
    proxy.clock.advance(TimeDelta::minutes(59));
    fault(&proxy).await;
    assert_eq!(scripted.asked(), 1);
    proxy.clock.advance(TimeDelta::minutes(1));
    fault(&proxy).await;
    assert_eq!(scripted.asked(), 2, "an hour is over");
}

#[tokio::test]
async fn another_password_is_tried_at_once_and_ends_what_was_said_of_the_one_before() {
    let scripted = Scripted::with_password().await;
    let refused = scripted.proxy(Some(user("wrong")));
    fault(&refused).await;
    let written = clock().now() + TimeDelta::seconds(1);
    let new = Box::new(move || Ok((secret("right".to_owned()), written)));
    let mended = scripted.proxy(Some(ProxyUser { name: "svc".to_owned(), password: new }));
    mended.tunnel("a.example", 443).await.unwrap();
    assert!(!scripted.settings().refused_file.exists());
    mended.tunnel("b.example", 443).await.unwrap();
    assert_eq!(scripted.asked(), 3);
}

#[tokio::test]
async fn a_user_that_the_proxy_stops_to_accept_is_not_shown_on_and_on() {
    let left = std::sync::atomic::AtomicUsize::new(2);
    let scripted = Scripted::answering(move |_| {
        let is_good =
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        if is_good { OPEN.to_owned() } else { WANTS_BASIC.to_owned() }
    })
    .await;
    let proxy = scripted.proxy(Some(user("right")));
    for _ in 0..2 {
        proxy.tunnel("a.example", 443).await.unwrap();
    }
    for _ in 0..3 {
        assert!(matches!(fault(&proxy).await, ProxyFault::Refused { .. }));
    }
    assert_eq!(scripted.asked(), 3);
}

#[tokio::test]
async fn what_a_proxy_wants_is_said_and_never_an_owners_turn() {
    let ntlm = "HTTP/1.1 407 x\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n";
    for (answer, given, code, says) in [
        (WANTS_BASIC, None, "proxy_unauthorized", "wants a user and a password"),
        (WANTS_BASIC, Some(user("wrong")), "proxy_refused", "does not take the user and the password"),
        (WANTS_BASIC, Some(user("wrong")), "proxy_refused", "before 2026-11-29 13:00 UTC"),
        (TINYPROXY, Some(user("wrong")), "proxy_refused", "does not take the user and the password"),
        (ntlm, None, "proxy_scheme", "Negotiate or NTLM"),
        (ntlm, Some(user("right")), "proxy_scheme", "Negotiate or NTLM"),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", None, "proxy_denied", "a.example"),
        ("HTTP/1.1 503 x\r\n\r\n", None, "proxy_failing", "a.example (503)"),
        ("<html>Welcome, guest</html>", None, "proxy_no_tunnel", "no HTTP"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", None, "proxy_no_tunnel", "with a page"),
        ("", None, "proxy_cut", "breaks the connection off"),
        ("HTTP/1.1 403 Forb", None, "proxy_no_tunnel", "without an end"),
    ] {
        let scripted = Scripted::answering(move |_| answer.to_owned()).await;
        let error = scripted.proxy(given).tunnel("a.example", 443).await.unwrap_err();
        let meaning = error.meaning();
        assert_eq!(meaning.code, code, "{answer}");
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.to_string().contains("guest") && !error.to_string().contains("wrong"), "{error}");
        assert!(matches!(meaning.whose_turn, WhoseTurn::Operator | WhoseTurn::Nobody), "{error}");
        assert!(matches!(meaning.extent, Extent::Machine | Extent::Network), "{error}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_from_a_name_that_nobody_knows() {
    let scripted = Scripted::answering(|_| OPEN.to_owned()).await;
    let at = |host: &str, port| {
        Proxy::new(ProxySettings { host: host.to_owned(), port, ..scripted.settings() }, None, clock())
    };
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert!(matches!(fault(&at("127.0.0.1", free)).await, ProxyFault::Unreachable(_)));
    assert!(matches!(fault(&at("proxy.invalid", 3128)).await, ProxyFault::Unresolved(_)));
}

#[tokio::test]
async fn a_password_that_cannot_be_read_asks_nobody() {
    let scripted = Scripted::answering(|_| OPEN.to_owned()).await;
    let unreadable = Box::new(|| Err("cannot read /etc/x: Permission denied".to_owned()));
    let proxy = scripted.proxy(Some(ProxyUser { name: "svc".to_owned(), password: unreadable }));
    assert!(matches!(fault(&proxy).await, ProxyFault::Password(why) if why.contains("/etc/x")));
    assert_eq!(scripted.asked(), 0);
}

#[test]
fn what_is_gone_to_directly_is_as_no_proxy_has_it() {
    let direct = ["corp.example", ".Office.com", "10.0.0.0/8", "192.0.2.7"].map(str::to_owned).to_vec();
    let settings = ProxySettings { host: "p".to_owned(), port: 1, direct, refused_file: PathBuf::new() };
    let proxy = Proxy::new(settings, None, clock());
    for host in ["graph.microsoft.com", "xcorp.example", "8.8.8.8", "192.0.2.8", "[2001:db8::1]"] {
        assert!(proxy.serves(host), "{host}");
    }
    for host in [
        "corp.example",
        "ADFS.corp.example",
        "outlook.office.com",
        "10.1.2.3",
        "192.0.2.7",
        "localhost",
        "127.0.0.1",
        "[::1]",
    ] {
        assert!(!proxy.serves(host), "{host}");
    }
}

/// What a client that is led through says; the answer to a request cannot come, since no TLS is behind.
async fn led(proxy: &Arc<Proxy>) -> reqwest::Error {
    let client = proxy.lead(crate::net::client()).await.unwrap().build().unwrap();
    client.get("https://graph.example/").send().await.unwrap_err()
}

#[tokio::test]
async fn the_http_client_goes_through_it_and_says_what_it_did() {
    let scripted = Scripted::answering(|_| "HTTP/1.1 403 Forbidden\r\n\r\n".to_owned()).await;
    let error = led(&scripted.proxy(None)).await;
    let fault = crate::net::of_proxy(&error).map(|error| error.fault);
    assert_eq!(fault, Some(ProxyFault::Denied { host: "graph.example".to_owned(), port: 443, status: 403 }));
    assert_eq!(scripted.asked(), 1, "a refusal is not asked for again");
}

#[tokio::test]
async fn what_it_did_to_one_host_is_said_of_no_other() {
    let scripted = Scripted::answering(|head| {
        let status = if head.starts_with("CONNECT denied") { "403 Forbidden" } else { "502 Bad Gateway" };
        format!("HTTP/1.1 {status}\r\n\r\n")
    });
    let client = scripted.await.proxy(None).lead(crate::net::client()).await.unwrap().build().unwrap();
    let hosts = (0..20).map(|number| format!("{}{number}.example", ["denied", "away"][number % 2]));
    let asked = hosts.map(|host| {
        let sent = client.get(format!("https://{host}/")).send();
        async move { (crate::net::of_proxy(&sent.await.unwrap_err()), host) }
    });
    for (error, host) in futures::future::join_all(asked).await {
        let expected = if host.starts_with("denied") {
            ProxyFault::Denied { host, port: 443, status: 403 }
        } else {
            ProxyFault::Failing { host, status: 502 }
        };
        assert_eq!(error.map(|error| error.fault), Some(expected));
    }
}

#[tokio::test]
async fn a_password_that_is_changed_in_the_directory_is_shown_as_it_was_by_two_at_most() {
    let changed = Arc::new(AtomicBool::default());
    let scripted = {
        let changed = Arc::clone(&changed);
        Scripted::answering(move |_| {
            if changed.load(Ordering::Relaxed) { WANTS_BASIC } else { OPEN }.to_owned()
        })
        .await
    };
    let proxy = scripted.proxy(Some(user("right")));
    proxy.tunnel("a.example", 443).await.unwrap();
    changed.store(true, Ordering::Relaxed);
    futures::future::join_all((0..8).map(|_| fault(&proxy))).await;
    assert!(scripted.asked() <= 1 + 2, "{}", scripted.asked());
}

#[tokio::test]
async fn what_goes_wrong_behind_the_proxy_is_not_the_proxys() {
    let scripted = Scripted::answering(|_| OPEN.to_owned()).await;
    let error = led(&scripted.proxy(None)).await;
    assert_eq!(crate::net::of_proxy(&error), None, "{error:?}");
    assert_eq!(scripted.asked(), 1);
}

#[tokio::test]
async fn no_other_program_of_this_machine_goes_through_the_relay() {
    let scripted = Scripted::answering(|_| OPEN.to_owned()).await;
    let relay = Relay::start(scripted.proxy(None)).await.unwrap();
    let wrong = STANDARD.encode("relay:guess");
    for proof in [String::new(), format!("Proxy-Authorization: Basic {wrong}\r\n")] {
        let mut stranger = TcpStream::connect(relay.address).await.unwrap();
        let request = format!("CONNECT graph.example:443 HTTP/1.1\r\n{proof}\r\n");
        stranger.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stranger.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
    }
    assert_eq!(scripted.asked(), 0);
}
