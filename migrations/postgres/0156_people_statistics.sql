-- No literal values of it in the statistics; see 0002.
ALTER TABLE oauth_grant ALTER COLUMN login SET STATISTICS 0;
