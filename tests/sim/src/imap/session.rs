//! A connection from its greeting to its end.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::io::{AsyncRead, AsyncWrite};

use super::access::{self, Visitor};
use super::answer::{Answer, Word};
use super::command::Command;
use super::select::{self, Selected};
use super::set::Set;
use super::settings::{Quirk, Settings};
use super::wire::Wire;
use super::{faults, fetch, front, places, search, store, transfer};
use crate::log::Entry;
use crate::sim::Sim;

/// After so many errors the server hangs up ("imapsync FAQ").
const MOST_MISTAKES: u32 = 10;
/// Longest command that is taken ("Set-ImapSettings", learn.microsoft.com).
const LONGEST: usize = 10_240;

/// What a client is told of a token that is not taken, where it is told in a challenge.
const CHALLENGE: &str = r#"{"status":"401","schemes":"bearer","scope":"mail"}"#;

/// A session.
pub(super) struct Session {
    sim: Sim,
    visitor: Option<Visitor>,
    selected: Option<Selected>,
    rev2: bool,
    mistakes: u32,
}

impl Session {
    pub(super) fn new(sim: Sim) -> Self {
        Self { sim, visitor: None, selected: None, rev2: false, mistakes: 0 }
    }

    pub(super) async fn run<S: AsyncRead + AsyncWrite + Unpin>(
        mut self,
        wire: &mut Wire<S>,
    ) -> io::Result<()> {
        let kinds = self.sim.take_failures("", "imap_greeting");
        faults::wait(&kinds).await;
        let greeting = Answer::default().with(front::greeting(self.settings().front));
        let greeting = faults::instead(&kinds).unwrap_or(greeting);
        let mut goes_on = wire.answer("*", &greeting).await?;
        while goes_on {
            let Some(raw) = wire.command().await? else { return Ok(()) };
            let (tag, answer) = match Command::parse(&raw) {
                Ok(command) => (command.tag.clone(), self.answer(wire, &command).await?),
                Err(tag) => (tag, Answer::bad("Command Error. 10")),
            };
            let answer = self.counted(answer);
            goes_on = wire.answer(&tag, &answer).await?;
        }
        Ok(())
    }

    fn counted(&mut self, answer: Answer) -> Answer {
        let failed = answer.status.as_ref().is_some_and(|(word, _)| *word == Word::Bad);
        self.mistakes += u32::from(failed);
        let patient = self.mistakes < MOST_MISTAKES || !failed || answer.closes();
        if patient { answer } else { answer.and_bye("Connection closed. 14") }
    }

    fn settings(&self) -> Settings {
        match &self.visitor {
            Some(visitor) => self.sim.settings(&visitor.smtp).imap,
            None => self.sim.common_settings().imap,
        }
    }

