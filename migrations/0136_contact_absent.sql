-- Items that are missing are asked for by their ids before a person is asked about them, and not in every turn.

ALTER TABLE contact_link ADD COLUMN absent_at BIGINT;  -- while it is missing: when it was last asked for and not there
