-- Attempts to connect by OAuth: what whoever began one may ask of it, kept for a day.
CREATE TABLE oauth_attempt (
    id              TEXT PRIMARY KEY,
    owner           TEXT NOT NULL,
    begun_at        BIGINT NOT NULL,
    finishing_until BIGINT,                  -- Microsoft is asked for the tokens
    ended_at        BIGINT,                  -- NULL: under way while it has a flow or is being finished, else never any more
    account_id      TEXT REFERENCES account (id) ON DELETE CASCADE,  -- that was connected
    error           TEXT,                    -- else why not: a word, who has to act, and the next step in a sentence
    whose_turn      TEXT,
    hint            TEXT
);
CREATE INDEX oauth_attempt_owner ON oauth_attempt (owner, begun_at);

-- Sign-ins that are under way, ten minutes at most. Handle, state, cookie and finish stand here as SHA-256. Those of before
-- have no attempt: they are begun anew.
DROP TABLE oauth_flow;
CREATE TABLE oauth_flow (
    id           TEXT PRIMARY KEY REFERENCES oauth_attempt (id) ON DELETE CASCADE,
    handle       BYTEA UNIQUE,            -- until a browser has it
    state        BYTEA UNIQUE,            -- from then on, with the cookie
    cookie       BYTEA,
    finish       BYTEA UNIQUE,            -- from Microsoft's answer on: with it, whoever began comes to the end
    owner        TEXT NOT NULL,
    account_id   TEXT REFERENCES account (id) ON DELETE CASCADE,  -- to be connected again
    opener       TEXT NOT NULL,           -- the origin of the page that began it
    redirect_uri TEXT NOT NULL,
    authority    TEXT NOT NULL,
    wrapped      BYTEA NOT NULL,          -- its key
    sealed       BYTEA NOT NULL,          -- JSON: verifier, nonce
    answer       BYTEA,                   -- JSON: what Microsoft answered
    expires_at   BIGINT NOT NULL
);
CREATE INDEX oauth_flow_owner ON oauth_flow (owner, expires_at);
