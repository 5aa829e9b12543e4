-- No literal values of these in the statistics; see 0002.
ALTER TABLE oauth_attempt ALTER COLUMN begun_by SET STATISTICS 0;
ALTER TABLE oauth_flow ALTER COLUMN begun_by SET STATISTICS 0;
