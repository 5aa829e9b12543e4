//! How a simulator is made.

use chrono::{DateTime, Utc};

use crate::knobs::{Settings, Weight};

/// How a simulator is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// The same seed and `now` make the same world.
    pub seed: u64,
    /// Accounts, in several languages and zones.
    pub accounts: usize,
    /// Messages per account.
    pub messages: usize,
    /// Contacts per account.
    pub contacts: usize,
    /// What the world takes for the present at its start; none: the wall clock.
    pub now: Option<DateTime<Utc>>,
    /// Settings of every account that has none of its own.
    pub settings: Settings,
    /// Address of the https listener.
    pub https: String,
    /// Address of the http listener.
    pub http: String,
    /// Address of the proxy listener.
    pub proxy: String,
    /// Address of the IMAP listener.
    pub imap: String,
    /// Address of the control listener.
    pub control: String,
}

impl Default for Options {
    /// Two accounts with 60 messages each and no contacts, the light page, any free ports of 127.0.0.1.
    fn default() -> Self {
        let any = || "127.0.0.1:0".to_owned();
        Self {
            seed: 1,
            accounts: 2,
            messages: 60,
            contacts: 0,
            now: None,
            settings: Settings { weight: Weight::Light, ..Settings::default() },
            https: any(),
            http: any(),
            proxy: any(),
            imap: any(),
            control: any(),
        }
    }
}
