//! What the desk could not do.

use super::Problem;
use crate::desk::DeskError;
use crate::error::{Classify, Disposition};
use crate::model::{AccountId, Grant};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// One account among several.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccountNamed {
    account: AccountId,
    address: String,
}

impl AccountNamed {
    fn of(grant: &Grant) -> Self {
        Self { account: grant.account_id.clone(), address: grant.name.clone() }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        if matches!(error, DeskError::NoSuchAccount(_)) {
            // Not by the name that was given: another's is no different from none.
            return Self::no_such_account();
        }
        let since = if let DeskError::Running(held) = &error { held.since } else { None };
        let accounts = if let DeskError::SeveralAccounts(grants) = &error {
            Some(grants.iter().map(AccountNamed::of).collect())
        } else {
            None
        };
        Self { since, accounts, ..Self::of(status(&error), error.into()) }
    }
}

/// 404 for what is not there, 400 for what was asked in a wrong way, 403 for what is others' to ask, 409 when one account has to be named, a
/// cycle runs or somebody has to act first, 412 when another was faster, 422 when a key is used for two requests, 429 when enough was sent, 503 when time will tell.
fn status(error: &DeskError) -> StatusCode {
    use DeskError as E;
    match error {
        E::NoSuchAccount(_)
        | E::NoSuchToken(_)
        | E::NoSuchOperator(_)
        | E::NoSuchContact(_)
        | E::NoSuchMessage(_)
        | E::NoSuchSending(_)
        | E::NoSuchMatch(_)
        | E::NoSuchWrite(_)
        | E::SignInLost
        | E::NoConflict(_)
        | E::NoPhoto(_)
        | E::NoSuchAttachment { .. }
        | E::ContentGone
        | E::NotAsked => StatusCode::NOT_FOUND,
        E::NoSuchFolder(_)
        | E::NoUser
        | E::SeveralTokens { .. }
        | E::WrongToken(_)
        | E::OperatorExists(_)
        | E::WrongOperator(_)
        | E::SeveralContacts { .. }
        | E::WrongContact(_)
        | E::WrongPhoto(_)
        | E::WrongApproval(_)
        | E::WrongAct(_)
        | E::WrongSend(_)
        | E::NoAddress(_)
        | E::WrongAddress(_) => StatusCode::BAD_REQUEST,
        E::Store(_) if error.is_misnamed() => StatusCode::BAD_REQUEST,
        E::TooMuch | E::CodeByOperator => StatusCode::FORBIDDEN,
        E::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        E::SendFull { .. } => StatusCode::TOO_MANY_REQUESTS,
        E::StaleContact | E::BrakeChanged => StatusCode::PRECONDITION_FAILED,
        E::SeveralAccounts(_)
        | E::Running(_)
        | E::SignInsUnderWay
        | E::RequestUnderWay
        | E::LiesElsewhere(_) => StatusCode::CONFLICT,
        E::ExternalIdTaken(_)
        | E::NoContacts(_)
        | E::NoMailRoad(_)
        | E::RoadWithoutSession(_)
        | E::RoadWithoutConsent(_)
        | E::RoadByImapAlone(_)
        | E::RoadWithMail(_)
        | E::RoadCannotAct(_)
        | E::RoadCannotFetch(_)
        | E::ActsOff(_)
        | E::NoPurge(_)
        | E::UnconfirmedActs(_)
        | E::SendOff(_)
        | E::SendingDecided(_)
        | E::TooManyCorrespondences(_)
        | E::KeptContact(_)
        | E::Leaving(_)
        | E::AtFault(_)
        | E::AnotherPerson(_)
        | E::NotTheOwner(_)
        | E::RefusedBefore
        | E::OutcomeUnknown
        | E::SignInsFull
        | E::Owa(_)
        | E::OAuth(_)
        | E::Graph(_)
        | E::Imap(_)
        | E::Sync(_)
        | E::Reader(_)
        | E::Store(_)
        | E::Key(_)
        | E::Lock(_) => match error.meaning().disposition {
            Disposition::NeedsLogin | Disposition::Blocked => StatusCode::CONFLICT,
            Disposition::Retry | Disposition::Drift | Disposition::Fatal => StatusCode::SERVICE_UNAVAILABLE,
        },
    }
}
