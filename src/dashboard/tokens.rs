//! Tokens for the API: listed, made and revoked by an operator. To make one, which is shown once as the answer to the form,
//! and to revoke one want a fresh sign-in.

use super::Dashboard;
use super::asked::{PageToken, SentForm};
use super::done::JustDone;
use super::entry::Admitted;
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use super::said;
use crate::desk::{DeskError, TokenFault, TokenMaker, TokenSeen, TokenWish};
use crate::model::{ApiToken, Networks, Scope, TokenId};
use crate::secret::{ExposeSecret, SecretText};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// A token is good for so many days where nothing else is said.
const USUAL_DAYS: i64 = 90;

/// What a form has sent, by name: a scope is there where it was ticked.
type Form = HashMap<String, String>;

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensPage<'a> {
    page: &'a Frame,
    tokens: &'a [TokenSeen],
}

impl TokensPage<'_> {
    fn is_over(&self, token: &ApiToken) -> bool {
        token.expires_at <= self.page.now
    }
}

#[derive(Template)]
#[template(path = "token_new.html")]
struct NewTokenPage<'a> {
    page: &'a Frame,
    form: &'a Form,
    /// Which of the words says what is wrong with it.
    fault: Option<String>,
}

impl NewTokenPage<'_> {
    /// What was written there before.
    fn before(&self, name: &str) -> String {
        self.page.shown(self.form.get(name).map_or("", String::as_str))
    }

    fn days(&self) -> String {
        self.form.get("days").map_or_else(|| USUAL_DAYS.to_string(), |days| self.page.shown(days))
    }

    fn scopes(&self) -> impl Iterator<Item = (&'static str, String, bool)> {
        let ticked = |word| self.form.contains_key(word) || self.form.is_empty() && word == "read";
        Scope::ALL
            .into_iter()
            .map(Scope::as_str)
            .map(move |word| (word, said::key("scope", word), ticked(word)))
    }
}

#[derive(Template)]
#[template(path = "token_made.html")]
struct TokenMadePage<'a> {
    page: &'a Frame,
    text: &'a str,
    token: &'a ApiToken,
}

#[derive(Template)]
#[template(path = "token_revoke.html")]
struct RevokePage<'a> {
    page: &'a Frame,
    token: &'a ApiToken,
}

pub(super) async fn list(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
) -> Result<Response, PageRefusal> {
    let tokens = dashboard.desk.given_tokens(&guest.actor).await?;
    Ok(render(&TokensPage { page: &page, tokens: &tokens }))
}

/// What it shall be.
pub(super) async fn ask(page: Frame) -> Response {
    render(&NewTokenPage { page: &page, form: &Form::new(), fault: None })
}

/// Makes it, and shows it.
pub(super) async fn make(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    SentForm(form): SentForm<Form>,
) -> Result<Response, PageRefusal> {
    match made(&dashboard, &guest, &form).await? {
        Ok((text, token)) => {
            Ok(render(&TokenMadePage { page: &page, text: text.expose_secret(), token: &token }))
        }
        Err(fault) => {
            let fault = Some(said::key("token-bad", fault.as_str()));
            let page = page.shown_at("/ui/tokens/new".to_owned());
            let again = render(&NewTokenPage { page: &page, form: &form, fault });
            Ok((StatusCode::BAD_REQUEST, again).into_response())
        }
    }
}

async fn made(
    dashboard: &Dashboard,
    guest: &Admitted,
    form: &Form,
) -> Result<Result<(SecretText, ApiToken), TokenFault>, PageRefusal> {
    let now = dashboard.desk.now();
    let wish = match wish(form, now) {
        Ok(wish) => wish,
        Err(fault) => return Ok(Err(fault)),
    };
    match dashboard.desk.give_token(&guest.actor, &TokenMaker::operator(), wish).await {
        Ok(made) => Ok(Ok(made)),
        Err(DeskError::NoSuchAccount(_)) => Ok(Err(TokenFault::Account)),
        Err(error) => Err(error.into()),
    }
}

/// What a form wishes for.
fn wish(form: &Form, now: DateTime<Utc>) -> Result<TokenWish, TokenFault> {
    let text = |name: &str| form.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let days = text("days").and_then(|days| days.parse().ok()).and_then(TimeDelta::try_days);
    let expires_at = days.and_then(|days| now.checked_add_signed(days)).ok_or(TokenFault::Expiry)?;
    let uses = text("uses").map(str::parse).transpose().map_err(|_| TokenFault::Uses)?;
    let networks = text("networks").map(str::parse::<Networks>).transpose();
    let wish = TokenWish {
        name: text("name").unwrap_or_default().to_owned(),
        scopes: Scope::ALL.into_iter().filter(|scope| form.contains_key(scope.as_str())).collect(),
        owner: text("owner").map(str::to_owned),
        account: text("account").map(str::to_owned),
        resource: None,
        networks: networks.map_err(|_| TokenFault::Networks)?.unwrap_or_default(),
        uses_per_hour: uses,
        expires_at,
    };
    wish.fault(now).map_or(Ok(wish), Err)
}

/// What stops working.
pub(super) async fn ask_to_revoke(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageToken(id): PageToken,
) -> Result<Response, PageRefusal> {
    let token = named(&dashboard, &guest, &id).await?;
    Ok(render(&RevokePage { page: &page, token: &token }))
}

/// Revokes it.
pub(super) async fn revoke(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageToken(id): PageToken,
) -> Result<Response, PageRefusal> {
    dashboard.desk.revoke_token(&guest.actor, id.as_str()).await?;
    Ok(JustDone::Revoked.at("/ui/tokens"))
}

async fn named(dashboard: &Dashboard, guest: &Admitted, id: &TokenId) -> Result<ApiToken, PageRefusal> {
    let tokens = dashboard.desk.given_tokens(&guest.actor).await?;
    let found = tokens.into_iter().map(|seen| seen.token).find(|token| token.id == *id);
    found.ok_or_else(PageRefusal::not_found)
}
