//! Photos of contacts by the command: set, shown and taken away, and what is said where that cannot be.

use super::contacts::{ADA, actions, run, world};
use outlook_syncd::model::{ContactId, LONGEST_PHOTO};
use serde_json::json;

const JPEG: [u8; 5] = [0xff, 0xd8, 0xff, 0xe0, 1];

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_set_with_a_new_contact_shown_replaced_and_taken_away() {
    let (world, store, _) = world().await;
    let file = world.dir.path().join("photo.jpg");
    std::fs::write(&file, JPEG).unwrap();
    let path = file.to_str().unwrap();
    let made = run(&world, "add", &[ADA, "--given-name", "Charles", "--photo", path]).await;
    let id = made["id"].as_str().unwrap();
    let shown = run(&world, "show", &[id]).await;
    assert_eq!((&shown["photo"]["media_type"], &shown["photo"]["bytes"]), (&json!("image/jpeg"), &json!(5)));
    assert!(shown["photo"]["waits_since"].is_string(), "{shown}");
    let text = world.run(&["contacts", "show", id]).await.expect(0).out;
    assert!(text.contains("image/jpeg, 5 bytes; to go out since"), "{text}");

    let edited = run(&world, "edit", &[id, "--no-photo", "--if-revision", "1"]).await;
    assert_eq!(edited["revision"], 1, "nothing else of it is changed");
    assert_eq!(store.contact_photo(&ContactId::from(id.to_owned())).await.unwrap(), None);
    let text = world.run(&["contacts", "show", id]).await.expect(0).out;
    assert!(text.contains("none, taken away here"), "{text}");
    assert_eq!(actions(&store).await, ["contact_edited", "contact_edited", "contact_added"]);

    let none = world.run(&["contacts", "edit", id, "--no-photo"]).await;
    assert!(none.code != 0 && none.err.contains("has no photo"), "{}", none.err);
    let stale = world.run(&["contacts", "edit", id, "--photo", path, "--if-revision", "7"]).await;
    assert!(stale.code != 0, "{}", stale.err);
    assert_eq!(store.contact_photo(&ContactId::from(id.to_owned())).await.unwrap(), None);
    run(&world, "edit", &[id, "--photo", path]).await;
    assert!(store.contact_photo(&ContactId::from(id.to_owned())).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_photo_ends_with_64_and_changes_nothing() {
    let (world, store, _) = world().await;
    let made = run(&world, "add", &[ADA, "--given-name", "Charles"]).await;
    let id = made["id"].as_str().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = world.dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let mut long = JPEG.to_vec();
    long.resize(LONGEST_PHOTO + 1, 0);
    for (path, said) in [
        (file("a.png", b"\x89PNG\r\n"), "image/png, and Outlook takes JPEG alone"),
        (file("a.txt", b"hello"), "no image that is known here"),
        (file("long.jpg", &long), "at most 4194304 (4 MiB)"),
        ("/nowhere/a.jpg".to_owned(), "cannot be read"),
    ] {
        for args in [&["edit", id, "--job-title", "Inventor"][..], &["add", ADA, "--surname", "Other"]] {
            let args = [&["contacts"], args, &["--photo", &path]].concat();
            let run = world.run(&args).await.expect(64);
            assert!(run.err.contains(said), "{}", run.err);
        }
    }
    assert_eq!(actions(&store).await, ["contact_added"], "nothing was written");
    let both = world.run(&["contacts", "edit", id, "--no-photo", "--photo", "x"]).await;
    both.expect(64);
}
