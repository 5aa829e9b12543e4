-- Another road that somebody wants an account's mail to go by, or to be compared with: of each account the last that was asked for.
CREATE TABLE road_change (
    account_id TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    road       TEXT NOT NULL,
    shadow     BOOLEAN NOT NULL,
    state      TEXT NOT NULL,             -- wanted, taken, refused, compared, failed
    asked_by   TEXT NOT NULL,             -- as the audit log names them
    asked_at   BIGINT NOT NULL,
    tries      BIGINT NOT NULL DEFAULT 0, -- turns that could not look at it
    ended_at   BIGINT,                    -- null: it waits for the account's turn
    report     TEXT,                      -- JSON: what was recognised; ids, times and counts
    error      TEXT                       -- JSON: what kept the last turn from it, or why nothing was changed
);
