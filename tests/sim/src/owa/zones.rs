//! Windows zone ids, the only ones that a `TimeZoneContext` may name.

use chrono_tz::Tz;

/// Windows id, IANA zone.
const ZONES: [(&str, Tz); 61] = [
    ("Dateline Standard Time", Tz::Etc__GMTPlus12),
    ("Hawaiian Standard Time", Tz::Pacific__Honolulu),
    ("Alaskan Standard Time", Tz::America__Anchorage),
    ("Pacific Standard Time", Tz::America__Los_Angeles),
    ("US Mountain Standard Time", Tz::America__Phoenix),
    ("Mountain Standard Time", Tz::America__Denver),
    ("Central Standard Time", Tz::America__Chicago),
    ("Central Standard Time (Mexico)", Tz::America__Mexico_City),
    ("Canada Central Standard Time", Tz::America__Regina),
    ("SA Pacific Standard Time", Tz::America__Bogota),
    ("Eastern Standard Time", Tz::America__New_York),
    ("US Eastern Standard Time", Tz::America__Indiana__Indianapolis),
    ("Atlantic Standard Time", Tz::America__Halifax),
    ("SA Western Standard Time", Tz::America__La_Paz),
    ("Pacific SA Standard Time", Tz::America__Santiago),
    ("Newfoundland Standard Time", Tz::America__St_Johns),
    ("E. South America Standard Time", Tz::America__Sao_Paulo),
    ("Argentina Standard Time", Tz::America__Argentina__Buenos_Aires),
    ("Greenland Standard Time", Tz::America__Nuuk),
    ("Azores Standard Time", Tz::Atlantic__Azores),
    ("UTC", Tz::Etc__UTC),
    ("GMT Standard Time", Tz::Europe__London),
    ("Greenwich Standard Time", Tz::Atlantic__Reykjavik),
    ("Morocco Standard Time", Tz::Africa__Casablanca),
    ("W. Europe Standard Time", Tz::Europe__Berlin),
    ("Central Europe Standard Time", Tz::Europe__Budapest),
    ("Romance Standard Time", Tz::Europe__Paris),
    ("Central European Standard Time", Tz::Europe__Warsaw),
    ("W. Central Africa Standard Time", Tz::Africa__Lagos),
    ("GTB Standard Time", Tz::Europe__Bucharest),
    ("Middle East Standard Time", Tz::Asia__Beirut),
    ("Egypt Standard Time", Tz::Africa__Cairo),
    ("FLE Standard Time", Tz::Europe__Kyiv),
    ("E. Europe Standard Time", Tz::Europe__Chisinau),
    ("Israel Standard Time", Tz::Asia__Jerusalem),
    ("South Africa Standard Time", Tz::Africa__Johannesburg),
    ("Turkey Standard Time", Tz::Europe__Istanbul),
    ("Arab Standard Time", Tz::Asia__Riyadh),
    ("Arabic Standard Time", Tz::Asia__Baghdad),
    ("Russian Standard Time", Tz::Europe__Moscow),
    ("E. Africa Standard Time", Tz::Africa__Nairobi),
    ("Iran Standard Time", Tz::Asia__Tehran),
    ("Arabian Standard Time", Tz::Asia__Dubai),
    ("Afghanistan Standard Time", Tz::Asia__Kabul),
    ("Pakistan Standard Time", Tz::Asia__Karachi),
    ("Ekaterinburg Standard Time", Tz::Asia__Yekaterinburg),
    ("India Standard Time", Tz::Asia__Kolkata),
    ("Sri Lanka Standard Time", Tz::Asia__Colombo),
    ("Nepal Standard Time", Tz::Asia__Kathmandu),
    ("Bangladesh Standard Time", Tz::Asia__Dhaka),
    ("SE Asia Standard Time", Tz::Asia__Bangkok),
    ("China Standard Time", Tz::Asia__Shanghai),
    ("Singapore Standard Time", Tz::Asia__Singapore),
    ("Taipei Standard Time", Tz::Asia__Taipei),
    ("W. Australia Standard Time", Tz::Australia__Perth),
    ("Tokyo Standard Time", Tz::Asia__Tokyo),
    ("Korea Standard Time", Tz::Asia__Seoul),
    ("Cen. Australia Standard Time", Tz::Australia__Adelaide),
    ("AUS Eastern Standard Time", Tz::Australia__Sydney),
    ("Vladivostok Standard Time", Tz::Asia__Vladivostok),
    ("New Zealand Standard Time", Tz::Pacific__Auckland),
];

/// The zone with this Windows id.
pub(super) fn by_windows_id(id: &str) -> Option<Tz> {
    ZONES.iter().find(|(windows, _)| *windows == id).map(|(_, zone)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Sim};

    #[test]
    fn every_mailbox_has_a_known_zone() {
        for account in Sim::new(&Options { accounts: 9, messages: 0, ..Options::default() }).accounts() {
            assert_eq!(by_windows_id(account.windows_zone), Some(account.zone));
        }
    }

    #[test]
    fn iana_names_and_plus_signs_are_unknown() {
        assert_eq!(by_windows_id("Europe/Berlin"), None);
        assert_eq!(by_windows_id("Eastern+Standard+Time"), None);
    }
}
