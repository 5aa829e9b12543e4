//! Sign-in in a popup at oidc-provider, which insists on PKCE and says which issuer answers.

use super::super::hostile::parameter;
use super::{Client, Peers};
use outlook_syncd::error::{Classify, WhoseTurn};
use outlook_syncd::model::{AccountId, Reach, Scope};
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_popup_connects_a_public_client_one_with_a_secret_and_one_with_a_certificate() {
    for client in [Client::Public, Client::Confidential, Client::Certified] {
        let peers = Peers::provider(client).await;
        let (location, cookie) = peers.popup("u1", "").await;
        let landed = peers.visit(location.as_str(), true).await;
        assert_eq!(parameter(&landed, "iss"), peers.server.issuer, "it names itself (RFC 9207)");
        let finish = peers.come_back(&landed, &cookie).await;
        let answer = peers.finish("u1", &finish).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let told = answer.json();
        assert_eq!(told["address"], peers.server.preferred_username);
        let status = peers.status().await;
        assert_eq!((&status["connected"], &status["expiry"]), (&json!(true), &json!("good")), "{status}");
        let account = AccountId::from(told["account"].as_str().unwrap().to_owned());
        let given = peers.store().grant(&account).await.unwrap().unwrap().given;
        assert_eq!(
            (given.person.tenant, given.person.object),
            (peers.server.tid.clone(), peers.server.oid.clone())
        );
        assert_eq!(given.authority, peers.server.issuer);
        let (sealed, refresh) =
            (peers.store().sealed(&account, "tokens").await.unwrap().unwrap(), peers.stored(&account).await);
        assert!(refresh.len() > 40 && !String::from_utf8_lossy(&sealed.sealed).contains(&refresh));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_resource_has_a_token_of_its_own_from_one_refresh_token() {
    let peers = Peers::provider(Client::Confidential).await;
    let account = peers.connected().await;
    let (graph, outlook) =
        (peers.good_token(&account, "graph").await, peers.good_token(&account, "outlook").await);
    assert_eq!(peers.me(&graph).await, StatusCode::OK);
    assert_eq!(peers.me(&outlook).await, StatusCode::UNAUTHORIZED, "it is not for Graph");
    let scopes = peers.status().await["scopes"].clone();
    for scope in ["user.read", "contacts.readwrite", "imap.accessasuser.all"] {
        assert!(scopes.as_array().unwrap().contains(&json!(scope)), "{scopes}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_is_told_so() {
    let peers = Peers::provider(Client::Public).await;
    assert_eq!(peers.sign_in(false).await.json()["error"], "oauth_declined");
    assert!(peers.store().accounts(&Reach::Everyone).await.unwrap().is_empty());
}

/// Neither a code that was stolen on its way nor one that was redeemed fits another popup's verifier.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_popup_is_refused_for_its_verifier() {
    let peers = Peers::provider(Client::Public).await;
    let (location, owners_cookie) = peers.popup("u1", "").await;
    let owners = peers.visit(location.as_str(), true).await;
    let code = parameter(&owners, "code");
    let inject = async || {
        let (location, cookie) = peers.popup("u2", "").await;
        let mut own: url::Url = peers.visit(location.as_str(), true).await.parse().unwrap();
        let others: Vec<_> = own.query_pairs().into_owned().filter(|(name, _)| name != "code").collect();
        own.query_pairs_mut().clear().extend_pairs(others).append_pair("code", &code);
        let asked = peers.asked("authorization_code").await;
        let finish = peers.come_back(own.as_str(), &cookie).await;
        let answer = peers.finish("u2", &finish).await;
        assert_eq!(answer.json()["error"], "oauth_reconnect", "{}", answer.text);
        assert_eq!(peers.asked("authorization_code").await, asked + 1, "it was the server that refused it");
    };
    inject().await;
    assert!(peers.store().accounts(&Reach::Everyone).await.unwrap().is_empty());
    let finish = peers.come_back(&owners, &owners_cookie).await;
    peers.finish("u1", &finish).await.connected();
    inject().await;
    let accounts = peers.store().accounts(&Reach::Everyone).await.unwrap();
    assert_eq!(accounts.iter().map(|account| account.owner.as_str()).collect::<Vec<_>>(), ["u1"]);
    assert_eq!(peers.me(&peers.good_token(&accounts[0].id, "graph").await).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_client_secret_is_the_operators_turn_and_costs_no_tokens() {
    let peers = Peers::provider(Client::Confidential).await;
    let account = peers.connected().await;
    let before = peers.stored(&account).await;
    let wrong = peers.process(Some("not-the-secret")).await;
    let graph = outlook_syncd::model::Resource::Graph;
    let error = wrong.services.oauth.access_token(&account, graph).await.unwrap_err();
    assert!(error.to_string().contains("invalid_client"), "{error}");
    let meaning = error.meaning();
    assert_eq!((meaning.code, meaning.whose_turn), ("oauth_registration", WhoseTurn::Operator));
    assert_eq!(peers.stored(&account).await, before);
    // The process that has the right one goes on.
    peers.good_token(&account, "graph").await;
    peers.clock.advance(chrono::TimeDelta::minutes(5));
    assert_eq!(peers.me(&peers.good_token(&account, "graph").await).await, StatusCode::OK);
    let reader = peers.bearer(&[Scope::Read], Some("u1")).await;
    assert_eq!(
        peers.get(&format!("/v1/accounts/{account}"), &reader).await.json()["oauth"]["standing"],
        "good"
    );
}
