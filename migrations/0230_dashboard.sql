-- Who may sign in to the dashboard by a password, the links that let somebody in once, and who is signed in. The mark of the
-- ring on each row says that it was written by who has the ring: one without it lets nobody in.

CREATE TABLE dashboard_user (
    name       TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    verifier   TEXT NOT NULL,     -- Argon2id of the password, as a PHC string
    mark       BYTEA NOT NULL     -- over name and verifier
);

CREATE TABLE dashboard_link (
    hash       BYTEA PRIMARY KEY, -- SHA-256 of what opens it
    name       TEXT NOT NULL,     -- who comes by it, as the audit log names them
    owner      TEXT,              -- the one user whose accounts they reach; null: everybody's
    return_to  TEXT,              -- the page of the CRM that they go back to
    expires_at BIGINT NOT NULL,
    mark       BYTEA NOT NULL     -- over all of it
);

CREATE TABLE dashboard_session (
    id           TEXT PRIMARY KEY,
    hash         BYTEA NOT NULL,  -- SHA-256 of the secret in the browser's cookie
    name         TEXT NOT NULL,   -- as in dashboard_link
    owner        TEXT,
    return_to    TEXT,
    signed_in_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL, -- to the minute; not under the mark
    peer         TEXT,            -- where from: an address; null for a socket of this machine. Not under the mark
    browser      TEXT,            -- as it calls itself; not under the mark
    mark         BYTEA NOT NULL   -- over the rest
);
CREATE INDEX dashboard_session_owner ON dashboard_session (owner);
