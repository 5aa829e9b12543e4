-- An account's turn consists of parts, each with its own due time, failures and results, and the browser session is apart from
-- them. sync_state keeps who holds the account.

-- What lets a browser in. No row: none was ever stored.
CREATE TABLE browser_session (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,   -- 0: the one in use; those before it count up
    state      TEXT NOT NULL,     -- valid, needs_login, blocked
    expires_at BIGINT,
    PRIMARY KEY (account_id, generation)
);

-- One row per account and part, from the time on at which the part was first to be read.
CREATE TABLE part_state (
    account_id        TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    part              TEXT NOT NULL,  -- mail, contacts
    next_at           BIGINT,         -- by the schedule; null: parked
    not_before        BIGINT,         -- what a server or a policy asked for
    asked_at          BIGINT,         -- when somebody asked for it, since its last turn began
    -- When it is due, whoever asks.
    due_at            BIGINT GENERATED ALWAYS AS (CASE WHEN not_before > next_at THEN not_before ELSE next_at END) STORED,
    failures          BIGINT NOT NULL DEFAULT 0,
    error_disposition TEXT,           -- what begins with error_ is set together or not at all
    error_code        TEXT,
    error_message     TEXT,
    error_whose_turn  TEXT,           -- owner, it, operator, nobody
    error_hint        TEXT,
    error_at          BIGINT,
    last_success_at   BIGINT,
    last_attempt_at   BIGINT,
    read_by           TEXT,           -- the road's own word
    PRIMARY KEY (account_id, part)
);
CREATE INDEX part_state_due ON part_state (due_at, account_id) WHERE due_at IS NOT NULL;

INSERT INTO browser_session (account_id, generation, state, expires_at)
SELECT account_id, 0, session, session_expires_at FROM sync_state WHERE session <> 'absent';

INSERT INTO part_state (account_id, part, next_at, not_before, failures, error_disposition, error_code, error_message,
                        error_whose_turn, error_hint, error_at, last_success_at, last_attempt_at, read_by)
SELECT s.account_id, 'mail',
       -- A program that was killed in time left a good session that was due at no time.
       CASE WHEN s.session = 'valid' AND a.sync_enabled THEN COALESCE(s.next_sync_at, 0) ELSE s.next_sync_at END,
       CASE WHEN s.session = 'blocked' OR s.error_code = 'throttled' THEN s.next_sync_at END,
       s.failures, s.error_disposition, s.error_code, s.error_message, s.error_whose_turn, s.error_hint, s.error_at,
       s.last_success_at, s.last_attempt_at, s.tier
FROM sync_state s
JOIN account a ON a.id = s.account_id
WHERE a.road <> 'none';
