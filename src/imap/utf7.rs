//! Names of folders in modified UTF-7 (RFC 3501, 5.1.3). Pure.

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::RequireNone)
    .with_decode_allow_trailing_bits(true);
const ENGINE: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, CONFIG);

/// What a name says. Where it is not in modified UTF-7 it says itself.
pub(super) fn decode(name: &str) -> String {
    strict(name).unwrap_or_else(|| name.to_owned())
}

fn strict(name: &str) -> Option<String> {
    let (mut decoded, mut rest) = (String::new(), name);
    while let Some((plain, shifted)) = rest.split_once('&') {
        let (wide, after) = shifted.split_once('-')?;
        decoded.push_str(plain);
        decoded.push_str(&if wide.is_empty() { "&".to_owned() } else { utf16(wide)? });
        rest = after;
    }
    Some(decoded + rest)
}

fn utf16(wide: &str) -> Option<String> {
    let bytes = ENGINE.decode(wide).ok()?;
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    String::from_utf16(&units).ok().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_standard_and_of_mailboxes() {
        for (name, said) in [
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("Entw&APw-rfe &- Co", "Entwürfe & Co"),
            ("&2D3eAA-", "😀"),
            ("Tom & Jerry", "Tom & Jerry"),
            ("&AA-", "&AA-"),
            ("Éléments", "Éléments"),
        ] {
            assert_eq!(decode(name), said);
        }
    }
}
