//! The way back to the connects that whoever looks has begun and not finished, or that have connected nothing lately.

use super::Dashboard;
use super::attempt;
use super::conversation::{can_be_given_up, said};
use super::entry::Admitted;
use super::refusal::PageRefusal;
use crate::desk::ConnectSeen;
use crate::desk::sign_ins::SignInSeen;
use crate::model::{AccountId, Attempt, AttemptStanding};
use chrono::{DateTime, Utc};

/// One of them.
pub(super) struct OpenSignIn {
    /// Its page.
    pub(super) href: String,
    /// Where it is given up, while it can be.
    pub(super) end: Option<String>,
    /// What the person goes by, where that is known.
    pub(super) login: Option<String>,
    /// For whom it was begun.
    pub(super) owner: String,
    pub(super) begun_at: DateTime<Utc>,
    /// Which of the words says what it waits for.
    pub(super) waits: &'static str,
}

impl OpenSignIn {
    fn led(seen: SignInSeen) -> Self {
        let href = format!("/ui/connects/{}", seen.id);
        let end = can_be_given_up(&seen.state).then(|| format!("{href}/end"));
        let SignInSeen { owner, login, begun_at, state, .. } = seen;
        Self { href, end, login, owner, begun_at, waits: said(&state) }
    }

    fn at_microsoft(attempt: Attempt, login: Option<String>) -> Self {
        let href = format!("/ui/connect/attempts/{}", attempt.id);
        let is_pending = matches!(attempt.standing, AttemptStanding::Pending(_));
        let (end, waits) = (is_pending.then(|| format!("{href}/cancel")), attempt::said(&attempt.standing));
        Self { href, end, login, owner: attempt.owner, begun_at: attempt.begun_at, waits }
    }
}

/// All of them, or those that are about an account, the latest first.
pub(super) async fn under_way(
    dashboard: &Dashboard,
    guest: &Admitted,
    account: Option<&AccountId>,
) -> Result<Vec<OpenSignIn>, PageRefusal> {
    let (desk, actor) = (&dashboard.desk, &guest.actor);
    let mut all = Vec::new();
    for connect in desk.connects_to_tell(actor).await? {
        if account.is_some() && connect.account() != account {
            continue;
        }
        all.push(match connect {
            ConnectSeen::Led(seen) => OpenSignIn::led(*seen),
            ConnectSeen::Popup(attempt) => {
                let known = match &attempt.wanted {
                    Some(id) => desk.account(actor, id).await.ok(),
                    None => None,
                };
                OpenSignIn::at_microsoft(attempt, known.map(|account| account.name().into_owned()))
            }
        });
    }
    Ok(all)
}
