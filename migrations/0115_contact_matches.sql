-- Which contact made here is which item of the mailbox: compared before it goes out, and asked of a person where it is not clear.

-- Of a contact made here: whether it was compared with those of the mailbox. Null of one that the mailbox brought.
ALTER TABLE contact ADD COLUMN met BOOLEAN;
CREATE INDEX contact_unmet ON contact (account_id, id) WHERE NOT met;
CREATE INDEX contact_met ON contact (account_id) WHERE met;
UPDATE contact SET met = FALSE WHERE gone_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM contact_link l WHERE l.contact_id = contact.id AND l.ended_at IS NULL);

-- Contacts that were kept when their account was disconnected, and the items that they were: as contact_link.remote_key.
ALTER TABLE contact ADD COLUMN former_item TEXT;
CREATE INDEX contact_former_item ON contact (account_id, former_item) WHERE former_item IS NOT NULL;
CREATE INDEX contact_former ON contact (former_owner, former_mailbox) WHERE account_id IS NULL;

CREATE TABLE contact_match (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    here_id    TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,  -- made here, and no item while this is open
    there_id   TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,  -- brought by the mailbox
    proofs     TEXT NOT NULL,    -- JSON: what they have in common: email, phone, name
    found_at   BIGINT NOT NULL,
    settled_at BIGINT,           -- null while a person has to say it
    answer     TEXT              -- same, different; set with settled_at
);
CREATE UNIQUE INDEX contact_match_here ON contact_match (here_id, there_id);
CREATE INDEX contact_match_there ON contact_match (there_id);
CREATE INDEX contact_match_account ON contact_match (account_id, id);
