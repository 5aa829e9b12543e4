-- No literal values of these in the statistics; see 0002.
ALTER TABLE oauth_grant ALTER COLUMN tenant_id SET STATISTICS 0;
ALTER TABLE oauth_grant ALTER COLUMN object_id SET STATISTICS 0;
ALTER TABLE oauth_grant ALTER COLUMN address SET STATISTICS 0;
ALTER TABLE oauth_grant ALTER COLUMN display_name SET STATISTICS 0;
ALTER TABLE oauth_grant ALTER COLUMN troubles SET STATISTICS 0;
ALTER TABLE oauth_flow ALTER COLUMN wrapped SET STATISTICS 0;
ALTER TABLE oauth_flow ALTER COLUMN sealed SET STATISTICS 0;
