-- What narrows a token for the API beyond scopes and owner, and where it was last used from. The mark of a token that has one of
-- the first four is over all four as well; that of one that has none is as it was.
ALTER TABLE api_token ADD COLUMN account TEXT;         -- the one account whose routes it opens
ALTER TABLE api_token ADD COLUMN resource TEXT;        -- the one whose access tokens it is given
ALTER TABLE api_token ADD COLUMN networks TEXT;        -- where it may be used from: networks with a space between
ALTER TABLE api_token ADD COLUMN uses_per_hour BIGINT;
ALTER TABLE api_token ADD COLUMN last_used_from TEXT;  -- an address, or: socket
