//! Who signs in.

use chrono_tz::Tz;
use serde::Serialize;
use uuid::Uuid;

use super::ids;
use super::locale::{LOCALES, Locale};

/// The domain of every account.
pub(crate) const DOMAIN: &str = "northwind-sim.example";
/// The tenant of every work account.
pub(crate) const TENANT: Uuid = Uuid::from_u128(0x5e1f_0000_0000_4000_8000_0000_0000_0001);

/// One person's account. Everything in it is invented.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// Primary address: also the sign-in name.
    pub smtp: String,
    /// Display name.
    pub name: String,
    /// The right password.
    pub password: String,
    /// What the authenticator app shows and text messages say: always the same.
    pub one_time_code: String,
    /// Language of the mailbox, such as `de-DE`.
    pub culture: &'static str,
    /// Zone of the mailbox, by its Windows name.
    pub windows_zone: &'static str,
    /// The same zone by its IANA name.
    #[serde(serialize_with = "zone_name")]
    pub zone: Tz,
    /// .NET pattern of dates in the list.
    pub date_format: &'static str,
    /// .NET pattern of times in the list.
    pub time_format: &'static str,
    /// Mailbox GUID.
    pub mailbox_guid: Uuid,
    /// Tenant id; one for all accounts.
    pub tenant: Uuid,
    /// Object id in the tenant's directory.
    pub oid: Uuid,
    /// The account's PUID.
    pub puid: String,
    #[serde(skip)]
    pub(crate) locale: &'static Locale,
}

impl Account {
    pub(super) fn new(seed: u64, index: usize) -> Self {
        let locale = &LOCALES[index % LOCALES.len()];
        let (handle, name) = locale.owner;
        let round = index / LOCALES.len();
        let suffix = if round == 0 { String::new() } else { format!("{}", round + 1) };
        let noise = ids::noise(&[&seed.to_be_bytes(), &index.to_be_bytes(), b"account"]);
        Self {
            smtp: format!("{handle}{suffix}@{DOMAIN}"),
            name: if round == 0 { name.to_owned() } else { format!("{name} {}", round + 1) },
            password: format!("Sim-{:02x}{:02x}{:02x}{:02x}!", noise[0], noise[1], noise[2], noise[3]),
            one_time_code: format!(
                "{:06}",
                u32::from_be_bytes([0, noise[4], noise[5], noise[6]]) % 1_000_000
            ),
            culture: locale.culture,
            windows_zone: locale.windows_zone,
            zone: locale.zone,
            date_format: locale.date_format,
            time_format: locale.time_format,
            mailbox_guid: Uuid::from_slice(&noise[..16]).expect("16 bytes make a UUID"),
            tenant: TENANT,
            oid: Uuid::from_slice(&noise[16..]).expect("16 bytes make a UUID"),
            puid: format!("1003{:012X}", u64::from(noise[17]) << 32 | index as u64),
            locale,
        }
    }

    pub(super) fn is(&self, smtp: &str) -> bool {
        self.smtp.eq_ignore_ascii_case(smtp)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields by reference")]
fn zone_name<S: serde::Serializer>(zone: &Tz, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.name())
}
