//! What passwords are known again by. Those of Microsoft are not kept themselves.

use super::{Result, Strongbox};
use crate::model::AccountId;
use crate::secret::{SecretText, copy};
use crate::vault::DataKey;
use std::sync::Arc;

impl Strongbox {
    /// The version of a password, which itself is not kept. The same password of the same account has the
    /// same version, so that one that was refused is known again when it is typed again; who has the database
    /// cannot guess it by the version, and who has the key too has to take a tenth of a second for each guess.
    ///
    /// # Errors
    /// When the database fails, the account is another's or its key does not open.
    pub async fn password_version(
        &self,
        account: &AccountId,
        owner: &str,
        password: &SecretText,
    ) -> Result<String> {
        let (key, _) = self.key_to_seal(account, Some(owner), None).await?;
        let (id, password) = (account.clone(), copy(password));
        self.named(move || key.password_name(id.as_str(), &password)).await
    }

    /// The versions of today for those of the version before: old and new.
    pub(super) async fn renamed(
        &self,
        account: &AccountId,
        key: &Arc<DataKey>,
        old: Vec<String>,
    ) -> Result<Vec<(String, String)>> {
        if old.is_empty() {
            return Ok(Vec::new());
        }
        let (id, key) = (account.clone(), Arc::clone(key));
        let rename = move |old: String| {
            let new = key.password_renamed(id.as_str(), &old);
            (old, new)
        };
        self.named(move || old.into_iter().map(rename).collect()).await
    }

    /// Off the threads that others run on, one at a time: also where nobody waits for it any more, since it cannot be stopped.
    async fn named<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = Arc::clone(&self.naming).acquire_owned().await.expect("it is never closed");
        let work = move || {
            let _held = turn;
            work()
        };
        Ok(tokio::task::spawn_blocking(work).await.expect("the hash of a password does not panic"))
    }
}

#[cfg(test)]
mod tests {
    use crate::strongbox::tests::world;
    use futures::FutureExt as _;
    use std::sync::mpsc::channel;

    #[tokio::test]
    async fn a_password_that_nobody_waits_for_any_more_has_its_turn_until_it_has_its_name() {
        let strongbox = world().await.strongbox;
        let (done, is_done) = channel::<()>();
        let mut naming = Box::pin(strongbox.named(move || is_done.recv().is_ok()));
        assert!(naming.as_mut().now_or_never().is_none());
        drop(naming);
        let mut next = Box::pin(strongbox.named(|| ()));
        assert!(next.as_mut().now_or_never().is_none(), "it waits");
        done.send(()).unwrap();
        next.await.unwrap();
    }
}
