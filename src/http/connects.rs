//! `/v1/connects`: connecting a mailbox by its owner's password, or by a code that they type elsewhere, as a conversation
//! under an id. It lasts as long as this process; who began it leads it.

use super::Edge;
use super::asked::{ConnectInPath, JsonBody};
use super::caller::Caller;
use super::problem::Problem;
use super::shapes::ConnectCard;
use crate::desk::DeskError;
use crate::desk::sign_ins::{Answer, Method, Prompt, SignInState};
use crate::model::{Actor, SignInId, is_user};
use crate::secret::secret;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{HeaderName, LOCATION};
use serde::Deserialize;
use utoipa::ToSchema;

/// The longest login, and the longest password, bytes.
const LONGEST: usize = 1024;

/// Which mailbox is to be connected.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectAsked {
    /// What the owner types at sign-in. Without it, by a code, whichever mailbox the person has.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024)]
    login: Option<String>,
    /// Their password. Without it they sign in by a code, which the answer has: for callers bound to no user.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    password: Option<String>,
    /// The user, where the caller is bound to none.
    #[serde(default)]
    user: Option<String>,
}

/// What a connect is answered: a code, a way, or neither, which says that it is being done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectAnswer {
    /// The one-time code.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    code: Option<String>,
    /// The way to prove a second time who signs in, of those that are offered.
    #[serde(default)]
    way: Option<Method>,
}

/// Begin to connect a mailbox, by a password or by a code
///
/// A password is tried once, is kept nowhere, and is not tried again once it was refused. What is asked meanwhile is told
/// under the address of the header `Location`, and waits for five minutes. A code is begun by callers bound to no user: whoever
/// types it is connected for the user, and might have been sent it.
#[utoipa::path(
    post,
    path = "/v1/connects",
    operation_id = "beginConnect",
    tag = "sign-in",
    request_body = ConnectAsked,
    responses((
        status = 202,
        description = "It has begun.",
        body = ConnectCard,
        headers(("Location" = String, description = "Where it tells how it stands."))
    ))
)]
pub(super) async fn begin(
    State(edge): State<Edge>,
    caller: Caller,
    JsonBody(asked): JsonBody<ConnectAsked>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<ConnectCard>), Problem> {
    let ConnectAsked { login, password, user } = asked;
    let is_text = |text: &Option<String>| text.as_ref().is_none_or(|text| is_text(text));
    if !is_text(&login) || !is_text(&password) {
        return Err(Problem::wrong("bad_body", "login and password are texts of 1 to 1024 bytes"));
    }
    let (desk, actor) = (&edge.desk, &caller.actor);
    let owner = owner(actor, user)?;
    let id = match (login, password) {
        (Some(login), Some(password)) => desk.connect(actor, &owner, &login, &secret(password)).await?,
        (None, Some(_)) => return Err(Problem::wrong("bad_body", "a password wants its login")),
        (login, None) => desk.connect_by_code(actor, &owner, login.as_deref()).await?,
    };
    let place = [(LOCATION, format!("/v1/connects/{id}"))];
    Ok((StatusCode::ACCEPTED, place, Json(card(&edge, actor, id)?)))
}

/// Show how a connect stands, and what it asks
#[utoipa::path(
    get,
    path = "/v1/connects/{connect}",
    operation_id = "getConnect",
    tag = "sign-in",
    responses((status = 200, description = "How it stands.", body = ConnectCard))
)]
pub(super) async fn show(
    State(edge): State<Edge>,
    caller: Caller,
    ConnectInPath(id): ConnectInPath,
) -> Result<Json<ConnectCard>, Problem> {
    Ok(Json(card(&edge, &caller.actor, id)?))
}

/// Answer what a connect asks
#[utoipa::path(
    post,
    path = "/v1/connects/{connect}/answer",
    operation_id = "answerConnect",
    tag = "sign-in",
    request_body = ConnectAnswer,
    responses((status = 202, description = "It goes on.", body = ConnectCard))
)]
pub(super) async fn answer(
    State(edge): State<Edge>,
    caller: Caller,
    ConnectInPath(id): ConnectInPath,
    JsonBody(given): JsonBody<ConnectAnswer>,
) -> Result<(StatusCode, Json<ConnectCard>), Problem> {
    let answer = match state(&edge, &caller.actor, &id)? {
        SignInState::Asks(prompt) => {
            fitting(&prompt, given).map_err(|why| Problem::wrong("bad_body", why))?
        }
        SignInState::Working
        | SignInState::Trying
        | SignInState::Accepted
        | SignInState::Shows(_)
        | SignInState::Connected(_)
        | SignInState::Failed(_)
        | SignInState::Kept(..) => return Err(Problem::nothing_asked()),
    };
    if !edge.desk.answer(&caller.actor, &id, answer) {
        return Err(Problem::nothing_asked());
    }
    Ok((StatusCode::ACCEPTED, Json(card(&edge, &caller.actor, id)?)))
}

/// Give a connect up
///
/// It ends where it waits. A password that was accepted before stays accepted: the mailbox may be connected all the same.
#[utoipa::path(
    delete,
    path = "/v1/connects/{connect}",
    operation_id = "endConnect",
    tag = "sign-in",
    responses((status = 204, description = "It goes by its id no more."))
)]
pub(super) async fn end(
    State(edge): State<Edge>,
    caller: Caller,
    ConnectInPath(id): ConnectInPath,
) -> Result<StatusCode, Problem> {
    state(&edge, &caller.actor, &id)?;
    edge.desk.leave_unanswered(&caller.actor, &id);
    Ok(StatusCode::NO_CONTENT)
}

fn is_text(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && !text.contains(char::is_control)
}

/// For whom it is connected.
fn owner(actor: &Actor, named: Option<String>) -> Result<String, DeskError> {
    let owner = named.or_else(|| actor.reach.owner().map(str::to_owned));
    owner.filter(|owner| is_user(owner)).ok_or(DeskError::NoUser)
}

fn state(edge: &Edge, actor: &Actor, id: &SignInId) -> Result<SignInState, DeskError> {
    Ok(edge.desk.sign_in_now(actor, id).ok_or(DeskError::SignInLost)?.state)
}

fn card(edge: &Edge, actor: &Actor, id: SignInId) -> Result<ConnectCard, DeskError> {
    let state = state(edge, actor, &id)?;
    Ok(ConnectCard::of(id, state))
}

/// An answer to what is asked.
fn fitting(prompt: &Prompt, given: ConnectAnswer) -> Result<Answer, &'static str> {
    match (prompt, given) {
        (Prompt::Approve { .. }, ConnectAnswer { code: None, way: None }) => Ok(Answer::GoOn),
        (Prompt::Code { .. }, ConnectAnswer { code: Some(code), way: None })
            if (1..=64).contains(&code.len()) =>
        {
            Ok(Answer::Code(secret(code)))
        }
        (Prompt::Choose(ways), ConnectAnswer { code: None, way: Some(way) }) if ways.contains(&way) => {
            Ok(Answer::Method(way))
        }
        (Prompt::Approve { .. }, _) => Err("what is asked is answered with {}"),
        (Prompt::Code { .. }, _) => Err("what is asked is answered with a code"),
        (Prompt::Choose(_), _) => Err("what is asked is answered with a way"),
    }
}
