//! Connecting a mailbox, or connecting it again: with Microsoft in a popup, by its password, by a code.
//!
//! An owner connects for themselves, an operator for the user whom they name.

use super::Dashboard;
use super::asked::{AskedWith, SentForm};
use super::entry::{Admitted, Visit};
use super::frame::{Frame, render};
use super::refusal::PageRefusal;
use super::told::Told;
use super::under_way::{OpenSignIn, under_way};
use crate::desk::{ConnectionNamed, DeskError, POPUP_LIFE, PopupWish};
use crate::http::{Popup, Problem, popup_cookie};
use crate::model::{Account, AccountId, AttemptId, Road, SignInId, is_user};
use crate::secret::{ExposeSecret, secret};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The longest login, and the longest password, bytes.
const LONGEST: usize = 1024;

/// Which account is connected again.
#[derive(Debug, Deserialize)]
pub(super) struct ConnectAgain {
    account: Option<AccountId>,
}

#[derive(Deserialize)]
pub(super) struct PasswordConnect {
    #[serde(default)]
    user: String,
    #[serde(default)]
    account: String,
    login: String,
    password: String,
}

#[derive(Deserialize)]
pub(super) struct CodeConnect {
    user: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    login: String,
}

#[derive(Deserialize)]
pub(super) struct MicrosoftConnect {
    #[serde(default)]
    user: String,
    #[serde(default)]
    account: String,
}

/// Where a sign-in at Microsoft can be begun.
enum MicrosoftWay {
    /// Nowhere: it is not set up.
    Off,
    /// On this page.
    Here,
    /// By another address of this dashboard.
    At(String),
}

#[derive(Template)]
#[template(path = "connect.html")]
struct ConnectPage<'a> {
    page: &'a Frame,
    /// The account that is connected again.
    again: Option<&'a Account>,
    under_way: Vec<OpenSignIn>,
    /// Whether the user has to be named, and who is.
    is_operator: bool,
    user: &'a str,
    login: &'a str,
    microsoft: MicrosoftWay,
    by_code: bool,
    /// Why nothing was begun.
    told: Option<Told<'a>>,
}

#[derive(Template)]
#[template(path = "going_on.html")]
struct GoingOnPage<'a> {
    page: &'a Frame,
    attempt: &'a AttemptId,
    /// The page of Microsoft's.
    place: &'a str,
}

impl<'a> ConnectPage<'a> {
    /// Whether the mail of the account that is connected again is read by Graph: a password changes nothing of that.
    fn goes_by_graph(&self) -> bool {
        self.again.is_some_and(|again| again.road == Some(Road::Graph))
    }

    /// The same by IMAP: a password of Microsoft's is none of its server's.
    fn goes_by_imap(&self) -> bool {
        self.again.is_some_and(|again| again.road == Some(Road::Imap))
    }

    fn new(dashboard: &Dashboard, page: &'a Frame, visit: &Visit, guest: &Admitted) -> Self {
        let is_operator = guest.session.visitor.owner.is_none();
        let microsoft = match &dashboard.access.popup {
            None => MicrosoftWay::Off,
            Some(_) if visit.is_where_popups_return => MicrosoftWay::Here,
            Some(popup) => MicrosoftWay::At(popup.redirect_uri.origin().ascii_serialization()),
        };
        let by_code = is_operator && dashboard.desk.has_oauth();
        let (again, under_way, user, login, told) = (None, Vec::new(), "", "", None);
        Self { page, again, under_way, is_operator, user, login, microsoft, by_code, told }
    }
}

/// The page of the ways to connect, to connect this account again.
pub(super) fn connect_again(account: Option<&AccountId>) -> String {
    account.map_or_else(|| "/ui/connect".to_owned(), |id| format!("/ui/connect?account={id}"))
}

/// The ways to connect.
pub(super) async fn ask(
    State(dashboard): State<Dashboard>,
    page: Frame,
    visit: Visit,
    guest: Admitted,
    AskedWith(ConnectAgain { account }): AskedWith<ConnectAgain>,
) -> Result<Response, PageRefusal> {
    let again = match account {
        Some(id) => Some(dashboard.desk.account(&guest.actor, &id).await?),
        None => None,
    };
    let under_way = under_way(&dashboard, &guest, None).await?;
    let (user, login) = again.as_ref().map_or(("", ""), |again| (again.owner.as_str(), again.login.as_str()));
    let form = ConnectPage::new(&dashboard, &page, &visit, &guest);
    Ok(render(&ConnectPage { again: again.as_ref(), under_way, user, login, ..form }))
}

/// Who presses a button of the page, and what stood on it.
struct Pressed<'a> {
    dashboard: &'a Dashboard,
    page: Frame,
    visit: &'a Visit,
    guest: &'a Admitted,
    user: &'a str,
    login: &'a str,
    /// The account that was to be connected again.
    account: Option<AccountId>,
}

