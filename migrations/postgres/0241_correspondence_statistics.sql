-- No literal values of these in the statistics; see 0002.
ALTER TABLE correspondence ALTER COLUMN address SET STATISTICS 0;
ALTER TABLE correspondence ALTER COLUMN addresses SET STATISTICS 0;
ALTER TABLE correspondence ALTER COLUMN names SET STATISTICS 0;
