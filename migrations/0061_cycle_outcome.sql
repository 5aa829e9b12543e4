-- What a cycle did for an account, apart from the report: it goes with the account, and the rest of the report stays.

CREATE TABLE cycle_outcome (
    cycle_id   TEXT NOT NULL REFERENCES cycle (id) ON DELETE CASCADE,
    position   BIGINT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    outcome    TEXT NOT NULL,  -- JSON
    PRIMARY KEY (cycle_id, position)
);
CREATE INDEX cycle_outcome_account ON cycle_outcome (account_id);
