//! Lists of folders.

use super::*;

fn find_folder(folders: &[Value], is_last: bool) -> Value {
    envelope(&json!({"ResponseCode": "NoError", "ResponseClass": "Success", "RootFolder": {
        "ParentFolder": {"FolderId": {"Id": "root"}}, "TotalItemsInView": folders.len(),
        "IncludesLastItemInRange": is_last, "IndexedPagingOffset": folders.len(), "Folders": folders,
    }}))
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
    let listing = read_folders(&find_folder(&folders, true)).expect("folders").listing().expect("mail");
    let seen: Vec<_> =
        listing.folders.iter().map(|sight| (sight.role, sight.path.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        seen,
        [
            (Role::Inbox, "Posteingang"),
            (Role::Other, "Posteingang/Kunden"),
            (Role::Other, "Posteingang/Kunden/A/S"),
            (Role::Other, "Bell  "),
            (Role::Other, "Kalender/Anlagen"),
        ]
    );
    assert!(listing.whole);
    let cut = read_folders(&find_folder(&folders, false)).expect("folders").listing().expect("mail");
    assert!(!cut.whole);
}

#[test]
fn folders_that_lie_in_one_another_are_no_endless_way() {
    let folders = [one_folder("a", "b", "A", None, ""), one_folder("b", "a", "B", None, "")];
    let listing = read_folders(&find_folder(&folders, true)).expect("folders").listing().expect("mail");
    assert_eq!(listing.folders.len(), 2);
}

#[test]
fn page_one_is_the_inboxs_unless_it_names_another_folder() {
    let listed = |folder_id: &str| {
        let mut item = message();
        item["ParentFolderId"]["Id"] = json!(folder_id);
        let value = startup_json(("findMailFolderItem", find_item(&[item])));
        read_startup(value.to_string().as_bytes()).expect("startup data").listed()
    };
    assert_eq!(listed("AAMkFolder="), INBOX);
    assert_eq!(listed("AAMkSent="), RemoteFolder::Standard("sentitems"));
    assert_eq!(listed("AAMkOwn="), RemoteFolder::Own("AAMkOwn=".to_owned()));
    assert_eq!(listed("AAMkUnheardOf="), INBOX);
}
