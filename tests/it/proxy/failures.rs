//! What a proxy does in place of leading out is the operator's turn, and charged to no account.

use super::tiny::{PASSWORD, Tinyproxy, free};
use super::{proxied, walled};
use crate::stage::{World, write_secret};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The last cycle's fault; no account had a turn.
async fn fault(world: &World, exit: i32) -> Value {
    let report = world.cycle().await.expect(exit).json();
    assert_eq!(report["accounts"], Value::Array(vec![]), "{report}");
    report["fault"].clone()
}

/// What is known of the account: its failures, and its session.
async fn charged(world: &World) -> (Value, Value) {
    let status = world.run(&["status", "--json"]).await.json();
    let account = &status["accounts"][0];
    (account["failures"].clone(), account["session"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_of_the_proxy_is_shown_once_and_the_right_one_at_once() {
    let (world, proxy) = proxied(&[]).await;
    world.connect(&world.account(0)).await;
    let session = charged(&world).await;
    let file = world.dir.path().join("proxy-password");
    write_secret(&file, "an old one");
    let before = proxy.asked("");
    for _ in 0..2 {
        let fault = fault(&world, 78).await;
        assert_eq!((&fault["code"], &fault["whose_turn"]), (&"proxy_refused".into(), &"operator".into()));
        assert!(fault["hint"].as_str().unwrap().contains("net.proxy_password_file"), "{fault}");
    }
    let run = world.run(&["doctor"]).await.expect(78);
    assert!(run.out.contains("FAIL proxy: ") && run.out.contains("does not take the user"), "{}", run.out);
    assert_eq!(proxy.asked(""), before + 1, "{}", proxy.log());
    assert_eq!(charged(&world).await, session, "the owner's password is good");
    write_secret(&file, PASSWORD);
    world.cycle().await.expect(0);
    assert!(!world.state_dir().join("proxy-refused").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_the_proxy_denies_is_named_and_the_rest_goes_on() {
    let (world, proxy) = proxied(&["graph.microsoft.com"]).await;
    let ada = world.account(0);
    world.connect(&ada).await;
    let mut connect =
        world.command(&["account", "connect", "--device-code", "--owner", "u1", "--json"]).spawn().unwrap();
    let code = crate::oauth::user_code(&mut connect).await;
    world.sim().type_user_code(&code, &ada.smtp, true).await.unwrap();
    assert!(connect.wait_with_output().await.unwrap().status.success());
    let report = world.cycle().await.expect(75).json();
    assert_eq!(report["fault"], Value::Null, "{report}");
    let text = report["accounts"].to_string();
    assert!(text.contains("proxy_denied") && text.contains("graph.microsoft.com"), "{text}");
    assert!(proxy.asked("outlook.office.com") > 0);
    let status = world.run(&["status"]).await.out;
    assert!(!status.contains("SIGN IN") && !status.contains("BLOCKED"), "{status}");
    let run = world.run(&["doctor"]).await.expect(75);
    let line = format!("FAIL proxy: {} does not let through to graph.microsoft.com", proxy.address);
    assert!(run.out.contains(&line), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_does_not_let_through_to_outlook_is_told_once_for_all() {
    let (world, _proxy) = proxied(&["outlook.office.com"]).await;
    let run = world.connect_with(&world.account(0).smtp, &world.account(0).password).await.expect(75);
    let said = run.json();
    assert_eq!(said["error"], "proxy_denied", "{said}");
    assert!(run.out.contains("outlook.office.com"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_waits_for_a_host_that_the_proxy_denies_says_so() {
    let (mut world, proxy) = proxied(&[]).await;
    world.connect(&world.account(0)).await;
    let session = charged(&world).await.1;
    let denying = Tinyproxy::start(world.running.proxy, &["res.cdn.office.net"]).await;
    assert!(proxy.asked("res.cdn.office.net") > 0, "the page needs it");
    world.set("NET__PROXY", &format!("http://{}", denying.address));
    // The full page, and no answer of a session's headers.
    world.set("OWA__TIERS", "[\"network\"]");
    world.set("OWA__PAGE_LIMIT", "10s");
    let report = world.cycle().await.expect(75).json();
    let text = report["accounts"].to_string();
    assert!(text.contains("proxy_denied") && text.contains("res.cdn.office.net"), "{report}");
    assert_eq!(charged(&world).await.1, session);
}

/// A proxy that says this to whatever is asked, and then nothing.
async fn saying(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                if answer.is_empty() {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_proxy_does_no_account_is_charged() {
    let mut world = walled().await;
    let good = Tinyproxy::start(world.running.proxy, &[]).await;
    world.set("NET__PROXY", &format!("http://{}", good.address));
    world.set("NET__PROXY_USER", super::USER);
    world.set_secret("NET__PROXY_PASSWORD_FILE", "proxy-password", PASSWORD);
    world.connect(&world.account(0)).await;
    let session = charged(&world).await;
    let gone = format!("http://{}", free().await);
    for (address, code) in [
        (gone, "proxy_unreachable"),
        ("http://proxy.invalid:3128".to_owned(), "proxy_unresolved"),
        (saying("").await, "proxy_silent"),
        (saying("HTTP/1.1 503 Service Unavailable\r\n\r\n").await, "proxy_failing"),
        (saying("HTTP/1.1 403 Forbidden\r\n\r\n").await, "proxy_denied"),
        (saying("<html><body>Welcome, guest</body></html>").await, "proxy_no_tunnel"),
        (saying("HTTP/1.1 302 Found\r\nLocation: https://guests.example/\r\n\r\n").await, "proxy_no_tunnel"),
    ] {
        world.set("NET__PROXY", &address);
        let fault = fault(&world, 75).await;
        assert_eq!(fault["code"], code, "{address}: {fault}");
        let address = address.trim_start_matches("http://");
        assert!(fault["message"].as_str().unwrap().contains(address), "{fault}");
        assert_eq!(charged(&world).await, session, "{code}");
    }
    world.set("NET__PROXY", &format!("http://{}", good.address));
    world.cycle().await.expect(0);
}
