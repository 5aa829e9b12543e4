//! Who signs in is a person of an organisation: what Graph calls their mailbox is the word of whoever administers
//! that, and of nobody else's mailbox.

use crate::stage::{CALLBACK, Run, Stage, new_account, now};
use outlook_sim::App as Registration;
use outlook_syncd::model::{AccountId, Reach, Scope};
use reqwest::StatusCode;
use serde_json::json;
use uuid::Uuid;

const ELSEWHERE: Uuid = Uuid::from_u128(0x5e_1f_5e_1f);

impl Stage {
    /// Bob of another organisation, where they write Ada's address in his `mail`.
    fn squatted(&self) -> (String, String) {
        let (ada, bob) = (self.account(0).smtp.to_lowercase(), self.account(1).smtp);
        self.sim().set(Some(&bob), |settings| {
            settings.identity.mail = Some(ada.clone());
            settings.identity.tenant = Some(ELSEWHERE);
        });
        (ada, bob)
    }

    async fn goes_by(&self, name: &str) -> Option<AccountId> {
        self.store().find_account(&Reach::Everyone, name).await.unwrap().map(|account| account.id)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_another_organisation_makes_up_locks_nobody_out() {
    let stage = Stage::start().await;
    let (ada, bob) = stage.squatted();
    let squatter = stage.connected("u2", &bob).await;
    assert_eq!(stage.goes_by(&bob.to_lowercase()).await, Some(squatter.clone()), "what they sign in with");
    let account = stage.store().account(&squatter).await.unwrap().unwrap();
    assert_eq!((account.address.as_deref(), account.name().as_ref()), (None, bob.to_lowercase().as_str()));
    let key = stage.store().state(&squatter).await.unwrap().unwrap().mailbox_key;
    assert!(key.starts_with(&format!("oid:{ELSEWHERE}/")), "{key}");
    let own = stage.connected("u1", &ada).await;
    assert_ne!(own, squatter);
    assert_eq!(stage.goes_by(&ada).await, Some(own), "who signs in by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_made_up_is_not_the_mailbox_that_was_expected() {
    let stage = Stage::start().await;
    let (ada, bob) = stage.squatted();
    let answer = stage.sign_in("u2", &bob, &format!("&expect={ada}"), true).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::CONFLICT, &json!("another_mailbox")));
    let told = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(told.contains(&format!("{} signed in", bob.to_lowercase())), "{told}");
    assert!(stage.store().accounts(&Reach::Everyone).await.unwrap().is_empty(), "nothing was kept");
    stage.sign_in("u2", &bob, &format!("&expect={bob}"), true).await.connected();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_made_up_is_shown_nowhere() {
    let stage = Stage::start().await;
    let (ada, bob) = stage.squatted();
    let account = stage.connected("u2", &bob).await;
    let bearer = stage.bearer(&[Scope::Read], Some("u2")).await;
    for path in ["/v1/integrations/outlook/status", "/v1/accounts", &format!("/v1/accounts/{account}")] {
        let answer = stage.get(path, &bearer).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(!answer.text.contains(&ada) && answer.text.contains(&bob.to_lowercase()), "{}", answer.text);
    }
    let shown = stage.run(&["status", "--json"]).await;
    assert!(!shown.out.contains(&ada), "{}", shown.out);
    // A second account of the same user: both are named where one has to be.
    stage.sim().set(Some(&ada), |settings| settings.identity.mail = Some(bob.clone()));
    stage.connected("u2", &ada).await;
    let several = stage.get("/v1/integrations/outlook/status", &bearer).await;
    assert_eq!(several.json()["error"], "several_accounts", "{}", several.text);
    let mut named: Vec<_> =
        several.json()["accounts"].as_array().unwrap().iter().map(|one| one["address"].clone()).collect();
    named.sort_by_key(ToString::to_string);
    let mut expected = [json!(ada), json!(bob.to_lowercase())];
    expected.sort_by_key(ToString::to_string);
    assert_eq!(named, expected, "each by what they sign in with");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_command_goes_by_an_address_that_is_made_up() {
    let stage = Stage::start().await;
    let (ada, bob) = stage.squatted();
    let account = stage.connected("u2", &bob).await;
    for args in [
        vec!["token", "new", "n8n", "--scope", "tokens", "--account", &ada],
        vec!["contacts", "list", &ada],
        vec!["account", "show", &ada],
        vec!["account", "disconnect", "--yes", &ada],
    ] {
        let run = stage.run(&args).await.expect(64);
        assert!(run.err.contains(account.as_str()) && run.err.contains("made up"), "{}", run.err);
    }
    let shown = stage.run(&["account", "show", &bob]).await.expect(0);
    assert!(shown.out.contains(&bob.to_lowercase()), "{}", shown.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_makes_an_address_up_does_not_learn_whether_it_is_connected() {
    let stage = Stage::start().await;
    let (ada, bob) = stage.squatted();
    let read = new_account("u1", &ada, now());
    stage.store().add_account(&read, now()).await.unwrap();
    stage.store().set_identity(&read.id, &ada, None).await.unwrap();
    stage.store().set_tenant(&read.id, Some(&stage.account(0).tenant.to_string())).await.unwrap();
    let squatter = stage.connected("u2", &bob).await;
    assert_ne!(squatter, read.id);
    assert_eq!(stage.goes_by(&ada).await, Some(read.id.clone()), "the mailbox that has said so itself");
    let joined = stage.sign_in("u1", &ada, "", true).await.connected();
    assert_eq!(joined, read.id, "Outlook has said that it is of this organisation");
    let taken = stage.sign_in("u1", &bob, "", true).await.json();
    assert_eq!(taken["error"], "not_the_owner", "{taken}");
    assert!(!taken["detail"].as_str().unwrap().contains("u2"), "{taken}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_microsoft_has_verified_names_the_mailbox() {
    let stage = Stage::start().await;
    let ada = stage.account(0).smtp.to_lowercase();
    stage.sim().set(Some(&ada), |settings| settings.identity.verified_email = true);
    let account = stage.connected("u1", &ada).await;
    let account = stage.store().account(&account).await.unwrap().unwrap();
    assert_eq!(account.address.as_deref(), Some(ada.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_configured_organisation_the_address_names_the_mailbox() {
    let registration = Registration::confidential(CALLBACK, "canary-client-secret")
        .for_audience(outlook_sim::Audience::Tenant);
    let stage = Stage::of(registration, &[("OAUTH__TENANT", "northwind-sim.example")]).await;
    let ada = stage.account(0).smtp.to_lowercase();
    let account = stage.connected("u1", &ada).await;
    let account = stage.store().account(&account).await.unwrap().unwrap();
    assert_eq!(account.address.as_deref(), Some(ada.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_mail_at_graph_keeps_nobody_from_connecting() {
    let stage = Stage::start().await;
    let ada = stage.account(0).smtp.to_lowercase();
    stage.sim().set(Some(&ada), |settings| settings.identity.mail = Some(String::new()));
    let account = stage.connected("u1", &ada).await;
    assert_eq!(stage.store().grant(&account).await.unwrap().unwrap().given.address, ada);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_without_a_mailbox_is_connected_for_tokens_and_shown_as_a_person() {
    let registration = Registration::confidential(CALLBACK, "canary-client-secret")
        .for_audience(outlook_sim::Audience::Tenant);
    let stage = Stage::of(registration, &[("OAUTH__TENANT", "northwind-sim.example")]).await;
    let ada = stage.account(0).smtp;
    stage.sim().set(Some(&ada), |settings| {
        settings.identity.graph_mail = Some(false);
        settings.identity.principal = Some("ada_ext.example#EXT#@corp.example".to_owned());
    });
    let answer = stage.sign_in("u1", &ada, "&expect=ada@ext.example", true).await;
    assert_eq!(
        (answer.status, &answer.json()["address"]),
        (StatusCode::OK, &json!("ada@ext.example (guest of corp.example)"))
    );
    let account = answer.connected();
    stage.run(&["--once"]).await.expect(0);
    let made_due = stage.store().make_due(&Reach::Everyone, None, now()).await.unwrap();
    assert_eq!(made_due, 0, "there is no mailbox to read");
    let bearer = stage.bearer(&[Scope::Tokens, Scope::Read], Some("u1")).await;
    let token = stage.get(&format!("/v1/accounts/{account}/access-token"), &bearer).await;
    assert_eq!(token.status, StatusCode::OK, "{}", token.text);
    let status = stage.get("/v1/integrations/outlook/status", &bearer).await.json();
    assert_eq!(status["address"], "ada@ext.example (guest of corp.example)", "{status}");
    let shown: Run = stage
        .command(&["account", "show", "ada_ext.example#EXT#@corp.example"])
        .output()
        .await
        .unwrap()
        .into();
    assert!(shown.expect(0).out.contains("ada@ext.example (guest of corp.example)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_of_anybody_proves_no_address_at_home() {
    let stage = Stage::start().await;
    let ada = stage.account(0).smtp;
    stage.sim().set(Some(&ada), |settings| {
        settings.identity.graph_mail = Some(false);
        settings.identity.principal = Some("ada_ext.example#EXT#@corp.example".to_owned());
    });
    let answer = stage.sign_in("u1", &ada, "&expect=ada@ext.example", true).await;
    assert_eq!((answer.status, &answer.json()["error"]), (StatusCode::CONFLICT, &json!("another_mailbox")));
    stage.connected("u1", &ada).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_whose_login_is_not_its_address_is_one_account_by_whichever_way_it_is_connected() {
    let stage = Stage::start().await;
    let ada = stage.account(0);
    let login = "upn12345@northwind-sim.example";
    stage.sim().set(Some(&ada.smtp), |settings| settings.identity.principal = Some(login.to_owned()));
    let account = stage.connected("u1", &ada.smtp).await;
    assert_eq!(stage.goes_by(login).await, Some(account.clone()), "before its mail is read");
    let connected = stage.run_with(&["account", "connect", "--owner", "u1", &ada.smtp], &ada.password).await;
    connected.expect(0);
    let accounts = stage.store().accounts(&Reach::Everyone).await.unwrap();
    assert_eq!((accounts.len(), &accounts[0].id), (1, &account));
    assert_eq!(accounts[0].tenant, Some(ada.tenant.to_string()), "as Outlook said");
    for name in [login, &ada.smtp] {
        assert_eq!(stage.goes_by(name).await, Some(account.clone()), "{name}");
        stage.run(&["sync", name]).await.expect(0);
    }
}
