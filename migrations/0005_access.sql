-- Who may call, what was done, and how much a key has sealed.

-- Tokens for the API. The token itself is not kept.
CREATE TABLE api_token (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,         -- what it is for
    prefix       TEXT NOT NULL UNIQUE,  -- how it begins
    hash         BYTEA NOT NULL UNIQUE, -- SHA-256 of the whole token
    scopes       TEXT NOT NULL,         -- words with a space between: read, sync, admin, tokens
    owner        TEXT,                  -- the one user whose accounts it reaches; null: everybody's
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_used_at BIGINT                 -- to the hour
);

-- Rows are only ever added (the directory of each database sees to it), and they outlive the account: an id of ours, no
-- address. No secret stands here.
CREATE TABLE audit_log (
    id      TEXT PRIMARY KEY,  -- sorts by time
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,     -- token:<prefix>, user:<id>, command line, or the name of a secret file
    action  TEXT NOT NULL,
    account TEXT,
    detail  TEXT
);
CREATE INDEX audit_log_account ON audit_log (account, id);

-- How many records an account's key has sealed, in its newest generation.
ALTER TABLE data_key ADD COLUMN seals BIGINT NOT NULL DEFAULT 0;
