//! Chromium as a person has it: windows that open windows. What the daemon drives is kept from that, so it is
//! driven here by hand, over DevTools.

use crate::browser::processes::gone;
use futures::{SinkExt, StreamExt};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use outlook_syncd::clock::Clock;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Events by which a page complains: of its policy, of a script, of what it could not load.
const COMPLAINTS: [&str; 3] = ["Log.entryAdded", "Runtime.exceptionThrown", "Audits.issueAdded"];
const SOON: Duration = Duration::from_secs(30);

pub(crate) struct Chromium {
    child: Child,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: u64,
    /// The windows that are known.
    known: Vec<String>,
    /// What windows that are listened to have complained of.
    complaints: Vec<Value>,
    _profile: TempDir,
}

/// A window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Window {
    target: String,
    session: String,
}

impl Chromium {
    /// One for which these hosts are at `web`, whose certificate is known by its key, and no others are
    /// anywhere.
    pub(crate) async fn start(hosts: &[&str], web: SocketAddr, spki_sha256: &str) -> Self {
        let rules: Vec<_> = hosts.iter().map(|host| format!("MAP {host} {web}")).collect();
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("/usr/bin/chromium");
        command
            .args(["--headless=new", "--remote-debugging-port=0", "--disable-gpu", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--no-proxy-server"])
            .args(["--password-store=basic", "--disable-breakpad", "--disable-extensions"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--host-resolver-rules={},MAP * ~NOTFOUND", rules.join(",")))
            .arg(format!("--ignore-certificate-errors-spki-list={spki_sha256}"));
        command.env("TMPDIR", "/proc/self/cwd").env("HOME", profile.path()).current_dir(profile.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap().expect("Chromium starts");
            if let Some((_, address)) = line.split_once("DevTools listening on ") {
                break address.to_owned();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let (socket, _) = tokio_tungstenite::connect_async(address).await.unwrap();
        Self { child, socket, last: 0, known: Vec::new(), complaints: Vec::new(), _profile: profile }
    }

    /// Ends it, all of it.
    pub(crate) async fn close(mut self) {
        let group = self.child.id().unwrap();
        killpg(Pid::from_raw(group.try_into().unwrap()), Signal::SIGKILL).unwrap();
        self.child.wait().await.unwrap();
        gone(group).await;
    }

    /// A call and its answer; nothing when its window is closed meanwhile.
    async fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut call = json!({"id": self.last, "method": method, "params": params});
        if let Some(session) = session {
            call["sessionId"] = session.into();
        }
        self.socket.send(Message::text(call.to_string())).await.unwrap();
        let answer = async {
            loop {
                let message = self.socket.next().await.unwrap().unwrap();
                let message: Value = serde_json::from_str(message.to_text().unwrap()).unwrap_or_default();
                let closed = message["method"] == "Target.detachedFromTarget"
                    && session.is_some_and(|session| message["params"]["sessionId"] == session);
                if closed || message["id"] == self.last {
                    break message;
                }
                if message["method"].as_str().is_some_and(|event| COMPLAINTS.contains(&event)) {
                    self.complaints.push(message["params"].clone());
                }
            }
        };
        Clock::limit(SOON, answer).await.unwrap()
    }

    /// A window of a person who was nowhere before.
    pub(crate) async fn open(&mut self, url: &str) -> Window {
        let context = self.call(None, "Target.createBrowserContext", json!({})).await;
        let context = &context["result"]["browserContextId"];
        let blank = json!({"url": "about:blank", "browserContextId": context});
        let created = self.call(None, "Target.createTarget", blank).await;
        let window = self.attach(created["result"]["targetId"].as_str().unwrap()).await;
        self.call(Some(&window.session), "Page.navigate", json!({"url": url})).await;
        window
    }

    async fn attach(&mut self, target: &str) -> Window {
        let attached =
            self.call(None, "Target.attachToTarget", json!({"targetId": target, "flatten": true})).await;
        let session = attached["result"]["sessionId"].as_str().unwrap().to_owned();
        let window = Window { target: target.to_owned(), session };
        self.known.push(target.to_owned());
        self.call(Some(&window.session), "Page.enable", json!({})).await;
        window
    }

    /// Hears what a window complains of from now on.
    pub(crate) async fn listen(&mut self, window: &Window) {
        for domain in ["Log", "Runtime", "Audits"] {
            self.tell(window, &format!("{domain}.enable"), json!({})).await;
        }
    }

    /// What was heard since it was last asked.
    pub(crate) fn complaints(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.complaints)
    }

    /// A call about a window.
    pub(crate) async fn tell(&mut self, window: &Window, method: &str, params: Value) -> Value {
        self.call(Some(&window.session), method, params).await
    }

    /// Leads a window to an address, and waits until it is there.
    pub(crate) async fn go(&mut self, window: &Window, url: &str) {
        self.tell(window, "Page.navigate", json!({"url": url})).await;
        let there = format!("location.href === {} && document.readyState === 'complete'", json!(url));
        self.wait_for(window, &there).await;
    }

    /// The window that this one has opened since it was last asked.
    pub(crate) async fn opened_by(&mut self, opener: &Window) -> Window {
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        loop {
            tick.tick().await;
            let targets = self.targets().await;
            let own = targets.iter().filter(|target| target["openerId"] == opener.target.as_str());
            let mut ids = own.map(|target| target["targetId"].as_str().unwrap().to_owned());
            if let Some(new) = ids.find(|id| !self.known.contains(id)) {
                return self.attach(&new).await;
            }
        }
    }

    /// Whether the window is there.
    pub(crate) async fn is_open(&mut self, window: &Window) -> bool {
        self.targets().await.iter().any(|target| target["targetId"] == window.target.as_str())
    }

    /// Waits until the window is not there any more.
    pub(crate) async fn gone(&mut self, window: &Window) {
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        let gone = async {
            while self.is_open(window).await {
                tick.tick().await;
            }
        };
        Clock::limit(SOON, gone).await.expect("the window closes");
    }

    /// The person closes the window.
    pub(crate) async fn shut(&mut self, window: &Window) {
        self.call(None, "Target.closeTarget", json!({"targetId": window.target})).await;
    }

    async fn targets(&mut self) -> Vec<Value> {
        let targets = self.call(None, "Target.getTargets", json!({})).await;
        targets["result"]["targetInfos"].as_array().unwrap().clone()
    }

    /// Runs a script at the beginning of each document that the window shows from now on.
    pub(crate) async fn at_each_document(&mut self, window: &Window, script: &str) {
        let params = json!({"source": script});
        self.call(Some(&window.session), "Page.addScriptToEvaluateOnNewDocument", params).await;
    }

    /// What an expression comes to, as if the person had just clicked. `None`: the window has gone on or is
    /// closed.
    pub(crate) async fn ask(&mut self, window: &Window, expression: &str) -> Option<Value> {
        let params = json!({"expression": expression, "returnByValue": true, "userGesture": true});
        let answer = self.call(Some(&window.session), "Runtime.evaluate", params).await;
        let result = answer.get("result").filter(|result| result.get("exceptionDetails").is_none())?;
        Some(result["result"]["value"].clone())
    }

    /// Waits until an expression is true.
    pub(crate) async fn wait_for(&mut self, window: &Window, expression: &str) {
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        let so = async {
            while self.ask(window, expression).await != Some(Value::Bool(true)) {
                tick.tick().await;
            }
        };
        Clock::limit(SOON, so).await.unwrap_or_else(|_| panic!("never: {expression}"));
    }
}
