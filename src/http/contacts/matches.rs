//! `/v1/accounts/{id}/contacts/matches`: contacts of which a person says whether they are one.

use crate::desk::{ContactDetail, MatchDetail};
use crate::http::Edge;
use crate::http::asked::{AccountInPath, JsonBody, MatchInPath, Query};
use crate::http::caller::Caller;
use crate::http::paging;
use crate::http::problem::Problem;
use crate::model::{ContactMatchId, MatchAnswer};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// From where on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::http) struct MatchQuery {
    /// How many at most; 50 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The id of the last one of the page before.
    after: Option<String>,
}

/// A page of them, in the order in which they were found.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct MatchList {
    matches: Vec<MatchDetail>,
    /// What the next page is asked for with, as `after`; `None` of the last one.
    next: Option<ContactMatchId>,
}

/// What is said of two contacts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Answered {
    answer: MatchAnswer,
}

/// List contacts of which a person says whether they are one
#[utoipa::path(get,
    path = "/v1/accounts/{id}/contacts/matches",
    operation_id = "listMatches",
    tag = "contacts",
    params(MatchQuery),
    responses((status = 200, description = "A page, in the order in which they were found.", body = MatchList)))]
pub(in crate::http) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<MatchQuery>,
) -> Result<Json<MatchList>, Problem> {
    let limit = paging::limit(asked.limit).ok_or_else(Problem::bad_limit)?;
    let after = asked.after.map(ContactMatchId::from);
    // One more tells whether there is another page.
    let mut matches = edge.desk.contact_matches(&caller.actor, &id, after.as_ref(), limit + 1).await?;
    let has_more = matches.len() > limit as usize;
    matches.truncate(limit as usize);
    let next = matches.last().filter(|_| has_more).map(|last| last.id.clone());
    Ok(Json(MatchList { matches, next }))
}

/// Say whether two contacts are one
#[utoipa::path(post,
    path = "/v1/accounts/{id}/contacts/matches/{match}",
    operation_id = "answerMatch",
    tag = "contacts",
    request_body = Answered,
    responses((status = 200, description = "The contact that was made here, as it stands then.", body = ContactDetail)))]
pub(in crate::http) async fn answer(
    State(edge): State<Edge>,
    caller: Caller,
    MatchInPath { account, found }: MatchInPath,
    JsonBody(Answered { answer }): JsonBody<Answered>,
) -> Result<Json<ContactDetail>, Problem> {
    Ok(Json(edge.desk.answer_match(&caller.actor, &account, &found, answer).await?))
}
