-- Changes of contacts that another program hands in: docs/views.md says how.
CREATE TABLE contact_change (
    number      INTEGER PRIMARY KEY,
    account_id  TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    contact_id  TEXT,
    external_id TEXT CHECK (length(external_id) <= 200),
    change      TEXT NOT NULL CHECK (change IN ('put', 'remove')),
    card        TEXT,    -- JSON
    based_on    BIGINT,  -- the revision of the contact that was changed; null: whatever it has
    done_at     BIGINT,
    outcome     TEXT,    -- done, refused, stale
    message     TEXT,
    CHECK (contact_id IS NOT NULL OR external_id IS NOT NULL)
);
CREATE INDEX contact_change_waiting ON contact_change (number) WHERE done_at IS NULL;
CREATE INDEX contact_change_account ON contact_change (account_id);

CREATE VIEW contact_change_v AS
SELECT number, account_id, contact_id, external_id, change, card, based_on, done_at AS done_ms,
       strftime('%Y-%m-%dT%H:%M:%S', done_at / 1000, 'unixepoch') || printf('.%03dZ', done_at % 1000) AS done_iso,
       outcome, message
FROM contact_change;
