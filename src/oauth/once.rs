//! What is asked of the sign-in service once for all who want it.

use super::OAuthError;
use crate::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::{BoxFuture, FutureExt, Shared, WeakShared};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long what was fetched is believed.
const BELIEVED: TimeDelta = TimeDelta::hours(24);
/// How long a failure is the answer: whoever comes right after those that waited does not wait as well.
const FAILED: TimeDelta = TimeDelta::seconds(5);

type Outcome<T> = Result<T, OAuthError>;
type Flight<T> = Shared<BoxFuture<'static, Outcome<T>>>;

/// Work that is done once for all who want its outcome at the same time. It goes on while anybody waits.
pub(super) struct SingleFlight<K, T: Clone>(Arc<Mutex<HashMap<K, WeakFlight<T>>>>);

type WeakFlight<T> = WeakShared<BoxFuture<'static, Outcome<T>>>;

impl<K, T: Clone> Clone for SingleFlight<K, T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, T: Clone> Default for SingleFlight<K, T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K, T> SingleFlight<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// The outcome of `work`, or of what is under way by the same key.
    pub(super) async fn join(
        &self,
        key: K,
        work: impl Future<Output = Outcome<T>> + Send + 'static,
    ) -> Outcome<T> {
        self.flight(key, work).await
    }

    fn flight(&self, key: K, work: impl Future<Output = Outcome<T>> + Send + 'static) -> Flight<T> {
        let mut under_way = lock(&self.0);
        if let Some(flight) = under_way.get(&key).and_then(WeakShared::upgrade) {
            return flight;
        }
        let (all, own) = (Arc::clone(&self.0), key.clone());
        let flight = async move {
            let outcome = work.await;
            lock(&all).remove(&own);
            outcome
        };
        let flight = flight.boxed().shared();
        under_way.extend(flight.downgrade().map(|weak| (key, weak)));
        flight
    }
}

/// What is fetched once a day.
pub(super) struct Remembered<K, T: ?Sized> {
    known: Arc<Mutex<HashMap<K, LastAnswers<T>>>>,
    flights: SingleFlight<K, Arc<T>>,
    clock: Clock,
}

/// The last good answer and the last failure since, each with when it came.
struct LastAnswers<T: ?Sized> {
    good: Option<(DateTime<Utc>, Arc<T>)>,
    failed: Option<(DateTime<Utc>, OAuthError)>,
}

impl<T: ?Sized> Default for LastAnswers<T> {
    fn default() -> Self {
        Self { good: None, failed: None }
    }
}

impl<T: ?Sized> LastAnswers<T> {
    /// What is believed at `now`, if it is another than `unfit`; else the failure that is still news.
    fn at(&self, now: DateTime<Utc>, unfit: Option<&Arc<T>>) -> Option<Outcome<Arc<T>>> {
        let fits = |known: &Arc<T>| !unfit.is_some_and(|unfit| Arc::ptr_eq(known, unfit));
        let good = self.good.as_ref().filter(|(at, known)| now - *at < BELIEVED && fits(known));
        let failed = self.failed.as_ref().filter(|(at, _)| now - *at < FAILED);
        good.map(|(_, known)| Ok(Arc::clone(known))).or(failed.map(|(_, error)| Err(error.clone())))
    }

    fn take(&mut self, outcome: &Outcome<Arc<T>>, now: DateTime<Utc>) {
        match outcome {
            Ok(good) => *self = Self { good: Some((now, Arc::clone(good))), failed: None },
            Err(error) => self.failed = Some((now, error.clone())),
        }
    }
}

impl<K, T> Remembered<K, T>
where
    K: Clone + Eq + Hash + Send + 'static,
    T: ?Sized + Send + Sync + 'static,
{
    pub(super) fn new(clock: Clock) -> Self {
        Self { known: Arc::default(), flights: SingleFlight::default(), clock }
    }

    /// What is known under a key, another than `unfit`, or what `fetch` gives: then all who ask wait for the one
    /// fetch.
    pub(super) async fn get(
        &self,
        key: K,
        unfit: Option<&Arc<T>>,
        fetch: impl Future<Output = Outcome<Arc<T>>> + Send + 'static,
    ) -> Outcome<Arc<T>> {
        let now = self.clock.now();
        if let Some(known) = lock(&self.known).get(&key).and_then(|known| known.at(now, unfit)) {
            return known;
        }
        let (known, clock, own) = (Arc::clone(&self.known), self.clock.clone(), key.clone());
        let fetch = async move {
            let outcome = fetch.await;
            lock(&known).entry(own).or_default().take(&outcome, clock.now());
            outcome
        };
        self.flights.join(key, fetch).await
    }
}

/// Nothing that is done under these locks leaves them half done.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
