-- What a person is asked about contacts, and when cycles ended, are found without looking at all that there is.
CREATE INDEX contact_match_open ON contact_match (account_id, here_id) WHERE settled_at IS NULL;
CREATE INDEX contact_link_asked ON contact_link (account_id, contact_id) WHERE contested IS NOT NULL OR ended_there;
CREATE INDEX contact_photo_asked ON contact_photo_edit (contact_id) WHERE contested IS NOT NULL AND holds IS NULL;
CREATE INDEX contact_gate_asked ON contact_gate (account_id) WHERE asked_at IS NOT NULL OR missing_at IS NOT NULL;
CREATE INDEX cycle_finished ON cycle (finished_at);
