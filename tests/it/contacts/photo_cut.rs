//! Photos on their way out, and what happens meanwhile: connections that are cut, a process that is killed, another photo.

use super::pen::{Cut, kept, picture};
use super::photo_out::{assert_photos_settled, jpeg};
use super::push::{three, title};
use super::undo::deeds;
use chrono::TimeDelta;
use outlook_syncd::desk::UndoDeed;
use outlook_syncd::model::CardText;
use outlook_syncd::store::PhotoSet;

#[tokio::test]
async fn a_photo_that_is_changed_while_another_is_sent_waits_and_goes_out_next() {
    for cut in [None, Some(Cut::Before), Some(Cut::After)] {
        let (world, mut book, all) = three().await;
        let (item, contact) = &all[0];
        world.picture(contact, Some(&jpeg("first"))).await;
        if let Some(cut) = cut {
            book.pen.cut_next(0, cut, 0);
        }
        let set = async {
            assert_eq!(world.picture(contact, Some(&jpeg("second"))).await, PhotoSet::Done);
        };
        // Of a turn without anything else, the write is its last third.
        let (_, has_ended) = world.turn_beside(&mut book, 60, set).await;
        for _ in 0..3 {
            world.clock.advance(TimeDelta::hours(1));
            world.read(&mut book).await;
        }
        assert_eq!(book.photos.get(item), Some(&kept(&jpeg("second"))), "{cut:?} {has_ended}");
        assert_eq!(
            world.photo_of(contact).await.as_deref().map(picture),
            Some(&jpeg("second")[..]),
            "{cut:?}"
        );
        assert_photos_settled(&world, &mut book).await;
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_before_or_after_a_photo_was_written_loses_nothing() {
    for cut in [Cut::Before, Cut::After] {
        for earlier in [None, Some(jpeg("earlier"))] {
            for set in [Some(jpeg("ours")), None] {
                let (world, mut book, all) = three().await;
                let (item, contact) = &all[0];
                book.picture(item, earlier.as_deref());
                world.read(&mut book).await;
                if world.picture(contact, set.as_deref()).await == PhotoSet::Same {
                    continue;
                }
                book.pen.cut_next(0, cut, 0);
                assert!(world.turn(&mut book).await.is_err());
                for _ in 0..2 {
                    world.clock.advance(TimeDelta::hours(1));
                    world.read(&mut book).await;
                }
                let when = format!("{cut:?} {earlier:?} {set:?}");
                assert_eq!(book.photos.get(item), set.as_deref().map(kept).as_ref(), "{when}");
                let here = world.photo_of(contact).await;
                assert_eq!(here.as_deref().map(picture), set.as_deref(), "{when}");
                assert_eq!(book.pen.done(), 1, "{when}");
                assert_photos_settled(&world, &mut book).await;
            }
        }
    }
}

#[tokio::test]
async fn at_whatever_step_the_process_is_killed_each_photo_is_there_and_no_contact_is_doubled() {
    for after in (0..).step_by(5) {
        let (world, mut book, all) = three().await;
        let made = world.add_named("Made here").await;
        world.picture(&made, Some(&jpeg("made"))).await;
        world.picture(&all[0].1, Some(&jpeg("set"))).await;
        book.picture(&all[1].0, Some(&jpeg("theirs")));
        world.read(&mut book).await;
        world.picture(&all[1].1, None).await;
        world.picture(&made, Some(&jpeg("again"))).await;
        let has_ended = world.killed(&mut book, after).await;
        for _ in 0..3 {
            world.clock.advance(TimeDelta::hours(1));
            world.read(&mut book).await;
        }
        assert_eq!((book.named("Made here"), book.cards().len()), (1, 4), "{after}");
        let item = world.store.contact_link(&made).await.unwrap().unwrap().remote_id;
        assert_eq!(book.photos.get(&item), Some(&kept(&jpeg("again"))), "{after}");
        assert_eq!(book.photos.get(&all[0].0), Some(&kept(&jpeg("set"))), "{after}");
        assert_eq!(book.photos.get(&all[1].0), None, "{after}");
        assert_eq!(world.photo_of(&made).await.as_deref().map(picture), Some(&jpeg("again")[..]), "{after}");
        assert_eq!(world.photo_of(&all[1].1).await, None, "{after}");
        assert_photos_settled(&world, &mut book).await;
        if has_ended {
            assert!(after > 40, "it has more steps than {after}");
            break;
        }
    }
}

#[tokio::test]
async fn a_photo_whose_item_cannot_be_seen_after_it_was_set_is_known_once_it_can_and_nothing_is_lost() {
    for days in [0, 2] {
        let (world, mut book, all) = three().await;
        let (item, contact) = all[0].clone();
        world.picture(&contact, Some(&jpeg("ours"))).await;
        let hidden = item.clone();
        book.pen.meanwhile = Some(Box::new(move |book| book.dark.extend([hidden])));
        world.read(&mut book).await;
        assert_eq!((book.photos.get(&item), world.photos_waiting().await), (Some(&kept(&jpeg("ours"))), 1));
        world.edit(&contact, |card| title(card, "Chief")).await;
        world.clock.advance(TimeDelta::days(days));
        world.read(&mut book).await;
        let is_written = book.item(&item).card.text(CardText::JobTitle) == "Chief";
        assert_eq!(is_written, days > 0, "what else was changed waits for an hour at most");
        book.dark.clear();
        for _ in 0..2 {
            world.clock.advance(TimeDelta::days(1));
            world.read(&mut book).await;
        }
        assert_eq!(book.item(&item).card.text(CardText::JobTitle), "Chief");
        assert_eq!(book.photos.get(&item).map(|photo| picture(photo)), Some(&jpeg("ours")[..]));
        assert_eq!(world.photo_of(&contact).await.as_deref().map(picture), Some(&jpeg("ours")[..]));
        assert_photos_settled(&world, &mut book).await;
    }
}

#[tokio::test]
async fn a_photo_that_shows_later_than_it_was_answered_is_in_step_once_it_does_and_ours_stays_the_file_that_it_was()
 {
    for earlier in [None, Some(jpeg("earlier"))] {
        let (world, mut book, all) = three().await;
        let (item, contact) = &all[0];
        book.picture(item, earlier.as_deref());
        world.read(&mut book).await;
        world.picture(contact, Some(&jpeg("ours"))).await;
        book.pen.shows_late = 1;
        for days in [0, 8] {
            world.clock.advance(TimeDelta::days(days));
            for _ in 0..2 {
                world.read(&mut book).await;
            }
            assert_eq!(world.photo_of(contact).await, Some(jpeg("ours")), "{earlier:?}, {days} days later");
        }
        assert_eq!((book.pen.done(), book.photos.get(item)), (1, Some(&kept(&jpeg("ours")))));
        assert_eq!(deeds(&world.undo(contact, true).await), [UndoDeed::Restored]);
        assert_photos_settled(&world, &mut book).await;
    }
}

#[tokio::test]
async fn a_photo_that_outlook_says_it_has_set_and_has_not_waits_with_the_reason_and_is_set_again() {
    let (world, mut book, all) = three().await;
    let (item, contact) = &all[0];
    book.picture(item, Some(&jpeg("earlier")));
    world.read(&mut book).await;
    world.picture(contact, Some(&jpeg("ours"))).await;
    book.pen.ignores_photos = true;
    for _ in 0..2 {
        world.read(&mut book).await;
    }
    let standing = world.standing(contact).await;
    assert_eq!(standing.fault.map(|fault| fault.code), Some("not_done".to_owned()));
    book.pen.ignores_photos = false;
    for _ in 0..2 {
        world.clock.advance(TimeDelta::days(1));
        world.read(&mut book).await;
    }
    assert_eq!(book.photos.get(item), Some(&kept(&jpeg("ours"))));
    assert_eq!(world.photo_of(contact).await, Some(jpeg("ours")));
    assert_photos_settled(&world, &mut book).await;
}
