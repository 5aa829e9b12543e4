use super::*;
use crate::model::{Coverage, Span, SweepState};
use crate::testing::now;

fn sight(role: Role, path: &str, id: &str) -> FolderSight {
    let name = path.rsplit('/').next().map(str::to_owned);
    FolderSight { role, name, path: Some(path.to_owned()), remote_id: Some(id.to_owned()), total: Some(7) }
}

fn listing(folders: &[FolderSight]) -> FolderListing {
    FolderListing { folders: folders.to_vec(), whole: true }
}

/// Lists folders; those that are new are numbered.
fn list(known: &[FolderState], listing: &FolderListing) -> Vec<FolderState> {
    let mut number = known.len();
    after(known, listing, now(), || {
        number += 1;
        FolderId::from(number.to_string())
    })
}

fn german() -> Vec<FolderState> {
    let folders = [
        sight(Role::Inbox, "Posteingang", "i"),
        sight(Role::Sent, "Gesendete Elemente", "s"),
        sight(Role::Other, "Posteingang/Kunden", "k"),
        sight(Role::Other, "Archiv/Kunden", "a"),
        sight(Role::Other, "Projekte", "p"),
        sight(Role::Other, "Alt/Projekte", "o"),
    ];
    list(&[], &listing(&folders))
}

fn found(name: &str, folders: &[FolderState]) -> Result<String, usize> {
    let found = find(name, folders);
    found.map(|state| state.folder.path.clone().unwrap()).map_err(|unclear| unclear.count)
}

#[test]
fn a_folder_is_meant_by_role_by_path_or_by_the_only_name() {
    let folders = german();
    for (name, expected) in [
        ("inbox", Ok("Posteingang")),
        ("Inbox", Ok("Posteingang")),
        ("sentitems", Ok("Gesendete Elemente")),
        ("sent", Ok("Gesendete Elemente")),
        ("gesendete elemente", Ok("Gesendete Elemente")),
        ("Inbox/Kunden", Ok("Posteingang/Kunden")),
        ("posteingang/KUNDEN", Ok("Posteingang/Kunden")),
        ("Projekte", Ok("Projekte")),
        ("Kunden", Err(2)),
        ("kunden", Err(2)),
        ("archive", Err(0)),
        ("Inbox/Projekte", Err(0)),
        ("other", Err(0)),
        ("", Err(0)),
    ] {
        assert_eq!(found(name, &folders), expected.map(str::to_owned), "{name}");
    }
}

#[test]
fn a_name_as_it_is_written_comes_before_one_in_another_case() {
    let folders =
        list(&[], &listing(&[sight(Role::Other, "a/WICHTIG", "1"), sight(Role::Other, "b/Wichtig", "2")]));
    assert_eq!(found("Wichtig", &folders), Ok("b/Wichtig".to_owned()));
    assert_eq!(found("WICHTIG", &folders), Ok("a/WICHTIG".to_owned()));
    assert_eq!(found("wichtig", &folders), Err(2));
}

#[test]
fn folders_are_chosen_in_the_order_in_which_they_are_named_and_once() {
    let folders = german();
    let wanted = ["Projekte", "inbox", "Posteingang", "nowhere"].map(str::to_owned);
    let (chosen, unclear) = choose(&wanted, &folders);
    let chosen: Vec<_> = chosen.into_iter().map(|state| state.folder.title()).collect();
    assert_eq!(chosen, ["Projekte", "inbox"]);
    assert_eq!(unclear, [Unclear { name: "nowhere".to_owned(), count: 0 }]);
}

#[test]
fn a_folder_that_is_renamed_or_moved_keeps_its_id() {
    let known = list(&[], &listing(&[sight(Role::Inbox, "Inbox", "i"), sight(Role::Other, "Work", "w")]));
    let renamed = listing(&[sight(Role::Other, "Inbox/Play", "w"), sight(Role::Inbox, "Posteingang", "i")]);
    let after = list(&known, &renamed);
    let ids = |folders: &[FolderState]| {
        folders
            .iter()
            .map(|state| (state.folder.remote_id.clone(), state.folder.id.clone()))
            .collect::<Vec<_>>()
    };
    let mut before = ids(&known);
    before.reverse();
    assert_eq!(ids(&after), before);
    assert_eq!(after[0].folder.path.as_deref(), Some("Inbox/Play"));
}

