//! outlook-syncd keeps a database in step with people's Outlook mailboxes.
//!
//! # The map
//!
//! ```text
//!  6  main · commands · app · config              knows everything, decides nothing
//!  5  daemon · http · cli                         edges: time, sockets, arguments
//!     desk                                        between: what people ask for, one file per noun, audited
//!  4  sync                                        policy: order, fallback, schedule
//!  3  owa · oauth                                 one foreign thing + its tools
//!     strongbox                                   between: uses store and vault, serves the lines above
//!  2  store · browser · vault · dates             one foreign thing each; do not know one another
//!  1  clock · secret · token · lock · net · telemetry · lifecycle · privileges
//!  0  model · jwt · error · words!                know nothing (a kept error keeps its disposition)
//! ```
//!
//! A module uses only lower lines; lines 1 to 3 never use their own (`secret` and `clock` excepted), 5 and 6 may. A
//! test reads every `crate::` and `super::` path and fails on one that points up.
//!
//! # One cycle
//!
//! ```text
//! daemon: cron schedule │ wake │ stop
//!   └─ sync::Cycle::run                  lock file held; accounts strictly one after the other
//!        1 claim      one UPDATE … RETURNING takes the next due account's lease, with the parts of it that are due
//!        2 open       session unsealed -> isolated browser context; strict probe
//!        3 mail       inbox, sent items: newest first, page by page, tier by tier (sync::mail)
//!        4 store      each page: rows + cursor + coverage in one transaction
//!        5 record     each part for itself: result, disposition, due time; then the lease is released (sync::turn). A
//!                     fault of the machine is charged to no account: it ends the cycle, and the daemon tries again
//!                     (error::Extent)
//!        6 report     one CycleReport value: text for people, JSON for machines
//! ```
//!
//! # Invariants
//!
//! - Only `store` knows SQL; only `store/{mod,address,connect,migrate}.rs` know that there are two databases.
//! - Only `browser` knows DevTools; only `owa` Outlook's addresses and selectors, and they stand in `owa::profile`. A
//!   browser context reaches the hosts on its own list and no others. Wire types never leave their module;
//!   they are converted to `model` at its edge.
//! - `model`, `dates`, `sync::merge`, `sync::coverage`, `sync::schedule`, `sync::health`, the page recogniser of
//!   sign-in and the reader of the list do no I/O and never read the clock.
//! - A date read off the page that two readings fit is not believed: the row has none until JSON names the item. Nothing is
//!   read as lying in the future.
//! - A cycle takes no input but the database. The timer, `sync` and the cron endpoint all do the same: change a row
//!   (`next_at` of a part) and wake the loop; the loop also looks at the earliest due row every 2 s, so that another
//!   process can wake it. To be made due costs an account no place in the queue, and shortens nothing that a server asked
//!   for. The lock file is held per cycle: an idle daemon stands in nobody's way.
//! - An account's parts fail apart: what ends a credential parks what lives on it, and nothing else.
//! - Rows and the cursor behind them are written in one transaction. A crash repeats work and never skips it; every
//!   write is an upsert; the second run of anything writes nothing.
//! - No transaction is open while a page or a server is waited for. A lease, not a row lock, holds an account, and every
//!   write of a held account carries the lease's epoch.
//! - A message has an id of ours; its key on a road is (account, that road's item id), unique. A row of the `dom` tier is
//!   provisional and is adopted when JSON names the item, never doubled. In conversation view it stands for the newest
//!   message; the others count as unseen. A row that may be one of several that are stored is not written.
//! - Coverage is claimed for whole lists only: not for what the page leaves out (Focused, a filter), nor for mail that was moved
//!   in below the newest. A folder that has grown by more than was new is read to the horizon.
//! - Nothing is deleted because it was not seen. An empty list where there was mail is drift, unless the server itself
//!   counts none; then the rows stay as well.
//! - No good headers is not drift: the full page is opened once with the cookies, its first page of mail kept
//!   (`network`), its headers kept, and `service` goes on. Only a sign-in page there is `NeedsLogin`. `dom` is for drift
//!   alone.
//! - A version of a password that was refused, or whose outcome is unknown, is never tried again. The attempt is
//!   recorded before it is made. A policy that says no stops the account; it is looked at slowly, and nothing here works
//!   around it.
//! - Only `oauth` has refresh tokens, and there is one way to an access token: stored and good, or one caller per account
//!   renews it, by a lease between processes. What was renewed is stored before it is used. What Microsoft refused is kept
//!   with the account and not asked again in vain; no answer changes nothing.
//! - Passwords, tokens and keys exist in plain only as `Secret<T>`; cookies are plain inside `browser` and `owa` and
//!   redacted when shown; only sealed bytes reach `store`.
//! - `commands`, `daemon` and `http` name neither `store` nor `strongbox`, `owa`, `oauth`: what they do, they ask the desk. Whose
//!   accounts the `Actor` who asks reaches is bound into the statements that it causes, and the line of the audit log is written
//!   in the transaction of what it tells of; only an access token is written down before it is handed out.
//! - What is served stands in one table (`http::routes`) with the scope that it needs; the router is made of that table, and
//!   every answer is of a type.
//! - The key file is safe on the disk before anything is sealed with a new key, and the database goes by a key (its canary)
//!   before data keys are wrapped anew: from then on every statement refuses what an older key wrapped. So a process with an
//!   old ring loses nothing, and a key that nothing needs is needed by nobody. Each step may be done again.
//! - The daemon ends only when it is asked to, or by what waiting does not mend. It holds `lock::presence`, by which the commands
//!   beside it know that it runs and what it says.
//! - A mailbox that nobody has signed in to is no account: its row has no road and no grant, and remembers passwords that were tried.
//! - Nothing retries inside a cycle but the one call whose headers had died; a batch of items over which the service fails is asked
//!   for in halves, until the one is found.

#[macro_use]
mod words;

pub mod app;
pub mod browser;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod daemon;
pub mod dates;
pub mod desk;
pub mod error;
pub mod http;
pub mod jwt;
pub mod lifecycle;
pub mod lock;
pub mod model;
pub mod net;
pub mod oauth;
pub mod owa;
pub mod privileges;
pub mod secret;
pub mod store;
pub mod strongbox;
pub mod sync;
pub mod telemetry;
#[cfg(test)]
mod testing;
pub mod token;
pub mod vault;
