//! One account: how its parts do and why, its folders, what could not be read; and what can be done about it.

use super::Dashboard;
use super::asked::{AskedWith, PageAccount};
use super::done::JustDone;
use super::entry::Admitted;
use super::frame::{Frame, live as live_part, render, revision};
use super::overview::Before;
use super::refusal::PageRefusal;
use super::under_way::{OpenSignIn, under_way};
use crate::desk::{AccountDetail, FolderDetail, HourSeen, LedgerItem};
use crate::error::WhoseTurn;
use crate::model::{AccountId, Credential, Road, SessionState};
use crate::sync::explain::{Explanation, explain};
use crate::sync::health::{HealthReason, Verdict, is_undecided};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};

/// So many items that could not be read stand on the page.
const SHOWN: usize = 20;

/// What the page shows, whatever the time.
#[derive(Debug)]
struct View {
    detail: AccountDetail,
    explanations: Vec<Explanation>,
    day: Vec<HourSeen>,
}

impl View {
    /// When a session that is good ends, as far as that can be known: nobody learns of the end of one that nothing is
    /// read with.
    fn session_ends(&self) -> Option<&DateTime<Utc>> {
        let health = &self.detail.health;
        let is_used = health.session == SessionState::Valid && self.has_session();
        health.session_expires_at.as_ref().filter(|_| is_used)
    }

    /// Whether mail is read with a browser session.
    fn has_session(&self) -> bool {
        self.detail.health.road == Some(Road::Owa)
    }

    /// The folders that are read, or were.
    fn read(&self) -> impl Iterator<Item = &FolderDetail> {
        self.detail.folders.iter().filter(|folder| folder.is_read || folder.held > 0)
    }

    /// How many are not.
    fn unread(&self) -> u64 {
        (self.detail.folders.len() - self.read().count()) as u64
    }

    /// What waits for the mailbox's owner.
    fn theirs(&self) -> impl Iterator<Item = &Explanation> {
        self.explanations.iter().filter(|said| is_owners(said))
    }

    /// What does not.
    fn others(&self) -> impl Iterator<Item = &Explanation> {
        self.explanations.iter().filter(|said| !is_owners(said))
    }

    /// Where what is said is settled by answers.
    fn settled_at(&self, said: &Explanation) -> Option<String> {
        if said.reason == Some(HealthReason::ContactsWait) {
            return Some("/ui/settle".to_owned());
        }
        is_of_plan(said).then(|| format!("/ui/accounts/{}/contacts/plan", self.detail.account.id))
    }

    /// Where what waits for the owner is mended by connecting: mail lives on the password or on Microsoft's sign-in,
    /// contacts on that.
    fn reconnect(&self, said: &Explanation) -> Option<String> {
        let is_mended = matches!(said.state, Verdict::NeedsLogin | Verdict::Blocked | Verdict::Failed);
        let lives_on = said.part.map(|part| self.detail.account.credential(part));
        let way = if lives_on == Some(Credential::Grant) { "with-microsoft" } else { "by-password" };
        // No page takes the password of an IMAP server.
        let is_mended = is_mended && lives_on != Some(Credential::Password);
        is_mended.then(|| format!("/ui/connect?account={}#{way}", self.detail.account.id))
    }

    fn ledger(&self) -> impl Iterator<Item = &LedgerItem> {
        self.detail.ledger.iter().take(SHOWN)
    }

    fn more(&self) -> u64 {
        self.detail.ledger.len().saturating_sub(SHOWN) as u64
    }

    /// The item's folder, by its title.
    fn folder(&self, item: &LedgerItem) -> &str {
        let found = self.detail.folders.iter().find(|detail| detail.folder.id == item.folder);
        found.map_or("-", |detail| detail.folder.title())
    }
}

/// Whether it is for the mailbox's owner to see to, as they can on these pages.
fn is_owners(said: &Explanation) -> bool {
    said.whose_turn == WhoseTurn::Owner || is_of_plan(said)
}

fn is_of_plan(said: &Explanation) -> bool {
    said.code.as_deref().is_some_and(is_undecided)
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    page: &'a Frame,
    view: &'a View,
    revision: &'a str,
    under_way: &'a [OpenSignIn],
}

#[derive(Template)]
#[template(path = "account_live.html")]
struct AccountLive<'a> {
    page: &'a Frame,
    view: &'a View,
    revision: &'a str,
}

/// The same for whose mailbox it is.
#[derive(Template)]
#[template(path = "account_mine.html")]
struct OwnAccountPage<'a> {
    page: &'a Frame,
    view: &'a View,
    revision: &'a str,
    under_way: &'a [OpenSignIn],
}

#[derive(Template)]
#[template(path = "account_mine_live.html")]
struct OwnAccountLive<'a> {
    page: &'a Frame,
    view: &'a View,
    revision: &'a str,
}

async fn view(
    dashboard: &Dashboard,
    guest: &Admitted,
    id: &AccountId,
) -> Result<(View, String), PageRefusal> {
    let detail = dashboard.desk.detail(&guest.actor, id).await?;
    let explanations = explain(&detail.health);
    let day = dashboard.desk.last_day(&guest.actor, id).await?;
    let view = View { detail, explanations, day };
    let revision = revision(&view);
    Ok((view, revision))
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
) -> Result<Response, PageRefusal> {
    let (view, revision) = view(&dashboard, &guest, &id).await?;
    let under_way = &under_way(&dashboard, &guest, Some(&id)).await?;
    let (page, view, revision) = (&page, &view, revision.as_str());
    Ok(if page.is_owners() {
        render(&OwnAccountPage { page, view, revision, under_way })
    } else {
        render(&AccountPage { page, view, revision, under_way })
    })
}

/// The same without what stands around it, where it is not as it was.
pub(super) async fn live(
    State(dashboard): State<Dashboard>,
    page: Frame,
    guest: Admitted,
    PageAccount(id): PageAccount,
    AskedWith(before): AskedWith<Before>,
) -> Result<Response, PageRefusal> {
    let (view, revision) = view(&dashboard, &guest, &id).await?;
    let (page, view, revision, before) = (&page, &view, revision.as_str(), before.revision.as_deref());
    Ok(if page.is_owners() {
        live_part(&OwnAccountLive { page, view, revision }, revision, before)
    } else {
        live_part(&AccountLive { page, view, revision }, revision, before)
    })
}

/// Has it read at once.
pub(super) async fn sync(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAccount(id): PageAccount,
) -> Result<Response, PageRefusal> {
    dashboard.desk.account(&guest.actor, &id).await?;
    let due = dashboard.desk.make_due(&guest.actor, Some(&id)).await?;
    Ok(back(&id, if due.accounts > 0 { JustDone::Sync } else { JustDone::Waits }))
}

/// Has cycles leave it out.
pub(super) async fn pause(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAccount(id): PageAccount,
) -> Result<Response, PageRefusal> {
    let account = dashboard.desk.account(&guest.actor, &id).await?;
    dashboard.desk.set_paused(&guest.actor, &account, true).await?;
    Ok(back(&id, JustDone::Pause))
}

/// Has them read it again.
pub(super) async fn resume(
    State(dashboard): State<Dashboard>,
    guest: Admitted,
    PageAccount(id): PageAccount,
) -> Result<Response, PageRefusal> {
    let account = dashboard.desk.account(&guest.actor, &id).await?;
    dashboard.desk.set_paused(&guest.actor, &account, false).await?;
    Ok(back(&id, JustDone::Resume))
}

fn back(id: &AccountId, done: JustDone) -> Response {
    done.at(&format!("/ui/accounts/{id}"))
}
