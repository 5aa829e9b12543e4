//! A client of IMAP in a few lines.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

use crate::imap::{Quirk, Settings, serve};
use crate::sim::{Options, Sim};

pub(super) const SCOPE: &str = "https://outlook.office.com/IMAP.AccessAsUser.All";

pub(super) fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A simulator with two accounts, and the first of them.
pub(super) fn world(messages: usize) -> (Sim, String) {
    let sim = Sim::new(&Options { messages, now: Some(now()), ..Options::default() });
    let smtp = sim.accounts().remove(0).smtp;
    (sim, smtp)
}

pub(super) fn set(sim: &Sim, change: impl Fn(&mut Settings)) {
    sim.set(None, |settings| change(&mut settings.imap));
}

pub(super) fn quirk(sim: &Sim, quirk: Quirk) {
    set(sim, |imap| imap.quirks = [quirk].into());
}

/// What XOAUTH2 says.
pub(super) fn said(user: &str, token: &str) -> String {
    STANDARD.encode(format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}"))
}

pub(super) struct Client {
    stream: BufReader<DuplexStream>,
    pub(super) greeting: String,
}

impl Client {
    /// Connects and reads the greeting.
    pub(super) async fn new(sim: &Sim) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(serve(theirs, sim.clone()));
        let mut client = Self { stream: BufReader::new(ours), greeting: String::new() };
        client.greeting = client.line().await;
        client
    }

    /// Connects and signs in with a fresh token.
    pub(super) async fn signed_in(sim: &Sim, smtp: &str) -> Self {
        let mut client = Self::new(sim).await;
        let token = sim.access_token(smtp, SCOPE).unwrap();
        let answer = client.ask(&format!("AUTHENTICATE XOAUTH2 {}", said(smtp, &token))).await;
        assert_eq!(answer, "a OK AUTHENTICATE completed.\r\n");
        client
    }

    /// The same, with the inbox open.
    pub(super) async fn in_the_inbox(sim: &Sim, smtp: &str) -> Self {
        let mut client = Self::signed_in(sim, smtp).await;
        client.ask("SELECT INBOX").await;
        client
    }

    pub(super) async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// A line with what its literals hold; empty at the end.
    pub(super) async fn line(&mut self) -> String {
        let mut line = Vec::new();
        loop {
            self.stream.read_until(b'\n', &mut line).await.unwrap();
            let text = String::from_utf8_lossy(&line);
            let Some(length) = text.strip_suffix("}\r\n").and_then(|text| text.rsplit_once('{')) else {
                break;
            };
            let mut literal = vec![0; length.1.parse().unwrap()];
            self.stream.read_exact(&mut literal).await.unwrap();
            line.extend(literal);
        }
        String::from_utf8(line).unwrap()
    }

    /// Sends a command; every line to the tagged one, or to the end.
    pub(super) async fn ask(&mut self, command: &str) -> String {
        self.send(&format!("a {command}\r\n")).await;
        self.answer().await
    }

    pub(super) async fn answer(&mut self) -> String {
        let mut answer = String::new();
        loop {
            let line = self.line().await;
            answer.push_str(&line);
            if line.is_empty() || line.starts_with("a ") || line.starts_with("+ ") {
                return answer;
            }
        }
    }
}
