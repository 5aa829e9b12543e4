//! Which folders of a mailbox a turn reads, and what becomes of them when the mailbox changes them.

mod names;

use super::script::{INBOX, SENT, Script, Tongue, listed_as};
use super::world::World;
use chrono::TimeDelta;
use outlook_syncd::error::{Disposition, Exit, WhoseTurn};
use outlook_syncd::model::{FolderId, FolderListing, FolderState, Part, Role};
use outlook_syncd::store::PartEnd;
use outlook_syncd::sync::{Failure, PartRead};
use std::ops::ControlFlow;

/// A German mailbox with an archive and a folder of the owner's own.
fn mailbox(tongue: Tongue) -> Script {
    let mut script = Script::new(tongue);
    script.folders = vec![
        listed_as(Role::Inbox, "Posteingang", INBOX),
        listed_as(Role::Sent, "Gesendete Elemente", SENT),
        listed_as(Role::Archive, "Archiv", "archive"),
        listed_as(Role::Other, "Posteingang/Projekte", "own"),
        listed_as(Role::Other, "Unsortiert", "other"),
    ];
    script.deliver(INBOX, 12);
    script.deliver("archive", 25);
    script.deliver("own", 3);
    script.deliver("other", 3);
    script
}

async fn world(wanted: &[&str]) -> World {
    let mut world = World::new().await;
    world.wanted = wanted.iter().map(|name| (*name).to_owned()).collect();
    world
}

async fn folders(world: &World) -> Vec<FolderState> {
    world.claim().await.folders
}

/// The id of the folder at this place.
async fn id_of(world: &World, place: &str) -> String {
    let folders = folders(world).await;
    let found = folders.into_iter().find(|state| state.folder.remote_id.as_deref() == Some(place));
    found.unwrap().folder.id.to_string()
}

