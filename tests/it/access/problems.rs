//! Where the type of a problem leads, and what a monitor asks.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_a_problem_leads_to_a_page_for_whoever_has_a_token() {
    let edges = edges().await;
    let account = account(&edges, "u1").await;
    let of_one = TokenLimits { account: Some(account.clone()), ..TokenLimits::default() };
    let narrow = edges.narrowed_bearer(&[Scope::Sync], Some("u1"), tomorrow(), of_one).await;
    let too_long = format!("/v1/accounts/{account}/messages?limit=900");
    for (path, status, error) in [
        ("/v1/accounts/unknown", StatusCode::NOT_FOUND, "no_such_account"),
        ("/nowhere", StatusCode::NOT_FOUND, "not_found"),
        ("/v1/audit", StatusCode::FORBIDDEN, "insufficient_scope"),
        (&too_long, StatusCode::BAD_REQUEST, "bad_query"),
    ] {
        let (found, problem) = get(&edges, path, READ).await;
        assert_eq!(found, status, "{path}: {problem}");
        assert_eq!(
            (problem["error"].as_str(), problem["type"].as_str()),
            (Some(error), Some(&*format!("/problems/{error}")))
        );
        let hint = problem["hint"].as_str().unwrap_or_default();
        assert!(
            hint.starts_with("The operator's turn: ") && problem["whose_turn"] == "operator",
            "{problem}"
        );
        let at = problem["type"].as_str().unwrap();
        assert_eq!(ask(&edges, &Method::GET, at, None).await.0, StatusCode::UNAUTHORIZED);
        assert_eq!(get(&edges, at, "x").await.0, StatusCode::UNAUTHORIZED);
        for bearer in [READ, RUN, &narrow] {
            let answer = edges.get(at, bearer).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
            let title = problem["title"].as_str().unwrap();
            assert!(answer.text.contains(title) && answer.text.contains("What to do"), "{}", answer.text);
            assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
        }
    }
    assert_eq!(get(&edges, "/problems/made_up", READ).await.0, StatusCode::NOT_FOUND);
    let reference = edges.get("/v1/reference", READ).await.text;
    assert!(reference.contains("<a href=\"/problems/no_such_account\">"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_that_lacks_a_scope_is_told_which_setting_gives_it() {
    let edges = edges().await;
    let bearer = jwt(&user("u1"));
    let made = (Method::POST, "/v1/dashboard-links");
    let answer =
        contacts::send(&edges, made, &bearer, &[("content-type", "application/json")], Some("{}")).await;
    let problem = answer.json();
    assert_eq!((answer.status, &problem["scope"]), (StatusCode::FORBIDDEN, &json!("contacts")));
    let hint = problem["hint"].as_str().unwrap();
    assert!(hint.contains("add \"contacts\" to jwt.scopes"), "{hint}");
    let (_, problem) = get(&edges, "/v1/audit", RUN).await;
    assert!(problem["hint"].as_str().unwrap().contains("token new"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_has_the_verdict_without_the_cards_which_say_whose_accounts_they_are() {
    let edges = edges().await;
    account(&edges, "u1").await;
    let (status, whole) = get(&edges, "/health", READ).await;
    let (alone_status, alone) = get(&edges, "/health?accounts=none", READ).await;
    assert_eq!((alone_status, &alone["healthy"]), (status, &whole["healthy"]));
    assert_eq!((&whole["accounts"][0]["owner"], &alone["accounts"]), (&json!("u1"), &json!([])));
    let (_, listed) = get(&edges, "/v1/accounts", READ).await;
    assert_eq!(listed["accounts"][0]["owner"], "u1");
    let (status, problem) = get(&edges, "/health?accounts=some", READ).await;
    assert_eq!((status, &problem["error"]), (StatusCode::BAD_REQUEST, &json!("bad_query")));
}
