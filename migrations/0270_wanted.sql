-- The account that was to be connected again, kept for as long as the attempt; null: none, or begun before.
ALTER TABLE oauth_attempt ADD COLUMN wanted TEXT REFERENCES account (id) ON DELETE SET NULL;
