use super::*;

#[test]
fn the_challenge_is_that_of_the_rfc() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

#[test]
fn a_parameter_that_stands_twice_is_refused() {
    assert_eq!(parameters("state=a&code=b%26").unwrap()["code"], "b&");
    for query in ["state=a&state=a", "code=a&state=b&code=c", "iss=a&iss=b", "st%61te=a&state=b"] {
        assert_eq!(parameters(query), Err(CallbackFault::Twice), "{query}");
    }
}

#[test]
fn cookies_are_found_by_their_whole_name() {
    let name = cookie_name("s", true);
    assert!(name.starts_with("__Host-connect-") && name.len() == 31);
    assert_ne!(name, cookie_name("t", true));
    assert_eq!(cookie_name("s", false), name.replace("__Host-", ""), "of this machine itself, by http");
    let header = format!("a=1; x{name}=no; {name}=yes; b=");
    assert_eq!(cookie(&header, &name), Some("yes"));
    assert_eq!(cookie("a=1", &name), None);
}
