//! Who calls: a token of ours, a token of the CRM's, or one of the two secret files; and what each may.

use super::Edge;
use super::problem::Problem;
use super::refused::Peer;
use crate::desk::{Holder, TokenMaker};
use crate::model::{Actor, ApiToken, CallOrigin, Reach, Resource, Scope, Scopes, TokenLimits, is_user};
use crate::secret::{ExposeSecret, SecretText};
use crate::token;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// A caller who was let in. Handlers take it as an argument; it is there on every route that needs a scope.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// As whom they ask.
    pub(super) actor: Actor,
    scopes: Scopes,
    /// What narrows their token; nothing where they have none of ours.
    limits: TokenLimits,
    /// Whether their credential is a JWT of the CRM's.
    is_jwt: bool,
    /// Until when their credential is good, where it ends.
    until: Option<DateTime<Utc>>,
    /// What the CRM calls its user, where it says so.
    pub(super) name: Option<String>,
    /// The address by which it knows them.
    pub(super) email: Option<String>,
}

impl Caller {
    /// Of whom nothing is known but what they may do.
    fn of((actor, scopes): (Actor, Scopes)) -> Self {
        let (is_jwt, until) = (false, None);
        Self { actor, scopes, limits: TokenLimits::default(), is_jwt, until, name: None, email: None }
    }

    /// What is answered where they lack a scope.
    pub(super) fn lacks(&self, scope: Scope) -> Problem {
        Problem::forbidden(scope, self.is_jwt)
    }

    /// What bars a token of one account from what is asked for by this path.
    fn barred(&self, path: Option<&RawPathParams>) -> Option<Problem> {
        let account = self.limits.account.as_ref()?;
        // What is no text is no account.
        let Some(path) = path else { return Some(Problem::no_such_account()) };
        match path.iter().find(|(name, _)| *name == "id") {
            None => Some(Problem::narrow("the token is of one account, and this route is not")),
            Some((_, id)) if id == account.as_str() => None,
            Some(_) => Some(Problem::no_such_account()),
        }
    }

    /// What they have who make a token.
    pub(super) fn maker(&self) -> TokenMaker {
        TokenMaker { scopes: self.scopes.clone(), limits: self.limits.clone(), until: self.until }
    }

    /// What they may do, as a text.
    pub(super) fn may(&self) -> String {
        serde_json::to_string(&(&self.scopes, &self.limits)).expect("words serialise")
    }

    /// What bars a token of one resource from access tokens of this one.
    pub(super) fn barred_from(&self, resource: Resource) -> Option<Problem> {
        let is_other = self.limits.resource.is_some_and(|own| own != resource);
        is_other.then(|| Problem::narrow("the token is given access tokens of another resource"))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    /// A handler that wants a caller on an open route lets nobody in.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| Problem::unauthorized(false))
    }
}