    /// The answer to a command, with what a test has ordered, and the log's entry.
    async fn answer<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        wire: &mut Wire<S>,
        command: &Command,
    ) -> io::Result<Answer> {
        let smtp = self.visitor.as_ref().map(|visitor| visitor.smtp.clone());
        let has_signed_in = smtp.is_some();
        let smtp = smtp.or_else(|| access::claimed(command));
        let action = command.action();
        let known = smtp.clone().unwrap_or_default();
        let kinds = self.sim.take_failures_about(&known, &action, &command.text);
        faults::wait(&kinds).await;
        let answer = match faults::instead(&kinds) {
            Some(answer) => answer,
            None => faults::spoilt(&kinds, self.made(wire, command).await?),
        };
        self.sim.record(Entry {
            account: smtp.or_else(|| self.visitor.as_ref().map(|visitor| visitor.smtp.clone())),
            action,
            status: answer.logged(),
            bytes: answer.data.iter().map(Vec::len).sum(),
            // What signs in is nobody's to read.
            requested: command
                .args
                .iter()
                .filter(|_| has_signed_in)
                .filter_map(|arg| arg.text().map(str::to_owned))
                .collect(),
            returned: answer.returned.clone(),
            bodies: answer.bodies,
            ..Entry::default()
        });
        Ok(answer)
    }

    async fn made<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        wire: &mut Wire<S>,
        command: &Command,
    ) -> io::Result<Answer> {
        let signs_in = matches!(command.name.as_str(), "AUTHENTICATE" | "LOGIN");
        if !signs_in && command.text.len() > LONGEST {
            return Ok(Answer::bad_argument());
        }
        if self.visitor.as_ref().is_some_and(|visitor| visitor.has_expired(&self.sim)) {
            return Ok(Answer::bye(faults::EXPIRED));
        }
        Ok(match command.name.as_str() {
            "AUTHENTICATE" => self.authenticate(wire, command).await?,
            "LOGIN" => self.login(command),
            "IDLE" => self.idle(wire).await?,
            "CAPABILITY" => Answer::ok("CAPABILITY completed.")
                .with(front::capabilities(&self.settings(), self.visitor.is_some())),
            "ID" => Answer::ok("ID completed")
                .with("ID (\"name\" \"Microsoft.Exchange.Imap4.Imap4Server\" \"version\" \"15.20\")"),
            "LOGOUT" => Answer {
                cut: true,
                ..Answer::ok("LOGOUT completed.")
                    .with("BYE Microsoft Exchange Server IMAP4 server signing off.")
            },
            "NOOP" | "CHECK" => Answer::ok(&format!("{} completed.", command.name)).after(self.news()),
            _ => self.of_visitor(command),
        })
    }

    /// Commands of who has signed in.
    fn of_visitor(&mut self, command: &Command) -> Answer {
        let Some(visitor) = &self.visitor else { return Answer::bad("Command received in Invalid state.") };
        if !visitor.connected {
            return Answer::not_connected();
        }
        let (sim, smtp) = (self.sim.clone(), visitor.smtp.clone());
        match command.name.as_str() {
            "NAMESPACE" => Answer::ok("NAMESPACE completed.").with("NAMESPACE ((\"\" \"/\")) NIL NIL"),
            "LIST" | "LSUB" => places::list(&sim, &smtp, command),
            "STATUS" => select::status(&sim, &smtp, command),
            "SUBSCRIBE" | "UNSUBSCRIBE" => Answer::ok(&format!("{} completed.", command.name)),
            "SELECT" | "EXAMINE" => {
                let (selected, answer) = select::open(&sim, &smtp, command);
                self.selected = selected;
                answer
            }
            "ENABLE" if self.settings().has(Quirk::Rev2) => {
                self.rev2 = true;
                Answer::ok("ENABLE completed.").with("ENABLED IMAP4rev2")
            }
            _ => self.of_folder(command),
        }
    }

    /// Commands of a folder that is open.
    fn of_folder(&mut self, command: &Command) -> Answer {
        let known = ["FETCH", "SEARCH", "STORE", "COPY", "MOVE", "EXPUNGE", "CLOSE", "UNSELECT"];
        if !known.contains(&command.name.as_str()) {
            return Answer::bad("Command Error. 12");
        }
        let Some(selected) = &mut self.selected else {
            return Answer::bad("Command received in Invalid state.");
        };
        match command.name.as_str() {
            "FETCH" => fetch::fetch(&self.sim, selected, command),
            "SEARCH" if self.rev2 => Answer::bad("Command Error. 12"),
            "SEARCH" => search::search(&self.sim, selected, command),
            "STORE" => store::store(&self.sim, selected, command),
            "COPY" | "MOVE" => transfer::transfer(&self.sim, selected, command),
            "EXPUNGE" => transfer::expunge(&self.sim, selected, command),
            _ => self.close(command),
        }
    }

    /// CLOSE takes along what is marked, UNSELECT (RFC 3691) does not.
    fn close(&mut self, command: &Command) -> Answer {
        if let Some(mut selected) = self.selected.take().filter(|_| command.name == "CLOSE") {
            transfer::expunge_set(&self.sim, &mut selected, &Set::all());
        }
        Answer::ok(&format!("{} completed.", command.name))
    }

    fn news(&mut self) -> Vec<Vec<u8>> {
        self.selected.as_mut().map(|selected| selected.news(&self.sim)).unwrap_or_default()
    }

    /// AUTHENTICATE XOAUTH2 in one line (RFC 4959) or in two steps.
    async fn authenticate<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        wire: &mut Wire<S>,
        command: &Command,
    ) -> io::Result<Answer> {
        if self.visitor.is_some() {
            return Ok(Answer::bad("Command received in Invalid state."));
        }
        if !command.text(0).is_some_and(|name| name.eq_ignore_ascii_case("XOAUTH2")) {
            return Ok(Answer::no("AUTHENTICATE failed."));
        }
        let said = if let Some(said) = command.text(1) {
            if self.settings().has(Quirk::TwoSteps) {
                return Ok(Answer::bad_argument());
            }
            said.as_bytes().to_vec()
        } else {
            wire.send(b"+ \r\n").await?;
            wire.line().await?.unwrap_or_default()
        };
        self.visitor = Visitor::by_token(&self.sim, &said);
        if self.visitor.is_some() {
            return Ok(Answer::ok("AUTHENTICATE completed."));
        }
        if self.settings().has(Quirk::Challenge) {
            wire.send(format!("+ {}\r\n", STANDARD.encode(CHALLENGE)).as_bytes()).await?;
            let reply = wire.line().await?.unwrap_or_default();
            self.sim.record(Entry {
                action: if reply.is_empty() { "imap_empty_reply" } else { "imap_other_reply" }.to_owned(),
                ..Entry::default()
            });
        }
        Ok(Answer::no("AUTHENTICATE failed."))
    }

    fn login(&mut self, command: &Command) -> Answer {
        let (Some(user), Some(password)) = (command.text(0), command.text(1)) else {
            return Answer::bad_argument();
        };
        if self.visitor.is_some() {
            return Answer::bad("Command received in Invalid state.");
        }
        self.visitor = Visitor::by_password(&self.sim, user, password);
        if self.visitor.is_some() { Answer::ok("LOGIN completed.") } else { Answer::no("LOGIN failed.") }
    }

    /// IDLE (RFC 2177), which tells of nothing before it is done.
    async fn idle<S: AsyncRead + AsyncWrite + Unpin>(&mut self, wire: &mut Wire<S>) -> io::Result<Answer> {
        if self.selected.is_none() {
            return Ok(Answer::bad("Command received in Invalid state."));
        }
        wire.send(b"+ IDLE accepted, awaiting DONE command.\r\n").await?;
        let done = wire.line().await?.is_some_and(|line| line.eq_ignore_ascii_case(b"DONE"));
        Ok(if done {
            Answer::ok("IDLE completed.").after(self.news())
        } else {
            Answer::bad("Command Error. 12")
        })
    }
}
