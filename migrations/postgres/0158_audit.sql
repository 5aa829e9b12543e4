-- Lines of the audit log are only ever added, but for those that are older than it is kept.
INSERT INTO audit_head (id, begun_at, base_link, link)
SELECT 1, COALESCE(MAX(at), 0), ''::bytea, ''::bytea FROM audit_log;

CREATE FUNCTION audit_log_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF COALESCE((SELECT OLD.at >= kept_since OR COALESCE(OLD.seq, 0) > base_seq FROM audit_head), TRUE) THEN
        RAISE EXCEPTION 'the audit log is only added to';
    END IF;
    RETURN OLD;
END $$;

DROP TRIGGER audit_log_no_change ON audit_log;
CREATE TRIGGER audit_log_no_change BEFORE UPDATE OR TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_only_added_to();
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION audit_log_is_kept();
