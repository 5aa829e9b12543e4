//! An application in a few lines.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

use super::super::{App, Landed};
use crate::sim::{Options, Sim};
use crate::world::Account;

pub(super) const REDIRECT: &str = "http://localhost:4000/cb";
const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-0123456789";

/// A JSON answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    /// `error`, and the first AADSTS number.
    pub(super) fn refusal(&self) -> (&str, u64) {
        (
            self.body["error"].as_str().unwrap_or_default(),
            self.body["error_codes"][0].as_u64().unwrap_or_default(),
        )
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.body)).to_owned()
    }
}

/// The claims of a JWT.
pub(super) fn decoded(jwt: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

pub(super) struct Client {
    pub(super) sim: Sim,
    pub(super) account: Account,
    pub(super) app: App,
    pub(super) tenant: &'static str,
    login: Router,
    graph: Router,
}

impl Client {
    pub(super) fn public() -> Self {
        Self::of(App::public("http://localhost/cb"))
    }

    pub(super) fn of(app: App) -> Self {
        let sim = Sim::new(&Options { messages: 0, ..Options::default() });
        sim.register(app.clone()).unwrap();
        let account = sim.accounts().remove(0);
        let login = crate::signin::router(sim.clone()).merge(super::super::router(sim.clone()));
        let graph = crate::graph::router(sim.clone());
        Self { sim, account, app, tenant: "common", login, graph }
    }

    /// The authorize address, with parameters added or replaced.
    pub(super) fn authorize_url(&self, scope: &str, more: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let id = self.app.client_id.to_string();
        let usual = [
            ("client_id", id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", scope),
            ("state", "s1"),
            ("nonce", "n1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let kept = usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        let query =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).extend_pairs(more).finish();
        format!("https://login.microsoftonline.com/{}/oauth2/v2.0/authorize?{query}", self.tenant)
    }

    pub(super) async fn visit(&self, scope: &str, more: &[(&str, &str)]) -> Landed {
        self.sim.visit(&self.authorize_url(scope, more), &self.account.smtp, true).await.unwrap()
    }

    pub(super) async fn code(&self, scope: &str) -> String {
        let landed = self.visit(scope, &[]).await;
        landed.parameter("code").unwrap_or_else(|| panic!("no code: {landed:?}"))
    }

    pub(super) async fn redeem(&self, code: &str, scope: &str) -> Answer {
        self.post(
            "token",
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", REDIRECT),
                ("code_verifier", VERIFIER),
                ("scope", scope),
                ("client_info", "1"),
            ],
        )
        .await
    }

    /// From the sign-in to the tokens.
    pub(super) async fn tokens(&self, scope: &str) -> Answer {
        let code = self.code(scope).await;
        self.redeem(&code, scope).await
    }

    pub(super) async fn refresh(&self, token: &str, scope: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
        self.post("token", &fields).await
    }

    /// Posts a form to an endpoint, with client id and secret added.
    pub(super) async fn post(&self, endpoint: &str, fields: &[(&str, &str)]) -> Answer {
        let id = self.app.client_id.to_string();
        let mut form = form_urlencoded::Serializer::new(String::new());
        if fields.iter().all(|(name, _)| *name != "client_id") {
            form.append_pair("client_id", &id);
        }
        if let Some(secret) = &self.app.secret {
            form.append_pair("client_secret", secret);
        }
        self.post_raw(endpoint, form.extend_pairs(fields).finish()).await
    }

    pub(super) async fn post_raw(&self, endpoint: &str, body: String) -> Answer {
        let url = format!("/{}/oauth2/v2.0/{endpoint}", self.tenant);
        let request = Request::post(url).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(&self.login, request.body(Body::from(body)).unwrap()).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(&self.login, Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn me(&self, token: &str) -> Answer {
        let request = Request::get("/v1.0/me").header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(&self.graph, request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn send(&self, router: &Router, request: Request<Body>) -> Answer {
        let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: head.status,
            headers: head.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }
}
