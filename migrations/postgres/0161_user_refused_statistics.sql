-- No literal values of this in the statistics; see 0002.
ALTER TABLE user_refused ALTER COLUMN owner SET STATISTICS 0;
