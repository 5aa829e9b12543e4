//! What is given and taken: links by whom, sign-ins that end with their user, their operator, or a row that is no good.

use super::*;
use crate::stage::Answer;
use crate::store::{run, text};
use futures::future::{join, join_all};
use outlook_syncd::desk::{PasswordSignIn, VisitingBrowser};
use outlook_syncd::model::{Actor, AuditAction, Scope, TokenLimits};
use outlook_syncd::secret::{ExposeSecret, secret};
use reqwest::StatusCode;

const PASSWORD: &str = "an invented password of fifteen";

async fn link(stage: &Stage, bearer: &str) -> Answer {
    let url = format!("http://{}/v1/dashboard-links", stage.address);
    let request = stage.client.post(url).header("host", HOST).bearer_auth(bearer);
    Answer::of(request.header("content-type", "application/json").body(r#"{"user": "u1"}"#)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_may_less_than_the_pages_gives_nobody_a_link_to_them() {
    let stage = stage(false).await;
    for (scopes, missing) in [
        (&[Scope::Admin, Scope::Read, Scope::Contacts][..], "sync"),
        (&[Scope::Admin, Scope::Sync, Scope::Contacts], "read"),
    ] {
        let refused = link(&stage, &stage.bearer(scopes, None).await).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "without {missing}");
        assert_eq!(refused.json()["scope"], missing, "{}", refused.text);
    }
    let whole = [Scope::Admin, Scope::Read, Scope::Sync, Scope::Contacts];
    for limits in [
        TokenLimits { networks: "127.0.0.0/8".parse().unwrap(), ..TokenLimits::default() },
        TokenLimits { uses_per_hour: Some(9), ..TokenLimits::default() },
        TokenLimits { resource: Some(outlook_syncd::model::Resource::Graph), ..TokenLimits::default() },
        TokenLimits { account: Some(account(&stage, "u1").await), ..TokenLimits::default() },
    ] {
        let bearer = stage.narrowed_bearer(&whole, None, tomorrow(), limits.clone()).await;
        let refused = link(&stage, &bearer).await;
        assert_eq!(refused.json()["error"], "narrow_token", "{limits}: {}", refused.text);
    }
    let log = stage.store().audit_log(20).await.unwrap();
    assert_eq!(log.iter().filter(|line| line.action == AuditAction::Refused).count(), 6, "{log:?}");
    assert_eq!(link(&stage, &stage.bearer(&whole, None).await).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_changes_no_contacts_gives_nobody_a_link_to_pages_that_do() {
    let stage = stage(false).await;
    let bearer = stage.bearer(&[Scope::Admin, Scope::Read, Scope::Sync], None).await;
    let refused = link(&stage, &bearer).await;
    assert_eq!((refused.status, &refused.json()["scope"]), (StatusCode::FORBIDDEN, &"contacts".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_is_signed_in_no_more_and_has_no_link() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (desk, actor) = (&stage.app.desk, Actor::command_line());
        let (one, other) = (Guest::owner(&stage, "u1").await, Guest::owner(&stage, "u2").await);
        let links = [
            desk.owner_link(&actor, Some("u1"), None).await,
            desk.owner_link(&actor, Some("u2"), None).await,
        ];
        desk.refuse_user(&actor, "u1").await.unwrap();
        let seen = [one.get("/ui").await.status, other.get("/ui").await.status];
        assert_eq!(seen, [StatusCode::SEE_OTHER, StatusCode::OK]);
        let mut opened = Vec::new();
        for link in links {
            opened.push(desk.dashboard_link(link.unwrap().0.expose_secret()).await.unwrap().is_some());
        }
        assert_eq!(opened, [false, true]);
    }
}

/// Their password is looked at behind others' while somebody removes them.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_while_their_password_is_looked_at_is_not_signed_in() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (key, actor, desk) = (stage.config(&[]).key, Actor::command_line(), &stage.app.desk);
        desk.add_operator(&key, &actor, "Ada", &secret(PASSWORD.to_owned())).await.unwrap();
        let sign_in = async |name: &str| {
            desk.sign_in_by_password(name, secret(PASSWORD.to_owned()), VisitingBrowser::default())
                .await
                .unwrap()
        };
        let removed = async {
            sign_in("Eve").await;
            desk.remove_operator(&actor, "Ada").await.unwrap();
        };
        let others = join_all((0..10).map(|_| sign_in("Eve")));
        let ((), (_, ada)) = join(removed, join(others, sign_in("Ada"))).await;
        assert!(matches!(ada, PasswordSignIn::Refused), "{ada:?}");
        assert_eq!(desk.dashboard_sessions(&actor).await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_an_ended_sign_in_says_whose_it_was() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (guest, operator) = (Guest::owner(&stage, "u1").await, Guest::operator(&stage).await);
        let id = guest.cookie.split(['=', '.']).nth(1).unwrap();
        operator.post(&format!("/ui/sessions/{id}/end"), &[]).await;
        let log = stage.store().audit_log(1).await.unwrap();
        let line = (log[0].action, log[0].detail.as_deref(), log[0].owner.as_deref());
        assert_eq!(line, (AuditAction::DashboardSignedOut, Some("user:u1"), Some("u1")));
    }
}

/// Whoever writes to the database breaks their own row, and no page for others.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_nonsense_breaks_no_page() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (key, actor, desk) = (stage.config(&[]).key, Actor::command_line(), &stage.app.desk);
        desk.add_operator(&key, &actor, "Ada", &secret(PASSWORD.to_owned())).await.unwrap();
        let (spoilt, guest) = (Guest::owner(&stage, "u1").await, Guest::operator(&stage).await);
        let own = "WHERE owner = 'u1'";
        // The last millisecond that the clock's type holds, and one that it does not.
        for seen in ["8210266876799999", "9000000000000000"] {
            run(stage.store(), &format!("UPDATE dashboard_session SET last_seen_at = {seen} {own}")).await;
            assert!(spoilt.get("/ui").await.status.as_u16() < 400, "{seen}");
            assert_eq!(guest.get("/ui/sessions").await.status, StatusCode::OK, "{seen}");
        }
        run(stage.store(), "UPDATE dashboard_user SET created_at = 9000000000000000").await;
        let form = Guest::nobody(&stage).get("/ui/sign-in").await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(form.text.contains("type=\"password\""), "{}", form.text);
        desk.operators(&key).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_asks_by_itself_is_no_person_who_is_there() {
    let stage = stage(false).await;
    let guest = Guest::operator(&stage).await;
    let id = account(&stage, "u1").await;
    run(stage.store(), "UPDATE dashboard_session SET last_seen_at = last_seen_at - 3600000").await;
    let seen = async || text(stage.store(), "SELECT CAST(last_seen_at AS TEXT) FROM dashboard_session").await;
    let before = seen().await;
    for part in ["/ui/live".to_owned(), format!("/ui/accounts/{id}/live")] {
        assert_eq!(guest.get(&part).await.status, StatusCode::OK, "{part}");
        assert_eq!(seen().await, before, "{part}");
    }
    assert_eq!(guest.get("/ui").await.status, StatusCode::OK);
    assert_ne!(seen().await, before);
}
