//! Turns the page to another folder.

use super::super::error::OwaError;
use super::super::hosts;
use super::{FullPage, is_between_documents};
use crate::browser::BrowserError;
use crate::model::Folder;
use std::time::Duration;

/// How long the folder pane may take to be drawn and clear of what covers it.
const PATIENCE: Duration = Duration::from_secs(5);

impl FullPage {
    /// Shows the folder in the page that is open, by a click in its folder pane as a person does; by its address where
    /// the pane has no such item. A click spares a second load of the page.
    pub(super) async fn turn_to(&mut self, folder: Folder) -> Result<(), OwaError> {
        if self.showing == folder {
            return Ok(());
        }
        if !self.click(folder).await? {
            return self.open_folder(folder).await;
        }
        (self.showing, self.clicked) = (folder, true);
        Ok(())
    }

    /// Opens the folder's page by its address, which begins its list anew.
    pub(super) async fn open_folder(&mut self, folder: Folder) -> Result<(), OwaError> {
        let here = self.page.url().await?;
        let there = hosts::folder_page(&here, folder)
            .ok_or(OwaError::Drift { what: "address", seen: String::new() })?;
        self.page.open(&there).await?;
        self.lists.clear();
        (self.showing, self.clicked) = (folder, false);
        Ok(())
    }

    /// Whether the folder's item was there to be clicked. That the click led to this folder is seen by what the page then
    /// asks for.
    async fn click(&self, folder: Folder) -> Result<bool, OwaError> {
        let known = self.folders.iter().find(|known| known.folder == Some(folder));
        let Some(name) = known.and_then(|known| known.name.as_deref()) else { return Ok(false) };
        let item = item(name);
        let clicked = async {
            if !self.page.eval::<bool>(&wait_for(&item)).await? {
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
}

/// The folder pane's item, as a selector. It carries the folder's name in lower case (a client reads its count by it).
fn item(name: &str) -> String {
    let quoted: String = name
        .to_lowercase()
        .chars()
        .flat_map(|c| match c {
            '"' | '\\' => vec!['\\', c],
            // Neither a string of CSS nor a name goes over a line.
            c if c.is_control() => Vec::new(),
            c => vec![c],
        })
        .collect();
    format!(r#"[role="tree"] [data-folder-name="{quoted}"]"#)
}

/// A script that waits until the item is there and a click would reach it.
fn wait_for(item: &str) -> String {
    let item = serde_json::to_string(item).expect("a text serialises");
    include_str!("turn.js").replace("PATIENCE", &PATIENCE.as_millis().to_string()).replace("ITEM", &item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_a_text_in_the_selector() {
        assert_eq!(item("Gesendete Elemente"), r#"[role="tree"] [data-folder-name="gesendete elemente"]"#);
        assert_eq!(item("Отправленные"), r#"[role="tree"] [data-folder-name="отправленные"]"#);
        assert_eq!(item("a\"]\n\\x"), r#"[role="tree"] [data-folder-name="a\"]\\x"]"#);
    }
}
