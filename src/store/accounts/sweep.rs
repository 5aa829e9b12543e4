//! Where the sweeps of a folder stand, in its row.

use crate::model::{FolderId, Sweep, SweepState, Swept};
use crate::store::column::{Json, Ms, json, millis};
use crate::store::{Result, Tx, tx};

#[derive(sqlx::FromRow)]
pub(super) struct SweepRow {
    unheld: Option<i64>,
    sweep: Option<Json<Sweep>>,
    sweep_wanted_at: Option<Ms>,
    swept_at: Option<Ms>,
    swept: Option<Json<Swept>>,
}

impl From<SweepRow> for SweepState {
    fn from(row: SweepRow) -> Self {
        let last = row.swept.zip(row.swept_at).map(|(swept, at)| Swept { ended: at.0, ..swept.0 });
        Self {
            unheld: row.unheld,
            wanted_since: row.sweep_wanted_at.map(|at| at.0),
            under_way: row.sweep.map(|sweep| sweep.0),
            last,
        }
    }
}

/// Writes it, if it differs.
pub(in crate::store) async fn write_sweeps(
    open: &mut Tx,
    folder: &FolderId,
    sweeps: &SweepState,
) -> Result<()> {
    let last = sweeps.last.as_ref();
    tx!(open, execute sqlx::query(WRITE)
        .bind(folder.as_str())
        .bind(sweeps.unheld)
        .bind(sweeps.under_way.as_ref().map(json).transpose()?)
        .bind(millis(sweeps.wanted_since))
        .bind(millis(last.map(|last| last.ended)))
        .bind(last.map(json).transpose()?))?;
    Ok(())
}

const WRITE: &str = "
UPDATE folder SET unheld = $2, sweep = $3, sweep_wanted_at = $4, swept_at = $5, swept = $6
WHERE id = $1 AND (unheld, sweep, sweep_wanted_at, swept_at, swept) IS DISTINCT FROM ($2, $3, $4, $5, $6)";
