-- The audit log is only ever added to.

CREATE FUNCTION audit_log_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$;

CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_only_added_to();

-- As in 0002: no literal values in the statistics.
ALTER TABLE api_token ALTER COLUMN hash SET STATISTICS 0;
