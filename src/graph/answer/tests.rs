use super::*;
use reqwest::header::HeaderName;
use serde_json::json;

fn said(status: u16, headers: &[(&'static str, &'static str)], body: Value) -> GraphError {
    let headers: HeaderMap =
        headers.iter().map(|(n, v)| (n.parse::<HeaderName>().unwrap(), v.parse().unwrap())).collect();
    Said { status: StatusCode::from_u16(status).unwrap(), headers: &headers, body }.refusal()
}

fn word(error: &GraphError) -> String {
    let text = format!("{error:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned()
}

/// Codes as people have met them, and as Microsoft documents them (Graph, "Error responses").
#[test]
fn a_refusal_is_known_by_its_status_and_its_codes() {
    for (status, codes, expected) in [
        (401, &["InvalidAuthenticationToken"][..], "Unauthorized"),
        (401, &[], "Unauthorized"),
        (403, &["ErrorAccessDenied"], "Denied"),
        (403, &["accessDenied"], "Denied"),
        (404, &["MailboxNotEnabledForRESTAPI"], "NoMailbox"),
        (404, &["ErrorItemNotFound"], "Gone"),
        (404, &[], "Gone"),
        (410, &["SyncStateNotFound"], "CursorLost"),
        (400, &["syncstateinvalid"], "CursorLost"),
        (410, &[], "CursorLost"),
        (412, &["ErrorIrresolvableConflict"], "Conflict"),
        (400, &["BadRequest"], "Invalid"),
        (405, &["ErrorInvalidRequest"], "Invalid"),
        (403, &["ErrorQuotaExceeded"], "Full"),
        (507, &[], "Full"),
        (429, &["ApplicationThrottled"], "Busy"),
        (429, &["ErrorAccessDenied"], "Busy"),
        (503, &[], "Busy"),
        (504, &["UnknownError"], "Busy"),
        (500, &["generalException", "ErrorQuotaExceeded"], "Full"),
        (400, &["BadRequest", "SyncStateNotFound", "somethingNew"], "CursorLost"),
    ] {
        let error =
            |inner: Option<Value>, code: &&str| json!({"code": code, "message": "", "innererror": inner});
        let body = codes.iter().rev().fold(None, |inner, code| Some(error(inner, code)));
        let refused = said(status, &[], json!({"error": body}));
        assert_eq!(word(&refused), expected, "{status} {codes:?}: {refused:?}");
    }
}

#[test]
fn a_policy_that_wants_another_sign_in_says_so_in_a_header() {
    let header = [("www-authenticate", "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"e30=\"")];
    assert_eq!(word(&said(401, &header, Value::Null)), "Challenged");
}

#[test]
fn when_to_come_back_and_the_number_for_support_are_kept() {
    let headers = [("retry-after", "2.128"), ("request-id", "4066dbff")];
    let GraphError::Busy { refusal, wait } = said(429, &headers, Value::Null) else { panic!("busy") };
    assert_eq!(wait, Some(Duration::from_millis(2128)));
    assert_eq!(refusal.to_string(), "429, request 4066dbff");
}
