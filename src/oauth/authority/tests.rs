use super::*;

fn metadata(issuer: &str) -> Metadata {
    let at = |path: &str| Url::parse(&format!("https://login.example.test{path}")).unwrap();
    Metadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: at("/a"),
        token_endpoint: at("/t"),
        jwks_uri: at("/k"),
        device_authorization_endpoint: Some(at("/d")),
    }
}

#[test]
fn addresses_of_tenants() {
    let tenant = Tenant::parse("common").unwrap();
    let common = Authority::microsoft(Cloud::Global, &tenant);
    assert_eq!(
        common.discovery(),
        "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration"
    );
    assert_eq!(
        common.admin_link("a b").unwrap().as_str(),
        "https://login.microsoftonline.com/common/adminconsent?client_id=a+b"
    );
    let work = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let one = Authority::microsoft(Cloud::Global, &Tenant::parse(work).unwrap());
    assert!(one.admits(work) && !one.admits("9188040d-6c67-4c5b-b112-36a304b66dad"));
    let other = Authority::at("http://127.0.0.1:9000/");
    assert_eq!(other.discovery(), "http://127.0.0.1:9000/.well-known/openid-configuration");
    assert!(other.admits("anything") && other.admin_link("c").is_none());
}

#[test]
fn a_description_that_leads_elsewhere_is_not_trusted() {
    let authority = Authority::at("https://login.example.test/common/v2.0");
    let good = metadata("https://login.example.test/{tenantid}/v2.0");
    assert!(good.clone().trusted(&authority).is_ok());
    let away = Url::parse("https://evil.example.test/t").unwrap();
    for bad in [
        Metadata { token_endpoint: away.clone(), ..good.clone() },
        Metadata { authorization_endpoint: away.clone(), ..good.clone() },
        Metadata { jwks_uri: away.clone(), ..good.clone() },
        Metadata { device_authorization_endpoint: Some(away), ..good.clone() },
        Metadata { token_endpoint: Url::parse("http://login.example.test/t").unwrap(), ..good.clone() },
        metadata("https://evil.example.test/{tenantid}/v2.0"),
        metadata("no address"),
    ] {
        assert!(matches!(bad.trusted(&authority), Err(OAuthError::Authority(_))));
    }
}

#[test]
fn the_issuer_of_many_tenants_is_known_by_its_form() {
    let many = metadata("https://login.example.test/{tenantid}/v2.0");
    let tid = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    assert_eq!(many.issuer_of(tid), format!("https://login.example.test/{tid}/v2.0"));
    assert!(many.is_issuer(&many.issuer_of(tid)) && many.is_issuer(&many.issuer));
    for wrong in
        ["https://login.example.test/x/v2.0", "https://login.example.test//v2.0", "", "https://evil/"]
    {
        assert!(!many.is_issuer(wrong), "{wrong}");
    }
    let one = metadata("https://login.example.test/one");
    assert!(
        one.is_issuer("https://login.example.test/one") && !one.is_issuer("https://login.example.test/two")
    );
}

#[test]
fn secrets_go_to_microsoft_or_where_it_is_configured_and_to_nobody_else() {
    let configured = Authority::at("https://login.example.test/x/v2.0");
    for good in [
        "https://login.microsoftonline.com/common/v2.0",
        "https://login.microsoftonline.us/common/v2.0",
        "https://login.partner.microsoftonline.cn/common/v2.0",
        "https://login.example.test/another/v2.0",
        "https://login.example.test:443/x",
    ] {
        assert!(Authority::at(good).is_trusted(&configured), "{good}");
    }
    for bad in [
        "http://login.microsoftonline.com/common/v2.0",
        "https://login.microsoftonline.com.evil.test/common/v2.0",
        "https://login.microsoftonline.com@evil.test/common/v2.0",
        "https://login.microsoftonline.com:8443/common/v2.0",
        "https://evil.test/login.microsoftonline.com/v2.0",
        "http://login.example.test/x/v2.0",
        "http://127.0.0.1:9000/x",
        "login.microsoftonline.com",
        "",
    ] {
        assert!(!Authority::at(bad).is_trusted(&configured), "{bad}");
    }
    let local = Authority::at("http://127.0.0.1:9000/x");
    assert!(local.is_trusted(&local) && !Authority::at("http://127.0.0.1:9001/x").is_trusted(&local));
    let open = Authority::at("http://login.example.test/x");
    assert!(!open.is_trusted(&open), "not even where it is configured");
}
