//! Which tokens there are: whoever holds one is kept out by nobody who guesses at the same address, and waits for no
//! other call of theirs.
//!
//! Tokens are random, and their rows are marked by the ring: a list of their hashes tells a made-up one from one that was
//! given out, whatever it is called with. It lets nobody in. What it says is good is looked for as ever, and uncounted;
//! what it does not know is a guess until it was looked for.

use super::refused::{Peer, held};
use crate::desk::{Desk, GoodTokens};
use crate::model::Networks;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The list is read anew no sooner, however many tokens come that are not in it.
const AGAIN: Duration = Duration::from_secs(2);

/// The list as it is being read, for all who wait for it; `None` where the database cannot say.
type Reading = Shared<BoxFuture<'static, Option<Arc<GoodTokens>>>>;

/// The tokens that were there lately.
#[derive(Default)]
pub(super) struct KnownTokens {
    tokens: Mutex<Arc<GoodTokens>>,
    reading: Mutex<Option<(Instant, Reading)>>,
    /// Those that the list may have been read too early for, with when they were learnt.
    learnt: Mutex<HashMap<[u8; 32], (Instant, Networks)>>,
}

impl KnownTokens {
    /// Whether the token of this hash was there lately, and may be used from there.
    pub(super) async fn has(&self, desk: &Arc<Desk>, peer: Peer, hash: &[u8; 32]) -> bool {
        let is_good =
            |tokens: &GoodTokens| tokens.get(hash).is_some_and(|networks| networks.hold(peer.address()));
        if is_good(&held(&self.tokens)) {
            return true;
        }
        let (since, reading) = self.reading(desk);
        let Some(mut tokens) = reading.await else { return false };
        {
            let mut learnt = held(&self.learnt);
            learnt.retain(|_, (at, _)| *at >= since);
            let learnt = learnt.iter().map(|(hash, (_, networks))| (*hash, networks.clone()));
            Arc::make_mut(&mut tokens).extend(learnt);
        }
        let is_good = is_good(&tokens);
        *held(&self.tokens) = tokens;
        is_good
    }

    /// One that was made just now, or looked for and found good.
    pub(super) fn learn(&self, hash: [u8; 32], networks: Networks) {
        held(&self.learnt).insert(hash, (Instant::now(), networks.clone()));
        Arc::make_mut(&mut held(&self.tokens)).insert(hash, networks);
    }

    /// One that was there, and is good no more.
    pub(super) fn forget(&self, hash: &[u8; 32]) {
        held(&self.learnt).remove(hash);
        if Arc::make_mut(&mut held(&self.tokens)).remove(hash).is_some() {
            *held(&self.reading) = None;
        }
    }

    /// The list, and since when it is read.
    fn reading(&self, desk: &Arc<Desk>) -> (Instant, Reading) {
        let mut last = held(&self.reading);
        if let Some(reading) = last.as_ref().filter(|(since, _)| since.elapsed() < AGAIN) {
            return reading.clone();
        }
        let desk = Arc::clone(desk);
        let reading = async move { desk.good_tokens().await.ok().map(Arc::new) }.boxed().shared();
        let reading = (Instant::now(), reading);
        *last = Some(reading.clone());
        reading
    }
}
