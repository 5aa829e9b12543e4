-- Sign-in by OAuth. The tokens themselves are sealed: sealed_record, kind tokens.

-- Accounts that are connected.
CREATE TABLE oauth_grant (
    account_id   TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    authority    TEXT NOT NULL,           -- who gave it: every refresh goes there
    client_id    TEXT NOT NULL,           -- to which registration of ours
    tenant_id    TEXT NOT NULL,           -- with object_id the person at Microsoft, for good
    object_id    TEXT NOT NULL,
    address      TEXT NOT NULL,           -- lower case
    display_name TEXT,
    uses         TEXT NOT NULL,           -- JSON: what was asked for
    scopes       TEXT NOT NULL,           -- JSON: what was granted
    troubles     TEXT NOT NULL,           -- JSON: per resource, why there is no token
    granted_at   BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL,
    lease_until  BIGINT,                  -- a process renews the tokens
    epoch        BIGINT NOT NULL,         -- grows with every refresh that begins and every sign-in: the lease's fence
    UNIQUE (tenant_id, object_id)
);

-- Sign-ins that are under way, ten minutes at most. Handle, state and cookie stand here as SHA-256.
CREATE TABLE oauth_flow (
    id           TEXT PRIMARY KEY,
    handle       BYTEA UNIQUE,            -- until a browser has it
    state        BYTEA UNIQUE,            -- from then on, with the cookie
    cookie       BYTEA,
    owner        TEXT NOT NULL,
    account_id   TEXT REFERENCES account (id) ON DELETE CASCADE,  -- to be connected again
    opener       TEXT,                    -- the origin that hears how it ended
    redirect_uri TEXT NOT NULL,
    authority    TEXT NOT NULL,
    wrapped      BYTEA NOT NULL,          -- its key
    sealed       BYTEA NOT NULL,          -- JSON: verifier, nonce
    expires_at   BIGINT NOT NULL
);
