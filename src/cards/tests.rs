use super::*;
use crate::model::{CardEmail, CardPhone, CardPlace, CardText, PhoneKind, PlaceKind, PlacePart};
use chrono::NaiveDate;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::io::Cursor;

fn all(file: impl Into<Vec<u8>>) -> Vec<FileEntry> {
    read(Cursor::new(file.into())).unwrap().map(Result::unwrap).collect()
}

fn one(file: &str) -> FiledContact {
    let mut all = all(file);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).read.unwrap()
}

fn table(contacts: &[(ContactId, Option<&str>, &Card)]) -> Vec<u8> {
    let mut writer = TableWriter::new().unwrap();
    for (id, external_id, card) in contacts {
        writer.write(id, *external_id, card).unwrap();
    }
    writer.take().unwrap()
}

/// A text that somebody may write: with everything that these formats give a meaning. Of several spaces in a
/// list `calcard` makes one.
fn written() -> impl Strategy<Value = String> {
    let chars = select("abÄß漢🎉0+-=@'\"\\;:,.\t ^%{}".chars().collect::<Vec<_>>());
    let text = |mut chars: Vec<char>| {
        chars.dedup_by(|next, last| next.is_whitespace() && last.is_whitespace());
        chars.into_iter().collect::<String>().trim().to_owned()
    };
    vec(chars, 1..40).prop_map(text).prop_filter("it says something", |text| !text.is_empty())
}

fn lines() -> impl Strategy<Value = String> {
    vec(written(), 1..4).prop_map(|lines| lines.join("\n"))
}

fn card() -> impl Strategy<Value = Card> {
    let texts = btree_map(select(CardText::ALL.to_vec()), lines(), 0..8);
    let emails = vec(written().prop_map(|address| CardEmail { address, name: String::new() }), 0..4);
    let kinds = select(PhoneKind::ALL.to_vec());
    let phones = vec((kinds, written()).prop_map(|(kind, number)| CardPhone { kind, number }), 0..5);
    let place = vec(option::of(lines()), 5).prop_map(|parts| {
        let mut place = CardPlace::default();
        for (part, text) in PlacePart::ALL.into_iter().zip(parts) {
            *place.part_mut(part) = text.unwrap_or_default();
        }
        place
    });
    let places = btree_map(select(PlaceKind::ALL.to_vec()), place, 0..4);
    let day = option::of((1800..2100, 1_u32..13, 1_u32..29));
    let lists = (vec(written(), 0..4), vec(written(), 0..3), vec(written(), 0..4));
    (texts, emails, phones, places, day, lists).prop_map(|(texts, emails, mut phones, places, day, lists)| {
        // A table has the numbers of each kind in a column.
        phones.sort_by_key(|phone| phone.kind);
        let birthday = day.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
        let (im_addresses, children, categories) = lists;
        let card = Card { texts, birthday, emails, phones, places, im_addresses, children, categories };
        card.overlaid("{}").unwrap()
    })
}

proptest! {
    #[test]
    fn a_vcard_has_all_of_a_card(card in card(), version in select(CardVersion::ALL.to_vec())) {
        let written = write_vcard("crm-1", &card, version);
        prop_assert!(written.lines().all(|line| line.len() <= 75), "{}", written);
        let read = one(&written);
        prop_assert_eq!(&read.card, &card, "{}", written);
        prop_assert_eq!(read.given_id(), Some("crm-1"));
        prop_assert!(read.left_out.is_empty(), "{:?}", read.left_out);
        prop_assert_eq!(read.written_on(&card), Ok(card));
    }

    #[test]
    fn a_table_has_all_of_a_card(first in card(), second in card()) {
        let (a, b) = (ContactId::from("1".to_owned()), ContactId::from("2".to_owned()));
        let written = table(&[(a, Some("=crm"), &first), (b, None, &second)]);
        let text = String::from_utf8(written.clone()).unwrap();
        let read: Vec<_> = all(written).into_iter().map(|entry| entry.read.unwrap()).collect();
        prop_assert_eq!(&read[0].card, &first, "{}", text);
        prop_assert_eq!(&read[1].card, &second, "{}", text);
        prop_assert_eq!(read[0].given_id(), Some("=crm"));
        prop_assert_eq!(read[0].own.as_ref().map(ContactId::as_str), Some("1"));
        prop_assert_eq!(read[1].own.as_ref().map(ContactId::as_str), Some("2"));
        prop_assert_eq!(second.clone(), read[1].written_on(&second).unwrap());
    }

    #[test]
    fn a_file_of_anything_is_read_to_its_end(bytes in vec(any::<u8>(), 0..400), head in "(BEGIN:VCARD\r\n|\\{|a,b\n|)") {
        let file: Vec<u8> = head.bytes().chain(bytes).collect();
        let told = [io::ErrorKind::InvalidData, io::ErrorKind::UnexpectedEof];
        match read(Cursor::new(file)) {
            Ok(entries) => entries.for_each(|entry| drop(entry.unwrap())),
            Err(error) => prop_assert!(told.contains(&error.kind()), "{}", error),
        }
    }
}

