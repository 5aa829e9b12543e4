//! `key new`

use super::output::Output;
use super::{Outcome, Stop};
use crate::vault::new_key_file;
use std::path::Path;

pub(super) fn new(file: &Path, output: Output) -> Outcome {
    new_key_file(file).map_err(Stop::from)?;
    let text = |_: &_| {
        format!(
            "a new key is in {}, readable by its owner alone. Keep a copy away from the database's backups.",
            file.display()
        )
    };
    output.value(&serde_json::json!({"file": file}), text);
    Ok(0)
}
