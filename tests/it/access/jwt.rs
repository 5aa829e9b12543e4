//! What the CRM's own tokens say, and what they cannot.

use super::*;
use crate::stage::write_secret;
use outlook_syncd::model::AuditAction;

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_a_nul_in_the_name_is_let_in_nowhere() {
    let edges = edges().await;
    assert_eq!(
        get(&edges, "/v1/accounts", &jwt(&user("a\\u0000b"))).await.0,
        StatusCode::OK,
        "the text of one"
    );
    for never in ["a\0b", "a\nb", " "] {
        assert_eq!(get(&edges, "/v1/accounts", &jwt(&user(never))).await.0, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_says_less_of_itself_and_never_more() {
    let edges = edges().await;
    let with = |name: &str, value: Value| {
        let mut claims = user("u1");
        claims[name] = value;
        jwt(&claims)
    };
    for (token, expected) in [
        (jwt(&user("u1")), StatusCode::OK),
        (with("scope", json!("openid read")), StatusCode::OK),
        (with("scope", json!("sync")), StatusCode::FORBIDDEN),
        (with("scope", json!("")), StatusCode::FORBIDDEN),
        (with("scope", json!(["read"])), StatusCode::UNAUTHORIZED),
        (with("aud", json!("another")), StatusCode::UNAUTHORIZED),
        (with("exp", json!(now().timestamp() - 60)), StatusCode::UNAUTHORIZED),
        (with("sub", json!("x".repeat(300))), StatusCode::UNAUTHORIZED),
    ] {
        assert_eq!(get(&edges, "/v1/accounts", &token).await.0, expected, "{token}");
    }
    // The configuration gives no `tokens`, so no token of the CRM's has it.
    let all = with("scope", json!("read sync admin tokens"));
    for (_, path, scope) in http::routes().filter(|(method, ..)| method == Method::GET) {
        if scope == Some(Scope::Tokens) {
            assert_eq!(get(&edges, &path, &all).await.0, StatusCode::FORBIDDEN, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_crms_that_would_be_good_for_years_is_refused() {
    let edges = edges().await;
    let mut claims = user("u1");
    for exp in [tomorrow().timestamp(), 4_070_908_800] {
        claims["exp"] = json!(exp);
        assert_eq!(get(&edges, "/v1/accounts", &jwt(&claims)).await.0, StatusCode::UNAUTHORIZED);
        claims["iat"] = json!(now().timestamp());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_of_the_crms_counts_without_a_restart_and_the_old_one_no_more() {
    let edges = edges().await;
    let token = jwt(&user("u1"));
    assert_eq!(get(&edges, "/v1/accounts", &token).await.0, StatusCode::OK);
    let file = edges.dir.path().join("jwt");
    write_secret(&file, "too short");
    assert_eq!(get(&edges, "/v1/accounts", &token).await.0, StatusCode::UNAUTHORIZED, "no key is no key");
    write_secret(&file, JWT_SECRET);
    assert_eq!(get(&edges, "/v1/accounts", &token).await.0, StatusCode::OK);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(get(&edges, "/v1/accounts", &token).await.0, StatusCode::UNAUTHORIZED, "it was taken away");
    write_secret(&file, "another secret of at least 32 bytes");
    assert_eq!(get(&edges, "/v1/accounts", &token).await.0, StatusCode::UNAUTHORIZED);
    write_secret(&file, JWT_SECRET);
    assert_eq!(get(&edges, "/v1/accounts", &token).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_for_a_user_who_was_refused_since_counts_no_more() {
    let edges = edges().await;
    let signed_at = |name: &str, seconds: i64| {
        let mut claims = user(name);
        claims["iat"] = json!(now().timestamp() + seconds);
        jwt(&claims)
    };
    let (before, ahead, another) = (signed_at("u1", -60), signed_at("u1", 25), signed_at("u2", -60));
    let undated = jwt(&user("u1"));
    for token in [&before, &ahead, &another, &undated] {
        assert_eq!(get(&edges, "/v1/accounts", token).await.0, StatusCode::OK);
    }
    let said = edges.run(&["token", "refuse", "u1"]).await.expect(0);
    assert!(said.out.contains("u1"), "{}", said.out);
    for (token, expected) in [
        (&before, StatusCode::UNAUTHORIZED),
        (&undated, StatusCode::UNAUTHORIZED),
        // By a clock of the CRM's that is ahead: it was signed before all the same.
        (&ahead, StatusCode::UNAUTHORIZED),
        (&another, StatusCode::OK),
    ] {
        assert_eq!(get(&edges, "/v1/accounts", token).await.0, expected);
    }
    // As if a minute had gone by.
    crate::store::run(edges.store(), "UPDATE user_refused SET not_before = not_before - 60000").await;
    assert_eq!(get(&edges, "/v1/accounts", &signed_at("u1", 0)).await.0, StatusCode::OK);
    let log = edges.store().audit_log(10).await.unwrap();
    let line = log.iter().find(|line| line.action == AuditAction::UserRefused).unwrap();
    assert_eq!(line.detail.as_deref(), Some("u1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailbox_that_a_jwt_names_is_expected_and_its_user_is_shown() {
    let mut world = World::new().await;
    world.register(Registration::public(CALLBACK));
    let edges = edges_of(world).await;
    let with = |name: Value, email: Value| {
        let mut claims = user("u1");
        (claims["name"], claims["email"]) = (name, email);
        jwt(&claims)
    };
    let path = "/v1/integrations/outlook/auth-url";
    for (token, more, shown, hint) in [
        (
            with(json!("Ada <L>"), json!("Ada@example.test")),
            "",
            "Ada &lt;L&gt; (u1)",
            Some("ada@example.test"),
        ),
        (with(json!("Ada"), json!("ada@example.test")), "?expect=", "Ada (u1)", None),
        (with(json!(null), json!("nobody")), "", "<bdi>u1</bdi>", None),
        (with(json!({"first": "Ada"}), json!(7)), "", "<bdi>u1</bdi>", None),
    ] {
        let (status, body) = get(&edges, &format!("{path}{more}"), &token).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let url = body["url"].as_str().unwrap();
        let page = edges.browse(url, None).await;
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
        let to = edges.go_on(url, Some(OPENER)).await.goes_on_to();
        let found =
            to.query_pairs().find(|(name, _)| name == "login_hint").map(|(_, value)| value.into_owned());
        assert_eq!(found.as_deref(), hint);
    }
}