#[test]
fn a_card_of_outlook_and_one_of_a_phone_are_read() {
    let outlook = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;LANGUAGE=de;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:M=FCller;Anna\r\n\
        FN:Anna M\r\nORG:Acme;Sales\r\nTEL;WORK;VOICE:+49 30 1\r\nTEL;CELL;VOICE:+49 171 1\r\nTEL;WORK;FAX:+49 30 9\r\n\
        ADR;WORK;PREF:;;Ring 1;Bonn;NRW;53111;Germany\r\nEMAIL;PREF;INTERNET:anna@example.org\r\nX-MS-MANAGER:Otto\r\n\
        BDAY:19920229\r\nPHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n AAAA\r\n\r\nREV:20260101T000000Z\r\nEND:VCARD\r\n";
    let read = one(outlook);
    assert_eq!((read.card.text(CardText::Surname), read.card.text(CardText::GivenName)), ("Müller", "Anna"));
    assert_eq!(
        (read.card.text(CardText::CompanyName), read.card.text(CardText::Department)),
        ("Acme", "Sales")
    );
    assert_eq!(read.card.text(CardText::Manager), "Otto");
    let phones: Vec<_> = read.card.phones.iter().map(|phone| (phone.kind, phone.number.as_str())).collect();
    assert_eq!(phones, [(PhoneKind::Business, "+49 30 1"), (PhoneKind::Mobile, "+49 171 1")]);
    assert_eq!(read.card.places[&PlaceKind::Business].city, "Bonn");
    assert_eq!(read.card.birthday, NaiveDate::from_ymd_opt(1992, 2, 29));
    assert_eq!(read.left_out, ["TEL", "PHOTO"]);

    let phone = "\u{feff}BEGIN:VCARD\nVERSION:4.0\nFN:Ben\nitem1.EMAIL:b@x\nEMAIL;PREF=1:a@x\nTEL;VALUE=uri;TYPE=\"cell,text\":tel:+1-5\n\
        BDAY:--0412\nNOTE:one\\ntwo\\, three\nUID:urn:uuid:0197\nX-ABLABEL:x\nEND:VCARD\n";
    let read = one(phone);
    assert_eq!(
        read.card.emails.iter().map(|email| email.address.as_str()).collect::<Vec<_>>(),
        ["a@x", "b@x"]
    );
    assert_eq!((read.card.phones[0].kind, read.card.phones[0].number.as_str()), (PhoneKind::Mobile, "+1-5"));
    assert_eq!(read.card.text(CardText::PersonalNotes), "one\ntwo, three");
    assert_eq!(read.own.as_ref().map(ContactId::as_str), Some("0197"));
    assert_eq!(read.left_out, ["BDAY", "X-ABLABEL"]);
}

#[test]
fn what_is_wrong_with_one_contact_is_told_with_its_line_and_keeps_no_other() {
    let file = b"BEGIN:VCARD\nFN:A\nEND:VCARD\njunk\nBEGIN:VCARD\nKIND:group\nFN:Friends\nEND:VCARD\n\
        BEGIN:VCARD\nFN:\xff\nEND:VCARD\nBEGIN:VCARD\nFN:B\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD\nBEGIN:VCARD\nFN:C\n";
    let told: Vec<_> = all(file.to_vec()).into_iter().map(|entry| (entry.line, entry.read.is_ok())).collect();
    assert_eq!(told, [(1, true), (4, false), (5, false), (9, false), (12, true), (17, false)]);
    let rows = "given_name,birthday,id\nA,1992-02-29,1\nB\n,soon,3\n\"C\nD\",,4\n";
    let read = all(rows);
    let told: Vec<_> = read.iter().map(|entry| (entry.line, entry.read.is_ok())).collect();
    assert_eq!(told, [(2, true), (3, false), (4, true), (5, true)]);
    assert_eq!(read[2].read.as_ref().unwrap().left_out.len(), 1, "{:?}", read[2]);
    let none = super::read(Cursor::new("name,age\nA,3\nB,4\n")).err().unwrap();
    assert!(none.to_string().contains("no column") && none.kind() == io::ErrorKind::InvalidData, "{none}");
    let lines = "{\"card\": {\"texts\": {\"surname\": \"A\"}}}\n\n{\"card\": {\"color\": 1}}\n{\n";
    let told: Vec<_> = all(lines).into_iter().map(|entry| (entry.line, entry.read.is_ok())).collect();
    assert_eq!(told, [(1, true), (3, false), (4, false)]);
    let empty = super::read(Cursor::new("")).err().map(|error| error.kind());
    assert_eq!(empty, Some(std::io::ErrorKind::UnexpectedEof));
}

