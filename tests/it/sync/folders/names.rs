//! What becomes of names in the configuration that mean no folder of a mailbox.

use super::*;

#[tokio::test]
async fn where_no_name_means_a_folder_the_configuration_is_wrong_and_it_is_tried_again_at_the_next_cycle() {
    let world = world(&["Projekt", "Plan"]).await;
    let mut script = mailbox(Tongue::Windows);
    let Ok(ControlFlow::Continue(read)) = world.turn(&mut script).await else { panic!("it was stopped") };
    assert_eq!((read.folders.len(), read.warning), (0, None));
    let failure = read.incomplete.unwrap();
    let told = "sync.folders names no folder of this mailbox: no folder is called \"Projekt\"; no folder is called \"Plan\"";
    assert_eq!((failure.meaning.code, failure.message.as_str()), ("no_folder_to_read", told));
    assert_eq!((failure.meaning.whose_turn, failure.exit()), (WhoseTurn::Operator, Exit::Config));
    assert_eq!(failure.meaning.disposition, Disposition::Fatal, "it is told at once, not when it is late");
}

/// Another mailbox of the database, with this folder.
async fn another(world: &World, path: &str) {
    let account = crate::store::add_due(&world.store, "bob@example.org", crate::store::at(-10)).await;
    let lease = std::time::Duration::from_hours(1000);
    let (due, now) = (crate::store::at(-5), world.clock.now());
    let claim = world.store.claim("another machine", due, now, lease).await.unwrap().unwrap();
    assert_eq!(claim.account.id, account);
    let listed = FolderListing { folders: vec![listed_as(Role::Other, path, "its")], whole: true };
    let its = outlook_syncd::sync::folders::after(&[], &listed, now, || FolderId::new(now));
    world.store.keep_folders(&claim, &its, Some(now)).await.unwrap();
}

#[tokio::test]
async fn a_name_that_another_mailbox_has_is_no_trouble_of_this_one() {
    for name in ["Projekt", "PROJEKT", "Kunden/Projekt", "inbox/Projekt"] {
        let world = world(&["inbox", name]).await;
        let mut script = mailbox(Tongue::Windows);
        warned(&world, &mut script).await;
        another(&world, "Kunden/Projekt").await;
        assert_eq!(world.read(&mut script).await.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_folder_that_was_read_and_is_called_otherwise_since_is_told_whoever_else_has_the_name() {
    let world = world(&["inbox", "Projekte"]).await;
    another(&world, "Projekte").await;
    let mut script = mailbox(Tongue::Windows);
    world.read(&mut script).await;
    script.folders[3] = listed_as(Role::Other, "Posteingang/Plan", "own");
    world.clock.advance(TimeDelta::days(2));
    assert_eq!(warned(&world, &mut script).await.1.meaning.code, "no_such_folder");
}

#[tokio::test]
async fn nothing_is_called_gone_while_a_folder_that_is_configured_is_not_found() {
    let world = world(&["inbox", "Projekte", "Entwurf"]).await;
    let mut script = mailbox(Tongue::Changes);
    script.folders.push(listed_as(Role::Other, "Entwurf", "archive"));
    script.folders.retain(|sight| sight.role != Role::Archive);
    world.read(&mut script).await;
    // It moves to a folder that is renamed.
    script.move_to("archive", "m12");
    script.folders.last_mut().unwrap().path = Some("Plan".to_owned());
    script.folders.last_mut().unwrap().name = Some("Plan".to_owned());
    world.clock.advance(TimeDelta::days(2));
    for _ in 0..3 {
        let (_, failure) = warned(&world, &mut script).await;
        assert_eq!(failure.meaning.code, "no_such_folder");
    }
    let gone = "SELECT COUNT(*) FROM message_v WHERE gone_ms IS NOT NULL";
    assert_eq!(crate::store::count(&world.store, gone).await, 0);
}

#[tokio::test]
async fn nothing_is_called_gone_while_a_folder_it_may_be_in_cannot_be_read() {
    let world = world(&["inbox", "archive"]).await;
    let mut script = mailbox(Tongue::Changes);
    world.read(&mut script).await;
    script.delete("m12");
    script.lost = Some("archive");
    let is_gone = async || {
        let gone = "SELECT COUNT(*) FROM message_v WHERE gone_ms IS NOT NULL";
        crate::store::count(&world.store, gone).await == 1
    };
    for _ in 0..3 {
        assert!(world.turn(&mut script).await.unwrap().is_continue());
        assert!(!is_gone().await);
    }
    script.lost = None;
    world.read(&mut script).await;
    assert!(is_gone().await);
}
