//! `/v1/accounts/{id}/contacts/matches`: contacts of which a person says whether they are one.

use crate::desk::{ContactDetail, MatchDetail};
use crate::http::Edge;
use crate::http::asked::{AccountInPath, JsonBody, MatchInPath, Query};
use crate::http::caller::Caller;
use crate::http::paging::{self, ListQuery, Paged};
use crate::http::problem::Problem;
use crate::model::{ContactMatchId, MatchAnswer};
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of them, in the order in which they were found.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct MatchList {
    matches: Vec<MatchDetail>,
    /// What the next page is asked for with; `None` of the last one.
    next: Option<String>,
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
    params(ListQuery),
    responses((status = 200, description = "A page, in the order in which they were found.", body = MatchList, headers(("Link" = String, description = "The address of the next page (RFC 8288); missing on the last.")))))]
pub(in crate::http) async fn list(
    State(edge): State<Edge>,
    caller: Caller,
    AccountInPath(id): AccountInPath,
    Query(asked): Query<ListQuery>,
) -> Result<Paged<MatchList>, Problem> {
    let (path, limit) = (format!("/v1/accounts/{id}/contacts/matches"), asked.limit()?);
    let after = asked.after(&path, ContactMatchId::parse)?;
    let mut matches = edge.desk.contact_matches(&caller.actor, &id, after.as_ref(), limit + 1).await?;
    let last = paging::cut(&mut matches, limit).map(|last| last.id.to_string());
    let next = asked.next(&path, last.as_deref());
    let page = MatchList { matches, next: next.cursor.clone() };
    Ok(next.behind(page))
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
