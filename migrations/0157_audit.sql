-- The audit log is a chain: each line has a number without gaps, and a SHA-256 over itself and the one before. The numbers of lines
-- from before are null: the chain begins behind them.
ALTER TABLE audit_log ADD COLUMN seq BIGINT;
ALTER TABLE audit_log ADD COLUMN owner TEXT;    -- whose mailbox or tokens it is about, by the CRM's id of the user
ALTER TABLE audit_log ADD COLUMN peer TEXT;     -- the address that the request came from
ALTER TABLE audit_log ADD COLUMN request TEXT;  -- the request's id
ALTER TABLE audit_log ADD COLUMN link BYTEA;
CREATE UNIQUE INDEX audit_log_seq ON audit_log (seq);

-- Where the chain begins and ends, one row. What is sealed of it has a mark of the ring: who has not got that may write lines, but no
-- mark that fits them.
CREATE TABLE audit_head (
    id          INTEGER PRIMARY KEY,
    begun_at    BIGINT NOT NULL,            -- lines without a number are not from after that
    kept_since  BIGINT NOT NULL DEFAULT 0,  -- older lines were pruned
    base_seq    BIGINT NOT NULL DEFAULT 0,  -- the last line that was pruned
    base_link   BYTEA NOT NULL,
    seq         BIGINT NOT NULL DEFAULT 0,  -- the last line
    link        BYTEA NOT NULL,
    sealed_seq  BIGINT NOT NULL DEFAULT 0,  -- the last line that the mark is over
    sealed_link BYTEA,
    mark        BYTEA
);
