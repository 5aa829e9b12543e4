use super::*;
use std::net::TcpListener;

#[tokio::test]
async fn a_server_that_takes_the_call_and_says_nothing_is_not_waited_for_without_end() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(port);
    let error = server::look(&options, Duration::from_millis(50)).await.unwrap_err();
    assert!(matches!(error, StoreError::Connection(_)), "{error:?}");
}

#[test]
fn versions_compare_by_number() {
    for (version, good) in [
        ("3.51.3", true),
        ("3.52.0", true),
        ("3.100.1", true),
        ("4.0", true),
        ("3.51.2", false),
        ("3.9.9", false),
    ] {
        assert_eq!(recent(version), good, "{version}");
    }
}
