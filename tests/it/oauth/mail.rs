//! Mail by Microsoft Graph, of a mailbox that is connected by OAuth alone.

use super::device::user_code;
use crate::main_job::assert_complete;
use crate::stage::{CALLBACK, Run, Stage, World, now};
use crate::store::{postgres_url, run};
use outlook_sim::{App as Registration, Draft, Failure, GraphError, Kind, OauthError};
use outlook_syncd::error::Disposition;
use outlook_syncd::model::{AccountId, Actor, Part, PartState, Reach, Road, Scope, SessionState, Trigger};
use outlook_syncd::sync::health::Verdict;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// A world whose sign-ins ask for mail.
async fn world() -> World {
    world_that_asks_for(r#"["contacts", "mail"]"#).await
}

/// A world whose sign-ins ask for these uses.
pub(crate) async fn world_that_asks_for(uses: &str) -> World {
    let mut world = World::new().await;
    world.register(Registration::public(CALLBACK));
    world.set("OAUTH__USES", uses);
    world.sim().set(None, |settings| {
        settings.identity.device_interval_s = Some(1);
        settings.graph.most_page = 7;
    });
    world
}

/// Connects a mailbox by a code, by the real program.
pub(crate) async fn connect(world: &World, smtp: &str) -> Run {
    let args = ["account", "connect", "--device-code", "--owner", "u1", "--json"];
    let mut child = world.command(&args).spawn().unwrap();
    let code = user_code(&mut child).await;
    world.sim().type_user_code(&code, smtp, true).await.unwrap();
    child.wait_with_output().await.unwrap().into()
}

/// A mailbox that was connected in a popup, and what cycles in this process make of it.
pub(super) struct Mail {
    pub(super) stage: Stage,
    pub(super) id: AccountId,
    pub(super) smtp: String,
}

impl Mail {
    pub(super) async fn of(world: World) -> Self {
        let stage = Stage::on(world).await;
        let smtp = stage.account(0).smtp;
        let id = stage.connected("u1", &smtp).await;
        Self { stage, id, smtp }
    }

    /// Has everything read; how a part stands then.
    pub(super) async fn cycle(&self) -> [PartState; 2] {
        self.stage.store().make_due(&Reach::Everyone, Some(&self.id), now()).await.unwrap();
        self.stage.app.cycle.run(Trigger::Once, &CancellationToken::new()).await.unwrap();
        let state = self.stage.store().state(&self.id).await.unwrap().unwrap();
        Part::ALL.map(|part| state.part(part).unwrap().clone())
    }

    /// All that is stored.
    pub(super) async fn messages(&self) -> Value {
        let args = ["messages", &self.smtp, "--json", "--limit", "1000"];
        self.stage.run(&args).await.expect(0).json()["messages"].clone()
    }

    pub(super) fn fail(&self, kind: Kind, on: &str, times: u32) {
        self.stage.sim().fail(Some(&self.smtp), Failure::from(kind).on(&[on]).times(times));
    }
}

fn code(state: &PartState) -> Option<&str> {
    state.last_error.as_ref().map(|error| error.code.as_str())
}

/// What two accounts have of a message alike, whichever way it came.
fn alike(mut messages: Vec<Value>) -> Vec<Value> {
    let of = |message: &Value| {
        json!(
            [
                "internet_message_id",
                "subject",
                "received_at",
                "sent_at",
                "is_read",
                "folder",
                "from",
                "recipients",
                "has_attachments"
            ]
            .map(|member| message[member].clone())
        )
    };
    messages.sort_by_key(|message| of(message).to_string());
    messages.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_a_code_connects_has_its_mail_read_by_graph_and_the_same_as_a_browser_reads() {
    let mut world = world().await;
    let ada = world.account(0);
    let connected = connect(&world, &ada.smtp).await.expect(0);
    assert_eq!(connected.json()["road"], "graph");
    world.once().await.expect(0);
    assert_complete(&world, &ada.smtp).await;
    let card = world.run(&["account", "show", &ada.smtp, "--json"]).await.expect(0).json();
    assert_eq!((&card["health"]["verdict"], &card["health"]["road"]), (&json!("ok"), &json!("graph")));
    let by_graph = alike(world.messages(&ada.smtp).await);
    // The same mailbox, in a database of its own.
    let other = world.dir.path().join("other");
    std::fs::create_dir(&other).unwrap();
    world.set("STATE_DIR", &other.display().to_string());
    world.connect(&ada).await;
    world.once().await.expect(0);
    let by_owa = alike(world.messages(&ada.smtp).await);
    assert!(by_owa.len() > 30);
    assert_eq!(by_graph, by_owa);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_with_nothing_new_asks_each_folder_once_and_changes_nothing() {
    for on_postgres in [false, true] {
        let mut world = world().await;
        if on_postgres {
            world.set_secret("DATABASE__URL_FILE", "database-url", &postgres_url().await);
        }
        let mail = Mail::of(world).await;
        let [state, _] = mail.cycle().await;
        assert_eq!((code(&state), state.read_by.as_deref()), (None, Some("graph")));
        let before = mail.messages().await;
        mail.stage.sim().clear_requests();
        assert_eq!(code(&mail.cycle().await[0]), None);
        assert_eq!(mail.stage.sim().count("message_delta", &mail.smtp), 2, "inbox and sent");
        for asked in ["list_messages", "get_message", "list_mail_folders"] {
            assert_eq!(mail.stage.sim().count(asked, &mail.smtp), 0, "{asked}");
        }
        assert_eq!(mail.messages().await, before);
        let draft = Draft { subject: Some("New".to_owned()), ..Draft::default() };
        mail.stage.sim().deliver_drafts(&mail.smtp, &[draft]).unwrap();
        mail.cycle().await;
        assert_complete(&mail.stage, &mail.smtp).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_in_mid_folder_is_renewed_and_the_page_asked_for_again() {
    for (times, expected, renewed) in [(1, None, 1), (9, Some("graph_unauthorized"), 1)] {
        let mail = Mail::of(world().await).await;
        let ended = GraphError::new(401, "InvalidAuthenticationToken", "");
        let failure = Failure::from(Kind::Graph(ended)).on(&["list_messages"]).after(2).times(times);
        mail.stage.sim().fail(Some(&mail.smtp), failure);
        let [state, contacts] = mail.cycle().await;
        assert_eq!((code(&state), code(&contacts)), (expected, None));
        assert_eq!(mail.stage.sim().count("refresh_token", &mail.smtp), renewed);
        if expected.is_none() {
            assert_complete(&mail.stage, &mail.smtp).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_of_mail_stops_mail_alone_and_says_what_was_refused() {
    let mail = Mail::of(world().await).await;
    mail.cycle().await;
    mail.fail(Kind::Graph(GraphError::new(403, "ErrorAccessDenied", "")), "message_delta", 9);
    let [state, contacts] = mail.cycle().await;
    assert_eq!((code(&state), code(&contacts)), (Some("graph_mail_denied"), None));
    let hint = state.last_error.unwrap().hint;
    assert!(hint.contains("Mail.ReadWrite"), "{hint}");
    assert!(contacts.due_at.is_some() && contacts.last_success_at > state.last_success_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_ends_the_sign_in_is_told_of_mail_as_of_contacts() {
    let mail = Mail::of(world().await).await;
    mail.stage.sim().set(Some(&mail.smtp), |settings| settings.identity.access_life_s = 120);
    mail.stage.connected("u1", &mail.smtp).await;
    mail.fail(Kind::Oauth(OauthError::aadsts(53003)), "refresh_token", 9);
    for state in mail.cycle().await {
        assert_eq!(code(&state), Some("oauth_policy"));
        assert_eq!(state.last_error.unwrap().disposition, Disposition::Blocked);
    }
    let card = mail.stage.app.desk.card(&Actor::command_line(), &mail.id).await.unwrap();
    assert_eq!(
        (card.verdict, card.session, card.road),
        (Verdict::Blocked, SessionState::Absent, Some(Road::Graph))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_allows_no_mail_has_none_read_and_is_told_and_who_allows_it_later_has() {
    let world = world().await;
    let ada = world.account(0);
    world.sim().set(None, |settings| settings.identity.declined_scopes = vec!["Mail.ReadWrite".to_owned()]);
    let connected = connect(&world, &ada.smtp).await.expect(77);
    assert_eq!(connected.json()["road"], Value::Null);
    assert!(connected.err.contains("allow Mail.ReadWrite"), "{}", connected.err);
    let without = world.run(&["account", "road", &ada.smtp, "graph", "--json"]).await.expect(77);
    assert_eq!(without.json()["error"], "road_without_consent");
    world.once().await.expect(0);
    world.sim().set(None, |settings| settings.identity.declined_scopes = Vec::new());
    assert_eq!(connect(&world, &ada.smtp).await.expect(0).json()["road"], "graph");
    world.once().await.expect(0);
    assert_complete(&world, &ada.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_road_is_shown_and_changed_while_no_mail_is_stored_and_refused_where_its_key_lacks() {
    let world = world().await;
    let ada = world.account(0);
    connect(&world, &ada.smtp).await.expect(0);
    let road =
        async |more: &[&str]| world.run(&[&["account", "road", &ada.smtp, "--json"], more].concat()).await;
    assert_eq!(road(&[]).await.expect(0).json()["road"], "graph");
    assert_eq!(road(&["owa"]).await.expect(77).json()["error"], "road_without_session");
    assert_eq!(road(&["imap"]).await.expect(77).json()["error"], "road_without_consent");
    world.connect(&ada).await;
    assert_eq!(road(&[]).await.expect(0).json()["road"], "graph", "a sign-in changes no road");
    assert_eq!(road(&["owa"]).await.expect(0).json()["road"], "owa");
    assert_eq!(road(&["graph"]).await.expect(0).json()["road"], "graph");
    world.once().await.expect(0);
    assert_complete(&world, &ada.smtp).await;
    let wanted = road(&["owa"]).await.expect(0).json();
    assert_eq!((&wanted["road"], &wanted["change"]["state"]), (&json!("graph"), &json!("wanted")));
    let kept = road(&["graph"]).await.expect(0).json();
    assert_eq!((&kept["road"], &kept["change"]), (&json!("graph"), &Value::Null), "it is wanted no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_in_before_mail_was_read_so_has_it_read_at_the_next_cycle() {
    let mail = Mail::of(world().await).await;
    let sqlite = mail.stage.store();
    run(sqlite, "UPDATE account SET road = 'none'").await;
    run(sqlite, "DELETE FROM part_state WHERE part = 'mail'").await;
    mail.stage.app.cycle.run(Trigger::Once, &CancellationToken::new()).await.unwrap();
    mail.cycle().await;
    assert_complete(&mail.stage, &mail.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_mail_lives_on_ends_as_a_whole_unless_a_browser_was_signed_in() {
    for signed_in in [false, true] {
        let mail = Mail::of(world().await).await;
        mail.cycle().await;
        let (store, held) = (mail.stage.store(), mail.messages().await);
        if signed_in {
            store.begin_session(&mail.id, None, now()).await.unwrap();
        }
        let bearer = mail.stage.bearer(&[Scope::Admin], Some("u1")).await;
        let path = "/v1/integrations/outlook/disconnect";
        let ended = mail.stage.ask(Method::DELETE, path, Some(&bearer), None).await;
        assert!(ended.status.is_success(), "{}", ended.text);
        assert!(store.grant(&mail.id).await.unwrap().is_none());
        if signed_in {
            assert_eq!(mail.messages().await, held, "mail outlives it");
        } else {
            assert!(store.account(&mail.id).await.unwrap().is_none());
        }
    }
}
