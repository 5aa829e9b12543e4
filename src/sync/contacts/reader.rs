//! How cycles bring contacts into step: by Microsoft Graph.

use super::graph::GraphContacts;
use super::reading::ContactsReading;
use super::settings::ContactSettings;
use crate::clock::Clock;
use crate::graph::Graph;
use crate::model::{CycleId, Direction};
use crate::oauth::OAuth;
use crate::store::{Claim, Store};
use crate::sync::turn::{PartRead, Read};
use crate::sync::{Brake, ReadContacts, Settings};
use std::ops::ControlFlow;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// So many contacts of an account may be called gone at once, whatever share of them they are.
const FEW: u32 = 25;

/// How many contacts of an account a turn may call gone.
#[must_use]
pub fn contacts_brake(settings: &Settings) -> Brake {
    Brake { items: FEW, ..settings.brake }
}

#[derive(Clone)]
struct GraphReader {
    store: Store,
    oauth: OAuth,
    graph: Graph,
    clock: Clock,
    settings: Settings,
    contacts: ContactSettings,
}

/// Brings contacts into step by Graph.
#[must_use]
pub fn by_graph(
    store: Store,
    oauth: OAuth,
    graph: Graph,
    clock: Clock,
    (settings, contacts): (Settings, ContactSettings),
) -> ReadContacts {
    let reader = GraphReader { store, oauth, graph, clock, settings, contacts };
    Arc::new(move |claim: &Claim, cycle: &CycleId, stop: &CancellationToken| {
        let (reader, claim, cycle, stop) = (reader.clone(), claim.clone(), cycle.clone(), stop.clone());
        Box::pin(async move { reader.read(&claim, &cycle, &stop).await })
    })
}

impl GraphReader {
    async fn read(&self, claim: &Claim, cycle: &CycleId, stop: &CancellationToken) -> Read {
        let account = &claim.account.id;
        let direction = self.store.contact_gate(account).await?.direction;
        let direction = direction.unwrap_or(self.contacts.direction);
        if direction == Direction::Off {
            return Ok(ControlFlow::Continue(PartRead { is_off: true, ..PartRead::default() }));
        }
        let mut source = GraphContacts::open(&self.graph, &self.oauth, account).await?;
        let began = self.clock.now();
        let until = began + self.settings.slice();
        let reading = ContactsReading {
            store: &self.store,
            claim,
            cycle,
            clock: &self.clock,
            began,
            until,
            settings: &self.contacts,
            direction,
            brake: contacts_brake(&self.settings),
            stop,
        };
        reading.read(&mut source).await
    }
}
