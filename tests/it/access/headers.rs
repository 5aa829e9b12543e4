//! What every answer carries, whatever it says.

use super::*;
use crate::stage::Answer;

/// What a page of somebody else's gets, whose browser says where it comes from.
async fn foreign(stage: &Stage, method: &Method, path: &str) -> Answer {
    let request = stage.client.request(method.clone(), format!("http://{}{path}", stage.address));
    Answer::of(request.header("host", HOST).header("origin", "https://evil.example.test")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_kept_framed_shared_or_taken_for_something_else() {
    let edges = edges().await;
    let elsewhere = [(Method::GET, "/nowhere"), (Method::OPTIONS, "/v1/accounts")]
        .map(|(method, path)| (method, path.to_owned()));
    let routes = http::routes().map(|(method, path, _)| (method, path)).chain(elsewhere);
    for (method, path) in routes {
        let answer = foreign(&edges, &method, &path).await;
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{method} {path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{method} {path}: {policy}");
        let others = ["cache-control", "x-content-type-options", "referrer-policy"];
        let others = others.map(|name| answer.header(name));
        assert_eq!(others, ["no-store", "nosniff", "no-referrer"], "{method} {path}");
        let shares = answer.headers.keys().any(|name| name.as_str().starts_with("access-control"));
        assert!(!shares, "{method} {path}: {:?}", answer.headers);
    }
}
