use super::*;
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
    found.map(|state| state.folder.path.clone().unwrap()).map_err(|unclear| unclear.several.len())
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
    assert_eq!(unclear, [Unclear { name: "nowhere".to_owned(), several: Vec::new() }]);
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
    let inbox = [sight(Role::Inbox, "Posteingang", "i")];
    let cut = FolderListing { whole: false, ..listing(&inbox) };
    assert!(list(&known, &cut).iter().all(|state| state.vanished_at.is_none()));
    let after = list(&known, &listing(&inbox));
    assert_eq!(after.iter().filter(|state| state.vanished_at == Some(now())).count(), known.len() - 1);
    assert_eq!(found("Projekte", &after), Err(0));
    let back = [inbox[0].clone(), sight(Role::Other, "Projekte", "p")];
    let back = list(&after, &listing(&back));
    assert_eq!(find("Projekte", &back).unwrap().folder.id, find("Projekte", &known).unwrap().folder.id);
}
