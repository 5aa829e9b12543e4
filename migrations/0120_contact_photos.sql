-- Photos of contacts, and of which items they are to be looked at: of those that are new or have another version.

CREATE TABLE contact_photo (
    contact_id TEXT PRIMARY KEY REFERENCES contact (id) ON DELETE CASCADE,
    media_type TEXT NOT NULL,
    bytes      BYTEA NOT NULL,
    sha256     TEXT NOT NULL,  -- of the bytes, in hexadecimal digits
    changed_at BIGINT NOT NULL
);

CREATE TABLE contact_photo_due (
    account_id TEXT NOT NULL,
    remote_key TEXT NOT NULL,
    due_at     BIGINT NOT NULL,
    PRIMARY KEY (account_id, remote_key),
    FOREIGN KEY (account_id, remote_key) REFERENCES contact_link (account_id, remote_key) ON DELETE CASCADE
);
CREATE INDEX contact_photo_due_at ON contact_photo_due (account_id, due_at, remote_key);

INSERT INTO contact_photo_due (account_id, remote_key, due_at)
SELECT account_id, remote_key, 0 FROM contact_link WHERE ended_at IS NULL;
