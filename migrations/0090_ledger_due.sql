-- When an item that could not be read is asked for again: ever more rarely, and for ever. Those of before are asked for at once,
-- a batch in each turn.
DROP INDEX ledger_due;
ALTER TABLE ledger ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
UPDATE ledger SET due_at = last_seen;
CREATE INDEX ledger_due ON ledger (account_id, due_at, item_id);