/// Lets those in who have the scope that a route needs, or whoever is known where it needs none.
pub(super) async fn admit(
    State((edge, scope)): State<(Edge, Option<Scope>)>,
    path: Result<RawPathParams, RawPathParamsRejection>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get().copied().unwrap_or(Peer::LOCAL);
    let call = call(peer, request.headers());
    match identify(&edge, peer, request.headers()).await {
        Ok(mut caller) => {
            caller.actor.call = call;
            let Some(scope) = scope else { return next.run(request).await };
            if !caller.scopes.contains(scope) {
                edge.turned_away(peer, &caller.actor, &format!("lacks the scope {}", scope.as_str())).await;
                return caller.lacks(scope).into_response();
            }
            if let Some(problem) = caller.barred(path.as_ref().ok()) {
                edge.turned_away(peer, &caller.actor, "is of another account").await;
                return problem.into_response();
            }
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) if problem.is_unauthorized() => {
            let nobody = Actor { call, ..Actor::named("nobody", Reach::Everyone) };
            let token = bearer(request.headers()).filter(|bearer| token::is_one(bearer)).map(token::shown);
            let why = token.map_or_else(
                || "bad credentials".to_owned(),
                |token| format!("bad credentials: token {token}"),
            );
            edge.refused(&nobody, &why).await;
            problem.into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

impl Edge {
    /// Tells and writes down why a caller who is known was not let in.
    async fn turned_away(&self, peer: Peer, actor: &Actor, why: &str) {
        self.refusals.tell(peer, None, &format!("{} {why}", actor.name));
        self.refused(actor, why).await;
    }

    /// Writes a refusal down, unless there were too many: the next line says how many were not written.
    pub(super) async fn refused(&self, actor: &Actor, why: &str) {
        let Some(before) = self.refusals.may_write() else { return };
        let why = if before == 0 { why.to_owned() } else { format!("{why}; {before} more before") };
        if let Err(error) = self.desk.refused(actor, &why).await {
            tracing::error!(%error, "a refusal could not be written down");
        }
    }
}

/// The longest id of a request that is written down, bytes.
const LONGEST_ID: usize = 64;

/// Where a request comes from, and the id that it was given on its way, which is what its sender says.
pub(crate) fn call(peer: Peer, headers: &HeaderMap) -> CallOrigin {
    let id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
    let is_id = |id: &&str| {
        !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let peer = (peer != Peer::LOCAL).then(|| peer.to_string());
    CallOrigin { peer, request: id.filter(is_id).map(str::to_owned) }
}

/// The caller whose credentials a request carries. A refusal is told to the operator, and why to nobody else.
async fn identify(edge: &Edge, peer: Peer, headers: &HeaderMap) -> Result<Caller, Problem> {
    let bearer = bearer(headers).ok_or_else(|| Problem::unauthorized(false))?;
    if let Some(caller) = by_secret(edge, bearer) {
        return Ok(caller);
    }
    let (token, known) = if token::is_one(bearer) {
        (Some(token::shown(bearer)), by_token(edge, peer, bearer).await?)
    } else {
        (None, by_jwt(edge, peer, bearer).await?)
    };
    known.map_err(|why| {
        edge.refusals.tell(peer, token, &why);
        Problem::unauthorized(true)
    })
}

/// Whoever holds a token of ours, or why it is no good. One that is not among those that there are is a guess, and costs
/// a look into the database.
async fn by_token(edge: &Edge, peer: Peer, bearer: &str) -> Result<Result<Caller, String>, Problem> {
    let hash = token::hash(bearer);
    let took = !edge.known.has(&edge.desk, peer, &hash).await;
    if took {
        edge.refusals.take(peer).map_err(|wait| too_many(edge, peer, Some(token::shown(bearer)), wait))?;
    }
    let looked = edge.desk.holder(bearer).await;
    // That the database is in trouble was no guess.
    if took && looked.is_err() {
        edge.refusals.give_back(peer);
    }
    let Some(Holder { actor, token }) = looked? else {
        edge.known.forget(&hash);
        return Ok(Err("no token, or one that has ended".to_owned()));
    };
    if !token.limits.networks.hold(peer.address()) {
        return Ok(Err("the token may not be used from there".to_owned()));
    }
    if took {
        edge.refusals.give_back(peer);
        edge.known.learn(hash, token.limits.networks.clone());
    }
    if let Some(most) = token.limits.uses_per_hour {
        edge.uses.take(&token.id, most, edge.desk.now()).map_err(Problem::used_up)?;
    }
    edge.desk.token_used(&token, &peer.to_string()).await?;
    let ApiToken { scopes, limits, expires_at, .. } = token;
    Ok(Ok(Caller { limits, until: Some(expires_at), ..Caller::of((actor, scopes)) }))
}

/// The credential of a request, if it carries one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (kind, bearer) = value.split_once(' ')?;
    let bearer = bearer.trim();
    (kind.eq_ignore_ascii_case("bearer") && !bearer.is_empty()).then_some(bearer)
}

/// The secret files are older than tokens: each gives one scope, to everybody's accounts.
fn by_secret(edge: &Edge, bearer: &str) -> Option<Caller> {
    let access = &edge.access;
    let secrets = [("read token", Scope::Read, &access.read), ("cron secret", Scope::Sync, &access.cron)];
    let given: Vec<_> = secrets.iter().filter(|(_, _, secret)| is(bearer, secret.as_ref())).collect();
    let (name, _, _) = given.first()?;
    let scopes = given.iter().map(|(_, scope, _)| *scope).collect();
    Some(Caller::of((Actor::named(name, Reach::Everyone), scopes)))
}

/// Whether they are the same; in constant time, by hash.
pub(super) fn is(bearer: &str, secret: Option<&SecretText>) -> bool {
    let hash = |text: &str| Sha256::digest(text.trim().as_bytes());
    secret.is_some_and(|secret| hash(bearer).ct_eq(&hash(secret.expose_secret())).into())
}

/// What is read of the CRM's tokens beside what makes them valid.
#[derive(Deserialize)]
struct CallerClaims {
    /// The CRM's id of the user.
    sub: String,
    /// When it ends, in seconds of Unix time, and when it was made.
    exp: f64,
    iat: Option<f64>,
    /// What the token may do at most (RFC 8693): narrows what the configuration gives, never widens it.
    scope: Option<String>,
    /// What the user is called (OpenID Connect Core, 5.1).
    name: Option<Value>,
    /// Their address, likewise.
    email: Option<Value>,
}

/// Told to a peer that has no guess left.
fn too_many(edge: &Edge, peer: Peer, token: Option<&str>, wait: Duration) -> Problem {
    edge.refusals.tell(peer, token, "too many of this address were no good");
    Problem::too_many(wait)
}

/// Whoever brings a token of the CRM's, or why it is no good. Which are good nobody can list: where a peer has no guess
/// left, its tokens are looked at one after the other.
async fn by_jwt(edge: &Edge, peer: Peer, bearer: &str) -> Result<Result<Caller, String>, Problem> {
    let look = edge.refusals.look(peer).await.map_err(|wait| too_many(edge, peer, None, wait))?;
    let (caller, issued) = match signed(edge, bearer) {
        Ok(good) => good,
        Err(why) => {
            look.wrong().await;
            return Ok(Err(why));
        }
    };
    // The next one need not wait for the database.
    look.good();
    let is_refused = edge.desk.is_refused(&caller.actor, issued).await?;
    Ok(if is_refused { Err("its user was refused after it was made".to_owned()) } else { Ok(caller) })
}

/// Whose token it is, and since when it is good at the earliest.
fn signed(edge: &Edge, bearer: &str) -> Result<(Caller, DateTime<Utc>), String> {
    let jwt = edge.access.jwt.as_ref().ok_or("no secret and no token of ours")?;
    let claims = jwt.keys.verifier().verify::<CallerClaims>(bearer, edge.desk.now());
    let claims = claims.map_err(|error| error.to_string())?;
    if !is_user(&claims.sub) {
        return Err("its sub can be no user's id".to_owned());
    }
    let issued = issued(&claims, jwt.longest_life);
    let scopes = claims.scope.map_or_else(|| jwt.scopes.clone(), |asked| jwt.scopes.narrowed_to(&asked));
    // What is no text says nothing, and keeps nobody out.
    let text = |claim: Option<Value>| claim?.as_str().map(str::to_owned);
    let (name, email) = (text(claims.name), text(claims.email));
    let until = Some(instant(claims.exp));
    let known = Caller::of((Actor::user(&claims.sub), scopes));
    Ok((Caller { is_jwt: true, until, name, email, ..known }, issued))
}

/// A token that does not say when it was made may be as old as any can be.
fn issued(claims: &CallerClaims, longest_life: TimeDelta) -> DateTime<Utc> {
    claims
        .iat
        .map_or_else(|| instant(claims.exp).checked_sub_signed(longest_life).unwrap_or_default(), instant)
}

#[expect(clippy::cast_possible_truncation, reason = "a verified token ends near now")]
fn instant(seconds: f64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis((seconds * 1000.0) as i64).unwrap_or_default()
}
