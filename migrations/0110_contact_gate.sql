-- What may go out to a mailbox: per account, by whom asked.

CREATE TABLE contact_gate (
    account_id     TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    direction      TEXT,                            -- both, in, out, off; null: the installation's
    is_past_first  BOOLEAN NOT NULL DEFAULT FALSE,  -- whether its first plan was looked at, or was empty
    approved_until BIGINT,                          -- what was changed here up to then may go out, however much it is
    asked_at       BIGINT,                          -- since when somebody is to look at the plan; these are null while nobody is
    asked_why      TEXT,                            -- first_plan, brake
    creates        BIGINT,
    overwrites     BIGINT,
    deletes        BIGINT
);
