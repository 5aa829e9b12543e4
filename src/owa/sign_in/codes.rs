//! The numbers behind `AADSTS`, in words.

/// What the number means, for people.
pub(in crate::owa) fn words(code: u32) -> &'static str {
    match code {
        50126 | 50056 => "the password was refused",
        50034 => "the sign-in name is not known",
        50128 => "the organisation is not known",
        50053 => "the account is locked after failed sign-ins",
        50057 => "the account is disabled",
        50055 | 50144 => "the password has expired",
        50072 | 50079 | 50125 => "a second factor has to be registered",
        50074 | 50076 => "a second factor is wanted",
        500_121 => "the second factor was refused or not answered",
        53000 => "the device does not comply with policy",
        53001 => "the device is not joined to the organisation",
        53003 => "conditional access refuses the sign-in",
        65001 => "consent is wanted",
        65002 | 700_016 => "the application is not authorised in the organisation",
        _ => "a reason that Microsoft names only by number",
    }
}
