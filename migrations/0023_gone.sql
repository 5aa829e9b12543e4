-- A message that a road names as gone from its folder is missing until it is seen in another one, or until every folder was read
-- after that: then it is gone. Its row stays. What came back is neither.
ALTER TABLE message ADD COLUMN missing_at BIGINT;
ALTER TABLE message ADD COLUMN gone_at BIGINT;
CREATE INDEX message_missing ON message (account_id, missing_at) WHERE missing_at IS NOT NULL;

-- Only what can be asked for: a row of the page names no item, and what is away has nothing to be read.
DROP INDEX message_without_detail;
CREATE INDEX message_without_detail ON message (account_id, listed_at)
WHERE NOT has_detail AND NOT provisional AND missing_at IS NULL AND gone_at IS NULL;
