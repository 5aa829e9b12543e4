//! Tokens that are narrowed to an account, a resource, networks or a number of uses.

use super::{account, edges, get};
use crate::stage::{Answer, HOST, Stage, tomorrow};
use outlook_syncd::model::{ApiToken, AuditAction, AuditEntry, Resource, Scope, TokenLimits};
use reqwest::{Method, StatusCode};
use serde_json::Value;

async fn bearer(stage: &Stage, scopes: &[Scope], owner: Option<&str>, limits: TokenLimits) -> String {
    stage.narrowed_bearer(scopes, owner, tomorrow(), limits).await
}

async fn newest(stage: &Stage) -> ApiToken {
    stage.store().api_tokens().await.unwrap().pop().unwrap()
}

fn networks(text: &str) -> TokenLimits {
    TokenLimits { networks: text.parse().unwrap(), ..TokenLimits::default() }
}

fn is_refused(answer: &(StatusCode, Value), status: StatusCode, error: &str) {
    assert_eq!((answer.0, answer.1["error"].as_str()), (status, Some(error)), "{}", answer.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_account_opens_its_routes_and_no_others() {
    let edges = edges().await;
    let (own, sibling) = (account(&edges, "u1").await, account(&edges, "u2").await);
    let limits = TokenLimits { account: Some(own.clone()), ..TokenLimits::default() };
    for owner in [None, Some("u1")] {
        let bearer = bearer(&edges, &Scope::ALL, owner, limits.clone()).await;
        let shown = get(&edges, &format!("/v1/accounts/{own}"), &bearer).await;
        assert_eq!((shown.0, shown.1["id"].as_str()), (StatusCode::OK, Some(own.as_str())));
        for route in edges_of_accounts() {
            let path =
                route.1.replace("{id}", sibling.as_str()).replace("{contact}", "c").replace("{match}", "m");
            let answer = super::ask(&edges, &route.0, &path, Some(&bearer)).await;
            is_refused(&answer, StatusCode::NOT_FOUND, "no_such_account");
        }
        let log = edges.store().audit_log(50).await.unwrap();
        let is_told = |line: &AuditEntry| line.detail.as_deref() == Some("is of another account");
        assert!(log.iter().any(is_told), "{log:?}");
        for (method, path, scope) in outlook_syncd::http::routes() {
            if scope.is_some() && !path.contains("{id}") {
                let answer = super::ask(&edges, &method, &path, Some(&bearer)).await;
                is_refused(&answer, StatusCode::FORBIDDEN, "narrow_token");
            }
        }
    }
}

/// The routes that are of one account.
fn edges_of_accounts() -> Vec<(Method, String)> {
    let all = outlook_syncd::http::routes();
    let of_one: Vec<_> =
        all.filter(|(_, path, _)| path.contains("{id}")).map(|route| (route.0, route.1)).collect();
    assert!(of_one.len() > 10);
    of_one
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_resource_is_given_no_access_token_of_another() {
    let edges = edges().await;
    let own = account(&edges, "u1").await;
    let limits = TokenLimits { resource: Some(Resource::Outlook), ..TokenLimits::default() };
    let bearer = bearer(&edges, &[Scope::Tokens], Some("u1"), limits).await;
    let path = format!("/v1/accounts/{own}/access-token");
    for query in ["", "?resource=graph"] {
        let answer = get(&edges, &format!("{path}{query}"), &bearer).await;
        is_refused(&answer, StatusCode::FORBIDDEN, "narrow_token");
    }
    get(&edges, &format!("/v1/accounts/{own}"), &bearer).await;
    let log = edges.store().audit_log(20).await.unwrap();
    let refused = log.iter().filter(|line| line.action == AuditAction::Refused);
    let whys: Vec<_> = refused.filter_map(|line| line.detail.as_deref()).collect();
    assert_eq!(whys, ["lacks the scope read", "is of another resource", "is of another resource"]);
    let answer = get(&edges, &format!("{path}?resource=outlook"), &bearer).await;
    assert_ne!(answer.1["error"], "narrow_token", "it goes on to the account, which has no connection");
    assert_ne!(answer.0, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_in_its_networks_alone_whatever_headers_say_and_tells_where_it_was_used() {
    let edges = edges().await;
    let near = bearer(&edges, &[Scope::Read], None, networks("192.0.2.0/24 127.0.0.1")).await;
    assert_eq!(get(&edges, "/v1/accounts", &near).await.0, StatusCode::OK);
    let used = newest(&edges).await;
    assert_eq!(used.last_used_from.as_deref(), Some("127.0.0.1"));
    assert!(used.last_used_at.is_some());
    let far = bearer(&edges, &[Scope::Read], None, networks("192.0.2.0/24 2001:db8::/32")).await;
    for header in ["X-Forwarded-For", "Forwarded", "X-Real-IP"] {
        let request = edges.client.get(format!("http://{}/v1/accounts", edges.address));
        let request = request.header("host", HOST).bearer_auth(&far).header(header, "192.0.2.1");
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header}");
        assert_eq!(answer.json()["error"], "unauthorized", "nobody learns why");
    }
    assert_eq!(newest(&edges).await.last_used_at, None, "what is refused is no use");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_so_many_uses_an_hour_is_told_to_wait_after_them_and_no_other_is() {
    let edges = edges().await;
    let limits = TokenLimits { uses_per_hour: Some(2), ..TokenLimits::default() };
    let few = bearer(&edges, &[Scope::Read], None, limits.clone()).await;
    let other = bearer(&edges, &[Scope::Read], None, limits).await;
    for _ in 0..2 {
        assert_eq!(get(&edges, "/v1/accounts", &few).await.0, StatusCode::OK);
    }
    let answer = get(&edges, "/v1/accounts", &few).await;
    is_refused(&answer, StatusCode::TOO_MANY_REQUESTS, "used_up");
    let wait = answer.1["retry_after"].as_u64().unwrap();
    assert!((3_000..=3_601).contains(&wait), "{wait}");
    assert_eq!(get(&edges, "/v1/accounts", &other).await.0, StatusCode::OK);
}