/// What a turn has read, and what it says beside that.
async fn warned(world: &World, script: &mut Script) -> (PartRead, Failure) {
    match world.turn(script).await {
        Ok(ControlFlow::Continue(read)) => {
            assert_eq!(read.incomplete, None);
            let warning = read.warning.clone().unwrap();
            (read, warning)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn folders_are_read_by_role_name_and_path_and_all_are_listed() {
    for tongue in [Tongue::Windows, Tongue::Changes] {
        let world = world(&["inbox", "sentitems", "archive", "posteingang/projekte"]).await;
        let mut script = mailbox(tongue);
        let counts = world.read(&mut script).await;
        let told: Vec<_> = counts.iter().map(|count| (count.folder.title(), count.held)).collect();
        assert_eq!(
            told,
            [("inbox", 12), ("sent", 0), ("archive", 25), ("Posteingang/Projekte", 3)],
            "{tongue:?}"
        );
        let mut truth = script.truth();
        truth.retain(|(place, ..)| *place != "other");
        assert_eq!(world.stored().await, truth);
        let listed = folders(&world).await;
        assert_eq!(listed.len(), 5);
        assert!(listed.iter().any(|state| state.folder.title() == "Unsortiert" && state.cursor.is_none()));
    }
}

#[tokio::test]
async fn a_message_that_is_moved_to_another_folder_keeps_its_id() {
    let world = world(&["inbox", "archive", "Projekte"]).await;
    let mut script = mailbox(Tongue::Windows);
    world.read(&mut script).await;
    let ids = async || {
        let query = outlook_syncd::store::MessageQuery { limit: 100, ..Default::default() };
        let all = world.store.messages(&query).await.unwrap();
        let mut ids: Vec<_> = all.into_iter().map(|stored| stored.message.id).collect();
        ids.sort();
        ids
    };
    let before = ids().await;
    script.move_to("own", "m12");
    script.move_to("archive", "m11");
    world.read(&mut script).await;
    assert_eq!(ids().await, before);
    let mut truth = script.truth();
    truth.retain(|(place, ..)| *place != "other");
    assert_eq!(world.stored().await, truth);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_and_the_others_are_read() {
    let world = world(&["inbox", "Projekt", "archive"]).await;
    let mut script = mailbox(Tongue::Windows);
    let (read, failure) = warned(&world, &mut script).await;
    assert_eq!(read.folders.iter().map(|count| count.held).collect::<Vec<_>>(), [12, 25]);
    let meaning = &failure.meaning;
    assert_eq!((meaning.code, meaning.whose_turn), ("no_such_folder", WhoseTurn::Operator));
    assert_eq!(meaning.disposition, Disposition::Retry);
    // It goes to logs, reports and /health: only the configuration's own words are in it.
    assert_eq!(failure.message, "no folder is called \"Projekt\"");
    script.folders.push(listed_as(Role::Other, "Projekt", "own"));
    script.folders.retain(|sight| sight.path.as_deref() != Some("Posteingang/Projekte"));
    for _ in 0..3 {
        let (_, failure) = warned(&world, &mut script).await;
        assert_eq!((failure.meaning.code, script.listed), ("no_such_folder", 1), "not asked in each turn");
    }
    world.clock.advance(TimeDelta::hours(1));
    world.read(&mut script).await;
    assert_eq!(script.listed, 2);
}

#[tokio::test]
async fn an_idle_turn_writes_nothing_of_folders_where_one_is_not_found() {
    let world = world(&["inbox", "Projekt"]).await;
    let mut script = mailbox(Tongue::Windows);
    let (_, failure) = warned(&world, &mut script).await;
    let (part, at) = (Part::Mail, world.clock.now());
    let warning = Some(failure.at(at));
    let (next_at, not_before, session) = (Some(crate::store::at(0)), None, None);
    let (result, is_off) = (Ok(None), false);
    let end = PartEnd { part, at, result, is_off, warning, import: None, next_at, not_before, session };
    world.store.end_part(&world.claim().await, &end).await.unwrap();
    let listed_at = world.claim().await.state.folders_listed_at;
    for _ in 0..3 {
        warned(&world, &mut script).await;
        assert_eq!(world.claim().await.state.folders_listed_at, listed_at);
    }
}

#[tokio::test]
async fn a_mailbox_that_never_listed_its_folders_is_not_said_to_lack_one() {
    let world = world(&["inbox", "Projekte"]).await;
    let mut script = mailbox(Tongue::Windows);
    let folders = std::mem::take(&mut script.folders);
    let (read, failure) = warned(&world, &mut script).await;
    assert_eq!(read.folders.iter().map(|count| count.held).collect::<Vec<_>>(), [12]);
    assert_eq!((failure.meaning.code, failure.meaning.whose_turn), ("folders_unlisted", WhoseTurn::Nobody));
    assert_eq!(failure.message, "the mailbox has not listed its folders yet");
    script.folders = folders;
    assert_eq!(world.read(&mut script).await.len(), 2);
}

#[tokio::test]
async fn a_name_that_stands_twice_is_told() {
    let world = world(&["inbox", "Projekte"]).await;
    let mut script = mailbox(Tongue::Windows);
    script.folders.push(listed_as(Role::Other, "Archiv/Projekte", "other"));
    script.folders.remove(4);
    let (_, failure) = warned(&world, &mut script).await;
    assert_eq!(failure.message, "2 folders are called \"Projekte\"");
}

#[tokio::test]
async fn an_idle_turn_asks_for_no_folders_and_a_day_later_one_does() {
    let world = world(&["inbox", "Projekte"]).await;
    let mut script = mailbox(Tongue::Windows);
    world.read(&mut script).await;
    for _ in 0..3 {
        world.read(&mut script).await;
        assert_eq!((script.calls, script.listed), (2, 1));
    }
    world.clock.advance(TimeDelta::days(1));
    world.read(&mut script).await;
    world.read(&mut script).await;
    assert_eq!(script.listed, 2);
}

#[tokio::test]
async fn a_folder_that_is_renamed_keeps_its_id_and_its_mail_and_one_that_vanished_is_marked() {
    let world = world(&["inbox", "archive", "Projekte"]).await;
    let mut script = mailbox(Tongue::Windows);
    world.read(&mut script).await;
    let before = (id_of(&world, "archive").await, id_of(&world, "own").await);
    script.folders[2] = listed_as(Role::Archive, "Ablage", "archive");
    script.folders[3] = listed_as(Role::Other, "Projekte", "own");
    script.folders.pop();
    world.clock.advance(TimeDelta::days(2));
    let counts = world.read(&mut script).await;
    assert!(counts.iter().all(|count| count.new + count.changed == 0), "{counts:?}");
    assert_eq!((id_of(&world, "archive").await, id_of(&world, "own").await), before);
    let gone: Vec<_> =
        folders(&world).await.into_iter().filter(|state| state.vanished_at.is_some()).collect();
    assert_eq!(gone.iter().map(|state| state.folder.title()).collect::<Vec<_>>(), ["Unsortiert"]);
    script.folders.remove(3);
    world.clock.advance(TimeDelta::days(2));
    let (read, failure) = warned(&world, &mut script).await;
    assert_eq!((read.folders.len(), failure.meaning.code), (2, "no_such_folder"));
    assert_eq!(world.stored().await.len(), 12 + 25 + 3, "nothing is deleted");
}

#[tokio::test]
async fn the_folders_that_every_mailbox_has_are_read_of_one_that_lists_none() {
    let world = world(&["inbox", "sent"]).await;
    let mut script = Script::new(Tongue::Windows);
    script.folders.clear();
    script.deliver(INBOX, 3);
    script.deliver(SENT, 3);
    for _ in 0..2 {
        world.read(&mut script).await;
        assert_eq!(world.stored().await, script.truth());
        assert_eq!(folders(&world).await.len(), 2);
    }
}

#[tokio::test]
async fn what_is_open_is_read_first_and_told_in_order_all_the_same() {
    let world = world(&["inbox", "sent", "archive"]).await;
    let mut script = mailbox(Tongue::Windows);
    script.open = Some("archive");
    let counts = world.read(&mut script).await;
    assert_eq!(script.opened[0], "archive");
    let told: Vec<_> = counts.iter().map(|count| count.folder.role).collect();
    assert_eq!(told, [Role::Inbox, Role::Sent, Role::Archive]);
}

/// A list that comes empty beside mail that is held is one folder's drift.
#[tokio::test]
async fn a_folder_whose_list_came_empty_does_not_keep_the_others_from_being_read() {
    let mut world = world(&["inbox", "archive"]).await;
    let mut script = mailbox(Tongue::Windows);
    world.read(&mut script).await;
    script.emptied = Some(INBOX);
    script.deliver("archive", 1);
    let Ok(ControlFlow::Continue(PartRead { folders, incomplete, .. })) = world.turn(&mut script).await
    else {
        panic!("the archive was to be read");
    };
    assert_eq!((folders.len(), folders[0].new), (1, 1));
    assert_eq!(incomplete.unwrap().meaning.code, "folder_emptied");
    // Of nothing but such folders, nothing is read.
    world.wanted.truncate(1);
    assert_eq!(world.turn(&mut script).await.unwrap_err().meaning.code, "folder_emptied");
}

#[tokio::test]
async fn the_count_that_is_shown_is_that_of_the_last_reading_also_where_counts_cannot_be_compared() {
    for exact in [true, false] {
        let world = world(&["inbox"]).await;
        let mut script = mailbox(Tongue::Windows);
        script.exact = exact;
        for total in [12, 13] {
            world.read(&mut script).await;
            let inbox =
                folders(&world).await.into_iter().find(|state| state.folder.role == Role::Inbox).unwrap();
            assert_eq!(inbox.server_total, Some(total));
            script.deliver(INBOX, 1);
        }
    }
}

#[tokio::test]
async fn what_the_owner_calls_a_folder_is_not_told_when_its_list_comes_empty() {
    let world = world(&["Unsortiert"]).await;
    let mut script = mailbox(Tongue::Windows);
    world.read(&mut script).await;
    script.emptied = Some("other");
    let failure = world.turn(&mut script).await.unwrap_err();
    assert_eq!(failure.meaning.code, "folder_emptied");
    assert!(!failure.message.contains("Unsortiert"), "{failure}");
    assert!(failure.message.contains(&id_of(&world, "other").await), "{failure}");
}
