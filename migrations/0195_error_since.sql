-- Since when what ails a part ails it, turn after turn.

ALTER TABLE part_state ADD COLUMN error_since BIGINT;

UPDATE part_state SET error_since = error_at;
