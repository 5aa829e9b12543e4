-- What goes out to mailboxes: the journal of it, and the contacts whose writing was refused.

-- Of an account that is being destroyed: its contacts stay.
ALTER TABLE account ADD COLUMN keeps_contacts BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE contact_write (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    cycle_id   TEXT NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,    -- create, update, delete
    revision   BIGINT NOT NULL,  -- of the contact that was sent
    remote_id  TEXT,             -- null of a create until it is done
    before     TEXT,             -- JSON: the server's card before; null of a create
    sent       TEXT,             -- JSON: our card; null of a delete
    begun_at   BIGINT NOT NULL,
    ended_at   BIGINT,           -- null while it is not known what came of it
    outcome    TEXT,             -- done, refused, failed; set with ended_at
    code       TEXT,
    text       TEXT
);
CREATE INDEX contact_write_account ON contact_write (account_id, begun_at, id);
CREATE INDEX contact_write_contact ON contact_write (contact_id, begun_at, id);
CREATE INDEX contact_write_open ON contact_write (account_id) WHERE ended_at IS NULL;

-- Not sent again until it is changed, or somebody asks for it.
CREATE TABLE contact_parked (
    contact_id TEXT PRIMARY KEY REFERENCES contact (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    revision   BIGINT NOT NULL,  -- that was refused
    code       TEXT NOT NULL,
    text       TEXT NOT NULL,
    parked_at  BIGINT NOT NULL
);
CREATE INDEX contact_parked_account ON contact_parked (account_id);
