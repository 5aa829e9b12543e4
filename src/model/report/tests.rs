use super::*;
use crate::error::WhoseTurn;

fn error(disposition: Disposition) -> LastError {
    LastError {
        disposition,
        code: String::new(),
        message: String::new(),
        whose_turn: WhoseTurn::Nobody,
        hint: String::new(),
        at: DateTime::UNIX_EPOCH,
    }
}

fn report(dispositions: &[Option<Disposition>], interrupted: bool) -> CycleReport {
    let at = DateTime::UNIX_EPOCH;
    let outcome = |disposition: &Option<Disposition>| AccountOutcome {
        account_id: AccountId::new(at),
        name: String::new(),
        folders: Vec::new(),
        parts: Vec::new(),
        error: disposition.map(error),
        millis: 0,
    };
    let accounts = dispositions.iter().map(outcome).collect();
    CycleReport { accounts, interrupted, ..CycleReport::new(Trigger::Once, at) }
}

#[test]
fn the_worst_account_says_what_a_run_ends_with_and_an_interrupted_cycle_is_to_be_repeated() {
    let needs_login = Some(Disposition::NeedsLogin);
    assert_eq!(report(&[], false).exit(), Exit::Success);
    assert_eq!(report(&[None], false).exit(), Exit::Success);
    assert_eq!(report(&[None, needs_login, Some(Disposition::Retry)], false).exit(), Exit::Denied);
    assert_eq!(report(&[None], true).exit(), Exit::Retry);
    assert_eq!(report(&[needs_login], true).exit(), Exit::Denied);
}

#[test]
fn an_account_does_as_badly_as_the_worst_of_its_parts() {
    let part = |part, disposition: Option<Disposition>| PartOutcome {
        part,
        error: disposition.map(error),
        warning: None,
        import: None,
        millis: 5,
    };
    let (retry, drift) = (Some(Disposition::Retry), Some(Disposition::Drift));
    for (mail, contacts, worst) in
        [(None, None, None), (retry, None, retry), (None, drift, drift), (drift, retry, drift)]
    {
        let mut outcome = report(&[None], false).accounts.remove(0);
        outcome.ended(part(Part::Mail, mail));
        outcome.ended(part(Part::Contacts, contacts));
        assert_eq!(outcome.error.map(|error| error.disposition), worst);
        assert_eq!((outcome.parts.len(), outcome.millis), (2, 10));
    }
}
