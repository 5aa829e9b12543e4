//! Connecting a mailbox is pressed twice, or given up.

use super::connects::edges_with_sign_in;
use outlook_sim::SignIn;
use outlook_syncd::desk::DeskError;
use outlook_syncd::desk::sign_ins::SignInState;
use outlook_syncd::model::{Actor, Reach};
use outlook_syncd::owa::Answer;
use outlook_syncd::secret::secret;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pressed_twice_is_one_sign_in_and_another_password_waits_for_its_end() {
    let edges = edges_with_sign_in(SignIn::Mfa).await;
    let (account, actor, desk) = (edges.account(0), Actor::command_line(), &edges.app.desk);
    let password = secret(account.password.clone());
    let first = desk.connect(&actor, "u1", &account.smtp, &password).await.unwrap();
    assert_eq!(desk.connect(&actor, "u1", &account.smtp, &password).await.unwrap(), first);
    let other = secret("another password".to_owned());
    let refused = desk.connect(&actor, "u1", &account.smtp, &other).await.unwrap_err();
    assert!(matches!(refused, DeskError::SignInsUnderWay), "{refused:?}");
    let mut state = desk.sign_in(&actor, &first).unwrap();
    state.wait_for(|state| matches!(state, SignInState::Asks(_))).await.unwrap();
    desk.leave_unanswered(&actor, &first);
    assert!(desk.sign_in(&actor, &first).is_none());
    state.wait_for(|state| matches!(state, SignInState::Failed(_))).await.unwrap();
    let tried = edges.sim().password_attempts(&account.smtp);
    assert_eq!((tried.right, tried.wrong), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_before_its_password_is_tried_never_tries_it() {
    let edges = edges_with_sign_in(SignIn::Plain).await;
    let (account, actor, desk) = (edges.account(0), Actor::command_line(), &edges.app.desk);
    let id = desk.connect(&actor, "u1", &account.smtp, &secret(account.password.clone())).await.unwrap();
    let mut state = desk.sign_in(&actor, &id).unwrap();
    desk.leave_unanswered(&actor, &id);
    state.wait_for(|state| matches!(state, SignInState::Failed(_))).await.unwrap();
    let tried = edges.sim().password_attempts(&account.smtp);
    assert_eq!((tried.right, tried.wrong), (0, 0));
    assert!(edges.store().accounts(&Reach::Everyone).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_a_mailbox_from_another_who_is_being_asked_for_its_second_factor() {
    let edges = edges_with_sign_in(SignIn::Code).await;
    let (account, actor, desk) = (edges.account(0), Actor::command_line(), &edges.app.desk);
    let right = secret(account.password.clone());
    let id = desk.connect(&actor, "u1", &account.smtp, &right).await.unwrap();
    let mut state = desk.sign_in(&actor, &id).unwrap();
    state.wait_for(|state| matches!(state, SignInState::Asks(_))).await.unwrap();
    // Neither by a password that somebody made up, nor by the right one for another user.
    for password in [&secret("nonsense".to_owned()), &right] {
        for login in [account.smtp.clone(), account.smtp.to_uppercase()] {
            let refused = desk.connect(&actor, "u2", &login, password).await.unwrap_err();
            assert!(matches!(refused, DeskError::SignInsUnderWay), "{refused:?}");
        }
    }
    assert!(desk.answer(&actor, &id, Answer::Code(secret(account.one_time_code.clone()))));
    state.wait_for(SignInState::has_ended).await.unwrap();
    let SignInState::Connected(connected) = state.borrow().clone() else { panic!("{:?}", state.borrow()) };
    assert_eq!(connected.owner, "u1");
    let tried = edges.sim().password_attempts(&account.smtp);
    assert_eq!((tried.right, tried.wrong), (1, 0));
}
