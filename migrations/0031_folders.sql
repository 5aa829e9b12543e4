-- The folders of a mailbox, as it lists them, and how far each is read. Messages and unreadable items name their folder by its
-- id, not by a word.

CREATE TABLE folder (
    id              TEXT PRIMARY KEY,
    account_id      TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role            TEXT NOT NULL,  -- inbox, sent, drafts, archive, junk, deleted, outbox, other
    name            TEXT,           -- the mailbox's, in its language; null until it has listed its folders
    path            TEXT,           -- the names down to this one, with a slash between two
    remote_id       TEXT,
    listed_total    BIGINT,         -- items that the server counted when the folders were last listed
    vanished_at     BIGINT,         -- null while the mailbox lists it
    server_total    BIGINT,         -- items that the server counted when the folder was last read
    cursor          TEXT,
    coverage        TEXT NOT NULL,  -- JSON: the stretches of time that are held completely
    last_success_at BIGINT,
    held            BIGINT NOT NULL DEFAULT 0  -- messages that are stored and not gone
);
CREATE INDEX folder_account ON folder (account_id, role);

-- When a mailbox last listed its folders.
ALTER TABLE sync_state ADD COLUMN folders_listed_at BIGINT;

-- The two folders that there were. Their ids are the account's with another digit where a UUIDv7 has its version: as old and as
-- unique.
INSERT INTO folder_state (account_id, folder, coverage)
SELECT DISTINCT account_id, folder, '[]' FROM ledger WHERE TRUE ON CONFLICT DO NOTHING;
INSERT INTO folder (id, account_id, role, remote_id, server_total, cursor, coverage, last_success_at, held)
SELECT substr(account_id, 1, 14) || CASE folder WHEN 'inbox' THEN 'a' ELSE 'b' END || substr(account_id, 16), account_id,
       CASE folder WHEN 'inbox' THEN 'inbox' ELSE 'sent' END, remote_id, server_total, cursor, coverage, last_success_at, held
FROM folder_state;
DROP TABLE folder_state;

-- In place, since every row of a large table would be written twice otherwise.
DROP INDEX message_list;
ALTER TABLE message RENAME COLUMN folder TO folder_id;
UPDATE message SET folder_id = substr(account_id, 1, 14) || CASE folder_id WHEN 'inbox' THEN 'a' ELSE 'b' END || substr(account_id, 16);
CREATE INDEX message_list ON message (folder_id, listed_at, id);

ALTER TABLE ledger RENAME COLUMN folder TO folder_id;
UPDATE ledger SET folder_id = substr(account_id, 1, 14) || CASE folder_id WHEN 'inbox' THEN 'a' ELSE 'b' END || substr(account_id, 16);
