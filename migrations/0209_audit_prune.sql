-- When it is next looked at what of the audit log is too old.
ALTER TABLE audit_head ADD COLUMN prune_at BIGINT NOT NULL DEFAULT 0;
