//! What the owner does with folders of mail.

use anyhow::{Result, anyhow, ensure};

use super::folder::{DELETED, Folder};
use super::{Mailbox, ids};

impl Mailbox {
    pub(super) fn folder_named(&self, name: &str) -> Result<usize> {
        self.folder(name).ok_or_else(|| anyhow!("no folder {name}"))
    }

    /// Makes a folder of mail below another; returns its id.
    pub(crate) fn add_mail_folder(&mut self, name: &str, parent: &str, hidden: bool) -> Result<String> {
        let (parent, number) = (self.folder_named(parent)?, self.folders.len());
        self.folders.push(Folder {
            id: ids::folder(self.account.mailbox_guid, number),
            change_key: "AQAAAA==".to_owned(),
            distinguished: None,
            name: name.to_owned(),
            class: "IPF.Note",
            contract: "Folder",
            parent,
            hidden,
        });
        self.history.folders.log(number);
        Ok(self.folders[number].id.clone())
    }

    /// Its id stays.
    pub(crate) fn rename_mail_folder(&mut self, folder: &str, name: &str) -> Result<()> {
        let number = self.folder_named(folder)?;
        name.clone_into(&mut self.folders[number].name);
        self.history.folders.log(number);
        Ok(())
    }

    /// Moves a folder of the owner's own, with all that is in it, below another. To delete one is to move it below
    /// Deleted Items.
    pub(crate) fn move_mail_folder(&mut self, folder: &str, parent: &str) -> Result<()> {
        let (number, parent) = (self.folder_named(folder)?, self.folder_named(parent)?);
        ensure!(number > DELETED && number != parent, "{folder} cannot be moved");
        self.folders[number].parent = parent;
        self.history.folders.log(number);
        Ok(())
    }
}
