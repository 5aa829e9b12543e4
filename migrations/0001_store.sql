-- Instants are milliseconds since 1970-01-01 UTC. Ids that we make are UUIDv7 as text. Enumerations and JSON are text.
-- Everything that belongs to an account goes with it (ON DELETE CASCADE): a new table cannot be forgotten.

CREATE TABLE account (
    id           TEXT PRIMARY KEY,
    owner        TEXT NOT NULL,    -- the CRM's user id
    login        TEXT NOT NULL,    -- as typed at sign-in
    address      TEXT,             -- lower case, once Outlook has said it
    display_name TEXT,
    road         TEXT NOT NULL,    -- owa
    sync_enabled BOOLEAN NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE INDEX account_owner ON account (owner);

-- OutlookSyncState: one row per account.
CREATE TABLE sync_state (
    account_id         TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    mailbox_key        TEXT NOT NULL UNIQUE,  -- the address, or account:<id> while it is not known
    session            TEXT NOT NULL,         -- absent, valid, needs_login, blocked
    session_expires_at BIGINT,
    tier               TEXT,
    failures           BIGINT NOT NULL DEFAULT 0,
    error_disposition  TEXT,                  -- these five are set together or not at all
    error_code         TEXT,
    error_message      TEXT,
    error_hint         TEXT,
    error_at           BIGINT,
    last_success_at    BIGINT,
    last_attempt_at    BIGINT,
    next_sync_at       BIGINT,                -- null: parked
    lease_holder       TEXT,
    lease_until        BIGINT,
    epoch              BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX sync_state_due ON sync_state (next_sync_at, account_id) WHERE next_sync_at IS NOT NULL;

CREATE TABLE folder_state (
    account_id      TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder          TEXT NOT NULL,
    remote_id       TEXT,
    server_total    BIGINT,
    cursor          TEXT,
    coverage        TEXT NOT NULL,  -- JSON: the stretches of time that are held completely
    last_success_at BIGINT,
    PRIMARY KEY (account_id, folder)
);

CREATE TABLE message (
    id                   TEXT PRIMARY KEY,
    account_id           TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder               TEXT NOT NULL,
    listed_at            BIGINT NOT NULL,  -- received_at, or 0 where no date is known: what lists are ordered by
    change_key           TEXT,
    conversation_id      TEXT,
    internet_message_id  TEXT,
    subject              TEXT,
    from_name            TEXT,
    from_address         TEXT,
    sender_name          TEXT,
    sender_address       TEXT,
    recipients_truncated BOOLEAN NOT NULL,
    received_at          BIGINT,
    received_precision   TEXT,
    sent_at              BIGINT,
    is_read              BOOLEAN,
    is_draft             BOOLEAN NOT NULL,
    has_attachments      BOOLEAN,
    importance           TEXT,
    item_class           TEXT,
    preview              TEXT,
    size                 BIGINT,
    tier                 TEXT NOT NULL,     -- how it was had when it last changed
    provisional          BOOLEAN NOT NULL,  -- only the page has shown it so far
    has_detail           BOOLEAN NOT NULL,
    first_seen_at        BIGINT NOT NULL,
    changed_at           BIGINT NOT NULL,
    revision             BIGINT NOT NULL    -- 1 when new, one more with each change
);
CREATE INDEX message_list ON message (account_id, folder, listed_at, id);
CREATE INDEX message_time ON message (listed_at, id);
CREATE INDEX message_conversation ON message (account_id, conversation_id);
CREATE INDEX message_without_detail ON message (account_id, listed_at) WHERE NOT has_detail;

-- An item's ids on its road. One item may have one of each family.
CREATE TABLE message_key (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    family     TEXT NOT NULL,  -- entry, immutable
    item_id    TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    PRIMARY KEY (account_id, family, item_id)
);
CREATE INDEX message_key_message ON message_key (message_id);

-- Apart from the message, so that lists stay narrow.
CREATE TABLE message_body (
    message_id TEXT PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,  -- html, text
    content    TEXT NOT NULL,
    truncated  BOOLEAN NOT NULL
);

CREATE TABLE recipient (
    message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    position   BIGINT NOT NULL,
    kind       TEXT NOT NULL,  -- to, cc, bcc
    name       TEXT,
    address    TEXT,
    PRIMARY KEY (message_id, position)
);

-- Items that could not be read.
CREATE TABLE ledger (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    family     TEXT NOT NULL,
    item_id    TEXT NOT NULL,
    folder     TEXT NOT NULL,
    code       TEXT NOT NULL,
    text       TEXT NOT NULL,
    attempts   BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    PRIMARY KEY (account_id, family, item_id)
);

-- Sealed bytes; nothing here can open them.
CREATE TABLE sealed_record (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    sealed     BYTEA NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
);

-- The account's key, wrapped. In a table of its own, so that a backup can leave it out.
CREATE TABLE data_key (
    account_id TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    wrapped    BYTEA NOT NULL
);

-- One record by which a wrong key is noticed at start.
CREATE TABLE canary (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    sealed BYTEA NOT NULL
);

-- Which versions of a password were tried, and what came of it.
CREATE TABLE password_attempt (
    account_id    TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    version       TEXT NOT NULL,
    outcome       TEXT NOT NULL,  -- unknown, refused, accepted
    session_death TEXT,           -- the death of the session that it was last used for
    begun_at      BIGINT NOT NULL,
    ended_at      BIGINT,
    PRIMARY KEY (account_id, version)
);

CREATE TABLE cycle (
    id          TEXT PRIMARY KEY,
    finished_at BIGINT NOT NULL,
    report      TEXT NOT NULL  -- JSON
);
