//! What an owner and an operator do by the API: switch accounts on and off, have them read, disconnect them, make and revoke
//! tokens; and what they may know of it.

use super::contacts::send;
use super::*;
use crate::stage::Answer;
use outlook_syncd::model::{AccountOutcome, ApiToken, AuditAction, CycleId, CycleReport, Trigger};

async fn post(edges: &Stage, path: &str, bearer: &str, body: Option<&Value>) -> Answer {
    let body = body.map(Value::to_string);
    send(edges, (Method::POST, path), bearer, &[], body.as_deref()).await
}

/// How often somebody did that.
async fn done(edges: &Stage, action: AuditAction) -> usize {
    edges.store().audit_log(200).await.unwrap().iter().filter(|line| line.action == action).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_switches_their_account_off_and_on_and_nobody_elses() {
    let edges = edges().await;
    let (own, other) = (account(&edges, "u1").await, account(&edges, "u2").await);
    let bearer = edges.bearer(&[Scope::Admin], Some("u1")).await;
    for (act, verdict, action) in
        [("disable", "off", AuditAction::Paused), ("enable", "new", AuditAction::Resumed)]
    {
        for _ in 0..2 {
            let answer = post(&edges, &format!("/v1/accounts/{own}/{act}"), &bearer, None).await;
            assert_eq!(
                (answer.status, &answer.json()["verdict"]),
                (StatusCode::OK, &json!(verdict)),
                "{}",
                answer.text
            );
        }
        assert_eq!(done(&edges, action).await, 1, "the second time changes nothing");
        let refused = post(&edges, &format!("/v1/accounts/{other}/{act}"), &bearer, None).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
    assert!(edges.store().account(&other).await.unwrap().unwrap().sync_enabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_to_be_read_is_asked_about_at_its_place_and_only_its_own_owner_asks() {
    let edges = edges().await;
    let (own, other) = (account(&edges, "u1").await, account(&edges, "u2").await);
    let bearer = edges.bearer(&[Scope::Sync], Some("u1")).await;
    for _ in 0..2 {
        let answer = post(&edges, &format!("/v1/accounts/{own}/sync"), &bearer, None).await;
        assert_eq!(
            (answer.status, &answer.json()["accounts"]),
            (StatusCode::ACCEPTED, &json!(1)),
            "{}",
            answer.text
        );
        assert_eq!(answer.header("location"), format!("/v1/accounts/{own}"));
    }
    assert!(is_due(&edges, &own).await && !is_due(&edges, &other).await);
    let refused = post(&edges, &format!("/v1/accounts/{other}/sync"), &bearer, None).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let all = post(&edges, "/v1/sync", &bearer, None).await;
    assert_eq!((all.status, &all.json()["accounts"]), (StatusCode::ACCEPTED, &json!(1)), "{}", all.text);
    assert!(!is_due(&edges, &other).await, "all are all within reach");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_disconnect_would_destroy_is_what_it_destroys() {
    let edges = edges().await;
    let own = account(&edges, "u1").await;
    messages::store(&edges, &own).await;
    let (bearer, other) =
        (edges.bearer(&[Scope::Admin], Some("u1")).await, edges.bearer(&[Scope::Admin], Some("u2")).await);
    let at = format!("/v1/accounts/{own}/disconnect");
    for path in [at.clone(), format!("{at}?contacts=destroy")] {
        assert_eq!(edges.get(&path, &other).await.status, StatusCode::NOT_FOUND);
        let preview = edges.get(&path, &bearer).await;
        assert_eq!(
            (preview.status, &preview.json()["wiped"]["messages"]),
            (StatusCode::OK, &json!(6)),
            "{}",
            preview.text
        );
    }
    assert_eq!(post(&edges, &at, &other, None).await.status, StatusCode::NOT_FOUND);
    let (preview, receipt) = (edges.get(&at, &bearer).await, post(&edges, &at, &bearer, None).await);
    assert_eq!((receipt.status, receipt.json()), (StatusCode::OK, preview.json()));
    assert_eq!(post(&edges, &at, &bearer, None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(done(&edges, AuditAction::Disconnected).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_can_be_none_is_refused_whatever_else_is_asked() {
    let edges = edges().await;
    let own = account(&edges, "u1").await;
    let bearer = edges.bearer(&[Scope::Read], Some("u1")).await;
    for list in
        ["contacts?external_id=x&limit=570", "contacts?limit=0", "messages?limit=201", "audit?limit=0"]
    {
        let answer = edges.get(&format!("/v1/accounts/{own}/{list}"), &bearer).await;
        assert_eq!(answer.json()["error"], "bad_query", "{list}: {}", answer.text);
    }
}

fn wish(more: &Value) -> Value {
    let mut wish =
        json!({"name": "crm", "scopes": ["read"], "expires_at": now() + chrono::TimeDelta::hours(1)});
    wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    wish
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_gives_nothing_that_its_maker_has_not() {
    let edges = edges().await;
    let (own, other) = (account(&edges, "u1").await, account(&edges, "u2").await);
    let limits = TokenLimits { networks: "127.0.0.0/8".parse().unwrap(), ..TokenLimits::default() };
    let bearer = edges.narrowed_bearer(&[Scope::Admin, Scope::Read], Some("u1"), tomorrow(), limits).await;
    for more in [
        json!({"scopes": ["read", "tokens"]}),
        json!({"owner": "u2"}),
        json!({"networks": ["10.0.0.0/8"]}),
        json!({"networks": ["0.0.0.0/0"]}),
        json!({"expires_at": tomorrow() + chrono::TimeDelta::days(1)}),
    ] {
        let refused = post(&edges, "/v1/tokens", &bearer, Some(&wish(&more))).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (StatusCode::FORBIDDEN, &json!("too_much")),
            "{more}"
        );
    }
    let refused = post(&edges, "/v1/tokens", &bearer, Some(&wish(&json!({"account": other})))).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let made = post(&edges, "/v1/tokens", &bearer, Some(&wish(&json!({"uses_per_hour": 9000})))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made = made.json();
    assert_eq!(
        (&made["owner"], &made["networks"], &made["uses_per_hour"]),
        (&json!("u1"), &json!(["127.0.0.0/8"]), &json!(9000))
    );
    let given = made["token"].as_str().unwrap();
    assert_eq!(edges.get(&format!("/v1/accounts/{own}"), given).await.status, StatusCode::OK);
    assert_eq!(edges.get("/v1/tokens", given).await.status, StatusCode::FORBIDDEN);
}

/// Each is counted for itself: of two it would have twice as many.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_so_many_uses_an_hour_makes_none() {
    let edges = edges().await;
    let limits = TokenLimits { uses_per_hour: Some(500), ..TokenLimits::default() };
    let bearer = edges.narrowed_bearer(&[Scope::Admin, Scope::Read], None, tomorrow(), limits).await;
    for more in [json!({}), json!({"uses_per_hour": 1})] {
        let refused = post(&edges, "/v1/tokens", &bearer, Some(&wish(&more))).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (StatusCode::FORBIDDEN, &json!("too_much")),
            "{more}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_token_that_is_wished_for_is_said() {
    let edges = edges().await;
    let bearer = edges.bearer(&[Scope::Admin, Scope::Read], None).await;
    for more in [
        json!({"name": " "}),
        json!({"name": "a\u{7}"}),
        json!({"scopes": []}),
        json!({"scopes": ["write"]}),
        json!({"owner": ""}),
        json!({"networks": ["example.org"]}),
        json!({"uses_per_hour": 0}),
        json!({"expires_at": "2020-01-01T00:00:00Z"}),
        json!({"until": "2020-01-01T00:00:00Z"}),
    ] {
        let refused = post(&edges, "/v1/tokens", &bearer, Some(&wish(&more))).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (StatusCode::BAD_REQUEST, &json!("bad_body")),
            "{more}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_bound_to_a_user_sees_and_revokes_that_users_tokens() {
    let edges = edges().await;
    let bearer = edges.bearer(&[Scope::Admin], Some("u1")).await;
    edges.bearer(&[Scope::Read], Some("u2")).await;
    edges.bearer(&[Scope::Read], None).await;
    let is_own = |token: &ApiToken| token.owner.as_deref() == Some("u1");
    let mut all = edges.store().api_tokens().await.unwrap();
    all.sort_by_key(is_own);
    let shown = edges.get("/v1/tokens", &bearer).await.json();
    let shown = shown["tokens"].as_array().unwrap();
    assert_eq!((shown.len(), &shown[0]["owner"], &shown[0]["holds"]), (1, &json!("u1"), &json!(true)));
    for token in &all {
        let answer =
            send(&edges, (Method::DELETE, &format!("/v1/tokens/{}", token.id)), &bearer, &[], None).await;
        let expected = if is_own(token) { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(answer.status, expected, "{}", answer.text);
    }
    assert_eq!(
        edges.get("/v1/tokens", &bearer).await.status,
        StatusCode::UNAUTHORIZED,
        "it has revoked itself"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_and_the_cycles_are_told_as_far_as_they_are_the_callers() {
    let edges = edges().await;
    let accounts = [account(&edges, "u1").await, account(&edges, "u2").await];
    let (id, at) = (CycleId::new(now()), now());
    let outcome = |id: &AccountId| {
        let stored = outlook_syncd::model::Account {
            id: id.clone(),
            owner: String::new(),
            login: "x@example.test".to_owned(),
            address: None,
            tenant: None,
            display_name: None,
            settings: outlook_syncd::model::MailboxSettings::default(),
            road: None,
            imap: None,
            sync_enabled: true,
            created_at: at,
        };
        let fault = outlook_syncd::model::LastError {
            disposition: outlook_syncd::error::Disposition::Retry,
            code: "timeout".to_owned(),
            message: String::new(),
            whose_turn: outlook_syncd::error::WhoseTurn::Nobody,
            hint: String::new(),
            at,
        };
        AccountOutcome { error: Some(fault), ..AccountOutcome::new(&stored) }
    };
    let report = CycleReport {
        id,
        accounts: accounts.iter().map(outcome).collect(),
        ..CycleReport::new(Trigger::Once, at)
    };
    edges.store().record_cycle(&report).await.unwrap();
    for account in &accounts {
        edges.app.desk.make_due(&Actor::command_line(), Some(account)).await.unwrap();
    }
    for (owner, count) in [(Some("u1"), 1), (None, 2)] {
        let bearer = edges.bearer(&[Scope::Read, Scope::Admin], owner).await;
        let cycles = edges.get("/v1/cycles", &bearer).await.json();
        let told = cycles["cycles"][0]["accounts"].as_array().unwrap();
        assert_eq!((told.len(), &told[0]["account_id"]), (count, &json!(accounts[0])), "{cycles}");
        assert_eq!(cycles["next"], Value::Null);
        let log = edges.get("/v1/audit?limit=200", &bearer).await.json();
        let asked = log["lines"].as_array().unwrap().iter().filter(|line| line["action"] == "sync_asked");
        assert_eq!(asked.count(), count, "{log}");
    }
}
