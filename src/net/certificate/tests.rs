use super::*;

#[test]
fn a_certificate_says_whom_it_names_and_who_vouches_for_it() {
    let issuer_key = rcgen::KeyPair::generate().unwrap();
    let mut issuer = rcgen::CertificateParams::new(Vec::new()).unwrap();
    issuer.distinguished_name.push(rcgen::DnType::CommonName, "Inspecting Proxy");
    let issuer = rcgen::Issuer::new(issuer, issuer_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let mut own = rcgen::CertificateParams::new(vec!["outlook.office.com".to_owned()]).unwrap();
    own.distinguished_name.push(rcgen::DnType::CommonName, "outlook.office.com");
    let own = own.signed_by(&key, &issuer).unwrap();
    let shown = read(std::slice::from_ref(own.der())).unwrap();
    assert!(shown.subject.contains("CN=outlook.office.com"), "{shown}");
    assert!(shown.issuer.contains("CN=Inspecting Proxy"), "{shown}");
    assert_eq!(shown.keys.len(), 1);
    assert!(read(&[CertificateDer::from(b"no certificate".to_vec())]).is_err());
    assert!(read(&[]).is_err());
}
