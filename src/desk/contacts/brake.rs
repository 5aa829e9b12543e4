//! Plans and missing contacts that wait for a person, what that person decides, what is sent once more, and which
//! way contacts go.

use crate::desk::Database;
use crate::desk::error::{DeskError, Result};
use crate::model::{
    Account, AccountId, Actor, AskedMissing, AskedPlan, AuditAction, AuditEntry, AuditId, ContactGate,
    Direction, MissingAnswer,
};
use crate::store::EditedContact;
use crate::sync::contacts::{Planned, plan};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// So many contacts are looked at at a time.
const BATCH: usize = 500;

/// What of an account's contacts waits for a person.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BrakeDetail {
    /// Its plan: since when, why, and what it has; `None` where that does not wait.
    pub waits: Option<AskedPlan>,
    /// Its contacts that the mailbox lacks; `None` where they do not wait.
    pub missing: Option<AskedMissing>,
    /// When an approval ends that lets out whatever is changed until then; `None` where there is none.
    pub approved_until: Option<DateTime<Utc>>,
    /// What names all that waits as it is now: an approval that names it lets out nothing else. `None` where nothing waits.
    pub revision: Option<String>,
}

words! {
    /// What of an account waits for a person.
    pub enum BrakeKind {
        /// What is to be written to the mailbox.
        Plan = "plan",
        /// Contacts that the mailbox lacks.
        Missing = "missing",
    }
}

/// What a person approves of an account.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContactApproval<'a> {
    /// Only this of what waits; else all.
    pub only: Option<BrakeKind>,
    /// Whatever is changed until then too.
    pub until: Option<DateTime<Utc>>,
    /// The revision of what was looked at, where nothing else is to go out.
    pub seen: Option<&'a str>,
    /// What was rejected before too.
    pub rejected: bool,
}

impl ContactApproval<'_> {
    /// What is let out beside what waits, for the audit log.
    fn more(&self) -> Option<String> {
        let until =
            self.until.map(|until| format!("until {}", until.to_rfc3339_opts(SecondsFormat::Millis, true)));
        let rejected = self.rejected.then(|| "rejected".to_owned());
        let more: Vec<_> = until.into_iter().chain(rejected).collect();
        (!more.is_empty()).then(|| more.join(", "))
    }
}

/// What a person has decided of an account.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BrakeDecided {
    /// How many contacts of its plan are kept back.
    pub kept_back: u64,
    /// How many contacts that the mailbox lacks are gone, or stay, by this.
    pub missing: u64,
}

/// What it is decided of: what a cycle counts or misses later was not looked at, nor a plan where none was waiting. Of who
/// names nothing that they have seen, all.
struct SeenGate {
    has_plan: bool,
    /// When the plan was counted.
    counted: Option<DateTime<Utc>>,
    /// When the last contact was missed.
    missed: Option<DateTime<Utc>>,
}

/// The name of what waits as it was last counted; `None` where nothing does.
pub(super) fn revision(gate: &ContactGate) -> Option<String> {
    let waits = (&gate.asked, gate.counted_until, &gate.missing, gate.last_missed);
    let is_there = gate.asked.is_some() || gate.missing.is_some();
    let digest = || Some(Sha256::digest(serde_json::to_vec(&waits).ok()?));
    is_there.then(digest)?.map(|digest| BASE64_URL_SAFE_NO_PAD.encode(&digest[..12]))
}

impl BrakeDetail {
    pub(super) fn of(gate: ContactGate, now: DateTime<Utc>) -> Self {
        let (approved_until, revision) = (gate.approval(now), revision(&gate));
        Self { waits: gate.asked, missing: gate.missing, approved_until, revision }
    }
}