#[test]
fn the_table_that_outlook_exports_is_read_by_its_own_names() {
    let rows = "First Name,Last Name,Title,E-mail Address,E-mail 2 Address,Home Phone,Mobile Phone,Business Street,Business Country/Region,\
        Manager's Name,Web Page,Birthday,Business Fax\r\n\
        Anna,Fort,Dr.,a@x,b@x,'1,+49 171,\"Ring 1\r\nRear\",Germany,Otto,http://x,29.2.1992,+49 9\r\n";
    let read = one(rows);
    let texts = [
        CardText::Title,
        CardText::GivenName,
        CardText::Surname,
        CardText::Manager,
        CardText::BusinessHomePage,
    ];
    assert_eq!(texts.map(|text| read.card.text(text)), ["Dr.", "Anna", "Fort", "Otto", "http://x"]);
    assert_eq!(read.card.emails.len(), 2);
    assert_eq!(read.card.phones[0].number, "'1", "what others write is left as it is");
    assert_eq!(read.card.places[&PlaceKind::Business].street, "Ring 1\nRear");
    assert_eq!(read.left_out.len(), 2, "{:?}", read.left_out);
    assert!(read.external_id().starts_with("sha256:") && read.external_id() == one(rows).external_id());
}

#[test]
fn no_cell_is_run_as_a_formula_and_numbers_stay_numbers() {
    let mut card = Card::default();
    card.set_text(CardText::Surname, "=1+1".to_owned());
    card.set_text(CardText::GivenName, "'=1".to_owned());
    card.set_text(CardText::NickName, "it's".to_owned());
    card.phones.push(CardPhone { kind: PhoneKind::Home, number: "+49 (30) 1-2".to_owned() });
    let written = String::from_utf8(table(&[(ContactId::from("1".to_owned()), None, &card)])).unwrap();
    for cell in [",'=1+1,", ",''=1,", ",it's,", ",+49 (30) 1-2,"] {
        assert!(written.contains(cell), "{cell}: {written}");
    }
    assert_eq!(one(&written).card, card);
}

#[test]
fn a_line_of_json_brings_what_addresses_are_called_and_names_without_one() {
    let email = |address: &str, name: &str| CardEmail { address: address.to_owned(), name: name.to_owned() };
    let card = Card { emails: vec![email("a@x", "Anna"), email("", "no address")], ..Card::default() };
    let line = |card: &Card| serde_json::json!({"id": "1", "card": card}).to_string();
    assert_eq!(one(&line(&card)).written_on(&Card::default()), Ok(card.clone()));
    assert_eq!(one(&line(&card)).written_on(&card), Ok(card.clone()));
    let renamed = Card { emails: vec![email("a@x", "A. Fort")], ..Card::default() };
    assert_eq!(one(&line(&renamed)).written_on(&card), Ok(renamed));
    // A table has neither, and takes neither away.
    let written = String::from_utf8(table(&[(ContactId::from("1".to_owned()), None, &card)])).unwrap();
    assert_eq!(one(&written).written_on(&card), Ok(card));
}

#[test]
fn a_note_that_begins_like_a_formula_is_as_it_was_though_somebody_added_a_column_or_took_the_ids_out() {
    let mut card = Card::default();
    card.set_text(CardText::PersonalNotes, "- likes tea\n'tis all".to_owned());
    let written = String::from_utf8(table(&[(ContactId::from("1".to_owned()), None, &card)])).unwrap();
    let (head, row) = written.split_once("\r\n").unwrap();
    assert!(row.contains("'- likes tea\n''tis all"), "{row}");
    let added = format!("Owner,{head}\r\nAda,{row}");
    let taken_out = format!("{}\r\n{}", head.strip_prefix("id,").unwrap(), row.strip_prefix("1,").unwrap());
    for file in [written.clone(), added, taken_out] {
        assert_eq!(one(&file).card, card, "{file}");
    }
    let others = "Notes,display_name\r\n'- likes tea, Bo \r\n";
    assert_eq!(one(others).card.text(CardText::PersonalNotes), "'- likes tea", "what others write stays");
    assert_eq!(one(others).card.text(CardText::DisplayName), "Bo");
}

#[test]
fn no_piece_of_a_cell_is_run_as_a_formula_where_a_semicolon_separates_cells() {
    let mut card = Card::default();
    card.set_text(CardText::CompanyName, "Acme;=cmd|' /C calc'!A0".to_owned());
    card.set_text(CardText::JobTitle, "Head;\"=1;'tis; ok".to_owned());
    card.set_text(CardText::PersonalNotes, "One\n=2\nthree".to_owned());
    let home = |number: &str| CardPhone { kind: PhoneKind::Home, number: number.to_owned() };
    card.phones = vec![home("+49 1"), home("+49 2;-1+1")];
    let written = String::from_utf8(table(&[(ContactId::from("1".to_owned()), None, &card)])).unwrap();
    let said = ["Acme;'=cmd|", "Head;'\"\"=1;''tis; ok", "One\n'=2\nthree", "\"+49 1\n+49 2;'-1+1\""];
    for piece in said {
        assert!(written.contains(piece), "{piece}: {written}");
    }
    assert_eq!(one(&written).card, card);
}
