//! Mail as it comes, moves and goes: all of it is stored, once, and only what is new is fetched.

use super::{HISTORY_DAYS, assert_complete, expected, folder, with};
use crate::stage::World;
use outlook_sim::{Fetch, PageIds, View, What};
use outlook_syncd::store::Store;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn both_views_page_and_worker_give_the_whole_mailbox() {
    for (view, fetch) in [(View::Conversation, Fetch::Page), (View::Message, Fetch::Worker)] {
        let mut world = World::of(with(|settings| (settings.view, settings.fetch) = (view, fetch))).await;
        // Asked by us, the service answers the same whatever the page shows.
        world.set("OWA__TIERS", r#"["network"]"#);
        for account in world.sim().accounts() {
            world.connect(&account).await;
        }
        let report = world.once().await.expect(0).json();
        for name in ["inbox", "sentitems"] {
            assert_eq!(folder(&report, name)["tier"], "network", "{view:?} {fetch:?}");
        }
        for account in world.sim().accounts() {
            assert_complete(&world, &account.smtp).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_cycle_fetches_only_what_is_new() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    world.sim().clear_requests();
    let report = world.cycle().await.expect(0).json();
    assert_eq!(world.sim().items_fetched(&account.smtp), 0, "nothing was new");
    assert_eq!(world.sim().count("StartupData", &account.smtp), 0, "good headers need no full page");
    assert_eq!(
        (&folder(&report, "inbox")["new"], &folder(&report, "inbox")["changed"]),
        (&0.into(), &0.into())
    );
    world.sim().deliver(&account.smtp, 3).unwrap();
    let report = world.cycle().await.expect(0).json();
    assert_eq!(world.sim().items_fetched(&account.smtp), 3);
    assert_eq!(folder(&report, "inbox")["new"], 3);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_that_is_raised_a_little_is_fetched() {
    let mut world = World::new().await;
    world.set("SYNC__PAGE_SIZE", "10");
    let account = world.account(0);
    let mut ages: Vec<_> = world.sim().truth(&account.smtp).unwrap();
    ages.retain(|message| message.folder == "inbox");
    let mut ages: Vec<_> = ages.iter().map(|message| world.sim().now() - message.received).collect();
    ages.sort();
    // Both histories end on the second page.
    for held in [15, 16] {
        let history = (ages[held - 1] + ages[held]) / 2;
        world.set("SYNC__HISTORY", &format!("{}s", history.num_seconds()));
        if held == 15 {
            world.connect(&account).await;
        }
        let report = world.cycle().await.expect(0).json();
        assert_eq!(folder(&report, "inbox")["held"], held, "of {} messages", ages.len());
    }
    let shown = world.run(&["account", "show", "--json", &account.smtp]).await.expect(0).json();
    let since: chrono::DateTime<chrono::Utc> =
        shown["folders"][0]["complete_since"].as_str().unwrap().parse().unwrap();
    assert!(world.sim().now() - since < ages[16], "{since}: what is not stored is not called complete");
    let oldest = shown["folders"][0]["oldest_message_at"].as_str().unwrap();
    let said = format!("16 messages, the oldest of {}; complete since {}", &oldest[..10], since.date_naive());
    let text = world.run(&["account", "show", &account.smtp]).await.expect(0).out;
    assert!(text.contains(&said), "{said}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_is_moved_in_below_the_newest_is_found() {
    let world = World::new().await;
    let account = world.account(0);
    let junk = outlook_sim::Draft {
        folder: Some("junkemail".to_owned()),
        received: Some(world.sim().now() - chrono::TimeDelta::days(HISTORY_DAYS - 2)),
        ..outlook_sim::Draft::default()
    };
    let rescued = world.sim().deliver_drafts(&account.smtp, &[junk]).unwrap().remove(0);
    world.sim().deliver(&account.smtp, 60).unwrap();
    world.connect(&account).await;
    world.once().await.expect(0);
    world.sim().move_messages(&account.smtp, &[rescued.item_id], "inbox").unwrap();
    // A sweep that has just ended is not begun again at once.
    let mut new = 0;
    for _ in 0..20 {
        let report = world.cycle().await.expect(0).json();
        new += folder(&report, "inbox")["new"].as_u64().unwrap();
        if new > 0 {
            break;
        }
    }
    assert_eq!(new, 1);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_outlooks_list_withheld_is_found_and_what_changed_below_the_newest_is_seen() {
    let mut world = World::new().await;
    world.set("SYNC__PAGE_SIZE", "10");
    let account = world.account(0);
    let mut inbox = world.sim().truth(&account.smtp).unwrap();
    let horizon = world.sim().now() - chrono::TimeDelta::days(HISTORY_DAYS);
    inbox.retain(|message| message.folder == "inbox" && message.received > horizon);
    let [withheld, marked, moved, deleted] =
        [12, 13, 14, 15].map(|n| std::slice::from_ref(&inbox[n].immutable_id).to_vec());
    world.sim().withhold(&account.smtp, &withheld, true).unwrap();
    world.connect(&account).await;
    world.once().await.expect(0);
    let before = world.messages(&account.smtp).await.len();
    world.sim().withhold(&account.smtp, &withheld, false).unwrap();
    world.sim().mark_read(&account.smtp, &marked, !inbox[13].is_read).unwrap();
    world.sim().move_messages(&account.smtp, &moved, "sentitems").unwrap();
    world.sim().delete(&account.smtp, &deleted, false).unwrap();
    // As many came as left: the count tells nothing.
    world.set("SYNC__SWEEP", "1s");
    world.run(&["sync", "--json"]).await;
    let cycle = world.run(&["--once", "--json", "--verbose"]).await.expect(0);
    assert!(cycle.err.contains("mail that reading had not shown was found by the sweep"), "{cycle:?}");
    let report = cycle.json();
    assert_eq!(
        (&folder(&report, "inbox")["found"], &folder(&report, "inbox")["new"]),
        (&1.into(), &1.into())
    );
    // What is in none of the folders when each was looked through again is gone.
    world.cycle().await.expect(0);
    assert_eq!(world.messages(&account.smtp).await.len(), before);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_goes_and_comes_back_is_one_message() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let before = world.messages(&account.smtp).await.len();
    let inbox = |message: &outlook_sim::world::Truth| message.folder == "inbox";
    let moved = world.sim().truth(&account.smtp).unwrap().into_iter().find(inbox).unwrap();
    for folder in ["archive", "inbox"] {
        // Each move gives it another entry id; the immutable one stays.
        world.sim().move_messages(&account.smtp, std::slice::from_ref(&moved.immutable_id), folder).unwrap();
        world.cycle().await.expect(0);
    }
    assert_eq!(world.messages(&account.smtp).await.len(), before);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_half_of_a_divided_inbox_waits_for_the_service() {
    let mut world = World::of(with(|settings| settings.focused = true)).await;
    world.set("OWA__TIERS", r#"["network"]"#);
    let account = world.account(0);
    world.connect(&account).await;
    let report = world.once().await.expect(0).json();
    let all = expected(&world, &account.smtp, "inbox").len();
    let held = folder(&report, "inbox")["held"].as_u64().unwrap();
    assert!(held > 0 && usize::try_from(held).unwrap() < all, "{held} of {all}");
    world.set("OWA__TIERS", r#"["service", "network", "dom"]"#);
    world.cycle().await.expect(0);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_due_is_no_error() {
    let world = World::new().await;
    let report = world.once().await.expect(0).json();
    assert_eq!(report["accounts"], Value::Array(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_changes_its_kind_of_ids_doubles_nothing() {
    let world = World::of(with(|settings| settings.page_ids = PageIds::Entry)).await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let before = world.messages(&account.smtp).await.len();
    for ids in [PageIds::Immutable, PageIds::ByRequest, PageIds::Immutable] {
        world.sim().set(None, |settings| settings.page_ids = ids);
        world.sim().expire(&account.smtp, What::Bearer);
        world.cycle().await.expect(0);
        assert_eq!(world.messages(&account.smtp).await.len(), before);
    }
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_of_a_mailbox_that_is_shared_with_its_owner_is_not_stored_as_the_owners() {
    let mut world = World::of(with(|_| {})).await;
    let (account, team) = (world.account(0), world.account(1));
    world.sim().set(None, |settings| settings.shared_mailboxes = vec![team.smtp.clone()]);
    world.connect(&account).await;
    for tiers in [r#"["network"]"#, r#"["service", "network"]"#] {
        world.set("OWA__TIERS", tiers);
        world.sim().expire(&account.smtp, What::Bearer);
        world.cycle().await.expect(0);
    }
    assert!(world.sim().count("FindConversation", &team.smtp) > 0, "the page looks into the other mailbox");
    assert_complete(&world, &account.smtp).await;
    let own = world.sim().truth(&account.smtp).unwrap();
    let own: BTreeSet<_> = own.into_iter().filter_map(|message| message.internet_message_id).collect();
    for message in world.messages(&account.smtp).await {
        assert!(own.contains(message["internet_message_id"].as_str().unwrap_or_default()), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_was_moved_to_another_server_is_read_on() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let before = world.messages(&account.smtp).await.len();
    world.sim().restore(&account.smtp).unwrap();
    world.sim().deliver(&account.smtp, 1).unwrap();
    world.cycle().await.expect(0);
    assert_complete(&world, &account.smtp).await;
    assert_eq!(world.messages(&account.smtp).await.len(), before + 1);
    world.sim().clear_requests();
    world.cycle().await.expect(0);
    assert_eq!(world.sim().count("StartupData", &account.smtp), 0, "its inbox is known by its new id");
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_leaves_nothing() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let wiped =
        world.run(&["account", "disconnect", "--yes", "--json", &account.smtp]).await.expect(0).json();
    let wiped = &wiped["wiped"];
    assert!(wiped["messages"].as_u64().unwrap() > 0 && wiped["secrets"] == 2, "{wiped}");
    assert_eq!(world.run(&["account", "list", "--json"]).await.json(), json!({"accounts": []}));
    world.connect(&account).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_whose_owner_got_another_address_is_read_on_and_goes_by_that() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let Store::Sqlite(pool) = world.store().await else { unreachable!() };
    let before = "UPDATE account SET address = 'before@example.org';
         UPDATE sync_state SET mailbox_key = 'before@example.org';";
    sqlx::raw_sql(before).execute(&pool).await.unwrap();
    pool.close().await;
    world.sim().deliver(&account.smtp, 2).unwrap();
    world.cycle().await.expect(0);
    let shown = world.run(&["account", "list", "--json"]).await.expect(0).json();
    assert_eq!(shown["accounts"][0]["address"], account.smtp.as_str(), "{shown}");
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_again_after_a_disconnect_that_was_cut_short_has_all_mail_read() {
    let world = World::new().await;
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    let Store::Sqlite(pool) = world.store().await else { unreachable!() };
    let kept =
        "CREATE TABLE kept (id TEXT REFERENCES account (id)); INSERT INTO kept SELECT id FROM account;";
    sqlx::raw_sql(kept).execute(&pool).await.unwrap();
    let cut = world.run(&["account", "disconnect", "--yes", &account.smtp]).await;
    assert_ne!(cut.code, 0, "{cut:?}");
    for verb in [&["messages"], &["sync"], &["account", "show"], &["account", "resume"]] as [&[&str]; 4] {
        let run = world.run(&[verb, &[&account.smtp, "--json"]].concat()).await.expect(75);
        assert!(run.err.contains("is being disconnected"), "{run:?}");
    }
    sqlx::raw_sql("DROP TABLE kept").execute(&pool).await.unwrap();
    pool.close().await;

    world.connect(&account).await;
    world.once().await.expect(0);
    assert_complete(&world, &account.smtp).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_on_postgresql() {
    let mut world = World::new().await;
    let database = crate::store::postgres_url().await;
    world.set("DATABASE__URL", &database);
    let account = world.account(0);
    world.connect(&account).await;
    world.once().await.expect(0);
    assert_complete(&world, &account.smtp).await;
}
