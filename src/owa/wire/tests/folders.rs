//! Lists of folders.

use super::startup_data::{read_startup, startup_json};
use super::*;
use crate::model::FolderListing;
use crate::owa::remote::{INBOX, RemoteFolder};

fn find_folder(folders: &[Value], total: usize) -> Value {
    find_folder_that_says(folders, &json!({"TotalItemsInView": total}))
}

/// With members that tell whether the list is whole.
fn find_folder_that_says(folders: &[Value], said: &Value) -> Value {
    let mut root = said.clone();
    root["ParentFolder"] = json!({"FolderId": {"Id": "root"}});
    root["Folders"] = json!(folders);
    envelope(&json!({"ResponseCode": "NoError", "ResponseClass": "Success", "RootFolder": root}))
}

fn listing(answer: &Value) -> FolderListing {
    read_folders(answer).expect("folders").listing().expect("whole").expect("mail")
}

fn one_folder(id: &str, parent: &str, name: &str, class: Option<&str>, word: &str) -> Value {
    json!({"__type": "Folder:#Exchange", "FolderId": {"Id": id}, "ParentFolderId": {"Id": parent}, "DisplayName": name,
        "FolderClass": class, "DistinguishedFolderId": word, "TotalCount": 3})
}

#[test]
fn the_folders_that_mail_lies_in_are_listed_with_the_way_to_them() {
    let note = Some("IPF.Note");
    let mut search = one_folder("f", "root", "Unread", note, "");
    search["__type"] = json!("SearchFolder:#Exchange");
    let folders = [
        one_folder("i", "root", "Posteingang", note, "inbox"),
        one_folder("k", "i", "Kunden", Some("IPF.Note.OutlookHomepage"), ""),
        one_folder("a", "k", "A/S", None, ""),
        one_folder("n", "root", "Bell\u{7}\0", note, ""),
        one_folder("c", "root", "Kalender", Some("IPF.Appointment"), "calendar"),
        one_folder("x", "c", "Anlagen", note, "scheduled"),
        search,
    ];
    let listing = listing(&find_folder(&folders, folders.len()));
    let seen: Vec<_> =
        listing.folders.iter().map(|sight| (sight.role, sight.path.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        seen,
        [
            (Role::Inbox, "Posteingang"),
            (Role::Other, "Posteingang/Kunden"),
            (Role::Other, "Posteingang/Kunden/A/S"),
            (Role::Other, "Bell\u{7}\u{fffd}"),
            (Role::Other, "Kalender/Anlagen"),
        ]
    );
}

#[test]
fn folders_that_another_program_imported_are_folders_of_mail() {
    for (class, word, is_mail) in [
        (Some("IPF.Note"), "", true),
        (Some("IPF.Imap"), "", true),
        (Some("IPF"), "", true),
        (None, "", true),
        (Some("IPF.Files"), "archive", true),
        (Some("IPF.Appointment.Birthday"), "", false),
        (Some("IPF.Contact.GalContacts"), "", false),
        (Some("IPF.Contact"), "contacts", false),
        (Some("Outlook.Reminder"), "", false),
        (Some("IPF.StickyNote"), "notes", false),
    ] {
        let folders = [
            one_folder("i", "root", "Inbox", Some("IPF.Note"), "inbox"),
            one_folder("x", "root", "Folder", class, word),
        ];
        let count = listing(&find_folder(&folders, folders.len())).folders.len();
        assert_eq!(count == 2, is_mail, "{class:?} {word}");
    }
}

#[test]
fn no_folder_is_taken_for_vanished_by_a_list_that_does_not_say_that_it_is_whole() {
    let folders = [
        one_folder("i", "root", "Inbox", Some("IPF.Note"), "inbox"),
        one_folder("c", "root", "Calendar", Some("IPF.Appointment"), "calendar"),
    ];
    for (said, whole) in [
        (json!({"TotalItemsInView": 2}), true),
        (json!({"TotalItemsInView": 3}), false),
        (json!({}), false),
        (json!({"IncludesLastItemInRange": true}), true),
        (json!({"IncludesLastItemInRange": false, "TotalItemsInView": 2}), false),
    ] {
        assert_eq!(listing(&find_folder_that_says(&folders, &said)).whole, whole, "{said}");
    }
}

#[test]
fn a_whole_list_without_an_inbox_is_drift() {
    let folders = [one_folder("a", "root", "Archive", Some("IPF.Note"), "archive")];
    let error = read_folders(&find_folder(&folders, 1)).expect("folders").listing().expect_err("no inbox");
    assert!(error.is_drift());
    assert!(!listing(&find_folder(&folders, 2)).whole);
}

#[test]
fn folders_that_lie_in_one_another_are_no_endless_way() {
    let folders = [one_folder("a", "b", "A", None, ""), one_folder("b", "a", "B", None, "")];
    assert_eq!(listing(&find_folder(&folders, 3)).folders.len(), 2);
}

#[test]
fn page_one_is_the_inboxs_unless_it_names_another_folder() {
    let listed = |folder_id: &str| {
        let mut item = message();
        item["ParentFolderId"]["Id"] = json!(folder_id);
        let value = startup_json(("findMailFolderItem", find_item(&[item])));
        read_startup(value.to_string().as_bytes()).expect("startup data").listed()
    };
    assert_eq!(listed("AAMkFolder="), Some(INBOX));
    assert_eq!(listed("AAMkSent="), Some(RemoteFolder::Standard("sentitems")));
    assert_eq!(listed("AAMkOwn="), Some(RemoteFolder::Own("AAMkOwn=".to_owned())));
    assert_eq!(
        listed("AAMkUnheardOf="),
        None,
        "what lies in a folder that nobody has heard of is not the inbox's"
    );
}
