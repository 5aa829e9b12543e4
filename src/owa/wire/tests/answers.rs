//! What comes in place of an answer, and around a good one.

use super::*;

fn judge(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Result<Value, OwaError> {
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    HttpAnswer { status, headers: &headers, body }.json("answer")
}

#[test]
fn what_comes_in_place_of_an_answer() {
    use crate::error::Classify;
    let transient = br#"{"Body":{"ErrorCode":500,"ExceptionName":"StorageTransientException","FaultMessage":null,"IsTransient":true}}"#;
    let final_fault = br#"{"Body":{"ErrorCode":500,"ExceptionName":"NotImplementedException","FaultMessage":"x","IsTransient":false}}"#;
    let back_off =
        br#"{"Body":{"ErrorCode":500,"ExceptionName":"OverBudgetException","BackOffPeriodInMs":1500}}"#;
    for (status, headers, body, code) in [
        (401, vec![], &b""[..], "unauthorized"),
        (440, vec![], b"Login Timeout", "unauthorized"),
        (302, vec![], b"", "unauthorized"),
        (200, vec![("content-type", "text/html; charset=utf-8")], b"<html>", "unauthorized"),
        (200, vec![("content-type", "application/json")], b"", "unauthorized"),
        (200, vec![("content-type", "application/json")], b"\0\0\0", "unauthorized"),
        (
            204,
            vec![("x-owa-error", "Microsoft.Exchange.Clients.Owa2.OwaInvalidUserLanguageException")],
            b"",
            "first_logon",
        ),
        (412, vec![("x-owa-error", "OwaHipRequiredException")], b"", "captcha"),
        (429, vec![("retry-after", "30")], b"", "throttled"),
        (503, vec![], b"", "throttled"),
        (200, vec![("x-owa-returncode", "Throttled")], b"{}", "throttled"),
        (500, vec![], transient, "service"),
        (200, vec![], transient, "service"),
        (500, vec![], final_fault, "drift"),
        (500, vec![], back_off, "throttled"),
        (500, vec![], b"{\"Body\": {\"Resp", "service"),
        (500, vec![], b"it went wrong", "service"),
        (200, vec![], b"{\"Body\": {\"Resp", "service"),
        (200, vec![], b"it went wrong", "drift"),
        (400, vec![], b"", "unauthorized"),
        (412, vec![], b"", "unauthorized"),
        (449, vec![], b"", "unauthorized"),
        (418, vec![], b"", "drift"),
        (456, vec![], b"", "no_mailbox"),
        (
            500,
            vec![("x-owa-error", "Owa2.Server.Core.OwaUserHasNoMailboxAndNoLicenseAssignedException")],
            b"",
            "no_mailbox",
        ),
        (500, vec![], br#"{"Body":{"ExceptionName":"MemberAccessException","MessageText":"x"}}"#, "drift"),
        (500, vec![], br#"{"Body":{"ExceptionName":"NullReferenceException","ResponseCode":"x"}}"#, "drift"),
        (500, vec![], br#"{"Body":{"ExceptionName":"FormatException","IsTransient":true}}"#, "service"),
        (
            500,
            vec![],
            br#"{"Body":{"ExceptionName":"MapiExceptionNetworkError","MessageText":"x"}}"#,
            "service",
        ),
    ] {
        let error = judge(status, &headers, body).expect_err("an error");
        assert_eq!(error.meaning().code, code, "{status} {headers:?} {:?}", String::from_utf8_lossy(body));
    }
}

#[test]
fn a_list_that_was_asked_for_in_the_wrong_way_is_drift() {
    use crate::error::Classify;
    for (refused, code) in [
        ("ErrorInvalidPropertyRequest", "drift"),
        ("ErrorInvalidArgument", "drift"),
        ("ErrorFolderNotFound", "service"),
        ("ErrorInternalServerTransientError", "service"),
        ("ErrorServerBusy", "throttled"),
    ] {
        let message = json!({"ResponseClass": "Error", "ResponseCode": refused, "MessageText": "x"});
        let list = json!({"Body": {"ResponseMessages": {"Items": [message]}}});
        assert_eq!(read_items(&list, READING).expect_err(refused).meaning().code, code, "{refused}");
    }
}

#[test]
fn half_an_emoji_in_one_mail_takes_no_other_and_no_part_of_itself_away() {
    let list = find_item(&[message(), message()]).to_string();
    for subject in ["cut \\ud83d", "\\ude00 cut", "\\u0000 cut"] {
        let text = list.replacen("Lanterns for the fair", subject, 1);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let listing = read_items(&judge(200, &[], &marked).expect(subject), READING).expect(subject);
        let subjects: Vec<_> =
            listing.rows.iter().map(|row| row.subject.clone().unwrap_or_default()).collect();
        assert!(subjects[0].contains('\u{fffd}') && subjects[1] == "Lanterns for the fair", "{subjects:?}");
    }
}

#[test]
fn when_to_come_back_is_understood_in_every_form_and_believed_for_a_day_at_most() {
    use crate::error::Classify;
    const DATE: (&str, &str) = ("Date", "Sat, 28 Nov 2026 12:00:00 GMT");
    const UNSAID: u64 = 300;
    for (said, seconds) in [
        ("30", 30),
        ("Sat, 28 Nov 2026 14:00:00 GMT", 7200),
        ("3600.5", 3600),
        ("4294967295", 86400),
        ("-1", UNSAID),
        ("soon", UNSAID),
    ] {
        let error = judge(429, &[DATE, ("retry-after", said)], b"").expect_err("an error");
        assert_eq!(error.meaning().retry_after.map(|wait| wait.as_secs()), Some(seconds), "{said}");
    }
    let fault =
        br#"{"Body": {"ErrorCode": 500, "ExceptionName": "X", "BackOffPeriodInMs": 18446744073709551615}}"#;
    let error = judge(500, &[], fault).expect_err("an error");
    assert_eq!(error.meaning().retry_after, Some(crate::net::LONGEST_WAIT));
}

#[test]
fn throttling_inside_a_good_answer() {
    let message = json!({"ResponseClass": "Error", "ResponseCode": "OverBudgetException",
        "MessageText": "The server cannot service this request right now. Policy 'MaxConcurrency' value '4' part 'Owa'."});
    assert!(matches!(read_items(&envelope(&message), READING), Err(OwaError::Throttled { .. })));
    assert!(matches!(read_details(&envelope(&message)), Err(OwaError::Throttled { .. })));
    let flat = json!({"Body": message});
    assert!(matches!(read_conversations(&flat, READING), Err(OwaError::Throttled { .. })));
}

#[test]
fn a_folder_whose_only_mail_has_a_date_that_stands_for_none_is_a_list_all_the_same() {
    let mut mail = message();
    for none in ["1601-01-01T00:00:00Z", "4501-01-01T00:00:00", "0001-01-01T00:00:00Z"] {
        (mail["DateTimeReceived"], mail["DateTimeSent"]) = (json!(none), Value::Null);
        let list = read_items(&find_item(&[mail.clone()]), READING).expect(none);
        assert_eq!(list.rows.iter().map(|row| row.received).collect::<Vec<_>>(), [None]);
    }
    mail["DateTimeReceived"] = json!("Tuesday");
    assert!(matches!(read_items(&find_item(&[mail]), READING), Err(OwaError::Drift { .. })));
}
