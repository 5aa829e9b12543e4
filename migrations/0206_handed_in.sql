-- Who has handed a change in, as the server knows them; null where nobody does.
ALTER TABLE contact_change ADD COLUMN handed_in_by TEXT;
