//! A sign-in as the person at the terminal sees it and answers it.

use super::CommandError;
use super::output::say;
use crate::desk::sign_ins::{Answer, Method, Prompt, SignInState};
use crate::desk::{Desk, DeskError};
use crate::model::{Account, Actor, SignInId};
use crate::secret::{ExposeSecret as _, SecretText, secret};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use tokio::sync::oneshot;

/// Tells how it stands until it has ended, and answers what it asks.
pub(super) async fn follow(desk: &Desk, actor: &Actor, id: &SignInId) -> Result<Account, CommandError> {
    let lost = || CommandError::from(DeskError::SignInLost);
    let mut watched = desk.sign_in(actor, id).ok_or_else(lost)?;
    loop {
        let state = watched.borrow_and_update().clone();
        match state {
            // A code is shown by `device`.
            SignInState::Working | SignInState::Shows(_) => {}
            SignInState::Trying => say("trying the password, once"),
            SignInState::Accepted => say("the password was accepted, the session is stored"),
            SignInState::Asks(prompt) => tokio::select! {
                answer = ask(&prompt) => match answer {
                    Some(answer) => drop(desk.answer(actor, id, answer)),
                    None => desk.leave_unanswered(actor, id),
                },
                // It was answered elsewhere, or waited for too long.
                changed = watched.changed() => {
                    changed.map_err(|_| lost())?;
                    continue;
                }
            },
            SignInState::Connected(account) => return Ok(account),
            SignInState::Failed(failure) | SignInState::Kept(_, failure) => return Err(failure.into()),
        }
        watched.changed().await.map_err(|_| lost())?;
    }
}

/// The person's answer; `None` when nobody is there to give one.
async fn ask(prompt: &Prompt) -> Option<Answer> {
    match prompt {
        Prompt::Approve { number: None } => say("approve the sign-in on your telephone"),
        Prompt::Approve { number: Some(number) } => {
            say(&format!("approve the sign-in on your telephone and enter {number}"));
        }
        Prompt::Code { wrong } => {
            if *wrong {
                say("that is not the code");
            }
            return hear("Code that your app shows, or that was sent to you: ", true).await.map(Answer::Code);
        }
        Prompt::Choose(ways) => return choose(ways).await.map(Answer::Method),
    }
    Some(Answer::GoOn)
}

async fn choose(ways: &[Method]) -> Option<Method> {
    say("Microsoft wants to know how you prove that it is you:");
    for (number, way) in (1..).zip(ways) {
        say(&format!("  {number}  {}", words(*way)));
    }
    loop {
        let said = hear("Number: ", false).await?;
        let number: Option<usize> = said.expose_secret().parse().ok();
        if let Some(way) = number.and_then(|number| ways.get(number.checked_sub(1)?)) {
            return Some(*way);
        }
        say(&format!("a number from 1 to {}, please", ways.len()));
    }
}

fn words(way: Method) -> &'static str {
    match way {
        Method::Approval => "approve it in the authenticator app",
        Method::AppCode => "a code that the authenticator app shows",
        Method::TextMessage => "a code by text message",
        Method::Call => "a telephone call",
    }
}

/// A line of the terminal, or of standard input after the password; `None` when it is empty or there is none.
/// It is read in a thread that nobody waits for: a person who does not answer keeps no program from ending.
async fn hear(question: &'static str, hidden: bool) -> Option<SecretText> {
    let (say, heard) = oneshot::channel();
    std::thread::spawn(move || say.send(read(question, hidden)));
    heard.await.ok()?.ok().filter(|line| !line.expose_secret().is_empty())
}

fn read(question: &str, hidden: bool) -> io::Result<SecretText> {
    let is_terminal = io::stdin().is_terminal();
    if is_terminal && hidden {
        return rpassword::prompt_password(question).map(secret);
    }
    if is_terminal {
        write!(io::stderr(), "{question}")?;
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    // Apps show a code in groups.
    Ok(secret(line.split_whitespace().collect()))
}
