use super::*;
use RefusalClass::{
    Admin, CodeExpired, Consent, Declined, Disabled, Interaction, Policy, Reconnect, Registration, Request,
    Transient,
};

fn refusal(error: &str, suberror: Option<&str>, codes: &[u32]) -> Refusal {
    let suberror = suberror.map(str::to_owned);
    Refusal::new(ErrorResponse {
        error: error.to_owned(),
        suberror,
        error_codes: codes.to_vec(),
        ..ErrorResponse::default()
    })
}

/// Every answer that Microsoft's pages and users' reports name, and what it has to come to.
#[test]
fn every_known_answer_has_its_class_its_words_and_a_hint() {
    let table: &[(&str, Option<&str>, &[u32], RefusalClass)] = &[
        ("invalid_grant", None, &[70008, 700_082, 50173, 70043, 700_084, 50089, 50133, 70000], Reconnect),
        ("invalid_grant", None, &[50076, 50079, 50072, 50074, 50078, 50158], Interaction),
        ("interaction_required", None, &[50076, 50079, 50072, 50074, 50078, 50158], Interaction),
        ("invalid_grant", None, &[53000, 53001, 53003], Policy),
        ("interaction_required", None, &[53000, 53001, 53003], Policy),
        ("invalid_grant", Some("message_only"), &[53000, 53001, 53003], Policy),
        ("invalid_grant", Some("additional_action"), &[53000, 53001], Policy),
        ("invalid_grant", None, &[50057], Disabled),
        ("invalid_grant", None, &[50053], Transient),
        ("invalid_grant", None, &[65001], Consent),
        ("consent_required", None, &[65001], Consent),
        ("interaction_required", None, &[65001], Consent),
        ("access_denied", None, &[65004], Declined),
        ("invalid_grant", None, &[65004], Declined),
        ("invalid_grant", None, &[90094, 90095, 900_941], Admin),
        ("access_denied", None, &[90094, 90095, 900_941], Admin),
        ("consent_required", None, &[90094], Admin),
        ("invalid_client", None, &[7_000_215, 7_000_222, 700_027, 50012, 7_000_218, 700_025], Registration),
        ("unauthorized_client", None, &[700_016, 700_011, 50020, 50194, 9_002_332, 7_000_112], Registration),
        ("invalid_request", None, &[7_000_218, 50194, 9_002_332], Registration),
        ("invalid_scope", None, &[70011, 28000, 28002, 28003, 700_022, 700_023], Request),
        ("invalid_grant", None, &[70011, 28000, 28002, 28003, 700_022, 700_023], Request),
        ("invalid_resource", None, &[500_011, 650_057], Request),
        ("invalid_grant", None, &[50033, 50087, 70012, 90006, 90012, 90024, 90033, 90055, 90090], Transient),
        ("temporarily_unavailable", None, &[50033, 90090], Transient),
        ("invalid_grant", None, &[54005], CodeExpired),
        ("expired_token", None, &[70019], CodeExpired),
        ("bad_verification_code", None, &[70018], CodeExpired),
        ("invalid_request", None, &[50196], Transient),
    ];
    for &(error, suberror, codes, class) in table {
        for &code in codes {
            let refusal = refusal(error, suberror, &[code]);
            assert_eq!(refusal.class, class, "{error} {suberror:?} {code}");
            assert!(refusal.to_string().contains(&format!("(AADSTS{code}): ")), "{refusal}");
            assert!(!refusal.meaning().next.is_empty(), "{refusal}");
        }
    }
}

#[test]
fn words_decide_where_there_is_no_number_or_an_unknown_one() {
    for (error, suberror, class) in [
        ("invalid_grant", Some("bad_token"), Reconnect),
        ("invalid_grant", Some("consent_required"), Consent),
        ("invalid_grant", Some("basic_action"), Interaction),
        ("invalid_grant", Some("additional_action"), Interaction),
        ("invalid_grant", Some("message_only"), Interaction),
        ("invalid_grant", Some("user_password_expired"), Interaction),
        ("invalid_grant", None, Reconnect),
        ("interaction_required", None, Interaction),
        ("login_required", None, Interaction),
        ("consent_required", None, Consent),
        ("access_denied", None, Declined),
        ("authorization_declined", None, Declined),
        ("invalid_client", None, Registration),
        ("unauthorized_client", None, Registration),
        ("invalid_scope", None, Request),
        ("invalid_resource", None, Request),
        ("invalid_request", None, Request),
        ("temporarily_unavailable", None, Transient),
        ("server_error", None, Transient),
        ("expired_token", None, CodeExpired),
        ("bad_verification_code", None, CodeExpired),
        ("something_new", None, Request),
    ] {
        for codes in [&[][..], &[99_999_999]] {
            let refusal = refusal(error, suberror, codes);
            assert_eq!(refusal.class, class, "{error} {suberror:?} {codes:?}");
            assert!(!refusal.meaning().next.is_empty(), "{refusal}");
        }
    }
}

#[test]
fn a_word_of_oauth_outweighs_a_number() {
    assert_eq!(refusal("invalid_client", None, &[70008]).class, Registration);
    assert_eq!(refusal("invalid_grant", Some("bad_token"), &[50076]).class, Reconnect);
    assert_eq!(refusal("temporarily_unavailable", None, &[65001]).class, Transient);
}

#[test]
fn a_description_gives_its_numbers_and_is_not_repeated() {
    let description = "AADSTS65004: User ada@example.test declined to consent.\r\nTrace ID: 1 AADSTSx";
    let wire = ErrorResponse {
        error: "access_denied<script>".to_owned(),
        error_description: Some(description.to_owned()),
        correlation_id: Some("78b0fdfc-dd0e\"onload=".to_owned()),
        ..ErrorResponse::default()
    };
    let refusal = Refusal::new(wire);
    assert_eq!(refusal.codes, [65004]);
    let said = format!("{refusal} {}", refusal.meaning().hint());
    assert!(!said.contains("ada@") && !said.contains('<') && !said.contains('"'), "{said}");
    assert!(said.contains("78b0fdfc-dd0e"), "{said}");
}

#[test]
fn the_administrator_is_told_where_to_go() {
    let mut refusal = refusal("invalid_grant", None, &[90094]);
    refusal.admin_link = Some("https://login.example.test/t/adminconsent?client_id=c".parse().unwrap());
    assert!(refusal.meaning().hint().contains("https://login.example.test/t/adminconsent?client_id=c"));
}

#[test]
fn only_the_flapping_number_is_doubtful() {
    assert!(refusal("invalid_grant", None, &[70000]).is_doubtful());
    assert!(!refusal("invalid_grant", None, &[70008]).is_doubtful());
    assert!(!refusal("invalid_client", None, &[70000]).is_doubtful());
}
