-- Requests that made or wrote a contact under a key of the caller's, so that the same again does nothing. Kept for a day.

CREATE TABLE request_key (
    key        TEXT PRIMARY KEY,  -- SHA-256 of the caller and the key
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    contact_id TEXT NOT NULL,     -- what the request was answered with
    request    TEXT NOT NULL,     -- SHA-256 of what was asked
    is_new     BOOLEAN NOT NULL,  -- whether it made the contact
    used_at    BIGINT NOT NULL
);
CREATE INDEX request_key_used ON request_key (used_at);
CREATE INDEX request_key_account ON request_key (account_id);
