//! A connect by password or by code, as it is led: what it asks, what is answered, how it ended. Who began it leads it.

use super::Dashboard;
use super::asked::{AskedWith, PageConnect, SentForm};
use super::connect::connect_again;
use super::done::JustDone;
use super::entry::Admitted;
use super::frame::{Frame, live as live_part, render, revision};
use super::overview::Before;
use super::refusal::PageRefusal;
use super::told::{Saying, Told, code_key};
use crate::desk::sign_ins::{Answer, Method, Prompt, SignInSeen, SignInState};
use crate::error::{Disposition, WhoseTurn};
use crate::model::{AccountId, SignInId};
use crate::secret::secret;
use crate::sync::Failure;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The longest one-time code, bytes.
const LONGEST: usize = 64;

/// What it is answered: a code, a way, or that it is being done.
#[derive(Deserialize)]
pub(super) struct PromptAnswered {
    code: Option<String>,
    way: Option<String>,
}

/// What the page shows.
struct ConversationView {
    seen: SignInSeen,
    /// The account that it is about, where it is connected.
    account: Option<AccountId>,
}

/// Which of the words says how one stands.
pub(super) fn said(state: &SignInState) -> &'static str {
    match state {
        SignInState::Working => "connect-working",
        SignInState::Trying => "connect-trying",
        SignInState::Accepted => "connect-accepted",
        SignInState::Asks(Prompt::Approve { .. }) => "connect-approve",
        SignInState::Asks(Prompt::Code { .. }) => "connect-one-time",
        SignInState::Asks(Prompt::Choose(_)) => "connect-choose",
        SignInState::Shows(_) => "connect-code-shown",
        SignInState::Connected(_) => "connect-connected",
        SignInState::Kept(..) => "connect-kept",
        SignInState::Failed(_) => "connect-not-connected",
    }
}

impl ConversationView {
    /// Which of the words says how it stands.
    fn said(&self) -> &'static str {
        said(&self.seen.state)
    }

    fn is_doing(&self) -> bool {
        matches!(self.seen.state, SignInState::Working | SignInState::Trying | SignInState::Accepted)
    }

    fn can_be_given_up(&self) -> bool {
        self.seen.state.can_be_given_up()
    }

    /// Where it is begun again.
    fn again(&self) -> String {
        connect_again(self.account.as_ref())
    }

    fn told<'a>(&'a self, page: &Frame) -> Option<Told<'a>> {
        let (is_kept, failure) = match &self.seen.state {
            SignInState::Failed(failure) => (false, failure),
            SignInState::Kept(_, failure) => (true, failure),
            SignInState::Working
            | SignInState::Trying
            | SignInState::Accepted
            | SignInState::Asks(_)
            | SignInState::Shows(_)
            | SignInState::Connected(_) => return None,
        };
        let Failure { meaning, message } = failure;
        let (key, whose_turn) = (code_key(meaning.code), meaning.whose_turn);
        // With one that is kept the next cycle goes on.
        let is_over = !is_kept && meaning.disposition == Disposition::Retry && whose_turn == WhoseTurn::Owner;
        let saying = Saying { key, because: message, whose_turn, next: &meaning.next, is_over };
        Some(Told::new(page, &saying))
    }
}

#[derive(Template)]
#[template(path = "conversation.html")]
struct ConversationPage<'a> {
    page: &'a Frame,
    view: &'a ConversationView,
    told: Option<&'a Told<'a>>,
    revision: &'a str,
}

#[derive(Template)]
#[template(path = "conversation_live.html")]
struct ConversationLive<'a> {
    page: &'a Frame,
    view: &'a ConversationView,
    told: Option<&'a Told<'a>>,
    revision: &'a str,
}

async fn view(
    dashboard: &Dashboard,
    guest: &Admitted,
    id: SignInId,
) -> Result<(ConversationView, String), PageRefusal> {
    let seen = dashboard.desk.sign_in_now(&guest.actor, &id).ok_or_else(PageRefusal::lost)?;
    let account = match &seen.account {
        Some(id) => dashboard.desk.account(&guest.actor, id).await.ok().map(|account| account.id),
        None => None,
    };
    let revision = revision(&seen);
    Ok((ConversationView { seen, account }, revision))
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageConnect(id): PageConnect,
) -> Result<Response, PageRefusal> {
    let (view, revision) = view(&dashboard, &guest, id).await?;
    let told = view.told(&page);
    Ok(render(&ConversationPage { page: &page, view: &view, told: told.as_ref(), revision: &revision }))
}

/// The same without what stands around it, where it is not as it was.
pub(super) async fn live(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageConnect(id): PageConnect,
    AskedWith(before): AskedWith<Before>,
) -> Result<Response, PageRefusal> {
    let (view, revision) = view(&dashboard, &guest, id).await?;
    let told = view.told(&page);
    let part = ConversationLive { page: &page, view: &view, told: told.as_ref(), revision: &revision };
    Ok(live_part(&part, &revision, before.revision.as_deref()))
}

/// Answers what it asks. What it asks no more is not answered, and no fault: the page shows what it asks now.
pub(super) async fn answer(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageConnect(id): PageConnect,
    SentForm(answered): SentForm<PromptAnswered>,
) -> Result<Redirect, PageRefusal> {
    let seen = dashboard.desk.sign_in_now(&guest.actor, &id).ok_or_else(PageRefusal::lost)?;
    if let SignInState::Asks(prompt) = seen.state {
        let answer = fitting(&prompt, answered).ok_or_else(PageRefusal::misread)?;
        dashboard.desk.answer(&guest.actor, &id, answer);
    }
    Ok(Redirect::to(&format!("/ui/connects/{id}")))
}

/// Gives it up, where it can be.
pub(super) async fn end(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageConnect(id): PageConnect,
) -> Result<Response, PageRefusal> {
    dashboard.desk.sign_in_now(&guest.actor, &id).ok_or_else(PageRefusal::lost)?;
    let is_given_up = dashboard.desk.give_up(&guest.actor, &id);
    let how_it_goes_on = || Redirect::to(&format!("/ui/connects/{id}")).into_response();
    Ok(if is_given_up { JustDone::GivenUp.at("/ui/connect") } else { how_it_goes_on() })
}

fn fitting(prompt: &Prompt, PromptAnswered { code, way }: PromptAnswered) -> Option<Answer> {
    match prompt {
        Prompt::Approve { .. } => Some(Answer::GoOn),
        Prompt::Code { .. } => {
            // Apps show it in groups.
            let code: String = code?.split_whitespace().collect();
            (1..=LONGEST).contains(&code.len()).then(|| Answer::Code(secret(code)))
        }
        Prompt::Choose(ways) => Method::parse(&way?).filter(|way| ways.contains(way)).map(Answer::Method),
    }
}
