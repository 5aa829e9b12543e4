//! How cycles read contacts: by Microsoft Graph.

use super::canon::Canon;
use super::reading::ContactsReading;
use super::road::GraphContacts;
use crate::clock::Clock;
use crate::graph::Graph;
use crate::oauth::OAuth;
use crate::store::{Claim, Store};
use crate::sync::turn::Read;
use crate::sync::{Brake, ReadContacts, Settings};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// So many contacts of an account may be called gone at once, whatever share of them they are.
const FEW: u32 = 25;

/// How many contacts of an account a turn may call gone.
#[must_use]
pub fn contacts_brake(settings: &Settings) -> Brake {
    Brake { messages: FEW, ..settings.brake }
}

#[derive(Clone)]
struct GraphReader {
    store: Store,
    oauth: OAuth,
    graph: Graph,
    clock: Clock,
    settings: Settings,
}

/// Reads contacts by Graph.
#[must_use]
pub fn by_graph(store: Store, oauth: OAuth, graph: Graph, clock: Clock, settings: Settings) -> ReadContacts {
    let reader = GraphReader { store, oauth, graph, clock, settings };
    Arc::new(move |claim: &Claim, stop: &CancellationToken| {
        let (reader, claim, stop) = (reader.clone(), claim.clone(), stop.clone());
        Box::pin(async move { reader.read(&claim, &stop).await })
    })
}

impl GraphReader {
    async fn read(&self, claim: &Claim, stop: &CancellationToken) -> Read {
        let mut source = GraphContacts::open(&self.graph, &self.oauth, &claim.account.id).await?;
        let began = self.clock.now();
        let until = began + self.settings.slice();
        let reading = ContactsReading {
            store: &self.store,
            claim,
            clock: &self.clock,
            began,
            until,
            canon: Canon::default(),
            brake: contacts_brake(&self.settings),
            stop,
        };
        reading.read(&mut source).await
    }
}
