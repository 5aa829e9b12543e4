-- Contacts that a mailbox lacks and that are too many to be called gone unasked: what a person is asked, and has said.

ALTER TABLE contact_gate ADD COLUMN missing_at BIGINT;      -- since when somebody is asked; these are null while nobody is
ALTER TABLE contact_gate ADD COLUMN missing BIGINT;         -- how many are missing
ALTER TABLE contact_gate ADD COLUMN missing_of BIGINT;      -- of how many that were held, with these
ALTER TABLE contact_gate ADD COLUMN missing_until BIGINT;   -- what was missed up to then is as was said
ALTER TABLE contact_gate ADD COLUMN missing_answer TEXT;    -- gone, kept; set with missing_until
