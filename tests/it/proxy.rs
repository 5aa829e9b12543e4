//! A machine that gets out through the firm's proxy alone: the real program, real Chromium, a real proxy.

#![cfg(test)]

mod failures;
mod tiny;

use crate::imap::by_password;
use crate::main_job::assert_complete;
use crate::stage::{CALLBACK, Daemon, RUN, Run, World, command_line, group};
use outlook_sim::{Account, App as Registration};
use reqwest::{Method, StatusCode};
use tiny::{PASSWORD, Tinyproxy, USER, free};

/// Hosts of Microsoft's that the simulator does not have: its own proxy refuses them.
const UNSIMULATED: [&str; 7] = [
    "msauth.net",
    "msftauth.net",
    "msauthimages.net",
    "login.microsoft.com",
    "microsoftazuread-sso.com",
    "onecdn.static.microsoft",
    "res-1.cdn.office.net",
];

/// A world whose simulator is reached through its own proxy alone: where its hosts would be, nobody listens.
async fn walled() -> World {
    let mut world = World::new().await;
    world.set("SIMULATOR__HTTPS", &free().await.to_string());
    world.set("SIMULATOR__IMAP", &free().await.to_string());
    world.register(Registration::public(CALLBACK));
    world.sim().set(None, |settings| settings.identity.device_interval_s = Some(1));
    world
}

/// The same with a firm's proxy before it, which the program knows.
async fn proxied(denied: &[&str]) -> (World, Tinyproxy) {
    let mut world = walled().await;
    let proxy = Tinyproxy::start(world.running.proxy, denied).await;
    world.set("NET__PROXY", &format!("http://{}", proxy.address));
    world.set("NET__PROXY_USER", USER);
    world.set_secret("NET__PROXY_PASSWORD_FILE", "proxy-password", PASSWORD);
    world.set("NET__NO_PROXY", &format!("{UNSIMULATED:?}"));
    (world, proxy)
}

/// Connects an account by OAuth: the owner types the code elsewhere.
async fn by_code(world: &World, owner: &str, account: &Account) -> Run {
    let args = ["account", "connect", "--device-code", "--owner", owner, "--json"];
    let mut connect = world.command(&args).spawn().unwrap();
    let code = crate::oauth::user_code(&mut connect).await;
    world.sim().type_user_code(&code, &account.smtp, true).await.unwrap();
    connect.wait_with_output().await.unwrap().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_proxy_this_machine_reaches_nobody() {
    let world = walled().await;
    let run = world.connect_with(&world.account(0).smtp, &world.account(0).password).await.expect(75);
    assert_eq!(run.json()["error"], "no_network");
    let run = world.run(&["doctor"]).await;
    assert!(run.out.contains("FAIL outlook") && run.out.contains("FAIL oauth"), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_out_through_the_firms_proxy() {
    let (world, proxy) = proxied(&[]).await;
    let (ada, ben) = (world.account(0), world.account(1));
    world.connect(&ada).await;
    world.once().await.expect(0);
    assert_complete(&world, &ada.smtp).await;
    for host in ["outlook.office.com:443", "login.microsoftonline.com:443"] {
        assert!(proxy.asked(host) > 0, "{host} is not in {}", proxy.log());
    }

    world.sim().seed_contacts(&ben.smtp, 3).unwrap();
    by_code(&world, "u2", &ben).await.expect(0);
    let before = proxy.asked("graph.microsoft.com:443");
    world.cycle().await.expect(0);
    assert!(proxy.asked("graph.microsoft.com:443") > before, "{}", proxy.log());
    let contacts = world.run(&["contacts", "list", &ben.smtp, "--json"]).await.expect(0).json();
    assert_eq!(contacts["contacts"].as_array().unwrap().len(), 3, "{contacts}");

    let run = world.run(&["doctor"]).await;
    let through = format!("through proxy {}", proxy.address);
    assert!(
        run.out.contains(&format!("ok   proxy: everything goes out through {}", proxy.address)),
        "{}",
        run.out
    );
    for check in ["ok   outlook: ", "ok   oauth: "] {
        let line = run.out.lines().find(|line| line.starts_with(check));
        assert!(line.is_some_and(|line| line.contains(&through)), "{check}{}", run.out);
    }
    assert!(!format!("{} {}", run.out, run.err).contains(PASSWORD));
    assert!(!proxy.log().contains("Unauthorized"), "{}", proxy.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_by_imap_goes_out_through_the_firms_proxy() {
    const SERVER: &str = "outlook.office365.com";
    let world = walled().await;
    world.sim().set(None, |settings| settings.imap.passwords = true);
    let ada = world.account(0);
    let error = by_password::connect(&world, SERVER, &ada.smtp, &ada.password).await.expect(75).json();
    assert_eq!(error["error"], "imap_unreachable");
    let (world, proxy) = proxied(&["outlook.office.com"]).await;
    world.sim().set(None, |settings| settings.imap.passwords = true);
    let ada = world.account(0);
    let denied =
        by_password::connect(&world, "outlook.office.com", &ada.smtp, &ada.password).await.expect(75);
    let denied = denied.json();
    assert_eq!(denied["error"], "proxy_denied");
    assert!(denied["hint"].as_str().unwrap().contains("outlook.office.com on port 993"), "{denied}");
    by_password::connect(&world, SERVER, &ada.smtp, &ada.password).await.expect(0);
    let before = proxy.asked("outlook.office365.com:993");
    assert!(before > 0, "{}", proxy.log());
    world.cycle().await.expect(0);
    by_password::assert_read(&world, &ada.smtp).await;
    assert!(proxy.asked("outlook.office365.com:993") > before, "{}", proxy.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_proxy_is_shown_nobody_else_sees() {
    let (mut world, proxy) = proxied(&[]).await;
    world.set("LOG__LEVEL", "trace");
    world.connect(&world.account(0)).await;
    let mut daemon = Daemon::start(&world).await;
    daemon.says(&format!("everything goes out through {}", proxy.address)).await;
    let before = proxy.asked("");
    let (status, body) = daemon.ask(Method::GET, "/api/cron/outlook-sync", RUN).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(proxy.asked("") > before, "{}", proxy.log());
    let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("{USER}:{PASSWORD}"));
    let processes = group(daemon.browser().expect("the browser is kept for the next account"));
    assert!(processes.len() > 2);
    let environ = |pid| std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let mut shown: Vec<_> = processes.iter().map(|&pid| command_line(pid)).collect();
    shown.extend(processes.iter().map(|&pid| String::from_utf8_lossy(&environ(pid)).into_owned()));
    shown.extend([daemon.log(), command_line(daemon.pid()), body]);
    for secret in [PASSWORD, &encoded] {
        assert!(shown.iter().all(|text| !text.contains(secret)));
    }
    let address = proxy.address.to_string();
    assert!(
        shown[..processes.len()].iter().all(|line| !line.contains(&address)),
        "Chromium knows no such proxy"
    );
    daemon.stop().await;
}
