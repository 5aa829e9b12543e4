-- How far the history of a part is read, while not all of it is held: its turns end well when their time is over, and it goes on as
-- soon as nobody is due.

ALTER TABLE part_state ADD COLUMN import_since BIGINT;    -- when the first turn ended that left some; null: none is left
ALTER TABLE part_state ADD COLUMN import_from BIGINT;     -- how much was held then, in millionths
ALTER TABLE part_state ADD COLUMN import_done BIGINT;     -- how much is held, in millionths
ALTER TABLE part_state ADD COLUMN import_ends_at BIGINT;  -- when all is held, should it go on as fast; null: unknown

CREATE INDEX part_state_import ON part_state (due_at, last_attempt_at, account_id) WHERE import_since IS NOT NULL;
