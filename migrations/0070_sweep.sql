-- Sweeps: a folder's list gone through by ids and versions alone, slice by slice.

ALTER TABLE folder ADD COLUMN sweep TEXT;              -- JSON: the sweep that is under way and its place; null while none is
ALTER TABLE folder ADD COLUMN sweep_wanted_at BIGINT;  -- since when the server's count asks for a sweep
ALTER TABLE folder ADD COLUMN swept_at BIGINT;         -- when the last sweep ended that came to its end
ALTER TABLE folder ADD COLUMN swept TEXT;              -- JSON: what it came to

-- How many more items the server counts than are stored. What it counted at the last reading that went through all of the folder is
-- compared with what is stored, and no longer with what it counts later.
ALTER TABLE folder ADD COLUMN unheld BIGINT;
UPDATE folder SET unheld = exact_total - held;
ALTER TABLE folder DROP COLUMN exact_total;

-- Rows that only the page has shown: one that is left when a folder was swept stands for no message.
CREATE INDEX message_provisional ON message (folder_id) WHERE provisional;
