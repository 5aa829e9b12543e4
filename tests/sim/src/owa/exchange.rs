//! One request of a signed-in account: the failures that hit it, else the answer.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::actions::{self, Seen};
use super::failures::{self, Reply};
use super::lens::Lens;
use super::request::{self, Call, Refusal};
use super::{fault, startup, update};
use crate::knobs::{Kind, Settings};
use crate::log::Entry;
use crate::sim::Sim;

/// Name of startup in the log and in failures.
pub(super) const STARTUP: &str = "StartupData";

/// A request, and what the knobs have in store for it.
pub(super) struct Exchange<'a> {
    sim: &'a Sim,
    smtp: &'a str,
    action: &'a str,
    headers: &'a HeaderMap,
    body: &'a [u8],
    settings: Settings,
    kinds: Vec<Kind>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(
        sim: &'a Sim,
        smtp: &'a str,
        action: &'a str,
        headers: &'a HeaderMap,
        body: &'a [u8],
    ) -> Self {
        let (settings, kinds) = (sim.settings(smtp), sim.take_failures(smtp, action));
        Self { sim, smtp, action, headers, body, settings, kinds }
    }

    pub(super) async fn reply(&self, seen: &mut Seen) -> Reply {
        for kind in &self.kinds {
            if let Kind::Slow { ms } = kind {
                // The log has the request itself when it has been answered.
                let (account, action) = (Some(self.smtp.to_owned()), format!("slow:{}", self.action));
                self.sim.record(Entry { account, action, ..Entry::default() });
                tokio::time::sleep(Duration::from_millis(u64::from(*ms))).await;
            }
        }
        let instead = |kind| failures::instead(kind, self.settings.key_order, self.action);
        self.kinds.iter().find_map(instead).unwrap_or_else(|| self.honest_reply(seen))
    }

    fn honest_reply(&self, seen: &mut Seen) -> Reply {
        match self.perform(seen) {
            Ok(json) => {
                let json = failures::spoil_json(&self.kinds, json);
                let reply = Reply::json(StatusCode::OK, &json).with("x-owa-returncode", "Success");
                failures::spoil_bytes(&self.kinds, reply)
            }
            Err(Refusal::HalfWay(json)) => Reply::json(StatusCode::OK, &json).broken_off(),
            Err(Refusal::Http(status, text)) => Reply::text(status, text),
            Err(Refusal::Fault(exception, text)) => {
                Reply::exception(fault::form(self.settings.key_order), exception, &text)
            }
        }
    }

    fn perform(&self, seen: &mut Seen) -> Result<Value, Refusal> {
        if self.action == STARTUP {
            let (zone, immutable) = (startup::zone(self.headers)?, request::prefers_immutable(self.headers));
            return self
                .look(zone, immutable, |lens| startup::data(lens, &self.settings, self.headers, seen));
        }
        let call = Call::parse(self.settings.key_order, self.action, self.headers, self.body)?;
        let style = self.settings.key_order;
        if let Some(done) = update::perform(self.sim, self.smtp, style, self.action, &call.json) {
            return Ok(done);
        }
        self.look(call.zone, call.immutable, |lens| match self.action {
            "GetOwaUserConfiguration" => {
                Ok(startup::user_config(lens, self.settings.view, self.settings.focused))
            }
            action => actions::perform(lens, action, &call.json, seen),
        })
    }

    /// Looks at the mailbox through the lens of this request.
    fn look(
        &self,
        zone: Option<chrono_tz::Tz>,
        immutable: bool,
        answer: impl FnOnce(&Lens) -> Result<Value, Refusal>,
    ) -> Result<Value, Refusal> {
        let empty_bodies = self.kinds.contains(&Kind::EmptyBodies);
        let style = self.settings.key_order;
        let most_rows = self.settings.most_rows.map_or(usize::MAX, |most| most as usize);
        let total_off_by = self.settings.total_off_by;
        let answer = self.sim.read(self.smtp, |mailbox| {
            let zone = zone.unwrap_or(mailbox.account.zone);
            let contacts = &mailbox.contacts_as_items();
            answer(&Lens { mailbox, contacts, zone, style, immutable, most_rows, total_off_by, empty_bodies })
        });
        answer.unwrap_or_else(|error| Err(Refusal::Fault("MailboxNotFoundException", error.to_string())))
    }
}
