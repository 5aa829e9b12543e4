-- The messages of one account by time: a page of them costs what it holds, however much newer mail other accounts have.
CREATE INDEX message_of_account ON message (account_id, listed_at, id);

-- In the same order to its end, so that it stays the first choice for what it is made for.
DROP INDEX message_without_detail;
CREATE INDEX message_without_detail ON message (account_id, listed_at, id)
WHERE NOT has_detail AND NOT provisional AND missing_at IS NULL AND gone_at IS NULL;
