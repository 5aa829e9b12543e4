//! Sign-in by OAuth and its tokens, against the simulator's identity platform and against independent
//! servers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acts;
mod again;
mod attachments;
mod cards;
mod children;
mod contacts;
mod device;
mod edges;
mod ending;
mod finish;
mod graph;
mod hostile;
mod identity;
mod kill;
mod killed;
mod mail;
mod oddities;
mod outgoing;
mod peers;
mod photos;
pub(crate) mod popup;
mod registration;
mod roads;
mod said;
mod secrets;
mod send;
mod tokens;
mod waiting;
mod writer;

pub(crate) use device::user_code;
pub(crate) use mail::{connect, world_that_asks_for};
