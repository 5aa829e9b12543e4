//! Names of folders in modified UTF-7 (RFC 3501, 5.1.3).

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::NO_PAD;

const ENGINE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::IMAP_MUTF7, NO_PAD);

pub(super) fn encode(name: &str) -> String {
    let (mut coded, mut wide) = (String::new(), String::new());
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            coded.push_str(&shifted(&std::mem::take(&mut wide)));
            coded.push(c);
            coded.push_str(if c == '&' { "-" } else { "" });
        } else {
            wide.push(c);
        }
    }
    coded + &shifted(&wide)
}

fn shifted(wide: &str) -> String {
    let bytes: Vec<u8> = wide.encode_utf16().flat_map(u16::to_be_bytes).collect();
    if wide.is_empty() { String::new() } else { format!("&{}-", ENGINE.encode(bytes)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_and_of_mailboxes() {
        assert_eq!(encode("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(encode("Entwürfe & Co"), "Entw&APw-rfe &- Co");
        assert_eq!(encode("Éléments envoyés"), "&AMk-l&AOk-ments envoy&AOk-s");
    }
}
