//! Variants of the real thing and the failures that it is known for. Settings last until changed; a failure
//! may be limited to some actions and to the next N requests.

mod failure;
mod settings;
mod variants;

use std::collections::HashMap;

use anyhow::Result;
use serde_json::Value;

pub use failure::{Failure, Kind};
pub use settings::Settings;
pub use variants::{
    Canary, FaultForm, Fetch, FolderPane, KeyOrder, Look, PageIds, Rows, ServicePath, SignIn, Titles, View,
    Weight,
};

/// Settings and failures of all accounts. Account `None` stands for all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Knobs {
    all: Settings,
    own: HashMap<String, Settings>,
    failures: Vec<(Option<String>, Failure)>,
}

impl Knobs {
    pub(crate) fn new(all: Settings) -> Self {
        Self { all, ..Self::default() }
    }

    /// The settings in force for an account.
    pub(crate) fn settings(&self, smtp: &str) -> Settings {
        self.own.get(&key(smtp)).unwrap_or(&self.all).clone()
    }

    /// The settings of accounts that have none of their own: what a visitor without a name gets.
    pub(crate) fn common(&self) -> Settings {
        self.all.clone()
    }

    /// Changes the settings of one account, or of all (those with settings of their own included).
    pub(crate) fn set(&mut self, smtp: Option<&str>, change: impl Fn(&mut Settings)) {
        if let Some(smtp) = smtp {
            let all = self.all.clone();
            change(self.own.entry(key(smtp)).or_insert(all));
        } else {
            std::iter::once(&mut self.all).chain(self.own.values_mut()).for_each(change);
        }
    }

    /// Changes settings by a JSON object that names only what changes.
    ///
    /// # Errors
    /// When a name or a value is not known.
    pub(crate) fn patch(&mut self, smtp: Option<&str>, patch: &Value) -> Result<()> {
        patched(&self.all, patch)?;
        self.set(smtp, |settings| {
            *settings = patched(settings, patch).expect("the patch fits one Settings, so it fits all");
        });
        Ok(())
    }

    pub(crate) fn fail(&mut self, smtp: Option<&str>, failure: Failure) {
        self.failures.push((smtp.map(key), failure));
    }

    /// The failures that hit this request; those with a count have one less left.
    pub(crate) fn take(&mut self, smtp: &str, action: &str, text: &str) -> Vec<Kind> {
        let smtp = key(smtp);
        let meant = self.failures.iter_mut().filter(|(who, _)| who.as_ref().is_none_or(|w| *w == smtp));
        let hit: Vec<Kind> =
            meant.filter_map(|(_, f)| f.take(action, text).then(|| f.kind.clone())).collect();
        self.failures.retain(|(_, f)| f.times != Some(0));
        hit
    }

    /// Back to how the simulator was started; of one account: its settings and failures.
    pub(crate) fn clear(&mut self, smtp: Option<&str>, all: &Settings) {
        match smtp.map(key) {
            None => *self = Self::new(all.clone()),
            Some(smtp) => {
                self.own.remove(&smtp);
                self.failures.retain(|(who, _)| who.as_ref() != Some(&smtp));
            }
        }
    }
}

fn key(smtp: &str) -> String {
    smtp.to_lowercase()
}

fn patched(settings: &Settings, patch: &Value) -> Result<Settings> {
    anyhow::ensure!(patch.is_object(), "settings are a JSON object");
    let mut value = serde_json::to_value(settings)?;
    merge(&mut value, patch);
    Ok(serde_json::from_value(value)?)
}

fn merge(value: &mut Value, patch: &Value) {
    match (value, patch) {
        (Value::Object(value), Value::Object(patch)) => {
            patch.iter().for_each(|(name, new)| merge(value.entry(name).or_insert(Value::Null), new));
        }
        (value, new) => *value = new.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{self, OauthError};

    #[test]
    fn a_failure_hits_its_account_its_actions_and_its_number_of_requests() {
        let mut knobs = Knobs::default();
        knobs.fail(Some("A@sim.example"), Failure::from(Kind::Throttled).on(&["FindItem"]).times(2));
        assert!(knobs.take("b@sim.example", "FindItem", "").is_empty());
        assert!(knobs.take("a@sim.example", "GetItem", "").is_empty());
        assert_eq!(knobs.take("a@sim.example", "FindItem", ""), [Kind::Throttled]);
        assert_eq!(knobs.take("a@sim.example", "FindItem", ""), [Kind::Throttled]);
        assert!(knobs.take("a@sim.example", "FindItem", "").is_empty());
    }

    #[test]
    fn a_change_for_all_reaches_accounts_with_settings_of_their_own() {
        let mut knobs = Knobs::default();
        knobs.set(Some("a@sim.example"), |s| s.view = View::Message);
        knobs.patch(None, &serde_json::json!({"weight": "light"})).unwrap();
        let own = knobs.settings("a@sim.example");
        assert_eq!((own.view, own.weight), (View::Message, Weight::Light));
        assert_eq!(knobs.settings("b@sim.example").view, View::Conversation);
        assert!(knobs.patch(None, &serde_json::json!({"wieght": "light"})).is_err());
    }

    #[test]
    fn a_patch_reaches_into_the_identity_settings() {
        let mut knobs = Knobs::default();
        knobs.patch(None, &serde_json::json!({"identity": {"account": "personal"}})).unwrap();
        knobs.patch(None, &serde_json::json!({"identity": {"access_life_s": 60}})).unwrap();
        let identity = knobs.common().identity;
        assert_eq!((identity.account, identity.access_life_s), (identity::AccountKind::Personal, 60));
        assert!(knobs.patch(None, &serde_json::json!({"identity": {"acount": "work"}})).is_err());
    }

    #[test]
    fn a_failure_reads_as_flat_json() {
        let json = r#"{"kind":"too_many_requests","retry_after":7,"actions":["GetItem"],"times":1}"#;
        let failure: Failure = serde_json::from_str(json).unwrap();
        let expected = Failure::from(Kind::TooManyRequests { retry_after: 7 }).on(&["GetItem"]).times(1);
        assert_eq!(failure, expected);
        let json = r#"{"kind":"oauth","code":50076,"actions":["refresh_token"]}"#;
        let failure: Failure = serde_json::from_str(json).unwrap();
        assert_eq!(failure, Failure::from(Kind::Oauth(OauthError::aadsts(50_076))).on(&["refresh_token"]));
    }
}
