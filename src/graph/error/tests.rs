use super::*;

#[test]
fn a_refusal_of_one_contact_is_told_alike_whether_it_was_read_or_written() {
    let refusal = |status| GraphRefusal { status, code: "code".to_owned(), request_id: None };
    let busy = |status, wait| GraphError::Busy { refusal: refusal(status), wait };
    for (error, is_of_item, is_of_folder, is_undone) in [
        (GraphError::Denied(refusal(403)), true, false, true),
        (GraphError::MailDenied(refusal(403)), true, false, true),
        (GraphError::NoMailbox(refusal(404)), true, false, true),
        (GraphError::Full(refusal(507)), true, true, true),
        (GraphError::Unauthorized(refusal(401)), false, false, true),
        (busy(504, None), true, true, false),
        (busy(429, None), true, true, true),
        (busy(503, Some(Duration::from_secs(1))), false, false, false),
        (GraphError::Unreadable { what: "JSON", status: 200 }, true, true, false),
        (GraphError::Endless, false, true, true),
    ] {
        let said = (error.is_of_item(), error.is_of_folder(), error.is_undone());
        assert_eq!(said, (is_of_item, is_of_folder, is_undone), "{error}");
    }
}
