-- The operator who has begun to connect for a user; null: the user has, or the CRM for them. Nobody else comes to its end.
ALTER TABLE oauth_attempt ADD COLUMN begun_by TEXT;
ALTER TABLE oauth_flow ADD COLUMN begun_by TEXT;
-- What is under way was sealed without it.
DELETE FROM oauth_flow;
