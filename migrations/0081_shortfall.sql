-- Why what is stored of an account's mail is less than its mailbox has, or may be: found when its mail was last read, and since when.
CREATE TABLE shortfall (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,  -- fallback, partial, holes, unreadable
    message    TEXT NOT NULL,
    since      BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
);
