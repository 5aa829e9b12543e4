-- No literal values of these in the statistics; see 0002.
ALTER TABLE dashboard_user ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE dashboard_user ALTER COLUMN verifier SET STATISTICS 0;
ALTER TABLE dashboard_link ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE dashboard_link ALTER COLUMN owner SET STATISTICS 0;
ALTER TABLE dashboard_link ALTER COLUMN return_to SET STATISTICS 0;
ALTER TABLE dashboard_session ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE dashboard_session ALTER COLUMN owner SET STATISTICS 0;
ALTER TABLE dashboard_session ALTER COLUMN return_to SET STATISTICS 0;
ALTER TABLE dashboard_session ALTER COLUMN peer SET STATISTICS 0;
ALTER TABLE dashboard_session ALTER COLUMN browser SET STATISTICS 0;
