-- Lines of the audit log are only ever added, but for those that are older than it is kept.
INSERT INTO audit_head (id, begun_at, base_link, link)
SELECT 1, COALESCE(MAX(at), 0), x'', x'' FROM audit_log;

DROP TRIGGER audit_log_no_delete;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
WHEN COALESCE((SELECT OLD.at >= kept_since OR COALESCE(OLD.seq, 0) > base_seq FROM audit_head), TRUE)
BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