impl Pressed<'_> {
    /// The page once more, with what was typed but for a password, and why nothing was begun.
    async fn again(self, error: DeskError) -> Result<Response, PageRefusal> {
        let Self { dashboard, page, visit, guest, user, login, account } = self;
        let problem = Problem::from(error);
        if problem.status() == StatusCode::NOT_FOUND {
            return Err(PageRefusal::not_found());
        }
        let again = match &account {
            Some(id) => Some(dashboard.desk.account(&guest.actor, id).await?),
            None => None,
        };
        let page = &page.shown_at(connect_again(account.as_ref()));
        let under_way = under_way(dashboard, guest, None).await?;
        let told = Some(Told::of(page, &problem));
        let form = ConnectPage::new(dashboard, page, visit, guest);
        let again = again.as_ref();
        let known = again.map_or("", |again| again.login.as_str());
        let login = if login.is_empty() { known } else { login };
        let form = ConnectPage { again, under_way, user, login, told, ..form };
        Ok((problem.status(), render(&form)).into_response())
    }

    /// Goes where the sign-in is led, or says why there is none.
    async fn led(self, begun: Result<SignInId, DeskError>) -> Result<Response, PageRefusal> {
        match begun {
            Ok(id) => Ok(Redirect::to(&format!("/ui/connects/{id}")).into_response()),
            Err(error) => self.again(error).await,
        }
    }
}

/// Begins to sign in with a password, which is tried once.
pub(super) async fn by_password(
    State(dashboard): State<Dashboard>,
    page: Frame,
    visit: Visit,
    guest: Admitted,
    SentForm(PasswordConnect { user, account, login, password }): SentForm<PasswordConnect>,
) -> Result<Response, PageRefusal> {
    let (login, password) = (login.trim(), secret(password));
    if !is_text(login) || !is_text(password.expose_secret()) {
        return Err(PageRefusal::misread());
    }
    let account = named(&account)?;
    let begun = match owner(&guest, &user) {
        Ok(owner) => dashboard.desk.connect(&guest.actor, owner, login, &password).await,
        Err(error) => Err(error),
    };
    let (dashboard, visit, guest, user) = (&dashboard, &visit, &guest, user.as_str());
    Pressed { dashboard, page, visit, guest, user, login, account }.led(begun).await
}

/// Begins to sign in by a code that is typed elsewhere.
pub(super) async fn by_code(
    State(dashboard): State<Dashboard>,
    page: Frame,
    visit: Visit,
    guest: Admitted,
    SentForm(CodeConnect { user, account, login }): SentForm<CodeConnect>,
) -> Result<Response, PageRefusal> {
    let login = login.trim();
    if !login.is_empty() && !is_text(login) {
        return Err(PageRefusal::misread());
    }
    let account = named(&account)?;
    let address = Some(login).filter(|login| !login.is_empty());
    let begun = match owner(&guest, &user) {
        Ok(owner) => dashboard.desk.connect_by_code(&guest.actor, owner, address).await,
        Err(error) => Err(error),
    };
    let (dashboard, visit, guest, user) = (&dashboard, &visit, &guest, user.as_str());
    Pressed { dashboard, page, visit, guest, user, login, account }.led(begun).await
}

/// Begins a sign-in at Microsoft in this window, which may be a popup. It is tied to this browser at once: whoever presses the
/// button has seen for whom it is. It takes the place of one that was begun before.
pub(super) async fn with_microsoft(
    State(dashboard): State<Dashboard>,
    page: Frame,
    visit: Visit,
    guest: Admitted,
    SentForm(MicrosoftConnect { user, account }): SentForm<MicrosoftConnect>,
) -> Result<Response, PageRefusal> {
    let popup = dashboard.access.popup.as_ref().filter(|_| visit.is_where_popups_return);
    let popup = popup.ok_or_else(PageRefusal::not_found)?;
    let account = named(&account)?;
    let begun = match owner(&guest, &user) {
        Ok(owner) => {
            let named = ConnectionNamed { account: account.clone(), user: Some(owner.to_owned()) };
            begun(&dashboard, &page, &guest, popup, named).await
        }
        Err(error) => Err(error),
    };
    let (dashboard, visit, guest) = (&dashboard, &visit, &guest);
    match begun {
        Ok(response) => Ok(response),
        Err(error) => {
            let pressed = Pressed { dashboard, page, visit, guest, user: &user, login: "", account };
            pressed.again(error).await
        }
    }
}

fn named(account: &str) -> Result<Option<AccountId>, PageRefusal> {
    match account {
        "" => Ok(None),
        id => AccountId::parse(id).map(Some).ok_or_else(PageRefusal::not_found),
    }
}

async fn begun(
    dashboard: &Dashboard,
    page: &Frame,
    guest: &Admitted,
    popup: &Popup,
    named: ConnectionNamed,
) -> Result<Response, DeskError> {
    let (opener, redirect_uri) = (popup.dashboard().into(), popup.redirect_uri.clone());
    let wish = PopupWish { name: None, expected: None, opener, redirect_uri };
    let (desk, actor) = (&dashboard.desk, &guest.actor);
    let begun = desk.begin_popup(actor, &named, wish).await?;
    if let Some(owner) = &named.user {
        desk.end_attempts_before(actor, owner, &begun.attempt).await?;
    }
    let bound = desk.bind_popup(begun.handle.expose_secret()).await?;
    let cookie = popup_cookie(&bound.cookie, bound.value.expose_secret(), POPUP_LIFE.as_secs());
    let going_on = GoingOnPage { page, attempt: &begun.attempt, place: bound.location.as_str() };
    Ok(([(header::SET_COOKIE, cookie)], render(&going_on)).into_response())
}

/// For whom it is connected: themselves, or whom an operator names.
fn owner<'a>(guest: &'a Admitted, named: &'a str) -> Result<&'a str, DeskError> {
    match guest.session.visitor.owner.as_deref() {
        Some(own) => Ok(own),
        None => Some(named.trim()).filter(|user| is_user(user)).ok_or(DeskError::NoUser),
    }
}

fn is_text(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && !text.contains(char::is_control)
}
