//! The device code flow.

use super::super::{App, Audience, Landed, OauthError};
use super::Client;
use super::client::Answer;
use crate::knobs::{Failure, Kind};

const SCOPE: &str = "openid profile offline_access User.Read";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl Client {
    async fn device(&self) -> Answer {
        self.post("devicecode", &[("scope", SCOPE)]).await
    }

    async fn poll(&self, code: &str) -> Answer {
        self.post("token", &[("grant_type", GRANT), ("device_code", code)]).await
    }

    async fn type_code(&self, code: &str, accept: bool) -> Landed {
        self.sim.type_user_code(code, &self.account.smtp, accept).await.unwrap()
    }
}

#[tokio::test]
async fn a_device_waits_until_its_person_has_answered() {
    let client = Client::public();
    let device = client.device().await;
    assert_eq!((&device.body["expires_in"], &device.body["interval"]), (&900.into(), &5.into()));
    assert_eq!(device.body["verification_uri"], "https://microsoft.com/devicelogin");
    assert!(device.text("message").contains(&device.text("user_code")));
    assert_eq!(device.body.get("verification_uri_complete"), None);
    let code = device.text("device_code");
    assert_eq!(client.poll(&code).await.refusal(), ("authorization_pending", 70_016));
    assert_eq!(client.sim.pending_user_codes(), [device.text("user_code")]);
    client.type_code(&device.text("user_code").to_lowercase(), true).await;
    let answer = client.poll(&code).await;
    assert!(answer.text("refresh_token").len() > 1024);
    assert_eq!(client.poll(&code).await.refusal(), ("bad_verification_code", 70_018));
    assert_eq!(client.sim.count("device_code", &client.account.smtp), 1);
}

#[tokio::test]
async fn every_client_finds_the_field_that_it_sends() {
    let client = Client::public();
    for (grant, field) in [("device_code", "device_code"), (GRANT, "code")] {
        let device = client.device().await;
        client.type_code(&device.text("user_code"), true).await;
        let fields = [("grant_type", grant), (field, &device.text("device_code"))];
        assert!(client.post("token", &fields).await.status.is_success(), "{grant} {field}");
    }
}

#[tokio::test]
async fn a_device_that_is_declined_or_forgotten() {
    let client = Client::public();
    let declined = client.device().await;
    client.type_code(&declined.text("user_code"), false).await;
    assert_eq!(client.poll(&declined.text("device_code")).await.refusal().0, "authorization_declined");
    let forgotten = client.device().await;
    assert_eq!(client.sim.expire_device_codes(), 1);
    assert_eq!(client.poll(&forgotten.text("device_code")).await.refusal(), ("expired_token", 70_019));
    let late = client.type_code(&forgotten.text("user_code"), true).await;
    assert!(matches!(&late, Landed::Page { id, .. } if id == "RemoteConnectEnterCode"), "{late:?}");
    assert_eq!(client.poll("made-up").await.refusal(), ("bad_verification_code", 70_018));
}

#[tokio::test]
async fn variants_of_the_answers() {
    let client = Client::public();
    client.sim.set(None, |settings| settings.identity.device_interval_s = None);
    let device = client.device().await;
    assert_eq!(device.body.get("interval"), None);
    for name in ["slow_down", "access_denied"] {
        let failure = Failure::from(Kind::Oauth(OauthError::named(name))).on(&["device_code"]).times(1);
        client.sim.fail(None, failure);
        let answer = client.poll(&device.text("device_code")).await;
        assert_eq!((answer.refusal(), answer.status.as_u16()), ((name, 0), 400));
    }
    let german = client.post("devicecode?mkt=de-DE", &[("scope", SCOPE)]).await;
    assert!(german.text("message").starts_with("Verwenden Sie"));
    let mut tenant_app = Client::of(App::public("http://localhost/cb").for_audience(Audience::Tenant));
    assert_eq!(tenant_app.device().await.refusal().1, 50_194);
    tenant_app.tenant = "consumers";
    assert_eq!(tenant_app.device().await.refusal().1, 9_002_332);
}
