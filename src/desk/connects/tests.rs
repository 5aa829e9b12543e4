use super::*;
use crate::error::{Meaning, WhoseTurn};
use crate::model::{AttemptFailure, AttemptId, SignInId};
use crate::sync::Failure;
use crate::testing::now;

/// By which way, how it stands.
#[derive(Clone, Copy)]
enum ConnectStanding {
    Open,
    Failed,
    Connected,
    Expired,
    Ended(AttemptEnd),
}
use ConnectStanding::{Connected, Ended, Expired, Failed, Open};

fn popup(owner: &str, standing: ConnectStanding, begun_at: DateTime<Utc>) -> ConnectSeen {
    let failed = |code: &str| {
        let (code, whose_turn) = (code.to_owned(), WhoseTurn::Owner);
        AttemptStanding::Failed(AttemptFailure { code, whose_turn, hint: String::new() })
    };
    let standing = match standing {
        Open => AttemptStanding::Pending(None),
        Failed => failed("oauth_declined"),
        Connected => AttemptStanding::Connected(AccountId::from("a".to_owned())),
        Expired => AttemptStanding::Expired,
        Ended(end) => failed(end.as_str()),
    };
    ConnectSeen::Popup(Attempt {
        id: AttemptId::from("attempt".to_owned()),
        owner: owner.to_owned(),
        wanted: None,
        begun_at,
        ended_at: None,
        standing,
    })
}

fn led(owner: &str, state: SignInState, begun_at: DateTime<Utc>) -> ConnectSeen {
    let (id, owner) = (SignInId::from("led".to_owned()), owner.to_owned());
    ConnectSeen::Led(Box::new(SignInSeen { id, owner, login: None, account: None, begun_at, state }))
}

fn refused() -> SignInState {
    let meaning = Meaning::needs_login("password_refused", WhoseTurn::Owner, "type it again.");
    SignInState::Failed(Failure { meaning, message: "refused".to_owned() })
}

/// Which of these are told, which began a minute apart, the latest first.
fn told(all: Vec<impl FnOnce(DateTime<Utc>) -> ConnectSeen>) -> Vec<i64> {
    let begun = |minutes: usize| now() - TimeDelta::minutes(i64::try_from(minutes).unwrap());
    let all = all.into_iter().enumerate().map(|(minutes, one)| one(begun(minutes)));
    let told = to_tell(all.collect(), now() - TOLD);
    told.into_iter().map(|one| (now() - one.begun_at()).num_minutes()).collect()
}

#[test]
fn what_failed_is_told_until_its_user_has_begun_another_or_if_they_did_not_end_it_themselves() {
    for (all, expected) in [
        (vec![("u1", Failed)], vec![0]),
        (vec![("u1", Expired)], vec![]),
        (vec![("u1", Open), ("u1", Failed)], vec![0]),
        (vec![("u1", Connected), ("u1", Failed)], vec![]),
        (vec![("u1", Ended(AttemptEnd::Cancelled)), ("u1", Failed)], vec![]),
        (vec![("u1", Ended(AttemptEnd::Replaced)), ("u1", Open)], vec![1]),
        (vec![("u2", Connected), ("u1", Failed)], vec![1]),
    ] {
        let all = all.into_iter().map(|(owner, standing)| move |at| popup(owner, standing, at));
        assert_eq!(told(all.collect()), expected);
    }
}

#[test]
fn a_password_that_was_refused_is_told_no_more_once_microsoft_has_connected_the_mailbox() {
    type Began = Box<dyn FnOnce(DateTime<Utc>) -> ConnectSeen>;
    let by_password = || -> Began { Box::new(|at| led("u1", refused(), at)) };
    let by_popup = |standing| -> Began { Box::new(move |at| popup("u1", standing, at)) };
    assert_eq!(told(vec![by_password()]), [0]);
    assert_eq!(told(vec![by_popup(Connected), by_password()]), Vec::<i64>::new());
    assert_eq!(told(vec![by_password(), by_popup(Failed)]), [0], "of both the last");
    let of_another: Began = Box::new(|at| popup("u2", Connected, at));
    assert_eq!(told(vec![of_another, by_password()]), [1]);
}

#[test]
fn what_failed_an_hour_ago_is_told_no_more() {
    let failed = |minutes| led("u1", refused(), now() - TimeDelta::minutes(minutes));
    assert_eq!(to_tell(vec![failed(59)], now() - TOLD).len(), 1);
    assert!(to_tell(vec![failed(61)], now() - TOLD).is_empty());
}
