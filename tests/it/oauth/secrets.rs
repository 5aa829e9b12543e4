//! No secret leaves: not into a log at trace level, an answer, a page or an argument.

use crate::stage::{Answer, CALLBACK, Daemon, HOST, OPENER, Stage};
use outlook_syncd::model::{Reach, Resource, Scope};
use outlook_syncd::secret::ExposeSecret;
use reqwest::{Method, StatusCode};

/// What a daemon answers, asked as its proxy would ask.
async fn get(daemon: &Daemon, path: &str, bearer: Option<&str>, cookie: Option<&str>) -> Answer {
    ask(daemon.request(Method::GET, path), bearer, cookie).await
}

async fn ask(request: reqwest::RequestBuilder, bearer: Option<&str>, cookie: Option<&str>) -> Answer {
    let mut request = request.header("host", HOST);
    if let Some(bearer) = bearer {
        request = request.bearer_auth(bearer);
    }
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    Answer::of(request).await
}

/// What others on this machine can see of it.
fn shown(daemon: &Daemon) -> String {
    let read = |what: &str| std::fs::read(format!("/proc/{}/{what}", daemon.pid())).unwrap_or_default();
    String::from_utf8_lossy(&[read("cmdline"), read("environ")].concat()).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_found_anywhere() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let mut run = stage.command(&["run"]);
    run.env("OUTLOOK_SYNCD_LOG__LEVEL", "trace");
    let mut daemon = Daemon::of(run).listening().await;
    let admin = stage.bearer(&[Scope::Admin, Scope::Read], Some("u1")).await;
    let mut seen = String::new();

    // The popup, once with an error and once to the end.
    let mut canaries = vec!["canary-client-secret".to_owned()];
    for accept in [false, true] {
        let answer = get(&daemon, "/v1/integrations/outlook/auth-url", Some(&admin), None).await;
        let url: url::Url = answer.json()["url"].as_str().unwrap().parse().unwrap();
        let start = format!("{}?{}", url.path(), url.query().unwrap());
        let page = get(&daemon, &start, None, None).await;
        seen.extend([format!("{:?}", page.headers), page.text]);
        let going = daemon.request(Method::POST, &start).header("origin", OPENER);
        let answer = ask(going, None, None).await;
        let (location, cookie) = (answer.goes_on_to().to_string(), answer.cookie());
        canaries.push(url.query_pairs().next().unwrap().1.into_owned());
        canaries.push(cookie.split_once('=').unwrap().1.to_owned());
        canaries.push(super::hostile::parameter(&location, "state"));
        let landed = stage.sim().visit(&location, &ada.smtp, accept).await.unwrap();
        canaries.extend(landed.parameter("code"));
        let path = landed.url().strip_prefix("https://sync.example.test").unwrap();
        assert!(landed.url().starts_with(CALLBACK));
        let finish = get(&daemon, path, None, Some(&cookie)).await.finish();
        let again = get(&daemon, path, None, Some(&cookie)).await;
        seen.extend([format!("{:?}", again.headers), again.text]);
        for _ in 0..2 {
            let body = format!("{{\"finish\": \"{finish}\"}}");
            let request = daemon.request(Method::POST, "/v1/integrations/outlook/finish").body(body);
            let answer = ask(request.header("content-type", "application/json"), Some(&admin), None).await;
            seen.extend([format!("{:?}", answer.headers), answer.text]);
        }
        canaries.push(finish);
    }
    // The tokens that came of it: renewed, and one handed out.
    let account = stage.store().accounts(&Reach::Everyone).await.unwrap().remove(0).id;
    let tokens = stage.app.services.strongbox.tokens(&account).await.unwrap().unwrap();
    let broker = stage.bearer(&[Scope::Tokens], None).await;
    let path = format!("/v1/accounts/{account}/access-token?resource=outlook");
    let given = get(&daemon, &path, Some(&broker), None).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let renewed = stage.app.services.strongbox.tokens(&account).await.unwrap().unwrap();
    for stored in [tokens, renewed] {
        let stored: serde_json::Value = serde_json::from_str(stored.expose_secret()).unwrap();
        canaries.push(stored["refresh"].as_str().unwrap().to_owned());
        canaries.extend(
            stored["access"]
                .as_object()
                .unwrap()
                .values()
                .map(|token| token["token"].as_str().unwrap().to_owned()),
        );
    }
    let outlook = stage.app.services.oauth.access_token(&account, Resource::Outlook).await.unwrap();
    let outlook = outlook.token.expose_secret().clone();
    assert!(given.text.contains(&outlook), "the broker gives it");
    seen.extend([format!("{:?}", given.headers), given.text.replace(&outlook, "")]);
    for path in [
        "/v1/integrations/outlook/status".to_owned(),
        "/v1/accounts".to_owned(),
        format!("/v1/accounts/{account}"),
    ] {
        let answer = get(&daemon, &path, Some(&admin), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        seen.extend([format!("{:?}", answer.headers), answer.text]);
    }
    seen += &shown(&daemon);
    daemon.stop().await;
    let log = daemon.log();
    for line in ["not connected by OAuth", " connected by OAuth", "token renewed"] {
        assert!(log.contains(line), "the log tells of all this: {log}");
    }
    seen.push_str(&log);
    for file in std::fs::read_dir(stage.state_dir()).unwrap().flatten() {
        if file.file_name().to_string_lossy().starts_with("outlook-syncd.db") {
            seen.push_str(&String::from_utf8_lossy(&std::fs::read(file.path()).unwrap()));
        }
    }
    assert!(canaries.len() >= 14, "{}", canaries.len());
    for canary in canaries {
        assert!(canary.len() > 8, "a canary that says something");
        assert!(!seen.contains(&canary), "found: {canary:.12}… at {:?}", seen.find(&canary));
    }
}
