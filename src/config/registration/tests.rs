use super::*;

fn popup_at(redirect_uri: &str) -> Result<Option<Popup>, ConfigError> {
    let (client_id, redirect_uri) = ("x".to_owned(), redirect_uri.to_owned());
    popup(&file::OAuth { client_id, redirect_uri, ..file::OAuth::default() })
}

#[test]
fn redirect_addresses() {
    for good in [
        "https://sync.example.test/v1/integrations/outlook/callback",
        "https://example.test/sync/api/oauth/microsoft/callback",
        "http://localhost:8425/v1/integrations/outlook/callback",
        "http://127.0.0.1/api/oauth/microsoft/callback",
    ] {
        assert_eq!(popup_at(good).unwrap().unwrap().redirect_uri.as_str(), good);
    }
    let long = format!("https://example.test/{}/v1/integrations/outlook/callback", "x".repeat(256));
    for bad in [
        "http://sync.example.test/v1/integrations/outlook/callback",
        "https://sync.example.test/v1/integrations/outlook/callback?x=1",
        "https://sync.example.test/v1/integrations/outlook/callback#x",
        "https://sync.example.test/elsewhere",
        "http://localhost.example.test/api/oauth/microsoft/callback",
        "javascript:alert(1)//v1/integrations/outlook/callback",
        "callback",
        long.as_str(),
    ] {
        assert!(popup_at(bad).is_err(), "{bad}");
    }
    assert_eq!(popup_at("").unwrap(), None);
}

#[test]
fn a_secret_that_was_pasted_with_its_name_is_told_from_one() {
    for (line, name) in [
        ("client_secret=Abc8Q~dEfGh", "client_secret="),
        ("export AZURE_CLIENT_SECRET = Abc8Q~dEfGh", "export AZURE_CLIENT_SECRET"),
        ("Client secret: Abc8Q~dEfGh", "Client secret:"),
        ("\"client_secret\": \"Abc8Q~dEfGh\",", "\"client_secret\":"),
    ] {
        assert!(assigned(line).is_some_and(|found| found.starts_with(name)), "{line}");
    }
    for secret in
        ["Abc8Q~dEfGhIjKlMnOpQrStUvWxYz0123456789A", "canary-client-secret", "YWJjZGVm==", "hunter2:x"]
    {
        assert_eq!(assigned(secret), None, "{secret}");
    }
}

#[test]
fn openers_are_origins() {
    for (good, origin) in [
        ("https://crm.example.test", "https://crm.example.test"),
        ("https://crm.example.test:8443/", "https://crm.example.test:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
    ] {
        assert_eq!(opener(good).unwrap(), origin);
    }
    for bad in [
        "*",
        "https://*",
        "https://crm.example.test/page",
        "http://crm.example.test",
        "null",
        "crm.example.test",
        "https://u@crm.example.test",
        "",
    ] {
        assert!(opener(bad).is_err(), "{bad}");
    }
}

#[test]
fn popups_go_back_to_pages_of_those_that_open_them() {
    let openers = ["https://crm.example.test", "http://localhost:3000"].map(str::to_owned);
    let returns = |texts: &[&str]| {
        let texts: Vec<_> = texts.iter().map(|&text| text.to_owned()).collect();
        super::returns(&texts, &openers)
    };
    let good = ["https://crm.example.test/settings?tab=mail", "http://localhost:3000"];
    let places = returns(&good).unwrap();
    let popup = Popup { redirect_uri: good[0].parse().unwrap(), openers: openers.to_vec(), returns: places };
    assert_eq!(popup.return_to("https://crm.example.test").unwrap().as_str(), good[0]);
    assert_eq!(popup.return_to("http://localhost:3000").unwrap().as_str(), "http://localhost:3000/");
    assert_eq!(popup.return_to("https://crm.example.test:8443"), None);
    for bad in [
        &["https://elsewhere.example.test/settings"][..],
        &["https://crm.example.test.evil.test/"],
        &["http://crm.example.test/settings"],
        &["https://crm.example.test/settings#mail"],
        &["https://crm.example.test/a", "https://crm.example.test/b"],
        &["javascript:alert(1)"],
        &["/settings"],
        &[""],
    ] {
        assert!(returns(bad).is_err(), "{bad:?}");
    }
}
