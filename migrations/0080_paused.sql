-- When a part of a paused account would have been due: it is due then again when the account is resumed, where its session does not
-- make it due at once. Null while the account is not paused, and where the part was parked.
ALTER TABLE part_state ADD COLUMN resumes_at BIGINT;
