//! What waits for a person before it is written to a mailbox, or called gone: how much it is, some of it, and what that
//! person decides. To let it out wants a fresh sign-in, and a page that asks; to keep it here wants neither.

use super::super::Dashboard;
use super::super::asked::{PageAccount, SentForm};
use super::super::done::JustDone;
use super::super::entry::Admitted;
use super::super::frame::{Frame, render};
use super::super::refusal::PageRefusal;
use super::super::said;
use super::super::told::{Saying, Told};
use crate::desk::{
    Barred, BrakeDetail, BrakeKind, ContactApproval, ContactPlan, DeskError, PlannedContact, WithheldContact,
    WithheldReason,
};
use crate::model::{Account, AccountId, ContactWriteKind, printable};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

/// Of what it is decided.
#[derive(Debug, Deserialize)]
pub(in crate::dashboard) struct PlanDecision {
    /// A kind, or `all`.
    #[serde(default)]
    of: String,
    /// What the page that asks has shown.
    seen: Option<String>,
}

impl PlanDecision {
    /// The one kind that is meant; `None` of all that waits.
    fn only(&self) -> Result<Option<BrakeKind>, PageRefusal> {
        if self.of == "all" {
            return Ok(None);
        }
        BrakeKind::parse(&self.of).map(Some).ok_or_else(PageRefusal::misread)
    }
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage<'a> {
    page: &'a Frame,
    account: &'a Account,
    name: String,
    plan: &'a ContactPlan,
    /// Whether other things wait than were shown before.
    is_changed: bool,
}

#[derive(Template)]
#[template(path = "plan_release.html")]
struct ReleasePage<'a> {
    page: &'a Frame,
    account: &'a Account,
    name: String,
    brake: &'a BrakeDetail,
    /// Whether other things waited when the page was shown before.
    is_changed: bool,
}

impl PlanPage<'_> {
    /// What has to be done before anything goes out.
    fn told(&self) -> Option<Told<'_>> {
        let Barred { code, whose_turn, hint } = self.plan.barred.as_ref()?;
        Some(Told::new(self.page, &Saying::of_code(code, "", *whose_turn, hint)))
    }

    /// What deletes first, then what overwrites: what is to be looked at most.
    fn writes(&self) -> Vec<&PlannedContact> {
        let mut writes: Vec<_> = self.plan.writes.iter().collect();
        let weight = |write: &&PlannedContact| match write.write {
            ContactWriteKind::Delete => 0,
            ContactWriteKind::Create => 2,
            ContactWriteKind::Update
            | ContactWriteKind::Resolve
            | ContactWriteKind::SetPhoto
            | ContactWriteKind::RemovePhoto
            | ContactWriteKind::YieldPhoto => 1,
        };
        writes.sort_by_key(weight);
        writes
    }

    /// Which of the words says why; `None` where the server has said it.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn why(&self, withheld: &WithheldContact) -> Option<String> {
        WithheldReason::parse(&withheld.why).map(|why| said::key("withheld", why.as_str()))
    }
}

pub(in crate::dashboard) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
) -> Result<Response, PageRefusal> {
    plan_shown(&dashboard, &page, &guest, &id, false).await
}

async fn plan_shown(
    dashboard: &Dashboard,
    page: &Frame,
    guest: &Admitted,
    id: &AccountId,
    is_changed: bool,
) -> Result<Response, PageRefusal> {
    let account = dashboard.desk.account(&guest.actor, id).await?;
    let plan = dashboard.desk.contact_plan(&guest.actor, id).await?;
    let name = printable(&account.name());
    Ok(render(&PlanPage { page, account: &account, name, plan: &plan, is_changed }))
}

/// Whether it shall go out.
pub(in crate::dashboard) async fn ask(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
) -> Result<Response, PageRefusal> {
    release_page(&dashboard, &page, &guest, &id, false).await
}

async fn release_page(
    dashboard: &Dashboard,
    page: &Frame,
    guest: &Admitted,
    id: &AccountId,
    is_changed: bool,
) -> Result<Response, PageRefusal> {
    let account = dashboard.desk.account(&guest.actor, id).await?;
    let brake = dashboard.desk.contact_brake(&guest.actor, id).await?;
    let name = printable(&account.name());
    Ok(render(&ReleasePage { page, account: &account, name, brake: &brake, is_changed }))
}

/// Lets out what was shown; where other things wait by now, they are shown instead.
pub(in crate::dashboard) async fn release(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    SentForm(decision): SentForm<PlanDecision>,
) -> Result<Response, PageRefusal> {
    dashboard.desk.account(&guest.actor, &id).await?;
    let seen = decision.seen.as_deref().ok_or_else(PageRefusal::misread)?;
    let approval = ContactApproval { only: decision.only()?, seen: Some(seen), ..ContactApproval::default() };
    match dashboard.desk.approve_contacts(&guest.actor, &id, approval).await {
        Err(DeskError::BrakeChanged) => {
            let shown = release_page(&dashboard, &page, &guest, &id, true).await?;
            Ok((StatusCode::PRECONDITION_FAILED, shown).into_response())
        }
        decided => {
            decided?;
            Ok(back(&id, JustDone::Released))
        }
    }
}

/// Keeps here what was shown; where other things wait by now, they are shown instead.
pub(in crate::dashboard) async fn keep(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    SentForm(decision): SentForm<PlanDecision>,
) -> Result<Response, PageRefusal> {
    dashboard.desk.account(&guest.actor, &id).await?;
    let (desk, seen) = (&dashboard.desk, decision.seen.as_deref().ok_or_else(PageRefusal::misread)?);
    let decided = match desk.reject_contacts(&guest.actor, &id, decision.only()?, Some(seen)).await {
        Err(DeskError::BrakeChanged) => {
            let shown = plan_shown(&dashboard, &page, &guest, &id, true).await?;
            return Ok((StatusCode::PRECONDITION_FAILED, shown).into_response());
        }
        decided => decided?,
    };
    // Where somebody else has let it out meanwhile, nothing is kept here.
    let is_kept = decided.kept_back + decided.missing > 0;
    Ok(if is_kept { back(&id, JustDone::Kept) } else { Redirect::to(&plan_page(&id)).into_response() })
}

fn plan_page(id: &AccountId) -> String {
    format!("/ui/accounts/{id}/contacts/plan")
}

fn back(id: &AccountId, done: JustDone) -> Response {
    done.at(&plan_page(id))
}
