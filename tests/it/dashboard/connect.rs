//! Connecting on the pages: with Microsoft, by a password, by a code.

use super::*;
use crate::stage::Answer;
use outlook_sim::{Options, Settings, SignIn, Weight};
use outlook_syncd::desk::sign_ins::SignInState;
use outlook_syncd::model::{AuditAction, Reach, SignInId, Visitor};
use reqwest::StatusCode;
use url::Url;

/// A stage whose mailboxes are signed in to so.
pub(super) async fn signing_in(sign_in: SignIn) -> Stage {
    let settings = Settings { sign_in, weight: Weight::Light, ..Settings::default() };
    let mut world = World::of(Options { settings, ..Options::default() }).await;
    world.register(Registration::public(CALLBACK));
    Stage::on(world).await
}

/// Where a page goes on to, of Microsoft's.
fn going_on(page: &Answer) -> Url {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let (_, rest) = page.text.split_once("content=\"0;url=").unwrap_or_else(|| panic!("{}", page.text));
    rest.split('"').next().unwrap().replace("&#38;", "&").parse().unwrap()
}

/// A sign-in at Microsoft that this guest begins, as far as the page that brings it back: what its form sends.
pub(super) async fn came_back(
    guest: &Guest<'_>,
    stage: &Stage,
    form: &[(&str, &str)],
    accept: bool,
) -> [String; 2] {
    let begun = guest.post("/ui/connect/microsoft", form).await;
    let landed = stage.sim().visit(going_on(&begun).as_str(), &stage.account(0).smtp, accept).await.unwrap();
    let returned = stage.browse(landed.url(), Some(&begun.cookie())).await;
    assert_eq!(returned.status, StatusCode::SEE_OTHER, "{}", returned.text);
    let back: Url = returned.header("location").parse().unwrap();
    assert!(back.as_str().starts_with(&format!("https://{HOST}/ui/connect/back?")), "{back}");
    // No cookie comes with it from another site.
    let page = Guest::nobody(stage).get(&format!("{}?{}", back.path(), back.query().unwrap())).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    ["finish", "attempt"].map(|name| {
        let (_, rest) = page.text.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    })
}

pub(super) async fn finished(guest: &Guest<'_>, [finish, attempt]: &[String; 2]) -> Answer {
    let ended = guest.post("/ui/connect/finish", &[("finish", finish), ("attempt", attempt)]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text);
    guest.get(ended.header("location")).await
}

