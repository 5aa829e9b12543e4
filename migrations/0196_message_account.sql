-- An account's messages over all its folders, the newest first.

CREATE INDEX message_account ON message (account_id, listed_at, id);
