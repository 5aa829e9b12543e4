-- Whether a part was not read in its last turn because it is not to be: of contacts, whose direction is off.
ALTER TABLE part_state ADD COLUMN is_off BOOLEAN NOT NULL DEFAULT FALSE;