#[test]
fn a_role_is_known_where_ids_are_new_and_follows_the_id_where_they_are_not() {
    let known = list(&[], &standard(&["inbox".to_owned(), "archive".to_owned()]));
    let named =
        list(&known, &listing(&[sight(Role::Inbox, "Inbox", "i"), sight(Role::Archive, "Archive", "a")]));
    let id = |folders: &[FolderState], role| {
        folders.iter().find(|state| state.folder.role == role).map(|state| state.folder.id.clone())
    };
    for role in [Role::Inbox, Role::Archive] {
        assert_eq!(id(&named, role), id(&known, role));
    }
    let moved =
        list(&named, &listing(&[sight(Role::Inbox, "Inbox", "i2"), sight(Role::Archive, "Archive", "a2")]));
    assert_eq!(id(&moved, Role::Archive), id(&known, Role::Archive));
    // Another folder is the archive from now on.
    let other = [
        sight(Role::Inbox, "Inbox", "i2"),
        sight(Role::Other, "Archive", "a2"),
        sight(Role::Archive, "New", "n"),
    ];
    let changed = list(&moved, &listing(&other));
    assert_eq!(id(&changed, Role::Other), id(&known, Role::Archive));
    assert_ne!(id(&changed, Role::Archive), id(&known, Role::Archive));
}

#[test]
fn what_a_whole_list_leaves_out_has_vanished_until_it_comes_back() {
    let known = german();
    let kept = [sight(Role::Inbox, "Posteingang", "i"), sight(Role::Sent, "Gesendete Elemente", "s")];
    let cut = FolderListing { whole: false, ..listing(&kept) };
    assert!(list(&known, &cut).iter().all(|state| state.vanished_at.is_none()));
    let after = list(&known, &listing(&kept));
    assert_eq!(after.iter().filter(|state| state.vanished_at == Some(now())).count(), known.len() - 2);
    assert_eq!(found("Projekte", &after), Err(0));
    let back = [kept[0].clone(), sight(Role::Other, "Projekte", "p")];
    let back = list(&after, &listing(&back));
    assert_eq!(find("Projekte", &back).unwrap().folder.id, find("Projekte", &known).unwrap().folder.id);
}

/// The folder of this id on the server, read to the end.
fn read(folders: Vec<FolderState>, remote_id: &str) -> Vec<FolderState> {
    let read = |state: FolderState| {
        if state.folder.remote_id.as_deref() != Some(remote_id) {
            return state;
        }
        let span = Span { after: DateTime::UNIX_EPOCH, until: now(), end: None };
        FolderState {
            server_total: Some(7),
            sweeps: SweepState { unheld: Some(7), ..SweepState::default() },
            cursor: Some("c".to_owned()),
            coverage: Coverage { spans: vec![span] },
            last_success_at: Some(now()),
            ..state
        }
    };
    folders.into_iter().map(read).collect()
}

#[test]
fn a_new_archive_in_place_of_one_that_was_deleted_is_read_from_its_beginning() {
    let known = list(&[], &listing(&[sight(Role::Archive, "Archive", "a")]));
    let same = list(&read(known.clone(), "a"), &listing(&[sight(Role::Archive, "Archive", "a")]));
    assert_eq!(same, read(known.clone(), "a"));
    let new = list(&read(known.clone(), "a"), &listing(&[sight(Role::Archive, "Archive", "n")]));
    let folder = Folder { remote_id: Some("n".to_owned()), ..known[0].folder.clone() };
    assert_eq!(new, [FolderState { listed_total: Some(7), ..FolderState::new(folder) }]);
}

#[test]
fn what_was_read_before_the_mailbox_said_an_id_stays_read() {
    let known = list(&[], &standard(&["archive".to_owned()]));
    let read = vec![FolderState { cursor: Some("c".to_owned()), ..known[0].clone() }];
    let listed = list(&read, &listing(&[sight(Role::Archive, "Archive", "a")]));
    assert_eq!(listed[0].cursor.as_deref(), Some("c"));
}

#[test]
fn a_folder_keeps_its_id_when_another_takes_its_role() {
    let known = list(&[], &listing(&[sight(Role::Archive, "Archive", "a"), sight(Role::Other, "Old", "o")]));
    let of = |folders: &[FolderState], remote_id: &str| {
        let found = folders.iter().find(|state| state.folder.remote_id.as_deref() == Some(remote_id));
        found.map(|state| state.folder.id.clone())
    };
    // Whichever comes first in the list, and whether or not the former archive is still there.
    let swapped = [sight(Role::Archive, "Old", "o"), sight(Role::Other, "Archive", "a")];
    for sights in [&swapped[..], &[swapped[1].clone(), swapped[0].clone()], &swapped[..1]] {
        let after = list(&known, &listing(sights));
        assert_eq!(of(&after, "o"), of(&known, "o"));
        assert_eq!(of(&after, "a"), of(&known, "a"));
        assert_eq!(after.len(), 2);
    }
}

