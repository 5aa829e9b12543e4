//! What is said of a sign-in that did not come to its end.

use super::Lead;
use crate::desk::error::DeskError;
use crate::error::{Disposition, Extent, WhoseTurn};
use crate::sync::Failure;

const IS_STORED: &str = "The password was accepted and the sign-in is stored: `outlook-syncd status` tells after the next cycle how \
                         the account does.";

const LOOK: &str =
    "look at the network, DNS and firewall of this machine; `outlook-syncd doctor` tells what it reaches.";

impl Lead {
    /// What passes by itself is tried again by nobody, unless a session was stored: the next cycle goes on
    /// with it, also where what came after the password was not understood.
    pub(super) fn failed(&self, error: DeskError) -> Failure {
        let mut failure = self.without_session(error.into());
        if self.accepted && failure.meaning.disposition == Disposition::Drift {
            failure.meaning.next = format!("{} {IS_STORED}", failure.meaning.next).into();
        }
        if !self.accepted && failure.meaning.whose_turn == WhoseTurn::Nobody {
            failure.meaning.whose_turn = WhoseTurn::Owner;
            failure.meaning.next = "nobody tries it again by itself: connect the account again.".into();
        }
        failure
    }

    /// A sign-in that failed because this machine reaches nobody says so.
    pub(super) async fn with_network(&self, failure: Failure) -> Failure {
        if self.accepted || failure.meaning.extent != Extent::Network {
            return failure;
        }
        let Err(proxy) = self.desk.owa.reach().await else { return failure };
        let is_of_proxy = proxy.is_some();
        let mut failure = failure.of_network(proxy);
        let mend = if is_of_proxy { &failure.meaning.next } else { LOOK };
        failure.meaning.next = format!("{mend} Then connect the account again.").into();
        failure
    }

    /// Where no session was stored, nothing can be looked at again.
    pub(super) fn without_session(&self, mut failure: Failure) -> Failure {
        if !self.accepted && std::mem::take(&mut failure.meaning.on_request) {
            failure.meaning.next = format!("{} Then connect the account again.", failure.meaning.next).into();
        }
        failure
    }
}
