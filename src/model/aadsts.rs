//! The numbers behind `AADSTS`: what each says, and what it comes to, by whichever way Microsoft says it.
//! From Microsoft's reference of error codes and from what users of other programs have reported.
//!
//! A number has one verdict. A page of the browser and an answer of OAuth may word it otherwise; whether
//! time, the owner or somebody else has to act is the same.

use crate::error::{Disposition, WhoseTurn};
use AadstsClass::{
    Admin, CodeExpired, Consent, Declined, Disabled, Factor, FactorRefused, Locked, Name, NewFactor,
    OutsideCheck, Password, PasswordExpired, Policy, Reconnect, Registration, Request, Transient,
};

/// What a number comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AadstsClass {
    /// A passing fault.
    Transient,
    /// The account is locked for a while.
    Locked,
    /// The password is wrong.
    Password,
    /// The sign-in name is wrong.
    Name,
    /// The password has expired.
    PasswordExpired,
    /// A second factor is wanted.
    Factor,
    /// The second factor was refused or not answered.
    FactorRefused,
    /// A second factor has to be registered.
    NewFactor,
    /// A check outside of Microsoft is wanted.
    OutsideCheck,
    /// The sign-in has ended: expired, unused for too long, or revoked.
    Reconnect,
    /// The code was not used in time, or twice.
    CodeExpired,
    /// The person has not yet allowed what is asked for.
    Consent,
    /// The person said no.
    Declined,
    /// Only an administrator may allow it.
    Admin,
    /// The account is disabled.
    Disabled,
    /// A policy of the organisation says no.
    Policy,
    /// The application's registration is wrong: its secret, its certificate, its tenant.
    Registration,
    /// What is asked for is wrong: scope, resource, or the request itself.
    Request,
}

impl AadstsClass {
    /// What it means for the account, and who has to act. The operator's turn is that of whoever runs the
    /// application: where it is Outlook's own, IT has to look into it.
    #[must_use]
    pub fn verdict(self) -> (Disposition, WhoseTurn) {
        match self {
            Transient | Locked => (Disposition::Retry, WhoseTurn::Nobody),
            Password | Name | PasswordExpired | Factor | FactorRefused | NewFactor | OutsideCheck
            | Reconnect | CodeExpired | Consent | Declined => (Disposition::NeedsLogin, WhoseTurn::Owner),
            Admin | Disabled | Policy => (Disposition::Blocked, WhoseTurn::It),
            Registration | Request => (Disposition::Blocked, WhoseTurn::Operator),
        }
    }

    /// Whether it is said to those alone whose password was right.
    #[must_use]
    pub fn is_after_the_password(self) -> bool {
        matches!(
            self,
            PasswordExpired | Factor | FactorRefused | NewFactor | OutsideCheck | Consent | Declined | Policy
        )
    }
}

/// What a number says.
#[derive(Debug)]
pub struct Aadsts {
    /// The number without `AADSTS`, five to seven digits.
    pub number: u32,
    /// What it comes to.
    pub class: AadstsClass,
    /// What happened, for people: half a sentence without a full stop.
    pub what: &'static str,
    /// What else helps with the next step, in whole sentences; `None` where the class says it all.
    pub more: Option<&'static str>,
}

/// Said of a personal account's grant, and seen to be taken back minutes later.
pub const FLAPPING: u32 = 70000;

/// What a number says; `None` for one that is not known.
#[must_use]
pub fn of(number: u32) -> Option<&'static Aadsts> {
    NUMBERS.iter().find(|known| known.number == number)
}

/// What happened, for people, also where the number is not known.
#[must_use]
pub fn what(number: u32) -> &'static str {
    of(number).map_or("a reason that Microsoft names only by number", |known| known.what)
}

const fn row(number: u32, class: AadstsClass, what: &'static str) -> Aadsts {
    Aadsts { number, class, what, more: None }
}

const fn more(number: u32, class: AadstsClass, what: &'static str, more: &'static str) -> Aadsts {
    Aadsts { number, class, what, more: Some(more) }
}

/// Of 53000 and 53001: no sign-in from here can show such a device, and only IT enrols one. A sign-in by
/// OAuth is done in the owner's own browser, so it may succeed where the owner has one.
const DEVICE: &str = "An owner who has such a device may connect with Microsoft from it.";

