use super::*;
use crate::error::with_causes;

#[test]
fn a_password_is_masked_wherever_it_stands() {
    for (url, shown) in [
        ("sqlite:///var/lib/x.db", "sqlite:///var/lib/x.db"),
        ("sqlite::memory:", "sqlite::memory:"),
        ("postgres://sync@host/mail", "postgres://sync@host/mail"),
        ("postgres://sync:hunter2@host/mail", "postgres://sync:***@host/mail"),
        ("postgres://sync:hunter2@x/hunter2@host/mail", "postgres://sync:***@host/mail"),
        ("postgres://host/mail?user=sync&password=hunter2", "postgres://host/mail?user=sync&password=***"),
        ("postgres://host/mail?p%61ssword=hunter2&x=1", "postgres://host/mail?p%61ssword=***&x=1"),
        ("postgres:sync:hunter2@host/mail", "***"),
    ] {
        assert_eq!(masked(url), shown);
    }
}

#[test]
fn an_address_that_is_mistyped_shows_no_password_in_its_error_or_as_a_place() {
    for url in [
        "postgres://sync:hunter2/x@host/mail",
        "postgres://sync:hunter2?@host/mail",
        "postgres://sync:hunter2#@host/mail",
        "postgres://sync:hunter2@host:port/mail",
        "postgres://sync:%zzhunter2@host/mail",
        "postgres:sync:hunter2@host/mail",
        "postgress://sync:hunter2@host/mail",
        "postgres://host/password=hunter2",
        "postgres://host/mail&password=hunter2",
        "postgres://sync:hunter2@host/mail",
        "postgres://host/mail?password=hunter2",
    ] {
        let said = match DatabaseUrl::parse(url) {
            Ok(address) => address.to_string(),
            Err(error) => with_causes(&error),
        };
        assert!(!said.contains("hunter2"), "{url}: {said}");
    }
}