#[test]
fn inbox_and_sent_items_do_not_vanish_because_a_list_leaves_them_out() {
    let known = german();
    let after = list(&known, &listing(&[sight(Role::Other, "Projekte", "p")]));
    for role in [Role::Inbox, Role::Sent] {
        assert_eq!(found(role.as_str(), &after), found(role.as_str(), &known));
    }
    // Another is the inbox.
    let after = list(&known, &listing(&[sight(Role::Inbox, "Projekte", "p")]));
    assert_eq!(found("inbox", &after), Ok("Projekte".to_owned()));
}

#[test]
fn a_folder_that_is_configured_by_both_its_words_is_one() {
    let wanted = ["inbox", "Inbox", "sent", "sentitems"].map(str::to_owned);
    let folders = list(&[], &standard(&wanted));
    assert_eq!(folders.len(), 2);
    let (chosen, unclear) = choose(&wanted, &folders);
    assert_eq!((chosen.len(), unclear), (2, Vec::new()));
}

#[test]
fn a_folder_that_has_vanished_can_be_named_where_its_mail_is_asked_for() {
    let known = german();
    let inbox = sight(Role::Inbox, "Posteingang", "i");
    let after = list(&known, &listing(&[inbox, sight(Role::Other, "Neu/Projekte", "n")]));
    let stored = |name| find_stored(name, &after).map(|state| state.folder.remote_id.as_deref().unwrap());
    assert_eq!(stored("Inbox/kunden"), Ok("k"));
    assert_eq!(stored("Alt/Projekte"), Ok("o"));
    assert_eq!(stored("Projekte"), Ok("n"), "one that is there comes first");
    assert_eq!(
        stored("Kunden").map_err(|unclear| unclear.to_string()),
        Err("2 folders are called \"Kunden\"".to_owned())
    );
    assert_eq!(stored("nowhere").map_err(|unclear| unclear.count), Err(0));
}

#[test]
fn the_count_of_a_new_list_is_shown_in_place_of_that_of_an_old_reading() {
    let known = read(list(&[], &listing(&[sight(Role::Inbox, "Inbox", "i")])), "i");
    let listed = |total| list(&known, &listing(&[FolderSight { total, ..sight(Role::Inbox, "Inbox", "i") }]));
    let totals = |state: &FolderState| (state.server_total, state.listed_total, state.sweeps.unheld);
    assert_eq!(totals(&listed(Some(9))[0]), (None, Some(9), Some(7)));
    for same in [Some(7), None] {
        assert_eq!(totals(&listed(same)[0]), (Some(7), Some(7), Some(7)));
    }
}

#[test]
fn a_folder_is_the_same_on_another_road_by_its_role_by_an_id_of_both_or_by_its_path() {
    let read = |state| FolderState { cursor: Some("read".to_owned()), held: 3, ..state };
    let known: Vec<_> = german().into_iter().map(read).collect();
    let listing = listing(&[
        sight(Role::Inbox, "INBOX", "INBOX"),
        sight(Role::Sent, "Sent Items", "Sent Items"),
        // Renamed meanwhile, and known by its id on this road too.
        sight(Role::Other, "Archiv/Neu", "a"),
        sight(Role::Other, "projekte", "projekte"),
        sight(Role::Other, "Alt/Neu", "Alt/Neu"),
    ]);
    let found = across(&known, &listing, now(), || FolderId::from("new".to_owned()));
    let id = |path: &str| {
        let is_it = |state: &&FolderState| state.folder.path.as_deref() == Some(path);
        (known.iter().find(is_it).unwrap().folder.id.clone(), false)
    };
    let ids: Vec<_> =
        found.iter().map(|state| (state.folder.id.clone(), state.vanished_at.is_some())).collect();
    let expected = [
        id("Posteingang"),
        id("Gesendete Elemente"),
        id("Archiv/Kunden"),
        id("Projekte"),
        (FolderId::from("new".to_owned()), false),
    ];
    assert_eq!(ids[..5], expected);
    assert!(ids[5..].iter().all(|(_, vanished)| *vanished), "{ids:?}");
    assert!(found[..4].iter().all(|state| state.held == 3 && state.cursor.is_some()), "they stay read");
    assert_eq!(found[3].folder.remote_id.as_deref(), Some("projekte"));
}
