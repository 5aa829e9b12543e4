-- What goes out to mailboxes: which members are written, and when what failed is tried again.

ALTER TABLE contact_write ADD COLUMN members TEXT NOT NULL DEFAULT '[]';      -- JSON: words of the members that are written

-- Null: not sent again until it is changed, or somebody asks for it.
ALTER TABLE contact_parked ADD COLUMN due_at BIGINT;
ALTER TABLE contact_parked ADD COLUMN attempts BIGINT NOT NULL DEFAULT 1;

ALTER TABLE contact_link ADD COLUMN ended_there BOOLEAN NOT NULL DEFAULT FALSE;  -- whether it ended since the mailbox has the item no longer
