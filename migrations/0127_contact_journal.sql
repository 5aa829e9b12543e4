-- What a run wrote, and what is under way, is found without the rest of the journal.
CREATE INDEX contact_write_cycle ON contact_write (account_id, cycle_id, begun_at, id);
DROP INDEX contact_write_open;
CREATE INDEX contact_write_open ON contact_write (account_id, begun_at, id) WHERE ended_at IS NULL;