/// Of what is wrong with the application's secret.
const NEW_SECRET: &str = "Make a new secret there, and write its value into oauth.client_secret_file: it counts at once, \
                          without a restart, and all accounts go on by themselves.";

/// Of what is wrong with the application's certificate.
const CERTIFICATE: &str = "Upload the certificate of oauth.client_certificate_file there, under `Certificates & secrets`; or write \
                           into that file one that is there, with its key: it counts at once, without a restart.";

/// Each number that is known.
pub const NUMBERS: &[Aadsts] = &[
    row(50126, Password, "the password was refused"),
    row(50056, Password, "the password was refused"),
    row(50064, Password, "the name or the password was refused"),
    row(50034, Name, "the sign-in name is not known"),
    row(50128, Name, "the organisation is not known"),
    row(50059, Name, "the organisation is not known"),
    row(51004, Name, "the sign-in name is not known in the organisation"),
    row(50053, Locked, "the account is locked after failed sign-ins"),
    row(50057, Disabled, "the account is disabled"),
    row(50055, PasswordExpired, "the password has expired"),
    row(50144, PasswordExpired, "the password has expired"),
    row(50135, PasswordExpired, "the password has to be changed, for the account looks risky"),
    row(50137, PasswordExpired, "the password has to be changed"),
    row(70008, Reconnect, "the sign-in has expired or was not used for too long"),
    row(700_082, Reconnect, "the sign-in was not used for 90 days"),
    row(50173, Reconnect, "the sign-in was revoked, or the password has changed"),
    row(70043, Reconnect, "the organisation wants a new sign-in every so often, and that time is over"),
    row(70044, Reconnect, "the organisation wants a new sign-in every so often, and that time is over"),
    more(
        700_084,
        Reconnect,
        "the sign-in of a single-page application ends after 24 hours",
        "The operator should register the redirect address as `Web` (without a secret as `Mobile and desktop \
         applications`), not as `SPA`.",
    ),
    row(50089, Reconnect, "the sign-in has expired"),
    row(50132, Reconnect, "the session is no longer valid: the password has changed or has expired"),
    row(50133, Reconnect, "the session is no longer valid: the password has changed or has expired"),
    row(FLAPPING, Reconnect, "the sign-in is no longer valid, or was taken back"),
    row(9_002_313, Reconnect, "the sign-in cannot be read"),
    row(50076, Factor, "a second factor is wanted"),
    row(50074, Factor, "a second factor is wanted"),
    row(50078, Factor, "the second factor has expired"),
    row(500_121, FactorRefused, "the second factor was refused or not answered"),
    row(50072, NewFactor, "a second factor has to be registered"),
    row(50079, NewFactor, "a second factor has to be registered"),
    row(50125, NewFactor, "a second factor has to be registered"),
    row(50158, OutsideCheck, "a check outside of Microsoft is wanted, such as terms of use"),
    more(53000, Policy, "the organisation wants a device that it manages", DEVICE),
    more(53001, Policy, "the organisation wants a device that is joined to it", DEVICE),
    more(50097, Policy, "the organisation wants to know the device", DEVICE),
    more(50129, Policy, "the organisation wants a device that is registered with it", DEVICE),
    more(50155, Policy, "the device was not recognised", DEVICE),
    row(50105, Policy, "the person is not assigned to the application"),
    row(50131, Policy, "conditional access refuses it"),
    row(53002, Policy, "the organisation allows only applications that it has approved"),
    row(53003, Policy, "conditional access refuses it"),
    row(53004, Policy, "the sign-in looks risky, and a second factor cannot be registered from it"),
    row(53005, Policy, "the organisation wants an application that protects its data"),
    row(53006, Policy, "the organisation's own sign-in service has to confirm a second factor"),
    row(53007, Policy, "conditional access refuses it"),
    row(53008, Policy, "the browser is not one that the organisation supports"),
    row(53009, Policy, "the organisation wants an application that protects its data"),
    row(
        53010,
        Policy,
        "a second factor may be registered only from places or devices that the organisation names",
    ),
    row(53011, Policy, "the person's own organisation calls the account risky"),
    row(530_032, Policy, "a security policy of the organisation refuses it"),
    row(530_033, Policy, "the organisation does not allow the device code: it wants to know the device"),
    row(530_035, Policy, "the organisation's security defaults refuse it"),
    row(530_084, Policy, "the organisation wants tokens that are bound to a device"),
    row(65001, Consent, "what is asked for was not allowed yet"),
    row(65004, Declined, "the owner did not allow what is asked for"),
    row(90094, Admin, "only an administrator may allow what is asked for"),
    row(90095, Admin, "only an administrator may allow what is asked for; a request can be sent there"),
    row(900_941, Admin, "only an administrator may allow what is asked for"),
    more(7_000_215, Registration, "the client secret is wrong", NEW_SECRET),
    more(70002, Registration, "the client secret is wrong", NEW_SECRET),
    more(7_000_222, Registration, "the client secret has expired", NEW_SECRET),
    more(700_027, Registration, "the certificate is not the registered one", CERTIFICATE),
    more(50012, Registration, "the certificate or its signature is not accepted", CERTIFICATE),
    more(
        700_024,
        Registration,
        "the certificate's assertion is not of now",
        "Set this machine's clock: an assertion holds for ten minutes.",
    ),
    more(
        7_000_218,
        Registration,
        "a client secret or a certificate is wanted and none is configured",
        "Set oauth.client_secret_file or oauth.client_certificate_file, or register the redirect address under `Mobile and desktop \
         applications`; for the device code allow public client flows there.",
    ),
    more(
        700_025,
        Registration,
        "the registration is a public client, which must not send a secret or an assertion",
        "Take oauth.client_secret_file or oauth.client_certificate_file out.",
    ),
    row(65002, Registration, "the application is not authorised in the organisation"),
    row(700_016, Registration, "the application is not known in this tenant"),
    row(700_011, Registration, "the application is not known in this tenant"),
    row(70001, Registration, "the application is not known in this tenant"),
    row(50020, Registration, "the account is not of a tenant that the registration admits"),
    more(
        50194,
        Registration,
        "the registration is of one tenant and is asked through `common`",
        "Set oauth.tenant to that tenant.",
    ),
    row(9_002_332, Registration, "the registration admits another kind of account"),
    row(7_000_112, Registration, "the application is disabled"),
    row(70011, Request, "a scope is wrong, or two do not go together"),
    row(28000, Request, "scopes of two resources were asked for at once"),
    row(28002, Request, "a scope is wrong"),
    row(28003, Request, "no scope was asked for"),
    row(700_022, Request, "scopes of two resources were asked for at once"),
    row(700_023, Request, "a scope is wrong"),
    row(500_011, Request, "the resource is not known in this tenant"),
    row(650_057, Request, "the resource is not among the permissions of the registration"),
    row(650_056, Registration, "the registration lists no permission for the resource"),
    row(700_005, Request, "the code is of another tenant"),
    row(50033, Transient, "a passing fault at Microsoft"),
    row(50087, Transient, "a passing fault at Microsoft"),
    row(50088, Transient, "too many calls and text messages for second factors"),
    row(50134, Transient, "asked in the wrong data centre"),
    row(50196, Transient, "asked too often in a row"),
    row(70012, Transient, "a passing fault at Microsoft"),
    row(80001, Transient, "the organisation's own check of passwords cannot be reached"),
    row(80002, Transient, "the organisation's own check of passwords did not answer in time"),
    row(80005, Transient, "the organisation's own check of passwords failed"),
    row(80007, Transient, "the organisation's own check of passwords failed"),
    row(80014, Transient, "the organisation's own check of passwords did not answer in time"),
    row(90006, Transient, "a passing fault at Microsoft"),
    row(90012, Transient, "Microsoft did not answer in time"),
    row(90024, Transient, "asked too often: Microsoft's budget is used up"),
    row(90033, Transient, "a passing fault at Microsoft"),
    row(90055, Transient, "too many requests"),
    row(90090, Transient, "a passing fault at Microsoft"),
    row(54005, CodeExpired, "the code was used before"),
    row(70018, CodeExpired, "the code is not known"),
    row(70019, CodeExpired, "the code has expired"),
    row(90119, CodeExpired, "the code that was typed is not right"),
    row(90120, CodeExpired, "the code that was typed was refused"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_stands_twice() {
        for (at, known) in NUMBERS.iter().enumerate() {
            assert!(NUMBERS[..at].iter().all(|before| before.number != known.number), "{}", known.number);
        }
    }

    #[test]
    fn every_number_of_conditional_access_is_a_policys_refusal() {
        for number in 53000..=53011 {
            assert_eq!(of(number).map(|known| known.class), Some(Policy), "{number}");
        }
    }
}
