-- How many messages lie in a folder, counted while they are written: a count of the rows costs more the longer a mailbox is kept.
ALTER TABLE folder_state ADD COLUMN held BIGINT NOT NULL DEFAULT 0;

INSERT INTO folder_state (account_id, folder, coverage, held)
SELECT account_id, folder, '[]', COUNT(*) FROM message WHERE TRUE GROUP BY account_id, folder
ON CONFLICT (account_id, folder) DO UPDATE SET held = excluded.held;
