//! The end of a sign-in in a popup: whoever began it comes with what the popup brought back.
//!
//! A code is redeemed once. As long as it is not, or nobody knows, the sign-in can be finished again: of a code that was
//! redeemed unseen Microsoft says so then.

use super::{PopupAnswer, Private, hash, opened};
use crate::error::{Classify, Disposition};
use crate::model::{AccountId, AttemptId, AuditEntry, Beginner, Resource};
use crate::oauth::provider::TokenAnswer;
use crate::oauth::{Authority, CallbackFault, OAuth, OAuthError, Refusal, SignedIn, refusal};
use crate::secret::secret;
use crate::store::Flow;
use crate::strongbox::TakenFlow;

/// A sign-in that was taken to be finished: nobody else can meanwhile.
pub struct PopupTaken {
    /// The attempt that it belongs to.
    pub attempt: AttemptId,
    flow: Flow,
    /// What it was begun with and what came back; or why they cannot be read.
    contents: Result<(Private, PopupAnswer), OAuthError>,
    /// Who has taken it.
    by: Beginner,
}

impl PopupTaken {
    /// For whom it was begun.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.flow.owner
    }

    /// The account that was to be connected again.
    #[must_use]
    pub fn account(&self) -> Option<&AccountId> {
        self.flow.account.as_ref()
    }
}

impl OAuth {
    /// Takes the sign-in that `finish` leads to. Where another has begun it, `refusal` is kept of it.
    ///
    /// # Errors
    /// `NotUnderWay` when there is none; those of the database.
    pub async fn take(
        &self,
        finish: &str,
        by: Beginner,
        refusal: &AuditEntry,
    ) -> Result<PopupTaken, OAuthError> {
        let taken = self.strongbox.take_flow(&hash(finish), &by, refusal, self.clock.now()).await?;
        let TakenFlow { attempt, flow, contents } = taken.ok_or(OAuthError::NotUnderWay)?;
        let contents = contents.map_err(OAuthError::from).and_then(|(private, answer)| {
            opened(&private).zip(opened(&answer)).ok_or(OAuthError::NotUnderWay)
        });
        Ok(PopupTaken { attempt, flow, contents, by })
    }

    /// Asks Microsoft for the tokens of a sign-in that was taken by who began it.
    ///
    /// # Errors
    /// `AnotherUser` where another has begun it, before anybody is asked; that its row was changed; what Microsoft
    /// answered or answers that is no sign-in; `NotRedeemed` where it can be finished again; `AnotherMailbox` where a
    /// certain one was expected.
    pub async fn redeem(&self, taken: PopupTaken) -> Result<SignedIn, OAuthError> {
        let PopupTaken { attempt, flow, contents, by } = taken;
        if flow.beginner() != by {
            return Err(OAuthError::AnotherUser);
        }
        let (private, answer) = contents?;
        let authority = Authority::at(&flow.authority);
        let tokens = self.exchanged(&authority, &flow, &private, &answer).await.map_err(not_redeemed)?;
        let nonce = secret(private.nonce);
        let signed_in = self.signed_in(&authority, &tokens, Some(&nonce)).await.map_err(spent)?;
        match private.expected {
            Some(expected) if !signed_in.is_at(&expected) => {
                Err(OAuthError::AnotherMailbox { expected, found: signed_in.known_as() })
            }
            Some(_) | None => Ok(SignedIn { attempt: Some(attempt), ..signed_in }),
        }
    }

    async fn exchanged(
        &self,
        authority: &Authority,
        flow: &Flow,
        private: &Private,
        answer: &PopupAnswer,
    ) -> Result<TokenAnswer, OAuthError> {
        let provider = self.provider()?;
        let metadata = provider.metadata(authority).await?;
        if answer.iss.as_ref().is_some_and(|iss| !metadata.is_issuer(iss)) {
            return Err(CallbackFault::Issuer.into());
        }
        if let Some(error) = &answer.error {
            return Err(self.refused(error, answer, authority)?);
        }
        let code = answer.code.as_ref().ok_or(CallbackFault::Empty)?;
        let scope = provider.settings.hosts.token(Resource::Graph, &provider.settings.uses);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &flow.redirect_uri),
            ("code_verifier", &private.verifier),
            ("scope", &scope),
        ];
        // They are wanted once the code is spent.
        provider.keys(&metadata, None).await?;
        provider.token(authority, &form).await
    }

    fn refused(
        &self,
        error: &str,
        answer: &PopupAnswer,
        authority: &Authority,
    ) -> Result<OAuthError, OAuthError> {
        let wire = refusal::ErrorResponse {
            error: error.to_owned(),
            error_description: answer.error_description.clone(),
            ..refusal::ErrorResponse::default()
        };
        let mut refusal = Refusal::new(wire);
        refusal.admin_link = authority.admin_link(&self.provider()?.settings.registration.client_id);
        Ok(OAuthError::Refused(Box::new(refusal)))
    }
}

/// What fails for a while leaves the code as good as it was, or spent it unseen.
fn not_redeemed(error: OAuthError) -> OAuthError {
    if passes(&error) { OAuthError::NotRedeemed(Box::new(error)) } else { error }
}

/// A code is good once: what fails for a while behind it cannot be done again.
fn spent(error: OAuthError) -> OAuthError {
    if passes(&error) { OAuthError::Spent(Box::new(error)) } else { error }
}

fn passes(error: &OAuthError) -> bool {
    error.meaning().disposition == Disposition::Retry
}
