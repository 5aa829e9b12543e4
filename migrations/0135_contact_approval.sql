-- What a person approves, or rejects, is what was counted when that person was asked.

ALTER TABLE contact_gate ADD COLUMN asked_until BIGINT;  -- up to when what was changed here was counted; set with asked_at
UPDATE contact_gate SET asked_until = asked_at;
