//! What every answer carries, whatever it says.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_kept_framed_or_taken_for_something_else() {
    let edges = edges().await;
    let elsewhere = [(Method::GET, "/"), (Method::TRACE, "/health")];
    let routes = http::routes().map(|(method, path, _)| (method, path)).chain(elsewhere);
    for (method, path) in routes {
        let answer = edges.ask(method.clone(), path, None, None).await;
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{method} {path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{method} {path}: {policy}");
        let others = ["cache-control", "x-content-type-options", "referrer-policy"];
        let others = others.map(|name| answer.header(name));
        assert_eq!(others, ["no-store", "nosniff", "no-referrer"], "{method} {path}");
    }
}
