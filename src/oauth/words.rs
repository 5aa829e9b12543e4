//! The numbers behind `AADSTS` in words, and the class that each means where OAuth's own word leaves it open. From
//! Microsoft's reference of error codes and from what users of other programs have reported.

use crate::model::RefusalClass;
use RefusalClass::{
    Admin, CodeExpired, Consent, Declined, Interaction, Policy, Reconnect, Registration, Request, Transient,
};

/// What a number says.
#[derive(Debug)]
pub(super) struct Words {
    number: u32,
    pub(super) class: RefusalClass,
    /// What happened.
    pub(super) what: &'static str,
    /// What else helps with the next step.
    pub(super) more: Option<&'static str>,
}

/// Said of a personal account's grant, and seen to be taken back minutes later.
pub(super) const FLAPPING: u32 = 70000;

/// The words for a number.
pub(super) fn of(number: u32) -> Option<&'static Words> {
    NUMBERS.iter().find(|words| words.number == number)
}

/// Whose turn a refusal is, and the next step.
pub(super) fn turn(class: RefusalClass) -> &'static str {
    match class {
        Transient => "Nobody's turn: it is tried again.",
        Reconnect => "The owner's turn: connect the mailbox with Microsoft again. Everything stored stays.",
        Interaction => {
            "The owner's turn: connect the mailbox with Microsoft again and do what Microsoft asks for there, \
             such as a second factor."
        }
        Consent => "The owner's turn: connect the mailbox with Microsoft again and accept what is asked for.",
        Admin => {
            "IT's turn: an administrator of the organisation has to allow this application first; \
             the owner connects afterwards."
        }
        Registration => {
            "The operator's turn: the application's registration at Microsoft and section [oauth] of the \
             configuration do not fit. The owner need not do anything."
        }
        Request => {
            "The operator's turn: Microsoft does not accept what is asked for; compare oauth.uses with the \
             permissions of the registration, then report it."
        }
        Policy => {
            "IT's turn: a policy of the organisation refuses this sign-in. Nothing here works around it."
        }
        Declined => "The owner's turn: the sign-in was cancelled or refused; connect again and accept.",
        CodeExpired => "The owner's turn: begin the sign-in again; its code was not used in time, or twice.",
    }
}

const fn words(number: u32, class: RefusalClass, what: &'static str) -> Words {
    Words { number, class, what, more: None }
}

const fn more(number: u32, class: RefusalClass, what: &'static str, more: &'static str) -> Words {
    Words { number, class, what, more: Some(more) }
}

const NUMBERS: &[Words] = &[
    words(70008, Reconnect, "the sign-in has expired or was not used for too long"),
    words(700_082, Reconnect, "the sign-in was not used for 90 days"),
    words(50173, Reconnect, "the sign-in was revoked, or the password has changed"),
    words(70043, Reconnect, "the organisation wants a new sign-in every so often, and that time is over"),
    more(
        700_084,
        Reconnect,
        "the sign-in of a single-page application ends after 24 hours",
        "The operator should register the redirect address as `Web` (without a secret as `Mobile and desktop applications`), not as `SPA`.",
    ),
    words(50089, Reconnect, "the sign-in has expired"),
    words(50133, Reconnect, "the session is no longer valid: the password has changed or has expired"),
    words(FLAPPING, Reconnect, "the sign-in is no longer valid, or was taken back"),
    words(9_002_313, Reconnect, "the sign-in cannot be read"),
    words(50076, Interaction, "a second factor is wanted"),
    words(50079, Interaction, "a second factor has to be registered"),
    words(50072, Interaction, "a second factor has to be registered"),
    words(50074, Interaction, "a second factor is wanted"),
    words(50078, Interaction, "the second factor has expired"),
    words(50158, Interaction, "a check outside of Microsoft is wanted, such as terms of use"),
    more(
        53000,
        Interaction,
        "the organisation wants a managed device",
        "If there is none, IT has to change the policy.",
    ),
    more(
        53001,
        Interaction,
        "the organisation wants a device that is joined to it",
        "If there is none, IT has to change the policy.",
    ),
    words(53003, Policy, "conditional access refuses it"),
    words(530_032, Policy, "a security policy of the organisation refuses it"),
    words(65001, Consent, "what is asked for was not allowed yet"),
    words(65004, Declined, "the owner did not allow what is asked for"),
    words(90094, Admin, "only an administrator may allow what is asked for"),
    words(90095, Admin, "only an administrator may allow what is asked for; a request can be sent there"),
    words(900_941, Admin, "only an administrator may allow what is asked for"),
    words(7_000_215, Registration, "the client secret is wrong"),
    more(
        7_000_222,
        Registration,
        "the client secret has expired",
        "Make a new secret there, and write it into oauth.client_secret_file.",
    ),
    words(700_027, Registration, "the certificate is not the registered one"),
    words(50012, Registration, "the certificate or its signature is not accepted"),
    more(
        7_000_218,
        Registration,
        "a client secret is wanted and none is configured",
        "Set oauth.client_secret_file, or register the redirect address under `Mobile and desktop \
         applications`; for the device code allow public client flows there.",
    ),
    more(
        700_025,
        Registration,
        "the registration is a public client, which must not send a secret",
        "Take oauth.client_secret_file out.",
    ),
    words(700_016, Registration, "the application is not known in this tenant"),
    words(700_011, Registration, "the application is not known in this tenant"),
    words(50020, Registration, "the account is not of a tenant that the registration admits"),
    more(
        50194,
        Registration,
        "the registration is of one tenant and is asked through `common`",
        "Set oauth.tenant to that tenant.",
    ),
    words(9_002_332, Registration, "the registration admits another kind of account"),
    words(7_000_112, Registration, "the application is disabled"),
    words(70011, Request, "a scope is wrong, or two do not go together"),
    words(28000, Request, "scopes of two resources were asked for at once"),
    words(28002, Request, "a scope is wrong"),
    words(28003, Request, "no scope was asked for"),
    words(700_022, Request, "scopes of two resources were asked for at once"),
    words(700_023, Request, "a scope is wrong"),
    words(500_011, Request, "the resource is not known in this tenant"),
    words(650_057, Request, "the resource is not among the permissions of the registration"),
    words(50033, Transient, "a passing fault at Microsoft"),
    words(50087, Transient, "a passing fault at Microsoft"),
    words(50134, Transient, "asked in the wrong data centre"),
    words(50196, Transient, "asked too often in a row"),
    words(70012, Transient, "a passing fault at Microsoft"),
    words(90006, Transient, "a passing fault at Microsoft"),
    words(90012, Transient, "Microsoft did not answer in time"),
    words(90024, Transient, "asked too often: Microsoft's budget is used up"),
    words(90033, Transient, "a passing fault at Microsoft"),
    words(90055, Transient, "too many requests"),
    words(90090, Transient, "a passing fault at Microsoft"),
    words(54005, CodeExpired, "the code was used before"),
    words(70018, CodeExpired, "the code is not known"),
    words(70019, CodeExpired, "the code has expired"),
    words(90119, CodeExpired, "the code that was typed is not right"),
    words(90120, CodeExpired, "the code that was typed was refused"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_stands_twice() {
        for (at, words) in NUMBERS.iter().enumerate() {
            assert!(NUMBERS[..at].iter().all(|before| before.number != words.number), "{}", words.number);
        }
    }
}
