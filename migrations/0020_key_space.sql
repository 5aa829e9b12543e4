-- An item's id is unique within a space of its road: owa and owa:immutable are Exchange's two families, which were called
-- entry and immutable. A road that comes later brings spaces of its own.
ALTER TABLE message_key RENAME COLUMN family TO space;
ALTER TABLE ledger RENAME COLUMN family TO space;
UPDATE message_key SET space = CASE space WHEN 'entry' THEN 'owa' ELSE 'owa:immutable' END;
UPDATE ledger SET space = CASE space WHEN 'entry' THEN 'owa' ELSE 'owa:immutable' END;
