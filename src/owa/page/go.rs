//! Goes to another folder in the page.

use super::super::error::OwaError;
use super::super::remote::RemoteFolder;
use super::{FullPage, is_between_documents};
use crate::browser::BrowserError;
use serde_json::json;
use std::time::Duration;

/// How long the folder pane may take to be drawn and clear of what covers it.
const PATIENCE: Duration = Duration::from_secs(5);

impl FullPage {
    /// Shows the folder in the page that is open, by a click in its folder pane as a person does; by its
    /// address where the pane has no such item. A click spares a second load of the page.
    pub(super) async fn go_to(&mut self, folder: &RemoteFolder) -> Result<(), OwaError> {
        if self.showing == *folder {
            return Ok(());
        }
        self.catch_up();
        if !self.click(folder).await? {
            return self.open_folder(folder).await;
        }
        (self.showing, self.clicked) = (folder.clone(), true);
        Ok(())
    }

    /// Opens the folder's page by its address, which begins its list anew. How the page addresses a folder
    /// that has no word is not known.
    pub(super) async fn open_folder(&mut self, folder: &RemoteFolder) -> Result<(), OwaError> {
        let here = self.page.url().await?;
        let there = self.profile.paths.folder_page(&here, folder).ok_or(OwaError::OutOfReach)?;
        self.catch_up();
        self.page.open(&there).await?;
        self.lists.clear();
        (self.showing, self.clicked) = (folder.clone(), false);
        Ok(())
    }

    /// Whether the folder's item was there to be clicked. That the click led to this folder is seen by what
    /// the page then asks for.
    async fn click(&self, folder: &RemoteFolder) -> Result<bool, OwaError> {
        let Some(name) = self.tree.get(folder).and_then(|known| known.name.as_deref()) else {
            return Ok(false);
        };
        let item = self.profile.list.folder_item(name);
        let clicked = async {
            if !self.is_in_reach(&item).await? {
                return Ok(false);
            }
            self.page.click(&item).await.map(|()| true)
        };
        match clicked.await {
            Ok(clicked) => Ok(clicked),
            Err(BrowserError::NoElement(_)) => Ok(false),
            Err(error) if is_between_documents(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the item is there and a click would reach it.
    async fn is_in_reach(&self, item: &str) -> Result<bool, BrowserError> {
        let argument = json!({ "item": item, "patience": PATIENCE.as_millis() });
        self.page.call(include_str!("go.js"), argument).await
    }
}
