//! The e-mail step and the password step.

use axum::Json;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::flow::{Flow, Posted};
use super::{authorize, cookies, pages, record, stay};
use crate::knobs::SignIn;
use crate::sim::{PasswordCheck, Sim};

/// Wrong passwords after which an account is locked for a while.
const LOCKED_AFTER: usize = 10;

#[derive(Deserialize)]
pub(super) struct Who {
    username: String,
    #[serde(rename = "flowToken")]
    flow_token: String,
}

pub(super) async fn credential_type(State(sim): State<Sim>, Json(who): Json<Who>) -> Response {
    let account = sim.account(&who.username);
    let federated = account.is_some() && sim.settings(&who.username).sign_in == SignIn::Federated;
    let mut credentials = json!({"PrefCredential": 1, "HasPassword": true, "RemoteNgcParams": null, "FidoParams": null, "SasParams": null});
    match account.as_ref().map(|account| sim.settings(&account.smtp).sign_in) {
        Some(SignIn::Federated) => {
            credentials["PrefCredential"] = json!(4);
            credentials["FederationRedirectUrl"] = json!(federation_url(&who.username));
        }
        Some(SignIn::Passwordless) => {
            credentials["PrefCredential"] = json!(2);
            credentials["RemoteNgcParams"] =
                json!({"SessionIdentifier": "AQABAAEAAAA", "Entropy": 42, "DefaultType": 1});
        }
        Some(SignIn::Passkey) => {
            credentials["PrefCredential"] = json!(7);
            credentials["FidoParams"] = json!({"AllowList": []});
        }
        Some(_) | None => {}
    }
    let answer = Json(json!({
        "Username": who.username, "Display": who.username.to_lowercase(), "IfExistsResult": i32::from(account.is_none()), "IsUnmanaged": false,
        "ThrottleStatus": i32::from(federated), "Credentials": credentials,
        "EstsProperties": {"UserTenantBranding": null, "DomainType": if federated { 4 } else { 3 }},
        "FlowToken": who.flow_token, "IsSignupDisallowed": true, "apiCanary": "PAQABDgEAAAA",
    }));
    let answer = answer.into_response();
    record(&sim, "GetCredentialType", account.map(|account| account.smtp).as_deref(), &answer);
    answer
}

fn federation_url(username: &str) -> Value {
    let domain = username.rsplit('@').next().unwrap_or_default();
    json!(format!(
        "https://adfs.{domain}/adfs/ls/?username={}&wa=wsignin1.0&wtrealm=urn%3afederation%3aMicrosoftOnline",
        super::flow::encode(username)
    ))
}

pub(super) async fn login(State(sim): State<Sim>, Form(posted): Form<Posted>) -> Response {
    let Some(flow) = posted.flow() else {
        return pages::stop(
            &pages::ERROR,
            &Flow::default(),
            90014,
            "The required field 'request' is missing from the credential.",
        );
    };
    let flow = Flow { login: posted.login.to_lowercase(), accepted: false, ..flow };
    let answer = check(&sim, &flow, &posted.passwd);
    record(&sim, "login", Some(&flow.login), &answer);
    answer
}

fn check(sim: &Sim, flow: &Flow, password: &str) -> Response {
    let locked = sim.password_attempts(&flow.login).wrong >= LOCKED_AFTER;
    match sim.check_password(&flow.login, password) {
        PasswordCheck::UnknownUser => pages::refused(&Flow { login: String::new(), ..flow.clone() }, "50034"),
        PasswordCheck::Right | PasswordCheck::Wrong if locked => pages::refused(flow, "50053"),
        PasswordCheck::Wrong => pages::refused(flow, "50126"),
        PasswordCheck::Right => accepted(sim, &Flow { accepted: true, ..flow.clone() }),
    }
}

/// What follows a right password; only where nothing else is wanted first is the browser signed in by it.
fn accepted(sim: &Sim, flow: &Flow) -> Response {
    let post = |path: &str| format!("https://{}/common/{path}", crate::hosts::LOGIN);
    match sim.settings(&flow.login).sign_in {
        SignIn::Disabled => pages::refused(flow, "50057"),
        SignIn::ConditionalAccess => authorize::blocked(flow),
        SignIn::Mfa | SignIn::MfaDenied | SignIn::MfaTimeout => {
            super::factor::page(flow, Some(super::factor::APPROVAL))
        }
        SignIn::Code => super::factor::page(flow, Some(super::factor::APP_CODE)),
        SignIn::Choice => super::factor::page(flow, None),
        SignIn::ProofUp => pages::render(
            &pages::PROOF_UP,
            flow,
            &json!({
                "urlPostRedirect": "https://mysignins.microsoft.com/register", "urlSkipMfaRegistration": format!("{}?ctx={}", post("skipproofup"), flow.ctx()),
                "sProofUpToken": "", "sProofUpTokenName": "evo_code", "iErrorCode": 50072, "iRemainingDaysToSkipMfaRegistration": 10,
                "oProofUp": {"iRemainingDays": 10},
            }),
        ),
        SignIn::AppConfirm => stay::asked_for_app(sim, flow),
        SignIn::UnknownPage => {
            let mut answer = pages::render(&pages::UNKNOWN, flow, &json!({"urlPost": post("reminder")}));
            cookies::sign_in(sim, &flow.login, &mut answer);
            answer
        }
        SignIn::Plain | SignIn::Federated | SignIn::Passkey | SignIn::Passwordless => {
            stay::signed_in(sim, flow)
        }
    }
}
