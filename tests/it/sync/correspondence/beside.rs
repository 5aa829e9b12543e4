//! What is stored for one person lies beside what is read of folders: nothing of it is called gone that is there, and
//! nothing that was true of those is less true for it.

use super::*;
use chrono::TimeDelta;
use outlook_syncd::sync::{Failure, PartRead};
use std::ops::ControlFlow;

async fn turn(world: &World, script: &mut Script) -> PartRead {
    match world.turn(script).await {
        Ok(ControlFlow::Continue(read)) => read,
        other => panic!("{other:?}"),
    }
}

/// Turns on as many days.
async fn days(world: &World, script: &mut Script, days: usize) {
    for _ in 0..days {
        world.clock.advance(TimeDelta::days(2));
        world.read(script).await;
    }
}

#[tokio::test]
async fn old_mail_of_one_person_that_the_inbox_no_longer_has_lies_elsewhere_and_is_not_called_gone() {
    let (world, mut script) = mailbox().await;
    for second in 1..=5 {
        script.written(INBOX, at(second), bo(), &[anna()]);
    }
    // So few that one page shows both what is read and what is older.
    script.written(INBOX, at(600), person("Cy", "cy@example.org"), &[anna()]);
    ask(&world, BO).await;
    days(&world, &mut script, 2).await;
    script.move_to("archive", "m1");
    script.move_to("archive", "m5");
    days(&world, &mut script, 3).await;
    assert_eq!((gone(&world).await, stored(&world).await.len()), (None, 6));
}

#[tokio::test]
async fn much_mail_of_one_person_does_not_let_more_of_the_inbox_be_called_gone() {
    let (world, mut script) = mailbox().await;
    for second in 1..=400 {
        script.written("archive", at(second), bo(), &[anna()]);
    }
    for second in 1..=100 {
        script.written(INBOX, at(500 + second), person("Cy", "cy@example.org"), &[anna()]);
    }
    days(&world, &mut script, 2).await;
    ask(&world, BO).await;
    days(&world, &mut script, 1).await;
    assert_eq!(stored(&world).await.len(), 500);
    for n in 401..=460 {
        script.delete(&format!("m{n}"));
    }
    days(&world, &mut script, 2).await;
    let Failure { meaning, message } = turn(&world, &mut script).await.warning.unwrap();
    assert_eq!(meaning.code, "too_many_gone");
    assert!(message.starts_with("60 of 100 messages"), "{message}");
    assert_eq!(gone(&world).await, None);
}

/// Whoever counts sees that as much has come as one person's old mail was stored.
#[tokio::test]
async fn mail_that_moves_to_the_inbox_below_is_found_at_once_although_old_mail_was_stored_meanwhile() {
    let (world, mut script) = mailbox().await;
    for second in 1..=5 {
        script.written(INBOX, at(second), bo(), &[anna()]);
    }
    for second in 1..=40 {
        script.written(INBOX, at(600 + second), person("Cy", "cy@example.org"), &[anna()]);
    }
    days(&world, &mut script, 2).await;
    ask(&world, BO).await;
    world.read(&mut script).await;
    let moved = script.written(INBOX, at(610), person("Dee", "dee@example.org"), &[anna()]);
    for _ in 0..3 {
        world.read(&mut script).await;
    }
    assert!(stored(&world).await.contains(&moved));
}

#[tokio::test]
async fn a_folder_that_is_read_later_has_a_history_and_no_news_although_some_of_it_was_stored() {
    let (mut world, mut script) = mailbox().await;
    script.written("own", at(590), bo(), &[anna()]);
    for second in 1..=5 {
        script.written("own", at(600 + second), person("Cy", "cy@example.org"), &[anna()]);
    }
    ask(&world, BO).await;
    world.read(&mut script).await;
    assert_eq!(stored(&world).await, ["m1"]);
    world.wanted.push("Projects".to_owned());
    let counts = world.read(&mut script).await;
    let own = counts.iter().find(|count| count.folder.role == Role::Other).unwrap();
    assert_eq!((own.news(), own.history, own.held), (0, 5, 6));
}

#[tokio::test]
async fn what_came_since_the_news_were_read_is_left_to_the_news() {
    let (world, mut script) = mailbox().await;
    world.read(&mut script).await;
    let fresh = world.clock.now() + TimeDelta::minutes(2);
    script.written(INBOX, fresh, bo(), &[anna()]);
    ask(&world, BO).await;
    let counts = world.read(&mut script).await;
    assert_eq!((counts[0].new, asked(&world).await.folders[0].stored), (1, 0));
}

#[tokio::test]
async fn what_was_deleted_since_is_called_gone_when_it_is_asked_for_again_and_what_was_moved_is_not() {
    let (world, mut script) = mailbox().await;
    for folder in ["archive", "archive", "archive", INBOX] {
        script.written(folder, at(10), bo(), &[anna()]);
    }
    ask(&world, BO).await;
    days(&world, &mut script, 1).await;
    assert_eq!(stored(&world).await.len(), 4);
    for id in ["m1", "m4"] {
        script.delete(id);
    }
    script.move_to("own", "m2");
    days(&world, &mut script, 3).await;
    assert_eq!(gone(&world).await, None, "nobody has looked");
    ask(&world, BO).await;
    days(&world, &mut script, 3).await;
    assert_eq!((gone(&world).await.as_deref(), stored(&world).await.len()), (Some("m1 m4"), 2));
    assert!(
        world.stored().await.iter().any(|(place, subject, _)| (*place, subject.as_str()) == ("own", "m2"))
    );
}
