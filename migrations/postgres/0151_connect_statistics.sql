-- No literal values of these in the statistics; see 0002.
ALTER TABLE oauth_flow ALTER COLUMN wrapped SET STATISTICS 0;
ALTER TABLE oauth_flow ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE oauth_flow ALTER COLUMN answer SET STATISTICS 0;
