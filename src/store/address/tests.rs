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
fn a_server_beyond_this_machine_shows_a_certificate_for_its_name_unless_its_address_says_otherwise() {
    use PgSslMode::{Disable, Require, VerifyFull};
    for (url, expected) in [
        ("postgres://sync@db.example.test/mail", Some(VerifyFull)),
        ("postgres://sync@10.0.0.7/mail", Some(VerifyFull)),
        ("postgres://sync@[2001:db8::7]/mail?sslrootcert=/etc/hosts", Some(VerifyFull)),
        ("postgres://sync@localhost.example.test/mail", Some(VerifyFull)),
        ("postgres://sync@db.example.test/mail?sslmode=require", Some(Require)),
        ("postgres://sync@db.example.test/mail?ssl-mode=disable", Some(Disable)),
        ("postgres://sync@localhost/mail", None),
        ("postgres://sync@127.0.0.1/mail", None),
        ("postgres://sync@[::1]/mail", None),
        ("postgres:///mail?host=/run/postgresql", None),
    ] {
        let Ok(DatabaseUrl::Server(options)) = DatabaseUrl::parse(url) else { panic!("{url}") };
        let found = link(&options).map(|link| (link.is_safe, options.get_ssl_mode()));
        let expected = expected.map(|mode| (matches!(mode, VerifyFull), mode));
        assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{url}");
    }
}

#[test]
fn an_sslmode_that_there_is_not_is_named() {
    let parsed = DatabaseUrl::parse("postgres://sync:hunter2@db.example.test/mail?sslmode=bogus");
    let said = parsed.err().unwrap().to_string();
    assert!(said.contains("has an sslmode that is not one of disable, "), "{said}");
}

#[test]
fn a_file_of_the_authority_that_is_not_there_is_named() {
    let parsed = DatabaseUrl::parse("postgres://sync@db.example.test/mail?sslrootcert=/nonexistent/ca.pem");
    let said = parsed.err().unwrap().to_string();
    assert!(said.contains("sslrootcert") && said.contains("/nonexistent/ca.pem"), "{said}");
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