async fn accounts(stage: &Stage) -> Vec<String> {
    let all = stage.store().accounts(&Reach::Everyone).await.unwrap();
    all.into_iter().map(|account| account.owner).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_connects_with_microsoft_and_sees_as_whom() {
    for postgres in [false, true] {
        let stage = stage(postgres).await;
        let (owner, other) = (Guest::owner(&stage, "u1").await, Guest::owner(&stage, "u2").await);
        assert!(owner.get("/ui/connect").await.text.contains("Sign in with Microsoft"));
        let back = came_back(&owner, &stage, &[], true).await;
        let pending = owner.get(&format!("/ui/connect/attempts/{}", back[1])).await;
        assert!(pending.text.contains("Waiting for Microsoft"), "{}", pending.text);
        let page = finished(&owner, &back).await;
        let address = stage.account(0).smtp.to_lowercase();
        assert!(page.text.contains("Connected as") && page.text.contains(&address), "{}", page.text);
        assert_eq!(accounts(&stage).await, ["u1"]);
        for path in ["", "/live"] {
            let foreign = other.get(&format!("/ui/connect/attempts/{}{path}", back[1])).await;
            assert_eq!(foreign.status, StatusCode::NOT_FOUND, "another owner's");
        }
        let log = stage.store().audit_log(9).await.unwrap();
        let told: Vec<_> = log.iter().map(|line| (line.action, line.actor.as_str())).collect();
        for action in [AuditAction::ConnectBegun, AuditAction::Connected] {
            assert!(told.contains(&(action, "user:u1")), "{told:?}");
        }
        // Sent once more, as a page that is reloaded does: it shows how it ended.
        assert!(finished(&owner, &back).await.text.contains("Connected as"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_at_microsoft_is_told_that_nothing_was_connected_and_how_to_begin_again() {
    let stage = stage(false).await;
    let owner = Guest::owner(&stage, "u1").await;
    let back = came_back(&owner, &stage, &[], false).await;
    let page = finished(&owner, &back).await;
    for said in ["Nothing was connected", "Begin again", "href=\"/ui/connect\""] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert_eq!(accounts(&stage).await, [""; 0]);
    let is_told = async |told: bool| {
        let page = owner.get("/ui/connect").await.text;
        let attempt = format!("/ui/connect/attempts/{}", back[1]);
        assert_eq!((page.contains("Nothing was connected"), page.contains(&attempt)), (told, told), "{page}");
    };
    // Who looked elsewhere meanwhile finds it, until they begin anew.
    is_told(true).await;
    let again = came_back(&owner, &stage, &[], true).await;
    let given_up = owner.post(&format!("/ui/connect/attempts/{}/cancel", again[1]), &[]).await;
    assert_eq!(given_up.status, StatusCode::SEE_OTHER);
    is_told(false).await;
    let page = finished(&owner, &again).await;
    assert!(page.text.contains("Nothing was connected"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_user_begins_at_microsoft_connects_nothing_for_another() {
    let stage = stage(false).await;
    let (owner, other) = (Guest::owner(&stage, "u1").await, Guest::owner(&stage, "u2").await);
    let [finish, attempt] = came_back(&owner, &stage, &[], true).await;
    let sent = other.post("/ui/connect/finish", &[("finish", &finish), ("attempt", &attempt)]).await;
    assert!(sent.status.is_client_error(), "{} {}", sent.status, sent.text);
    assert_eq!(accounts(&stage).await, [""; 0]);
    // By an owner another user is named for nothing.
    let named = other.post("/ui/connect/microsoft", &[("user", "u1")]).await;
    let begun = stage.sim().visit(going_on(&named).as_str(), &stage.account(1).smtp, true).await.unwrap();
    let returned = stage.browse(begun.url(), Some(&named.cookie())).await;
    let back: Url = returned.header("location").parse().unwrap();
    let form: Vec<_> =
        back.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    other.post("/ui/connect/finish", &form).await;
    assert_eq!(accounts(&stage).await, ["u2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_connects_for_the_user_whom_they_name() {
    let stage = stage(false).await;
    let operator = Guest::operator(&stage).await;
    for (path, form) in [
        ("/ui/connect/microsoft", vec![("user", " ")]),
        ("/ui/connect/password", vec![("login", "ada@example.test"), ("password", "canary-password")]),
        ("/ui/connect/code", vec![("user", "")]),
    ] {
        let refused = operator.post(path, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(
            refused.text.contains("name the user") && !refused.text.contains("canary"),
            "{}",
            refused.text
        );
    }
    let back = came_back(&operator, &stage, &[("user", "u7")], true).await;
    let page = finished(&operator, &back).await;
    assert!(page.text.contains("Connected as"), "{}", page.text);
    assert_eq!(accounts(&stage).await, ["u7"]);
    let account = stage.store().accounts(&Reach::Everyone).await.unwrap().remove(0);
    let again = operator.get(&format!("/ui/connect?account={}", account.id)).await;
    assert!(again.text.contains("Connect again") && again.text.contains("value=\"u7\""), "{}", again.text);
    let theirs = Guest::owner(&stage, "u1").await.get(&format!("/ui/connect?account={}", account.id)).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn by_an_address_that_microsoft_does_not_send_back_to_it_says_where_to_go() {
    let stage = stage(false).await;
    let guest = Guest::owner(&stage, "u1").await;
    let cookie = guest.cookie.replace("__Host-", "");
    let by =
        |request: reqwest::RequestBuilder| request.header("host", "localhost:8425").header("cookie", &cookie);
    let page = Answer::of(by(Guest::nobody(&stage).bare(Method::GET, "/ui/connect"))).await;
    assert!(page.text.contains(&format!("https://{HOST}/ui/connect")), "{}", page.text);
    let refused = by(Guest::nobody(&stage).bare(Method::POST, "/ui/connect/microsoft"));
    let refused = refused.header("origin", "http://localhost:8425");
    assert_eq!(Answer::of(guests::with_form(refused, &[])).await.status, StatusCode::NOT_FOUND);
}

/// Browsers keep no `__Host-` cookie of `http://localhost`.
#[tokio::test(flavor = "multi_thread")]
async fn on_this_machine_itself_by_http_a_sign_in_at_microsoft_comes_back_too() {
    let place = "http://localhost:8425/v1/integrations/outlook/callback";
    let stage = Stage::of(Registration::public(place), &[("OAUTH__REDIRECT_URI", place)]).await;
    let guest = Guest::owner(&stage, "u1").await;
    let cookie = guest.cookie.replace("__Host-", "");
    let by = |request: reqwest::RequestBuilder, cookie: &str| {
        request
            .header("host", "localhost:8425")
            .header("origin", "http://localhost:8425")
            .header("cookie", cookie)
    };
    let asked = by(guest.bare(Method::POST, "/ui/connect/microsoft"), &cookie);
    let begun = Answer::of(guests::with_form(asked, &[])).await;
    let tied = begun.cookie();
    assert!(tied.starts_with("connect-") && !begun.header("set-cookie").contains("Secure"), "{tied}");
    let landed = stage.sim().visit(going_on(&begun).as_str(), &stage.account(0).smtp, true).await;
    let landed: Url = landed.unwrap().url().parse().unwrap();
    let path = format!("{}?{}", landed.path(), landed.query().unwrap());
    let returned = Answer::of(by(guest.bare(Method::GET, &path), &tied)).await;
    assert!(
        returned.header("location").starts_with("http://localhost:8425/ui/connect/back?"),
        "{}",
        returned.text
    );
}

/// Where a connect that this form begins is led.
async fn led(guest: &Guest<'_>, form: &[(&str, &str)]) -> String {
    let begun = guest.post("/ui/connect/password", form).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    begun.header("location").to_owned()
}

/// Its page, once it waits for somebody or has ended.
async fn stands(on: &Stage, guest: &Guest<'_>, at: &str) -> String {
    let id = SignInId::parse(at.rsplit('/').next().unwrap()).unwrap();
    let mut state = on.app.desk.sign_in(&Visitor::owner("u1", None).actor(), &id).unwrap();
    let waits = |state: &SignInState| {
        matches!(state, SignInState::Asks(_) | SignInState::Connected(_) | SignInState::Failed(_))
    };
    loop {
        state.wait_for(waits).await.unwrap();
        let page = guest.get(at).await.text;
        if !page.contains("Under way") {
            return page;
        }
        state.changed().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_led_through_their_second_factor_on_the_page() {
    let stage = signing_in(SignIn::Choice).await;
    let (account, owner) = (stage.account(0), Guest::owner(&stage, "u1").await);
    let at = led(&owner, &[("login", &account.smtp), ("password", &account.password)]).await;
    let other = Guest::owner(&stage, "u2").await;
    for form in [("way", "app_code"), ("code", "000000"), ("code", account.one_time_code.as_str())] {
        let page = stands(&stage, &owner, &at).await;
        let asked = if form.0 == "way" { "value=\"app_code\"" } else { "autocomplete=\"one-time-code\"" };
        assert!(page.contains(asked), "{page}");
        assert_eq!(other.get(&at).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.post(&format!("{at}/answer"), &[form]).await.status, StatusCode::NOT_FOUND);
        let misread = owner.post(&format!("{at}/answer"), &[("way", "nonsense")]).await;
        assert_eq!(misread.status, StatusCode::BAD_REQUEST);
        let answered = owner.post(&format!("{at}/answer"), &[form]).await;
        assert_eq!((answered.status, answered.header("location")), (StatusCode::SEE_OTHER, at.as_str()));
    }
    let page = stands(&stage, &owner, &at).await;
    assert!(page.contains("Connected as") && page.contains("/ui/accounts/"), "{page}");
    assert_eq!(accounts(&stage).await, ["u1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_to_confirm_is_shown_and_a_wrong_password_is_on_no_page_and_not_tried_again() {
    let stage = signing_in(SignIn::Mfa).await;
    let (account, owner) = (stage.account(0), Guest::owner(&stage, "u1").await);
    let wrong = [("login", account.smtp.as_str()), ("password", "canary-password")];
    for said in ["Nothing was connected", "was refused before"] {
        let at = led(&owner, &wrong).await;
        let page = stands(&stage, &owner, &at).await;
        assert!(page.contains(said) && !page.contains("canary-password"), "{page}");
    }
    assert_eq!(stage.sim().password_attempts(&account.smtp).wrong, 1);
    // Who looked elsewhere meanwhile finds it.
    let page = owner.get("/ui/connect").await.text;
    assert!(page.contains("/ui/connects/") && page.contains("Nothing was connected"), "{page}");
    let at = led(&owner, &[("login", &account.smtp), ("password", &account.password)]).await;
    let page = stands(&stage, &owner, &at).await;
    assert!(page.contains("class=\"figure\"") && page.contains("I have confirmed it"), "{page}");
    let given_up = owner.post(&format!("{at}/end"), &[]).await;
    assert_eq!(given_up.header("location"), "/ui/connect");
    let lost = owner.get(&at).await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    assert!(lost.text.contains("Begin it again"), "{}", lost.text);
    let log = format!("{:?}", stage.store().audit_log(50).await.unwrap());
    assert!(!log.contains("canary-password"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_three_sign_ins_under_way_is_told_to_finish_one() {
    let stage = signing_in(SignIn::Plain).await;
    let (owner, operator) = (Guest::owner(&stage, "u1").await, Guest::operator(&stage).await);
    // Each waits until its code is typed, however long the next takes.
    for _ in 0..3 {
        let begun = operator.post("/ui/connect/code", &[("user", "u1")]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    }
    let fourth = [("login", "d@example.test"), ("password", "an invented password")];
    let refused = owner.post("/ui/connect/password", &fourth).await;
    assert!(!refused.status.is_success() && !refused.status.is_redirection(), "{}", refused.status);
    assert!(
        refused.text.contains("Another sign-in of this user")
            && refused.text.contains("value=\"d@example.test\""),
        "{}",
        refused.text
    );
    assert!(!refused.text.contains("an invented password"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_has_a_code_shown_that_somebody_types_elsewhere_and_no_owner_has() {
    let stage = signing_in(SignIn::Plain).await;
    let operator = Guest::operator(&stage).await;
    let begun = operator.post("/ui/connect/code", &[("user", "u1"), ("login", "")]).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
    let page = operator.get(begun.header("location")).await.text;
    let (_, rest) = page.split_once("class=\"figure\">").unwrap();
    let code = rest.split('<').next().unwrap();
    assert!(code.len() >= 8 && page.contains("microsoft.com"), "{page}");
    let ended = operator.post(&format!("{}/end", begun.header("location")), &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    let owner = Guest::owner(&stage, "u1").await;
    assert!(!owner.get("/ui/connect").await.text.contains("/ui/connect/code"));
    assert_eq!(owner.post("/ui/connect/code", &[("user", "u1")]).await.status, StatusCode::NOT_FOUND);
}
