-- Messages that are sent from here. What a message says lies in sealed_record, of kind outbox/ID, and only as long as it waits.

CREATE TABLE outbox (
    id                  TEXT PRIMARY KEY,
    account_id          TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    actor               TEXT NOT NULL,            -- who had it sent, as in the audit log
    request_key         TEXT NOT NULL UNIQUE,     -- SHA-256 of the caller and their key: the same request again makes no other
    request_mark        BYTEA NOT NULL,           -- a mark of the ring over that and over what was asked
    mode                TEXT NOT NULL,            -- new, reply, reply_all, forward
    regarding           TEXT,                     -- the message that it is about; it may have gone since
    internet_message_id TEXT NOT NULL,
    recipients          BIGINT NOT NULL,          -- how many
    size                BIGINT NOT NULL,          -- bytes as it is sent
    state               TEXT NOT NULL,            -- queued, sending, sent, refused, unknown
    error               TEXT,                     -- JSON: why it waits, was refused or is unknown
    queued_at           BIGINT NOT NULL,
    handed_at           BIGINT,                   -- handed over then, and maybe taken; null: surely not taken
    ended_at            BIGINT,
    next_at             BIGINT,                   -- null: nobody looks at it by itself
    held_until          BIGINT,                   -- by whom it is worked at, until then
    epoch               BIGINT NOT NULL DEFAULT 0, -- shuts out who held it before
    tries               BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX outbox_of_account ON outbox (account_id, queued_at, id);
CREATE INDEX outbox_due ON outbox (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_unknown ON outbox (account_id) WHERE state IN ('sending', 'unknown');