impl Database {
    /// Accounts within reach of which something waits for a person, those that wait longest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn contact_brakes(&self, actor: &Actor) -> Result<Vec<(Account, BrakeDetail)>> {
        let mut brakes = Vec::new();
        for id in self.store.asking_accounts().await? {
            let account = self.store.account(&id).await?;
            if let Some(account) = account.filter(|account| actor.reach.includes(&account.owner)) {
                let gate = self.store.contact_gate(&id).await?;
                brakes.push((account, BrakeDetail::of(gate, self.now())));
            }
        }
        Ok(brakes)
    }

    /// What of an account waits for a person.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn contact_brake(&self, actor: &Actor, account: &AccountId) -> Result<BrakeDetail> {
        let account = self.account(actor, account).await?;
        Ok(BrakeDetail::of(self.store.contact_gate(&account.id).await?, self.now()))
    }

    /// Lets out what was changed of an account's contacts until it was last counted and a person was asked, or
    /// until now where nobody was, however much it is, and has those be gone that the mailbox lacks and that are
    /// asked about; more, or less, as the approval says.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NoContacts` where they are not kept in step; `WrongApproval` of one that has
    /// ended, or that lets out nothing; `BrakeChanged` where other things wait than were looked at.
    pub async fn approve_contacts(
        &self,
        actor: &Actor,
        account: &AccountId,
        approval: ContactApproval<'_>,
    ) -> Result<BrakeDecided> {
        let ContactApproval { only, until, seen, rejected } = approval;
        self.want_contacts(actor, account).await?;
        let mut line = self.deciding(actor, account, AuditAction::ContactsApproved).await?;
        if until.is_some_and(|until| until <= line.at) {
            return Err(DeskError::WrongApproval("it would have ended already"));
        }
        if only == Some(BrakeKind::Missing) && (until.is_some() || rejected) {
            return Err(DeskError::WrongApproval(
                "of contacts that Outlook lacks only those that are missing now are approved",
            ));
        }
        let SeenGate { has_plan, counted, missed } = self.gate_seen(account, seen).await?;
        if !has_plan && (until.is_some() || rejected || only == Some(BrakeKind::Plan)) {
            return Err(DeskError::BrakeChanged);
        }
        if only != Some(BrakeKind::Missing) && has_plan {
            line.detail = approval.more();
            self.store.approve_contacts(account, until, counted, rejected, &line).await?;
        }
        let answer = (MissingAnswer::Gone, missed.unwrap_or(line.at));
        let missing = self.say_of_missing(account, only, answer, line).await?;
        Ok(BrakeDecided { kept_back: 0, missing })
    }

    /// Keeps back the same: what was deleted is there again, the rest stays as it is here alone. Contacts that
    /// the mailbox lacks and that are asked about stay here alone. Only one of both, where it is named. An
    /// approval of the plan that had not ended yet ends. Where nothing waits and nothing was approved until
    /// later, nothing is done. `seen`: the revision of what was looked at, where nothing else is to be decided of.
    ///
    /// # Errors
    /// `NoSuchAccount`; `NoContacts` where they are not kept in step; `BrakeChanged` where other things wait than were
    /// looked at.
    pub async fn reject_contacts(
        &self,
        actor: &Actor,
        account: &AccountId,
        only: Option<BrakeKind>,
        seen: Option<&str>,
    ) -> Result<BrakeDecided> {
        self.want_contacts(actor, account).await?;
        let line = self.deciding(actor, account, AuditAction::ContactsRejected).await?;
        let SeenGate { has_plan, counted, missed } = self.gate_seen(account, seen).await?;
        if !has_plan && only == Some(BrakeKind::Plan) {
            return Err(DeskError::BrakeChanged);
        }
        let kept_back = match only {
            Some(BrakeKind::Plan) | None if has_plan && self.waits(actor, account).await? => {
                let kept_back = self.store.reject_contacts(account, counted, &line).await?;
                self.agree_on_rejected(account).await?;
                kept_back
            }
            Some(BrakeKind::Plan | BrakeKind::Missing) | None => 0,
        };
        let answer = (MissingAnswer::Kept, missed.unwrap_or(line.at));
        let missing = self.say_of_missing(account, only, answer, line).await?;
        Ok(BrakeDecided { kept_back, missing })
    }

    /// How far that reaches of what waits which a person has looked at; `BrakeChanged` where other things wait by now.
    async fn gate_seen(&self, account: &AccountId, seen: Option<&str>) -> Result<SeenGate> {
        let gate = self.store.contact_gate(account).await?;
        let Some(seen) = seen else { return Ok(SeenGate { has_plan: true, counted: None, missed: None }) };
        if revision(&gate).as_deref() != Some(seen) {
            return Err(DeskError::BrakeChanged);
        }
        let has_plan = gate.asked.is_some();
        Ok(SeenGate { has_plan, counted: gate.counted_until, missed: gate.last_missed })
    }

    /// Whether a plan waits for a person, who may be quicker than the next cycle, or goes out by an approval.
    async fn waits(&self, actor: &Actor, account: &AccountId) -> Result<bool> {
        let gate = self.store.contact_gate(account).await?;
        if gate.asked.is_some() || gate.approval(self.now()).is_some() {
            return Ok(true);
        }
        Ok(self.contact_plan(actor, account).await?.waits.is_some())
    }

    /// What was rejected and is as the mailbox has it, such as what was to be deleted, waits for nothing.
    async fn agree_on_rejected(&self, account: &AccountId) -> Result<()> {
        let rejected = self.store.rejected_items(account).await?;
        for ids in rejected.chunks(BATCH) {
            let edited = self.store.still_edited(ids).await?;
            let agree = |edited: &&EditedContact| {
                matches!(plan(edited, None, self.contacts.joining), Planned::Nothing)
            };
            let agreed: Vec<_> = edited.iter().filter(agree).map(|edited| &edited.contact).collect();
            self.store.agree_on_rejected(&agreed).await?;
        }
        Ok(())
    }

    /// Of how many contacts that were missed up to an instant it is said, if any are asked about and it is to be said of
    /// them.
    async fn say_of_missing(
        &self,
        account: &AccountId,
        only: Option<BrakeKind>,
        (answer, until): (MissingAnswer, DateTime<Utc>),
        line: AuditEntry,
    ) -> Result<u64> {
        let asked = self.store.contact_gate(account).await?.missing;
        let Some(asked) = asked.filter(|_| only != Some(BrakeKind::Plan)) else { return Ok(0) };
        let detail = Some(format!("missing {}", answer.as_str()));
        let line = AuditEntry { id: AuditId::new(line.at), detail, ..line };
        self.store.say_of_missing(account, answer, until, &line).await?;
        Ok(asked.missing)
    }

    /// Sends once more with the next cycle what Outlook did not take of an account's contacts, also what would be
    /// tried again later by itself. The answer counts them.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn retry_contacts(&self, actor: &Actor, account: &AccountId) -> Result<u64> {
        let line = self.deciding(actor, account, AuditAction::ContactsRetried).await?;
        Ok(self.store.retry_contacts(account, &line).await?)
    }

    /// Gives an account a direction of its own; `None`: that of the installation.
    ///
    /// # Errors
    /// `NoSuchAccount`.
    pub async fn direct_contacts(
        &self,
        actor: &Actor,
        account: &AccountId,
        direction: Option<Direction>,
    ) -> Result<()> {
        let line = self.deciding(actor, account, AuditAction::ContactsDirected).await?;
        let line = AuditEntry { detail: direction.map(|word| word.as_str().to_owned()), ..line };
        let holds = direction.unwrap_or(self.contacts.direction);
        Ok(self.store.set_contact_direction(account, direction, holds, &line).await?)
    }

    async fn deciding(&self, actor: &Actor, account: &AccountId, action: AuditAction) -> Result<AuditEntry> {
        let account = self.account(actor, account).await?;
        Ok(self.line(actor, action, &account.id))
    }
}
