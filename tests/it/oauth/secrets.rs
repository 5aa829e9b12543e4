//! No secret leaves: not into a log at trace level, an answer, a page or an argument.

use super::device::command;
use super::stage::{CALLBACK, HOST, Stage};
use outlook_syncd::model::{Reach, Resource, Scope};
use outlook_syncd::secret::ExposeSecret;
use reqwest::StatusCode;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A real daemon; all that it writes is kept.
pub(super) struct Daemon {
    child: Child,
    address: String,
    log: Arc<Mutex<String>>,
    client: reqwest::Client,
}

impl Daemon {
    pub(super) async fn start(mut command: Command) -> Self {
        command
            .env("OUTLOOK_SYNCD_HTTP__LISTEN", "127.0.0.1:0")
            .env("OUTLOOK_SYNCD_SYNC__SCHEDULE", "0 0 1 1 *");
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let address = loop {
            let line = lines.next_line().await.unwrap().expect("the daemon goes on");
            log.lock().unwrap().push_str(&line);
            if let Some((_, rest)) = line.split_once("address=") {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
        };
        let kept = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                kept.lock().unwrap().push_str(&line);
            }
        });
        Self { child, address, log, client: outlook_syncd::net::client().build().unwrap() }
    }

    async fn get(
        &self,
        path: &str,
        bearer: Option<&str>,
        cookie: Option<&str>,
    ) -> (StatusCode, String, String) {
        let mut request = self.client.get(format!("http://{}{path}", self.address)).header("host", HOST);
        if let Some(bearer) = bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let answer = request.send().await.unwrap();
        let headers = format!("{:?}", answer.headers());
        (answer.status(), headers, answer.text().await.unwrap())
    }

    /// Asks and looks at nothing: the daemon may die meanwhile.
    pub(super) async fn ask(&self, path: &str, bearer: &str) {
        let request = self.client.get(format!("http://{}{path}", self.address)).bearer_auth(bearer);
        let _ = request.send().await;
    }

    pub(super) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    pub(super) fn pid(&self) -> i32 {
        self.child.id().unwrap().try_into().unwrap()
    }

    /// What others on this machine can see of it.
    fn shown(&self) -> String {
        let pid = self.pid();
        let read = |what: &str| std::fs::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
        String::from_utf8_lossy(&[read("cmdline"), read("environ")].concat()).into_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_is_found_anywhere() {
    let stage = Stage::start().await;
    let ada = stage.person(0);
    let mut run = command(&stage, &["run"]);
    run.env("OUTLOOK_SYNCD_LOG__LEVEL", "trace");
    let mut daemon = Daemon::start(run).await;
    let admin = stage.bearer(&[Scope::Admin, Scope::Read], Some("u1")).await;
    let mut seen = String::new();

    // The popup, once with an error and once to the end.
    let mut canaries = vec!["canary-client-secret".to_owned()];
    for accept in [false, true] {
        let (_, _, body) = daemon.get("/v1/integrations/outlook/auth-url", Some(&admin), None).await;
        let url: url::Url = serde_json::from_str::<serde_json::Value>(&body).unwrap()["url"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let answer =
            daemon.client.get(format!("http://{}{}?{}", daemon.address, url.path(), url.query().unwrap()));
        let answer = answer.header("host", HOST).send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let (location, cookie) = (header("location"), header("set-cookie"));
        let cookie = cookie.split(';').next().unwrap().to_owned();
        canaries.push(url.query_pairs().next().unwrap().1.into_owned());
        canaries.push(cookie.split_once('=').unwrap().1.to_owned());
        canaries.push(super::hostile::parameter(&location, "state"));
        let landed = stage.sim().visit(&location, &ada.smtp, accept).await.unwrap();
        canaries.extend(landed.parameter("code"));
        let path = landed.url().strip_prefix("https://sync.example.test").unwrap();
        assert!(landed.url().starts_with(CALLBACK));
        for _ in 0..2 {
            let (_, headers, body) = daemon.get(path, None, Some(&cookie)).await;
            seen.push_str(&headers);
            seen.push_str(&body);
        }
    }
    // The tokens that came of it: renewed, and one handed out.
    let account = stage.store().accounts(&Reach::Everyone).await.unwrap().remove(0).id;
    let tokens = stage.app.services.strongbox.tokens(&account).await.unwrap().unwrap();
    let broker = stage.bearer(&[Scope::Tokens], None).await;
    let path = format!("/v1/accounts/{account}/access-token?resource=outlook");
    let (status, headers, given) = daemon.get(&path, Some(&broker), None).await;
    assert_eq!(status, StatusCode::OK, "{given}");
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
    assert!(given.contains(&outlook), "the broker gives it");
    seen.push_str(&headers);
    seen.push_str(&given.replace(&outlook, ""));
    for path in [
        "/v1/integrations/outlook/status".to_owned(),
        "/v1/accounts".to_owned(),
        format!("/v1/accounts/{account}"),
    ] {
        let (status, headers, body) = daemon.get(&path, Some(&admin), None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        seen.push_str(&headers);
        seen.push_str(&body);
    }
    seen.push_str(&daemon.shown());
    daemon.kill().await;
    let log = daemon.log.lock().unwrap().clone();
    for line in ["not connected by OAuth", " connected by OAuth", "token renewed"] {
        assert!(log.contains(line), "the log tells of all this: {log}");
    }
    seen.push_str(&log);
    for file in std::fs::read_dir(stage.dir.path()).unwrap().flatten() {
        if file.file_name().to_string_lossy().starts_with("outlook-syncd.db") {
            seen.push_str(&String::from_utf8_lossy(&std::fs::read(file.path()).unwrap()));
        }
    }
    assert!(canaries.len() >= 12, "{}", canaries.len());
    for canary in canaries {
        assert!(canary.len() > 8, "a canary that says something");
        assert!(!seen.contains(&canary), "found: {canary:.12}… at {:?}", seen.find(&canary));
    }
}
