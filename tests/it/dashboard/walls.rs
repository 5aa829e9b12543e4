//! Whoever writes to the database becomes nobody by it.

use super::*;
use crate::sealed::blob;
use crate::store::{run, text};
use outlook_syncd::model::{Actor, Visitor};
use outlook_syncd::secret::{ExposeSecret, secret};
use outlook_syncd::vault::{Ring, add_key, password_verifier, remove_key};
use outlook_syncd::{strongbox::Strongbox, token};
use reqwest::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_written_or_changed_in_the_database_opens_nothing() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let guest = Guest::owner(&stage, "u1").await;
        run(stage.store(), "CREATE TABLE was AS SELECT * FROM dashboard_session").await;
        let hour = 3_600_000;
        for change in [
            "owner = NULL".to_owned(),
            "owner = 'u2'".to_owned(),
            "name = 'operator:ada', owner = NULL".to_owned(),
            format!("expires_at = expires_at + {hour}"),
            format!("signed_in_at = signed_in_at + {hour}"),
            "return_to = 'https://evil.example.test'".to_owned(),
            format!("mark = {}", blob(stage.store(), b"")),
        ] {
            assert_eq!(guest.get("/ui").await.status, StatusCode::OK, "before {change}");
            run(stage.store(), &format!("UPDATE dashboard_session SET {change}")).await;
            assert_eq!(guest.get("/ui").await.status, StatusCode::SEE_OTHER, "{change}");
            run(
                stage.store(),
                "DELETE FROM dashboard_session; INSERT INTO dashboard_session SELECT * FROM was",
            )
            .await;
        }
        // A session of a writer's own, with the mark of another.
        let id = "01a0c0f1-8a11-7a70-b3f7-1c6d0e7e6d58";
        let hash = blob(stage.store(), &token::hash("mine"));
        run(
            stage.store(),
            &format!(
                "INSERT INTO dashboard_session (id, hash, name, owner, return_to, signed_in_at, expires_at, last_seen_at, mark)
                 SELECT '{id}', {hash}, name, owner, return_to, signed_in_at, expires_at, last_seen_at, mark FROM was"
            ),
        )
        .await;
        let mine = Guest::with(&stage, format!("__Host-outlook-syncd={id}.mine"));
        assert_eq!(mine.get("/ui").await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_or_an_operator_that_was_written_into_the_database_lets_nobody_in() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (key, actor, desk) = (stage.config(&[]).key, Actor::command_line(), &stage.app.desk);
        let (link, _) = desk.owner_link(&actor, Some("u1"), None).await.unwrap();
        run(stage.store(), "UPDATE dashboard_link SET owner = NULL, name = 'operator by link'").await;
        assert!(
            desk.dashboard_link(link.expose_secret()).await.unwrap().is_none(),
            "an owner's made an operator's"
        );
        let nobody = Guest::nobody(&stage);
        let entered = nobody.post("/ui/link", &[("k", link.expose_secret())]).await;
        assert_eq!(entered.status, StatusCode::GONE);
        let password = "an invented password of fifteen";
        desk.add_operator(&key, &actor, "ada", &secret(password.to_owned())).await.unwrap();
        let mine = "the writer's own password";
        let verifier = password_verifier(&secret(mine.to_owned()));
        run(stage.store(), &format!("UPDATE dashboard_user SET verifier = '{verifier}'")).await;
        for (name, password) in [("ada", mine), ("ada", password)] {
            let answer = nobody.post("/ui/sign-in", &[("name", name), ("password", password)]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{password}");
        }
        run(
            stage.store(),
            "INSERT INTO dashboard_user SELECT 'eve', created_at, verifier, mark FROM dashboard_user",
        )
        .await;
        let answer = nobody.post("/ui/sign-in", &[("name", "eve"), ("password", mine)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let seen = desk.operators(&key).await.unwrap();
        assert_eq!(seen.iter().map(|seen| seen.holds).collect::<Vec<_>>(), [Some(false), Some(false)]);
    }
}

/// What lies in the database opens nothing by itself.
#[tokio::test(flavor = "multi_thread")]
async fn what_opens_a_sign_in_is_kept_nowhere() {
    let stage = stage(false).await;
    let guest = Guest::operator(&stage).await;
    let (_, secret) = guest.cookie.split_once('.').unwrap();
    let kept = text(stage.store(), "SELECT hex(hash) FROM dashboard_session").await.unwrap();
    let hash = token::hash(secret);
    let bytes: Vec<_> =
        (0..32).map(|at| u8::from_str_radix(&kept[2 * at..2 * at + 2], 16).unwrap()).collect();
    assert_eq!(bytes, hash);
    let forged =
        format!("__Host-outlook-syncd={}", guest.cookie.split_once('=').unwrap().1.replace(secret, &kept));
    let thief = Guest::with(&stage, forged);
    assert_eq!(thief.get("/ui").await.status, StatusCode::SEE_OTHER);
}

/// The key is rotated and the old one retired: operators sign in as before, whoever is signed in does so again.
#[tokio::test(flavor = "multi_thread")]
async fn operators_outlive_the_key_that_marked_them() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (source, actor) = (stage.config(&[]).key, Actor::command_line());
        let file = source.file.clone().unwrap();
        let password = || secret("an invented password of fifteen".to_owned());
        stage.app.desk.add_operator(&source, &actor, "ada", &password()).await.unwrap();
        run(
            stage.store(),
            "INSERT INTO dashboard_user SELECT 'forged', created_at, verifier, mark FROM dashboard_user",
        )
        .await;
        let guest = Guest::signed_in(&stage, Visitor::operator("ada"), TimeDelta::zero()).await;
        add_key(&file).unwrap();
        let ring = || Ring::load(&source).unwrap();
        let clock = outlook_syncd::clock::Clock::System;
        let newer = Strongbox::open(stage.store().clone(), ring(), clock.clone()).await.unwrap();
        newer.adopt_key("test").await.unwrap();
        newer.rewrap(|_| ()).await.unwrap();
        let uses = newer.key_uses().await.unwrap();
        assert!(!uses[0].is_needed(), "{uses:?}");
        assert_eq!(guest.get("/ui").await.status, StatusCode::OK, "until the old key goes");
        remove_key(&file, 1).unwrap();
        let after = Strongbox::open(stage.store().clone(), ring(), clock).await.unwrap();
        assert!(after.dashboard_verifier("ada").await.unwrap().is_some());
        assert!(after.dashboard_verifier("forged").await.unwrap().is_none());
    }
}
