use super::*;

#[test]
fn what_stands_between_is_told_from_a_network_that_is_down() {
    for (why, expected) in [
        ("error sending request: client error (Connect): invalid peer certificate: UnknownIssuer", true),
        ("error sending request: client error (Connect): invalid peer certificate: Expired", true),
        (
            "error sending request: client error (Connect): tcp connect error: Connection refused (os error 111)",
            false,
        ),
        (
            "error sending request: client error (Connect): dns error: failed to lookup address information",
            false,
        ),
    ] {
        assert_eq!(is_of_certificate(why), expected, "{why}");
    }
}

/// A server with a certificate of its own, as an inspecting proxy has it.
async fn inspecting_proxy() -> std::net::SocketAddr {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(std::sync::Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    address
}

#[tokio::test]
async fn the_clients_own_words_of_a_certificate_are_known() {
    let address = inspecting_proxy().await;
    let url = format!("https://localhost:{}/", address.port());
    let error = net::client().build().unwrap().head(url).send().await.unwrap_err();
    let why = with_causes(&error.without_url());
    assert!(is_of_certificate(&why), "{why}");
    let shown = certificate::presented(address, "localhost").await.unwrap();
    assert!(shown.to_string().contains("issued by"), "{shown}");
}

#[test]
fn a_clock_that_is_off_is_said() {
    let now = DateTime::parse_from_rfc2822("Fri, 20 Nov 2026 10:00:00 GMT").unwrap().with_timezone(&Utc);
    assert!(clock(Some("Fri, 20 Nov 2026 09:59:30 GMT"), now).ok);
    assert!(!clock(Some("Fri, 20 Nov 2026 09:50:00 GMT"), now).ok);
    assert!(clock(None, now).ok);
}
