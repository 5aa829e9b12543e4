//! The connections that are open: no more than so many, so that clients that hold theirs in silence take the
//! descriptors neither of other clients nor of the cycle.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// The open connections. A clone is the same ones.
#[derive(Clone)]
pub(super) struct Connections {
    most: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    count: usize,
    /// What is given to the next one that waits.
    turn: u64,
    /// How to end those of which no whole request has come, the one that has waited longest first.
    waiting: BTreeMap<u64, CancellationToken>,
}

impl Open {
    fn wait(&mut self, end: CancellationToken) -> u64 {
        self.turn += 1;
        self.waiting.insert(self.turn, end);
        self.turn
    }
}

impl Connections {
    /// At most `most` at once.
    pub(super) fn new(most: usize) -> Self {
        Self { most, open: Arc::default() }
    }

    /// Room for one more. Where there is none, the connection that has waited longest for a request is ended;
    /// `None` when a request of each is under way.
    pub(super) fn admit(&self) -> Option<OpenConnection> {
        let mut open = self.open();
        if open.count >= self.most {
            open.waiting.pop_first()?.1.cancel();
        }
        open.count += 1;
        let ended = CancellationToken::new();
        let turn = open.wait(ended.clone());
        drop(open);
        Some(OpenConnection { all: self.clone(), ended, turn: Mutex::new(Some(turn)) })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        // A count and a map are whole whenever somebody panics.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that is open; dropped, it is closed.
pub(super) struct OpenConnection {
    all: Connections,
    /// Cancelled when it has to make room.
    pub(super) ended: CancellationToken,
    /// Its place among those that wait, unless a request is under way.
    turn: Mutex<Option<u64>>,
}

impl OpenConnection {
    /// Says that a request has begun: until its body has come, connections that have waited longer are ended first.
    pub(super) fn asked(&self) {
        let ended = self.ended.clone();
        self.set_turn(|open, turn| {
            turn.and_then(|turn| open.waiting.remove(&turn));
            Some(open.wait(ended))
        });
    }

    /// Says that a request has come whole and is under way until what this gives is dropped.
    pub(super) fn under_way(self: &Arc<Self>) -> UnderWay {
        self.set_turn(|open, turn| {
            turn.and_then(|turn| open.waiting.remove(&turn));
            None
        });
        UnderWay(Arc::clone(self))
    }

    fn set_turn(&self, next: impl FnOnce(&mut Open, Option<u64>) -> Option<u64>) {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        *turn = next(&mut self.all.open(), *turn);
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.set_turn(|open, turn| {
            open.count -= 1;
            turn.and_then(|turn| open.waiting.remove(&turn));
            None
        });
    }
}

/// A request of a connection that is whole and under way.
pub(super) struct UnderWay(Arc<OpenConnection>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let ended = self.0.ended.clone();
        self.0.set_turn(|open, _| Some(open.wait(ended)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waited_longest_makes_room_and_nobody_whose_request_is_under_way() {
        let connections = Connections::new(2);
        let [first, second] = [(); 2].map(|()| Arc::new(connections.admit().expect("room")));
        second.asked();
        first.asked();
        let asking = first.under_way();
        let third = connections.admit().expect("the place of the second");
        assert!(second.ended.is_cancelled() && !first.ended.is_cancelled());
        drop(second);
        let third = Arc::new(third);
        let also = third.under_way();
        assert!(connections.admit().is_none(), "both are asking");
        drop(asking);
        drop(also);
        let fourth = connections.admit().expect("the place of the first");
        assert!(first.ended.is_cancelled() && !third.ended.is_cancelled());
        drop((first, third, fourth));
        assert_eq!(connections.open().count, 0);
        assert!(connections.open().waiting.is_empty());
    }
}
