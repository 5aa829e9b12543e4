//! Whoever comes to the dashboard, by the requests that a browser sends.

use super::*;
use crate::stage::Answer;
use outlook_syncd::model::{DashboardLink, DashboardSession, DashboardSessionId, SIGN_IN_LIFE, Visitor};
use outlook_syncd::secret::ExposeSecret;
use outlook_syncd::store::SignInProof;
use outlook_syncd::{net, token};
use reqwest::redirect::Policy;

/// A browser, with the cookie of its sign-in.
pub(super) struct Guest<'a> {
    stage: &'a Stage,
    client: reqwest::Client,
    pub(super) cookie: String,
}

impl<'a> Guest<'a> {
    /// Somebody who is not signed in.
    pub(super) fn nobody(stage: &'a Stage) -> Self {
        let client = net::client().redirect(Policy::none()).build().unwrap();
        Self { stage, client, cookie: String::new() }
    }

    /// Whoever an answer has signed in.
    pub(super) fn of(stage: &'a Stage, answer: &Answer) -> Self {
        Self::with(stage, answer.cookie())
    }

    /// Somebody with this cookie.
    pub(super) fn with(stage: &'a Stage, cookie: String) -> Self {
        Self { cookie, ..Self::nobody(stage) }
    }

    /// An operator who came by a link.
    pub(super) async fn operator(stage: &'a Stage) -> Self {
        Self::signed_in(stage, Visitor::by_link(), TimeDelta::zero()).await
    }

    /// An owner, likewise.
    pub(super) async fn owner(stage: &'a Stage, owner: &str) -> Self {
        Self::signed_in(stage, Visitor::owner(owner, None), TimeDelta::zero()).await
    }

    /// Somebody who has signed in so long ago.
    pub(super) async fn signed_in(stage: &'a Stage, visitor: Visitor, ago: TimeDelta) -> Self {
        let link = DashboardLink { visitor, expires_at: tomorrow() };
        let session = DashboardSession {
            id: DashboardSessionId::new(now()),
            visitor: link.visitor.clone(),
            signed_in_at: now() - ago,
            expires_at: now() - ago + SIGN_IN_LIFE,
            last_seen_at: now(),
            peer: None,
            browser: None,
        };
        let secret = outlook_syncd::secret::random();
        let secret = secret.expose_secret();
        let by_crm = || crate::stage::by_crm(now());
        let strongbox = &stage.app.services.strongbox;
        let hash = token::hash(secret);
        strongbox.add_dashboard_link(&link, &hash, &by_crm()).await.unwrap();
        let proof = SignInProof::Link(&hash);
        assert!(strongbox.open_dashboard_session(&session, &hash, proof, None, &by_crm()).await.unwrap());
        let cookie = format!("__Host-outlook-syncd={}.{secret}", session.id);
        Self::with(stage, cookie)
    }

    /// A request that says neither by which name it comes nor who.
    pub(super) fn bare(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.stage.address))
    }

    pub(super) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.bare(method, path).header("host", HOST);
        if self.cookie.is_empty() { request } else { request.header("cookie", &self.cookie) }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// Sends a form, as a browser does from a page of ours.
    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::POST, path).header("origin", format!("https://{HOST}"));
        Answer::of(with_form(request, form)).await
    }
}

pub(super) fn with_form(request: reqwest::RequestBuilder, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}
