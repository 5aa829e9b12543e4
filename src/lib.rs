//! outlook-syncd keeps a database in step with people's Outlook mailboxes.
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | account | one connected mailbox, of one owner: a user of the program that reads the database |
//! | operator | who runs the program, by a command or at the dashboard: they reach everybody's accounts |
//! | sign-in | at the dashboard: what a browser is let in by; `DashboardSession`, since a session is a mailbox's |
//! | actor, reach | who asks, by a name for the audit log; whose accounts they get to |
//! | turn, part | what a cycle does for an account; its parts, `mail` and `contacts`, end for themselves |
//! | due, parked | to be read at a time, or at none until somebody acts; of a contact: not sent as it stands |
//! | claim, lease, epoch | an account taken for a turn; until when; the number that shuts out who lost it |
//! | holder | an installation, by the name in its state directory; an account stays with its last one |
//! | road | how mail is read: `owa`, a browser session in Outlook on the web; `graph`, Microsoft Graph with the account's grant; `imap`, IMAP with that, or at a server of the account's own with a password |
//! | cloud | whose Microsoft it is: everybody's or a state's, each with hosts of its own |
//! | beginner | who began a connect: theirs to finish, to see and to end |
//! | session, grant | what signs a browser in; what Microsoft gave by OAuth. Both are kept sealed |
//! | attempt, flow | a connect by OAuth, as its owner asks how it ended; its sign-in while that is under way |
//! | ring, data key | the keys outside the database; the key of one account, which the ring wraps |
//! | mark | what proves that a row which lies in plain was written by who has the ring |
//! | role, name, path | what a folder is for; what its mailbox calls it; the names down to it |
//! | sight | what one look at a message says; `depth` is shown (off the page), listed or whole |
//! | window, changes | a list read by position; a delta that also names what was removed |
//! | tier | how `owa` had a page: `service`, `network`, `dom` |
//! | horizon, coverage | mail from before it is not read; the stretches of a folder's time held completely |
//! | news, history | what came since a folder was read; what is not held between that and the horizon |
//! | sweep | a folder's whole list gone through by ids and versions, in slices: only it proves completeness |
//! | correspondence | one person's mail, which somebody asked for: from every folder, however old; read beside the rest |
//! | missing, gone | a message that its folder lacks; one that no folder had afterwards. Its row stays |
//! | settle, brake | what a turn does once for all folders; how many messages it may call gone |
//! | key space | in which ids are unique within an account; a message may have a key in several |
//! | provisional | a message that only the page has shown |
//! | link, base | which item of the mailbox a contact is; what each side had when both last agreed |
//! | made here, brought | of contacts: made in the database, shown by the mailbox; compared before what was made goes out |
//! | full round | a contact folder read as a whole; what it does not show is looked at one by one |
//! | ledger | items that could not be read, with the reason |
//! | shortfall, degraded | why mail that is read is not complete; an account that has one |
//! | disposition | what a failure means for a part; whose turn it is to act stands beside it |
//! | drift | the other side no longer looks as we know it |
//!
//! # The map
//!
//! ```text
//!  6  main · commands · app · config              knows everything, decides nothing
//!  5  daemon · http · dashboard · cli             edges: time, sockets, pages, arguments
//!     desk                                        between: what people ask for, one file per noun, audited
//!  4  sync                                        policy: order, fallback, schedule
//!  3  owa · graph · imap · oauth                  one foreign thing + its tools
//!     strongbox                                   between: uses store and vault, serves the lines above
//!  2  store · browser · vault · dates             one foreign thing each; do not know one another
//!  1  clock · secret · token · lock · net · telemetry · lifecycle · privileges · cards · html · mime
//!  0  model · jwt · json · error · words!         know nothing (a kept error keeps its disposition)
//! ```
//!
//! A module uses only lower lines; lines 1 to 3 never use their own (`secret` and `clock` excepted), 5 and 6
//! may. A test reads every `crate::` and `super::` path and fails on one that points up.
//!
//! # One cycle
//!
//! ```text
//! daemon: cron schedule │ wake │ stop
//!   └─ sync::Cycle::run                  lock file held; accounts strictly one after the other
//!        1 claim    one UPDATE … RETURNING takes the next due account's lease, with the parts that are due;
//!                   while none is, that of one which has more to read
//!        2 road     where another road is wanted for its mail: that is read by ids, what is stored is recognised, and then
//!                   keys, folders, cursors and road change in one transaction, or nothing does (sync::change)
//!        3 turn     for each due part, mail or contacts (sync::turn):
//!            open     mail, on the account's road (sync::roads): session unsealed -> isolated browser
//!                     context; the mailbox proves to be the account's by the id of its inbox, or its address. Or
//!                     a token for Graph or IMAP, renewed where it ends in mid-turn (sync::access); or an IMAP server's password
//!            folders  those that the mailbox lists are kept, the configured ones chosen (sync::folders)
//!            news     each of them down to what is held, window by window or change by change (sync::mail):
//!                     sights -> plan (sync::merge) -> one transaction of rows + cursor + coverage (store)
//!            again    what was listed and never read, or failed before, is asked for, while there is time
//!                     (sync::mail::again)
//!            asked    the mail of one person, from every list to its end, in half of the time that is left
//!                     (sync::mail::correspondence)
//!            history  what of each is not held, in shares of the time that is left; what is left then is read
//!                     in the next turn, which is no failure
//!            sweep    when it is due, each folder's ids and versions, page by page while there is time
//!                     (sync::mail::sweep)
//!            settle   once for all folders: what none of them has is called gone (sync::mail::settle), where the road
//!                     can say where an item lies, after it was asked (sync::mail::verify)
//!            contacts by Graph, of who signed in by OAuth: each folder's changes, joined with what is known,
//!                     page by page; what no folder has is asked for by its id; what was made here is compared
//!                     with all that the mailbox has; then what was changed here is written, noted before it
//!                     is sent, unless its plan waits for a person (sync::contacts::reading)
//!            record   result, disposition, due time, each part for itself. A fault of the machine is charged
//!                     to no account: it ends the cycle, and the daemon tries again (error::Extent)
//!        4 release  the account is given back, and the next is claimed until none is due
//!        5 report   one CycleReport value: text for people, JSON for machines
//! ```
//!
//! # Invariants
//!
//! What a line must not know, and what holds everywhere. A rule of one domain stands at the module that keeps
//! it.
//!
//! - Only `store` knows SQL, and only its opening, its migrations, its readers and its errors know that there are
//!   two databases.
//! - Only `browser` knows DevTools; only `owa` Outlook's addresses and selectors, and they stand in
//!   `owa::profile`; only `graph` Graph's; only `imap` IMAP. Wire types never leave their module; they are
//!   converted to `model` at its edge.
//! - Where a cloud has its sign-in, Graph and scopes `model::Cloud` says; where its Outlook pages are, `owa::profile`.
//! - `model`, `cards`, `dates`, `owa::dom::read`, the recogniser in `owa::screen`, and of `sync` `merge`, `coverage`, `change::verdict`, `change::compare`,
//!   `correspondence`, `partial`, `holes`, `sweep`, `folders`, `schedule`, `health`, `standing` and what the map of `contacts`
//!   calls pure do no I/O and never read the clock.
//! - `sync`, `store`, `desk`, `http` and `dashboard` name no tier; which folders are read is data. A message changes in
//!   one place, `model::Message::after`.
//! - `commands`, `daemon`, `http` and `dashboard` name neither `store` nor `strongbox`, `owa`, `graph`, `imap`, `oauth`: what they
//!   do, they ask the desk.
//! - A type that is answered says its JSON once: how it is described (`ToSchema`) stands beside how it is written
//!   (`Serialize`), whatever line it is of. The table of `http::routes` makes router and description.
//! - A cycle takes no input but the database. Who wants mail read changes a row and wakes the loop.
//! - Rows and the cursor behind them are written in one transaction. A crash repeats work and never skips it;
//!   the second run of anything writes nothing.
//! - No transaction is open while a page or a server is waited for. A lease, not a row lock, holds an
//!   account, and every write of a held account carries the lease's epoch.
//! - An account's parts fail apart: what ends a credential parks what lives on it, and nothing else.
//! - Who writes to the database is not trusted. What decides where a secret goes or who may have it is bound to
//!   it by a key that the database does not hold.
//! - What leaves for the internet leaves by one way on both roads, the HTTP client's and the browser's: through
//!   the firm's proxy where there is one (`net::Proxy`), else directly; the environment has no say in it.
//! - Passwords, tokens and keys exist in plain only as `Secret<T>`; cookies are plain inside `browser` and
//!   `owa` and redacted when shown; only sealed bytes reach `store`.

#[macro_use]
mod words;

pub mod app;
pub mod browser;
pub mod cards;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod daemon;
pub mod dashboard;
pub mod dates;
pub mod desk;
pub mod error;
pub mod graph;
pub mod html;
pub mod http;
pub mod imap;
pub mod json;
pub mod jwt;
pub mod lifecycle;
pub mod lock;
pub mod mime;
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
