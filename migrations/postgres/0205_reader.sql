-- Whose accounts a reader sees, their row in `reader` says, and of that table each role is shown the rows of itself and of the roles whose
-- rights it has. Until now each reader had policies of its own, which the catalogue shows to everybody, and to make one waited for all
-- who were reading.
DO $$
DECLARE old RECORD;
BEGIN
    FOR old IN SELECT policyname, tablename FROM pg_catalog.pg_policies
               WHERE schemaname = current_schema() AND tablename IN ('account', 'contact') AND roles <> '{public}'
                 AND policyname IN (SELECT role FROM reader) LOOP
        EXECUTE pg_catalog.format('DROP POLICY %I ON %I', old.policyname, old.tablename);
    END LOOP;
END $$;

CREATE POLICY of_role ON reader FOR SELECT USING (
    role IN (SELECT r.rolname FROM pg_catalog.pg_roles r WHERE pg_catalog.pg_has_role(r.oid, 'USAGE')));

-- Both are asked once for a statement.
CREATE POLICY of_reader ON account FOR SELECT USING (
    (SELECT pg_catalog.bool_or(r.owners IS NULL) FROM reader r)
    OR owner = ANY (ARRAY(SELECT pg_catalog.unnest(r.owners) FROM reader r)));
CREATE POLICY of_reader ON contact FOR SELECT USING (
    account_id IS NULL AND ((SELECT pg_catalog.bool_or(r.owners IS NULL) FROM reader r)
    OR former_owner = ANY (ARRAY(SELECT pg_catalog.unnest(r.owners) FROM reader r))));

-- What runs for whoever writes looks for names nowhere but where they are meant.
CREATE OR REPLACE FUNCTION audit_log_is_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE is_kept BOOLEAN;
BEGIN
    EXECUTE format('SELECT $1 >= kept_since OR COALESCE($2, 0) > base_seq FROM %I.audit_head', TG_TABLE_SCHEMA)
        INTO is_kept USING OLD.at, OLD.seq;
    IF COALESCE(is_kept, TRUE) THEN
        RAISE EXCEPTION 'the audit log is only added to';
    END IF;
    RETURN OLD;
END $$;
ALTER FUNCTION audit_log_is_only_added_to() SET search_path = pg_catalog, pg_temp;
