use super::*;
use crate::testing::now;
use ring::signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};

const OWN: &str = include_str!("../../../tests/data/oauth/certificate.pem");
const OTHER: &str = include_str!("../../../tests/data/oauth/other.pem");
const ELLIPTIC: &str = include_str!("../../../tests/data/oauth/elliptic.pem");
const PASSPHRASE: &str = include_str!("../../../tests/data/oauth/passphrase.pem");

fn parse(pem: &str) -> Result<ClientCertificate, CertificateError> {
    ClientCertificate::parse(&secret(pem.to_owned()))
}

/// The certificate and the key of a file.
fn halves(pem: &str) -> (&str, &str) {
    pem.split_at(pem.find("-----BEGIN PRIVATE").unwrap())
}

#[test]
fn what_is_no_certificate_with_its_key_is_told_from_one() {
    let ((own, key), (other, _)) = (halves(OWN), halves(OTHER));
    for (pem, error) in [
        ("hunter2", CertificateError::NoCertificate),
        (own, CertificateError::NoKey),
        (key, CertificateError::NoCertificate),
        (&format!("{other}{key}"), CertificateError::Mismatch),
        (ELLIPTIC, CertificateError::NotRsa),
        (PASSPHRASE, CertificateError::Encrypted),
    ] {
        assert_eq!(parse(pem).err(), Some(error), "{pem}");
    }
    for pem in [OWN.to_owned(), format!("{key}{own}"), format!("{other}{own}{key}")] {
        assert!(parse(&pem).is_ok(), "{pem}");
    }
}

#[test]
fn an_assertion_names_who_asks_whom_for_ten_minutes_and_is_signed_by_the_key() {
    let certificate = parse(OWN).unwrap();
    let to = Url::parse("https://login.example.test/t/oauth2/v2.0/token").unwrap();
    let texts = [(); 2].map(|()| certificate.assertion("app", &to, now()).unwrap());
    let text = texts[0].expose_secret().as_str();
    assert_ne!(text, texts[1].expose_secret().as_str(), "each is good once");
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let read =
        |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    let (header, claims) = signed.split_once('.').unwrap();
    // As `openssl x509 -fingerprint -sha256` prints it.
    let der = CertificateDer::from_pem_slice(OWN.as_bytes()).unwrap();
    let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&der));
    assert_eq!(read(header), json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint}));
    let claims = read(claims);
    let times = [&claims["iat"], &claims["nbf"], &claims["exp"]]
        .map(|time| time.as_i64().unwrap() - now().timestamp());
    assert_eq!(times, [0, 0, 600]);
    assert_eq!([&claims["aud"], &claims["iss"], &claims["sub"]], [to.as_str(), "app", "app"]);
    let (_, parsed) = X509Certificate::from_der(&der).unwrap();
    let public =
        UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, &parsed.public_key().subject_public_key.data);
    public.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
}
