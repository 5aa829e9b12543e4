//! A mailbox that changes its road: its rows stay what they are.

mod alike;
mod histories;
mod mailbox;
mod scripted;
mod simulated;

use crate::store::{at, line, text};
use chrono::{DateTime, Utc};
use outlook_syncd::clock::Clock;
use outlook_syncd::model::{Part, Road, RoadChange};
use outlook_syncd::store::{Claim, RoadWish, Store};
use outlook_syncd::sync::change::RoadLook;
use outlook_syncd::sync::mail::MailSource;
use outlook_syncd::sync::{Brake, Failure};

/// What a look at another road needs beside the mailbox.
struct Ground<'a> {
    store: &'a Store,
    claim: &'a Claim,
    clock: &'a Clock,
    wanted: &'a [String],
    horizon: DateTime<Utc>,
    brake: Brake,
}

impl Ground<'_> {
    /// Asks for a road and looks at it, as a turn does; what came of it.
    async fn look<S: MailSource>(
        &self,
        road: Road,
        shadow: bool,
        source: &mut S,
    ) -> Result<RoadChange, Failure> {
        let Ground { store, claim, clock, wanted, horizon, brake } = *self;
        let id = &claim.account.id;
        let (asked_by, asked_at) = ("command line".to_owned(), clock.now());
        let wish = RoadWish { road, shadow, asked_by, asked_at, tries: 0 };
        store.ask_for_road(id, &wish, &line(asked_at)).await.unwrap();
        // As due as ever.
        store.schedule(id, Part::Mail, at(0)).await.unwrap();
        let wish = store.road_wish(id).await.unwrap().unwrap();
        let look = RoadLook { store, claim, clock, wanted, horizon, brake, wish: &wish };
        let state = look.take(source).await?;
        let change = store.road_change(id).await.unwrap().unwrap();
        assert_eq!(change.state, state);
        Ok(change)
    }
}

/// Ids of all that is stored.
async fn rows(store: &Store) -> Option<String> {
    text(store, "SELECT string_agg(id, ' ' ORDER BY id) FROM message").await
}

/// All that a change of road may touch.
async fn all(store: &Store) -> Vec<Option<String>> {
    let mut all = Vec::new();
    for query in [
        "SELECT string_agg(message_id || space || item_id, ' ' ORDER BY message_id, space, item_id) FROM message_key",
        "SELECT string_agg(id || COALESCE(change_key, '-') || revision, ' ' ORDER BY id) FROM message",
        "SELECT string_agg(id || COALESCE(remote_id, '-') || COALESCE(cursor, '-') || coverage, ' ' ORDER BY id) FROM folder",
        "SELECT string_agg(id || road, ' ' ORDER BY id) FROM account",
    ] {
        all.push(text(store, query).await);
    }
    all
}
